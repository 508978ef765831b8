"""Two editors open on one bank while a chat goes on: nothing is lost, all is told."""

from __future__ import annotations

from collections.abc import Iterator
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

MIRA = Scope(user="default", character="Mira")
LINES = (
    "The lighthouse keeper owns a red boat.",
    "The baker sings on Tuesdays.",
    "The ferry leaves at nine.",
    "The well in the yard is dry.",
)

# A page that comes into view reads all anew; these see only what they asked for.
NEVER_LOOKS = """const set = setInterval;
setInterval = (act, ms, ...more) => ms === 2000 ? 0 : set(act, ms, ...more);"""


def talk(engine: Engine, scope: Scope, *more: str) -> None:
    """Show the chat, with what was said since."""
    shown = tuple(
        WindowMessage(role="user", name="Anna", content=text)
        for text in (f"{scope.character} waves.", *LINES, *more)
    )
    chat = engine.bank(scope).chat("Chat", host="test")
    chat.observe(Window(messages=shown, complete=True))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    talk(engine, MIRA)
    engine.close()
    with running(data_dir) as started:
        yield started


@pytest.fixture
def other(server: Running) -> Iterator[Engine]:
    """Another program that uses the same memories meanwhile, as a chat does."""
    made = build_engine(Settings(), server.data_dir)
    yield made
    made.close()


@pytest.fixture
def miku(other: Engine, request: pytest.FixtureRequest) -> Scope:
    """A character that has talked, of this test's own."""
    scope = Scope(user="default", character=request.node.name)
    talk(other, scope)
    return scope


@pytest.fixture
def editors(
    browser: Any, server: Running, miku: Scope
) -> Iterator[tuple[Editor, Editor]]:
    """Two pages, each looked at through a browser's profile of its own."""
    contexts = [browser.new_context(viewport=DESKTOP) for _ in range(2)]
    one, two = (Editor(context.new_page(), server, miku) for context in contexts)
    yield one, two
    for context in contexts:
        context.close()


class Editor:
    """A page that shows a character."""

    def __init__(self, page: Any, server: Running, scope: Scope) -> None:
        self.page = page
        self.page.add_init_script(NEVER_LOOKS)
        self.page.goto(f"{server.url}/editor/")
        self.page.wait_for_selector(".ltm-row", timeout=LOADING_MS)
        self.page.get_by_label(say("common.character")).first.click()
        self.page.get_by_role("option", name=scope.character).first.click()
        self.row(f"{scope.character} waves").wait_for()

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


def test_two_who_edit_one_memory_lose_neither_text(
    editors: tuple[Editor, Editor], other: Engine, miku: Scope
) -> None:
    one, two = editors
    one.edit("red boat")
    two.edit("red boat")

    one.save("The lighthouse keeper owns a blue boat.")
    one.sees(say("did.saved"))
    talk(other, miku, "A storm is coming.")
    two.save("The lighthouse keeper owns a green boat.")
    two.sees("changed this memory meanwhile")
    two.sees("blue boat")

    # Nothing was written over, and what was typed still stands in its field.
    field = two.page.locator("textarea.ltm-field")
    expect(field).to_have_value("The lighthouse keeper owns a green boat.")
    said = [memory.content for memory in other.bank(miku).memories.list()]
    assert "The lighthouse keeper owns a blue boat." in said
    assert "A storm is coming." in said
    two.page.keyboard.press("Enter")
    two.sees(say("did.saved"))
    memories = other.bank(miku).memories
    [memory] = [one for one in memories.list() if "green boat" in one.content]
    assert "blue boat" in "".join(
        version.content or "" for version in memories.history(memory.id)
    )


def test_edits_of_two_and_of_a_chat_all_stay(
    editors: tuple[Editor, Editor], other: Engine, miku: Scope
) -> None:
    one, two = editors

    one.edit("baker")
    one.save("The baker whistles on Tuesdays.")
    two.press("ferry", "do_pin")
    talk(other, miku, "A storm is coming.")
    one.sees(say("did.saved"))
    two.page.locator(".ltm-row.ltm-pinned").wait_for()
    two.press("dry", "do_delete")
    two.sees(say("did.deleted"))
    talk(other, miku, "A storm is coming.", "It rains.")

    said = {memory.content: memory for memory in other.bank(miku).memories.list()}
    assert "The baker whistles on Tuesdays." in said
    assert said["The ferry leaves at nine."].pinned
    assert "The well in the yard is dry." not in said
    assert {"A storm is coming.", "It rains."} <= set(said)
    # What one undoes is one's own, or it is told; nothing of the other's goes.
    one.page.keyboard.press("Control+z")
    one.page.locator("[data-ltm-said]:visible").first.wait_for()
    left = {memory.content for memory in other.bank(miku).memories.list()}
    assert "The lighthouse keeper owns a red boat." in left


def test_who_deletes_what_another_changed_meanwhile_is_told(
    editors: tuple[Editor, Editor], other: Engine, miku: Scope
) -> None:
    one, two = editors
    one.edit("ferry")
    one.save("The ferry leaves at ten.")
    one.sees(say("did.saved"))

    two.press("ferry", "do_delete")
    two.sees("changed this memory meanwhile")

    said = [memory.content for memory in other.bank(miku).memories.list()]
    assert "The ferry leaves at ten." in said
