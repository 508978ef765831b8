"""What can be known of a bank's back ends without opening the bank.

Owns: the version of SQLite, and which models a bank has vectors of.
Knows nothing of: whether they are whole.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ...core.records import ModelInfo
from .codec import unpack_text
from .snapshot import looking_at


def sqlite_version() -> str:
    """Return the version of the SQLite library that Python uses."""
    return sqlite3.sqlite_version


def models_in(folder: Path) -> list[ModelInfo]:
    """Return the models that a bank has vectors of, the oldest first.

    Raises:
        StoreError: It cannot be read.
    """
    with looking_at(folder) as connection:
        rows = connection.execute(
            "SELECT name, dimension, fingerprint, recipe FROM models WHERE row IN "
            "(SELECT model FROM vectors) ORDER BY row"
        ).fetchall()
    return [
        ModelInfo(
            name=unpack_text(name),
            dimension=dimension,
            fingerprint=unpack_text(fingerprint),
            recipe=recipe,
        )
        for name, dimension, fingerprint, recipe in rows
    ]
