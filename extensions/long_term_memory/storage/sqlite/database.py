"""One SQLite file: its connection, its transactions, and its errors in our words.

Owns: how we talk to SQLite. Only errors that a person can do something about are
translated; anything else is a bug of ours and passes through.
Knows nothing of: tables.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

from ...errors import LtmError, NotFound, StoreCorrupt, StoreError, StoreMoved
from ..encryption.cipher import PLAIN, Cipher
from .continuity import Continuity
from .handles import none_left, out_of_handles

Row = tuple[Any, ...]

# SQLite takes far more; a fixed size keeps one prepared statement in use.
_BATCH = 500
_RETRY_SECONDS = 0.002
_MOVE_JOURNAL = "PRAGMA wal_checkpoint(PASSIVE)"

# Device and number of a file; None if it is not there.
Identity = tuple[int, int] | None
Outcome = Callable[[Path, StoreError | None], None]

_USES = count(1)

_MOVED = (
    "{path} was moved, deleted or replaced while it was open, so nothing more is kept "
    "in it. What is there now is opened with the next message."
)
_LOCKED = "{path} is locked by another program. Close that, or try again in a moment."
_FULL = "The disk is full: {path} cannot grow. Free some space."
_DENIED = "{path} cannot be opened for writing. Check its permissions and its folder."
_BROKEN_DISK = "{path} cannot be read or written. Check the disk and its space."
_CORRUPT = (
    "{path} is damaged or not a database. It was left as it is: move it away to start "
    "anew, or put a backup in its place."
)
_NOT_OURS = (
    "{path} is damaged: its tables are not what they should be. It was left as it is: "
    "put a backup in its place (ltm restore)."
)
# What SQLite says of a table that is gone or another one. It has no code of its own.
_MISSHAPEN = ("no such table", "no such index")
# What Python says of a text that is none; no code either.
_NO_TEXT = "Could not decode to UTF-8"
_ACTIONABLE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreError, _LOCKED),
    sqlite3.SQLITE_LOCKED: (StoreError, _LOCKED),
    sqlite3.SQLITE_FULL: (StoreError, _FULL),
    sqlite3.SQLITE_PERM: (StoreError, _DENIED),
    sqlite3.SQLITE_READONLY: (StoreError, _DENIED),
    sqlite3.SQLITE_CANTOPEN: (StoreError, _DENIED),
    sqlite3.SQLITE_IOERR: (StoreError, _BROKEN_DISK),
    sqlite3.SQLITE_CORRUPT: (StoreCorrupt, _CORRUPT),
    sqlite3.SQLITE_NOTADB: (StoreCorrupt, _CORRUPT),
}


# Which files this process has open. POSIX drops all locks that a process has on a file
# as soon as it closes any handle of it, SQLite's too: whoever reads such a file as
# bytes lets others take it for unused. Held while files are opened, or read as bytes.
OPENING = RLock()
_open_here: Counter[str] = Counter()


def is_open_here(path: Path) -> bool:
    """Say whether this process has a database open; ask while holding `OPENING`."""
    return _open_here[os.path.realpath(path)] > 0


@contextmanager
def translated(path: Path, *, written: Path | None = None) -> Iterator[None]:
    """Turn SQLite's errors into ours where a person can act on them.

    Args:
        path: What is read, and written if nothing else is.
        written: What is written instead; the disk of that may be full.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        full = error_kind(error) == sqlite3.SQLITE_FULL
        ours = _explained(error, written if full and written else path)
        if ours is None:
            raise
        raise ours from error


def identity(path: Path) -> Identity:
    """Return what tells a file from another that takes its name."""
    try:
        found = os.stat(path)  # noqa: PTH116 - in every turn, and Path takes thrice
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Database:
    """A connection to one file; one call at a time, from any thread.

    Attributes:
        used: A number that rises with each use of any database.
        outcome: Told of each write, with the error if it failed.
        is_ahead: Whether it is known to write a journal ahead (WAL).
        is_as_left: Whether nobody wrote since one that rests was closed, which this
            is the next connection of.
    """

    def __init__(self, path: Path, *, busy_timeout_seconds: float) -> None:
        """Open the file, making it if need be; nothing is written yet."""
        self.path = path
        self.cipher: Cipher = PLAIN
        self.used = next(_USES)
        self.outcome: Outcome = _untold
        self.is_ahead = False
        self.is_as_left = False
        self._place: Identity = None
        self._gone = False
        self._reopen: Callable[[], Database] | None = None
        self._released: Callable[[], None] = _nothing
        self._left: Callable[[], None] = _nothing
        self._claims = 0
        self._others = Continuity(path)
        self._busy_timeout_seconds = busy_timeout_seconds
        self._joined = False
        # A transaction belongs to the connection: no other thread may get into it.
        self._guard = RLock()
        self._real = os.path.realpath(path)
        before = identity(path)
        with translated(path), OPENING:
            self._connection: sqlite3.Connection | None = sqlite3.connect(
                path,
                timeout=busy_timeout_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            _open_here[self._real] += 1
        # Looked at again after, and only then, where the file is a new one.
        self._opened = before or identity(path)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection; opened again if it was at rest.

        Raises:
            StoreError: It was closed.
            StoreMoved: What was at rest is not there any more.
        """
        self.used = next(_USES)
        if self._connection is not None:
            return self._connection
        with self._guard:
            return self._connection or self._woken()

    def check_open(self) -> None:
        """Raise StoreError if it was closed."""
        if self._connection is None and self._reopen is None:
            raise StoreError(f"{self.path} was closed. Open the bank again.")

    def keep_place(self) -> None:
        """From now on writes must land in the file that was opened by this name."""
        self._place = self._opened

    def check_place(self) -> None:
        """Refuse a file whose name another one took while it was being opened.

        SQLite opens the journal by name, and later than the file: what is written
        then would stand in the other one's journal, and be played into that.

        Raises:
            StoreMoved: It is not where it was; nothing was written yet.
        """
        found = identity(self.path)
        if found is None or found != self._opened:
            raise StoreMoved(_MOVED.format(path=self.path))

    def in_place(self) -> bool:
        """Whether the file that was opened is still the one that has the name."""
        if self._gone:
            return False
        return self._place is None or identity(self.path) == self._place

    def may_rest(
        self,
        reopen: Callable[[], Database],
        released: Callable[[], None],
        left: Callable[[], None],
    ) -> None:
        """Let `rest` close the file.

        Args:
            reopen: Opens the file as it was opened first.
            released: Called just before it is closed, whether for good or not.
            left: Called just after.
        """
        self._reopen = reopen
        self._released = released
        self._left = left

    def rest(self) -> bool:
        """Close the file until the next use; False if it is in use now."""
        if not self._guard.acquire(blocking=False):
            return False
        try:
            # Another thread cannot be inside; but the one that asks may be.
            inside = self._connection is not None and self._connection.in_transaction
            if self._reopen is None or self._claims or inside:
                return False
            self._let_go()
            return True
        finally:
            self._guard.release()

    def close(self) -> None:
        """Close the file for good; does nothing the second time."""
        with self._guard:
            self._reopen = None
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._released()
            connection, self._connection = self._connection, None
            # What closing would do, and wait for the disk while nobody can open a file.
            with suppress(sqlite3.Error):
                [(busy, written, moved)] = connection.execute(_MOVE_JOURNAL)
                whole = self.is_ahead and not busy and written == moved
                if self._reopen is not None:
                    self._others.rests(connection, whole=whole)
            with OPENING:
                connection.close()
                _open_here[self._real] -= 1
            self._left()

    def read_first(self) -> None:
        """Read the first time, which opens the journal."""
        with translated(self.path):
            self._others.begins(self.connection)

    def goes_on_with(self, fresh: Database) -> bool:
        """Learn whether it is as it was left, by its next connection; say whether."""
        fresh.read_first()
        fresh.is_as_left = self._others.goes_on(fresh._others)
        return fresh.is_as_left

    def _woken(self) -> sqlite3.Connection:
        if self._reopen is None:
            raise StoreError(f"{self.path} was closed. Open the bank again.")
        if not self.in_place():
            raise self.moved()
        try:
            fresh = self._reopen()
        except StoreError as error:
            if not self.in_place():
                raise self.moved() from error
            self.outcome(self.path, error)
            raise
        # Another program may have encrypted it meanwhile.
        self.cipher = fresh.cipher
        self._connection, fresh._connection = fresh._connection, None
        return self.connection

    def moved(self) -> StoreMoved:
        """Return the error that says so; it is not opened again."""
        # Another file may have got its number meanwhile.
        self._gone = True
        self._reopen = None
        error = StoreMoved(_MOVED.format(path=self.path))
        self.outcome(self.path, error)
        return error

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a statement and return all its rows."""
        with self._guard, translated(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Run a statement and return its first row, None if it has none."""
        with self._guard, translated(self.path):
            row: Row | None = self.connection.execute(sql, parameters).fetchone()
            return row

    def all_in(self, sql: str, values: Sequence[Any], *before: Any) -> list[Row]:
        """Run `sql`, whose `{marks}` stands for a list, over any number of values.

        `before` are the parameters that come before the list.
        """
        found: list[Row] = []
        for start in range(0, len(values), _BATCH):
            batch = values[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            found += self.all(sql.format(marks=marks), (*before, *batch))
        return found

    def others_version(self) -> int:
        """Return a number that changes when another connection wrote to the file.

        It goes on over a rest in which nobody did.
        """
        with self._guard, translated(self.path):
            return self._others.version(self.connection)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the database through several statements; may be nested."""
        with self._guard, translated(self.path):
            connection = self.connection
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other thread use the connection, nor close it; nothing is begun."""
        with self._guard:
            self._claims += 1
            try:
                yield
            finally:
                self._claims -= 1

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Make one transaction of all that is written inside; may be nested."""
        with self._guard, self.writing():
            if self._joined:
                yield
                return
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    @contextmanager
    def derived(self) -> Iterator[None]:
        """As `exclusive`, for what can be made again: nobody waits for the disk.

        It is there with the next transaction that waits, for both are in one journal.
        What a power failure takes before that is the newest of what was derived.
        """
        with self._guard, translated(self.path):
            if self._joined or not self.is_ahead:
                with self.exclusive():
                    yield
                return
            connection = self.connection
            connection.execute("PRAGMA synchronous = NORMAL").fetchall()
            try:
                with self.exclusive():
                    yield
            finally:
                connection.execute("PRAGMA synchronous = FULL").fetchall()

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Begin to write once nobody else does.

        SQLite itself would look ever more seldom, at last ten times a second, and the
        one who waits would lose again and again to the one who is writing anyway.
        """
        connection.execute("PRAGMA busy_timeout = 0").fetchall()
        until = time.monotonic() + self._busy_timeout_seconds
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    busy = error_kind(error) == sqlite3.SQLITE_BUSY
                    if not busy or time.monotonic() >= until:
                        raise
                time.sleep(_RETRY_SECONDS)
        finally:
            patience = int(1000 * self._busy_timeout_seconds)
            connection.execute(f"PRAGMA busy_timeout = {patience}").fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write all of it, durably, or nothing.

        Raises:
            StoreMoved: The file is not where it was, so nothing is kept that was
                written: not where anybody will look for it.
        """
        with self._guard:
            if self._joined:
                with translated(self.path):
                    yield self.connection
                return
            try:
                with translated(self.path):
                    yield from self._written()
                if not self.in_place():
                    raise self.moved()
            except StoreError as error:
                self.outcome(self.path, error)
                raise
            self.outcome(self.path, None)

    def _written(self) -> Iterator[sqlite3.Connection]:
        """Begin, and end well or not at all, around what the caller writes."""
        connection = self.connection
        self._begin(connection)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            # SQLite itself rolls back some failures, a full disk among them.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _nothing() -> None:
    """Do nothing."""


def _untold(path: Path, error: StoreError | None) -> None:
    """Tell nobody."""
    del path, error


def error_kind(error: sqlite3.Error) -> int:
    """Return SQLite's number of an error; its low byte, the rest is its shade."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def no_room(error: StoreError) -> bool:
    """Whether something failed for want of room on the disk, as far as that is told."""
    cause = error.__cause__
    if not isinstance(cause, sqlite3.Error):
        return False
    return error_kind(cause) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _explained(error: sqlite3.DatabaseError, path: Path) -> LtmError | None:
    """Return our error for one of SQLite's, None if it is a bug."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFound(f"{path}: a row that was referred to is not there (any more).")
    if error_kind(error) == sqlite3.SQLITE_CANTOPEN and none_left():
        return out_of_handles(path)
    if code == sqlite3.SQLITE_ERROR and any(one in str(error) for one in _MISSHAPEN):
        return StoreCorrupt(_NOT_OURS.format(path=path))
    if str(error).startswith(_NO_TEXT):
        return StoreCorrupt(_NOT_OURS.format(path=path))
    if code in (sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_MISMATCH):
        return StoreCorrupt(_NOT_OURS.format(path=path))
    kind, words = _ACTIONABLE.get(error_kind(error), (None, ""))
    return None if kind is None else kind(words.format(path=path))
