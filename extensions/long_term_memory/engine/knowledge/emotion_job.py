"""Read what messages show of feelings, in the background: by words, then with vectors.

Owns: which messages are due, and what of them is stored.
Knows nothing of: how a text is read, moods, threads.

A message is read by its words as soon as it is there, for that needs no embedder, and
once more when it has its vector, if the model's coefficients are of that embedder.
Where the embedder is there and little is due, it is read once, with its vector. If
the bank moves to another embedder, what was read with the former's vectors is read by
words again, as a rebuild would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.emotion import packed
from ...core.records import StoredEmotion
from ...core.text.emotion import EmotionModel
from ...core.types import Message
from ...models.embedder import Embedder
from ...models.emotion import load_emotion_model
from ..state.bank_state import BankState
from ..state.emotions import BY_BOTH, BY_WORDS
from ..state.vectors import ModelIndex
from ..worker import BATCH

LOT: Final = 200
"""Messages; each is read in a tenth of a millisecond, and all are stored at once."""

Rows = NDArray[np.int64]
Vectors = Mapping[int, NDArray[np.float32]]


class EmotionJob:
    """Reads the emotions of one bank's messages; takes its lock itself."""

    def __init__(
        self, state: BankState, speaks: Callable[[], bool] = lambda: False
    ) -> None:
        """Work on a bank; nothing is read yet.

        Args:
            state: What the bank holds.
            speaks: Whether the embedder of the vectors that serve is loaded, and works.
        """
        self._state = state
        self._speaks = speaks
        self._read = 0

    def words_due(self) -> bool:
        """Whether there may be messages whose words were not read."""
        return self._read < self._state.messages.last_row

    def read_words(self) -> bool:
        """Read a lot of messages by their words; return whether any was due."""
        state = self._state
        if not self.words_due():
            return False
        with state.lock:
            if state.emotions.read_some():
                return True
            last = state.messages.last_row
            lacking = state.emotions.lacking(last).tolist()
            rows = self._without_soon(lacking)[:LOT]
            said = state.store.messages.get(rows)
        if rows:
            self._store(said, {}, BY_WORDS)
        elif not lacking:
            self._read = last
        return bool(rows)

    def read_anew(self, first: int) -> int:
        """Read a lot of messages anew; return the row after it, 0 if it was the last.

        Args:
            first: The first row of the lot.
        """
        state = self._state
        with state.lock:
            last = state.messages.last_row
            rows = range(first, min(first + LOT, last + 1))
            said = state.store.messages.get(rows)
            vectors = self._vectors(self._held(np.arange(first, first + len(rows))))
        plain = {row: one for row, one in said.items() if row not in vectors}
        self._store(plain, {}, BY_WORDS)
        both = {row: one for row, one in said.items() if row in vectors}
        self._store(both, vectors, BY_BOTH)
        return first + LOT if first + LOT <= last else 0

    def due(self) -> int:
        """Count the messages that are to be read once more; 1 if it is not known."""
        with self._state.lock:
            if self._state.vectors.serving is None:
                return 0
            return 1 if self._state.emotions.stale else len(self._again())

    def work(self, embedder: Embedder, count: int) -> int:
        """Read some messages once more; return how many are left.

        Args:
            embedder: Not asked: the vectors are there.
            count: Not obeyed: nothing is embedded.
        """
        del embedder, count
        state = self._state
        with state.lock:
            due = self._again()
            vectors = self._vectors(due[:LOT])
            said = state.store.messages.get(due[:LOT].tolist())
            maker = BY_WORDS if self._serving() is None else BY_BOTH
        if said:
            self._store(said, vectors, maker)
        return max(len(due) - LOT, 0)

    def _again(self) -> Rows:
        """Return the rows that have a vector and were read without it.

        Where vectors serve that the coefficients are not of: those read with others.
        """
        emotions, last = self._state.emotions, self._state.messages.last_row
        if self._state.vectors.serving is None:
            return emotions.by_both(0)
        if self._serving() is None:
            return emotions.by_both(last)
        return self._held(np.union1d(emotions.by_words(last), emotions.lacking(last)))

    def _without_soon(self, rows: list[int]) -> list[int]:
        """Leave out the rows that get a vector at once, of the fitted embedder."""
        serving = self._serving()
        if serving is None or len(serving.backlog) > BATCH or not self._speaks():
            return rows
        return [row for row in rows if row not in serving.backlog]

    def _held(self, rows: Rows) -> Rows:
        """Return those of some rows that have a vector of the fitted embedder."""
        serving = self._serving()
        return rows[:0] if serving is None else rows[serving.search.held(rows)]

    def _vectors(self, rows: Rows) -> Vectors:
        serving = self._serving()
        return {} if serving is None else serving.search.wholes(rows)

    def _serving(self) -> ModelIndex | None:
        """Return the vectors that serve, if the coefficients are of their embedder."""
        serving = self._state.vectors.serving
        if serving is None or serving.model.fingerprint != _model().fingerprint:
            return None
        return serving

    def _store(self, said: Mapping[int, Message], vectors: Vectors, maker: int) -> None:
        """Read messages and store what they show, unless they changed meanwhile."""
        # Without the lock, for this takes most of the time, and a turn may come.
        found = {
            row: packed(one.content, _model(), vectors.get(row))
            for row, one in said.items()
        }
        state = self._state
        with state.lock, state.store.derived():
            now = state.store.messages.get(sorted(found))
            # What was forgotten meanwhile must not get its feelings back.
            state.emotions.put(
                [StoredEmotion(row, maker, found[row]) for row in _same(said, now)]
            )


def _same(then: Mapping[int, Message], now: Mapping[int, Message]) -> Sequence[int]:
    """Return the rows whose message is still what it was, rising."""
    return [row for row in sorted(now) if now[row] == then[row]]


def _model() -> EmotionModel:
    return load_emotion_model()
