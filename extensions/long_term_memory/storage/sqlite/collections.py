"""Texts that a client keeps here under names of its own, apart from the memories.

Owns: the file, its transactions and its key, and that what is removed leaves no byte.
Knows nothing of: what a collection is, embedders, memories, the protocol.

    <data>/collections.sqlite3

A collection belongs to a user and has a name; its entries have ids that the client
chose. The texts are the truth; a vector stands beside each, and under which model it
was made, so that another model's are made anew.

Removing is two steps, as in a bank: a transaction takes rows out and notes that traces
are due; then the file is made anew without free pages and its log is emptied. Whoever
opens the file next finishes what was stopped.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np

from ...core.records import CollectionEntry, StoredCollection
from ...errors import StoreCorrupt, StoreError
from ..encryption.aes import AesCipher, unwrapped
from ..encryption.cipher import COLLECTED_META, PLAIN, Cipher
from ..encryption.user_key import KeySource, no_key
from ..protocols import Changes, Vectors
from .bank_key import key_for, put_new_key
from .collection_file import BUSY_SECONDS, FILE_NAME, CollectionFile
from .collection_rows import (
    all_held,
    begun,
    change_row,
    envelope_in,
    find,
    is_empty,
    last_row,
    put_again,
    put_note,
    row_of,
    rows_of,
)
from .collection_tables import (
    DUE,
    ENTRY_FIELDS,
    MIGRATIONS,
    entry_in,
    put_entry,
    vector_in,
)
from .database import Database, Row, translated
from .home import Home
from .schema import check_owner
from .snapshot import named, scratch

__all__ = ["FILE_NAME", "SqliteCollections"]


class SqliteCollections:
    """All collections of a data directory; see `CollectionStore`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        keys: KeySource = no_key,
        busy_timeout_seconds: float = BUSY_SECONDS,
        migrations: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS,
        home: Home | None = None,
        copy_of: Path | None = None,
    ) -> None:
        """Remember where the file is; it is opened, or made, when it is needed.

        Args:
            data_dir: Where it lies.
            keys: Finds the user's key; with one, a new file is encrypted.
            busy_timeout_seconds: Longest wait for another program.
            migrations: All steps to the newest schema.
            home: The same folder, as it is watched by who has it in use.
            copy_of: A file that is copied here when it is first asked for, by who
                only looks.
        """
        self._keys = keys
        self._migrations = migrations
        self._sealed: str | None = None
        self._file = CollectionFile(
            data_dir,
            busy_timeout_seconds=busy_timeout_seconds,
            migrations=migrations,
            home=home,
            copy_of=copy_of,
            # Whatever stopped the last removal is over; else the next one does it.
            opened=self._remove_what_is_due,
        )
        self.path = self._file.path

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._file.close()

    def put(self, user: str, name: str, entries: Iterable[CollectionEntry]) -> None:
        """Add entries, or replace those of the same id; durable on return."""
        # What comes later in one call wins, as if it had come in a later one.
        newest = {one.id: one for one in entries}
        with self.writing() as (connection, cipher):
            row, batch = begun(connection, cipher, (user, name))
            last = last_row(connection, "entries")
            for entry in newest.values():
                before = row_of(connection, cipher, row, entry.id)
                at = before[1] if before else (last := last + 1)
                put_again(connection, cipher, (row, at), entry, batch, before)

    def entries(self, user: str, name: str) -> list[CollectionEntry] | None:
        """Return a collection in the order it was filled; None if it is not there."""
        found = self._rows(user, name)
        if found is None:
            return None
        cipher, rows = found
        return [entry_in(cipher, one) for one in rows]

    def vectors(self, user: str, name: str, model: str) -> dict[str, Vectors]:
        """Return the vectors that a model made, by entry id."""
        found = self._rows(user, name)
        if found is None:
            return {}
        cipher, rows = found
        vectors = {}
        for row in rows:
            if row[-2] == model and (vector := vector_in(cipher, row)) is not None:
                vectors[entry_in(cipher, row).id] = np.frombuffer(vector, "<f4")
        return vectors

    def put_vectors(
        self, user: str, name: str, model: str, made: Mapping[CollectionEntry, Vectors]
    ) -> None:
        """Keep vectors of entries whose text is still the same."""
        with self.writing() as (connection, cipher):
            found = find(connection, cipher, user, name)
            if found is None:
                return
            for one, vector in made.items():
                row = row_of(connection, cipher, found[0], one.id)
                entry = None if row is None else entry_in(cipher, row)
                if row is not None and entry and entry.content == one.content:
                    data = vector.astype("<f4").tobytes()
                    put_entry(connection, cipher, (row[0], row[1]), entry, model, data)

    def purge(self, user: str, name: str) -> None:
        """Remove a collection so that no byte of it is left; none is no error."""
        if not self._file.is_there():
            return
        with self.writing() as (connection, cipher):
            found = find(connection, cipher, user, name)
            if found is not None:
                of_it = (found[0],)
                connection.execute("DELETE FROM entries WHERE collection = ?", of_it)
                connection.execute("DELETE FROM collections WHERE row = ?", of_it)
            # Even if nothing is there: the log may have what was replaced.
            put_note(connection, cipher, DUE, "due")
        with suppress(StoreError):
            self.remove_traces()

    def held(self) -> list[StoredCollection]:
        """Return all collections of all users."""
        if not self._file.is_there():
            return []
        with self._reading() as (connection, cipher):
            return [held for _, held in all_held(connection, cipher)]

    def change(self, what: Callable[[StoredCollection], Changes]) -> int:
        """Take out, or put others in place of, what `what` says of each collection.

        Asked once nobody else can write any more. A collection without entries goes.
        Until `remove_traces` the file may hold what was there.

        Returns:
            How many entries went or were changed.
        """
        if not self._file.is_there():
            return 0
        count = 0
        with self.writing() as (connection, cipher):
            for number, held in all_held(connection, cipher):
                changes = what(held)
                rows = rows_of(connection, number) if changes else []
                for row, entry in zip(rows, held.entries, strict=True) if rows else ():
                    if entry.id in changes:
                        change_row(connection, cipher, row, changes[entry.id])
                        count += 1
            connection.execute(
                "DELETE FROM collections "
                "WHERE row NOT IN (SELECT collection FROM entries)"
            )
            put_note(connection, cipher, DUE, "due")
        return count

    def remove_traces(self) -> bool:
        """Leave nothing of what was removed in the file; return whether any was due.

        Raises:
            StoreError: Another program stands in the way; they are left.
        """
        if not self._file.is_there():
            return False
        database = self._file.database()
        # No key is needed: what is due is no secret.
        if database.one("SELECT 1 FROM meta WHERE key = ?", (DUE,)) is None:
            return False
        self._file.drop_asides()
        with database.alone(), translated(self.path):
            database.connection.execute("VACUUM")
            [(busy, _, _)] = database.connection.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).fetchall()
        if busy:
            raise StoreError(
                f"Another program is reading {self.path}, so its journal could not be "
                "emptied. Close that program."
            )
        with database.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (DUE,))
        return True

    def check(self) -> int | None:
        """Return how many collections there are, checked; None without a file.

        Looks at a copy: not a byte of the file changes.

        Raises:
            StoreError: It cannot be opened, or is damaged.
            EncryptionError: Its key is not there.
        """
        if not os.path.lexists(self.path):
            return None
        with scratch() as place, named(place, self.path.parent):
            copy = SqliteCollections(
                place, keys=self._keys, migrations=self._migrations, copy_of=self.path
            )
            try:
                return copy._checked()
            finally:
                copy.close()

    def _checked(self) -> int:
        if not self._file.is_there():
            return 0
        with translated(self.path), closing(sqlite3.connect(self.path)) as connection:
            check_owner(connection, self.path, newest=len(self._migrations))
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise StoreCorrupt(
                    f"{self.path} is damaged. It was left as it is: move it away, and "
                    "clients store their texts anew."
                )
        with self._reading() as (connection, cipher):
            found = list(all_held(connection, cipher))
            rows = connection.execute(f"SELECT {ENTRY_FIELDS} FROM entries")
            for row in rows:
                vector_in(cipher, row)
        return len(found)

    def exist(self) -> bool:
        """Whether anything was ever kept."""
        return self.path.exists()

    def is_encrypted(self) -> bool:
        """Whether what is kept is encrypted; no key is needed."""
        if not self._file.is_there():
            return False
        with self._file.database().reading():
            return envelope_in(self._file.database().connection) is not None

    def get_meta(self, key: str) -> str | None:
        """Return a note about the collections; None if there is none."""
        if not self._file.is_there():
            return None
        with self._reading() as (connection, cipher):
            row = connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                return None
            return cipher.unseal_text(row[0], COLLECTED_META, key)

    def put_meta(self, key: str, value: str) -> None:
        """Keep a note about the collections."""
        with self.writing() as (connection, cipher):
            put_note(connection, cipher, key, value)

    def drop_meta(self, key: str) -> None:
        """Drop a note about the collections."""
        with self.writing() as (connection, _):
            connection.execute("DELETE FROM meta WHERE key = ?", (key,))

    @contextmanager
    def writing(self) -> Iterator[tuple[sqlite3.Connection, Cipher]]:
        """Write all of it, durably, or nothing; with what the texts are sealed with."""
        database = self._file.database()
        with database.writing() as connection:
            cipher = self._cipher(database)
            if not cipher.secret and self._keys is not no_key and is_empty(connection):
                cipher = self._encrypted(connection)
            yield connection, cipher

    @contextmanager
    def rekeying(self) -> Iterator[sqlite3.Connection]:
        """Change what opens the texts, without opening them."""
        database = self._file.database()
        with database.writing() as connection:
            yield connection
        # The journal would go on holding what the former key opens.
        database.all("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- inside --------------------------------------------------------------------

    def _rows(self, user: str, name: str) -> tuple[Cipher, list[Row]] | None:
        if not self._file.is_there():
            return None
        with self._reading() as (connection, cipher):
            found = find(connection, cipher, user, name)
            return None if found is None else (cipher, rows_of(connection, found[0]))

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, Cipher]]:
        database = self._file.database()
        with database.reading():
            yield database.connection, self._cipher(database)

    def _encrypted(self, connection: sqlite3.Connection) -> Cipher:
        """Encrypt a file that holds nothing yet, if there is a key."""
        user_key = self._keys()
        return PLAIN if user_key is None else put_new_key(connection, user_key)

    def _cipher(self, database: Database) -> Cipher:
        """Return what opens the texts, whoever encrypted them since the last look.

        Raises:
            EncryptionError: They are encrypted, and their key is not there.
        """
        sealed = envelope_in(database.connection)
        if sealed != self._sealed or (sealed is None) == database.cipher.secret:
            database.cipher = (
                PLAIN
                if sealed is None
                else AesCipher(unwrapped(sealed, key_for(self.path, self._keys)))
            )
            self._sealed = sealed
        return database.cipher

    def _remove_what_is_due(self) -> None:
        with suppress(StoreError):
            self.remove_traces()
