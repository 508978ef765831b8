"""What the messages of a bank show of feelings, as arrays in step with its store.

Owns: reading them as they grow, which are lacking, and which are of a former making.
Knows nothing of: how a text is read, vectors, moods.

They are read from the store by the first who asks, for many banks are opened in which
nobody asks for feelings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.emotion import PACKED_BYTES, SHARES_AT, VERSION
from ...core.records import StoredEmotion
from ...core.retrieval.arrays import Growing
from ...storage.protocols import BankStore

BY_WORDS: Final = 2 * VERSION
"""Made from the words of a message, by today's coefficients."""

BY_BOTH: Final = BY_WORDS + 1
"""Made from its words and its vector."""

NOBODY: Final = 0
"""Nothing is kept."""

LOT: Final = 5_000
"""Read at once: other calls may come between two lots."""

Rows = NDArray[np.int64]


class EmotionIndex:
    """What is kept of messages' emotions; the bank's lock guards it."""

    def __init__(self, store: BankStore) -> None:
        """Read nothing yet."""
        self._store = store
        self.clear()

    def clear(self) -> None:
        """Know nothing any more; it is read anew when somebody asks."""
        self._makers: Growing[np.uint8] = Growing(np.uint8)
        self._kept: Growing[np.uint8] = Growing(np.uint8, width=PACKED_BYTES)
        self._last = 0
        self._stale = True

    @property
    def stale(self) -> bool:
        """Whether there may be something new in the store."""
        return self._stale

    def reload(self) -> None:
        """Take over what another program wrote, once somebody asks."""
        self._stale = True

    def read_some(self) -> bool:
        """Read a lot of what is new in the store; return whether there may be more.

        Who does not need it at once reads so, and holds the lock for a moment alone.
        """
        if self._stale:
            found = self._store.emotions.all(after=self._last, limit=LOT)
            self._take(found)
            self._stale = len(found) == LOT
        return self._stale

    def put(self, emotions: Sequence[StoredEmotion]) -> None:
        """Store emotions; durable when it returns."""
        self._store.emotions.put(emotions)
        self._stale = True

    def lacking(self, last_row: int) -> Rows:
        """Return the rows up to `last_row` of which nothing of today's is kept."""
        makers = self._up_to(last_row)
        return np.flatnonzero((makers != BY_WORDS) & (makers != BY_BOTH))[1:]

    def by_words(self, last_row: int) -> Rows:
        """Return the rows up to `last_row` that were read by their words alone."""
        return np.flatnonzero(self._up_to(last_row) == BY_WORDS)

    def by_both(self, last_row: int) -> Rows:
        """Return the rows up to `last_row` that were read with their vectors."""
        return np.flatnonzero(self._up_to(last_row) == BY_BOTH)

    def kept(self, row: int) -> bytes | None:
        """Return what is kept of a message; None if it is nothing of today's."""
        if self._up_to(row)[row] not in (BY_WORDS, BY_BOTH):
            return None
        kept: bytes = self._kept.values[row].tobytes()
        return kept

    def strongest(self, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the number of each message's strongest label; -1 if nothing is kept.

        Args:
            rows: Of messages.
        """
        found: NDArray[np.int64] = self.shares(rows).argmax(axis=1)
        makers = self._makers.values[rows]
        found[(makers != BY_WORDS) & (makers != BY_BOTH)] = -1
        return found

    def shares(self, rows: NDArray[np.int32]) -> NDArray[np.uint8]:
        """Return each label's share of what messages show, in 255ths; 0 if unknown.

        Args:
            rows: Of messages.
        """
        self._up_to(int(rows.max(initial=0)))
        shares: NDArray[np.uint8] = self._kept.values[rows][:, SHARES_AT:]
        return shares

    def _up_to(self, last_row: int) -> NDArray[np.uint8]:
        """Read what is new; return who made each row's, row 0 being none."""
        while self.read_some():
            pass
        self._reach(last_row)
        return self._makers.values[: last_row + 1]

    def _take(self, emotions: Sequence[StoredEmotion]) -> None:
        if not emotions:
            return
        self._last = emotions[-1].number
        sound = [one for one in emotions if len(one.emotion) == PACKED_BYTES]
        self._reach(max((one.message for one in sound), default=0))
        rows = [one.message for one in sound]
        self._makers.values[rows] = [one.maker & 0xFF for one in sound]
        joined = b"".join(one.emotion for one in sound)
        self._kept.values[rows] = np.frombuffer(joined, np.uint8).reshape(
            len(sound), PACKED_BYTES
        )

    def _reach(self, row: int) -> None:
        self._makers.reach(row + 1, NOBODY)
        self._kept.reach(row + 1, 0)
