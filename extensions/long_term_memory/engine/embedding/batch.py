"""Embed what is due.

Owns: which texts stand for a message and its passages; one batch of work.
Knows nothing of: when it is done, ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.records import Embedding, passage_place, whole_place
from ...core.text.passages import passages
from ...core.text.recipes import turn_text
from ...models.embedder import Embedder
from ...storage.protocols import (
    BankStore,
    VectorTable,
)
from ..state.vectors import ModelIndex
from ..worker import Backlog, model_info, vector_key

Vector = NDArray[np.float32]
Place = tuple[int, int, int]

LEAST_LENGTH = 1e-6
"""Vectors whose mean is shorter cancel each other; any of them will do then."""


class Texts(NamedTuple):
    """What stands for one message: the whole, and its passages if it is long.

    Attributes:
        places: The text of each link; that of the whole comes last.
        is_mean: Whether the vector of the whole is the mean of the others, normalised:
            it costs nothing, and unlike an embedder it reads all of a long message.
    """

    places: dict[Place, str]
    is_mean: bool

    @classmethod
    def of(cls, row: int, content: str, names: Sequence[str]) -> Texts:
        """Prepare a message; what says nothing has the vector of the empty text."""
        found = [turn_text(text, names) for text in passages(content)]
        if len(found) < 2:
            return cls({whole_place(row, 0): "".join(found)}, False)
        places = {passage_place(row, at): text for at, text in enumerate(found, 1)}
        return cls({**places, whole_place(row, len(found)): "\n\n".join(found)}, True)


class EmbeddingBatch:
    """One lot of due texts: read and stored under the lock, embedded without it."""

    def __init__(
        self,
        store: BankStore,
        table: VectorTable,
        backlog: Backlog,
        names: Sequence[str],
        embedder: Embedder,
        count: int,
    ) -> None:
        """Read the texts; the caller holds the bank's lock."""
        self._store = store
        self._table = table
        self._backlog = backlog
        self._embedder = embedder
        self._messages = self._read(backlog.take(count), names, count)
        model = model_info(embedder)
        self._keys = {
            place: vector_key(model, text)
            for texts in self._messages.values()
            for place, text in texts.places.items()
        }
        self._known = table.known(list(self._keys.values()))
        self._vectors: dict[bytes, Vector] = {}

    def __len__(self) -> int:
        """Count the messages."""
        return len(self._messages)

    def embed(self) -> None:
        """Embed the texts that have no vector yet; needs no lock."""
        missing: dict[bytes, str] = {}
        means: list[list[bytes]] = []
        for texts in self._messages.values():
            keys = [self._keys[place] for place in texts.places]
            new = dict(zip(keys, texts.places.values(), strict=True))
            if texts.is_mean and keys[-1] not in self._known:
                # All parts are wanted then, even those that have a vector elsewhere.
                means.append(keys)
                del new[keys[-1]]
                missing |= new
            else:
                missing |= {k: t for k, t in new.items() if k not in self._known}
        if missing:
            vectors = self._embedder.embed(list(missing.values()))
            self._vectors = dict(zip(missing, vectors, strict=True))
        for *parts, whole in means:
            self._vectors[whole] = _mean([self._vectors[part] for part in parts])

    def store(self) -> int:
        """Store vectors and links; the caller holds the lock. Returns how many."""
        new, links = [], []
        for place, key in self._keys.items():
            if key in self._known:
                links.append((*place, self._known[key]))
            else:
                new.append(Embedding(*place, key=key, vector=self._vectors[key]))
        if new:
            self._table.put(new)
        if links:
            self._table.link(links)
        self._backlog.done(self._messages)
        return len(new)

    def _read(
        self, rows: Sequence[int], names: Sequence[str], count: int
    ) -> dict[int, Texts]:
        """Take whole messages until there are `count` texts; one at the least."""
        found: dict[int, Texts] = {}
        messages = self._store.messages.get(rows)
        room = count
        for row in rows:
            content = messages[row].content if row in messages else ""
            texts = Texts.of(row, content, names)
            room -= len(texts.places)
            if found and room < 0:
                break
            found[row] = texts
        return found


def texts_of(store: BankStore, rows: Sequence[int], names: Sequence[str]) -> list[str]:
    """Return what an embedder is given of some messages; the lock is held.

    Args:
        store: The bank's.
        rows: Of messages.
        names: What the participants are called.
    """
    messages = store.messages.get(rows)
    found = [Texts.of(row, one.content, names) for row, one in messages.items()]
    return [
        text
        for texts in found
        for text in [*texts.places.values()][: -1 if texts.is_mean else None]
    ]


def embed_due(
    store: BankStore,
    lock: RLock,
    vectors: ModelIndex,
    names: Sequence[str],
    embedder: Embedder,
    count: int,
) -> int:
    """Embed up to `count` texts that one model lacks; return how many it did.

    Args:
        store: The bank's.
        lock: The bank's; not held while the model works.
        vectors: What is there of the embedder's model, and what is due.
        names: What the participants are called.
        embedder: Makes them.
        count: Most texts.

    Raises:
        StoreError: They could not be stored; they stay due.
        EmbeddingMismatch: Another program replaced the vectors.
    """
    # One process at a time, so that none makes what another is just making.
    with store.vectors.deriving():
        with lock:
            batch = EmbeddingBatch(
                store, vectors.table, vectors.backlog, names, embedder, count
            )
        batch.embed()
        with lock:
            with store.derived():
                batch.store()
            vectors.read()
            vectors.flush_many()
    return len(batch)


def _mean(vectors: Sequence[Vector]) -> Vector:
    """Return the mean of unit vectors, of length 1."""
    mean: Vector = np.mean(vectors, axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    return mean / np.float32(length) if length > LEAST_LENGTH else vectors[0]
