"""What messages show of feelings, in a bank in plain Python.

Owns: what the contract says of emotions, without a database.
Knows nothing of: files, SQLite, what the bytes mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..core.records import StoredEmotion
from .in_memory_vectors import InMemoryContents


class InMemoryEmotions:
    """What messages show of feelings; see `EmotionStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def put(self, emotions: Sequence[StoredEmotion]) -> None:
        """Insert or replace by message; each gets a new number."""
        self._contents.check_open()
        for one in emotions:
            self._contents.check_row(one.message)
        for one in emotions:
            self._contents.last_emotion += 1
            number = self._contents.last_emotion
            self._contents.emotions[one.message] = one._replace(number=number)

    def all(self, *, after: int = 0, limit: int | None = None) -> list[StoredEmotion]:
        """Return those with a number above `after`, by rising number."""
        self._contents.check_open()
        found = [one for one in self._contents.emotions.values() if one.number > after]
        return sorted(found, key=lambda one: one.number)[:limit]
