"""Embed what is due.

Owns: which text stands for a message and its window; one batch of work; the vectors of
sentences.
Knows nothing of: when it is done, ranking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.extract import brief
from ..core.text import turn_text, window_text
from ..core.types import Message
from ..models.embedder import Embedder
from ..stores.base import (
    BankStore,
)
from ..stores.records import (
    Embedding,
)
from .derive import Backlog, Due, model_info, vector_key

Vector = NDArray[np.float32]


def due_text(due: Due, messages: Mapping[int, Message], names: Sequence[str]) -> str:
    """Return the text that a vector stands for; empty if the message is gone."""
    if due.message not in messages:
        return ""
    content = brief(messages[due.message].content)
    if not (due.left or due.right):
        return turn_text(content, names)
    left, right = (
        brief(messages[row].content) if row in messages else None
        for row in (due.left, due.right)
    )
    return window_text(left, content, right, names)


class Batch:
    """One lot of due texts: read and stored under the lock, embedded without it."""

    def __init__(
        self,
        store: BankStore,
        backlog: Backlog,
        names: Sequence[str],
        embedder: Embedder,
        count: int,
    ) -> None:
        """Read the texts; the caller holds the bank's lock."""
        self._store = store
        self._backlog = backlog
        self._embedder = embedder
        self._dues = backlog.take(count)
        rows = {row for due in self._dues for row in due if row}
        messages = store.messages(sorted(rows))
        self._texts = [due_text(due, messages, names) for due in self._dues]
        model = model_info(embedder)
        self._keys = [vector_key(model, text) for text in self._texts]
        self._known = store.known_keys(self._keys)
        self._vectors: dict[bytes, Vector] = {}

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._dues)

    def embed(self) -> None:
        """Embed the texts that have no vector yet; needs no lock."""
        missing = {
            key: text
            for key, text in zip(self._keys, self._texts, strict=True)
            if key not in self._known
        }
        if missing:
            vectors = self._embedder.embed(list(missing.values()))
            self._vectors = dict(zip(missing, vectors, strict=True))

    def store(self) -> int:
        """Store vectors and links; the caller holds the lock. Returns how many."""
        new, links = [], []
        for due, key in zip(self._dues, self._keys, strict=True):
            if key in self._known:
                links.append((due.message, due.left, due.right, self._known[key]))
            else:
                new.append(Embedding(*due, key=key, vector=self._vectors[key]))
        if new:
            self._store.put_embeddings(new)
        if links:
            self._store.link_embeddings(links)
        self._backlog.done(self._dues)
        return len(new)
