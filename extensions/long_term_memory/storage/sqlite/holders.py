"""Who has a bank open: a lock file for each opening, held until the process ends.

Owns: these files. Their names carry the process's number, for the kernel tells only
that a lock is held, not by whom.
Knows nothing of: what is done with the bank.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from ...files import FileLock

PREFIX = "open-by-"


class OpenHandle:
    """One opening of a bank."""

    def __init__(self, folder: Path) -> None:
        """Say that this process has the bank open, until `release` or its end.

        Raises:
            StoreError: The folder cannot be written.
        """
        # A name of its own, for process numbers come back.
        self._file = folder / f"{PREFIX}{os.getpid()}-{uuid4().hex[:8]}.lock"
        self._lock = FileLock(self._file, new=True)
        self._lock.acquire()

    def release(self) -> None:
        """Say that it is closed; does nothing the second time."""
        self._lock.release()
        with suppress(OSError):
            self._file.unlink()


def holders(folder: Path, *, sweep: bool = True) -> list[int]:
    """Return the numbers of the processes that have a bank open, rising.

    One that has it open twice is named twice.

    Args:
        folder: The bank's own.
        sweep: Remove what a killed process left; else nothing is changed.

    Raises:
        StoreError: A lock cannot be opened.
    """
    found = []
    for file in sorted(folder.glob(f"{PREFIX}*.lock")):
        number = file.name.removeprefix(PREFIX).split("-")[0]
        if not number.isdecimal():
            continue
        lock = FileLock(file, make=sweep)
        if not lock.acquire():
            found.append(int(number))
            continue
        lock.release()
        if not sweep:
            continue
        with suppress(OSError):
            file.unlink()
    return sorted(found)
