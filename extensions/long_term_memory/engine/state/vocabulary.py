"""The words that were said in a bank, learned in the background.

Owns: which words have no vector yet, and the near words of a query.
Knows nothing of: ranking, hosts, when it is done.

They are derived anew in each process: a few thousand words take seconds, and only
recall by near words waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, RLock

import numpy as np
from numpy.typing import NDArray

from ...core.retrieval.judging import QueryEmbedding
from ...core.retrieval.query import ParsedQuery
from ...core.retrieval.query_expansion import Vocabulary
from ...core.text.recipes import without_names
from ...core.text.tokenizer import MAX_CHARACTERS, words
from ...models.embedder import Embedder
from ...storage.protocols import (
    BankStore,
)

Vector = NDArray[np.float32]

# Messages are read, and words embedded, in lots so small that a turn can step in.
MESSAGES = 256
WORDS = 64

# Of a query so many words may be embedded that were never said before.
NEW_WORDS = 4


class VocabularyIndex:
    """The vocabulary of a bank, and how far it has been read."""

    def __init__(
        self, store: BankStore, lock: RLock, *, wanted: Callable[[], bool]
    ) -> None:
        """Start without a model.

        Args:
            store: Where the messages are.
            lock: Guards the store.
            wanted: Whether near words count at all.
        """
        self._store = store
        self._wanted = wanted
        self._lock = lock
        # Its own, so that no query waits while a turn is stored.
        self._guard = Lock()
        self._vocabulary: Vocabulary | None = None
        self._waiting: dict[int, str] = {}
        self._read = 0

    def attach(self, dimension: int) -> None:
        """Start anew with a model's vectors."""
        self._vocabulary = Vocabulary(dimension)
        self._waiting, self._read = {}, 0

    def due(self, last_row: int) -> bool:
        """Say whether any word may still want a vector."""
        vocabulary = self._vocabulary
        if vocabulary is None or vocabulary.full or not self._wanted():
            return False
        return bool(self._waiting) or self._read < last_row

    def learn(self, last_row: int, names: Sequence[str], embedder: Embedder) -> int:
        """Read the next messages, or embed words found; return if more is due."""
        with self._lock:
            vocabulary = self._vocabulary
            if vocabulary is None or not self.due(last_row):
                return 0
            if not self._waiting:
                self._read_on(vocabulary, last_row, names)
            lot = dict(list(self._waiting.items())[:WORDS])
        vectors = embedder.embed(list(lot.values())) if lot else None
        with self._lock:
            if vectors is not None and vocabulary is self._vocabulary:
                with self._guard:
                    vocabulary.extend(list(lot), vectors)
                for term in lot:
                    del self._waiting[term]
            return int(self.due(last_row))

    def embed_queries(
        self, asked: Sequence[ParsedQuery], embedder: Embedder
    ) -> list[QueryEmbedding]:
        """Embed queries in one go, and find the near words of their own.

        Args:
            asked: The readings of one message.
            embedder: The one whose vectors the vocabulary holds.
        """
        texts = [one.text for one in asked]
        vocabulary = self._vocabulary
        if vocabulary is None or not self._wanted():
            return [QueryEmbedding(vector) for vector in embedder.embed(texts)]
        said = {term: word for one in asked for term, word in one.words.items()}
        new = [term for term in said if term not in vocabulary][:NEW_WORDS]
        vectors = embedder.embed([*texts, *(said[term] for term in new)])
        fresh = dict(zip(new, vectors[len(texts) :], strict=True))
        with self._guard:
            near = vocabulary.near(said, fresh)
        return [
            QueryEmbedding(vector, {term: near[term] for term in one.words})
            for one, vector in zip(asked, vectors, strict=False)
        ]

    def _read_on(
        self,
        vocabulary: Vocabulary,
        last_row: int,
        names: Sequence[str],
    ) -> None:
        end = min(last_row, self._read + MESSAGES)
        messages = self._store.messages.get(range(self._read + 1, end + 1))
        self._read = end
        for message in messages.values():
            text = without_names(message.content[:MAX_CHARACTERS], names)
            for term, word in words(text).items():
                if term not in vocabulary:
                    self._waiting.setdefault(term, word)
