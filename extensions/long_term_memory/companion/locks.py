"""One at a time in each conversation.

Owns: a lock for each, in bounded room.
Knows nothing of: what is done under it.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Final
from zlib import crc32

from ..files import NumberedLocks

# So many conversations go on at once without waiting for each other, chance apart.
LOCKS: Final = 512


class Locks:
    """Locks by name, for the threads of one process; two names may share one."""

    def __init__(self) -> None:
        """Make them."""
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def of(self, name: str) -> AbstractContextManager[object]:
        """Return the lock of a name; its holder may take it again."""
        return self._locks[_number(name)]

    def close(self) -> None:
        """Let go of what is open."""


class SharedLocks(Locks):
    """The same, for several processes."""

    def __init__(self, file: Path) -> None:
        """Make them; the file is made when one is taken first."""
        self._file = NumberedLocks(file)
        self._shared = [_SharedLock(self._file, number) for number in range(LOCKS)]

    def of(self, name: str) -> AbstractContextManager[object]:
        """Return the lock of a name; its holder may take it again."""
        return self._shared[_number(name)]

    def close(self) -> None:
        """Let go of what is open."""
        self._file.close()


class _SharedLock:
    """A lock between threads, whose first holder takes it from other processes too."""

    def __init__(self, file: NumberedLocks, number: int) -> None:
        self._file = file
        self._number = number
        self._lock = threading.RLock()
        self._depth = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            if not self._depth:
                self._file.take(self._number)
            self._depth += 1
        except BaseException:
            self._lock.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth -= 1
        try:
            if not self._depth:
                self._file.release(self._number)
        finally:
            self._lock.release()


def _number(name: str) -> int:
    return crc32(name.encode()) % LOCKS
