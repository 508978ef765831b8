"""Open files are few: how many banks may be open at once, and closing those at rest.

Owns: the databases that are open in an engine, which of them rest next, what the
system allows, and telling that it allows no more.
Knows nothing of: tables, what a bank is.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Final, Protocol, TypeVar

from ...errors import OutOfHandles, StoreError

T = TypeVar("T")

MANY_FILES: Final = 65_536
# Database, journal, its index, and the holder's lock; one more to read vectors with.
FILES_OF_A_BANK: Final = 5
# Banks get half of what there is: the rest is for connections and the host's own.
BANKS_SHARE: Final = 2
FEWEST: Final = 4
# There is hardly room where less than this part of it is left.
CROWDED: Final = 16
# What opening one more takes at its worst: the above, and two locks.
SPARE: Final = 7

_NONE_LEFT: Final = (
    "{path} cannot be opened: this program has as many files open as the system allows "
    "(`ulimit -n`). Allow more, or lower `most_open_banks`."
)


class Rests(Protocol):
    """Something whose files can be closed until it is used again.

    Attributes:
        path: Its file.
        used: A number that rises with each use of any.
    """

    path: Path
    used: int

    def rest(self) -> bool:
        """Close the files until the next use; False if they are in use now."""

    def close(self) -> None:
        """Close the files for good."""


class Handles:
    """The databases that are open, at most so many for long; safe from any thread.

    Its lock is the innermost: whoever rests is only asked, never waited for, and nobody
    holds it while a file is closed.
    """

    def __init__(self, most: int = MANY_FILES) -> None:
        """Keep at most so many open, if the system allows as many."""
        self._most = most
        self._lock = RLock()
        self._open: set[Rests] = set()

    def count(self) -> int:
        """Count those that are open."""
        return len(self._open)

    @property
    def most(self) -> int:
        """So many may be open for long."""
        return affordable(self._most)

    @property
    def is_crowded(self) -> bool:
        """Whether there is hardly room for another."""
        return self.count() > max(1, self.most - self.most // CROWDED)

    def make_room(self, wanted: int = 1) -> None:
        """Let the least recently used rest, so that so many more may be opened."""
        self._rest(self.count() - self.most + wanted)

    def relieve(self) -> bool:
        """Let all rest that can; return whether any did."""
        return self._rest(self.count()) > 0

    def opened(self, one: Rests) -> None:
        """Note that one is open."""
        with self._lock:
            self._open.add(one)

    def closed(self, one: Rests) -> None:
        """Note that one is closed."""
        with self._lock:
            self._open.discard(one)

    def close(self, folder: Path | None = None) -> None:
        """Close for good what is open: all of it, or what lies in a folder."""
        with self._lock:
            found = [
                one for one in self._open if folder is None or one.path.parent == folder
            ]
        for one in found:
            one.close()

    def _rest(self, count: int) -> int:
        rested = 0
        if count <= 0:
            return rested
        with self._lock:
            known = sorted(self._open, key=lambda one: one.used)
        for one in known:
            if rested == count:
                break
            rested += one.rest()
        return rested


def affordable(most: int) -> int:
    """Return how many banks the system lets us keep open, at most so many."""
    limit = _soft_limit()
    if limit is None:
        return most
    return min(most, max(FEWEST, limit // BANKS_SHARE // FILES_OF_A_BANK))


def allow_files() -> None:
    """Have as many files and connections open as the system lets us, up to many.

    Each open bank keeps four files open, each stream two connections; many systems
    allow 1024 unless asked for more, macOS 256.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def none_left() -> bool:
    """Whether so many files are open that another bank cannot be."""
    probes: list[int] = []
    try:
        for _ in range(SPARE):
            probes.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    finally:
        for probe in probes:
            os.close(probe)
    return False


def out_of_handles(path: Path) -> OutOfHandles:
    """Say that a file cannot be opened, for too many are."""
    return OutOfHandles(_NONE_LEFT.format(path=path))


def with_handles(handles: Handles, path: Path, open_it: Callable[[], T]) -> T:
    """Open something; if no files are left, once more after closing those at rest.

    Raises:
        OutOfHandles: None are left even so.
    """
    handles.make_room()
    try:
        return open_it()
    except (StoreError, OSError) as error:
        if not none_left():
            raise
        if not handles.relieve():
            raise out_of_handles(path) from error
    try:
        return open_it()
    except (StoreError, OSError) as error:
        if none_left():
            raise out_of_handles(path) from error
        raise


def _soft_limit() -> int | None:
    """Return how many files the system lets us have open; None for any number."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
