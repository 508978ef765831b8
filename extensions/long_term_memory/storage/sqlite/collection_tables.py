"""The tables of what clients keep here, and how an entry lies in a row.

Owns: the schema and its migrations, entries, what identifies a field to a cipher.
Knows nothing of: transactions, files, what a collection is.

What a client gave of an entry is one field, bound to its row: nothing of one row can be
put into another's unseen. Collections and entries are found by a hash of their names,
which a cipher keys.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Final

from ...core.records import CollectionEntry
from ...core.text.recipes import digest
from ..encryption.cipher import COLLECTION, ENTRY, ENTRY_VECTOR, PLAIN, Cipher
from .codec import pack_time, unpack_text, unpack_time
from .database import Row

# Texts are TEXT, or BLOBs where UTF-8 cannot hold them, hence columns without a type.
_M0001 = (
    """CREATE TABLE collections (
        row INTEGER PRIMARY KEY,
        user NOT NULL,
        name NOT NULL,
        batch INTEGER NOT NULL DEFAULT 0,
        UNIQUE (user, name)
    )""",
    """CREATE TABLE entries (
        row INTEGER PRIMARY KEY,
        collection INTEGER NOT NULL REFERENCES collections(row),
        id NOT NULL,
        role NOT NULL,
        date TEXT NOT NULL,
        meta NOT NULL,
        content NOT NULL,
        batch INTEGER NOT NULL,
        model TEXT NOT NULL DEFAULT '',
        vector BLOB,
        UNIQUE (collection, id)
    )""",
)
_M0002 = (
    """CREATE TABLE collections (
        row INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        names NOT NULL,
        batch INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE entries (
        row INTEGER PRIMARY KEY,
        collection INTEGER NOT NULL REFERENCES collections(row),
        key BLOB NOT NULL,
        entry NOT NULL,
        batch INTEGER NOT NULL,
        kept_at INTEGER NOT NULL,
        model TEXT NOT NULL DEFAULT '',
        vector BLOB,
        UNIQUE (collection, key)
    )""",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
)
ENTRY_FIELDS: Final = "collection, row, key, batch, kept_at, entry, model, vector"

DUE: Final = "forgetting"
"""The note that says that traces of what was removed are left."""


def first(connection: sqlite3.Connection) -> None:
    """Make the first schema."""
    for statement in _M0001:
        connection.execute(statement)


def second(connection: sqlite3.Connection) -> None:
    """Put each entry into one field, and note when it was kept: by now."""
    collections = connection.execute(
        "SELECT row, user, name, batch FROM collections"
    ).fetchall()
    entries = connection.execute(
        "SELECT row, collection, id, role, date, meta, content, batch, model, vector "
        "FROM entries"
    ).fetchall()
    for statement in ("DROP TABLE entries", "DROP TABLE collections", *_M0002):
        connection.execute(statement)
    for row, user, name, batch in collections:
        names = unpack_text(user), unpack_text(name)
        put_collection(connection, PLAIN, row, names, batch)
    for row, collection, *texts, batch, model, vector in entries:
        id_, role, date, meta, content = map(unpack_text, texts)
        entry = CollectionEntry(id_, role, json.loads(date), meta, content, batch)
        put_entry(connection, PLAIN, (collection, row), entry, model, vector)
    # The pages of the old tables still have it all.
    connection.execute("INSERT INTO meta (key, value) VALUES (?, 'due')", (DUE,))


MIGRATIONS: Final = (first, second)

Names = tuple[str, str]
"""Whose a collection is, and how it is called."""


def key_of(cipher: Cipher, *names: str) -> bytes:
    """Return what something is found by."""
    return cipher.mark(digest("", json.dumps(names)))


def put_collection(
    connection: sqlite3.Connection, cipher: Cipher, row: int, names: Names, batch: int
) -> None:
    """Write a collection's row, new or in place of what it was."""
    key = key_of(cipher, *names)
    sealed = cipher.seal_text(json.dumps(names), COLLECTION, _place(row, key, batch))
    connection.execute(
        "INSERT INTO collections (row, key, names, batch) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (row) DO UPDATE SET key = excluded.key, names = excluded.names, "
        "batch = excluded.batch",
        (row, key, sealed, batch),
    )


def names_in(cipher: Cipher, row: Row) -> Names:
    """Return the names in a collection's row, key, field and batch.

    Raises:
        StoreCorrupt: It was changed, or belongs to another row.
    """
    number, key, sealed, batch = row
    place = _place(number, key, batch)
    user, name = json.loads(cipher.unseal_text(sealed, COLLECTION, place))
    return user, name


def put_entry(
    connection: sqlite3.Connection,
    cipher: Cipher,
    at: tuple[int, int],
    entry: CollectionEntry,
    model: str = "",
    vector: bytes | None = None,
) -> None:
    """Write an entry's row, new or in place of what it was.

    `at` are the collection's row and its own; without a time the entry is kept since
    now; the vector is of little-endian float32, and `model` made it.
    """
    key, kept_at = key_of(cipher, entry.id), pack_time(entry.kept_at or _now())
    place = _place(*at, key, entry.batch, kept_at)
    # ASCII escapes carry lone surrogates, which UTF-8 cannot.
    told = json.dumps([entry.id, entry.role, entry.date, entry.meta, entry.content])
    connection.execute(
        "INSERT OR REPLACE INTO entries (collection, row, key, batch, kept_at, entry, "
        "model, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(*at, key, entry.batch, kept_at),
            cipher.seal_text(told, ENTRY, place),
            model,
            vector and cipher.seal(vector, ENTRY_VECTOR, _made(place, model)),
        ),
    )


def entry_in(cipher: Cipher, row: Row) -> CollectionEntry:
    """Return the entry in the fields `ENTRY_FIELDS` of a row.

    Raises:
        StoreCorrupt: It was changed, or belongs to another row.
    """
    *_, batch, kept_at, sealed, _, _ = row
    told = json.loads(cipher.unseal_text(sealed, ENTRY, _place(*row[:5])))
    key, role, date, meta, content = told
    return CollectionEntry(key, role, date, meta, content, batch, unpack_time(kept_at))


def vector_in(cipher: Cipher, row: Row) -> bytes | None:
    """Return the vector in the fields of a row, None without one; raises as above."""
    *_, model, sealed = row
    place = _made(_place(*row[:5]), model)
    return None if sealed is None else cipher.unseal(sealed, ENTRY_VECTOR, place)


def _place(*fields: int | bytes) -> bytes:
    """Name a row by what stands beside a field; the key has always as many bytes."""
    return b"\0".join(
        one if isinstance(one, bytes) else str(one).encode() for one in fields
    )


def _made(place: bytes, model: str) -> bytes:
    return place + b"\0" + model.encode()


def _now() -> datetime:
    return datetime.now(UTC)
