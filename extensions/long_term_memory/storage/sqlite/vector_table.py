"""The vectors of one model and their links: waiting in SQLite, then in the bulk store.

Owns: the tables vectors, waiting and links; the order in which vectors move to the bulk
store, so that a stop between any two steps loses nothing.
Knows nothing of: embedders, what a link is for, which model ought to be used.

A vector is first a blob, written with its key in one transaction. `flush`
writes rows to the bulk store, waits for the disk, and only then, in one transaction,
raises the recorded count and drops the blobs. So vectors 1 … `flushed` are in the bulk
store, the others in `waiting`; rows of the bulk store beyond the count are leftovers
that the next flush overwrites.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.records import Embedding, ModelInfo
from ...errors import EmbeddingMismatch, NotFound, StoreError
from ...files import FileLock
from ..encryption.cipher import Cipher
from .database import Database
from .vector_array import HALF, VectorArray

BATCH_ROWS = 64
"""Fewer waiting vectors than these are not worth a write: 64 cost what one costs."""

_STEP_ROWS = 8 * 1024

logger = logging.getLogger("long_term_memory")


class ModelRow(NamedTuple):
    """A model's row in SQLite, and where its vectors lie.

    Attributes:
        generation: Rises whenever its vectors are numbered anew.
    """

    row: int
    generation: int
    array: VectorArray


class SqliteVectorTable:
    """The vectors of one model; see `VectorTable` for what its methods promise."""

    def __init__(
        self, database: Database, model: ModelInfo, using: ModelRow, *, lock: Path
    ) -> None:
        """Use a model's row as it is now.

        Args:
            database: Migrated.
            model: Whose vectors they are.
            using: Its row.
            lock: File of the bulk store's writer's lock.
        """
        self.model = model
        self.using = using
        self._database = database
        self._lock = lock
        self._can_flush = True

    @property
    def _cipher(self) -> Cipher:
        return self._database.cipher

    def put(self, embeddings: Sequence[Embedding]) -> None:
        """Store vectors and their links in one transaction; known keys are shared."""
        for embedding in embeddings:
            if embedding.vector.shape != (self.model.dimension,):
                raise EmbeddingMismatch(
                    f"A vector of shape {embedding.vector.shape} does not fit a model "
                    f"of {self.model.dimension} dimensions."
                )
        with self._database.writing() as connection:
            self._current()
            numbers = self._numbered(connection, embeddings)
            _put_links(
                connection,
                self.using,
                ((e.message, e.left, e.right, numbers[e.key]) for e in embeddings),
            )

    def known(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return vector numbers of the keys that are stored."""
        with self._database.reading():
            self._current()
            return self._known(keys)

    def link(self, links: Sequence[tuple[int, int, int, int]]) -> None:
        """Link (message, left, right) rows to vector numbers stored before."""
        with self._database.writing() as connection:
            self._current()
            total = self.count()
            for *_, vector in links:
                if not 0 < vector <= total:
                    raise NotFound(f"There is no vector number {vector}.")
            _put_links(connection, self.using, links)

    def links(self, *, after: int = 0) -> NDArray[np.int64]:
        """Return links as rows of (link number, message, left, right, vector)."""
        with self._database.reading():
            self._current()
            rows = self._database.all(
                "SELECT number, message, left_message, right_message, vector "
                # The plus keeps SQLite from sorting all links of the model.
                "FROM links WHERE +model = ? AND number > ? ORDER BY number",
                (self.using.row, after),
            )
        return np.array(rows, np.int64).reshape(len(rows), 5)

    def vectors(self, *, after: int = 0) -> NDArray[np.float32]:
        """Return the model's vectors with numbers above `after`, by rising number."""
        with self._database.reading():
            flushed = self._current()
            blobs = self._blobs(max(after, flushed), -1)
        stored = max(0, flushed - after)
        found = np.empty((stored + len(blobs), self.model.dimension), np.float32)
        try:
            self.using.array.read_into(found[:stored], start=after)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"Vectors in {self.using.array.bulk} were lost while in use. Restart, "
                "and they are made anew from the messages."
            ) from error
        found[stored:] = _rows(blobs, self.model.dimension)
        return found

    def flush(self) -> int:
        """Move waiting vectors to the bulk store; return how many moved.

        Fewer than `BATCH_ROWS` go on waiting. Without zarr all do.
        """
        if not self._can_flush or not self._due():
            return 0
        lock = FileLock(self._lock)
        if not lock.acquire():
            return 0
        moved = 0
        with lock:
            while step := self._flush_step():
                moved += step
        return moved

    def count(self) -> int:
        """Count the vectors; numbers are dense, so the last one is the count."""
        [(total,)] = self._database.all(
            "SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?",
            (self.using.row,),
        )
        return int(total)

    def flushed(self) -> int:
        """Count those that are recorded to be in the bulk store."""
        row = self._database.one(
            "SELECT flushed FROM models WHERE row = ?", (self.using.row,)
        )
        return 0 if row is None else int(row[0])

    # -- numbers and links -------------------------------------------------------

    def _numbered(
        self,
        connection: sqlite3.Connection,
        embeddings: Sequence[Embedding],
    ) -> dict[bytes, int]:
        """Store the vectors whose keys are new; return all keys' numbers."""
        numbers = self._known([embedding.key for embedding in embeddings])
        last = self.count()
        blobs = []
        for embedding in embeddings:
            if embedding.key not in numbers:
                last += 1
                numbers[embedding.key] = last
                vector = embedding.vector.astype(HALF).tobytes()
                mark = self._cipher.mark(embedding.key)
                blobs.append((self.using.row, last, mark, vector))
        connection.executemany(
            "INSERT INTO vectors (model, number, key) VALUES (?, ?, ?)",
            [blob[:3] for blob in blobs],
        )
        connection.executemany(
            "INSERT INTO waiting (model, number, vector) VALUES (?, ?, ?)",
            [(model, number, vector) for model, number, _, vector in blobs],
        )
        return numbers

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        # Left to itself SQLite reads all vectors of the model, for it thinks they are
        # few: 85 ms instead of 1 ms for 32 keys among 200,000.
        key_of = {self._cipher.mark(key): key for key in keys}
        rows = self._database.all_in(
            "SELECT key, number FROM vectors INDEXED BY sqlite_autoindex_vectors_2 "
            "WHERE model = ? AND key IN ({marks})",
            list(key_of),
            self.using.row,
        )
        return {key_of[mark]: number for mark, number in rows}

    def _blobs(self, after: int, limit: int) -> list[bytes]:
        rows = self._database.all(
            "SELECT vector FROM waiting WHERE model = ? AND number > ? "
            "ORDER BY number LIMIT ?",
            (self.using.row, after, limit),
        )
        return [vector for (vector,) in rows]

    # -- moving to the bulk store ------------------------------------------------

    def _current(self) -> int:
        """Return the flushed count, if the numbers are still those we know."""
        row = self._database.one(
            "SELECT flushed, folder, generation FROM models WHERE row = ?",
            (self.using.row,),
        )
        if row is None or row[1:] != (self.using.array.name, self.using.generation):
            raise EmbeddingMismatch(
                "Another program repaired or replaced the vectors of this bank. Read "
                "them again."
            )
        return int(row[0])

    def _due(self) -> bool:
        flushed = self.flushed()
        return len(self._blobs(flushed, BATCH_ROWS)) == BATCH_ROWS

    def _flush_step(self) -> int:
        """Move some vectors; the writer's lock is held, so nobody else moves any."""
        flushed = self._current()
        blobs = self._blobs(flushed, _STEP_ROWS)
        if len(blobs) < BATCH_ROWS or self.using.array.sound_rows() < flushed:
            # Lost rows are mended when the model is named next, not under a reader.
            return 0
        if not self._appended(_rows(blobs, self.model.dimension), flushed):
            return 0
        end = flushed + len(blobs)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE models SET flushed = ? WHERE row = ?", (end, self.using.row)
            )
            connection.execute(
                "DELETE FROM waiting WHERE model = ? AND number <= ?",
                (self.using.row, end),
            )
        return len(blobs)

    def _appended(self, rows: NDArray[np.float16], at: int) -> bool:
        """Append to the bulk store; False if zarr cannot be had here."""
        try:
            self.using.array.append(rows, at=at)
        except ImportError as error:
            self._can_flush = False
            logger.info("Vectors stay in SQLite: zarr cannot be imported (%s)", error)
            return False
        except OSError as error:
            raise StoreError(
                f"Cannot write vectors to {self.using.array.bulk}: {error.strerror}. "
                "They are kept in SQLite meanwhile. Free some space or make it "
                "writable."
            ) from error
        return True


def _rows(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float16]:
    rows = np.frombuffer(b"".join(blobs), HALF)
    return rows.reshape(len(blobs), dimension)


def _put_links(
    connection: sqlite3.Connection,
    using: ModelRow,
    links: Iterable[tuple[int, int, int, int]],
) -> None:
    """Add links; texts never change, so a link that is known stays as it is."""
    connection.executemany(
        "INSERT INTO links (model, message, left_message, right_message, vector) "
        "VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (model, message, left_message, right_message) DO NOTHING",
        ((using.row, *link) for link in links),
    )
