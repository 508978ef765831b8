"""Learn the words that were said in a bank, once it has its vectors.

Owns: whose embedder makes their vectors.
Knows nothing of: which words there are, ranking, threads.
"""

from __future__ import annotations

from ...models.embedder import Embedder
from ..state.bank_state import BankState
from .indexer import Indexer


class WordLearner:
    """Learns the words of one bank in the background; takes its lock itself."""

    def __init__(self, state: BankState, indexer: Indexer) -> None:
        """Work on a bank; `indexer` tells who embeds for the vectors that serve."""
        self._state = state
        self._indexer = indexer

    def due(self) -> int:
        """Return whether any word may still want a vector, as a number."""
        state = self._state
        return int(state.vocabulary.due(state.messages.last_row))

    def work(self, embedder: Embedder, count: int) -> int:
        """Read the next messages, or embed words found; return whether more is due.

        Args:
            embedder: Of the wanted model, which need not be the one that serves.
            count: Words are learned by lots of their own.
        """
        del embedder, count
        state = self._state
        speaking = self._indexer.speaking() if self.due() else None
        if speaking is None:
            return 0
        with state.lock:
            names = state.names()
        return state.vocabulary.learn(state.messages.last_row, names, speaking)
