"""Which models a bank has vectors of, and dropping one of them whole.

Owns: the table models, and the folders of the bulk store.
Knows nothing of: what a vector is of, how vectors are written, which model is in use.

A model's rows go first, in one transaction, and then its folder. A stop in between
leaves a folder that no model names; the next look at the bank removes it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from ..errors import EmbeddingMismatch, StoreError
from .codec import pack_text, unpack_text
from .database import Database
from .layout import FileLock
from .part import Part
from .records import ModelCount, ModelInfo
from .vectors import VectorArray

_FOLDER = re.compile(r"[0-9a-f]{32}")


class Using(NamedTuple):
    """A model that was named, and where its vectors lie."""

    row: int
    dimension: int
    generation: int
    array: VectorArray


class GenerationPart(Part):
    """The models of a bank, each with its vectors."""

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
        super().__init__(database)
        self._bulk = bulk
        self._lock = lock
        self._patience_seconds = patience_seconds

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

    def drop_model(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""
        using = self._model(model)
        if using is None:
            return
        with self._writers_lock():
            with self._database.writing() as connection:
                for table in ("links", "waiting", "vectors"):
                    connection.execute(
                        f"DELETE FROM {table} WHERE model = ?", (using.row,)
                    )
                connection.execute("DELETE FROM models WHERE row = ?", (using.row,))
            using.array.remove()

    def sweep(self) -> int:
        """Remove folders of the bulk store that no model names; return how many."""
        if not self._bulk.is_dir():
            return 0
        # Named before looked for: a model's row is there before its folder is.
        found = {one for one in self._bulk.iterdir() if _FOLDER.fullmatch(one.name)}
        known = {name for (name,) in self._database.all("SELECT folder FROM models")}
        orphans = [one for one in found if one.name not in known]
        for orphan in orphans:
            shutil.rmtree(orphan, ignore_errors=True)
        return len(orphans)

    def _writers_lock(self) -> FileLock:
        lock = FileLock(self._lock)
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(
                f"Another program is writing vectors to {self._bulk}. Try again soon."
            )
        return lock

    def _model(self, model: ModelInfo) -> Using | None:
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
        return Using(number, model.dimension, generation, array)

    def _added(self, model: ModelInfo) -> Using:
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
            using = self._model(model)
        if using is None:
            raise EmbeddingMismatch(f"The model {model.name} could not be named here.")
        return using


def _packed(model: ModelInfo) -> tuple[str | bytes, int, str | bytes, int]:
    name, fingerprint = pack_text(model.name), pack_text(model.fingerprint)
    return name, model.dimension, fingerprint, model.recipe
