"""What nobody means to hand the editor, in a browser: shown as text, told plainly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.editor.texts import say
from tests.server.conftest import Running, running
from tests.server.in_sight import expect
from tests.server.test_editor_in_browser import DESKTOP, LOADING_MS, PAGE
from tests.server.test_editor_in_browser import browser as browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "<img src=x onerror='window.hacked=1'>"
SCOPE = Scope(user="default", character=NAME)
SCRIPT = "<script>window.hacked=1</script><b onclick='window.hacked=1'>bold</b>"
HALF = "half an emoji \ud83d here"
HEBREW = "שלום \u202eabc\u202c, my name is דוד"
LONG = "A megabyte of words. " * 50_000
TAGS = 10_000
GOOD = "The ferry leaves at nine."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data_dir = tmp_path_factory.mktemp("memories")
    engine = build_engine(Settings(), data_dir)
    bank = engine.bank(SCOPE)
    chat = bank.chat("<svg onload='window.hacked=1'>", host="test")
    shown = tuple(
        WindowMessage(role="user", name=NAME, content=text)
        for text in (SCRIPT, HALF, HEBREW, LONG, GOOD)
    )
    chat.observe(Window(messages=shown, complete=True))
    engine.close()
    with running(data_dir) as started:
        yield started


@pytest.fixture
def page(browser: Any, server: Running) -> Iterator[Any]:
    """The editor; afterwards nothing was run, asked of others or complained of."""
    context = browser.new_context(viewport=DESKTOP)
    found = context.new_page()
    amiss: list[str] = []
    found.on("pageerror", lambda error: amiss.append(str(error)))
    found.on(
        "console",
        lambda told: amiss.append(told.text) if told.type == "error" else None,
    )
    found.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((server.url, "data:", "blob:"))
            else amiss.append(asked.url)
        ),
    )
    found.goto(f"{server.url}/editor/")
    found.wait_for_selector(".ltm-row", timeout=LOADING_MS)
    yield found
    assert amiss == []
    assert found.evaluate("window.hacked") is None
    context.close()


def row(page: Any, text: str) -> Any:
    return page.locator(".ltm-row:visible", has_text=text).first


def sees(page: Any, text: str) -> None:
    page.locator(PAGE).get_by_text(text).first.wait_for(timeout=60_000)


def test_tags_of_html_are_text_and_a_mark_of_direction_turns_nothing_else(
    page: Any,
) -> None:
    words = page.locator(".ltm-table").inner_text()

    assert SCRIPT in words
    assert NAME in words
    assert "half an emoji \ufffd here" in words
    expect(row(page, "דוד")).to_contain_text("דוד")
    assert (
        page.locator(".ltm-table script, .ltm-table svg, .ltm-table img").count() == 0
    )


def test_a_megabyte_is_shown_in_short_and_can_be_opened_and_left(page: Any) -> None:
    size = page.evaluate("document.querySelector('.ltm-table').innerHTML.length")
    assert size < 200_000
    row(page, "A megabyte").get_by_role("button", name="Edit").click()
    page.locator("textarea.ltm-field").wait_for(timeout=60_000)
    page.keyboard.press("Escape")
    page.locator("textarea.ltm-field").wait_for(state="detached")

    row(page, GOOD).wait_for()


def test_too_long_a_text_is_refused_or_kept_whole(page: Any) -> None:
    row(page, GOOD).get_by_role("button", name="Edit").click()
    field = page.locator("textarea.ltm-field")
    field.fill(LONG)
    page.keyboard.press("Enter")
    page.locator("[data-ltm-said]:visible").first.wait_for(timeout=60_000)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")

    row(page, GOOD).wait_for(timeout=60_000)


def test_ten_thousand_tags_are_told_and_leave_the_memory_as_it_was(page: Any) -> None:
    row(page, GOOD).get_by_role("button", name=say("memories.do_details")).click()
    field = page.locator(".ltm-about [data-ltm-form] input.ltm-field").first
    field.fill(", ".join(f"tag{number}" for number in range(TAGS)))
    page.keyboard.press("Enter")

    page.locator(".ltm-notice.ltm-bad:visible").first.wait_for(timeout=60_000)
    assert page.locator(".ltm-row .ltm-tag").count() == 0


@pytest.mark.parametrize(
    ("name", "held"),
    [("holiday.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64), ("chat.json", b"{]")],
)
def test_a_file_of_the_wrong_kind_is_named_and_changes_nothing(
    page: Any, tmp_path: Path, name: str, held: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(held)
    page.get_by_role("tab", name=say("transfer.title"), exact=True).click()
    page.locator(f"{PAGE} input[type=file]").first.set_input_files(path)
    page.locator(PAGE).get_by_text(name).first.wait_for(timeout=60_000)
    page.get_by_role("button", name=say("transfer.preview"), exact=True).click()
    page.locator(PAGE).get_by_text(say("transfer.left_out")).first.wait_for(
        timeout=60_000
    )
    page.get_by_role("tab", name=say("memories.title"), exact=True).click()

    row(page, GOOD).wait_for()
    assert page.locator(".ltm-row").count() == 5
