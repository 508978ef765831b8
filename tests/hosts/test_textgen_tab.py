"""The memory's tab in a real webui: what a person does there, with mouse and keys."""

from __future__ import annotations

import re
from typing import Any

import pytest

from long_term_memory.editor.texts import say
from tests.hosts.textgen_driver import ChatPage
from tests.server.in_sight import expect

pytestmark = [pytest.mark.webui, pytest.mark.slow]

FACT = "My sister Ingrid keeps bees in Bergen."
QUESTION = "What does my sister Ingrid keep?"
TABS = {
    "memories": FACT,
    "facts": "Ingrid keeps bees in Bergen.",
    "why": QUESTION,
    "summaries": "No summaries yet.",
    "transfer": say("transfer.export"),
    "safety": say("safety.all_kept"),
    "settings": "Every setting has its default.",
    "forget": say("forget.look"),
}


@pytest.fixture
def tab(chat: ChatPage) -> Any:
    """Tell something, ask for it in another chat, and open the tab."""
    chat.send(FACT)
    chat.new_chat()
    chat.send(QUESTION)
    chat.open_tab("Memory")
    page = chat.page.locator(".ltm-page")
    # Others told the same fact: only then are these the memories of this character.
    shown = page.locator("#ltm-character input")
    expect(shown).to_have_value(re.compile(chat.character()))
    page.get_by_text(FACT).first.wait_for()
    return page


def choose(tab: Any, name: str) -> None:
    tab.get_by_role("tab", name=say(f"{name}.title"), exact=True).click()


def sees(tab: Any, words: str) -> None:
    tab.get_by_text(words).locator("visible=true").first.wait_for()


def test_every_tab_shows_what_there_is(chat: ChatPage, tab: Any) -> None:
    for name, words in TABS.items():
        choose(tab, name)
        button = tab.get_by_role("button", name=words, exact=True)
        tab.get_by_text(words).or_(button).locator("visible=true").first.wait_for()

    assert chat.page_errors == []
    assert chat.errors() == []


def test_a_memory_is_found_put_right_and_that_is_taken_back(
    chat: ChatPage, tab: Any
) -> None:
    keys = chat.page.keyboard
    tab.get_by_role("tab", name=say("memories.title"), exact=True).focus()
    keys.press("/")
    chat.page.locator("#ltm-search :is(input, textarea):focus").wait_for()
    keys.type("Who keeps bees?")
    row = tab.locator(".ltm-row", has_text=FACT).first
    row.get_by_text("likely to answer this").wait_for()

    row.get_by_role("button", name="Edit").click()
    field = tab.locator("textarea.ltm-field")
    field.wait_for()
    field.fill("My sister Ingrid keeps goats in Bergen.")
    keys.press("Enter")
    sees(tab, "keeps goats")
    keys.press("Control+z")
    sees(tab, "Undone: editing")
    sees(tab, FACT)

    assert chat.page_errors == []


def test_a_switch_is_undone(chat: ChatPage, tab: Any) -> None:
    line = tab.locator(".ltm-rules button.label-wrap")
    line.click()
    tab.get_by_label("Paused", exact=False).first.check()
    tab.locator("[data-ltm-undo][title*='switches']").wait_for()

    tab.locator(".ltm-tools").get_by_role("button", name="Undo").click()

    sees(tab, "Undone: what was set with the switches.")
    line.get_by_text("every chat is remembered").wait_for()
    assert chat.page_errors == []


def test_all_of_a_character_is_forgotten(chat: ChatPage, tab: Any) -> None:
    choose(tab, "forget")
    tab.get_by_label(say("forget.everything")).check()
    tab.get_by_role("button", name=say("forget.look")).click()

    tab.locator(".ltm-goes input.ltm-field").fill(chat.character())
    chat.page.keyboard.press("Enter")

    sees(tab, "Forgotten for good")
    sees(tab, "0 messages in 0 chats")
    assert chat.page_errors == []
