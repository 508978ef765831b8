"""What messages show of feelings, in SQLite.

Owns: the table emotions.
Knows nothing of: what the bytes mean, which of them are up to date.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...core.records import StoredEmotion
from ..encryption.cipher import EMOTION
from .database import Database

_ALL = -1


class SqliteEmotions:
    """What messages show of feelings; see `EmotionStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def put(self, emotions: Sequence[StoredEmotion]) -> None:
        """Insert or replace by message, in one transaction; each gets a new number."""
        seal = self._database.cipher.seal
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO emotions (message, maker, emotion) "
                "VALUES (?, ?, ?)",
                [
                    (one.message, one.maker, seal(one.emotion, EMOTION, one.message))
                    for one in emotions
                ],
            )

    def all(self, *, after: int = 0, limit: int | None = None) -> list[StoredEmotion]:
        """Return those with a number above `after`, by rising number."""
        unseal = self._database.cipher.unseal
        rows = self._database.all(
            "SELECT message, maker, emotion, row FROM emotions "
            "WHERE row > ? ORDER BY row LIMIT ?",
            (after, _ALL if limit is None else limit),
        )
        return [
            StoredEmotion(message, maker, unseal(kept, EMOTION, message), number)
            for message, maker, kept, number in rows
        ]
