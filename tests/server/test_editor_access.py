"""The editor for those who use a keyboard, a screen reader or a phone.

Set AXE_DIR to a folder in which `npm install axe-core@4.14.1` was run; else the test
looks where `.ci/run` puts it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.editor.sample import sample, tell
from long_term_memory.editor.texts import say
from tests.server.conftest import Running, running
from tests.server.in_sight import settled, still
from tests.server.test_editor_in_browser import LOADING_MS, PAGE, PHONE
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE = {"width": 1440, "height": 900}
TABS = (
    "memories",
    "facts",
    "why",
    "summaries",
    "transfer",
    "safety",
    "forget",
    "settings",
)
BUILT = Path(__file__).parents[2] / "build" / "axe"
AXE = (
    Path(os.environ.get("AXE_DIR", BUILT)) / "node_modules" / "axe-core" / "axe.min.js"
)
# All rules in the light; in the dark only the colors are others.
AUDIT = """async (dark) => (await axe.run(document.body, dark
  ? { runOnly: ["color-contrast"] } : {})).violations.flatMap(
  (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)}`))"""
# What is folded up is looked at, too.
UNFOLD = """() => {
  const page = document.querySelector(".ltm-page");
  const seen = [...page.querySelectorAll("details")].filter((one) => one.offsetParent);
  for (const one of seen.slice(0, 6)) one.open = true;
  for (const one of page.querySelectorAll("button.label-wrap:not(.open)"))
    if (one.offsetParent) one.click();
}"""
STOPS = """() => [...document.querySelectorAll(".ltm-table [data-ltm-row]")]
  .map((row) =>
  [...row.querySelectorAll("button, input, summary, a, textarea")]
    .filter((one) => one.offsetParent && one.tabIndex >= 0).length)"""
HIDDEN_TABS = """() => [...document.querySelectorAll('.ltm-page [role="tab"]')]
  .filter((one) => one.offsetParent)
  .filter((one) => { const at = one.getBoundingClientRect();
    return at.left < 0 || at.right > innerWidth || at.width === 0; })
  .map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a bank in which every kind of memory stands."""
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    bank = tell(engine)
    newest = bank.memories.list(limit=6)
    bank.memories.pin(newest[0].id)
    bank.memories.hide(newest[1].id)
    bank.memories.tag(newest[2].id, ["family", "summer"])
    bank.memories.update(newest[3].id, content="Changed by hand.")
    bank.memories.delete(newest[4].id)
    bank.memories.add("Bakes without nuts.", pinned=True)
    engine.close()
    with running(data_dir) as started:
        yield started


@pytest.fixture
def page(browser: Any, server: Running) -> Iterator[Any]:
    context = browser.new_context(viewport=WIDE)
    yield opened(context, server)
    context.close()


def opened(context: Any, server: Running) -> Any:
    page = context.new_page()
    page.goto(f"{server.url}/editor/")
    page.wait_for_selector(".ltm-status", timeout=LOADING_MS)
    go(page, "memories")
    page.wait_for_selector(".ltm-row")
    return page


def go(page: Any, tab: str) -> None:
    name = say(f"{tab}.title")
    page.get_by_role("tab", name=name, exact=True).click()
    page.get_by_role("tab", name=name, exact=True, selected=True).wait_for()
    settled(page)


def about(page: Any) -> None:
    """Have the page show as much as it can: a try in Why, what would be forgotten."""
    go(page, "why")
    field = page.get_by_label(say("trial.say_next"))
    # It is open by itself where there is no reply to explain.
    if not field.is_visible():
        page.get_by_role("button", name=say("trial.try")).first.click()
    field.fill(sample().questions[0])
    page.keyboard.press("Enter")
    page.locator(".ltm-line:visible").first.wait_for(timeout=60_000)
    go(page, "forget")
    page.get_by_label(say("memories.since")).last.fill("2026")
    page.get_by_role("button", name=say("forget.look")).click()
    page.locator(".ltm-goes").wait_for(timeout=60_000)
    go(page, "memories")
    page.locator("[data-ltm-do=details]:visible").first.click()
    page.locator(".ltm-about").wait_for()
    page.locator("[data-ltm-pick]:visible").first.check()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_amiss_in_any_tab(
    browser: Any, server: Running, viewport: Any
) -> None:
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm install --prefix build/axe axe-core@4.14.1")
    context = browser.new_context(viewport=viewport)
    page = opened(context, server)
    still(page)
    about(page)
    page.evaluate(AXE.read_text("utf-8"))

    amiss = {}
    for tab in TABS:
        go(page, tab)
        page.evaluate(UNFOLD)
        settled(page)
        for dark in (False, True):
            page.evaluate(
                "(dark) => document.body.classList.toggle('dark', dark)", dark
            )
            settled(page)
            amiss[tab, dark] = page.evaluate(AUDIT, dark)

    assert {tab: found for tab, found in amiss.items() if found} == {}
    context.close()


def test_on_a_phone_no_tab_hides(browser: Any, server: Running) -> None:
    context = browser.new_context(viewport=PHONE)
    page = opened(context, server)

    assert page.evaluate(HIDDEN_TABS) == []
    assert page.locator(f'{PAGE} [role="tab"]:visible').count() == len(TABS)
    context.close()


def test_every_row_is_one_stop(page: Any) -> None:
    stops = page.evaluate(STOPS)

    assert set(stops) == {1}


def test_ctrl_shift_z_does_again_what_ctrl_z_took_back(page: Any) -> None:
    row = page.locator(".ltm-row", has_text="yearly crisis").first
    row.get_by_role("button", name=say("memories.do_pin")).click()
    page.locator(PAGE).get_by_text("Pinned: it stands").first.wait_for()

    page.keyboard.press("Control+z")
    page.locator(".ltm-row:not(.ltm-pinned)", has_text="yearly crisis").first.wait_for()
    page.keyboard.press("Control+Shift+z")
    page.locator(".ltm-row.ltm-pinned", has_text="yearly crisis").first.wait_for()
