"""Two editors open on one bank while a chat goes on: nothing is lost, all is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor.texts import say
from long_term_memory.engine.engine import Engine
from tests.server.conftest import Running, running
from tests.server.in_sight import expect
from tests.server.test_editor_in_browser import DESKTOP, LOADING_MS, PAGE
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIKU = Scope(user="default", character="Miku")
LINES = (
    "The lighthouse keeper owns a red boat.",
    "The baker sings on Tuesdays.",
    "The ferry leaves at nine.",
    "The well in the yard is dry.",
)

# A page that comes into view reads all anew; these see only what they asked for.
NEVER_LOOKS = """const set = setInterval;
setInterval = (act, ms, ...more) => ms === 2000 ? 0 : set(act, ms, ...more);"""


def talk(engine: Engine, *more: str) -> None:
    """Show the chat, with what was said since."""
    shown = tuple(
        WindowMessage(role="user", name="Anna", content=text)
        for text in (*LINES, *more)
    )
    chat = engine.bank(MIKU).chat("Chat", host="test")
    chat.observe(Window(messages=shown, complete=True))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    engine = build_engine(Settings(), tmp_path)
    talk(engine)
    engine.close()
    with running(tmp_path) as started:
        yield started


class Editor:
    """One page; another one is looked at through another browser's profile."""

    def __init__(self, browser: Any, server: Running) -> None:
        self.page = browser.new_context(viewport=DESKTOP).new_page()
        self.page.add_init_script(NEVER_LOOKS)
        self.page.goto(f"{server.url}/editor/")
        self.page.wait_for_selector(".ltm-row", timeout=LOADING_MS)

    def row(self, text: str) -> Any:
        return self.page.locator(".ltm-row:visible", has_text=text).first

    def press(self, text: str, button: str) -> None:
        name = say(f"memories.{button}")
        self.row(text).get_by_role("button", name=name).first.click()

    def edit(self, text: str) -> None:
        self.press(text, "do_edit")
        self.page.locator("textarea.ltm-field").wait_for()

    def save(self, text: str) -> None:
        self.page.locator("textarea.ltm-field").fill(text)
        self.page.keyboard.press("Enter")

    def sees(self, text: str) -> None:
        self.page.locator(PAGE).get_by_text(text).first.wait_for(timeout=60_000)


def two_editors(browser: Any, server: Running) -> tuple[Editor, Editor]:
    return Editor(browser, server), Editor(browser, server)


def test_two_who_edit_one_memory_lose_neither_text(
    browser: Any, server: Running
) -> None:
    other = build_engine(Settings(), Path(server.data_dir))
    one, two = two_editors(browser, server)
    one.edit("red boat")
    two.edit("red boat")

    one.save("The lighthouse keeper owns a blue boat.")
    one.sees(say("did.saved"))
    talk(other, "A storm is coming.")
    two.save("The lighthouse keeper owns a green boat.")
    two.sees("changed this memory meanwhile")
    two.sees("blue boat")

    # Nothing was written over, and what was typed still stands in its field.
    field = two.page.locator("textarea.ltm-field")
    expect(field).to_have_value("The lighthouse keeper owns a green boat.")
    said = [memory.content for memory in other.bank(MIKU).memories.list()]
    assert "The lighthouse keeper owns a blue boat." in said
    assert "A storm is coming." in said
    two.page.keyboard.press("Enter")
    two.sees(say("did.saved"))
    memories = other.bank(MIKU).memories
    [memory] = [one for one in memories.list() if "green boat" in one.content]
    assert "blue boat" in "".join(
        version.content or "" for version in memories.history(memory.id)
    )
    other.close()


def test_edits_of_two_and_of_a_chat_all_stay(browser: Any, server: Running) -> None:
    other = build_engine(Settings(), Path(server.data_dir))
    one, two = two_editors(browser, server)

    one.edit("baker")
    one.save("The baker whistles on Tuesdays.")
    two.press("ferry", "do_pin")
    talk(other, "A storm is coming.")
    one.sees(say("did.saved"))
    two.page.locator(".ltm-row.ltm-pinned").wait_for()
    two.press("dry", "do_delete")
    two.sees(say("did.deleted"))
    talk(other, "A storm is coming.", "It rains.")

    said = {memory.content: memory for memory in other.bank(MIKU).memories.list()}
    assert "The baker whistles on Tuesdays." in said
    assert said["The ferry leaves at nine."].pinned
    assert "The well in the yard is dry." not in said
    assert {"A storm is coming.", "It rains."} <= set(said)
    # What one undoes is one's own, or it is told; nothing of the other's goes.
    one.page.keyboard.press("Control+z")
    one.page.locator("[data-ltm-said]:visible").first.wait_for()
    left = {memory.content for memory in other.bank(MIKU).memories.list()}
    assert "The lighthouse keeper owns a red boat." in left
    other.close()


def test_who_deletes_what_another_changed_meanwhile_is_told(
    browser: Any, server: Running
) -> None:
    one, two = two_editors(browser, server)
    one.edit("ferry")
    one.save("The ferry leaves at ten.")
    one.sees(say("did.saved"))

    two.press("ferry", "do_delete")
    two.sees("changed this memory meanwhile")

    other = build_engine(Settings(), Path(server.data_dir))
    said = [memory.content for memory in other.bank(MIKU).memories.list()]
    assert "The ferry leaves at ten." in said
    other.close()
