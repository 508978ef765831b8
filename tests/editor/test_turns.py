"""The status strip, and a turn with its reasons line by line."""

from __future__ import annotations

import json
from dataclasses import replace

from long_term_memory.core.policy import Policy
from long_term_memory.core.types import (
    Block,
    Context,
    MemoryItem,
    MemoryKind,
    Query,
    Recalled,
    Scope,
    ScoreParts,
)
from long_term_memory.editor import status, trying, turns
from long_term_memory.editor.host import Host
from long_term_memory.editor.sample import sample
from long_term_memory.editor.turns import TurnView
from long_term_memory.engine.compose import LastTurn
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from long_term_memory.storage.in_memory import InMemoryBank
from long_term_memory.testing import HashEmbedder
from tests.editor.conftest import ANNA, NOW, Stores

NOTHING = "Nothing yet."


def turn_of(context: Context, scope: Scope = ANNA) -> TurnView:
    """Return a view of a turn with this context."""
    query = Query(text="What is my cat called?")
    return TurnView(
        turn=LastTurn(at=NOW, scope=scope, chat="Picnic", query=query, context=context)
    )


def recalled(engine: Engine, text: str, parts: ScoreParts) -> Recalled:
    """Return a stored memory as if it had been recalled."""
    [memory] = engine.bank(ANNA).memories.search(text)
    return Recalled(memory=memory, score=3.25, parts=parts, chance=0.824)


def html_of(engine: Engine, view: TurnView) -> str:
    return turns.turn(engine, view, "ear", NOTHING)


def test_the_status_says_what_is_stored_and_what_runs(
    engine: Engine, anna: Scope
) -> None:
    html = status.status(engine, Host(), anna)

    assert "4 messages in 1 chat<" in html
    assert "all-MiniLM-L6-v2" in html
    assert str(engine.data_dir) in html


def test_the_status_asks_to_be_read_again_while_vectors_are_due(
    engine: Engine, anna: Scope
) -> None:
    engine.bank(anna).settle()

    html = status.status(engine, Host(), anna)

    assert "data-ltm-again" not in html


def test_a_turn_names_the_character_and_no_id_that_was_made_up(
    engine: Engine,
) -> None:
    known = turn_of(Context())
    assert known.turn is not None
    unnamed = replace(known, turn=replace(known.turn, chat="0a" * 16))

    assert "Anna, Picnic, " in html_of(engine, known)
    assert "Anna, " in html_of(engine, unnamed)
    assert "0a0a" not in html_of(engine, unnamed)


def test_nothing_stored_is_said_loudly(engine: Engine) -> None:
    host = Host(not_storing=lambda: "the chat is incognito")

    html = status.status(engine, host, None)

    assert "Nothing is being stored: the chat is incognito" in html
    assert "ltm-bad" in html


def test_the_last_fault_is_shown_with_what_was_done(engine: Engine) -> None:
    engine.faults.report("saving the chat", StoreError("The disk is full."))

    html = status.status(engine, Host(), None)

    assert "while saving the chat: The disk is full." in html


def test_the_status_tells_how_far_a_change_of_models_is(
    engine: Engine, anna: Scope
) -> None:
    bank = engine.bank(anna)
    assert bank.settle(20)
    assert "changing from" not in status.status(engine, Host(), anna)
    former = bank.embedding_state().serving
    assert former is not None
    bank.pause_indexing()
    other = HashEmbedder(dimension=32)

    bank.derive(other, 0)

    html = status.status(engine, Host(), anna)
    assert "changing from hash to all-MiniLM-L6-v2: 0 of 4 texts, paused" in html


def test_a_status_that_cannot_be_read_says_so(engine: Engine, stores: Stores) -> None:
    stores.refusal = StoreError("The folder is locked.")

    assert "The folder is locked." in status.status(engine, Host(), ANNA)


def test_a_turn_shows_its_blocks_as_sent_and_each_signal(
    engine: Engine, anna: Scope
) -> None:
    values = {"passage": 2.0, "lexical": 1.5, "date": -0.5, "question": 0.001}
    parts = ScoreParts(values, distance=0.42)
    item = recalled(engine, "miso", parts)
    block = Block(text="[Anna remembers:\nYou: My cat\n]", tokens=12, items=(item,))

    html = html_of(engine, turn_of(Context(recall=block)))

    assert "[Anna remembers:\nYou: My cat\n]" in html
    assert f"12 of {engine.settings.prompt.recall_tokens:,} tokens" in html
    assert "meaning</span>" in html
    assert "+2.00" in html
    assert "width:75%" in html
    assert "-0.50" in html
    assert "ltm-against" in html
    assert "is a question" not in html
    assert "Distance in meaning 0.42" in html
    assert "Why: meaning, shared words<" in html
    assert ">82 %</span>" in html
    assert "82 % likely to help" in html


def test_what_was_put_in_stands_before_its_reasons(engine: Engine, anna: Scope) -> None:
    """On a phone one stands below the other, and the answer is what is looked for."""
    item = recalled(engine, "miso", ScoreParts({"dense": 1}))
    block = Block(text="[Anna remembers]", tokens=4, items=(item,))

    html = html_of(engine, turn_of(Context(recall=block)))

    assert html.index("[Anna remembers]") < html.index("Brought to mind (1)")


def test_a_turn_shows_what_was_left_out_and_why(engine: Engine, anna: Scope) -> None:
    item = recalled(engine, "miso", ScoreParts({"dense": 1}))

    html = html_of(engine, turn_of(Context(left_out=(item,))))

    assert "Left out (1)" in html
    assert "over the token limit" in html


def test_many_recalled_memories_are_folded_up_unless_one_is_edited(
    engine: Engine, anna: Scope
) -> None:
    memories = [engine.bank(anna).memories.add(f"Note {n}.") for n in range(12)]
    items = tuple(Recalled(memory=m, score=1, parts=ScoreParts()) for m in memories)
    view = turn_of(Context(recall=Block(text="x", tokens=1, items=items)))

    folded = html_of(engine, view)
    last = json.dumps({"do": "edit", "id": memories[-1].id})
    opened = html_of(engine, turns.press_turn(engine, view, last))

    assert "4 more" in folded
    assert '<details class="ltm-more">' in folded
    assert '<details class="ltm-more" open>' in opened


def test_a_memory_can_be_changed_beside_the_turn(engine: Engine, anna: Scope) -> None:
    item = recalled(engine, "miso", ScoreParts({"dense": 1}))
    view = turn_of(Context(recall=Block(text="x", tokens=1, items=(item,))))

    pin = json.dumps({"do": "pin", "id": item.memory.id})
    html = html_of(engine, turns.press_turn(engine, view, pin))

    assert engine.bank(anna).memories.get(item.memory.id).pinned
    assert "Unpin" in html


def test_a_turn_may_show_a_memory_that_is_forgotten_since(
    engine: Engine, anna: Scope
) -> None:
    gone = MemoryItem(id="gone", kind=MemoryKind.NOTE, content="Once.", created_at=NOW)
    item = Recalled(memory=gone, score=1, parts=ScoreParts())

    assert "Once." in html_of(engine, turn_of(Context(left_out=(item,))))


def test_what_was_amiss_in_a_turn_is_told(engine: Engine, anna: Scope) -> None:
    silent = html_of(engine, turn_of(Context()))
    lexical = html_of(engine, turn_of(Context(lexical_only=True)))
    noted = html_of(engine, turn_of(Context(lexical_only=True, note="Too late.")))

    assert "Nothing was brought to mind" in silent
    assert "only words were compared" in lexical
    assert "Too late." in noted


def test_before_the_first_turn_there_is_nothing_to_show_or_press(
    engine: Engine,
) -> None:
    assert NOTHING in html_of(engine, TurnView())
    assert turns.press_turn(engine, TurnView(), "{}") == TurnView()


def test_a_turn_that_cannot_be_shown_says_why(engine: Engine, stores: Stores) -> None:
    note = MemoryItem(id="x", kind=MemoryKind.NOTE, content="Once.", created_at=NOW)
    item = Recalled(memory=note, score=1, parts=ScoreParts())
    stores.refusal = StoreError("The folder is locked.")

    assert "The folder is locked." in html_of(
        engine, turn_of(Context(left_out=(item,)))
    )


def test_a_message_can_be_tried_on_the_sample(engine: Engine) -> None:
    said = trying.load_sample(engine)
    view = trying.ask(engine, sample().questions[1], sample().scope)
    html = html_of(engine, view)

    assert f"{sample().length} messages" in said.words
    assert "allergic to hazelnuts" in html
    assert "Juniper remembers" in html


def test_trying_leaves_no_trace(engine: Engine) -> None:
    trying.load_sample(engine)
    before = engine.bank(sample().scope).stats()

    trying.ask(engine, "A secret that nobody may store", sample().scope)

    assert engine.bank(sample().scope).stats() == before


def test_trying_needs_a_message(engine: Engine) -> None:
    assert "Type a message" in trying.ask(engine, " ", sample().scope).said.words


def test_trying_the_sample_loads_it_if_need_be(engine: Engine) -> None:
    view = trying.ask(engine, sample().questions[1], sample().scope)

    assert "allergic to hazelnuts" in html_of(engine, view)


def test_a_sample_that_cannot_be_loaded_or_asked_says_why(
    engine: Engine, stores: Stores
) -> None:
    stores.refusal = StoreError("The disk is full.")
    stores.banks[sample().scope] = InMemoryBank()

    assert trying.load_sample(engine).failed
    assert "The disk is full." in trying.ask(engine, "Hello", sample().scope).said.words


def test_the_room_of_a_block_is_what_the_chats_budget_leaves_it(
    engine: Engine, anna: Scope
) -> None:
    engine.bank(anna).settle()
    view = trying.ask(engine, "What is my cat called?", anna)
    before = turns.turn(engine, view, "ear", "")

    engine.bank(anna).policies.set_character(Policy(budget=100))
    after = turns.turn(engine, view, "ear", "")

    usual = engine.settings.prompt.recall_tokens
    assert f" of {usual:,} tokens" in before
    assert f" of {usual:,} tokens" not in after


def test_a_fact_in_the_head_is_told_as_one_and_changed_elsewhere(
    engine: Engine, anna: Scope
) -> None:
    fact = MemoryItem(id="f", kind=MemoryKind.FACT, content="cat: Miso", created_at=NOW)
    items = (Recalled(memory=fact, score=1, parts=ScoreParts()),)
    parts = (("pinned", 3), ("facts", 4))
    block = Block(text="cat: Miso", tokens=7, items=items, parts=parts)

    html = html_of(engine, turn_of(Context(head=block)))

    assert "Facts (1)" in html
    assert "facts 4" in html
    assert "data-ltm-do" not in html
