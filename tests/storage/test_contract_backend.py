"""What every back end promises, in memory and on disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from long_term_memory.core.records import CollectionEntry, StoredCollection
from long_term_memory.core.types import Scope
from long_term_memory.errors import StoreError
from long_term_memory.storage.backend import StorageBackend
from long_term_memory.storage.sqlite.backend import SqliteBackend
from long_term_memory.testing import InMemoryBackend

from .builders import a_chat, say

ANN = Scope(user="anon", character="Ann")
MIKU = Scope(user="anon", character="Miku")
ONE = CollectionEntry(
    id="msg-0", role="user", date=0, meta="{}", content="A silver key."
)
TWO = CollectionEntry(
    id="msg-1", role="", date="May", meta="", content="A step of stone."
)


@pytest.fixture(params=["memory", "disk"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StorageBackend]:
    made: StorageBackend = InMemoryBackend()
    if request.param == "disk":
        made = SqliteBackend(tmp_path)
    yield made
    made.close()
    made.collections.close()


def test_a_bank_is_there_from_its_opening_on(backend: StorageBackend) -> None:
    assert backend.scopes() == []
    assert not backend.holds(MIKU)

    for scope in (MIKU, ANN):
        backend.open(scope).close()

    assert backend.scopes() == [ANN, MIKU]
    assert backend.holds(MIKU)
    assert backend.unkept() == ""


def test_what_is_told_to_one_bank_is_in_no_other(backend: StorageBackend) -> None:
    ann, miku = backend.open(ANN), backend.open(MIKU)
    say(miku, a_chat(miku).row, "Hello.")

    assert miku.messages.last_row() == 1
    assert ann.messages.last_row() == 0


def test_a_bank_that_was_closed_is_opened_anew_with_all_it_held(
    backend: StorageBackend,
) -> None:
    bank = backend.open(MIKU)
    say(bank, a_chat(bank).row, "Hello.")
    bank.close()
    with pytest.raises(StoreError):
        bank.messages.last_row()

    assert backend.open(MIKU).messages.last_row() == 1


def test_two_who_have_a_bank_open_do_not_close_it_for_one_another(
    backend: StorageBackend,
) -> None:
    first, second = backend.open(MIKU), backend.open(MIKU)
    say(first, a_chat(first).row, "Hello.")

    first.close()

    assert second.messages.last_row() == 1


def test_as_many_banks_may_be_open_as_is_wanted_at_most(
    backend: StorageBackend,
) -> None:
    assert backend.affordable(4) == 4


def test_room_for_more_banks_is_made_without_a_loss(backend: StorageBackend) -> None:
    bank = backend.open(MIKU)
    bank.metadata.put("key", "value")
    assert not backend.is_crowded

    backend.make_room(100_000)

    assert bank.metadata.get("key") == "value"
    bank.close()


def plain(entries: list[CollectionEntry] | None) -> list[CollectionEntry] | None:
    """Take out which call brought them, and when."""
    if entries is None:
        return None
    return [one._replace(batch=0, kept_at=None) for one in entries]


def test_collections_come_back_as_they_were_filled(backend: StorageBackend) -> None:
    kept = backend.collections
    assert kept.entries("me", "chat") is None
    assert kept.check() is None
    assert not kept.exist()

    kept.put("me", "chat", [ONE])
    kept.put("me", "chat", [TWO, ONE._replace(content="Another.")])

    assert plain(kept.entries("me", "chat")) == [ONE._replace(content="Another."), TWO]
    assert [one.batch for one in kept.entries("me", "chat") or []] == [1, 1]
    assert kept.entries("you", "chat") is None
    assert kept.check() == 1
    assert kept.exist()
    kept.purge("me", "chat")
    assert kept.entries("me", "chat") is None


def test_an_entry_is_kept_since_it_says_so_and_as_long_as_its_text_stays(
    backend: StorageBackend,
) -> None:
    kept = backend.collections
    first, later = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)

    def since() -> list[datetime | None]:
        return [one.kept_at for one in kept.entries("me", "chat") or []]

    kept.put("me", "chat", [ONE._replace(kept_at=first)])
    assert since() == [first]
    kept.put("me", "chat", [ONE._replace(kept_at=later)])
    assert since() == [first]
    kept.put("me", "chat", [ONE._replace(kept_at=later, content="Another.")])
    assert since() == [later]


def test_a_vector_of_an_entry_holds_for_one_model_and_one_text(
    backend: StorageBackend,
) -> None:
    kept = backend.collections
    kept.put("me", "chat", [ONE, TWO])
    [one, two] = kept.entries("me", "chat") or []
    vector = np.array([0.6, 0.8], np.float32)

    kept.put_vectors("me", "chat", "small", {one: vector})
    kept.put_vectors("me", "chat", "small", {two._replace(content="old"): vector})

    assert list(kept.vectors("me", "chat", "small")) == [ONE.id]
    assert kept.vectors("me", "chat", "large") == {}
    kept.put("me", "chat", [ONE._replace(meta="other")])
    assert list(kept.vectors("me", "chat", "small")) == [ONE.id]
    kept.put("me", "chat", [ONE._replace(content="other")])
    assert kept.vectors("me", "chat", "small") == {}


def test_entries_are_changed_and_taken_out_and_what_is_empty_goes(
    backend: StorageBackend,
) -> None:
    kept = backend.collections
    kept.put("me", "chat", [ONE, TWO])
    kept.put("me", "other", [ONE])

    def without_one(held: StoredCollection) -> dict[str, CollectionEntry | None]:
        changed = TWO._replace(content="Changed.")
        return {ONE.id: None, TWO.id: changed, "unknown": None}

    assert kept.change(without_one) == 3
    kept.remove_traces()
    assert not kept.remove_traces()

    assert plain(kept.entries("me", "chat")) == [TWO._replace(content="Changed.")]
    assert [held.name for held in kept.held()] == ["chat"]


def test_notes_about_collections_are_set_and_dropped(backend: StorageBackend) -> None:
    kept = backend.collections
    assert kept.get_meta("x") is None

    kept.put_meta("x", "1")
    kept.put_meta("x", "2")

    assert kept.get_meta("x") == "2"
    kept.drop_meta("x")
    assert kept.get_meta("x") is None
    assert not kept.is_encrypted()
