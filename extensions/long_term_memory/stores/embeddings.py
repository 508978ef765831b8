"""Vectors and their links: waiting in SQLite, then in the bulk store.

Owns: the tables vectors, waiting and links; the order in which vectors move to the bulk
store, so that a stop between any two steps loses nothing; and the repair of whatever
disagrees.
Knows nothing of: embedders, what a link is for, which model ought to be in use.

A vector is first a blob, written with its key in one transaction. `flush_vectors`
writes rows to the bulk store, waits for the disk, and only then, in one transaction,
raises the recorded count and drops the blobs. So vectors 1 … `flushed` are in the bulk
store, the others in `waiting`; rows of the bulk store beyond the count are leftovers
that the next flush overwrites. If the bulk store lost rows, their vectors are dropped
with their links, to be embedded anew, and the rest is numbered anew; `generation`
rises, so that another process does not go on with the old numbers.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingMismatch, NotFound, StoreError
from .database import Database
from .generations import GenerationPart, Using
from .layout import FileLock
from .records import (
    Embedding,
    ModelInfo,
)
from .repair import keep_sound
from .vector_check import sound_blobs, sound_rows
from .vectors import HALF, load_writer

BATCH_ROWS = 64
"""Fewer waiting vectors than these are not worth a write: 64 cost what one costs."""

_STEP_ROWS = 8 * 1024

logger = logging.getLogger("long_term_memory")


class EmbeddingPart(GenerationPart):
    """The vectors of a bank, by model."""

    def __init__(
        self, database: Database, *, bulk: Path, lock: Path, patience_seconds: float
    ) -> None:
        """Use a database and a bulk store.

        Args:
            database: Migrated.
            bulk: Folder of the bulk store; it need not exist.
            lock: File of its writer's lock.
            patience_seconds: How long a repair waits for that lock.
        """
        super().__init__(
            database, bulk=bulk, lock=lock, patience_seconds=patience_seconds
        )
        self._using: Using | None = None
        self._named_before: dict[ModelInfo, Using] = {}
        self._repairs: list[str] = []
        self._checked: dict[int, tuple[int, int]] = {}
        self._can_flush = True

    def use_model(self, model: ModelInfo) -> None:
        """Name the embedder whose vectors are read and written from now on."""
        self.sweep()
        using = self._model(model) or self._added(model)
        flushed = self._flushed(using)
        [(total, waiting)] = self._database.all(
            "SELECT (SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?1), "
            "(SELECT count(*) FROM waiting WHERE model = ?1 AND number > ?2)",
            (using.row, flushed),
        )
        if (
            total != flushed + waiting
            or using.array.sound_rows() < flushed
            or not self._all_sound(using, flushed)
        ):
            self._repair(using, model)
            using = self._model(model) or using
        self._using = self._named_before[model] = using

    @contextmanager
    def of_model(self, model: ModelInfo) -> Iterator[None]:
        """Let all calls inside be about the vectors of a model named before."""
        before = self._using
        self._using = self._named_before.get(model)
        try:
            yield
        finally:
            self._using = before

    def drop_model(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""
        super().drop_model(model)
        dropped = self._named_before.pop(model, None)
        if self._using == dropped:
            self._using = None

    @contextmanager
    def deriving(self) -> Iterator[None]:
        """Keep other processes from making the same vectors meanwhile."""
        self._database.check_open()
        lock = FileLock(self._lock.with_name("worker.lock"))
        lock.acquire(timeout_seconds=self._patience_seconds)
        with lock:
            # What is made will be flushed, under a lock for which turns wait.
            load_writer()
            yield

    def put_embeddings(self, embeddings: Sequence[Embedding]) -> None:
        """Store vectors and their links in one transaction; known keys are shared."""
        using = self._named()
        for embedding in embeddings:
            if embedding.vector.shape != (using.dimension,):
                raise EmbeddingMismatch(
                    f"A vector of shape {embedding.vector.shape} does not fit a model "
                    f"of {using.dimension} dimensions."
                )
        with self._database.writing() as connection:
            self._current(using)
            numbers = self._numbered(connection, using, embeddings)
            _put_links(
                connection,
                using,
                ((e.message, e.left, e.right, numbers[e.key]) for e in embeddings),
            )

    def known_keys(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return vector numbers of the keys that are stored."""
        using = self._named()
        with self._database.reading():
            self._current(using)
            return self._known(using, keys)

    def link_embeddings(self, links: Sequence[tuple[int, int, int, int]]) -> None:
        """Link (message, left, right) rows to vector numbers stored before."""
        using = self._named()
        with self._database.writing() as connection:
            self._current(using)
            total = self._count(using)
            for *_, vector in links:
                if not 0 < vector <= total:
                    raise NotFound(f"There is no vector number {vector}.")
            _put_links(connection, using, links)

    def links(self, *, after: int = 0) -> NDArray[np.int64]:
        """Return links as rows of (link number, message, left, right, vector)."""
        using = self._named()
        with self._database.reading():
            self._current(using)
            rows = self._database.all(
                "SELECT number, message, left_message, right_message, vector "
                # The plus keeps SQLite from sorting all links of the model.
                "FROM links WHERE +model = ? AND number > ? ORDER BY number",
                (using.row, after),
            )
        return np.array(rows, np.int64).reshape(len(rows), 5)

    def vectors(self, *, after: int = 0) -> NDArray[np.float32]:
        """Return the model's vectors with numbers above `after`, by rising number."""
        using = self._named()
        with self._database.reading():
            flushed = self._current(using)
            blobs = self._blobs(using, max(after, flushed), -1)
        stored = max(0, flushed - after)
        found = np.empty((stored + len(blobs), using.dimension), np.float32)
        try:
            using.array.read_into(found[:stored], start=after)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"Vectors in {self._bulk} were lost while in use. Restart, and they "
                "are made anew from the messages."
            ) from error
        found[stored:] = _rows(blobs, using.dimension)
        return found

    def flush_vectors(self) -> int:
        """Move waiting vectors to the bulk store; return how many moved.

        Fewer than `BATCH_ROWS` go on waiting. Without zarr all do.
        """
        using = self._using
        if using is None or not self._can_flush or not self._due(using):
            return 0
        lock = FileLock(self._lock)
        if not lock.acquire():
            return 0
        moved = 0
        with lock:
            while step := self._flush_step(using):
                moved += step
        return moved

    def repairs(self) -> list[str]:
        """Return what had to be mended since the bank was opened, for people."""
        self._database.check_open()
        return list(self._repairs)

    # -- numbers and links -------------------------------------------------------

    def _numbered(
        self,
        connection: sqlite3.Connection,
        using: Using,
        embeddings: Sequence[Embedding],
    ) -> dict[bytes, int]:
        """Store the vectors whose keys are new; return all keys' numbers."""
        numbers = self._known(using, [embedding.key for embedding in embeddings])
        last = self._count(using)
        blobs = []
        for embedding in embeddings:
            if embedding.key not in numbers:
                last += 1
                numbers[embedding.key] = last
                vector = embedding.vector.astype(HALF).tobytes()
                mark = self._cipher.mark(embedding.key)
                blobs.append((using.row, last, mark, vector))
        connection.executemany(
            "INSERT INTO vectors (model, number, key) VALUES (?, ?, ?)",
            [blob[:3] for blob in blobs],
        )
        connection.executemany(
            "INSERT INTO waiting (model, number, vector) VALUES (?, ?, ?)",
            [(model, number, vector) for model, number, _, vector in blobs],
        )
        return numbers

    def _known(self, using: Using, keys: Sequence[bytes]) -> dict[bytes, int]:
        # Left to itself SQLite reads all vectors of the model, for it thinks they are
        # few: 85 ms instead of 1 ms for 32 keys among 200,000.
        key_of = {self._cipher.mark(key): key for key in keys}
        rows = self._database.all_in(
            "SELECT key, number FROM vectors INDEXED BY sqlite_autoindex_vectors_2 "
            "WHERE model = ? AND key IN ({marks})",
            list(key_of),
            using.row,
        )
        return {key_of[mark]: number for mark, number in rows}

    def _count(self, using: Using) -> int:
        [(total,)] = self._database.all(
            "SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?", (using.row,)
        )
        return int(total)

    def _blobs(self, using: Using, after: int, limit: int) -> list[bytes]:
        rows = self._database.all(
            "SELECT vector FROM waiting WHERE model = ? AND number > ? "
            "ORDER BY number LIMIT ?",
            (using.row, after, limit),
        )
        return [vector for (vector,) in rows]

    # -- the model in use --------------------------------------------------------

    def _named(self) -> Using:
        if self._using is None:
            raise EmbeddingMismatch("No embedding model was named for this bank yet.")
        return self._using

    def _current(self, using: Using) -> int:
        """Return the flushed count, if the numbers are still those we know."""
        row = self._database.one(
            "SELECT flushed, folder, generation FROM models WHERE row = ?", (using.row,)
        )
        if row is None or row[1:] != (using.array.name, using.generation):
            raise EmbeddingMismatch(
                "Another program repaired or replaced the vectors of this bank. Read "
                "them again."
            )
        return int(row[0])

    def _flushed(self, using: Using) -> int:
        row = self._database.one(
            "SELECT flushed FROM models WHERE row = ?", (using.row,)
        )
        return 0 if row is None else int(row[0])

    # -- moving to the bulk store ------------------------------------------------

    def _due(self, using: Using) -> bool:
        flushed = self._flushed(using)
        return len(self._blobs(using, flushed, BATCH_ROWS)) == BATCH_ROWS

    def _flush_step(self, using: Using) -> int:
        """Move some vectors; the writer's lock is held, so nobody else moves any."""
        flushed = self._current(using)
        blobs = self._blobs(using, flushed, _STEP_ROWS)
        if len(blobs) < BATCH_ROWS or using.array.sound_rows() < flushed:
            # Lost rows are mended when the model is named next, not under a reader.
            return 0
        if not self._appended(using, _rows(blobs, using.dimension), flushed):
            return 0
        end = flushed + len(blobs)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE models SET flushed = ? WHERE row = ?", (end, using.row)
            )
            connection.execute(
                "DELETE FROM waiting WHERE model = ? AND number <= ?", (using.row, end)
            )
        return len(blobs)

    def _appended(self, using: Using, rows: NDArray[np.float16], at: int) -> bool:
        """Append to the bulk store; False if zarr cannot be had here."""
        try:
            using.array.append(rows, at=at)
        except ImportError as error:
            self._can_flush = False
            logger.info("Vectors stay in SQLite: zarr cannot be imported (%s)", error)
            return False
        except OSError as error:
            raise StoreError(
                f"Cannot write vectors to {self._bulk}: {error.strerror}. They are "
                "kept in SQLite meanwhile. Free some space or make it writable."
            ) from error
        return True

    # -- repair ------------------------------------------------------------------

    def _all_sound(self, using: Using, flushed: int) -> bool:
        """Look at the vectors' values, at each once as long as the bank is open."""
        generation, known = self._checked.get(using.row, (using.generation, 0))
        if generation == using.generation and known >= flushed > 0:
            return True
        with self._database.alone():
            connection = self._database.connection
            if sound_blobs(connection, using.row, using.dimension)[1]:
                return False
        there = sound_rows(using.array, flushed, using.dimension)
        self._checked[using.row] = (using.generation, flushed)
        return len(there) == flushed and bool(there.all())

    def _repair(self, using: Using, model: ModelInfo) -> None:
        """Drop vectors that are gone and number the others anew."""
        with self._writers_lock(), self._database.writing() as connection:
            before = self._count(using)
            keep_sound(connection, using.row, using.array, using.dimension)
            lost = before - self._count(using)
        words = (
            f"{lost} of {before} vectors of {model.name} were lost and will be made "
            "anew; no message was lost"
        )
        self._repairs.append(words)
        logger.warning("%s: %s", self._bulk, words)


def _rows(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float16]:
    rows = np.frombuffer(b"".join(blobs), HALF)
    return rows.reshape(len(blobs), dimension)


def _put_links(
    connection: sqlite3.Connection,
    using: Using,
    links: Iterable[tuple[int, int, int, int]],
) -> None:
    """Add links; texts never change, so a link that is known stays as it is."""
    connection.executemany(
        "INSERT INTO links (model, message, left_message, right_message, vector) "
        "VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (model, message, left_message, right_message) DO NOTHING",
        ((using.row, *link) for link in links),
    )
