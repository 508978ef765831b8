"""Texts that a client keeps under names of its own."""

from __future__ import annotations

import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from long_term_memory.errors import SchemaVersion, StoreCorrupt, StoreError
from long_term_memory.stores.collections import CollectionStore, Entry, Held
from long_term_memory.stores.layout import FileLock

ONE = Entry(id="msg-0", role="user", date=0, meta='{"n": 0}', content="A silver key.")
TWO = Entry(id="msg-1", role="", date="May", meta="", content="A step \ud800 of stone.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CollectionStore]:
    made = CollectionStore(tmp_path)
    yield made
    made.close()


def plain(entries: list[Entry] | None) -> list[Entry] | None:
    """Take out which call brought them, and when."""
    if entries is None:
        return None
    return [one._replace(batch=0, kept_at=None) for one in entries]


def drop(store: CollectionStore, *contents: str, user: str = "me") -> int:
    """Take out what says one of some texts, and all traces of it."""

    def what(held: Held) -> dict[str, Entry | None]:
        if held.user != user:
            return {}
        return {one.id: None for one in held.entries if one.content in contents}

    count = store.change(what)
    store.remove_traces()
    return count


def test_nothing_is_made_on_the_disk_before_something_is_kept(
    store: CollectionStore, tmp_path: Path
) -> None:
    assert store.entries("me", "chat") is None
    assert store.vectors("me", "chat", "model") == {}
    assert drop(store, "A silver key.") == 0
    store.purge("me", "chat")

    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_comes_back_as_it_was_after_a_restart(
    store: CollectionStore, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE, TWO])
    store.put("me", "", [TWO])
    store.close()

    again = CollectionStore(tmp_path)
    assert plain(again.entries("me", "chat")) == [ONE, TWO]
    assert plain(again.entries("me", "")) == [TWO]
    assert again.entries("me", "another") is None
    again.close()


def test_an_entry_of_a_known_id_replaces_it_and_the_last_of_a_call_wins(
    store: CollectionStore,
) -> None:
    store.put("me", "chat", [ONE])
    store.put("me", "chat", [ONE._replace(content="x"), ONE._replace(content="y")])

    assert plain(store.entries("me", "chat")) == [ONE._replace(content="y")]
    [entry] = store.entries("me", "chat") or []
    assert entry.batch == 1


def test_users_do_not_see_one_another(store: CollectionStore) -> None:
    store.put("me", "chat", [ONE])

    assert store.entries("you", "chat") is None
    store.purge("you", "chat")
    assert drop(store, "A silver key.", user="you") == 0
    assert plain(store.entries("me", "chat")) == [ONE]


def test_a_vector_holds_for_one_model_and_one_text(store: CollectionStore) -> None:
    store.put("me", "chat", [ONE, TWO])
    [one, two] = store.entries("me", "chat") or []
    vector = np.array([0.6, 0.8], np.float32)

    store.put_vectors("me", "chat", "small", {one: vector})
    store.put_vectors("me", "chat", "small", {two._replace(content="old"): vector})

    assert list(store.vectors("me", "chat", "small")) == ["msg-0"]
    assert store.vectors("me", "chat", "small")["msg-0"] == pytest.approx(vector)
    assert store.vectors("me", "chat", "large") == {}
    store.put("me", "chat", [ONE._replace(meta="other")])
    assert list(store.vectors("me", "chat", "small")) == ["msg-0"]
    store.put("me", "chat", [ONE._replace(content="other")])
    assert store.vectors("me", "chat", "small") == {}


def test_what_is_purged_or_forgotten_leaves_no_byte(
    store: CollectionStore, tmp_path: Path
) -> None:
    secret = "zephyrine quillwort"
    store.put("me", "a", [ONE._replace(content=secret)])
    store.put("me", "b", [ONE, ONE._replace(id="msg-9", content=f"the {secret}")])

    store.purge("me", "a")
    assert drop(store, f"the {secret}") == 1

    assert store.entries("me", "a") is None
    assert plain(store.entries("me", "b")) == [ONE]
    for file in tmp_path.iterdir():
        assert b"quillwort" not in file.read_bytes(), file


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_its_file_is_for_its_owner_alone(store: CollectionStore) -> None:
    store.put("me", "chat", [ONE])

    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_file_of_another_program_is_left_as_it_is(
    store: CollectionStore, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("CREATE TABLE theirs (a)")
    before = store.path.read_bytes()

    with pytest.raises(StoreCorrupt, match="another program"):
        store.put("me", "chat", [ONE])
    assert store.path.read_bytes() == before


def test_a_newer_file_is_left_as_it_is(store: CollectionStore, tmp_path: Path) -> None:
    store.put("me", "chat", [ONE])
    store.close()
    with closing(sqlite3.connect(store.path)) as newer:
        newer.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaVersion, match="newer version"):
        store.entries("me", "chat")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="choose another data directory"):
        CollectionStore(tmp_path / "file" / "data").put("me", "chat", [ONE])


def test_another_program_that_is_opening_it_is_waited_for_and_told(
    tmp_path: Path,
) -> None:
    lock = FileLock(tmp_path / "collections.lock")
    assert lock.acquire(timeout_seconds=0)

    with lock, pytest.raises(StoreError, match="Another program is opening"):
        CollectionStore(tmp_path, busy_timeout_seconds=0).put("me", "chat", [ONE])


def test_another_entry_takes_the_place_of_one_and_keeps_its_vector(
    store: CollectionStore, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE._replace(meta="golden"), TWO])
    [one, _] = store.entries("me", "chat") or []
    store.put_vectors("me", "chat", "small", {one: np.ones(2, np.float32)})

    store.change(lambda held: {one.id: one._replace(meta="")})
    store.remove_traces()

    assert plain(store.entries("me", "chat")) == [ONE._replace(meta=""), TWO]
    assert list(store.vectors("me", "chat", "small")) == ["msg-0"]
    assert all(b"golden" not in one.read_bytes() for one in tmp_path.iterdir())


def test_forgetting_takes_what_the_log_still_has_of_a_replaced_text(
    store: CollectionStore, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE])
    store.put("me", "chat", [ONE._replace(content="A golden key.")])

    assert drop(store, ONE.content) == 0

    assert all(b"silver" not in one.read_bytes() for one in tmp_path.iterdir())
