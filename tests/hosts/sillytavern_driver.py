"""Use a real SillyTavern as a person does: with a browser.

Owns: its page, one method for each thing that a person can do to a chat.
Must not know: what answers behind the addresses that are pasted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.hosts.sillytavern_server import SillyTavern
from tests.hosts.textgen_driver import refuse

PATIENCE_SECONDS = 40
USER_NAME = "Tester"
GREETING = "The door is open. What brings you here tonight?"

LOADED = "() => window.SillyTavern && !document.querySelector('#preloader')"
# It is ready long after that: a new user's first dialog stands in between. Who asks
# late is told at once.
ASK_WHEN_READY = """() => {
  const {eventSource, eventTypes} = SillyTavern.getContext();
  window.isReady = false;
  eventSource.on(eventTypes.APP_READY, () => { window.isReady = true; });
}"""
# Every end of a turn is counted, so that none is missed.
COUNT_TURNS = """() => {
  const {eventSource, eventTypes} = SillyTavern.getContext();
  window.turnsEnded = 0;
  for (const name of ["GENERATION_ENDED", "GENERATION_STOPPED"])
    eventSource.on(eventTypes[name], () => { window.turnsEnded++; });
}"""
READ_CHAT = """() => SillyTavern.getContext().chat.map(one => ({
  name: one.name, is_user: one.is_user, text: one.mes,
  reasoning: (one.extra || {}).reasoning || "",
}))"""
# A click while the last turn is still being shown or saved is lost, or worse.
VECTORS = """async () => {
  const here = SillyTavern.getContext();
  const settings = here.extensionSettings;
  const answer = await fetch("/api/vector/list", {
    method: "POST", headers: here.getRequestHeaders(), body: JSON.stringify({
      collectionId: here.getCurrentChatId(), source: "extras",
      extrasUrl: settings.apiUrl, extrasKey: settings.apiKey})});
  return answer.ok ? (await answer.json()).length : -1;
}"""

IDLE = """async () => {
  const page = await import("/script.js");
  const groups = await import("/scripts/group-chats.js");
  return !document.body.dataset.generating && !page.is_send_press
    && !page.isChatSaving && !groups.is_group_generating
    && (!page.swipeState || page.swipeState === "none")
    && !page.streamingProcessor;
}"""
POST = """async ([path, body]) => {
  const {getRequestHeaders} = SillyTavern.getContext();
  const answer = await fetch(path, {
    method: "POST", headers: getRequestHeaders(), body: JSON.stringify(body)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message of the chat."""

    name: str
    is_user: bool
    text: str
    reasoning: str


@dataclass(slots=True)
class Tavern:
    """SillyTavern's page, and what it showed that it should not."""

    host: SillyTavern
    page: Page
    errors: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Load the page and make friends with a new user's first dialog."""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.reload()

    def reload(self) -> None:
        """Load the page anew, as F5 does."""
        self.page.goto(self.host.url)
        self.page.wait_for_function(LOADED)
        self.page.evaluate(ASK_WHEN_READY)
        self._until(self._is_ready, "the page to be ready")
        self.page.evaluate(COUNT_TURNS)

    # Connections

    def connect_model(self, url: str) -> None:
        """Paste the address of a Chat Completion model, and press Connect."""
        self.open_drawer("sys-settings-button")
        self.page.select_option("#main_api", "openai")
        self.page.select_option("#chat_completion_source", "custom")
        self.page.fill("#custom_api_url_text", url)
        self.page.fill("#custom_model_id", "stub-model")
        self.page.click("#api_button_openai")
        self.page.wait_for_function(
            "() => document.querySelectorAll('#model_custom_select option').length > 0"
            " && /valid/i.test(document.querySelector('#sys-settings-button'"
            " + ' .online_status_text:not([style*=none])')?.textContent || 'valid')"
        )

    def connect_text_model(self, url: str) -> None:
        """Paste the address of a Text Completion model, and press Connect."""
        self.open_drawer("sys-settings-button")
        self.page.select_option("#main_api", "textgenerationwebui")
        self.page.select_option("#textgen_type", "generic")
        self.page.fill("#generic_api_url_text", url)
        self.page.fill("#generic_model_textgenerationwebui", "stub-model")
        self.page.click("#api_button_textgenerationwebui")
        online = "() => SillyTavern.getContext().onlineStatus !== 'no_connection'"
        self.page.wait_for_function(online)

    def connect_extras(self, url: str, key: str = "") -> str:
        """Paste the address of an Extras server, press Connect, and read the status."""
        self.open_drawer("extensions-settings-button")
        self.page.fill("#extensions_url", url)
        self.page.fill("#extensions_api_key", key)
        # What was said of the last address must not be taken for an answer.
        self.page.evaluate("() => $('#extensions_status').text('')")
        self.page.click("#extensions_connect")
        self._until(lambda: " API" in self.extras_status(), "the Extras API")
        return self.extras_status()

    def extras_status(self) -> str:
        """Read what is said of the Extras API."""
        return self.page.inner_text("#extensions_status").strip()

    def set_body(self, yaml_text: str) -> None:
        """Write what is sent beside every request: Additional Parameters."""
        self.open_drawer("sys-settings-button")
        self.page.click("#customize_additional_parameters")
        dialog = self.page.locator("dialog[open]").last
        box = dialog.locator("#custom_include_body")
        box.fill(yaml_text)
        dialog.locator(".popup-button-ok, .popup-button-close").first.click()
        dialog.wait_for(state="detached")

    def stream(self, wanted: bool) -> None:
        """Have replies come piece by piece, or whole."""
        self.page.evaluate(
            "on => $('#stream_toggle, #streaming_textgenerationwebui')"
            ".prop('checked', on).trigger('change').trigger('input')",
            wanted,
        )

    def open_drawer(self, name: str) -> None:
        """Open one of the panels at the top."""
        drawer = self.page.locator(f"#{name}")
        if not drawer.locator(".drawer-content.openDrawer").count():
            drawer.locator(".drawer-toggle").first.click()
            drawer.locator(".drawer-content.openDrawer").wait_for()
            self.page.wait_for_timeout(300)

    def close_drawers(self) -> None:
        """Close what lies over the chat."""
        for one in self.page.locator(".drawer:has(.drawer-content.openDrawer)").all():
            if "pinnedOpen" not in (one.get_attribute("class") or ""):
                one.locator(".drawer-toggle").first.click()
        self.page.wait_for_timeout(300)

    # Who is talking

    def meet(self, name: str, description: str = "A friend who listens.") -> None:
        """Make a character and open its first chat."""
        self._create(name, description)
        self.slash(f'/go "{name}"')
        self._until(lambda: len(self.chat()) == 1, "the greeting")

    def gather(self, name: str, *members: str) -> None:
        """Make a group of fresh characters and open its first chat."""
        for member in members:
            self._create(member, f"{member} is a member of the crew.")
        avatars = [f"{member}.png" for member in members]
        body = {"name": name, "members": avatars, "activation_strategy": 1}
        self.page.evaluate(POST, ["/api/groups/create", body])
        self.page.evaluate("() => SillyTavern.getContext().getCharacters()")
        self.slash(f'/go "{name}"')
        self._until(lambda: len(self.chat()) >= len(members), "the greetings")

    def new_chat(self) -> None:
        """Begin another chat with the same character."""
        before = self.chat_name()
        self._option("option_start_new_chat")
        self.page.locator("dialog[open] .popup-button-ok").click()
        self._until(lambda: self.chat_name() != before, "another chat")
        self._until(lambda: len(self.chat()) >= 1, "the greeting")

    def open_chat(self, name: str) -> None:
        """Open one of the character's chats by its file's name."""
        self.page.evaluate(
            "name => SillyTavern.getContext().openCharacterChat(name)", name
        )
        self._until(lambda: self.chat_name() == name, f"the chat {name}")

    def chat_name(self) -> str:
        """Name the chat that is shown."""
        return str(self.page.evaluate("() => SillyTavern.getContext().chatId"))

    def chat(self) -> list[Line]:
        """Read the chat."""
        return [Line(**line) for line in self.page.evaluate(READ_CHAT)]

    # Turns

    def send(self, text: str) -> str:
        """Send a message, wait for the reply, and give it."""
        with self._turn():
            self._type_and_send(text)
        return self.chat()[-1].text

    def send_in_vain(self, text: str) -> None:
        """Send a message that will get no reply, and wait until that is told."""
        self.rest()
        self._type_and_send(text)
        self._until(lambda: bool(self.toasts()), "a note of what went wrong")
        self.rest()

    def send_and_stop(self, text: str, words: int = 4) -> str:
        """Send a message and press Stop when some words of the reply are there."""
        with self._turn():
            self._type_and_send(text)
            self._until(
                lambda: (
                    not self.chat()[-1].is_user
                    and len(self.chat()[-1].text.split()) >= words
                ),
                "the reply to begin",
            )
            self.page.click("#mes_stop")
        return self.chat()[-1].text

    def swipe(self) -> str:
        """Ask for another version of the last reply, and give it."""
        with self._turn():
            self.page.locator(".last_mes .swipe_right").last.click()
        return self.chat()[-1].text

    def regenerate(self) -> str:
        """Throw the last reply away, ask for another, and give it."""
        with self._turn():
            self._option("option_regenerate")
        return self.chat()[-1].text

    def continue_reply(self) -> str:
        """Let the last reply go on, and give the whole of it."""
        with self._turn():
            self._option("option_continue")
        return self.chat()[-1].text

    def impersonate(self) -> str:
        """Have the model write the user's next message, and give it."""
        with self._turn():
            self._option("option_impersonate")
        self._until(lambda: self.typed() != "", "the written message")
        return self.typed()

    def typed(self) -> str:
        """Read what stands in the input box."""
        return str(self.page.input_value("#send_textarea"))

    # Messages

    def edit(self, place: int, text: str) -> None:
        """Rewrite a message where it stands."""
        message = self.page.locator(f'.mes[mesid="{place}"]')
        message.locator(".mes_edit").dispatch_event("click")
        message.locator("#curEditTextarea").fill(text)
        message.locator(".mes_edit_done").dispatch_event("click")
        self._until(lambda: self.chat()[place].text == text, "the edit")

    def delete_from(self, place: int) -> None:
        """Delete a message and all after it."""
        self._option("option_delete_mes")
        self.page.locator(f'.mes[mesid="{place}"] .del_checkbox').click()
        self.page.click("#dialogue_del_mes_ok")
        self._until(lambda: len(self.chat()) == place, "the deletion")

    def branch(self, place: int) -> str:
        """Branch at a message and give the new chat's name."""
        before = self.chat_name()
        message = self.page.locator(f'.mes[mesid="{place}"]')
        message.locator(".mes_create_branch").dispatch_event("click")
        self._until(lambda: self.chat_name() != before, "the branch")
        self._until(lambda: len(self.chat()) == place + 1, "the branch's messages")
        return self.chat_name()

    # Side jobs

    def slash(self, command: str) -> str:
        """Run a slash command and give what it returns."""
        run = "c => SillyTavern.getContext().executeSlashCommandsWithOptions(c)"
        found = self.page.evaluate(
            f"async c => (await ({run})(c))?.pipe ?? ''", command
        )
        return str(found)

    def vectorize(self, count: int) -> None:
        """Have Vector Storage put all messages of the chat away, so many at least."""
        self.page.evaluate("() => $('#vectors_vectorize_all').trigger('click')")
        self._until(lambda: self.page.evaluate(VECTORS) >= count, "the vectors")

    def toasts(self) -> list[str]:
        """Read the notes at the edge of the page."""
        return list(self.page.locator("#toast-container .toast").all_inner_texts())

    def clear(self) -> None:
        """Take notes and half-written text away."""
        self.page.evaluate("() => document.querySelector('#toast-container')?.remove()")
        self.page.fill("#send_textarea", "")

    def picture(self, path: Path, selector: str = "body") -> None:
        """Keep what the page shows."""
        self.page.locator(selector).first.screenshot(path=path)

    # How it is done

    def _is_ready(self) -> bool:
        welcome = self.page.locator("dialog[open]", has_text="Persona Name")
        if welcome.count():
            welcome.locator("textarea").fill(USER_NAME)
            welcome.locator(".popup-button-ok").click()
            welcome.wait_for(state="detached")
        return bool(self.page.evaluate("() => window.isReady"))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self.rest()
        ended = self.page.evaluate("() => window.turnsEnded")
        yield
        self._until(
            lambda: self.page.evaluate("() => window.turnsEnded") > ended, "the turn"
        )
        self.rest()

    def rest(self) -> None:
        """Wait until the page has done all it does after a turn."""
        self._until(lambda: bool(self.page.evaluate(IDLE)), "the page to rest")

    def _type_and_send(self, text: str) -> None:
        self.page.fill("#send_textarea", text)

        self.page.locator("#send_but").dispatch_event("click")
        self._until(lambda: not self.typed(), "the message to be taken")

    def _option(self, name: str) -> None:
        """Choose from the menu beside the input box."""
        self.page.locator(f"#{name}").dispatch_event("click")

    def _create(self, name: str, description: str) -> None:
        card = {
            "ch_name": name,
            "description": description,
            "first_mes": GREETING,
            "file_name": name,
        }
        self.page.evaluate(POST, ["/api/characters/create", card])
        self.page.evaluate("() => SillyTavern.getContext().getCharacters()")

    def _until(self, is_true: Callable[[], bool], what: str) -> None:
        """Look at the page until something is so, while the browser works."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            if time.monotonic() > deadline:
                state = {"waited for": what, "toasts": self.toasts()}
                state["chat"] = [line.text[:80] for line in self.chat()]
                raise TimeoutError(json.dumps(state, indent=1) + self.host.log[-1500:])
            self.page.wait_for_timeout(50)


def open_tavern(host: SillyTavern, browser: Browser) -> Tavern:
    """Open a page that reaches nothing but this machine."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.route(lambda url: not url.startswith("http://127.0.0.1"), refuse)
    tavern = Tavern(host, page)
    tavern.open()
    return tavern
