"""The summaries of a character's chats, and changing them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from long_term_memory.core.types import Query, Scope
from long_term_memory.editor import turns
from long_term_memory.editor.host import Host
from long_term_memory.editor.memory_actions import PageState, listing
from long_term_memory.editor.page import Page
from long_term_memory.editor.tabs import summaries as tiers
from long_term_memory.editor.tabs.summaries import TierView
from long_term_memory.editor.turns import TurnView
from long_term_memory.engine.compose import LastTurn, Request
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from tests.editor.conftest import ANNA, NOW, Stores, tell
from tests.editor.gradios import the_gradio
from tests.editor.parsed import text_of


def words(text: str) -> int:
    return len(text.split())


def composed(engine: Engine) -> LastTurn:
    chat = engine.bank(ANNA).chat("Long walk", host="test")
    query = Query(text="And now?", visible=chat.newest_ids(20))
    context = chat.compose(
        Request(
            query=query,
            user_name="You",
            character_name="Anna",
            head_tokens=100,
            recall_tokens=100,
            summary_tokens=500,
            count=words,
        )
    )
    return LastTurn(at=NOW, scope=ANNA, chat="Long walk", query=query, context=context)


@pytest.fixture
def walk(engine: Engine) -> Scope:
    """A bank with one chat whose first forty messages have left the window."""
    told = [f"Yesterday I walked {n} miles to <blink>Bergen." for n in range(80)]
    tell(engine, "Long walk", *told)
    composed(engine)
    assert engine.bank(ANNA).settle(20)
    composed(engine)
    return ANNA


def first_of(engine: Engine) -> str:
    return engine.bank(ANNA).summaries.listed()[0].memory.id


def pressed(engine: Engine, do: str, text: str = "") -> TierView:
    click = json.dumps({"do": do, "id": first_of(engine), "text": text})
    return tiers.press(engine, TierView(scope=ANNA), click)


def html_of(engine: Engine, view: TierView | None = None) -> str:
    return tiers.listing(engine, view or TierView(scope=ANNA))


def test_summaries_are_listed_with_their_ranges(engine: Engine, walk: Scope) -> None:
    html = html_of(engine)

    assert "Long walk" in html
    assert "Summary, messages 1 to 20" in html
    assert "Summary, messages 41 to 60" in html
    assert "in the prompt" in html
    assert "&lt;blink&gt;Bergen" in html
    assert "<blink>" not in html


def test_an_edited_summary_is_marked_as_locked(engine: Engine, walk: Scope) -> None:
    view = pressed(engine, "edit")
    assert "<textarea" in html_of(engine, view)

    view = pressed(engine, "save", "They walked.")

    html = html_of(engine, view)
    assert "They walked." in html
    assert ">locked</span>" in html
    assert "by hand" in html
    assert "Unlock" in html


def test_a_summary_is_locked_unlocked_deleted_and_restored(
    engine: Engine, walk: Scope
) -> None:
    before = html_of(engine)

    assert ">Unlock<" in html_of(engine, pressed(engine, "lock"))
    assert ">Unlock<" not in html_of(engine, pressed(engine, "unlock"))
    assert "Restore" in html_of(engine, pressed(engine, "delete"))
    pressed(engine, "restore")

    assert html_of(engine) == before


def test_a_summary_is_made_anew(engine: Engine, walk: Scope) -> None:
    pressed(engine, "save", "They walked.")

    compared = html_of(engine, pressed(engine, "regenerate"))
    assert "They walked.</pre>" in compared
    assert "Bergen.</pre>" in compared
    assert "What you wrote is gone then." in compared
    assert "They walked." in html_of(engine)

    view = pressed(engine, "take")

    assert "made anew" in view.said.words
    html = html_of(engine)
    assert "They walked." not in html
    assert "messages 1 to 20" in html


def test_what_reads_the_same_made_anew_is_told_so(engine: Engine, walk: Scope) -> None:
    html = html_of(engine, pressed(engine, "regenerate"))

    assert "Made anew it reads the same." in html


def test_a_summary_that_is_gone_is_told_so(engine: Engine, walk: Scope) -> None:
    click = json.dumps({"do": "regenerate", "id": "ffff"})

    view = tiers.press(engine, TierView(scope=ANNA), click)

    assert view.said.failed
    assert "no more" in view.said.words


def test_all_of_a_chat_are_made_at_once_or_anew(engine: Engine, walk: Scope) -> None:
    first = first_of(engine)
    engine.bank(ANNA).memories.update(first, content="They walked.")
    [chat] = {one.chat for one in engine.bank(ANNA).summaries.listed()}

    def press(do: str) -> TierView:
        click = json.dumps({"do": do, "id": chat})
        return tiers.press(engine, TierView(scope=ANNA), click)

    assert "up to date" in press("make-now").said.words
    assert "All would read the same" in html_of(engine, press("anew-all"))
    options = replace(engine.settings.summaries, summary_chunk_tokens=20)
    engine.configure(replace(engine.settings, summaries=options))
    compared = html_of(engine, press("anew-all"))
    assert "would read otherwise" in compared
    assert "<h2>Made anew</h2>" in compared
    assert "made anew" in press("anew-all-now").said.words
    assert "All would read the same" in html_of(engine, press("anew-all"))
    assert "They walked." in html_of(engine)


def test_a_chat_that_still_fits_can_be_told_at_once(engine: Engine) -> None:
    tell(engine, "Walk", *(f"Yesterday I walked {n} miles." for n in range(60)))
    bank = engine.bank(ANNA)
    assert bank.summaries.listed() == []
    [chat] = [one.id for one in bank.chats()]
    assert f'data-ltm-do="make-now" data-ltm-id="{chat}"' in html_of(engine)

    click = json.dumps({"do": "make-now", "id": chat})
    view = tiers.press(engine, TierView(scope=ANNA), click)

    assert " made." in view.said.words
    assert "messages 1 to 20" in html_of(engine)


def test_a_text_that_is_too_long_for_the_prompt_is_told_beside_the_field(
    engine: Engine, walk: Scope
) -> None:
    long = "They walked and walked on. " * 300

    saved = pressed(engine, "save", long)
    editing = html_of(engine, pressed(engine, "edit"))
    composed(engine)
    html = html_of(engine)

    assert "its end is cut there" in saved.said.words
    assert 'data-ltm-room="500"' in editing
    assert "tokens of at most 500 in the prompt: its end is cut there" in editing
    assert "in the prompt, its end cut" in html
    head = engine.bank(ANNA).summaries.last_head(
        engine.bank(ANNA).summaries.listed()[0].chat
    )
    assert head is not None
    assert "They walked and walked on." in head.text


def test_what_the_last_prompt_told_stands_there_word_for_word(
    engine: Engine, walk: Scope
) -> None:
    head = composed(engine).context.head

    html = html_of(engine)
    changed = html_of(engine, pressed(engine, "save", "They walked."))

    assert "In the last prompt" in html
    assert head.text in text_of(html)
    assert "in the last prompt as it was before" in changed


def test_a_text_older_than_its_messages_is_marked(engine: Engine, walk: Scope) -> None:
    pressed(engine, "save", "They walked.")
    told = [f"Yesterday I walked {n} miles to <blink>Bergen." for n in range(80)]
    tell(engine, "Long walk", *told[:3], "Yesterday I ran.", *told[4:])
    composed(engine)

    html = html_of(engine)

    assert "They walked." in html
    assert "older than its messages: one was changed since" in html


def test_without_a_character_or_summaries_it_says_when_they_come(
    engine: Engine, anna: Scope
) -> None:
    assert "No summaries yet" in html_of(engine, TierView())
    assert "No summaries yet" in html_of(engine)
    assert tiers.press(engine, TierView(), "{}") == TierView()


def test_switched_off_is_said(engine: Engine, walk: Scope) -> None:
    off = replace(engine.settings.summaries, rolling_summaries=False)
    engine.configure(replace(engine.settings, summaries=off))

    assert "switched off" in html_of(engine)


def test_a_failure_is_a_sentence(engine: Engine, stores: Stores) -> None:
    stores.refusal = StoreError("The disk is full.")

    assert "The disk is full." in html_of(engine)


def test_the_list_of_memories_has_a_shelf_for_them(engine: Engine, walk: Scope) -> None:
    html = listing(engine, PageState(scope=walk, shelf="summary"), "ear")

    assert "Make anew" in html
    assert ">Pin<" not in html


def test_the_last_turn_tells_them_from_what_is_pinned(
    engine: Engine, walk: Scope
) -> None:
    engine.bank(walk).memories.add("Anna limps.", pinned=True)

    html = turns.turn(engine, TurnView(turn=composed(engine)), "ear", "Nothing.")

    assert "Pinned (1)" in html
    assert "The story so far (3)" in html


@pytest.mark.gradio
def test_the_tab_shows_the_character_that_was_chosen(
    engine: Engine, walk: Scope
) -> None:
    page = Page(engine, Host(current=lambda: walk))
    with the_gradio().Blocks() as blocks:
        page.build(blocks)

    tab = page.tab(tiers.SummariesTab)
    html, view = tab.on_show(PageState(scope=walk), TierView())
    click = json.dumps({"do": "edit", "id": first_of(engine)})
    typing, edited = tab.on_press(click, view)
    same, kept = tab.on_show(PageState(scope=walk), edited)

    assert "messages 1 to 20" in html
    assert "<textarea" in typing
    assert kept == edited
    assert "value" not in same
