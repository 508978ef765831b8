"""Why, Forget and Settings in a real browser: each flow as a person walks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Role, Scope, Window, WindowMessage
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from tests.server.conftest import Running, running
from tests.server.in_sight import expect
from tests.server.test_editor_in_browser import (
    DESKTOP,
    PAGE,
    PHONE,
    Visit,
)
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIKU = Scope(user="default", character="Miku <i onclick='window.hacked=1'>")
BRAM = Scope(user="default", character="Bram")
DEBTS = "My brother owes the harbour master forty crowns."
ASK = "What should I bake for my sister when we visit her?"
LIGHTHOUSE: tuple[tuple[Role, str, str], ...] = (
    ("user", "Anna", "My sister Mira moved into the old lighthouse last week."),
    ("assistant", "Miku", "All alone? She always hated stairs."),
    ("user", "Anna", "My sister is allergic to hazelnuts, so bake no nut cake."),
    ("assistant", "Miku", "No nut cake. I promise."),
)
MARKET: tuple[tuple[Role, str, str], ...] = (
    ("user", "Anna", "Bram, did you bring the paper lanterns from the harbour?"),
    ("assistant", "Bram", DEBTS),
    ("assistant", "Miku", "Forty crowns! We could sing for it."),
)


def show(
    engine: Engine, scope: Scope, chat: str, *lines: tuple[Role, str, str]
) -> None:
    shown = tuple(
        WindowMessage(role=role, name=name, content=text) for role, name, text in lines
    )
    named = engine.bank(scope).chat(chat, host="test")
    named.observe(Window(messages=shown, complete=True))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a chat that was answered once, before it was started."""
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    for scope in (BRAM, MIKU):
        show(engine, scope, "Market", *MARKET)
    show(engine, MIKU, "Lighthouse", *LIGHTHOUSE)
    engine.bank(MIKU).memories.add("<b>Anna</b> sleeps until ten.", pinned=True)
    show(engine, MIKU, "Autumn", ("user", "Anna", ASK))
    chat = engine.bank(MIKU).chat("Autumn", host="test")
    query = Query(text=ASK, visible=chat.newest_ids(1))
    request = Request(
        query=query,
        user_name="Anna",
        character_name="Miku",
        head_tokens=400,
        recall_tokens=1000,
        count=len,
    )
    chat.note_turn(chat.compose(request), query=query)
    engine.close()
    with running(data_dir) as started:
        yield started


class Walk(Visit):
    """A visit that looks at Miku."""

    def choose(self, character: str) -> None:
        """Look at Miku's memories, whoever is asked for."""
        del character
        self.page.get_by_label("Character").first.click()
        self.page.get_by_role("option", name="Miku").first.click()
        self.row("Mira moved").wait_for()

    def answer(self) -> Any:
        return self.page.locator(".ltm-stays:visible")

    def lines(self, text: str) -> Any:
        return self.page.locator(".ltm-line:visible", has_text=text).first


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def walk(request: Any, browser: Any, server: Running) -> Iterator[Walk]:
    context = browser.new_context(viewport=request.param)
    visit = Walk(context.new_page(), server)
    yield visit
    assert visit.errors == []
    assert visit.foreign == []
    assert visit.page.evaluate("window.hacked") is None
    context.close()


@pytest.fixture
def wide(browser: Any, server: Running) -> Iterator[Walk]:
    context = browser.new_context(viewport=DESKTOP)
    visit = Walk(context.new_page(), server)
    yield visit
    assert visit.errors == []
    context.close()


def test_after_a_restart_the_last_reply_is_told_line_by_line(walk: Walk) -> None:
    page = walk.page
    walk.tab("Why")
    page.locator(".ltm-question", has_text=ASK).wait_for()
    line = walk.lines("allergic to hazelnuts")
    line.wait_for()

    expect(page.locator(PAGE)).to_contain_text("From the record")
    expect(line.get_by_role("button", name="Pin")).to_be_hidden()
    line.locator("summary").click()
    line.get_by_role("button", name="Pin").click()
    line.get_by_role("button", name="Unpin").wait_for()
    line.get_by_role("button", name="Unpin").click()
    line.get_by_role("button", name="Pin").wait_for()
    expect(line).to_contain_text("likely to help")


def test_the_prompt_stays_in_sight_beside_its_reasons(wide: Walk) -> None:
    wide.tab("Why")
    wide.page.set_viewport_size({"width": 1280, "height": 420})
    wide.lines("allergic").wait_for()

    wide.page.evaluate("window.scrollTo(0, 560)")
    box = wide.answer().bounding_box()

    assert 0 <= box["y"] < 60


def test_a_memory_is_forgotten_from_the_reply_once_the_word_is_typed(
    wide: Walk,
) -> None:
    page = wide.page
    wide.tab("Why")
    line = wide.lines("She always hated stairs")
    line.locator("summary").click()
    line.get_by_role("button", name="Forget for good").click()
    field = page.get_by_label("Type “forget” to go on")
    field.fill("forgte")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Nothing was forgotten: type").wait_for()
    page.get_by_label("Type “forget” to go on").fill("forget")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Forgotten for good: 1 message").wait_for()

    wide.tab("Memories")
    wide.row("Mira moved").wait_for()
    hated = page.locator(".ltm-row", has_text="hated stairs")
    hated.first.wait_for(state="detached")


def test_a_message_is_tried_and_two_settings_are_compared(walk: Walk) -> None:
    page = walk.page
    walk.tab("Why")
    page.get_by_role("button", name="Try a message without sending it").click()
    page.get_by_label("What you say next").fill("Who moved into the lighthouse?")
    page.get_by_role("button", name="Show the prompt").click()
    walk.answer().get_by_text("old lighthouse").first.wait_for()

    page.get_by_role("button", name="Compare two settings").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("heading", name="B: Few tokens").wait_for()

    expect(page.get_by_role("cell", name="1,000").first).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def test_what_a_person_of_a_group_said_is_forgotten(wide: Walk) -> None:
    page = wide.page
    wide.tab("Forget")
    page.get_by_label("Said by").last.click()
    page.get_by_role("option", name="Bram").last.click()
    page.get_by_role("button", name="Show what would go").click()
    page.locator(PAGE).get_by_text("Also kept by Bram (1)").wait_for()
    expect(page.locator(".ltm-goes")).to_contain_text(DEBTS)
    page.get_by_label("In the memories of my other characters").check()
    page.get_by_role("button", name="Show what would go").click()
    page.locator(".ltm-goes h2", has_text="Bram").wait_for()
    page.get_by_label("Type “forget” to go on").fill("forget")
    page.locator(".ltm-goes .ltm-danger").click()
    page.locator(PAGE).get_by_text("Forgotten for good: 2 messages").wait_for()

    wide.tab("Memories")
    wide.row("Forty crowns").wait_for()
    owes = page.locator(".ltm-row", has_text="owes the harbour")
    owes.first.wait_for(state="detached")


def test_fewer_tokens_are_two_clicks_and_one_takes_them_back(walk: Walk) -> None:
    page = walk.page
    walk.tab("Settings")
    page.get_by_label("Few tokens").check()
    page.get_by_role("button", name="Use this preset").click()
    page.locator(PAGE).get_by_text("Changed since default: 7").wait_for()
    page.wait_for_function(
        "[...document.querySelectorAll('input')].some((one) => one.value === '300')"
    )
    page.get_by_role("button", name="Reset all").click()
    page.locator(PAGE).get_by_text("Every setting has its default").wait_for()


def test_nothing_in_a_tab_can_be_chosen_until_its_values_have_come(wide: Walk) -> None:
    """They would be drawn over what was chosen, and that would be lost."""
    page = wide.page
    page.route("**/queue/join*", lambda _: None)
    wide.tab("Settings")
    few = page.get_by_label("Few tokens")
    expect(few).to_be_disabled()

    page.unroute("**/queue/join*")

    few.check()
    expect(few).to_be_checked()


def test_a_template_is_previewed_while_it_is_typed(wide: Walk) -> None:
    page = wide.page
    wide.tab("Settings")
    page.get_by_role("button", name="How it is written").click()
    field = page.get_by_label("Around the pinned memories")
    field.press("Control+a")
    field.press_sequentially("KEPT: {all_memories}")
    page.locator("pre.ltm-sent", has_text="KEPT: ").wait_for()
    field.press_sequentially("{nobody}")
    page.locator(PAGE).get_by_text("unknown placeholder").wait_for()

    expect(page.locator(PAGE)).not_to_contain_text("hold from now on")


def test_few_settings_are_shown_until_all_are_asked_for(wide: Walk) -> None:
    page = wide.page
    wide.tab("Settings")
    hidden = page.get_by_label("Farthest meaning that still counts")
    expect(hidden).to_be_hidden()
    page.get_by_label("All settings").check()
    hidden.wait_for()


def test_two_who_switch_at_once_are_told(
    wide: Walk, browser: Any, server: Running
) -> None:
    context = browser.new_context(viewport=DESKTOP)
    other = Walk(context.new_page(), server)
    for visit in (wide, other):
        visit.page.get_by_role("button", name="Here:").click()
        visit.page.get_by_label("Paused: nothing new").wait_for()

    wide.page.get_by_label("Paused: nothing new").check()
    wide.page.locator(PAGE).get_by_text("From now on: paused").wait_for()
    other.page.get_by_label("Incognito: nothing is stored").check()
    other.page.locator(PAGE).get_by_text("somebody else changed").wait_for()

    expect(other.page.get_by_label("Paused: nothing new")).to_be_checked()
    context.close()
