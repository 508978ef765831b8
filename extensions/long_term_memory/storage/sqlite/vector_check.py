"""Are a bank's vectors all there, and numbers that can be compared?

Owns: what a sound vector is, and which are not.
Knows nothing of: mending, what the vectors mean.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.maintenance import Finding, Level, fault, ok
from .vector_array import HALF, VectorArray

STEP_ROWS: Final = 8 * 1024

# Embedders make vectors of length 1, and half floats move that by a thousandth. One
# flipped bit of an exponent halves or doubles a number, or makes it infinite.
SHORTEST: Final = 0.5
LONGEST: Final = 1.5

_MODEL_FOLDER = re.compile(r"[0-9a-f]{32}")

# A model's vectors: how many there are, how many lead without a gap, how many wait.
_COUNTED = (
    "SELECT count(*), coalesce(sum(number = place), 0), "
    "(SELECT count(*) FROM waiting WHERE model = ?1 AND number > ?2) "
    "FROM (SELECT number, row_number() OVER (ORDER BY number) AS place "
    "FROM vectors WHERE model = ?1)"
)


def sound(rows: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Say of each vector whether it is one that an embedder makes."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float32))
    # No number at all is neither.
    return np.asarray((lengths >= SHORTEST) & (lengths <= LONGEST))


def sound_blobs(
    connection: sqlite3.Connection, model: int, dimension: int
) -> tuple[list[int], list[int]]:
    """Return the numbers of a model's waiting vectors: those that are sound, others."""
    good: list[int] = []
    bad: list[int] = []
    for number, blob in connection.execute(
        "SELECT number, vector FROM waiting WHERE model = ?", (model,)
    ):
        (good if is_sound(blob, dimension) else bad).append(number)
    return good, bad


def is_sound(blob: object, dimension: int) -> bool:
    """Say whether bytes are a vector that an embedder makes."""
    if not isinstance(blob, bytes) or len(blob) != dimension * HALF.itemsize:
        return False
    return bool(sound(np.frombuffer(blob, HALF).reshape(1, dimension))[0])


def sound_rows(array: VectorArray, rows: int, dimension: int) -> NDArray[np.bool_]:
    """Say of the leading rows of the bulk store which are sound.

    Returns:
        As many as can be read, `rows` at most.
    """
    found: list[NDArray[np.bool_]] = [np.empty(0, bool)]
    for start in range(0, rows, STEP_ROWS):
        step = np.empty((min(STEP_ROWS, rows - start), dimension), np.float32)
        try:
            array.read_into(step, start=start)
        except (OSError, ValueError):
            break
        found.append(sound(step))
    return np.concatenate(found)


def lost_vectors(
    connection: sqlite3.Connection, bulk: Path
) -> Iterator[tuple[int, str, int]]:
    """Yield each model that has bad vectors: row, name, how many lead that are sound.

    Those of the bulk store are counted; all beyond must be dropped, unless it waits.
    """
    for row, name, dimension, folder, flushed in connection.execute(
        "SELECT row, name, dimension, folder, flushed FROM models"
    ).fetchall():
        array = VectorArray(bulk / folder, dimension)
        there = sound_rows(array, min(flushed, array.sound_rows()), dimension)
        leading = len(there) if there.all() else int(there.argmin())
        held, dense, waiting = numbers_of(connection, row, flushed)
        leading = min(leading, dense)
        if leading < flushed or not held == dense == flushed + waiting:
            yield row, str(name), leading


def numbers_of(
    connection: sqlite3.Connection, model: int, flushed: int
) -> tuple[int, int, int]:
    """Count a model's vectors: all, those that lead without a gap, those that wait."""
    [(held, dense, waiting)] = connection.execute(_COUNTED, (model, flushed))
    return held, dense, waiting


def strangers(connection: sqlite3.Connection, bulk: Path) -> list[Path]:
    """Return the arrays in the bulk store that no model of the bank has."""
    known = {name for (name,) in connection.execute("SELECT folder FROM models")}
    folders = bulk.iterdir() if bulk.is_dir() else iter(())
    return sorted(
        path
        for path in folders
        if path.is_dir()
        and _MODEL_FOLDER.fullmatch(path.name)
        and path.name not in known
    )


def vectors_of(connection: sqlite3.Connection, bulk: Path) -> Iterator[Finding]:
    """Check the vectors' numbers, files and values."""
    bad = list(lost_vectors(connection, bulk))
    for _, name, sound in bad:
        words = f"of {name}, only the first {sound} can be used; the rest is made anew"
        yield fault("vectors", words)
    if spoilt := _spoilt(connection):
        yield fault("vectors", f"{spoilt} waiting vectors are no numbers")
    if foreign := strangers(connection, bulk):
        words = f"{len(foreign)} arrays in {bulk} belong to no model of this memory"
        yield Finding(level=Level.NOTE, what="vectors", words=words, mendable=True)
    if not bad and not spoilt:
        models = connection.execute(
            "SELECT name, (SELECT count(*) FROM vectors WHERE model = models.row) "
            "FROM models"
        )
        told = ", ".join(f"{count:,} of {name}" for name, count in models)
        yield ok("vectors", told or "none yet")


def _spoilt(connection: sqlite3.Connection) -> int:
    """Count waiting vectors of the right length that no embedder made."""
    return sum(
        not is_sound(blob, dimension)
        for blob, dimension in connection.execute(
            "SELECT vector, dimension FROM waiting JOIN models ON models.row = model "
            "WHERE length(vector) = 2 * dimension"
        )
    )
