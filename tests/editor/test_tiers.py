"""The summaries of a character's chats, and changing them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from long_term_memory.core.types import Query, Scope
from long_term_memory.editor import panels, tiers
from long_term_memory.editor.actions import View, listing
from long_term_memory.editor.host import Host
from long_term_memory.editor.page import Page
from long_term_memory.editor.panels import TurnView
from long_term_memory.editor.tiers import TierView
from long_term_memory.engine.compose import LastTurn, Request
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from tests.editor.conftest import ANNA, NOW, Stores, tell
from tests.editor.gradios import the_gradio


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

    view = pressed(engine, "regenerate")

    assert "made anew" in view.said.words
    assert engine.bank(ANNA).settle(20)
    html = html_of(engine)
    assert "They walked." not in html
    assert "messages 1 to 20" in html


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
    html = listing(engine, View(scope=walk, shelf="summary"), "ear")

    assert "Regenerate" in html
    assert ">Pin<" not in html


def test_the_last_turn_tells_them_from_what_is_pinned(
    engine: Engine, walk: Scope
) -> None:
    engine.bank(walk).memories.add("Anna limps.", pinned=True)

    html = panels.turn(engine, TurnView(turn=composed(engine)), "ear", "Nothing.")

    assert "Pinned (1)" in html
    assert "The story so far (3)" in html


@pytest.mark.gradio
def test_the_tab_shows_the_character_that_was_chosen(
    engine: Engine, walk: Scope
) -> None:
    page = Page(engine, Host(current=lambda: walk))
    with the_gradio().Blocks() as blocks:
        page.build(blocks)

    html, view = page.tiers.on_show(View(scope=walk), TierView())
    click = json.dumps({"do": "edit", "id": first_of(engine)})
    typing, edited = page.tiers.on_press(click, view)
    same, kept = page.tiers.on_show(View(scope=walk), edited)

    assert "messages 1 to 20" in html
    assert "<textarea" in typing
    assert kept == edited
    assert "value" not in same
