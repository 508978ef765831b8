"""Use a real text-generation-webui as a person does: with a browser.

Owns: the host's page, one method for each thing that a person can do to a chat.
Every method returns when the page shows what the host has stored.
Must not know: what the extension under test does.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Playwright, Route

from tests.hosts.textgen_server import UI_READY, Webui

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_SECONDS = 60

Role = Literal["user", "assistant"]

# The host marks a running turn with a class; who counts its removals misses no turn.
COUNT_TURNS = """
window.turnsEnded = 0;
new MutationObserver(records => {
  for (const record of records) {
    const was = (record.oldValue || "").split(" ").includes("_generating");
    if (was && !record.target.classList.contains("_generating")) window.turnsEnded++;
  }
}).observe(document, {
  subtree: true, attributes: true, attributeFilter: ["class"], attributeOldValue: true,
});
"""

READ_MESSAGES = """
() => [...document.querySelectorAll("#chat [data-index]")].map(shown => ({
  row: Number(shown.dataset.index),
  role: shown.classList.contains("user-message") || shown.querySelector(".circle-you")
    ? "user" : "assistant",
  text: shown.dataset.raw,
}))
"""


class HostError(AssertionError):
    """The webui showed a red toast."""


def launch_chromium(playwright: Playwright) -> Browser:
    """Start the system's Chromium, else playwright's own, without a window."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
    )


def open_page(browser: Browser) -> Page:
    """Open a page that cannot reach anything but this machine."""
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.route(lambda url: not url.startswith("http://127.0.0.1"), refuse)
    page.add_init_script(COUNT_TURNS)
    return page


def refuse(route: Route) -> None:
    """Refuse a request; fonts and such."""
    route.abort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as the page shows it."""

    row: int
    role: Role
    text: str


@dataclass(slots=True, kw_only=True)
class ChatPage:
    """The Chat tab of a webui in a browser, and its files to compare with."""

    webui: Webui
    page: Page
    page_errors: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Load the page and wait until a chat is selected and the host's script ran."""
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        self.reload()

    def reload(self) -> None:
        """Load the page anew, as F5 does."""
        self.page.goto(self.webui.url)
        self._until_loaded()

    # What it shows

    def chat_id(self) -> str | None:
        """Name the selected chat; None in an incognito chat, which no list shows."""
        found = self.page.evaluate(
            "() => document.querySelector('#past-chats input:checked')?.value"
        )
        return None if found is None else str(found)

    def character(self) -> str:
        """Name the selected character."""
        return str(self.page.input_value("#character-menu input"))

    def mode(self) -> str:
        """Name the selected mode: chat, chat-instruct or instruct."""
        return str(
            self.page.evaluate(
                "() => document.querySelector('#chat-mode input:checked')?.value"
            )
        )

    def messages(self) -> list[Shown]:
        """Read the messages from the page."""
        return [Shown(**shown) for shown in self.page.evaluate(READ_MESSAGES)]

    def stored(self) -> dict[str, Any]:
        """Read the selected chat from the host's files."""
        return self.webui.history(self.chat_id() or "", self.character(), self.mode())

    def rows(self) -> list[list[str]]:
        """Give the stored rows of the selected chat: user, assistant."""
        return list(self.stored()["internal"])

    def typed(self) -> str:
        """Read what stands in the input box."""
        return str(self.page.input_value("#chat-input textarea"))

    def errors(self) -> list[str]:
        """Read the red toasts."""
        return list(self.page.locator(".toast-body.error").all_inner_texts())

    # Turns

    def send(self, text: str) -> str:
        """Send a message and give the reply."""
        with self._turn():
            self.type(text)
            self.page.click("#Generate")
        return self._last_reply()

    def type(self, text: str) -> None:
        """Write into the input box without sending."""
        self.page.fill("#chat-input textarea", text)

    def regenerate(self) -> str:
        """Ask for another version of the last reply and give it."""
        with self._turn():
            self._press("Regenerate")
        return self._last_reply()

    def continue_reply(self) -> str:
        """Let the last reply go on and give the whole of it."""
        with self._turn():
            self._press("Continue")
        return self._last_reply()

    def impersonate(self) -> str:
        """Let the model write the user's next message into the input box."""
        with self._turn(stored=False):
            self._press("Impersonate")
        self._until(lambda: self.typed() != "", "the written message")
        return self.typed()

    def send_and_stop(self, text: str, after_words: int = 3) -> str:
        """Send a message, press Stop during the reply, and give what had come."""
        rows = len(self.rows())
        with self._turn():
            self.type(text)
            self.page.click("#Generate")
            self._until(
                lambda: self._words_of_reply(rows) >= after_words, "the reply to begin"
            )
            self._press("stop")
        return self._last_reply()

    # The last messages

    def swipe(self, direction: Literal["left", "right"], row: int | None = None) -> str:
        """Show another version of a row's reply (the last if no row is named)."""
        row = len(self.rows()) - 1 if row is None else row
        before = self._version(row)
        arrow = "Previous version" if direction == "left" else "Next version"
        self._message(row, "assistant").locator(f'button[title="{arrow}"]').click()
        self._until(lambda: self._version(row) != before, "the swipe")
        self._until_shown()
        return self.rows()[row][1]

    def edit(self, row: int, role: Role, text: str) -> None:
        """Rewrite a message in place."""
        message = self._message(row, role)
        message.locator(".footer-edit-button").dispatch_event("click")
        message.locator("textarea.editing-textarea").fill(text)
        message.get_by_role("button", name="Save").click()
        place = 0 if role == "user" else 1
        self._until(lambda: self.rows()[row][place] == text, "the edit")
        self._until_shown()

    def remove_last(self) -> None:
        """Remove the last exchange; the host puts its text into the input box."""
        rows = len(self.rows())
        self._press("Remove-last")
        self._until(lambda: len(self.rows()) == rows - 1, "the removal")
        self._until_shown()

    def dummy_message(self, text: str) -> None:
        """Put a user message into the chat without asking for a reply."""
        self._dummy("Send dummy message", text, 0)

    def dummy_reply(self, text: str) -> None:
        """Put a reply into the chat that no model wrote."""
        self._dummy("Send dummy reply", text, 1)

    # Chats

    def new_chat(self) -> str:
        """Begin a chat and give its id."""
        self._until_free_name()
        return self._change_chat(lambda: self.page.click("#new-chat-btn"))

    def incognito_chat(self) -> None:
        """Begin a chat that the host neither saves nor lists."""
        self._press("incognito-chat-btn")
        self._until(lambda: self.chat_id() is None, "the incognito chat")
        self._until_shown()

    def open_chat(self, chat_id: str) -> None:
        """Select a chat from the list."""
        chosen = self.page.locator(f'#past-chats input[value="{chat_id}"]')
        self._change_chat(lambda: chosen.dispatch_event("click"))

    def branch(self, row: int | None = None) -> str:
        """Branch at a row (the last if none is named) and give the new chat's id."""
        row = len(self.rows()) - 1 if row is None else row
        self._until_free_name()
        button = self._message(row, "assistant").locator(".footer-branch-button")
        return self._change_chat(lambda: button.dispatch_event("click"))

    def rename_chat(self, name: str) -> None:
        """Give the selected chat another name, which is its id."""
        self.page.get_by_role("button", name="Rename", exact=True).first.click()
        self.page.get_by_label("Rename to:").fill(name)
        self._change_chat(lambda: self.page.get_by_label("Rename to:").press("Enter"))

    def delete_chat(self) -> str:
        """Delete the selected chat and give the id of the one that is shown instead."""
        gone = self.chat_id()
        shown = self._change_chat(lambda: self._press("delete_chat-confirm"))
        self._until(
            lambda: gone not in self.webui.chat_ids(self.character(), self.mode()),
            "the deletion",
        )
        return shown

    # Who is talking, and how

    def switch_character(self, name: str) -> str:
        """Select a character and give the id of the chat that is shown."""
        if name != self.character():
            self._choose_character(name)
        self._until(lambda: self._shows_chat_of(name), f"a chat with {name}")
        self._until_shown()
        return self.chat_id() or ""

    def switch_mode(self, mode: str) -> None:
        """Select chat, chat-instruct or instruct."""
        if mode == self.mode():
            return
        self.page.locator(f'#chat-mode input[value="{mode}"]').dispatch_event("click")
        self._until(lambda: self.mode() == mode, f"the mode {mode}")
        self._until(
            lambda: self.chat_id() in self.webui.chat_ids(self.character(), mode),
            f"a chat in mode {mode}",
        )
        self._until_shown()

    def set_max_new_tokens(self, tokens: int) -> None:
        """Set how long replies may become, in the Parameters tab."""
        self.open_tab("Parameters")
        box = self.page.get_by_label("number input for max_new_tokens").first
        box.fill(str(tokens))
        box.press("Tab")
        self.open_tab("Chat")

    def open_tab(self, name: str) -> None:
        """Open a tab of the left bar, an extension's among them."""
        self.page.get_by_role("tab", name=name, exact=True).first.click()

    def restart_interface(self) -> None:
        """Press "Apply flags/extensions and restart" and wait for the new page."""
        starts = self.webui.log.count(UI_READY)
        self.open_tab("Session")
        self.page.get_by_role(
            "button", name="Apply flags/extensions and restart"
        ).click()
        # The page would reload itself soon, whether the server is up or not.
        self.page.wait_for_selector("h1:has-text('Reloading')")
        self.page.goto("about:blank")
        self._until(lambda: self.webui.log.count(UI_READY) > starts, "the restart")
        self.reload()

    # How it is done

    @contextmanager
    def _turn(self, *, stored: bool = True) -> Iterator[None]:
        ended = self.page.evaluate("() => window.turnsEnded")
        yield
        self.page.wait_for_function("before => window.turnsEnded > before", arg=ended)
        if errors := self.errors():
            raise HostError("; ".join(errors) + "\n" + self.webui.log[-4000:])
        if stored:
            self._until_shown()

    def _press(self, element_id: str) -> None:
        """Click a button that the host's own script may keep out of sight."""
        self.page.locator(f"#chat-tab #{element_id}").dispatch_event("click")

    def _message(self, row: int, role: Role) -> Any:
        name = "user-message" if role == "user" else "assistant-message"
        circle = ".circle-you" if role == "user" else ".circle-bot"
        rows = self.page.locator(f'#chat [data-index="{row}"]')
        return rows.and_(self.page.locator(f".{name}, .message:has({circle})")).first

    def _dummy(self, button: str, text: str, place: int) -> None:
        self.type(text)
        self.page.locator("#hover-menu button", has_text=button).dispatch_event("click")
        self._until(
            lambda: bool(self.rows()) and self.rows()[-1][place] == text, button
        )
        self._until_shown()

    def _choose_character(self, name: str) -> None:
        self.open_tab("Character")
        box = self.page.locator("#character-menu input")
        box.click()
        box.fill(name)
        self.page.locator("ul.options li", has_text=name).first.click()
        self.open_tab("Chat")

    def _change_chat(self, act: Callable[[], None]) -> str:
        before = self.chat_id()
        act()
        self._until(lambda: self.chat_id() not in (before, None), "another chat")
        self._until_shown()
        return self.chat_id() or ""

    def _shows_chat_of(self, name: str) -> bool:
        return self.character() == name and self.chat_id() in self.webui.chat_ids(
            name, self.mode()
        )

    def _last_reply(self) -> str:
        return [shown.text for shown in self.messages() if shown.role == "assistant"][
            -1
        ]

    def _words_of_reply(self, row: int) -> int:
        texts = [
            shown.text
            for shown in self.messages()
            if shown.row == row and shown.role == "assistant"
        ]
        return len(" ".join(texts).split())

    def _version(self, row: int) -> int:
        metadata = self.stored()["metadata"].get(f"assistant_{row}", {})
        return int(metadata.get("current_version_index", -1))

    def _until_free_name(self) -> None:
        """Wait for the next second if need be: the host names chats by the second."""

        def free() -> bool:
            name = time.strftime("%Y%m%d-%H-%M-%S")
            return name not in self.webui.chat_ids(self.character(), self.mode())

        self._until(free, "the next second")

    def _until_loaded(self) -> None:
        self.page.wait_for_selector("#chat")
        self.page.wait_for_function(
            "() => document.querySelector('#past-chats input:checked')"
            " && document.querySelector('#hover-menu button')"
        )
        self._until_shown()

    def _until_shown(self) -> None:
        """Wait until the page shows the stored rows of the selected chat."""
        if self.chat_id() is None:
            self._until_calm()
            return
        self._until(lambda: self._shown_rows() == self._visible_rows(), "the page")

    def _until_calm(self) -> None:
        """Wait until the messages have not changed for a while."""
        self.page.evaluate(
            """() => new Promise(done => {
              const chat = document.querySelector("#chat-col");
              let timer = setTimeout(done, 400);
              new MutationObserver(() => {
                clearTimeout(timer); timer = setTimeout(done, 400);
              }).observe(chat, {subtree: true, childList: true, attributes: true});
            })"""
        )

    def _shown_rows(self) -> list[tuple[int, str, str]]:
        return [(shown.row, shown.role, shown.text) for shown in self.messages()]

    def _visible_rows(self) -> list[tuple[int, str, str]]:
        stored = self.stored()
        rows: list[tuple[int, str, str]] = []
        pairs = zip(stored["internal"], stored["visible"], strict=True)
        for row, (texts, visible) in enumerate(pairs):
            if visible[0]:
                rows.append((row, "user", texts[0]))
            rows.append((row, "assistant", texts[1]))
        return rows

    def _until(self, is_true: Callable[[], bool], what: str) -> None:
        """Look at page and files until something is so, while the browser works."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            if time.monotonic() > deadline:
                state = {
                    "waited for": what,
                    "shown": self._shown_rows(),
                    "stored": self._visible_rows(),
                    "toasts": self.errors(),
                }
                raise TimeoutError(json.dumps(state, indent=1) + self.webui.log[-2000:])
            self.page.wait_for_timeout(50)


@contextmanager
def chat_with(friend: str, webui: Webui, browser: Browser) -> Iterator[ChatPage]:
    """Open a page in chat mode with a character selected, and close it afterwards."""
    chat = ChatPage(webui=webui, page=open_page(browser))
    try:
        chat.open()
        chat.switch_mode("chat")
        chat.switch_character(friend)
        yield chat
    finally:
        chat.page.close()
