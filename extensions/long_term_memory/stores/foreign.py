"""Databases of others, read only.

Owns: reading a foreign SQLite file without a trace beside it, though another program
has it open or locked.
Knows nothing of: what its rows mean to us.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ..errors import StoreCorrupt, StoreError

# What SQLite keeps beside a file: without it a copy may lack the last transaction.
_BESIDE = ("-journal", "-wal")
_PATIENCE_SECONDS = 1.0


class OldMemory(NamedTuple):
    """A row of the predecessor: who said what, and when, as text in UTC."""

    name: str
    message: str
    timestamp: str


def read_long_term_memory(path: Path) -> list[OldMemory]:
    """Return all memories of the predecessor's database, in its order.

    Raises:
        StoreCorrupt: It is damaged, or has no such table.
        StoreError: It cannot be read.
    """
    try:
        with TemporaryDirectory(prefix="ltm-") as folder:
            # A copy: opening it in place can leave files beside it, and a lock of
            # the program that uses it would keep us out.
            copy = Path(folder) / "copy.db"
            shutil.copyfile(path, copy)
            for end in _BESIDE:
                beside = path.with_name(path.name + end)
                if beside.is_file():
                    shutil.copyfile(beside, copy.with_name(copy.name + end))
            return _rows(copy)
    except OSError as error:
        raise StoreError(
            f"cannot be read: {error.strerror}. Check its permissions."
        ) from error


def _rows(copy: Path) -> list[OldMemory]:
    with _explained(), closing(sqlite3.connect(copy, timeout=_PATIENCE_SECONDS)) as db:
        # Bytes that are no UTF-8 must not cost the other rows.
        db.text_factory = lambda data: data.decode("utf-8", "replace")
        rows = db.execute(
            "SELECT name, message, timestamp FROM long_term_memory ORDER BY id"
        ).fetchall()
    return [OldMemory(*map(_text, row)) for row in rows]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    # SQLite's own words can hold bytes of the damaged file.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if "no such table" in str(error) or "no such column" in str(error):
            raise StoreCorrupt(
                "is an SQLite database, but not the predecessor's: it has no table "
                "long_term_memory(id, name, message, timestamp)."
            ) from error
        raise StoreCorrupt(f"is a damaged SQLite database ({error}).") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
