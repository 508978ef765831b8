"""Take messages out of a bank so that no byte of them stays in its files.

Owns: the table forgotten; emptying messages, and everything that is derived of them;
free pages, journals and copies.
Knows nothing of: what is to be forgotten and why, how it is known again.

A forgetting is two steps. One transaction empties everything in SQLite; a model that
has vectors of what is gone gets a new folder, so that its other vectors wait in SQLite
until they move there, and a mark says that the second step is due. That one removes
backups, copies and folders of no model, makes the file anew without its free pages and
empties the journal. It can be taken as often as need be; whoever finds the mark when a
bank is opened takes it again.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from ...core.records import DUE, EMPTY_ROLE, Erasure, emptied_id
from ...core.text.recipes import digest
from ...errors import StoreError
from ..chat_log import LOGS
from ..encryption.cipher import META, Cipher
from . import full_text
from .backups import drop_backups
from .codec import pack_text
from .database import Database, translated
from .vector_array import HALF, VectorArray
from .vector_repair import keep_vectors
from .vectors import SqliteVectors

_STEP_ROWS = 4 * 1024
_BATCH = 500
# What versions before backups put beside a database that they brought up to date.
_OLD_COPIES = "memory.v*-copy.sqlite3*"

logger = logging.getLogger("long_term_memory")


class SqliteErasure:
    """Forgetting, and knowing again what was forgotten; see `ErasureStore`."""

    def __init__(
        self, database: Database, vectors: SqliteVectors, *, folder: Path
    ) -> None:
        """Use an open database and its vectors, in the bank's own folder."""
        self._database = database
        self._vectors = vectors
        self._folder = folder

    def erase(self, decide: Callable[[], Erasure]) -> Erasure:
        """Empty what `decide` says, asked once nobody else can write any more."""
        # Alone throughout: the pragma holds for the connection.
        with self._vectors.writers_lock(), self._database.alone():
            with translated(self._database.path):
                self._database.connection.execute("PRAGMA secure_delete = ON")
            with self._database.exclusive():
                gone = decide()
                self._empty(self._database.connection, gone)
        return gone

    def remove_traces(self) -> None:
        """Leave nothing of what was forgotten in any file of the bank."""
        drop_backups(self._folder)
        for copy in self._folder.glob(_OLD_COPIES):
            copy.unlink(missing_ok=True)
        if self._database.cipher.secret:
            shutil.rmtree(self._folder / LOGS, ignore_errors=True)
        self._vectors.sweep()
        with self._database.alone(), translated(self._database.path):
            self._database.connection.execute("VACUUM")
        self._empty_journal()

    def suppressed(self) -> frozenset[bytes]:
        """Return the marks of everything that was ever forgotten."""
        return frozenset(
            mark for (mark,) in self._database.all("SELECT mark FROM forgotten")
        )

    def _empty_journal(self) -> None:
        """Move all of the journal into the database and cut it to nothing.

        Raises:
            StoreError: Another program is reading an older state.
        """
        [(busy, _, _)] = self._database.all("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StoreError(
                f"Another program is reading {self._database.path}, so its journal "
                "could not be emptied. Close that program."
            )

    def _empty(self, connection: sqlite3.Connection, gone: Erasure) -> None:
        """Empty it all, inside the caller's transaction."""
        touched = _chats_of(connection, gone)
        for table in ("places", "visits"):
            _delete(connection, table, "message", gone.messages)
            _delete(connection, table, "chat", gone.chats)
        for chat in touched:
            _close_up(connection, chat)
        _empty_messages(connection, gone.messages, self._database.cipher)
        _empty_chats(connection, gone.chats)
        _delete(connection, "summaries", "key", gone.summaries)
        _delete_hands(connection, gone)
        _change_metas(connection, gone.metas, self._database.cipher)
        connection.executemany(
            "INSERT OR IGNORE INTO forgotten (mark) VALUES (?)",
            [(mark,) for mark in gone.marks],
        )
        for column in ("message", "left_message", "right_message"):
            _delete(connection, "links", column, gone.messages)
        for row, dimension, folder in connection.execute(
            "SELECT row, dimension, folder FROM models"
        ).fetchall():
            array = VectorArray(self._vectors.bulk / folder, dimension)
            _drop_loose(connection, row, dimension, array)


def _delete(
    connection: sqlite3.Connection, table: str, column: str, values: Sequence[Any]
) -> None:
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", batch)


def _chats_of(connection: sqlite3.Connection, gone: Erasure) -> list[int]:
    """Return the chats that lose places, rising."""
    rows = set(gone.messages)
    places = connection.execute("SELECT chat, message FROM places")
    return sorted({chat for chat, message in places if message in rows})


def _close_up(connection: sqlite3.Connection, chat: int) -> None:
    """Number a path's places anew, without gaps."""
    places = connection.execute(
        "SELECT message, hidden, provisional, host_id FROM places "
        "WHERE chat = ? ORDER BY position",
        (chat,),
    ).fetchall()
    connection.execute("DELETE FROM places WHERE chat = ?", (chat,))
    connection.executemany(
        "INSERT INTO places (chat, position, message, hidden, provisional, host_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [(chat, position, *place) for position, place in enumerate(places)],
    )
    connection.execute(
        "UPDATE chats SET revision = revision + 1 WHERE row = ?", (chat,)
    )


def _empty_messages(
    connection: sqlite3.Connection, rows: Sequence[int], cipher: Cipher
) -> None:
    """Leave an empty message in each row; nothing tells who spoke, or when."""
    empty = cipher.mark(digest(EMPTY_ROLE, ""))
    connection.executemany(
        "UPDATE messages SET id = ?, role = ?, name = '', said_at = NULL, "
        "present = '', digest = ?, content = '' WHERE row = ?",
        [(emptied_id(row), EMPTY_ROLE, empty, row) for row in rows],
    )
    connection.executemany(
        "UPDATE lexicon SET question = 0, terms = X'' WHERE message = ?",
        [(row,) for row in rows],
    )
    _delete(connection, "emotions", "message", rows)
    # Made anew from what is left: what is deleted from it stays in its older parts.
    full_text.rebuild(connection)


def _empty_chats(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    _delete(connection, "chat_names", "chat", rows)
    connection.executemany(
        "UPDATE chats SET title = '', revision = revision + 1 WHERE row = ?",
        [(row,) for row in rows],
    )


def _delete_hands(connection: sqlite3.Connection, gone: Erasure) -> None:
    for table in ("hand", "edits"):
        connection.executemany(
            f"DELETE FROM {table} WHERE kind = ? AND key = ?",
            [(kind.value, pack_text(key)) for kind, key in gone.hands],
        )


def _change_metas(
    connection: sqlite3.Connection, metas: Mapping[str, str | None], cipher: Cipher
) -> None:
    for key, value in {**metas, DUE: "due"}.items():
        connection.execute("DELETE FROM meta WHERE key = ?", (pack_text(key),))
        if value is not None:
            connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?)",
                (pack_text(key), cipher.seal_text(value, META, key)),
            )


def _drop_loose(
    connection: sqlite3.Connection, model: int, dimension: int, array: VectorArray
) -> None:
    """Drop vectors that no message has any more; the others wait for a new folder.

    Nobody may write vectors under the former numbers any more.
    """
    loose = {
        number
        for (number,) in connection.execute(
            "SELECT number FROM vectors WHERE model = ?1 AND number NOT IN "
            "(SELECT vector FROM links WHERE model = ?1)",
            (model,),
        )
    }
    # Even if none is: whoever is embedding what is gone must not store it afterwards.
    [(flushed,)] = connection.execute(
        "SELECT flushed FROM models WHERE row = ?", (model,)
    )
    try:
        for start in range(0, flushed, _STEP_ROWS):
            count = min(_STEP_ROWS, flushed - start)
            step = np.empty((count, dimension), np.float32)
            array.read_into(step, start=start)
            _put_back(connection, model, step, start, loose)
    except (OSError, ValueError):
        # Lost rows are dropped below, and made anew in the background.
        logger.warning("Vectors in %s were lost; they are made anew", array.name)
    connection.executemany(
        "DELETE FROM waiting WHERE model = ? AND number = ?",
        [(model, number) for number in sorted(loose)],
    )
    keep_vectors(connection, model, 0)
    connection.execute(
        "UPDATE models SET folder = ? WHERE row = ?", (uuid4().hex, model)
    )


def _put_back(
    connection: sqlite3.Connection,
    model: int,
    step: NDArray[np.float32],
    start: int,
    loose: Set[int],
) -> None:
    """Let vectors of the bulk store wait in SQLite, but for those that nobody has."""
    connection.executemany(
        "INSERT OR REPLACE INTO waiting (model, number, vector) VALUES (?, ?, ?)",
        [
            (model, number, vector.astype(HALF).tobytes())
            for number, vector in enumerate(step, start + 1)
            if number not in loose
        ],
    )
