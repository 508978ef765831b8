"""Imports and clearings are steps, undone and done again as others are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import Annotation
from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.records import ChatName, never
from long_term_memory.errors import NotFound

from .builders import a_chat, texts, window
from .conftest import MIKU, Clock

LINES = ("> My sister keeps bees.", "How many hives?", "> Nine hives.")
FEW = LINES[:1]


def a_name(name: str) -> ChatName:
    return ChatName(host="test", name=name, gone=never)


def bring(bank: Bank, batch: str = "b1", lines: tuple[str, ...] = LINES) -> None:
    """Import two chats, one of which is here already, and two notes."""
    for name in ("one", "two"):
        bank.undo_log.observe(batch, "import of it", a_name(name), window(*lines))
    notes = {f"{batch}-bees": "Bees.", f"{batch}-hives": "Hives."}
    bank.undo_log.put_notes(batch, "import of it", notes)


def standing(bank: Bank) -> tuple[list[list[str]], list[str]]:
    """Return what stands in the chats, and the notes."""
    chats = [texts(bank.chat(name, host="test")) for name in ("one", "two")]
    return chats, sorted(one.content for one in bank.memories.notes())


def test_an_import_is_undone_and_done_again_as_one_step_across_restarts(
    open_engine: Callable[[], Engine],
) -> None:
    engine = open_engine()
    bank = engine.bank(MIKU)
    a_chat(bank, "one", *FEW)
    before = standing(bank)
    bring(bank)
    after = standing(bank)
    [step] = bank.edit_history.newest()
    engine.close()

    for _ in range(2):
        engine = open_engine()
        bank = engine.bank(MIKU)
        undone = bank.edit_history.undo()
        assert (standing(bank), bank.undo_log.all()) == (before, [])
        engine.close()

        engine = open_engine()
        bank = engine.bank(MIKU)
        again = bank.edit_history.redo()
        assert standing(bank) == after
        assert [one.id for one in bank.undo_log.all()] == ["b1"]
        engine.close()

    assert (step.what, step.text, step.count) == ("import", "import of it", 0)
    for outcome in (undone, again):
        assert (outcome.chats, outcome.notes, outcome.kept) == (2, 2, ())
        assert outcome.text == "import of it"


def test_all_that_was_done_is_undone_one_by_one_and_done_again(bank: Bank) -> None:
    a_chat(bank, "one", *FEW)
    note = bank.memories.add("Nuts.").id
    acts: list[Callable[[], object]] = [
        lambda: bring(bank),
        lambda: bank.memories.update("b1-bees", content="Wasps."),
        lambda: bank.undo_log.clear("c1", "clearing of it"),
        lambda: bank.undo_log.undo("c1"),
        lambda: bank.memories.update(note, content="Oats."),
        lambda: bring(bank, "b2", (*LINES, "So many!")),
        lambda: bank.undo_log.undo("b2"),
    ]
    states = [standing(bank)]
    for act in acts:
        act()
        states.append(standing(bank))
    assert all(one != other for one, other in pairwise(states))

    back = []
    for state in reversed(states[:-1]):
        back.append(bank.edit_history.undo().what)
        assert standing(bank) == state
    for state in states[1:]:
        bank.edit_history.redo()
        assert standing(bank) == state

    words = ["take_back", "import", "edit", "take_back", "clear", "edit", "import"]
    assert back == words


def test_what_went_on_since_is_left_alone_and_told(bank: Bank) -> None:
    bring(bank)
    bank.chat("two", host="test").observe(window(*LINES, "Then I grew ten."))
    [hand] = [one for one in bank.memories.hands() if one.key == "b1-bees"]
    bank.state.store.annotations.put(hand._replace(content="Wasps."))
    bank.state.reload()

    undone = bank.edit_history.undo()
    again = bank.edit_history.redo()

    assert (undone.chats, undone.notes) == (1, 1)
    assert set(undone.kept) == {"two", "Wasps."}
    assert (again.chats, again.notes, again.kept) == (1, 1, ())
    assert texts(bank.chat("two", host="test"))[-1] == "Then I grew ten."


def test_an_import_of_the_same_note_anew_is_unwound_to_the_first(
    bank: Bank, clock: Clock
) -> None:
    def put(content: str) -> None:
        now = clock()
        hand = Annotation(
            kind=MemoryKind.NOTE,
            key="n",
            content=content,
            pinned=False,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )
        bank.undo_log.put_hands("b1", "import", [hand], newer_wins=True)

    for text in ("One.", "Two."):
        put(text)
        clock.advance(days=1)

    bank.edit_history.undo()
    assert bank.memories.notes() == []
    bank.edit_history.redo()
    assert [one.content for one in bank.memories.notes()] == ["Two."]


def test_what_is_undone_for_good_leaves_no_record(bank: Bank) -> None:
    bring(bank)
    bank.edit_history.undo()
    bank.memories.add("Nuts.")  # From here on it cannot be done again.
    bring(bank, "b2")

    records = bank.state.store.metadata.with_prefix("batch")

    assert records
    assert not [key for key in records if "b1" in key]
    with pytest.raises(NotFound):
        bank.undo_log.undo("b1")


def test_what_a_host_puts_away_is_no_step(bank: Bank) -> None:
    chat = a_chat(bank, "one", *LINES)
    [known] = bank.chats()

    bank.undo_log.clear("c1", "deletion of a chat", [known.id], step="")
    assert texts(chat) == []
    bank.undo_log.undo("c1")

    assert bank.edit_history.newest() == []
    assert len(texts(chat)) == len(LINES)
    assert bank.state.store.metadata.with_prefix("batch") == {}


def test_nothing_forgotten_comes_back_by_a_step(engine: Engine, bank: Bank) -> None:
    bring(bank)
    bank.undo_log.undo("b1")
    bring(bank, "b2")

    engine.forgetting(MIKU).forget(ForgetTarget(memories=("b2-bees",)))
    for _ in bank.edit_history.newest():
        bank.edit_history.undo()
        bank.edit_history.redo()
        bank.edit_history.undo()

    assert not bank.edit_history.last()
    assert standing(bank) == ([[], []], [])
    metadata = bank.state.store.metadata
    assert not [text for text in metadata.with_prefix("").values() if "Bees." in text]
