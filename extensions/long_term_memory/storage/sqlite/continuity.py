"""Whether others wrote to a database, also while nobody here had it open.

Owns: one number for that over all connections to a file, and the mark by which the
file is known again as it was left.
Knows nothing of: tables, what is kept of a database in memory.

SQLite's own number (`data_version`) counts for one connection. It goes on over a rest
if all that was written stood in the file itself, and this has the same times and size
afterwards, and the journal that was begun with the new connection holds nothing.

A system's clock for files may move in steps of some milliseconds, so what another
program writes just after may leave the same time. So the time of a file that was
written lately is moved by less than a step, to one that no write can give it; where a
file system does not keep so fine a time, nothing is taken to be unchanged.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from .wal import JOURNAL

CONNECTION_BITS: Final = 40
"""A connection sees fewer changes than that."""

APART_NS: Final = 123_400
"""Less than a step of any system's clock, and no multiple of a coarse one."""

LATELY_NS: Final = 600 * 1_000_000_000
"""A file that nobody wrote to for so long has no time of a write to come."""

SetTimes = Callable[..., None]

_VERSION: Final = "PRAGMA data_version"


class FileMark(NamedTuple):
    """What tells a file from the same one written to."""

    device: int
    number: int
    size: int
    written_at: int
    changed_at: int


class Continuity:
    """Counts what others wrote to one database; whoever calls holds its connection."""

    def __init__(self, path: Path, *, set_times: SetTimes = os.utime) -> None:
        """Begin with the first connection.

        Args:
            path: The database.
            set_times: Gives a file other times.
        """
        self._path = path
        self._set_times = set_times
        self._fresh = 0
        self._connections = 1
        self._before = 1 << CONNECTION_BITS
        self._mark: FileMark | None = None
        self._left_at: int | None = None

    def version(self, connection: sqlite3.Connection) -> int:
        """Return a number that changes when another connection wrote."""
        return self._before + _version(connection)

    def begins(self, connection: sqlite3.Connection) -> None:
        """Read the first time by a new connection; raises what SQLite does."""
        self._fresh = _version(connection)

    def rests(self, connection: sqlite3.Connection, *, whole: bool) -> None:
        """Note how a file is left, just before its connection is closed.

        Args:
            connection: Its connection.
            whole: Whether all that was written stands in it, and not in its journal.
        """
        self._left_at = None
        if not whole:
            return
        with suppress(OSError, sqlite3.Error):
            at = self.version(connection)
            mark = self._marked()
            # Else the file may be marked with what nobody here has seen.
            if mark is not None and self.version(connection) == at:
                self._mark, self._left_at = mark, at

    def goes_on(self, fresh: Continuity) -> bool:
        """Go on with a new connection to the file, whose count was begun.

        Returns:
            Whether nobody wrote since the former one was closed.
        """
        left_at, self._left_at = self._left_at, None
        # In this order: a journal is emptied after the file has what it held.
        if left_at is not None and _is_empty(self._path) and self._is_marked():
            self._before = left_at - fresh._fresh
            return True
        self._connections += 1
        self._before = self._connections << CONNECTION_BITS
        return False

    def _is_marked(self) -> bool:
        return _mark_of(self._path) == self._mark

    def _marked(self) -> FileMark | None:
        """Return the file's mark, after giving it a time that no write gives it.

        Raises:
            OSError: Its time cannot be set.
        """
        path = self._path
        found = os.stat(path)  # noqa: PTH116 - of each bank that is closed
        was_left = found.st_mtime_ns < time.time_ns() - LATELY_NS
        if was_left or _as_mark(found) == self._mark:
            return _as_mark(found)
        wanted = found.st_mtime_ns + APART_NS
        self._set_times(path, ns=(found.st_atime_ns, wanted))
        mark = _mark_of(path)
        return mark if mark is not None and mark.written_at == wanted else None


def _version(connection: sqlite3.Connection) -> int:
    [(found,)] = connection.execute(_VERSION)
    return int(found)


def _is_empty(database: Path) -> bool:
    """Whether nothing was written to a database's journal yet."""
    try:
        return os.stat(f"{database}{JOURNAL}").st_size == 0  # noqa: PTH116 - each turn
    except OSError:
        return False


def _mark_of(path: Path) -> FileMark | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - Path takes thrice as long
    except OSError:
        return None
    return _as_mark(found)


def _as_mark(found: os.stat_result) -> FileMark:
    return FileMark(
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )
