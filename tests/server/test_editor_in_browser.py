"""The server's page in a real browser: what a person sees and does."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor.texts import say, speaking
from tests.server.conftest import Running, running
from tests.server.in_sight import expect, settled, still

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
NASTY = [
    "<img src=x onerror='window.hacked = 1'> image",
    "<script>window.hacked = 1</script> script",
    "</textarea></pre><svg onload='window.hacked = 1'> svg",
    "${window.hacked = 1} {{value}} {{{value}}} ${value} braces",
    "\" onmouseover='window.hacked = 1' x=\" quote",
]
ANNA = Scope(user="default", character="Anna <b onclick='window.hacked=1'>")
# Half an emoji, as a client's `slice()` makes it, and what no page can show.
BERT = Scope(user="default", character="Bert \ud83d")
HALF = ("Half a \ud83d face", "nul\x00 and \x1b[31m escape \udce9")
PHONE = {"width": 390, "height": 844}
TABS = (
    *("Memories", "Facts", "Why", "Summaries", "Import and export"),
    *("Safety", "Forget", "Settings"),
)
LOADING_MS = 180_000
# What WCAG 2.2 asks of texts (1.4.3), and what a thumb meets.
CONTRAST_LEAST = 4.5
THUMB_PX = 40
SMALL = """(least) => [...document.querySelectorAll(".ltm-page button")]
  .filter((one) => one.offsetParent && one.textContent.trim())
  .filter((one) => one.offsetHeight < least)
  .map((one) => `${one.offsetHeight} ${one.textContent.trim()}`)"""
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
ROOM = say("labels.recall_tokens")
FOR_THIS = say("why.for_this")
IN_EVERY = say("why.in_every")
SAMPLE = say("trial.sample")
PAGE = ".ltm-page"  # and not where the same is said to those who do not see it
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose bank holds what a bad message would hold."""
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    shown = tuple(
        WindowMessage(
            role="assistant" if place % 2 else "user",
            content=text,
            name=ANNA.character if place % 2 else "You",
        )
        for place, text in enumerate([*NASTY, "My cat is called Miso."])
    )
    chat = engine.bank(ANNA).chat("Chat <i>one</i>", host="test")
    chat.observe(Window(messages=shown, complete=True))
    engine.bank(ANNA).memories.add(NASTY[0], pinned=True)
    odd = tuple(
        WindowMessage(role="user", content=text, name="You \udce9", position=place)
        for place, text in enumerate(HALF)
    )
    half = engine.bank(BERT).chat("Half \ud83d", host="test")
    half.observe(Window(messages=odd, complete=True))
    engine.close()
    with running(data_dir) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A page and what it did that it should not."""

    def __init__(self, page: Any, server: Running) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self._here = (server.url, "data:", "blob:")
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)
        page.goto(f"{server.url}/")
        # The first visitor reads another page until Gradio is loaded.
        page.wait_for_selector(".ltm-status", timeout=LOADING_MS)
        page.wait_for_selector(".ltm-row")
        self.choose(ANNA.character)

    def choose(self, character: str) -> None:
        """Look at a character's memories, whoever was changed last."""
        field = self.page.get_by_label("Character").first
        field.click()
        self.page.get_by_role("option", name=character).first.click()
        self.row("Miso").wait_for()

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self._here):
            self.foreign.append(request.url)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()
        self.page.get_by_role("tab", name=name, selected=True).wait_for()

    def audit(self) -> list[str]:
        """Return the texts in sight that stand out too little, each with its ratio."""
        found: list[str] = self.page.evaluate(CONTRAST, CONTRAST_LEAST)
        return found

    def row(self, text: str) -> Any:
        return self.page.locator("[data-ltm-row]:visible", has_text=text).first


@pytest.fixture
def visit(browser: Any, server: Running) -> Iterator[Visit]:
    context = browser.new_context(viewport=DESKTOP)
    yield Visit(context.new_page(), server)
    context.close()


def test_messages_are_text_and_nothing_is_loaded_from_elsewhere(visit: Visit) -> None:
    words = visit.page.locator(".ltm-table").inner_text()
    visit.row("image").get_by_role("button", name="Edit").click()
    visit.page.wait_for_selector("textarea.ltm-field")
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_selector("textarea.ltm-field", state="detached")

    for text in NASTY:
        assert text in words
    assert ANNA.character in words
    assert "Chat <i>one</i>" in words
    assert visit.page.evaluate("window.hacked") is None
    assert visit.foreign == []
    assert visit.errors == []


def test_half_an_emoji_in_names_and_texts_leaves_the_whole_page_alive(
    visit: Visit,
) -> None:
    page = visit.page
    chosen = page.get_by_label("Character").first
    chosen.click()
    page.get_by_role("option", name="Bert").click()
    row = visit.row("Half a \ufffd face")
    row.wait_for()
    table = page.locator(".ltm-table")
    expect(table).to_contain_text("nul\ufffd and \ufffd[31m escape")
    row.get_by_role("button", name="Pin").click()
    page.locator(PAGE).get_by_text("Pinned: it stands").wait_for()
    visit.tab("Summaries")
    page.locator(PAGE).get_by_text("No summaries yet").wait_for()
    visit.tab("Safety")
    page.get_by_role("button", name="Back up now").wait_for()

    visit.tab("Import and export")
    chat = {"internal": [["Hello", HALF[0]]], "visible": [["Hello", HALF[0]]]}
    page.locator("input[type=file]").set_input_files(
        {
            "name": "odd \ufffd.json",
            "mimeType": "application/json",
            "buffer": json.dumps(chat).encode(),
        }
    )
    page.locator(PAGE).get_by_text("1 file chosen").wait_for()
    page.get_by_label("Character").last.fill("Cleo")
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator(PAGE).get_by_text("What came").wait_for(timeout=60_000)
    visit.tab("Memories")
    visit.row("Half a \ufffd face").wait_for()

    assert visit.errors == []


def test_the_sample_shows_what_a_message_brings_to_mind(visit: Visit) -> None:
    page = visit.page
    visit.tab("Why")
    page.get_by_role("button", name=SAMPLE).click()  # folded, for there is Anna
    page.get_by_role("button", name="Load the sample chat").click()
    page.locator(PAGE).get_by_text("messages of 6 chats are loaded").wait_for(
        timeout=60_000
    )

    page.get_by_role("button", name="I baked something with hazelnuts").click()
    page.get_by_role("heading", name="Brought to mind").wait_for(timeout=60_000)

    expect(page.get_by_label(FOR_THIS)).to_contain_text("allergic to hazelnuts")
    card = visit.row("allergic to hazelnuts")
    card.locator("summary").click()
    expect(card).to_contain_text("shared words")

    card.get_by_role("button", name="Pin").click()
    visit.row("allergic to hazelnuts").get_by_role("button", name="Unpin").wait_for()
    page.get_by_role("button", name="What is my cat called again?").click()
    page.get_by_label(IN_EVERY).wait_for(timeout=60_000)

    expect(page.get_by_label(IN_EVERY)).to_contain_text("allergic to hazelnuts")
    expect(page.get_by_label(FOR_THIS)).to_contain_text("Sultan")
    assert visit.errors == []


def test_the_list_is_narrowed_by_speaker_and_day_and_a_search_tells_chances(
    visit: Visit,
) -> None:
    page = visit.page
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Said by").click()
    page.get_by_role("option", name="You", exact=True).click()
    visit.row("svg").wait_for()
    visit.row("Miso").wait_for(state="detached")

    day = page.get_by_label("From")
    day.fill("yesterweek")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("“yesterweek” is no day").wait_for()
    day.fill("2020")
    page.get_by_label("Search").fill("svg")
    page.locator(".ltm-row", has_text="has the words").wait_for()

    expect(visit.row("has the words")).to_contain_text("svg")
    assert visit.errors == []


def test_a_pause_is_set_in_the_header_and_holds_for_the_next_visitor(
    visit: Visit, server: Running
) -> None:
    page = visit.page
    page.get_by_role("button", name="Here: every chat is remembered").click()
    page.get_by_label("Paused: nothing new is stored").check()
    page.locator(PAGE).get_by_text("From now on: paused").wait_for()

    other = Visit(page.context.new_page(), server).page
    other.get_by_role("button", name="Here: paused").click()
    other.get_by_label("As usual").first.check()
    other.get_by_role("button", name="Here: every chat is remembered").wait_for()

    assert visit.errors == []


def test_a_memory_is_found_edited_deleted_and_brought_back_by_keyboard(
    visit: Visit,
) -> None:
    page = visit.page
    page.get_by_label("Search").fill("miso")
    page.wait_for_function("document.querySelectorAll('.ltm-row').length === 1")

    visit.row("Miso").get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('textarea.ltm-field')")
    page.keyboard.press("Control+A")
    page.keyboard.type("My cat is called Miso, the second.")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Saved.").wait_for()

    row = visit.row("the second")
    expect(row).to_contain_text("edited")
    row.get_by_role("button", name="Delete").click()
    page.locator("[data-ltm-said]").get_by_role("button", name="Undo").click()
    page.locator(PAGE).get_by_text("Undone: deleting").wait_for()

    expect(visit.row("the second")).to_be_visible()
    assert visit.errors == []


def add_note(visit: Visit, text: str) -> None:
    page = visit.page
    page.get_by_role("button", name="Add a note").click()
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("button", name="Add", exact=True).click()
    visit.row(text).wait_for()


def test_a_note_is_added_and_stands_in_the_list(visit: Visit) -> None:
    add_note(visit, "Likes the rain.")

    expect(visit.row("Likes the rain.")).to_contain_text("note")


def test_an_earlier_version_is_compared_and_brought_back(visit: Visit) -> None:
    page = visit.page
    visit.row("braces").get_by_role("button", name="Edit").click()
    page.locator("textarea.ltm-field").fill(NASTY[1])
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Saved.").wait_for()

    page.get_by_role("button", name="Details: <script>").first.click()
    page.locator(".ltm-earlier del", has_text="braces").wait_for()
    page.get_by_role("button", name="Bring back").first.click()
    page.locator(PAGE).get_by_text("Brought back.").wait_for()

    expect(page.locator(".ltm-table")).to_contain_text(NASTY[3])
    assert page.evaluate("window.hacked") is None
    assert visit.errors == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_backup_is_made_checked_and_put_back(
    browser: Any, server: Running, viewport: Any
) -> None:
    context = browser.new_context(viewport=viewport)
    visit = Visit(context.new_page(), server)
    page = visit.page
    note = f"Only here since the backup, {viewport['width']}."
    visit.tab("Safety")
    page.get_by_role("button", name="Back up now").click()
    page.locator(PAGE).get_by_text("Saved and checked").wait_for()
    visit.tab("Memories")
    add_note(visit, note)
    visit.tab("Safety")

    newest = page.locator(".ltm-backups li").first
    newest.get_by_role("button", name="Check").click()
    page.locator(PAGE).get_by_text("holds what was saved").wait_for()
    newest.locator("summary").click()
    newest.get_by_role("button", name="Restore all").click()
    page.locator(PAGE).get_by_text("Nothing was changed").wait_for()
    newest.locator("summary").click()
    newest.get_by_label("Type “restore” to go on").fill("restore")
    newest.get_by_role("button", name="Restore all").click()
    page.locator(PAGE).get_by_text("Restored.").wait_for(timeout=60_000)
    visit.tab("Memories")

    visit.row(note).wait_for(state="detached")
    expect(visit.row("Miso")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert visit.errors == []
    context.close()


def test_the_check_up_and_a_rebuild_say_what_they_found_and_made(visit: Visit) -> None:
    page = visit.page
    visit.tab("Safety")

    page.get_by_role("button", name="Check everything").click()
    page.locator(PAGE).get_by_text("things are well").wait_for(timeout=60_000)
    page.get_by_role("button", name="Rebuild").click()
    page.locator(PAGE).get_by_text("was made anew").wait_for(timeout=60_000)
    page.get_by_label("Days").fill("36000")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Nothing is that old").wait_for()

    assert page.evaluate("window.hacked") is None
    assert visit.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_everything_fits_its_width(
    browser: Any, server: Running, scheme: str
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    visit = Visit(context.new_page(), server)

    for tab in TABS:
        visit.tab(tab)
        settled(visit.page)
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], tab

    context.close()


def test_a_changed_setting_holds_for_the_next_visitor(
    visit: Visit, browser: Any, server: Running
) -> None:
    visit.tab("Settings")
    field = visit.page.get_by_label(ROOM)
    field.fill("640")
    visit.page.get_by_role("button", name="Apply", exact=True).click()
    visit.page.locator(PAGE).get_by_text("hold from now on").wait_for()

    context = browser.new_context(viewport=DESKTOP)
    other = Visit(context.new_page(), server)
    other.tab("Settings")
    other.page.wait_for_function(
        "[...document.querySelectorAll('input')].some((one) => one.value === '640')"
    )

    expect(other.page.get_by_role("spinbutton", name=ROOM)).to_have_value("640")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_text_stands_out_and_every_button_can_be_met(
    browser: Any, server: Running, scheme: str, viewport: Any
) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    visit = Visit(context.new_page(), server)
    page = visit.page

    still(page)
    poor, small = {}, {}
    for tab in TABS:
        visit.tab(tab)
        settled(page)
        poor[tab] = visit.audit()
        small[tab] = page.evaluate(SMALL, THUMB_PX)

    assert {tab: words for tab, words in poor.items() if words} == {}
    if viewport == PHONE:
        assert {tab: words for tab, words in small.items() if words} == {}
    context.close()


def focused(page: Any) -> str:
    """Return what has the keyboard: its words, and those of its row."""
    words: str = page.evaluate(
        """() => {
          const one = document.activeElement;
          const row = one.closest("[data-ltm-row]");
          return `${one.textContent} | ${row ? row.textContent : ""}`;
        }"""
    )
    return words


def test_after_a_deletion_the_keyboard_stays_and_ctrl_z_brings_it_back(
    visit: Visit,
) -> None:
    page = visit.page
    rows = [row.inner_text() for row in page.locator(".ltm-row").all()]
    place = next(n for n, words in enumerate(rows) if "svg" in words)

    visit.row("svg").get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Deleted: it is no longer").first.wait_for()
    neighbour = page.locator(".ltm-row").nth(place)
    expect(neighbour.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Control+z")
    page.locator(PAGE).get_by_text("Undone: deleting").first.wait_for()

    expect(visit.row("svg")).to_be_visible()
    assert visit.errors == []


def test_ctrl_z_undoes_an_edit_and_a_pin(visit: Visit) -> None:
    page = visit.page
    visit.row("quote").get_by_role("button", name="Edit").click()
    page.locator("textarea.ltm-field").fill("A plain quote.")
    page.keyboard.press("Enter")
    page.locator(PAGE).get_by_text("Saved.").first.wait_for()
    page.keyboard.press("Control+z")
    page.locator(PAGE).get_by_text("Undone: editing").first.wait_for()
    expect(page.locator(".ltm-table")).to_contain_text(NASTY[4])

    visit.row("quote").get_by_role("button", name="Pin", exact=False).last.click()
    page.locator(PAGE).get_by_text("Pinned: it stands").first.wait_for()
    page.keyboard.press("Control+z")
    page.locator(PAGE).get_by_text("Undone: pinning").first.wait_for()

    assert visit.errors == []


SLASH = """() => {
  const key = new KeyboardEvent("keydown", { key: "/", bubbles: true });
  document.body.dispatchEvent(key);
  return document.activeElement.closest("#ltm-search") !== null;
}"""


def test_a_slash_searches_from_anywhere_and_escape_leaves(visit: Visit) -> None:
    page = visit.page
    visit.tab("Safety")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.closest('#ltm-search') !== null")
    page.keyboard.type("mis/o")
    expect(page.get_by_label("Search")).to_have_value("mis/o")
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.closest('#ltm-search')") is None
    # What is typed next is the search, however soon.
    assert page.evaluate(SLASH)
    assert visit.errors == []


def test_escape_leaves_a_question(visit: Visit) -> None:
    page = visit.page
    visit.row("braces").get_by_role("button", name="Delete").click()
    page.locator(PAGE).get_by_text("Deleted: it is").wait_for()
    page.get_by_label("Show").click()
    page.get_by_role("option", name="Deleted").click()
    visit.row("braces").get_by_role("button", name="Forget for good").click()
    page.get_by_label("Type “forget” to go on").wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("Type “forget” to go on").wait_for(state="detached")
    visit.row("braces").get_by_role("button", name="Restore").click()
    page.locator(PAGE).get_by_text("Restored.").wait_for()

    assert visit.errors == []


def test_on_a_phone_the_prompt_stands_before_its_reasons(
    browser: Any, server: Running
) -> None:
    context = browser.new_context(viewport=PHONE)
    visit = Visit(context.new_page(), server)
    page = visit.page
    visit.tab("Why")
    page.get_by_label("What you say next").fill("What is my cat called?")
    page.keyboard.press("Enter")
    page.locator(".ltm-line:visible").first.wait_for(timeout=60_000)

    prompt = page.locator(".ltm-sent:visible").first.bounding_box()
    reason = page.locator(".ltm-line:visible").first.bounding_box()

    assert prompt["y"] + prompt["height"] <= reason["y"]
    context.close()


def test_a_row_is_one_stop_and_the_arrows_walk_inside_it(visit: Visit) -> None:
    page = visit.page
    visit.row("Miso").get_by_role("button", name="Edit").focus()
    here = focused(page)
    page.keyboard.press("ArrowRight")
    right = focused(page)
    page.keyboard.press("ArrowDown")
    below = focused(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    back = focused(page)
    page.keyboard.press("Tab")
    beyond = focused(page)

    assert here.startswith("Edit")
    assert back == here
    assert right.startswith("Pin")
    assert "Miso" in right
    assert below.startswith(("Pin", "Unpin"))
    assert "Miso" not in below
    assert beyond.rpartition(" | ")[2]
    assert "Miso" not in beyond


def test_what_was_done_is_said_in_a_place_that_stays(visit: Visit) -> None:
    page = visit.page
    region = page.locator("#ltm-live")
    assert region.get_attribute("role") == "status"
    before = region.element_handle()

    visit.row("Miso").get_by_role("button", name="Delete").click()
    page.wait_for_function(
        "document.querySelector('#ltm-live').textContent.includes('Deleted')"
    )
    page.keyboard.press("Control+z")
    page.wait_for_function(
        "document.querySelector('#ltm-live').textContent.includes('Undone')"
    )

    assert before.evaluate("(one) => one.isConnected")


def test_a_browser_that_asks_for_chinese_reads_chinese(
    browser: Any, server: Running
) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server.url}/editor/")
    page.wait_for_selector(".ltm-row", timeout=LOADING_MS)
    page.get_by_role("tab", name="记忆").wait_for()

    with speaking("zh"):
        for key in ("why", "summaries", "transfer", "safety", "forget", "settings"):
            page.get_by_role("tab", name=say(f"{key}.title"), exact=True).click()
            settled(page)
            # Names of programs, files and models stay as they are; that something is
            # being read is told in English until the page knows who visits it.
            english = re.compile(r"Nothing| the (?!author)")
            expect(page.locator(PAGE)).not_to_contain_text(english, use_inner_text=True)
        room = say("labels.recall_tokens")
        # A setting that was changed stands in the list of changes, too.
        page.locator(PAGE).get_by_text(room, exact=True).last.wait_for()
    context.close()
