"""Changes by hand that do not undo each other, and notes that may be sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.revising import Revision, add_once, revise, tag_of
from long_term_memory.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    StoreError,
)

from .builders import a_chat


def test_who_has_not_seen_a_change_does_not_write_over_it(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")
    seen = {tag_of(note)}
    hers = revise(bank, note.id, Revision(content="Bees."), expected=seen)

    with pytest.raises(PreconditionFailed):
        revise(bank, note.id, Revision(content="Oats."), expected=seen)

    assert bank.memories.get(note.id) == hers
    his = revise(bank, note.id, Revision(pinned=True), expected={tag_of(hers)})
    assert (his.content, his.pinned) == ("Bees.", True)


def test_any_state_will_do_if_none_is_named(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")

    revise(bank, note.id, Revision(deleted=True))

    assert bank.memories.get(note.id).deleted
    back = revise(bank, note.id, Revision(deleted=False, content="Bees."))
    assert (back.deleted, back.content) == (False, "Bees.")
    with pytest.raises(NotFound):
        revise(bank, "unknown", Revision(pinned=True))


def test_a_change_that_cannot_be_done_leaves_everything(bank: Bank) -> None:
    note = bank.memories.add("Nuts.")

    for wrong in (
        Revision(content=" ", pinned=True),
        Revision(pinned=True, locked=True),
    ):
        with pytest.raises(InvalidInput):
            revise(bank, note.id, wrong)

    assert bank.memories.get(note.id) == note


def test_a_summary_is_locked_but_not_pinned(bank: Bank) -> None:
    lines = (f"> On day {at} I paid {at} coins to Bram." for at in range(60))
    a_chat(bank, "one", *lines)
    [chat] = bank.chats()
    bank.summaries.make_now(chat.id)
    [summary, *_] = bank.memories.list(kind=MemoryKind.SUMMARY)

    for wrong in (Revision(pinned=True), Revision(locked=False, content="Mine.")):
        with pytest.raises(InvalidInput):
            revise(bank, summary.id, wrong)

    assert revise(bank, summary.id, Revision(locked=True)).edited
    assert revise(bank, summary.id, Revision(content="Mine.")).content == "Mine."
    assert revise(bank, summary.id, Revision(locked=False)) == summary


def test_a_disk_that_fails_changes_nothing_in_memory(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = bank.memories.add("Nuts.")
    whole = bank.state.store.exclusive

    @contextmanager
    def failing() -> Iterator[None]:
        with whole():
            yield
            raise StoreError("The disk is full.")

    monkeypatch.setattr(bank.state.store, "exclusive", failing)
    with pytest.raises(StoreError):
        revise(bank, note.id, Revision(content="Bees.", pinned=True))
    with pytest.raises(StoreError):
        add_once(bank, "Oats.", pinned=False, client_id="a")
    monkeypatch.undo()

    assert bank.memories.notes() == [note]
    # Sent again it is new, for it was never stored.
    assert add_once(bank, "Oats.", pinned=False, client_id="a")[1]


def test_a_note_is_known_again_by_its_callers_id(bank: Bank) -> None:
    note, new = add_once(bank, "Nuts.", pinned=False, client_id="a")
    assert new
    assert add_once(bank, " Nuts. ", pinned=False, client_id="a") == (note, False)
    other, new = add_once(bank, "Nuts.", pinned=False, client_id="b")
    assert new
    assert other.id != note.id
    assert add_once(bank, "Nuts.", pinned=False, client_id="")[1]
    with pytest.raises(Conflict):
        add_once(bank, "Bees.", pinned=False, client_id="a")

    bank.memories.update(note.id, content="Bees.")
    assert add_once(bank, "Nuts.", pinned=False, client_id="a")[0].content == "Bees."
    Forgetting(bank.state).forget(ForgetTarget(memories=(note.id,)))
    with pytest.raises(Conflict):
        add_once(bank, "Nuts.", pinned=False, client_id="a")
