"""Rows of what clients keep here: found, read and written one by one.

Owns: which row a collection or an entry has, what an entry keeps when it is replaced.
Knows nothing of: transactions, files, where the key comes from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ...core.records import CollectionEntry, StoredCollection
from ..encryption.cipher import COLLECTED_META, ENVELOPE, Cipher
from .collection_tables import (
    ENTRY_FIELDS,
    Names,
    entry_in,
    key_of,
    names_in,
    put_collection,
    put_entry,
    vector_in,
)
from .database import Row


def envelope_in(connection: sqlite3.Connection) -> str | None:
    """Return the sealed key, None if nothing is encrypted."""
    row = connection.execute(
        "SELECT value FROM meta WHERE key = ?", (ENVELOPE,)
    ).fetchone()
    return None if row is None else str(row[0])


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing is kept."""
    return connection.execute("SELECT 1 FROM collections LIMIT 1").fetchone() is None


def last_row(connection: sqlite3.Connection, table: str) -> int:
    """Return the highest row of a table, 0 without one."""
    [(last,)] = connection.execute(f"SELECT coalesce(max(row), 0) FROM {table}")
    return int(last)


def find(
    connection: sqlite3.Connection, cipher: Cipher, user: str, name: str
) -> tuple[int, int] | None:
    """Return a collection's row and batch."""
    found = connection.execute(
        "SELECT row, key, names, batch FROM collections WHERE key = ?",
        (key_of(cipher, user, name),),
    ).fetchone()
    if found is None:
        return None
    names_in(cipher, found)
    return int(found[0]), int(found[3])


def begun(
    connection: sqlite3.Connection, cipher: Cipher, names: Names
) -> tuple[int, int]:
    """Begin a batch of a collection, new or known; return its row and the batch."""
    found = find(connection, cipher, *names)
    row, batch = (
        (last_row(connection, "collections") + 1, 0)
        if found is None
        else (found[0], found[1] + 1)
    )
    put_collection(connection, cipher, row, names, batch)
    return row, batch


def rows_of(connection: sqlite3.Connection, collection: int) -> list[Row]:
    """Return the fields of a collection's entries in their order."""
    return connection.execute(
        f"SELECT {ENTRY_FIELDS} FROM entries WHERE collection = ? ORDER BY row",
        (collection,),
    ).fetchall()


def row_of(
    connection: sqlite3.Connection, cipher: Cipher, collection: int, entry_id: str
) -> Row | None:
    """Return the fields of one entry, None if there is none of that id."""
    row: Row | None = connection.execute(
        f"SELECT {ENTRY_FIELDS} FROM entries WHERE collection = ? AND key = ?",
        (collection, key_of(cipher, entry_id)),
    ).fetchone()
    return row


def all_held(
    connection: sqlite3.Connection, cipher: Cipher
) -> Iterator[tuple[int, StoredCollection]]:
    """Yield each collection with its row; raises StoreCorrupt."""
    rows = connection.execute("SELECT row, key, names, batch FROM collections")
    for row in rows.fetchall():
        user, name = names_in(cipher, row)
        entries = [entry_in(cipher, one) for one in rows_of(connection, row[0])]
        yield row[0], StoredCollection(user, name, entries)


def put_again(
    connection: sqlite3.Connection,
    cipher: Cipher,
    at: tuple[int, int],
    entry: CollectionEntry,
    batch: int,
    before: Row | None,
) -> None:
    """Write an entry; the same text keeps its vector, and since when it is kept."""
    entry = entry._replace(batch=batch)
    if before is None:
        put_entry(connection, cipher, at, entry)
        return
    known = entry_in(cipher, before)
    if known.content != entry.content:
        put_entry(connection, cipher, at, entry)
        return
    vector = vector_in(cipher, before)
    same = entry._replace(kept_at=known.kept_at)
    put_entry(connection, cipher, at, same, before[-2], vector)


def change_row(
    connection: sqlite3.Connection,
    cipher: Cipher,
    row: Row,
    entry: CollectionEntry | None,
) -> None:
    """Put another entry in place of a row's, with its vector, or take the row out."""
    connection.execute("DELETE FROM entries WHERE row = ?", (row[1],))
    if entry is not None:
        vector = vector_in(cipher, row)
        put_entry(connection, cipher, (row[0], row[1]), entry, row[-2], vector)


def put_note(
    connection: sqlite3.Connection, cipher: Cipher, key: str, value: str
) -> None:
    """Write a note about the collections."""
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        (key, cipher.seal_text(value, COLLECTED_META, key)),
    )
