"""Texts that a client keeps under names of its own."""

from __future__ import annotations

import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from long_term_memory.core.records import CollectionEntry, StoredCollection
from long_term_memory.errors import (
    EncryptionError,
    SchemaVersion,
    StoreCorrupt,
    StoreError,
)
from long_term_memory.files import FileLock
from long_term_memory.storage.sqlite.collection_tables import MIGRATIONS
from long_term_memory.storage.sqlite.collections import SqliteCollections
from long_term_memory.storage.sqlite.database import Database
from long_term_memory.storage.sqlite.schema import migrate

from .builders import KEY

ONE = CollectionEntry(
    id="msg-0", role="user", date=0, meta='{"n": 0}', content="A silver key."
)
TWO = CollectionEntry(
    id="msg-1", role="", date="May", meta="", content="A step \ud800 of stone."
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteCollections]:
    made = SqliteCollections(tmp_path)
    yield made
    made.close()


def plain(entries: list[CollectionEntry] | None) -> list[CollectionEntry] | None:
    """Take out which call brought them, and when."""
    if entries is None:
        return None
    return [one._replace(batch=0, kept_at=None) for one in entries]


def drop(store: SqliteCollections, *contents: str, user: str = "me") -> int:
    """Take out what says one of some texts, and all traces of it."""

    def what(held: StoredCollection) -> dict[str, CollectionEntry | None]:
        if held.user != user:
            return {}
        return {one.id: None for one in held.entries if one.content in contents}

    count = store.change(what)
    store.remove_traces()
    return count


def test_nothing_is_made_on_the_disk_before_something_is_kept(
    store: SqliteCollections, tmp_path: Path
) -> None:
    assert store.entries("me", "chat") is None
    assert store.vectors("me", "chat", "model") == {}
    assert drop(store, "A silver key.") == 0
    store.purge("me", "chat")

    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_comes_back_as_it_was_after_a_restart(
    store: SqliteCollections, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE, TWO])
    store.put("me", "", [TWO])
    store.close()

    again = SqliteCollections(tmp_path)
    assert plain(again.entries("me", "chat")) == [ONE, TWO]
    assert plain(again.entries("me", "")) == [TWO]
    assert again.entries("me", "another") is None
    again.close()


def test_an_entry_of_a_known_id_replaces_it_and_the_last_of_a_call_wins(
    store: SqliteCollections,
) -> None:
    store.put("me", "chat", [ONE])
    store.put("me", "chat", [ONE._replace(content="x"), ONE._replace(content="y")])

    assert plain(store.entries("me", "chat")) == [ONE._replace(content="y")]
    [entry] = store.entries("me", "chat") or []
    assert entry.batch == 1


def test_users_do_not_see_one_another(store: SqliteCollections) -> None:
    store.put("me", "chat", [ONE])

    assert store.entries("you", "chat") is None
    store.purge("you", "chat")
    assert drop(store, "A silver key.", user="you") == 0
    assert plain(store.entries("me", "chat")) == [ONE]


def test_a_vector_holds_for_one_model_and_one_text(store: SqliteCollections) -> None:
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
    store: SqliteCollections, tmp_path: Path
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
def test_its_file_is_for_its_owner_alone(store: SqliteCollections) -> None:
    store.put("me", "chat", [ONE])

    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_file_of_another_program_is_left_as_it_is(
    store: SqliteCollections, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("CREATE TABLE theirs (a)")
    before = store.path.read_bytes()

    with pytest.raises(StoreCorrupt, match="another program"):
        store.put("me", "chat", [ONE])
    assert store.path.read_bytes() == before


def test_a_newer_file_is_left_as_it_is(
    store: SqliteCollections, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE])
    store.close()
    with closing(sqlite3.connect(store.path)) as newer:
        newer.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaVersion, match="newer version"):
        store.entries("me", "chat")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="choose another data directory"):
        SqliteCollections(tmp_path / "file" / "data").put("me", "chat", [ONE])


def test_another_program_that_is_opening_it_is_waited_for_and_told(
    tmp_path: Path,
) -> None:
    lock = FileLock(tmp_path / "collections.lock")
    assert lock.acquire(timeout_seconds=0)

    with lock, pytest.raises(StoreError, match="Another program is opening"):
        SqliteCollections(tmp_path, busy_timeout_seconds=0).put("me", "chat", [ONE])


def test_another_entry_takes_the_place_of_one_and_keeps_its_vector(
    store: SqliteCollections, tmp_path: Path
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
    store: SqliteCollections, tmp_path: Path
) -> None:
    store.put("me", "chat", [ONE])
    store.put("me", "chat", [ONE._replace(content="A golden key.")])

    assert drop(store, ONE.content) == 0

    assert all(b"silver" not in one.read_bytes() for one in tmp_path.iterdir())


def test_a_file_of_the_first_version_is_brought_up_to_date(
    store: SqliteCollections, tmp_path: Path
) -> None:
    """Nothing of it is lost, and no page of the old tables is left."""
    database = Database(store.path, busy_timeout_seconds=1)
    migrate(database, MIGRATIONS[:1], back_up=lambda: None)
    vector = np.array([0.6, 0.8], np.float32).tobytes()
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO collections (row, user, name, batch) VALUES (3, 'me', ?, 4)",
            (b"chat\xed\xa0\x80",),
        )
        connection.execute(
            "INSERT INTO entries VALUES (7, 3, 'msg-0', 'user', '\"May\"', '{}', "
            "'A golden key.', 2, 'small', ?)",
            (vector,),
        )
    database.close()

    name = "chat\ud800"
    [entry] = store.entries("me", name) or []

    assert entry[:6] == ("msg-0", "user", "May", "{}", "A golden key.", 2)
    assert entry.kept_at is not None
    assert datetime.now(UTC) - entry.kept_at < timedelta(minutes=5)
    assert store.vectors("me", name, "small")["msg-0"] == pytest.approx([0.6, 0.8])
    assert not store.remove_traces()
    store.put("me", name, [ONE])
    assert [one.batch for one in store.entries("me", name) or ()] == [5]
    assert drop(store, ONE.content) == 1
    assert store.entries("me", name) is None
    assert all(b"golden" not in one.read_bytes() for one in tmp_path.iterdir())


def test_a_row_under_another_name_is_refused(store: SqliteCollections) -> None:
    """Encrypted, a name and what it leads to belong together."""
    sealed = SqliteCollections(store.path.parent, keys=lambda: KEY)
    for name in ("one", "two"):
        sealed.put("me", name, [ONE])
    sealed.close()
    with closing(sqlite3.connect(store.path)) as raw, raw:
        keys = raw.execute("SELECT key FROM collections ORDER BY row").fetchall()
        raw.execute("UPDATE collections SET key = x'00' WHERE row = 1")
        raw.execute("UPDATE collections SET key = ? WHERE row = 2", keys[0])
        raw.execute("UPDATE collections SET key = ? WHERE row = 1", keys[1])

    with pytest.raises(StoreCorrupt):
        sealed.entries("me", "one")
    sealed.close()
    with pytest.raises(EncryptionError, match="no key"):
        store.entries("me", "one")
    with pytest.raises(EncryptionError, match="does not open"):
        SqliteCollections(store.path.parent, keys=lambda: bytes(32)).entries(
            "me", "one"
        )


def test_a_reader_in_the_way_is_told_and_the_next_opening_finishes(
    store: SqliteCollections, tmp_path: Path
) -> None:
    patient = SqliteCollections(tmp_path, busy_timeout_seconds=0.05)
    patient.put("me", "chat", [ONE._replace(content="A golden key."), TWO])
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entries").fetchall()
        patient.change(lambda held: {"msg-0": None})
        with pytest.raises(StoreError, match=r"Close that program|locked"):
            patient.remove_traces()
        assert b"golden" in b"".join(one.read_bytes() for one in tmp_path.iterdir())
    patient.close()

    assert store.entries("me", "chat")

    assert all(b"golden" not in one.read_bytes() for one in tmp_path.iterdir())
