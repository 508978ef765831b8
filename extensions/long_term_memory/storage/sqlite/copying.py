"""Copy a bank, as it is at one moment, into a single file that needs no other.

Owns: SQLite's online backup, and folding the vectors of the bulk store into it.
Knows nothing of: what the copy is for.

Others may go on writing meanwhile, and not a byte of the original changes.

In the copy all vectors wait, as they do before they move to the bulk store. So it is
whole without that store, and where it is put, the first flush makes a new one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from ...errors import StoreCorrupt, StoreError
from ...files import FileLock
from .database import translated
from .replacement import DATABASE_FILE, VECTORS_FOLDER, current_database
from .schema import ANY_VERSION, check_shape
from .snapshot import check_copy, copy_database
from .vector_array import HALF, VectorArray
from .vector_repair import keep_vectors
from .wal import ENDINGS, beside

_STEP_ROWS = 4 * 1024


def copy_bank(
    folder: Path, target: Path, *, patience_seconds: float = 5.0
) -> list[str]:
    """Copy a bank into an empty file.

    Returns:
        What is wrong with the bank though it could be copied, for people.

    Raises:
        StoreError: It cannot be read or written.
        StoreCorrupt: It is damaged, or of another program.
    """
    for ending in ENDINGS:
        # A killed process may have left them: never play them into another's copy.
        beside(target, ending).unlink(missing_ok=True)
    try:
        return _copied(folder, target, patience_seconds)
    finally:
        for ending in ENDINGS:
            beside(target, ending).unlink(missing_ok=True)


def _copied(folder: Path, target: Path, patience_seconds: float) -> list[str]:
    path = current_database(folder)
    lock = FileLock(folder / "vectors.lock", make=False)
    # Without it somebody may number the vectors anew between our two looks.
    alone = lock.acquire(timeout_seconds=patience_seconds)
    # What is going to replace a database has its vectors in itself.
    alone = alone and path.name == DATABASE_FILE
    with lock:
        copy_database(path, target)
        told = check_copy(target, path)
        with (
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
            translated(path, written=target),
        ):
            if check_shape(copy, path, newest=ANY_VERSION) == 0:
                raise StoreCorrupt(f"{path} holds nothing: it was never finished.")
            if copy.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise StoreCorrupt(
                    f"{path} is damaged. It was left as it is: put a backup in its "
                    "place (ltm restore)."
                )
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            copy.execute("BEGIN")
            for model in copy.execute(
                "SELECT row, dimension, folder, flushed FROM models WHERE flushed > 0"
            ).fetchall():
                _fold(copy, folder / VECTORS_FOLDER, alone, *model)
            copy.execute("COMMIT")
    return told


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
