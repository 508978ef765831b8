"""What a bank in memory holds, and its vectors.

Owns: what the contract says of embeddings, without a database.
Knows nothing of: files, SQLite, zarr, chats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..core.records import (
    Annotation,
    Embedding,
    ModelCount,
    ModelInfo,
    NewMessage,
    StoredChat,
    StoredEmotion,
    StoredPathEntry,
    StoredSummary,
)
from ..core.types import MemoryKind
from ..errors import EmbeddingMismatch, NotFound, StoreError

Link = tuple[int, int, int]


@dataclass
class ModelVectors:
    """One model's vectors and links.

    Attributes:
        generation: Another one whenever they are numbered anew.
        numbers: Vector numbers by key.
        rows: The vectors, the first of them number 1.
        links: Link and vector numbers by place.
    """

    generation: int
    numbers: dict[bytes, int] = field(default_factory=dict)
    rows: list[NDArray[np.float32]] = field(default_factory=list)
    links: dict[Link, tuple[int, int]] = field(default_factory=dict)


@dataclass
class InMemoryContents:
    """All that a bank in memory holds; its parts share it.

    Attributes:
        opened: How many have the bank open.
    """

    opened: int = 1
    messages: list[NewMessage] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    chats: list[StoredChat] = field(default_factory=list)
    paths: list[list[StoredPathEntry]] = field(default_factory=list)
    visits: list[set[int]] = field(default_factory=list)
    hands: dict[tuple[MemoryKind, str], Annotation] = field(default_factory=dict)
    edits: dict[tuple[MemoryKind, str], list[Annotation]] = field(default_factory=dict)
    summaries: dict[tuple[bytes, str], StoredSummary] = field(default_factory=dict)
    emotions: dict[int, StoredEmotion] = field(default_factory=dict)
    last_emotion: int = 0
    meta: dict[str, str] = field(default_factory=dict)
    marks: frozenset[bytes] = frozenset()
    models: dict[ModelInfo, ModelVectors] = field(default_factory=dict)
    last_link: int = 0
    last_generation: int = 0

    def check_open(self) -> None:
        """Raise StoreError if it was closed."""
        if not self.opened:
            raise StoreError("The bank was closed. Open it again.")

    def check_row(self, row: int) -> None:
        """Raise NotFound if there is no such message."""
        if not 0 < row <= len(self.messages):
            raise NotFound(f"There is no message number {row}.")

    def new_vectors(self) -> ModelVectors:
        """Return no vectors, in a generation that never was."""
        self.last_generation += 1
        return ModelVectors(self.last_generation)

    def chat(self, row: int) -> StoredChat:
        """Return a chat that must exist."""
        self.check_open()
        if not 0 < row <= len(self.chats):
            raise NotFound(f"There is no chat number {row} in this bank.")
        return self.chats[row - 1]

    def put_chat(self, chat: StoredChat) -> StoredChat:
        """Put a changed chat in its row."""
        self.chats[chat.row - 1] = chat
        return chat

    def row_of(self, new: NewMessage) -> int:
        """Return the row of a message, storing it if its id is new."""
        row = self.rows.get(new.message.id)
        if row is None:
            self.messages.append(new)
            row = self.rows[new.message.id] = len(self.messages)
        return row

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """All writes inside hold, or none."""
        self.check_open()
        before = deepcopy(vars(self))
        try:
            yield
        except BaseException:
            vars(self).update(before)
            raise


class InMemoryVectors:
    """The models of a bank; see `VectorStore` for what its methods promise."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def table(self, model: ModelInfo) -> InMemoryVectorTable:
        """Find the vectors of a model, or begin with none."""
        self._contents.check_open()
        models = self._contents.models
        if model not in models:
            models[model] = self._contents.new_vectors()
        return InMemoryVectorTable(self._contents, model, models[model].generation)

    def models(self) -> list[ModelCount]:
        """Return the models that were ever asked for and not dropped."""
        self._contents.check_open()
        return [
            ModelCount(model=model, vectors=len(one.rows), links=len(one.links))
            for model, one in self._contents.models.items()
        ]

    def drop(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""
        self._contents.check_open()
        self._contents.models.pop(model, None)

    @contextmanager
    def deriving(self) -> Iterator[None]:
        """Keep nobody from anything: there is no other process."""
        self._contents.check_open()
        yield


class InMemoryVectorTable:
    """The vectors of one model; see `VectorTable` for what its methods promise."""

    def __init__(
        self, contents: InMemoryContents, model: ModelInfo, generation: int
    ) -> None:
        """Use a model's vectors as they are numbered now."""
        self.model = model
        self._contents = contents
        self._generation = generation

    def put(self, embeddings: Sequence[Embedding]) -> None:
        """Store vectors and their links; known keys are shared."""
        vectors, dimension = self._vectors(), self.model.dimension
        for embedding in embeddings:
            if embedding.vector.shape != (dimension,):
                raise EmbeddingMismatch(f"Vectors have {dimension} dimensions.")
            self._contents.check_row(embedding.message)
        for embedding in embeddings:
            if embedding.key not in vectors.numbers:
                vectors.rows.append(embedding.vector.astype(np.float32))
                vectors.numbers[embedding.key] = len(vectors.rows)
            place = (embedding.message, embedding.left, embedding.right)
            self._link(vectors, place, vectors.numbers[embedding.key])

    def known(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return vector numbers of the keys that are stored."""
        numbers = self._vectors().numbers
        return {key: numbers[key] for key in keys if key in numbers}

    def link(self, links: Sequence[tuple[int, int, int, int]]) -> None:
        """Link (message, left, right) rows to vector numbers stored before."""
        vectors = self._vectors()
        for message, _, _, vector in links:
            self._contents.check_row(message)
            if not 0 < vector <= len(vectors.rows):
                raise NotFound(f"There is no vector number {vector}.")
        for message, left, right, vector in links:
            self._link(vectors, (message, left, right), vector)

    def links(self, *, after: int = 0) -> NDArray[np.int64]:
        """Return links as rows of (link number, message, left, right, vector)."""
        rows = [
            (number, *place, vector)
            for place, (number, vector) in self._vectors().links.items()
            if number > after
        ]
        return np.array(rows, np.int64).reshape(len(rows), 5)

    def vectors(self, *, after: int = 0) -> NDArray[np.float32]:
        """Return the vectors with numbers above `after`, by rising number."""
        rows = self._vectors().rows[after:]
        return np.array(rows, np.float32).reshape(len(rows), self.model.dimension)

    def flush(self) -> int:
        """Move nothing: there is no bulk store."""
        self._contents.check_open()
        return 0

    def _vectors(self) -> ModelVectors:
        """Return the model's vectors, if they are still numbered as we know them."""
        self._contents.check_open()
        vectors = self._contents.models.get(self.model)
        if vectors is None or vectors.generation != self._generation:
            raise EmbeddingMismatch(
                "The vectors of this bank were replaced. Read them again."
            )
        return vectors

    def _link(self, vectors: ModelVectors, place: Link, vector: int) -> None:
        if place not in vectors.links:
            self._contents.last_link += 1
            vectors.links[place] = (self._contents.last_link, vector)


def drop_vectors_of(contents: InMemoryContents, messages: Set[int]) -> None:
    """Drop the links of messages, and vectors that no message has any more."""
    for model, old in list(contents.models.items()):
        links = {
            place: link
            for place, link in old.links.items()
            if messages.isdisjoint(place)
        }
        used = sorted({vector for _, vector in links.values()})
        new = contents.models[model] = contents.new_vectors()
        moved = {number: at for at, number in enumerate(used, 1)}
        new.rows = [old.rows[number - 1] for number in used]
        new.numbers = {
            key: moved[number] for key, number in old.numbers.items() if number in moved
        }
        new.links = {
            place: (link, moved[vector]) for place, (link, vector) in links.items()
        }
