"""The list of memories in a real browser: many at once, undo, two who edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from tests.server.conftest import Running, running
from tests.server.in_sight import expect, still
from tests.server.test_editor_in_browser import (
    DESKTOP,
    PAGE,
    PHONE,
    SMALL,
    THUMB_PX,
    Visit,
)
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIRA = Scope(user="default", character="Mira")
COUNT = 40
NOTES = ("Alex works at a bank.", "Alex quit the bank and works at a bakery now.")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty messages, three pages of them, and two notes that contradict."""
    folder = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), folder)
    lines = [f"Line {number} about the bees." for number in range(COUNT)]
    lines[-2] = "My cat is called Miso. <b>She</b> sleeps."
    shown = tuple(
        WindowMessage(
            role="assistant" if place % 2 else "user",
            content=text,
            name="Mira" if place % 2 else "Alex",
        )
        for place, text in enumerate(lines)
    )
    bank = engine.bank(MIRA)
    bank.chat("Bees", host="test").observe(Window(messages=shown, complete=True))
    for note in NOTES:
        bank.memories.add(note)
    engine.close()
    return folder


@pytest.fixture(scope="module")
def server(data_dir: Path) -> Iterator[Running]:
    with running(data_dir) as started:
        yield started


class Walk(Visit):
    """A visit that looks at Mira."""

    def choose(self, character: str) -> None:
        """Look at Mira's memories, whoever is asked for."""
        del character
        self.page.get_by_label("Character").first.click()
        self.page.get_by_role("option", name="Mira").first.click()
        self.row("Miso").wait_for()

    def boxes(self) -> Any:
        return self.page.locator(".ltm-table [data-ltm-pick]")

    def says(self, words: str) -> None:
        self.page.locator(PAGE).get_by_text(words).first.wait_for()

    def press(self, name: str) -> None:
        many = self.page.locator("[data-ltm-many]")
        many.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def walk(browser: Any, server: Running) -> Iterator[Walk]:
    context = browser.new_context(viewport=DESKTOP)
    visit = Walk(context.new_page(), server)
    yield visit
    assert visit.errors == []
    assert visit.foreign == []
    context.close()


def test_many_are_chosen_over_pages_tagged_and_all_is_undone(walk: Walk) -> None:
    page = walk.page
    walk.boxes().nth(3).click()
    walk.boxes().nth(6).click(modifiers=["Shift"])
    walk.says("4 memories chosen")
    page.get_by_role("button", name="Older").click()
    walk.says("Page 2 of 3")
    page.get_by_label("Choose this page").check()
    walk.says("19 memories chosen")
    page.get_by_role("button", name="Newer").click()
    walk.says("Page 1 of 3")
    assert page.locator(".ltm-table [data-ltm-pick]:checked").count() == 4

    page.get_by_label("Tags for all that you chose").fill("bees, <b>pets</b>")
    page.keyboard.press("Enter")
    walk.says("Tagged 19 memories.")
    assert page.locator("[data-ltm-many]:visible").count() == 0
    page.get_by_role("button", name="bees 19").click()
    walk.says("Page 1 of 2")
    page.keyboard.press("Control+z")
    walk.says("Undone: tagging (19 memories).")
    page.keyboard.press("Control+Shift+Z")
    walk.says("Done again: tagging (19 memories).")
    page.keyboard.press("Control+z")
    walk.says("Undone: tagging (19 memories).")


def test_all_that_was_found_is_deleted_and_undone_after_a_restart_of_the_page(
    walk: Walk,
) -> None:
    page = walk.page
    walk.boxes().first.check()
    page.get_by_role("button", name="Choose all 42 found").click()
    walk.says("42 memories chosen")
    walk.press("Delete")
    walk.says("Deleted 42 memories.")
    walk.says("No memories yet.")

    page.reload()
    page.wait_for_selector(".ltm-tools")
    page.get_by_label("Character").first.click()
    page.get_by_role("option", name="Mira").first.click()
    walk.says("No memories yet.")
    page.locator(".ltm-tools").get_by_role("button", name="Undo").click()
    walk.says("Undone: deleting (42 memories).")
    walk.row("Miso").wait_for()


def test_two_pages_that_edit_one_memory_are_told(
    walk: Walk, browser: Any, server: Running
) -> None:
    context = browser.new_context(viewport=DESKTOP)
    other = Walk(context.new_page(), server)
    for one in (walk, other):
        one.row("Line 37").get_by_role("button", name="Edit").click()
        one.page.wait_for_selector("textarea.ltm-field")
    other.page.locator("textarea.ltm-field").fill("Line 37, said the other one.")
    other.page.keyboard.press("Enter")
    other.says("Saved.")

    field = walk.page.locator("textarea.ltm-field")
    field.fill("Line 37, said I.")
    walk.page.keyboard.press("Enter")
    walk.says("Somebody changed this memory meanwhile")
    expect(field).to_have_value("Line 37, said I.")
    walk.page.keyboard.press("Escape")
    walk.row("said the other one").wait_for()
    # What was chosen before another one changed it is refused as a whole.
    walk.boxes().nth(2).click()
    walk.boxes().nth(3).click()
    other.boxes().nth(2).click()
    other.press("Pin")
    other.says("Pinned 1 memory.")
    walk.press("Hide")
    walk.says("were changed since you saw them")
    other.page.keyboard.press("Control+z")
    other.says("Undone: pinning")
    context.close()


def test_a_memory_is_looked_at_tagged_and_split(walk: Walk) -> None:
    page = walk.page
    walk.row("Miso").get_by_role("button", name="Details").click()
    about = page.locator(".ltm-about")
    about.wait_for()
    expect(about).to_contain_text("Line 37")
    about.get_by_label("Tags, separated by commas").fill("pets")
    page.keyboard.press("Enter")
    walk.says("The tags are saved.")
    walk.row("Miso").get_by_role("button", name="Details").click()
    about.get_by_text("Split into several").click()
    about.get_by_role("button", name="Split", exact=True).click()

    walk.says("Split into 2 notes")
    walk.row("<b>She</b> sleeps.").wait_for()
    page.keyboard.press("Control+z")
    walk.says("Undone: splitting")


def test_a_text_is_replaced_after_a_preview(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("button", name="Find and replace").click()
    page.get_by_label("Find", exact=True).fill("bees")
    page.get_by_label("Replace with").fill("<i>wasps</i>")
    page.get_by_role("button", name="Show what would change").click()
    walk.says("memories would be changed by hand")
    page.get_by_role("button", name="Replace in all").click()
    walk.says("Replaced in")
    walk.row("about the <i>wasps</i>").wait_for()
    page.keyboard.press("Control+z")
    walk.says("Undone: replacing")


def test_what_contradicts_is_merged(walk: Walk) -> None:
    page = walk.page
    page.get_by_role("button", name="Alike or contradicting").click()
    page.get_by_role("button", name="Look for them").click()
    card = page.locator(".ltm-card", has_text=NOTES[0]).first
    card.get_by_role("button", name="Merge into one note").click()
    walk.says("Merged 2 memories into one note.")
    page.locator(".ltm-tools").get_by_role("button", name="Undo").click()
    walk.says("Undone: merging")


def test_on_a_phone_many_are_chosen_by_thumb(browser: Any, server: Running) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="dark")
    walk = Walk(context.new_page(), server)
    walk.boxes().nth(1).click()
    walk.says("1 memory chosen")

    still(walk.page)
    assert walk.page.evaluate(SMALL, THUMB_PX) == []
    assert walk.audit() == []
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not walk.page.evaluate(wide)
    context.close()


def test_a_switch_is_undone_from_the_list_by_key(walk: Walk) -> None:
    page = walk.page
    line = page.locator(".ltm-rules button.label-wrap")
    line.click()

    page.get_by_label("Paused", exact=False).first.check()

    page.locator("[data-ltm-undo][title*='switches']").wait_for()
    expect(line).to_contain_text("paused")
    page.locator(".ltm-table [data-ltm-pick]").first.focus()
    page.keyboard.press("Control+z")
    walk.says("Undone: what was set with the switches.")
    line.get_by_text("every chat is remembered").wait_for()
