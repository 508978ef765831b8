"""Keep texts for a client and find those that mean what it asks.

Owns: when texts are embedded, how far they lie from a question, and what is found
while there is no embedder.
Knows nothing of: the protocol, files, memories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.records import CollectionEntry
from ..core.retrieval.inverted_index import idf
from ..core.text.tokenizer import term_ids
from ..errors import EmbeddingError
from ..models.embedder import Embedder, LazyEmbedder
from ..storage.protocols import CollectionStore
from .faults import Clock, utc_now
from .pieces import time_of

# Nobody waits at a new text; who asks waits for a model that is just being loaded.
ASKING_SECONDS: Final = 10.0
LOT: Final = 256

Vectors = NDArray[np.float32]
Admit = Callable[[str, str, Sequence[CollectionEntry]], Sequence[CollectionEntry]]


class CollectionHit(NamedTuple):
    """An entry and how far it lies from the question.

    Attributes:
        distance: Squared distance of unit vectors, 2 - 2 cos: 0 is the same text, 4
            its opposite. While there is no embedder it is made of shared words.
    """

    entry: CollectionEntry
    distance: float


class Collections:
    """A client's texts; safe to use from any thread."""

    def __init__(
        self,
        store: CollectionStore,
        embedder: Callable[[], LazyEmbedder],
        *,
        clock: Clock = utc_now,
        admit: Admit = lambda user, name, entries: list(entries),
        oldest: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            store: Keeps them.
            embedder: Returns the embedder in force; it may be another one later.
            clock: Tells the time.
            admit: Returns what may be kept of entries that come.
            oldest: Returns before when a text is too old to be found; None for never.
        """
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._admit = admit
        self._oldest = oldest

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def add(self, user: str, name: str, entries: Sequence[CollectionEntry]) -> int:
        """Add entries, or replace those of the same id; return how many there were."""
        now = self._clock()
        kept = self._admit(user, name, entries)
        if kept:
            fresh = [one._replace(kept_at=now) for one in kept]
            self._store.put(user, name, fresh)
            fresh = self._admitted_still(user, name, fresh)
            embedder = self._ready(0)
            if embedder is not None:
                # Its service may be away; vectors are made when they are asked for.
                with suppress(EmbeddingError):
                    self._embed(user, name, fresh, embedder)
        return len({one.id for one in entries})

    def check(self) -> int | None:
        """Return how many there are, the file checked; None if nothing was ever kept.

        Raises:
            StoreError: It cannot be opened, or is damaged.
            EncryptionError: Its key is not there.
        """
        return self._store.check()

    def is_encrypted(self) -> bool:
        """Whether what is kept is encrypted; no key is needed."""
        return self._store.is_encrypted()

    def entries(self, user: str, name: str) -> list[CollectionEntry] | None:
        """Return a collection in the order it was filled; None if it is not there."""
        return self._store.entries(user, name)

    def purge(self, user: str, name: str) -> None:
        """Remove a collection for good; none is no error."""
        self._store.purge(user, name)

    def query(self, user: str, name: str, text: str, count: int) -> list[CollectionHit]:
        """Return the entries nearest to a text, nearest first."""
        entries = self._young(self._store.entries(user, name) or ())
        if not entries or count < 1:
            return []
        distances = self._distances(user, name, entries, text)
        order = np.argsort(distances, kind="stable")[:count]
        return [
            CollectionHit(entries[at], float(max(0.0, distances[at]))) for at in order
        ]

    def query_all(
        self, user: str, names: Iterable[str], text: str, count: int
    ) -> list[CollectionHit]:
        """Return the nearest of several collections; equal texts once, the first."""
        found: dict[str, CollectionHit] = {}
        for name in names:
            for one in self.query(user, name, text, count):
                found.setdefault(one.entry.content, one)
        nearest = sorted(found.values(), key=lambda one: one.distance)
        return nearest[: max(0, count)]

    def _admitted_still(
        self, user: str, name: str, stored: Sequence[CollectionEntry]
    ) -> list[CollectionEntry]:
        """Take out again what was forgotten while it was stored; return the rest."""
        kept = {one.id: one for one in self._admit(user, name, stored)}
        gone = {one.id: kept.get(one.id) for one in stored if kept.get(one.id) != one}
        if gone:
            self._store.change(
                lambda held: gone if (held.user, held.name) == (user, name) else {}
            )
            self._store.remove_traces()
        return list(kept.values())

    def _young(self, entries: Sequence[CollectionEntry]) -> list[CollectionEntry]:
        oldest = self._oldest()
        return [one for one in entries if oldest is None or time_of(one) >= oldest]

    def _ready(self, timeout_seconds: float) -> Embedder | None:
        """Return the embedder; None while it is loading, or if it cannot be used."""
        try:
            return self._embedder().ready(timeout_seconds)
        except EmbeddingError:
            return None

    def _distances(
        self, user: str, name: str, entries: Sequence[CollectionEntry], text: str
    ) -> Vectors:
        """Return how far each entry lies; words tell if no vector can be made."""
        embedder = self._ready(ASKING_SECONDS)
        with suppress(EmbeddingError):
            if embedder is not None:
                vectors = self._vectors(user, name, entries, embedder)
                distances: Vectors = 2 - 2 * (vectors @ embedder.embed([text])[0])
                return distances
        return _by_words(text, [one.content for one in entries])

    def _vectors(
        self,
        user: str,
        name: str,
        entries: Sequence[CollectionEntry],
        embedder: Embedder,
    ) -> Vectors:
        """Return a vector for each entry, made where it is missing."""
        known = self._store.vectors(user, name, _model(embedder))
        missing = [one for one in entries if one.id not in known]
        for one, vector in self._embed(user, name, missing, embedder).items():
            known[one.id] = vector
        return np.stack([known[one.id] for one in entries])

    def _embed(
        self,
        user: str,
        name: str,
        entries: Sequence[CollectionEntry],
        embedder: Embedder,
    ) -> dict[CollectionEntry, Vectors]:
        made: dict[CollectionEntry, Vectors] = {}
        for start in range(0, len(entries), LOT):
            lot = entries[start : start + LOT]
            vectors = embedder.embed([one.content for one in lot])
            fresh = dict(zip(lot, vectors, strict=True))
            self._store.put_vectors(user, name, _model(embedder), fresh)
            made |= fresh
        return made


def _model(embedder: Embedder) -> str:
    return f"{embedder.name} {embedder.dimension} {embedder.fingerprint}"


def _by_words(text: str, contents: Sequence[str]) -> Vectors:
    """Return distances by the share of the question's words that each text holds."""
    asked = set(term_ids(text).tolist())
    held = [asked.intersection(term_ids(content).tolist()) for content in contents]
    weights = {
        term: idf(sum(term in one for one in held), len(contents)) for term in asked
    }
    total = sum(weights.values()) or 1.0
    shares = [sum(weights[term] for term in one) / total for one in held]
    return 2 - 2 * np.array(shares, np.float32)
