"""Databases of others, read only.

Owns: reading a foreign SQLite file without a trace beside it, though another program
has it open or locked; that a crafted one costs bounded time and memory.
Knows nothing of: what its rows mean to us.

What stands in a file says how it is read: a view in a table's place has no end, a
column may be computed, a page may be its own child, and a journal may name a file that
SQLite removes once it has played it back.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from ..errors import StoreCorrupt, StoreError

# What SQLite keeps beside a file: without it a copy may lack the last transaction.
_JOURNAL = "-journal"
_BESIDE = (_JOURNAL, "-wal")
# Ends a journal of several databases, which names a file that they have in common.
_JOINT: Final = bytes.fromhex("d9d505f920a163d7")
_PATIENCE_SECONDS = 1.0
_STEPS_BETWEEN_LOOKS = 10_000
_TABLE: Final = "long_term_memory"
# Reading rows of one table needs no more: no function, no recursion, no other table.
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading a foreign database may cost.

    Attributes:
        file_bytes: The file, with what SQLite keeps beside it.
        rows: How many are read.
        text_bytes: All that they say; years of chat have a tenth of it.
        seconds: Until SQLite is stopped.
    """

    file_bytes: int = 1 << 30
    rows: int = 1_000_000
    text_bytes: int = 64 << 20
    seconds: float = 60.0


LIMITS: Final = Limits()


class OldMemory(NamedTuple):
    """A row of the predecessor: who said what, and when, as text in UTC."""

    name: str
    message: str
    timestamp: str


def read_long_term_memory(path: Path, limits: Limits = LIMITS) -> list[OldMemory]:
    """Return all memories of the predecessor's database, in its order.

    Raises:
        StoreCorrupt: It is damaged, has no such table, or none of an honest kind.
        StoreError: It cannot be read, or goes beyond the limits.
    """
    try:
        with TemporaryDirectory(prefix="ltm-") as folder:
            # A copy: opening it in place can leave files beside it, and a lock of
            # the program that uses it would keep us out.
            copy = Path(folder) / "copy.db"
            _copy(path, copy, limits)
            return _rows(copy, limits)
    except OSError as error:
        raise StoreError(
            f"cannot be read: {error.strerror}. Check its permissions."
        ) from error


def _copy(path: Path, copy: Path, limits: Limits) -> None:
    ends = [end for end in _BESIDE if path.with_name(path.name + end).is_file()]
    files = {path.with_name(path.name + end): end for end in ("", *ends)}
    size = sum(file.stat().st_size for file in files)
    if size > limits.file_bytes:
        raise StoreError(
            f"has {size / 2**20:,.0f} MB; at most {limits.file_bytes >> 20:,} MB of a "
            "database are read."
        )
    for file, end in files.items():
        target = copy.with_name(copy.name + end)
        shutil.copyfile(file, target)
        if end == _JOURNAL and target.read_bytes()[-len(_JOINT) :] == _JOINT:
            raise StoreCorrupt(
                "has a journal that belongs to several databases, which is not played "
                "back here. Open it once with the program that wrote it."
            )


def _rows(copy: Path, limits: Limits) -> list[OldMemory]:
    until = time.monotonic() + limits.seconds
    with (
        _explained(limits),
        closing(sqlite3.connect(copy, timeout=_PATIENCE_SECONDS)) as db,
    ):
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.text_bytes)
        db.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
        # Bytes that are no UTF-8 must not cost the other rows.
        db.text_factory = lambda data: data.decode("utf-8", "replace")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        _check_table(db)
        db.set_authorizer(_judge)
        found = list(_bounded(db, limits))
    # Sorted here: SQLite would read all there is before it gave the first.
    return [OldMemory(*map(_text, row[1:])) for row in sorted(found, key=_place)]


def _check_table(db: sqlite3.Connection) -> None:
    """Refuse what only looks like a table of the predecessor's."""
    entries = db.execute(
        "SELECT type, rootpage FROM sqlite_master WHERE lower(name) = ?", (_TABLE,)
    ).fetchall()
    # Rows of a table that has no page come out of a program.
    if any(kind != "table" or not page for kind, page in entries):
        raise StoreCorrupt(f"has something else in the place of its table {_TABLE}.")
    hidden = [row[6] for row in db.execute(f"PRAGMA table_xinfo({_TABLE})")]
    if any(hidden):
        raise StoreCorrupt(f"has computed columns in its table {_TABLE}.")


def _judge(action: int, table: str | None, *_: object) -> int:
    mine = action == sqlite3.SQLITE_SELECT or (table or "").lower() == _TABLE
    return sqlite3.SQLITE_OK if action in _ALLOWED and mine else sqlite3.SQLITE_DENY


def _bounded(db: sqlite3.Connection, limits: Limits) -> Iterator[tuple[Any, ...]]:
    """Yield rows with their ids until there are too many of them or of their words."""
    size = 0
    cursor = db.execute(f"SELECT id, name, message, timestamp FROM {_TABLE}")
    for count, row in enumerate(cursor):
        size += sum(len(one) for one in row if isinstance(one, str | bytes))
        if count >= limits.rows or size > limits.text_bytes:
            raise StoreError(
                f"holds more than {limits.rows:,} memories or "
                f"{limits.text_bytes >> 20:,} MB of text, so nothing of it is taken."
            )
        yield row


def _place(row: tuple[Any, ...]) -> tuple[bool, float]:
    """Return a row's place: by number; one without a number comes last."""
    number = isinstance(row[0], int | float)
    return not number, float(row[0]) if number else 0.0


@contextmanager
def _explained(limits: Limits) -> Iterator[None]:
    try:
        yield
    # SQLite's own words can hold bytes of the damaged file.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if "interrupted" in str(error):
            raise StoreError(
                f"takes longer than {limits.seconds:,.0f} s to read, so nothing of it "
                "is taken."
            ) from error
        if "no such table" in str(error) or "no such column" in str(error):
            raise StoreCorrupt(
                "is an SQLite database, but not the predecessor's: it has no table "
                "long_term_memory(id, name, message, timestamp)."
            ) from error
        raise StoreCorrupt(f"is a damaged SQLite database ({error}).") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
