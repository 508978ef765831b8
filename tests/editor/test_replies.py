"""The last replies of a character: none is told twice, and each has a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from long_term_memory.core.types import Context, Query, Scope
from long_term_memory.editor import replies, trying, turns
from long_term_memory.editor.host import Host
from long_term_memory.editor.turns import TurnView
from long_term_memory.engine.compose import LastTurn, Request
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from tests.editor.conftest import NOW, Stores, tell

pytestmark = pytest.mark.gradio

ASK = "What is my cat called, dear Anna?"


def turn_of(scope: Scope, chat: str = "Picnic", text: str = ASK) -> LastTurn:
    query = Query(text=text)
    return LastTurn(
        at=NOW, scope=scope, chat=chat, host="test", query=query, context=Context()
    )


def reply(engine: Engine, scope: Scope) -> Context:
    """Answer a question in a chat, and have it recorded."""
    tell(engine, "Dinner", ASK, scope=scope)
    chat = engine.bank(scope).chat("Dinner", host="test")
    query = Query(text=ASK, visible=chat.newest_ids(1))
    made = chat.compose(
        Request(
            query=query,
            user_name="You",
            character_name=scope.character,
            head_tokens=400,
            recall_tokens=400,
            count=len,
        )
    )
    chat.note_turn(made, query=query)
    return made


def test_what_is_recorded_and_what_the_host_knows_are_told_once(
    engine: Engine, anna: Scope
) -> None:
    made = reply(engine, anna)
    same = replace(turn_of(anna, "Dinner"), context=made)
    unstored = turn_of(anna, "incognito", "Psst!")
    other = turn_of(replace(anna, character="Bert"))
    host = Host(last_turns=lambda: [same, unstored, other])

    told = replies.replies(engine, host, anna)

    assert {one.query.text for one in told} == {ASK, "Psst!"}
    assert len(told) == 2
    assert replies.replies(engine, host, None) == []


def test_a_recorded_reply_is_as_it_was_and_has_a_name(
    engine: Engine, anna: Scope
) -> None:
    made = reply(engine, anna)

    [told] = replies.replies(engine, Host(), anna)
    labels = replies.choices([told])

    assert told.context is made
    assert replies.chosen([told], replies.key_of(told)) is told
    assert replies.chosen([told], "gone") is told
    assert ASK in labels[1][0]
    assert "Dinner" in labels[1][0]


def test_a_record_that_cannot_be_read_leaves_what_the_host_knows(
    engine: Engine, anna: Scope, stores: Stores
) -> None:
    other = Scope(user="default", character="Closed")
    stores.refusal = StoreError("The folder is locked.")
    host = Host(last_turn=lambda: turn_of(other))

    assert [one.query.text for one in replies.replies(engine, host, other)] == [ASK]


def test_a_reply_to_what_is_not_stored_says_so(engine: Engine, anna: Scope) -> None:
    unknown = replace(turn_of(anna, text=""), at=NOW + timedelta(days=1))

    assert "not stored" in replies.choices([unknown])[1][0]
    assert "not stored" in turns.turn(engine, TurnView(turn=unknown), "ear", "")


def test_the_line_that_was_clicked_stays_unfolded(engine: Engine, anna: Scope) -> None:
    assert engine.bank(anna).settle(20)
    view = trying.ask(engine, "What is my cat Miso called?", anna)
    assert view.turn is not None
    [first, *_] = view.turn.context.recall.items
    click = f'{{"do": "pin", "id": "{first.memory.id}"}}'

    before = turns.turn(engine, view, "ear", "")
    after = turns.turn(engine, turns.press_turn(engine, view, click), "ear", "")

    assert "<details open>" not in before
    assert after.count("<details open>") >= 1
    assert engine.bank(anna).memories.get(first.memory.id).pinned


def test_what_stands_in_the_prompt_did_not_nearly_make_it(
    engine: Engine, anna: Scope
) -> None:
    engine.bank(anna).memories.add("My cat is a very old cat.", pinned=True)
    assert engine.bank(anna).settle(20)
    view = trying.ask(engine, "What is my cat Miso called?", anna)

    html = turns.turn(engine, view, "ear", "")

    [told] = html.partition("Nearly made it")[2:]
    assert "My cat is a very old cat." in html
    assert "My cat is a very old cat." not in told


def test_what_is_put_together_from_the_record_says_so(
    engine: Engine, anna: Scope
) -> None:
    recorded = replace(turn_of(anna), whole=False)

    assert "From the record" in turns.turn(engine, TurnView(turn=recorded), "ear", "")


def test_a_note_for_all_characters_is_changed_from_the_turn(
    engine: Engine, anna: Scope
) -> None:
    settings = engine.settings
    shared = replace(settings.prompt, shared_notes=True)
    engine.configure(replace(settings, prompt=shared))
    note = engine.shared(anna.user).memories.add("It is spring.")
    view = trying.ask(engine, "What is my cat called?", anna)

    html = turns.turn(engine, view, "ear", "")
    click = f'{{"do": "save", "id": "{note.id}", "text": "It is autumn."}}'
    view = turns.press_turn(engine, view, click)

    assert "It is spring." in html
    assert not view.said.failed
    assert engine.shared_notes(anna)[0].content == "It is autumn."
