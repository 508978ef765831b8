"""Embed what is due.

Owns: which texts stand for a message and its passages; one batch of work; the vectors
of sentences.
Knows nothing of: when it is done, ranking.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.extract import Line, brief, vector_text
from ..core.panels import speech_of
from ..core.passages import passages
from ..core.text import turn_text
from ..models.embedder import Embedder
from ..stores.base import (
    BankStore,
)
from ..stores.records import Embedding, passage_place, whole_place
from .derive import Backlog, model_info, vector_key

Vector = NDArray[np.float32]
Place = tuple[int, int, int]


def places_of(row: int, content: str) -> dict[Place, str]:
    """Return what wants a vector of a message: the whole, and passages if it is long.

    Nothing is said by "", which has a vector like any other text.
    """
    found = passages(content)
    if len(found) < 2:
        return {whole_place(row, 0): "".join(found)}
    places = {passage_place(row, at): text for at, text in enumerate(found, 1)}
    return {**places, whole_place(row, len(found)): brief(speech_of(content))}


class SentenceVectors:
    """Vectors of the sentences of summaries, which come back in higher tiers."""

    def __init__(self, most: int = 4096) -> None:
        """Remember the vectors of so many sentences."""
        self._most = most
        self._known: OrderedDict[str, Vector] = OrderedDict()

    def of(
        self, embedder: Embedder, lines: Sequence[Line], names: Sequence[str]
    ) -> Vector:
        """Return one vector a line, embedding those that are not known."""
        texts = [vector_text(line, names) for line in lines]
        keys = [f"{embedder.fingerprint} {text}" for text in texts]
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._known}
        if new:
            vectors = embedder.embed(list(new.values()))
            self._known.update(zip(new, vectors, strict=True))
        found = [self._known[key] for key in keys]
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return np.array(found, np.float32).reshape(len(lines), embedder.dimension)


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
        self._rows: list[int] = []
        self._texts: dict[Place, str] = {}
        self._read(backlog.take(count), names, count)
        model = model_info(embedder)
        self._keys = {
            place: vector_key(model, text) for place, text in self._texts.items()
        }
        self._known = store.known_keys(list(self._keys.values()))
        self._vectors: dict[bytes, Vector] = {}

    def __len__(self) -> int:
        """Count the messages."""
        return len(self._rows)

    def embed(self) -> None:
        """Embed the texts that have no vector yet; needs no lock."""
        missing = {
            key: self._texts[place]
            for place, key in self._keys.items()
            if key not in self._known
        }
        if missing:
            vectors = self._embedder.embed(list(missing.values()))
            self._vectors = dict(zip(missing, vectors, strict=True))

    def store(self) -> int:
        """Store vectors and links; the caller holds the lock. Returns how many."""
        new, links = [], []
        for place, key in self._keys.items():
            if key in self._known:
                links.append((*place, self._known[key]))
            else:
                new.append(Embedding(*place, key=key, vector=self._vectors[key]))
        if new:
            self._store.put_embeddings(new)
        if links:
            self._store.link_embeddings(links)
        self._backlog.done(self._rows)
        return len(new)

    def _read(self, rows: Sequence[int], names: Sequence[str], count: int) -> None:
        """Take whole messages until there are `count` texts; one at the least."""
        messages = self._store.messages(rows)
        for row in rows:
            content = messages[row].content if row in messages else ""
            texts = places_of(row, content)
            if self._rows and len(self._texts) + len(texts) > count:
                return
            self._rows.append(row)
            self._texts |= {
                place: turn_text(text, names) for place, text in texts.items()
            }
