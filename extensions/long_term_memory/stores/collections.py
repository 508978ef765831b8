"""Texts that a client keeps here under names of its own, apart from the memories.

Owns: the file, its tables, and the vectors beside the texts.
Knows nothing of: what a collection is, embedders, memories, the protocol.

    <data>/collections.sqlite3

A collection belongs to a user and has a name; its entries have ids that the client
chose. The texts are the truth; a vector stands beside each, and under which model it
was made, so that another model's are made anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import StoreCorrupt, StoreError
from .codec import pack_text, unpack_text
from .database import Database, Row, translated
from .layout import FileLock, make_private_file, make_private_folder
from .rescue import FOREIGN, check_files, look_at_journal, refusal
from .schema import check_owner, migrate
from .snapshot import check_copy, copy_database, scratch

FILE_NAME: Final = "collections.sqlite3"
BUSY_SECONDS: Final = 5.0

Vectors = NDArray[np.float32]

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


def _first(connection: sqlite3.Connection) -> None:
    for statement in _M0001:
        connection.execute(statement)


MIGRATIONS: Final = (_first,)


class Entry(NamedTuple):
    """One text of a collection.

    Attributes:
        id: The client's, unique in its collection.
        date: A number or a text, as the client gave it.
        meta: Whatever the client wants back unchanged.
        batch: Which call brought it, rising; 0 while it is not stored.
    """

    id: str
    role: str
    date: Any
    meta: str
    content: str
    batch: int = 0


class CollectionStore:
    """All collections of a data directory; safe to use from any thread and process."""

    def __init__(
        self,
        data_dir: Path,
        *,
        busy_timeout_seconds: float = BUSY_SECONDS,
        migrations: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS,
    ) -> None:
        """Remember where the file is; it is opened, or made, when it is needed."""
        self.path = data_dir / FILE_NAME
        self._migrations = migrations
        self._patience_seconds = busy_timeout_seconds
        self._lock = RLock()
        self._opened: Database | None = None

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def put(self, user: str, name: str, entries: Iterable[Entry]) -> None:
        """Add entries, or replace those of the same id; durable on return."""
        # What comes later in one call wins, as if it had come in a later one.
        newest = {one.id: one for one in entries}
        with self._database().writing() as connection:
            connection.execute(
                "INSERT INTO collections (user, name) VALUES (?, ?) "
                "ON CONFLICT (user, name) DO UPDATE SET batch = batch + 1",
                (pack_text(user), pack_text(name)),
            )
            row, batch = connection.execute(
                "SELECT row, batch FROM collections WHERE user = ? AND name = ?",
                (pack_text(user), pack_text(name)),
            ).fetchone()
            connection.executemany(
                "INSERT INTO entries (collection, id, role, date, meta, content, batch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, id) DO UPDATE "
                "SET role = excluded.role, date = excluded.date, meta = excluded.meta, "
                "batch = excluded.batch, model = CASE WHEN content = excluded.content "
                "THEN model ELSE '' END, content = excluded.content",
                [
                    (
                        row,
                        pack_text(one.id),
                        pack_text(one.role),
                        json.dumps(one.date),
                        pack_text(one.meta),
                        pack_text(one.content),
                        batch,
                    )
                    for one in newest.values()
                ],
            )

    def entries(self, user: str, name: str) -> list[Entry] | None:
        """Return a collection in the order it was filled; None if it is not there."""
        if not self.path.exists():
            return None
        database = self._database()
        with database.reading():
            row = self._row(database, user, name)
            if row is None:
                return None
            found = database.all(
                "SELECT id, role, date, meta, content, batch FROM entries "
                "WHERE collection = ? ORDER BY row",
                (row,),
            )
        return [_entry(one) for one in found]

    def vectors(self, user: str, name: str, model: str) -> dict[str, Vectors]:
        """Return the vectors that a model made, by entry id."""
        if not self.path.exists():
            return {}
        database = self._database()
        with database.reading():
            found = database.all(
                "SELECT id, vector FROM entries JOIN collections AS one "
                "ON one.row = collection WHERE user = ? AND name = ? AND model = ? "
                "AND vector IS NOT NULL",
                (pack_text(user), pack_text(name), model),
            )
        return {unpack_text(key): np.frombuffer(vector, "<f4") for key, vector in found}

    def put_vectors(
        self, user: str, name: str, model: str, made: Mapping[Entry, Vectors]
    ) -> None:
        """Keep vectors of entries whose text is still the same."""
        database = self._database()
        with database.writing() as connection:
            row = self._row(database, user, name)
            connection.executemany(
                "UPDATE entries SET model = ?, vector = ? "
                "WHERE collection = ? AND id = ? AND content = ?",
                [
                    (
                        model,
                        vector.astype("<f4").tobytes(),
                        row,
                        pack_text(one.id),
                        pack_text(one.content),
                    )
                    for one, vector in made.items()
                ],
            )

    def purge(self, user: str, name: str) -> None:
        """Remove a collection so that no byte of it is left; none is no error."""
        self._remove(
            "collection IN (SELECT row FROM collections WHERE user = ? AND name = ?)",
            [(pack_text(user), pack_text(name))],
        )

    def forget(self, user: str, texts: Iterable[str]) -> int:
        """Remove a user's entries that are, or are part of, some texts.

        So are those beside whose words one of the texts is kept, as a reply that was
        swiped away is; and what the file still has of entries that were replaced.

        Returns:
            How many entries there were.
        """
        if not self.path.exists():
            return 0
        gone = [text for text in texts if text.strip()]
        whole = {text.strip() for text in gone}
        quoted = [json.dumps(text, ensure_ascii=False) for text in gone]
        rows = [
            (row,)
            for row, content, meta in self._database().all(
                "SELECT entries.row, content, meta FROM entries "
                "JOIN collections AS one ON one.row = collection WHERE user = ?",
                (pack_text(user),),
            )
            if (part := unpack_text(content).strip()) in whole
            or (part and any(part in text for text in gone))
            or _holds(unpack_text(meta), quoted)
        ]
        self._remove("row = ?", rows)
        return len(rows)

    def check(self) -> int | None:
        """Return how many collections there are, checked; None without a file.

        Looks at a copy: not a byte of the file changes.

        Raises:
            StoreError: It cannot be opened, or is damaged.
        """
        if not os.path.lexists(self.path):
            return None
        with self._looking() as connection:
            check_owner(connection, self.path, newest=len(self._migrations))
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise StoreCorrupt(
                    f"{self.path} is damaged. It was left as it is: move it away, and "
                    "clients store their texts anew."
                )
            # All columns, so that one that is missing is missed.
            connection.execute(
                "SELECT id, role, date, meta, content, batch, model, vector "
                "FROM entries LIMIT 1"
            ).fetchall()
            [(count,)] = connection.execute("SELECT count(*) FROM collections")
        return int(count)

    # -- inside --------------------------------------------------------------------

    @contextmanager
    def _looking(self) -> Iterator[sqlite3.Connection]:
        with scratch() as place:
            copy = place / FILE_NAME
            copy_database(self.path, copy)
            check_copy(copy, self.path)
            with translated(self.path), closing(sqlite3.connect(copy)) as connection:
                yield connection

    def _remove(self, where: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not self.path.exists():
            return
        database = self._database()
        with database.writing() as connection:
            connection.executemany(f"DELETE FROM entries WHERE {where}", rows)
            connection.execute(
                "DELETE FROM collections "
                "WHERE row NOT IN (SELECT collection FROM entries)"
            )
        # Freed pages are overwritten as they are freed; the log still has them.
        with suppress(StoreError), translated(self.path):
            database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _row(self, database: Database, user: str, name: str) -> int | None:
        found = database.one(
            "SELECT row FROM collections WHERE user = ? AND name = ?",
            (pack_text(user), pack_text(name)),
        )
        return None if found is None else int(found[0])

    def _database(self) -> Database:
        """Open the file if it is not open.

        Raises:
            StoreError: Locked, not permitted, or the disk is full.
            StoreCorrupt: The file is damaged or another program's; it stays as it is.
            SchemaVersion: A newer version wrote it; it stays as it is.
        """
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> Database:
        try:
            make_private_folder(self.path.parent)
            check_files(self.path)
            make_private_file(self.path)
        except OSError as error:
            raise StoreError(
                f"Cannot use {self.path}: {error.strerror}. Make its folder writable, "
                "or choose another data directory."
            ) from error
        lock = FileLock(self.path.with_name("collections.lock"))
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(f"Another program is opening {self.path}. Try again soon.")
        with lock:
            if FOREIGN in (found := look_at_journal(self.path)):
                raise refusal(self.path, found)
            database = Database(self.path, busy_timeout_seconds=self._patience_seconds)
            try:
                migrate(database, self._migrations, back_up=lambda: None)
                with translated(self.path):
                    for pragma in (
                        "journal_mode = WAL",
                        "synchronous = FULL",
                        "foreign_keys = ON",
                        "secure_delete = ON",
                    ):
                        database.connection.execute(f"PRAGMA {pragma}").fetchall()
            except BaseException:
                database.close()
                raise
            return database


def _holds(meta: str, quoted: Sequence[str]) -> bool:
    """Whether one of some texts stands in JSON as a string of its own."""
    return '"' in meta and any(text in meta for text in quoted)


def _entry(row: Row) -> Entry:
    key, role, date, meta, content, batch = row
    return Entry(
        unpack_text(key),
        unpack_text(role),
        json.loads(date),
        unpack_text(meta),
        unpack_text(content),
        batch,
    )
