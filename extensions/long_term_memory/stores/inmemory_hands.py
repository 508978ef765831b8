"""What was written by hand, and notes about the bank, in plain Python.

Owns: what the contract says of them, without a database.
Knows nothing of: files, SQLite, chats.
"""

from __future__ import annotations

from ..core.types import MemoryKind
from .inmemory_vectors import Contents
from .records import Hand


class HandsInMemory:
    """Notes, corrections, and values about the bank, in memory."""

    def __init__(self, contents: Contents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    # -- hand-written ------------------------------------------------------------

    def hands(self) -> list[Hand]:
        """Return everything by hand, oldest first."""
        self._contents.check_open()
        return sorted(self._contents.hands.values(), key=lambda hand: hand.created_at)

    def put_hand(self, hand: Hand) -> None:
        """Insert or replace by (kind, key)."""
        self._contents.check_open()
        self._keep_former(hand.kind, hand.key, unlike=hand.content)
        self._contents.hands[hand.kind, hand.key] = hand

    def drop_hand(self, kind: MemoryKind, key: str) -> None:
        """Remove; does nothing if there is none."""
        self._contents.check_open()
        self._contents.hands.pop((kind, key), None)
        self._contents.edits.pop((kind, key), None)

    def edits(self, kind: MemoryKind, key: str) -> list[Hand]:
        """Return what stood under (kind, key) by hand before, oldest first."""
        self._contents.check_open()
        return list(self._contents.edits.get((kind, key), ()))

    def _keep_former(self, kind: MemoryKind, key: str, *, unlike: str | None) -> None:
        former = self._contents.hands.get((kind, key))
        if former is not None and former.content not in (None, unlike):
            self._contents.edits.setdefault((kind, key), []).append(former)

    # -- about the bank ----------------------------------------------------------

    def get_meta(self, key: str) -> str | None:
        """Return a value set before, or None."""
        self._contents.check_open()
        return self._contents.meta.get(key)

    def put_meta(self, key: str, value: str) -> None:
        """Set a value."""
        self._contents.check_open()
        self._contents.meta[key] = value

    def drop_meta(self, key: str) -> None:
        """Remove a value; does nothing if there is none."""
        self._contents.check_open()
        self._contents.meta.pop(key, None)

    def metas(self, prefix: str) -> dict[str, str]:
        """Return the values whose keys begin so, in order of their keys."""
        self._contents.check_open()
        return {
            key: value
            for key, value in sorted(self._contents.meta.items())
            if key.startswith(prefix)
        }
