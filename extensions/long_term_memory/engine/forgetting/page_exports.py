"""Exports that the page left in the data directory: whose they are, when they go.

Owns: their folder and names; that those of a memory that forgets something go, and
those of an encrypted memory do not stay.
Knows nothing of: what is in them, the page.

    <data>/exports/<character>-<hash>-<time>.jsonl
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Timer
from typing import Final, Protocol

from ...core.types import Scope
from ...errors import StoreError
from ...files import folder_name
from ...storage.backend import StorageBackend
from ..faults import Clock, Faults, guard

EXPORTS: Final = "exports"
_TIME: Final = "%Y-%m-%d-%H%M%S"
_TIME_CHARS: Final = len("2026-11-21-120000")
IN_CLEAR: Final = timedelta(hours=1)
"""So long an export of an encrypted memory stays, for it is in clear."""


def path_for(data_dir: Path, scope: Scope, format: str, now: datetime) -> Path:
    """Return where the page writes an export; the folder need not exist."""
    at = now.astimezone().strftime(_TIME)
    return data_dir / EXPORTS / f"{folder_name(scope.character)}-{at}.{format}"


def exports_of(data_dir: Path, scope: Scope) -> list[Path]:
    """Return the exports of a character, whichever user's they are."""
    return sorted((data_dir / EXPORTS).glob(f"{folder_name(scope.character)}-*"))


def drop_exports(data_dir: Path, scope: Scope) -> int:
    """Remove a character's exports; return how many there were.

    Raises:
        StoreError: One cannot be removed.
    """
    found = exports_of(data_dir, scope)
    _remove(found)
    return len(found)


class BanksWithExports(Protocol):
    """What an engine has."""

    faults: Faults
    now: Clock
    storage: StorageBackend

    @property
    def data_dir(self) -> Path:
        """Where exports go."""

    def scopes(self) -> list[Scope]:
        """Name the banks on disk."""


class ClearExports:
    """Sees to it that exports of encrypted memories do not stay."""

    def __init__(self, banks: BanksWithExports) -> None:
        """Look at nothing yet."""
        self._banks = banks
        self._lock = Lock()
        self._timer: Timer | None = None

    def look(self) -> None:
        """Remove those that were there long enough, and look again for the others."""
        guard(
            self._banks.faults,
            "removing an export in clear",
            self._look,
            lambda: None,
        )

    def close(self) -> None:
        """Look no more; whoever is started next does."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

    def _look(self) -> None:
        now = self._banks.now()
        _remove(
            path
            for path in self._in_clear()
            # A clock that was set back makes none last.
            if abs(now - _made_at(path)) >= IN_CLEAR
        )
        left = any(self._in_clear())
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            if left:
                self._timer = Timer(IN_CLEAR.total_seconds() + 1, self.look)
                self._timer.daemon = True
                self._timer.start()

    def _in_clear(self) -> Iterator[Path]:
        """Yield the exports of encrypted memories.

        Raises:
            StoreError: A memory cannot be read.
        """
        encryption = self._banks.storage.encryption
        for scope in self._banks.scopes() if encryption is not None else ():
            found = exports_of(self._banks.data_dir, scope)
            if found and encryption is not None and encryption.is_encrypted(scope):
                yield from found


def _made_at(path: Path) -> datetime:
    """Return the time in an export's name; long ago if there is none."""
    found = path.stem[-_TIME_CHARS:]
    try:
        return datetime.strptime(found, _TIME).astimezone()
    except ValueError:
        return datetime.fromtimestamp(0).astimezone()


def _remove(paths: Iterator[Path] | list[Path]) -> None:
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"An export cannot be removed: {error}. Close what has it open."
        ) from error
