"""The data directory while a program runs: is it still there, does it take writes?

Owns: noticing that it was moved or its disk is gone; which writes failed and did not
succeed since; whether the disk is full or read-only.
Knows nothing of: banks, what is written.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from ..errors import LtmError, StoreError, StoreMoved
from .database import Identity, identity

# Asked by whoever watches a server; a look writes a few bytes.
FRESH_SECONDS: Final = 15.0
# A turn and its vectors take less; a journal that is moved to its database takes more.
LEAST_BYTES: Final = 1 << 20
PROBE: Final = bytes(4096)
_OTHERS: Final = 0o055

_GONE: Final = (
    "The folder of the memories, {folder}, was moved or deleted while it was in use. "
    "Nothing is kept until it is back. Put it back, or make a new one there to begin "
    "without memories."
)
_EMPTY: Final = (
    "{folder} is empty and on another disk than the memories were: their disk or "
    "network share is not there any more. Nothing is kept until it is back; restart "
    "to begin without memories."
)


class Home:
    """One data directory; safe to use from any thread."""

    def __init__(
        self, folder: Path, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Look nowhere yet."""
        self.folder = folder
        self._now = now
        self._lock = Lock()
        self._seen: Identity = None
        self._failed: dict[Path, str] = {}
        self._well_at: float | None = None

    def check(self) -> None:
        """Refuse to begin anew in the place of memories that are only out of sight.

        Raises:
            StoreMoved: The folder is gone, or its disk is.
        """
        found = identity(self.folder)
        with self._lock:
            if found is None and self._seen is not None:
                raise StoreMoved(_GONE.format(folder=self.folder))
            if _other_disk(found, self._seen) and not _has_any(self.folder):
                raise StoreMoved(_EMPTY.format(folder=self.folder))
            self._seen = found

    @contextmanager
    def opening(self, place: Path) -> Iterator[None]:
        """Open or make something in the folder, and note whether that failed.

        Raises:
            StoreMoved: The folder is gone, or its disk is.
        """
        try:
            self.check()
            yield
        except StoreError as error:
            self.wrote(place, error)
            raise
        self.wrote(place, None)
        with self._lock:
            self._seen = identity(self.folder)

    def wrote(self, place: Path, error: StoreError | None) -> None:
        """Note that a write succeeded, or why it failed."""
        if error is None and place not in self._failed:
            return
        with self._lock:
            if error is None:
                self._failed.pop(place, None)
            else:
                # Names of characters stand in paths, and this is shown to anybody.
                self._failed[place] = str(error).replace(str(place), "A memory's file")

    def unkept(self) -> str:
        """Say why memories are not kept at present, in words for people; else nothing.

        Names no file but the data directory.
        """
        try:
            self.check()
        except LtmError as error:
            return str(error)
        with self._lock:
            self._failed = {
                place: words
                for place, words in self._failed.items()
                if not _is_gone(place.parent)
            }
            failed = next(reversed(self._failed.values()), "")
        return self._fault() or failed

    def _fault(self) -> str:
        """Say why nothing can be written; that all is well stays known for a while."""
        now = self._now()
        if self._well_at is None or now - self._well_at >= FRESH_SECONDS:
            fault = fault_of(self.folder)
            self._well_at = None if fault else now
            return fault
        return ""


def fault_of(folder: Path) -> str:
    """Say why nothing can be written into a folder, by writing; else nothing."""
    nearest = next(
        (path for path in (folder, *folder.absolute().parents) if path.exists()), folder
    )
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return f"{nearest} cannot be written to."
    if hasattr(os, "statvfs"):
        disk = os.statvfs(nearest)
        if disk.f_flag & os.ST_RDONLY:
            return f"The disk of {nearest} is read-only."
        if disk.f_bavail * disk.f_frsize < LEAST_BYTES:
            return f"The disk of {nearest} is full. Free some space."
    if nearest != folder:
        return ""
    try:
        # It never has a name, where the system can do that.
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(PROBE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{folder} cannot be written to: {error.strerror}."
    return ""


def shown_to_others(folder: Path) -> str:
    """Say that other accounts can look into a folder, where the system knows owners.

    What we make is its owner's alone; what was there before stays as it was.
    """
    if os.name != "posix" or not folder.is_dir():
        return ""
    if not folder.stat().st_mode & _OTHERS:
        return ""
    return (
        f"Other accounts of this computer can look into {folder.absolute()}, and read "
        "the names of users and characters there. Close it to them: "
        f'chmod 700 "{folder.absolute()}"'
    )


def _other_disk(found: Identity, seen: Identity) -> bool:
    return found is not None and seen is not None and found[0] != seen[0]


def _is_gone(folder: Path) -> bool:
    """Whether a folder is not there; one that cannot be looked at may be."""
    try:
        folder.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _has_any(folder: Path) -> bool:
    """Whether anything lies in a folder."""
    try:
        with os.scandir(folder) as found:
            return next(found, None) is not None
    except OSError:
        return False
