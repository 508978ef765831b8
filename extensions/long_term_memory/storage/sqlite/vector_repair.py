"""Mend the vector tables after the bulk store lost rows.

Owns: dropping what is gone and numbering the rest anew, so that numbers stay dense.
Knows nothing of: why rows are gone, zarr.
"""

from __future__ import annotations

import sqlite3

import numpy as np

from .vector_array import HALF, VectorArray
from .vector_check import STEP_ROWS, numbers_of, sound_blobs, sound_rows


def keep_sound(
    connection: sqlite3.Connection, model: int, array: VectorArray, dimension: int
) -> None:
    """Keep all vectors of a model that are sound, wherever they lie; drop the others.

    Runs inside the caller's transaction. Those of the bulk store that stand behind the
    first bad one wait, as new ones do.

    Raises:
        OSError: The bulk store changed meanwhile.
        ValueError: The same.
    """
    _, bad = sound_blobs(connection, model, dimension)
    connection.executemany(
        "DELETE FROM waiting WHERE model = ? AND number = ?",
        [(model, number) for number in bad],
    )
    [(flushed,)] = connection.execute(
        "SELECT flushed FROM models WHERE row = ?", (model,)
    )
    _, dense, _ = numbers_of(connection, model, flushed)
    good = sound_rows(array, min(flushed, array.sound_rows()), dimension)
    leading = min(dense, len(good) if good.all() else int(good.argmin()))
    for start in range(leading, len(good), STEP_ROWS):
        step = np.empty((min(STEP_ROWS, len(good) - start), dimension), np.float32)
        array.read_into(step, start=start)
        connection.executemany(
            "INSERT OR REPLACE INTO waiting (model, number, vector) VALUES (?, ?, ?)",
            [
                (model, start + at + 1, step[at].astype(HALF).tobytes())
                for at in np.flatnonzero(good[start : start + len(step)]).tolist()
            ],
        )
    keep_vectors(connection, model, leading)


def keep_vectors(connection: sqlite3.Connection, model: int, kept: int) -> None:
    """Keep a model's first `kept` vectors and those that wait; drop the others.

    Runs inside the caller's transaction. Keys and links of dropped vectors go too, so
    that they are made anew. `generation` rises: old numbers mean nothing any more.
    """
    _drop_lost(connection, model, kept)
    _number_anew(connection, model, kept)
    connection.execute(
        "UPDATE models SET flushed = ?, generation = generation + 1 WHERE row = ?",
        (kept, model),
    )


def _drop_lost(connection: sqlite3.Connection, model: int, kept: int) -> None:
    """Drop vectors that are neither in the bulk store nor waiting, and their links."""
    connection.execute(
        "DELETE FROM waiting WHERE model = ? AND number <= ?", (model, kept)
    )
    connection.execute(
        "DELETE FROM vectors WHERE model = ?1 AND number > ?2 AND number NOT IN "
        "(SELECT number FROM waiting WHERE model = ?1)",
        (model, kept),
    )
    for table, column in (("waiting", "number"), ("links", "vector")):
        connection.execute(
            f"DELETE FROM {table} WHERE model = ?1 AND {column} NOT IN "
            "(SELECT number FROM vectors WHERE model = ?1)",
            (model,),
        )


def _number_anew(connection: sqlite3.Connection, model: int, kept: int) -> None:
    """Close the gaps above `kept`, in every table that names vectors."""
    connection.execute(
        "CREATE TEMP TABLE moved AS SELECT number AS old, "
        "?2 + row_number() OVER (ORDER BY number) AS new "
        "FROM vectors WHERE model = ?1 AND number > ?2",
        (model, kept),
    )
    connection.execute("CREATE UNIQUE INDEX temp.moved_old ON moved (old)")
    columns = (("vectors", "number"), ("waiting", "number"), ("links", "vector"))
    for table, column in columns:
        # By way of negative numbers, so that no two rows ever claim one number.
        connection.execute(
            f"UPDATE {table} SET {column} = "
            f"-(SELECT new FROM moved WHERE old = {column}) "
            f"WHERE model = ? AND {column} > ?",
            (model, kept),
        )
        connection.execute(
            f"UPDATE {table} SET {column} = -{column} WHERE model = ? AND {column} < 0",
            (model,),
        )
    connection.execute("DROP TABLE moved")
