"""The vectors of a bank in plain Python.

Owns: what the contract says of embeddings, without a database.
Knows nothing of: files, SQLite, zarr, chats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingMismatch, NotFound, StoreError
from .records import (
    Embedding,
    ModelCount,
    ModelInfo,
    NewMessage,
)

Link = tuple[int, int, int]


class _Vectors:
    """One model's vectors and links."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.numbers: dict[bytes, int] = {}
        self.rows: list[NDArray[np.float32]] = []
        self.links: dict[Link, tuple[int, int]] = {}


class VectorsInMemory:
    """The embeddings of a bank in memory, and the messages that they are of."""

    def __init__(self) -> None:
        """Start empty."""
        self._open = True
        self._messages: list[NewMessage] = []
        self._models: dict[ModelInfo, _Vectors] = {}
        self._using: _Vectors | None = None
        self._links = 0

    def use_model(self, model: ModelInfo) -> None:
        """Name the embedder whose vectors are read and written from now on."""
        self._check_open()
        self._using = self._models.setdefault(model, _Vectors(model.dimension))

    @contextmanager
    def of_model(self, model: ModelInfo) -> Iterator[None]:
        """Let all calls inside be about the vectors of a model named before."""
        self._check_open()
        before, self._using = self._using, self._models.get(model)
        try:
            yield
        finally:
            self._using = before

    def models(self) -> list[ModelCount]:
        """Return the models that were ever named and not dropped."""
        self._check_open()
        return [
            ModelCount(model=model, vectors=len(one.rows), links=len(one.links))
            for model, one in self._models.items()
        ]

    def drop_model(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""
        self._check_open()
        dropped = self._models.pop(model, None)
        if self._using is dropped:
            self._using = None

    @contextmanager
    def deriving(self) -> Iterator[None]:
        """Keep nobody from anything: there is no other process."""
        self._check_open()
        yield

    def put_embeddings(self, embeddings: Sequence[Embedding]) -> None:
        """Store vectors and their links; known keys are shared."""
        using = self._named()
        for embedding in embeddings:
            if embedding.vector.shape != (using.dimension,):
                raise EmbeddingMismatch(f"Vectors have {using.dimension} dimensions.")
            self._check_row(embedding.message)
        for embedding in embeddings:
            if embedding.key not in using.numbers:
                using.rows.append(embedding.vector.astype(np.float32))
                using.numbers[embedding.key] = len(using.rows)
            place = (embedding.message, embedding.left, embedding.right)
            self._link(using, place, using.numbers[embedding.key])

    def known_keys(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return vector numbers of the keys that are stored."""
        numbers = self._named().numbers
        return {key: numbers[key] for key in keys if key in numbers}

    def link_embeddings(self, links: Sequence[tuple[int, int, int, int]]) -> None:
        """Link (message, left, right) rows to vector numbers stored before."""
        using = self._named()
        for message, _, _, vector in links:
            self._check_row(message)
            if not 0 < vector <= len(using.rows):
                raise NotFound(f"There is no vector number {vector}.")
        for message, left, right, vector in links:
            self._link(using, (message, left, right), vector)

    def links(self, *, after: int = 0) -> NDArray[np.int64]:
        """Return links as rows of (link number, message, left, right, vector)."""
        rows = [
            (number, *place, vector)
            for place, (number, vector) in self._named().links.items()
            if number > after
        ]
        return np.array(rows, np.int64).reshape(len(rows), 5)

    def vectors(self, *, after: int = 0) -> NDArray[np.float32]:
        """Return the model's vectors with numbers above `after`, by rising number."""
        using = self._named()
        rows = using.rows[after:]
        return np.array(rows, np.float32).reshape(len(rows), using.dimension)

    def flush_vectors(self) -> int:
        """Move nothing: there is no bulk store."""
        self._check_open()
        return 0

    def _drop_vectors_of(self, messages: Set[int]) -> None:
        """Drop the links of messages, and vectors that no message has any more."""
        for model, old in list(self._models.items()):
            links = {
                place: link
                for place, link in old.links.items()
                if messages.isdisjoint(place)
            }
            used = sorted({vector for _, vector in links.values()})
            new = self._models[model] = _Vectors(model.dimension)
            moved = {number: at for at, number in enumerate(used, 1)}
            new.rows = [old.rows[number - 1] for number in used]
            new.numbers = {
                key: moved[number]
                for key, number in old.numbers.items()
                if number in moved
            }
            new.links = {
                place: (link, moved[vector]) for place, (link, vector) in links.items()
            }
            # As on the disk: whoever uses the old numbers has to name it again.
            self._using = None

    def _check_open(self) -> None:
        if not self._open:
            raise StoreError("The bank was closed. Open it again.")

    def _check_row(self, row: int) -> None:
        if not 0 < row <= len(self._messages):
            raise NotFound(f"There is no message number {row}.")

    def _named(self) -> _Vectors:
        self._check_open()
        if self._using is None:
            raise EmbeddingMismatch("No embedding model was named for this bank yet.")
        return self._using

    def _link(self, using: _Vectors, place: Link, vector: int) -> None:
        if place not in using.links:
            self._links += 1
            using.links[place] = (self._links, vector)
