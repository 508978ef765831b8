"""Copy a bank, as it is at one moment, into a single file that needs no other.

Owns: SQLite's online backup, and folding the vectors of the bulk store into it.
Knows nothing of: what the copy is for.

In the copy all vectors wait, as they do before they move to the bulk store. So it is
whole without that store, and where it is put, the first flush makes a new one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from ..errors import StoreError
from .asides import DATABASE_FILE, VECTORS_FOLDER
from .database import translated
from .layout import FileLock
from .repair import keep_vectors
from .rescue import read_only
from .vectors import HALF, VectorArray

_STEP_ROWS = 4 * 1024


def copy_bank(folder: Path, target: Path, *, patience_seconds: float = 5.0) -> None:
    """Copy a bank into an empty file; others may go on writing to it.

    Raises:
        StoreError: It cannot be read or written.
        StoreCorrupt: It is damaged.
    """
    path = folder / DATABASE_FILE
    lock = FileLock(folder / "vectors.lock")
    # Without it somebody may number the vectors anew between our two looks.
    alone = lock.acquire(timeout_seconds=patience_seconds)
    with lock, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        with translated(path), closing(read_only(path)) as source:
            source.backup(copy)
        with translated(target):
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            copy.execute("BEGIN")
            for model in copy.execute(
                "SELECT row, dimension, folder, flushed FROM models WHERE flushed > 0"
            ).fetchall():
                _fold(copy, folder / VECTORS_FOLDER, alone, *model)
            copy.execute("COMMIT")


def _fold(
    copy: sqlite3.Connection,
    bulk: Path,
    alone: bool,
    row: int,
    dimension: int,
    name: str,
    flushed: int,
) -> None:
    """Bring a model's vectors in; those that cannot be read are made anew later."""
    array = VectorArray(bulk / name, dimension)
    sound = min(flushed, array.sound_rows()) if alone else 0
    try:
        for start in range(0, sound, _STEP_ROWS):
            _take(copy, array, row, start, min(_STEP_ROWS, sound - start), dimension)
    except (OSError, ValueError) as error:
        raise StoreError(
            f"The vectors in {bulk} cannot be read: {error}. See ltm doctor --fix."
        ) from error
    if sound < flushed:
        keep_vectors(copy, row, 0)
    copy.execute("UPDATE models SET flushed = 0 WHERE row = ?", (row,))


def _take(
    copy: sqlite3.Connection,
    array: VectorArray,
    row: int,
    start: int,
    count: int,
    dimension: int,
) -> None:
    step = np.empty((count, dimension), np.float32)
    array.read_into(step, start=start)
    copy.executemany(
        "INSERT OR REPLACE INTO waiting (model, number, vector) VALUES (?, ?, ?)",
        [
            (row, start + number, vector.astype(HALF).tobytes())
            for number, vector in enumerate(step, 1)
        ],
    )
