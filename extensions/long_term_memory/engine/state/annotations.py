"""What a person wrote, as recall needs it: notes, and corrections of what was said.

Owns: their words and vectors in memory (a person writes hundreds, not thousands).
Knows nothing of: stores, how they are scored, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ...core.records import (
    Hand,
)
from ...core.retrieval.note_ranking import RecallNote
from ...core.text.recipes import turn_text
from ...core.text.tokenizer import term_set
from ...core.types import MemoryKind
from ...models.embedder import Embedder

Vector = NDArray[np.float32]


class AnnotationIndex:
    """The texts by hand of one bank, and the messages that they silence."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._written: dict[str, RecallNote] = {}
        self._vectors: dict[str, Vector] = {}
        self.muted: frozenset[int] = frozenset()

    def replace(
        self, hands: Iterable[Hand], rows_of: Callable[[Sequence[str]], dict[str, int]]
    ) -> None:
        """Take everything by hand as it is now.

        Args:
            hands: From the store.
            rows_of: Tells the rows of message ids.
        """
        hands = list(hands)
        silenced = [
            hand.key
            for hand in hands
            if hand.kind is MemoryKind.TURN
            and (hand.deleted_at is not None or hand.content is not None)
        ]
        written = {
            hand.key: RecallNote(
                key=hand.key,
                content=hand.content,
                terms=term_set(hand.content),
            )
            for hand in hands
            if hand.content is not None
            and hand.deleted_at is None
            and hand.kind is not MemoryKind.SUMMARY
        }
        texts = {one.content for one in written.values()}
        with self._lock:
            self.muted = frozenset(rows_of(silenced).values())
            self._written = written
            self._vectors = {
                text: vector for text, vector in self._vectors.items() if text in texts
            }

    def notes(self) -> list[RecallNote]:
        """Return what can be recalled, with the vectors that are there."""
        with self._lock:
            return [
                replace(one, vector=self._vectors.get(one.content))
                for one in self._written.values()
            ]

    def any(self) -> bool:
        """Whether there is anything to recall."""
        return bool(self._written)

    def due(self) -> list[str]:
        """Return the texts without a vector."""
        with self._lock:
            return [
                one.content
                for one in self._written.values()
                if one.content not in self._vectors
            ]

    def embed(self, embedder: Embedder, names: Sequence[str]) -> None:
        """Embed what is due."""
        texts = self.due()
        if texts:
            vectors = embedder.embed([turn_text(text, names) for text in texts])
            with self._lock:
                self._vectors.update(zip(texts, vectors, strict=True))

    def embedded_by(
        self, embedder: Embedder, names: Sequence[str]
    ) -> dict[str, Vector]:
        """Return vectors of all texts by another model, for `take_vectors`."""
        with self._lock:
            texts = [one.content for one in self._written.values()]
        if not texts:
            return {}
        vectors = embedder.embed([turn_text(text, names) for text in texts])
        return dict(zip(texts, vectors, strict=True))

    def take_vectors(self, vectors: Mapping[str, Vector]) -> None:
        """Use these and no others: another model is used from now on."""
        with self._lock:
            self._vectors = dict(vectors)
