"""Banks that were closed here and need not be opened to know what they keep.

Owns: what was found of a bank just before it was closed, and whether its files are
still as they were just after.
Knows nothing of: what is said in a bank, policies as people set them.

A bank in which nothing was ever set, forgotten or encrypted keeps whatever is said.
Whoever changes that has to write to its file: then this has another time or another
size, or a journal stands beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from ...core.records import CHAT_POLICY, DUE, POLICY, ROUND, UNHEARD
from ...core.types import Scope
from ...lru import Lru
from ..encryption.cipher import ENVELOPE
from .database import Database
from .rest import Rest, rest_of
from .schema import MIGRATIONS

KNOWN: Final = 50_000
"""Closed banks of which this is known."""

_SET: Final = (
    "SELECT EXISTS (SELECT 1 FROM forgotten) OR EXISTS (SELECT 1 FROM meta WHERE "
    "key IN (?, ?, ?, ?) OR key >= ? AND key < ? OR key >= ? AND key < ?)"
)


def _after(prefix: str) -> str:
    """Return the first key behind all that begin so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


_KEYS: Final = (
    *(POLICY, ROUND, DUE, ENVELOPE),
    *(CHAT_POLICY, _after(CHAT_POLICY)),
    *(UNHEARD, _after(UNHEARD)),
)


class ClosedBanks:
    """What is known of closed banks; safe to use from any thread."""

    def __init__(self) -> None:
        """Know none."""
        self._left: Lru[Scope, _Left] = Lru(KNOWN)

    def of(self, scope: Scope, path: Path) -> ClosingBank:
        """Return what notes how a bank is left."""
        return ClosingBank(path, partial(self._left.put, scope))

    def keeps_all(self, scope: Scope, path: Path) -> bool:
        """Say whether a bank keeps all that is said; no is said, too, if in doubt.

        Of one that nobody touched since it was looked at last that is known; into
        another one, which another process may have open, it is looked.
        """
        rest = rest_of(path)
        if rest is None:
            return _is_unset(path, "mode=ro")
        left = self._left.get(scope)
        if left is not None and left == _Left(path, rest):
            return True
        keeps = _is_unset(path, "mode=ro&immutable=1") and rest_of(path) == rest
        if keeps:
            self._left.put(scope, _Left(path, rest))
        return keeps


def _is_unset(path: Path, how: str) -> bool:
    """Look into a bank that is closed here; whatever is wrong with it, say no."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=0)
        ) as connection:
            [(version,)] = connection.execute("PRAGMA user_version")
            [(is_set,)] = connection.execute(_SET, _KEYS)
    except sqlite3.Error:
        return False
    return version == len(MIGRATIONS) and not is_set


class ClosingBank:
    """Notes how one bank is left."""

    def __init__(self, path: Path, note: Callable[[_Left], None]) -> None:
        """Know nothing of it yet.

        Args:
            path: Its database.
            note: Told how it was left, if it keeps all that is said.
        """
        self._path = path
        self._note = note
        self._keeps_all = False

    def leaves(self, database: Database) -> None:
        """Look once more, just before it is closed; raises StoreError."""
        self._keeps_all = False
        [(is_set,)] = database.all(_SET, _KEYS)
        self._keeps_all = not is_set

    def left(self) -> None:
        """Note how it was left, just after it was closed."""
        found = rest_of(self._path) if self._keeps_all else None
        if found is not None:
            self._note(_Left(self._path, found))


class _Left(NamedTuple):
    """A database as it was left."""

    path: Path
    rest: Rest
