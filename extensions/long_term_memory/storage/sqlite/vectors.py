"""The vectors of a bank, by model: which models there are, and what each must hold.

Owns: the table models, and the folders of the bulk store; the repair of whatever
disagrees.
Knows nothing of: embedders, what a vector is of, which model ought to be used.

If the bulk store lost rows, their vectors are dropped with their links, to be embedded
anew, and the rest is numbered anew; `generation` rises, so that nobody goes on with the
old numbers. A model's rows go first, in one transaction, and then its folder. A stop in
between leaves a folder that no model names; the next look at the bank removes it.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from ...core.records import ModelCount, ModelInfo
from ...errors import EmbeddingMismatch, StoreError
from ...files import FileLock
from .codec import pack_text, unpack_text
from .database import Database
from .vector_array import VectorArray, load_writer
from .vector_check import sound_blobs, sound_rows
from .vector_repair import keep_sound
from .vector_table import ModelRow, SqliteVectorTable

_FOLDER = re.compile(r"[0-9a-f]{32}")

logger = logging.getLogger("long_term_memory")


class SqliteVectors:
    """The models of a bank; see `VectorStore` for what its methods promise.

    Attributes:
        bulk: Folder of the bulk store; it need not exist.
        repairs: What had to be mended since the bank was opened, for people.
    """

    def __init__(
        self, database: Database, *, bulk: Path, lock: Path, patience_seconds: float
    ) -> None:
        """Use a database and a bulk store.

        Args:
            database: Migrated.
            bulk: Folder of the bulk store; it need not exist.
            lock: File of its writer's lock.
            patience_seconds: How long to wait for that lock where it must be had.
        """
        self.bulk = bulk
        self.repairs: list[str] = []
        self._database = database
        self._lock = lock
        self._patience_seconds = patience_seconds
        self._checked: dict[int, tuple[int, int]] = {}

    def table(self, model: ModelInfo) -> SqliteVectorTable:
        """Find the vectors of a model, or begin with none; mend what is damaged."""
        self.sweep()
        table = self._found(model) or self._added(model)
        flushed = table.flushed()
        [(total, waiting)] = self._database.all(
            "SELECT (SELECT coalesce(max(number), 0) FROM vectors WHERE model = ?1), "
            "(SELECT count(*) FROM waiting WHERE model = ?1 AND number > ?2)",
            (table.using.row, flushed),
        )
        if (
            total != flushed + waiting
            or table.using.array.sound_rows() < flushed
            or not self._all_sound(table, flushed)
        ):
            self._repair(table)
            return self._found(model) or table
        return table

    def models(self) -> list[ModelCount]:
        """Return the models that were ever named and not dropped, the oldest first."""
        rows = self._database.all(
            "SELECT name, dimension, fingerprint, recipe, "
            # Numbers are dense, so the last one is the count.
            "(SELECT coalesce(max(number), 0) FROM vectors WHERE model = row), "
            "(SELECT count(*) FROM links WHERE model = row) FROM models ORDER BY row"
        )
        return [
            ModelCount(
                model=ModelInfo(
                    name=unpack_text(name),
                    dimension=dimension,
                    fingerprint=unpack_text(fingerprint),
                    recipe=recipe,
                ),
                vectors=vectors,
                links=links,
            )
            for name, dimension, fingerprint, recipe, vectors, links in rows
        ]

    def drop(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""
        found = self._found(model)
        if found is None:
            return
        using = found.using
        with self.writers_lock():
            with self._database.writing() as connection:
                for table in ("links", "waiting", "vectors"):
                    connection.execute(
                        f"DELETE FROM {table} WHERE model = ?", (using.row,)
                    )
                connection.execute("DELETE FROM models WHERE row = ?", (using.row,))
            using.array.remove()

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

    def sweep(self) -> int:
        """Remove folders of the bulk store that no model names; return how many."""
        if not self.bulk.is_dir():
            return 0
        # Named before looked for: a model's row is there before its folder is.
        found = {one for one in self.bulk.iterdir() if _FOLDER.fullmatch(one.name)}
        known = {name for (name,) in self._database.all("SELECT folder FROM models")}
        orphans = [one for one in found if one.name not in known]
        for orphan in orphans:
            shutil.rmtree(orphan, ignore_errors=True)
        return len(orphans)

    def writers_lock(self) -> FileLock:
        """Let nobody else write to the bulk store.

        Raises:
            StoreError: Somebody is writing to it.
        """
        lock = FileLock(self._lock)
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(
                f"Another program is writing vectors to {self.bulk}. Try again soon."
            )
        return lock

    def _found(self, model: ModelInfo) -> SqliteVectorTable | None:
        """Find a model's row."""
        row = self._database.one(
            "SELECT row, generation, folder FROM models WHERE name = ? "
            "AND dimension = ? AND fingerprint = ? AND recipe = ?",
            _packed(model),
        )
        if row is None:
            return None
        number, generation, folder = row
        array = VectorArray(self.bulk / folder, model.dimension)
        using = ModelRow(number, generation, array)
        return SqliteVectorTable(self._database, model, using, lock=self._lock)

    def _added(self, model: ModelInfo) -> SqliteVectorTable:
        """Add a model's row; another process may have been first."""
        with self._database.writing() as connection:
            # The folder's name is never used again, so an array that a copied or
            # restored bank brings along is not taken for another's.
            connection.execute(
                "INSERT OR IGNORE INTO models "
                "(name, dimension, fingerprint, recipe, folder) VALUES (?, ?, ?, ?, ?)",
                (*_packed(model), uuid4().hex),
            )
            # Looked for before another process can drop it again.
            table = self._found(model)
        if table is None:
            raise EmbeddingMismatch(f"The model {model.name} could not be named here.")
        return table

    def _all_sound(self, table: SqliteVectorTable, flushed: int) -> bool:
        """Look at the vectors' values, at each once as long as the bank is open."""
        using, dimension = table.using, table.model.dimension
        generation, known = self._checked.get(using.row, (using.generation, 0))
        if generation == using.generation and known >= flushed > 0:
            return True
        with self._database.alone():
            connection = self._database.connection
            if sound_blobs(connection, using.row, dimension)[1]:
                return False
        there = sound_rows(using.array, flushed, dimension)
        self._checked[using.row] = (using.generation, flushed)
        return len(there) == flushed and bool(there.all())

    def _repair(self, table: SqliteVectorTable) -> None:
        """Drop vectors that are gone and number the others anew."""
        using, model = table.using, table.model
        with self.writers_lock(), self._database.writing() as connection:
            before = table.count()
            keep_sound(connection, using.row, using.array, model.dimension)
            lost = before - table.count()
        words = (
            f"{lost} of {before} vectors of {model.name} were lost and will be made "
            "anew; no message was lost"
        )
        self.repairs.append(words)
        logger.warning("%s: %s", self.bulk, words)


def _packed(model: ModelInfo) -> tuple[str | bytes, int, str | bytes, int]:
    name, fingerprint = pack_text(model.name), pack_text(model.fingerprint)
    return name, model.dimension, fingerprint, model.recipe
