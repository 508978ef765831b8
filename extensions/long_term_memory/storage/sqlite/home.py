"""The data directory while a program runs: is it still there, does it take writes?

Owns: noticing that it was moved or its disk is gone; which writes failed and did not
succeed since; whether the disk is full or read-only.
Knows nothing of: banks, what is written.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from ...errors import LtmError, StoreError, StoreMoved
from ...files import make_private_folder
from .database import Identity, identity
from .handles import none_left

# Asked by whoever watches a server; a look writes a few bytes.
FRESH_SECONDS: Final = 15.0
GONE_SECONDS: Final = 600.0
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

_NO_FILES: Final = (
    "This program has as many files open as the system allows (`ulimit -n`)."
)


class Home:
    """One data directory; safe to use from any thread."""

    def __init__(
        self, folder: Path, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Look nowhere yet."""
        self.folder = folder
        self._below = re.compile(re.escape(str(folder)) + r"[/\\]\S*[^\s:.,]")
        self._now = now
        self._lock = Lock()
        self._seen: Identity = None
        self._failed: dict[Path | str, tuple[str, float]] = {}
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
    def opening(self, what: str) -> Iterator[None]:
        """Open or make something in the folder, and note whether that failed.

        Args:
            what: Tells it from others.

        Raises:
            StoreMoved: The folder is gone, or its disk is.
        """
        try:
            self._enter()
            yield
        except StoreError as error:
            self.wrote(what, error)
            raise
        self.wrote(what, None)

    def _enter(self) -> None:
        """Make the folder if it never was there; else see that it still is."""
        self.check()
        if self._seen is not None:
            return
        try:
            make_private_folder(self.folder)
        except OSError as error:
            raise StoreError(
                f"Cannot use the folder {self.folder}: {error.strerror}. Make it "
                "writable, or choose another data directory."
            ) from error
        self.check()

    def wrote(self, place: Path | str, error: StoreError | None) -> None:
        """Note that a write succeeded, or why it failed."""
        if error is None and place not in self._failed:
            return
        with self._lock:
            if error is None:
                self._failed.pop(place, None)
            else:
                # Names of characters stand in paths, and this is shown to anybody.
                words = self._below.sub("a memory's file", str(error))
                self._failed[place] = (words, self._now())

    def unkept(self) -> str:
        """Say why memories are not kept at present, in words for people; else nothing.

        Names no file but the data directory.
        """
        try:
            self.check()
        except LtmError as error:
            return str(error)
        if none_left():
            return _NO_FILES
        return self._fault() or self._newest_failure()

    def _newest_failure(self) -> str:
        """Return why a write failed last, if it did not succeed since."""
        old = self._now() - GONE_SECONDS
        with self._lock:
            for place, (_, at) in list(self._failed.items()):
                # Nobody writes there any more: the character was deleted.
                if at < old and isinstance(place, Path) and _is_gone(place.parent):
                    del self._failed[place]
            return next((words for words, _ in reversed(self._failed.values())), "")

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
    try:
        fault = _disk_fault(folder)
        if not fault:
            _probe(folder)
    except OSError as error:
        # It may vanish at any moment, or its disk may.
        return f"{folder} cannot be written to: {error.strerror}."
    return fault


def _disk_fault(folder: Path) -> str:
    """Say why its disk, or where it would be made, takes nothing."""
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
    return ""


def _probe(folder: Path) -> None:
    """Write into a folder, if it is there.

    Raises:
        OSError: That fails.
    """
    if folder.exists():
        # It never has a name, where the system can do that.
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(PROBE)
            file.flush()
            os.fsync(file.fileno())


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
