"""What a person wrote and decided: notes, corrections, pins, deletions.

Owns: all of it in memory, once (a person writes hundreds, not thousands), with the
words and vectors of what can be recalled.
Knows nothing of: how it is scored, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ...core.records import (
    Annotation,
)
from ...core.retrieval.note_ranking import RecallNote
from ...core.text.recipes import turn_text
from ...core.text.tokenizer import term_set
from ...core.types import MemoryKind
from ...models.embedder import Embedder
from ...storage.protocols import BankStore

Vector = NDArray[np.float32]


class AnnotationIndex:
    """All that a person wrote or decided in one bank; the bank's lock guards it.

    Attributes:
        muted: Rows of messages that a text by hand, or a deletion, silences.
        rewritten: What those say instead; "" where that is nothing.
    """

    def __init__(self, store: BankStore) -> None:
        """Read what was done by hand before."""
        self._store = store
        # Its own, so that no query waits while a turn is stored.
        self._lock = Lock()
        self._known: dict[tuple[MemoryKind, str], Annotation] = {}
        self._written: dict[str, RecallNote] = {}
        self._vectors: dict[str, Vector] = {}
        self.muted: frozenset[int] = frozenset()
        self.rewritten: Mapping[int, str] = {}
        self.reload()

    def reload(self) -> None:
        """Read everything again, after another process, or forgetting, changed it."""
        self._known = {
            (hand.kind, hand.key): hand for hand in self._store.annotations.all()
        }
        self._read_words()

    def get(self, kind: MemoryKind, key: str) -> Annotation | None:
        """Return what a person decided about one memory, if anything."""
        return self._known.get((kind, key))

    def all(self) -> list[Annotation]:
        """Return everything by hand, oldest first."""
        return list(self._known.values())

    def change(
        self, put: Iterable[Annotation], drop: Iterable[tuple[MemoryKind, str]] = ()
    ) -> None:
        """Store what a person wrote or decided, and keep nothing of other memories."""
        for hand in put:
            self._store.annotations.put(hand)
            self._known[hand.kind, hand.key] = hand
        for kind, key in drop:
            self._store.annotations.drop(kind, key)
            self._known.pop((kind, key), None)
        self._read_words()

    def _read_words(self) -> None:
        """Learn what can be recalled of all that is by hand, and what it silences."""
        hands = self._known.values()
        silenced = {
            hand.key: "" if _is_silent(hand) else hand.content or ""
            for hand in hands
            if hand.kind is MemoryKind.TURN
            and (_is_silent(hand) or hand.content is not None)
        }
        written = {
            hand.key: RecallNote(
                key=hand.key,
                content=hand.content,
                terms=term_set(hand.content),
            )
            for hand in hands
            if hand.content is not None
            and not _is_silent(hand)
            # Neither is recalled by itself: both are told in the head block.
            and hand.kind not in (MemoryKind.SUMMARY, MemoryKind.FACT)
        }
        texts = {one.content for one in written.values()}
        with self._lock:
            rows = self._store.messages.rows_of(list(silenced))
            self.rewritten = {row: silenced[key] for key, row in rows.items()}
            self.muted = frozenset(self.rewritten)
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


def _is_silent(hand: Annotation) -> bool:
    """Whether what a person decided about is never recalled."""
    return hand.hidden or hand.deleted_at is not None
