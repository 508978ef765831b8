"""What a person sees and edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput, NotFound, StoreError

from .builders import a_chat, window
from .conftest import MIKU, Clock

CAT = "> My cat is called Miso."


def contents(bank: Bank, **wanted: object) -> list[str]:
    return [m.content for m in bank.memories.list(**wanted)]  # type: ignore[arg-type]


def test_memories_are_listed_newest_first_notes_before_turns(bank: Bank) -> None:
    a_chat(bank, "one", CAT, "Lovely!")
    bank.memories.add("A note.")
    bank.memories.add("Another note.")

    assert contents(bank) == ["Another note.", "A note.", "Lovely!", CAT[2:]]
    assert contents(bank, kind=MemoryKind.NOTE) == ["Another note.", "A note."]
    assert contents(bank, kind=MemoryKind.TURN, limit=1) == ["Lovely!"]


def test_pages_of_a_list_meet_without_gap_or_overlap(bank: Bank) -> None:
    a_chat(bank, "one", *(f"> Message number {n}." for n in range(7)))
    for n in range(4):
        bank.memories.add(f"Note {n}.")

    whole = contents(bank, limit=100)
    pages = [contents(bank, offset=start, limit=3) for start in range(0, 12, 3)]

    assert [text for page in pages for text in page] == whole
    assert len(whole) == 11


def test_what_left_every_path_is_not_listed(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, "Swiped away.")
    chat.observe(window(CAT, "Kept."))

    assert contents(bank) == ["Kept.", CAT[2:]]
    assert [m.content for m in bank.memories.search("swiped")] == []


def test_swiped_replies_with_the_words_hide_no_live_one(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT)
    for swipe in range(9):
        chat.observe(window(CAT, f"Miso, swipe {swipe}"))
    chat.observe(window(CAT, "Gone."))

    assert [m.content for m in bank.memories.search("miso", limit=1)] == [CAT[2:]]
    assert bank.memories.search("swipe", limit=1) == []


def test_search_finds_beginnings_of_words_in_notes_and_turns(bank: Bank) -> None:
    a_chat(bank, "one", CAT, "Lovely!")
    bank.memories.add("Miso is grey.")

    assert [m.content for m in bank.memories.search("mis")] == [
        "Miso is grey.",
        CAT[2:],
    ]


def test_edits_are_kept_apart_from_what_was_said(
    bank: Bank, clock: Clock, open_engine: Callable[[], Engine]
) -> None:
    chat = a_chat(bank, "one", CAT)
    [memory] = bank.memories.list()
    clock.advance(days=1)

    edited = bank.memories.update(memory.id, content="  Anon's cat is Miso. ")

    assert edited.content == "Anon's cat is Miso."
    assert edited.edited
    assert chat.path()[0].message.content == CAT[2:]
    again = open_engine().bank(MIKU).memories.get(memory.id)
    assert again == edited


def test_deletion_can_be_undone_across_a_restart(
    bank: Bank, open_engine: Callable[[], Engine]
) -> None:
    note = bank.memories.add("A note.")
    bank.memories.delete(note.id)
    assert contents(bank) == []
    assert contents(bank, deleted=True) == ["A note."]

    other = open_engine().bank(MIKU)
    other.memories.restore(note.id)

    assert contents(other) == ["A note."]


def test_pinned_ones_can_be_listed_alone(bank: Bank) -> None:
    a_chat(bank, "one", CAT, "Lovely!")
    [turn] = [m for m in bank.memories.list() if "Miso" in m.content]
    bank.memories.pin(turn.id)
    note = bank.memories.add("A pinned note.", pinned=True)

    assert contents(bank, pinned=True) == ["A pinned note.", CAT[2:]]

    bank.memories.pin(note.id, False)
    assert contents(bank, pinned=True) == [CAT[2:]]


@pytest.mark.parametrize("act", ["get", "delete", "restore", "pin"])
def test_an_unknown_memory_is_named(bank: Bank, act: str) -> None:
    with pytest.raises(NotFound, match="nobody"):
        getattr(bank.memories, act)("nobody")


@pytest.mark.parametrize("content", ["", "  \n", "x" * 20_001])
def test_a_note_needs_a_text_of_sensible_length(bank: Bank, content: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bank.memories.add(content)

    assert caught.value.field == "content"


def test_what_a_memory_said_before_is_told_across_restarts(
    engine: Engine, bank: Bank, open_engine: Callable[[], Engine], clock: Clock
) -> None:
    chat = a_chat(bank, "one", "> My cat is called Miso.")
    [place] = chat.path()
    turn, note = place.message.id, bank.memories.add("First.").id
    assert bank.memories.history(turn) == bank.memories.history(note) == []
    for text in ("Second.", "Third."):
        clock.advance(hours=1)
        bank.memories.update(note, content=text)
        bank.memories.update(turn, content=text)
    bank.memories.pin(note)
    bank.memories.delete(note)
    engine.close()

    memories = open_engine().bank(MIKU).memories

    assert [one.content for one in memories.history(note)] == ["First.", "Second."]
    told = memories.history(turn)
    assert [(one.content, one.by_hand) for one in told] == [
        ("My cat is called Miso.", False),
        ("Second.", True),
    ]
    assert told[0].at < told[1].at
    assert memories.restore(note).content == "Third."
    memories.update(note, content=memories.history(note)[0].content)
    assert memories.get(note).content == "First."
    assert len(memories.history(note)) == 3


def test_another_process_is_seen_at_the_next_look_and_loses_nothing(
    open_engine: Callable[[], Engine],
) -> None:
    here, there = open_engine().bank(MIKU), open_engine().bank(MIKU)
    note = here.memories.add("The cat is called Miso.")

    assert contents(there) == [note.content]
    assert there.memories.count() == 1
    assert there.memories.search("cat") == there.memories.notes() == [note]
    there.memories.pin(note.id)
    here.memories.update(note.id, content="The cat is called Mizu.")

    [pinned] = there.memories.pinned()
    assert pinned.content == "The cat is called Mizu."
    assert [hand.pinned for hand in there.memories.hands()] == [True]


def test_a_change_that_is_not_stored_is_not_shown(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = bank.memories.add("The cat is called Miso.")
    whole = bank.state.store.exclusive

    @contextmanager
    def failing() -> Iterator[None]:
        with whole():
            yield
            raise StoreError("The disk is full.")

    monkeypatch.setattr(bank.state.store, "exclusive", failing)
    with pytest.raises(StoreError):
        bank.memories.pin(note.id)
    monkeypatch.undo()

    assert bank.memories.list() == [note]
