"""Vectors and their links: waiting in SQLite, then in the bulk store.

Owns: the tables models, vectors, waiting and links; the order in which vectors move
to the bulk store, so that a stop between any two steps loses nothing; and the repair
of whatever disagrees.
Knows nothing of: embedders, what a link is for.

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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingMismatch, NotFound, StoreError
from .codec import pack_text
from .database import Database
from .layout import FileLock
from .part import Part
from .records import (
    Embedding,
    ModelInfo,
)
from .repair import keep_vectors
from .vectors import HALF, VectorArray

BATCH_ROWS = 64
"""Fewer waiting vectors than these are not worth a write: 64 cost what one costs."""

_STEP_ROWS = 8 * 1024

logger = logging.getLogger("long_term_memory")


class _Using(NamedTuple):
    """The model in use, and where its vectors lie."""

    row: int
    dimension: int
    generation: int
    array: VectorArray


class EmbeddingPart(Part):
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
        super().__init__(database)
        self._bulk = bulk
        self._lock = lock
        self._patience_seconds = patience_seconds
        self._using: _Using | None = None
        self._repairs: list[str] = []
        self._can_flush = True

    def use_model(self, model: ModelInfo) -> None:
        """Name the embedder whose vectors are read and written from now on."""
        using = self._model(model) or self._added(model)
        flushed = self._flushed(using)
        [(total, waiting)] = self._database.all(
            "SELECT (SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?1), "
            "(SELECT count(*) FROM waiting WHERE model = ?1 AND number > ?2)",
            (using.row, flushed),
        )
        if total != flushed + waiting or using.array.sound_rows() < flushed:
            self._repair(using, model)
        self._using = self._model(model)

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
        return list(self._repairs)

    # -- numbers and links -------------------------------------------------------

    def _numbered(
        self,
        connection: sqlite3.Connection,
        using: _Using,
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
                blobs.append((using.row, last, embedding.key, vector))
        connection.executemany(
            "INSERT INTO vectors (model, number, key) VALUES (?, ?, ?)",
            [blob[:3] for blob in blobs],
        )
        connection.executemany(
            "INSERT INTO waiting (model, number, vector) VALUES (?, ?, ?)",
            [(model, number, vector) for model, number, _, vector in blobs],
        )
        return numbers

    def _known(self, using: _Using, keys: Sequence[bytes]) -> dict[bytes, int]:
        # Left to itself SQLite reads all vectors of the model, for it thinks they are
        # few: 85 ms instead of 1 ms for 32 keys among 200,000.
        rows = self._database.all_in(
            "SELECT key, number FROM vectors INDEXED BY sqlite_autoindex_vectors_2 "
            "WHERE model = ? AND key IN ({marks})",
            list(dict.fromkeys(keys)),
            using.row,
        )
        return dict(rows)

    def _count(self, using: _Using) -> int:
        [(total,)] = self._database.all(
            "SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?", (using.row,)
        )
        return int(total)

    def _blobs(self, using: _Using, after: int, limit: int) -> list[bytes]:
        rows = self._database.all(
            "SELECT vector FROM waiting WHERE model = ? AND number > ? "
            "ORDER BY number LIMIT ?",
            (using.row, after, limit),
        )
        return [vector for (vector,) in rows]

    # -- the model in use --------------------------------------------------------

    def _model(self, model: ModelInfo) -> _Using | None:
        """Find a model's row."""
        row = self._database.one(
            "SELECT row, generation, folder FROM models WHERE name = ? "
            "AND dimension = ? AND fingerprint = ? AND recipe = ?",
            _packed(model),
        )
        if row is None:
            return None
        number, generation, folder = row
        array = VectorArray(self._bulk / folder, model.dimension)
        return _Using(number, model.dimension, generation, array)

    def _added(self, model: ModelInfo) -> _Using:
        """Add a model's row; another process may have been first."""
        with self._database.writing() as connection:
            # The folder's name is never used again, so an array that a copied or
            # restored bank brings along is not taken for another's.
            connection.execute(
                "INSERT OR IGNORE INTO models "
                "(name, dimension, fingerprint, recipe, folder) VALUES (?, ?, ?, ?, ?)",
                (*_packed(model), uuid4().hex),
            )
        using = self._model(model)
        assert using is not None
        return using

    def _named(self) -> _Using:
        if self._using is None:
            raise EmbeddingMismatch("No embedding model was named for this bank yet.")
        return self._using

    def _current(self, using: _Using) -> int:
        """Return the flushed count, if the numbers are still those we know."""
        [(flushed, generation)] = self._database.all(
            "SELECT flushed, generation FROM models WHERE row = ?", (using.row,)
        )
        if generation != using.generation:
            raise EmbeddingMismatch(
                "Another program repaired the vectors of this bank. Read them again."
            )
        return int(flushed)

    def _flushed(self, using: _Using) -> int:
        [(flushed,)] = self._database.all(
            "SELECT flushed FROM models WHERE row = ?", (using.row,)
        )
        return int(flushed)

    # -- moving to the bulk store ------------------------------------------------

    def _due(self, using: _Using) -> bool:
        flushed = self._flushed(using)
        return len(self._blobs(using, flushed, BATCH_ROWS)) == BATCH_ROWS

    def _flush_step(self, using: _Using) -> int:
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

    def _appended(self, using: _Using, rows: NDArray[np.float16], at: int) -> bool:
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

    def _repair(self, using: _Using, model: ModelInfo) -> None:
        """Drop vectors that are gone and number the others anew."""
        lock = FileLock(self._lock)
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(
                f"Another program is writing vectors to {self._bulk}. Try again soon."
            )
        with lock, self._database.writing() as connection:
            before = self._count(using)
            kept = min(using.array.sound_rows(), self._flushed(using), before)
            keep_vectors(connection, using.row, kept)
            lost = before - self._count(using)
        words = (
            f"{lost} of {before} vectors of {model.name} were lost and will be made "
            "anew; no message was lost"
        )
        self._repairs.append(words)
        logger.warning("%s: %s", self._bulk, words)


def _packed(model: ModelInfo) -> tuple[str | bytes, int, str | bytes, int]:
    name, fingerprint = pack_text(model.name), pack_text(model.fingerprint)
    return name, model.dimension, fingerprint, model.recipe


def _rows(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float16]:
    rows = np.frombuffer(b"".join(blobs), HALF)
    return rows.reshape(len(blobs), dimension)


def _put_links(
    connection: sqlite3.Connection,
    using: _Using,
    links: Iterable[tuple[int, int, int, int]],
) -> None:
    """Add links; texts never change, so a link that is known stays as it is."""
    connection.executemany(
        "INSERT INTO links (model, message, left_message, right_message, vector) "
        "VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (model, message, left_message, right_message) DO NOTHING",
        ((using.row, *link) for link in links),
    )
