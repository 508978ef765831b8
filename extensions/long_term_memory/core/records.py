"""What crosses the border of a bank's store.

Owns: the shapes. Rows are positive integers, dense and rising in order of insertion;
they are internal to one bank and never shown to a user.
Knows nothing of: SQLite, zarr, embedders, what the derived things mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .text.memorable import Worth
from .types import MemoryKind, Message, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChat:
    """A chat as the store knows it.

    Attributes:
        row: Internal number.
        id: Ours, unique everywhere.
        family: Row of the first chat of its family; a chat that forked from another
            belongs to that one's family.
        names: (host, name) pairs under which hosts know it.
        title: For people; may be empty.
        revision: Rises with every change of its path.
    """

    row: int
    id: str
    family: int
    names: tuple[tuple[str, str], ...]
    title: str
    revision: int
    created_at: datetime
    seen_at: datetime


class StoredPathEntry(NamedTuple):
    """One place of a path, by the message's row."""

    message: int
    hidden: bool = False
    provisional: bool = False
    host_id: str | None = None


class Lexicon(NamedTuple):
    """What the words of a message come to: derived, kept so that opening is fast.

    Attributes:
        terms: Little-endian uint32 term ids in order of the text, as bytes.
        question: Whether the message ends as a question.
        worth: What it is worth by itself.
    """

    terms: bytes
    question: bool
    worth: Worth = Worth.MEMORY


class NewMessage(NamedTuple):
    """A message to be stored and its words."""

    message: Message
    lexicon: Lexicon


class IndexEntry(NamedTuple):
    """The columns of one message that an index needs, without its text."""

    row: int
    role: str
    name: str
    said_at: datetime | None
    lexicon: Lexicon


class Embedding(NamedTuple):
    """A vector for a whole message or for a passage of it.

    `whole_place` and `passage_place` make the first three.

    Attributes:
        message: Row of the message.
        left, right: What of it the vector stands for. Of former text recipes there
            are vectors with the rows of neighbours here, for the three together.
        key: Hash of model, text recipe and exact text; equal keys share one vector.
        vector: float32 of the model's dimension, unit length.
    """

    message: int
    left: int
    right: int
    key: bytes
    vector: NDArray[np.float32]


def whole_place(message: int, passages: int) -> tuple[int, int, int]:
    """Return how the vector of a whole message is linked.

    It tells how many passages belong to the message, so that whoever reads the links
    sees whether any is missing.
    """
    return message, 0, -passages


def passage_place(message: int, number: int) -> tuple[int, int, int]:
    """Return how the vector of a message's passage is linked; numbers begin with 1."""
    return message, -number, 0


class StoredEmotion(NamedTuple):
    """What a message shows of feelings; derived.

    Attributes:
        number: Rises with every writing; 0 while it is not stored.
        message: Row of the message.
        maker: What read it; see `knowledge.emotion`.
        emotion: The form in which it is kept, as bytes.
    """

    message: int
    maker: int
    emotion: bytes
    number: int = 0


class Annotation(NamedTuple):
    """What a person wrote or decided; it survives every rebuild and wins.

    Attributes:
        key: The note's id, or the id of the message that is corrected.
        content: The text by hand; None leaves what was said.
        deleted_at: When it was taken out of recall; None if it was not.
        hidden: Never recalled, but listed and told in the story as before.
        tags: By which a person finds it again; see `text.tags`.
    """

    kind: MemoryKind
    key: str
    content: str | None
    pinned: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    hidden: bool = False
    tags: tuple[str, ...] = ()


class StoredSummary(NamedTuple):
    """A summary that was made; derived, but what a model wrote is kept as it is.

    Attributes:
        key: Hash of what it rests on: message ids, or the keys of its parts.
        maker: "extract" or "model"; of each maker one is kept for a key.
        tier: "chunk", "chapter" or "story".
        chat: Row of the chat it was made for; others that share the past use it too.
        first, last: Rows of the first and the last message that it tells.
        messages: Rows of all messages of a chunk; empty in higher tiers.
        parts: Keys of the summaries it was made from; empty for a chunk.
        inputs: Hash of all that it was made from.
        text: What it says.
        model: Name of the language model; empty for an extract.
    """

    key: bytes
    maker: str
    tier: str
    chat: int
    first: int
    last: int
    messages: tuple[int, ...]
    parts: tuple[bytes, ...]
    inputs: bytes
    text: str
    model: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """Which embedder made the vectors: its name, weights and text recipe."""

    name: str
    dimension: int
    fingerprint: str
    recipe: int


class ModelCount(NamedTuple):
    """A model, and how much of a bank it made.

    Attributes:
        vectors: How many it holds.
        links: Messages and passages that have one of them.
    """

    model: ModelInfo
    vectors: int
    links: int


DUE = "forgetting"
"""The note about a bank that says that traces of what was forgotten are left."""

POLICY = "policy"
"""The note about a bank that says what was set for it, and its storylines."""

CHAT_POLICY = "chat-policy/"
"""How notes about a bank begin that say what was set for one chat."""

STEP = "step/"
"""How notes about a bank begin that say what was done by hand, step by step."""

STEPS = "steps"
"""The note about a bank that says which of them can be undone, and done again."""

UNHEARD = "unheard/"
"""How notes about a bank begin that know again what was not to be remembered."""

RECALLED = "recalled/"
"""How notes about a bank begin that say what stood in a prompt."""

RECALLED_COUNT = "recalls"
"""The note about a bank that says how many of them there ever were."""

USED = "used/"
"""How notes about a bank begin that say what the replies of a day took."""

READ_KNOWLEDGE = "known/"
"""How notes about a bank begin that say what was read in messages beside words."""

MODEL_FACTS = "facts-by-model/"
"""How notes about a bank begin that say which facts a model drew from messages."""

MODEL_TALLY = "facts-of-model"
"""The note about a bank that says what of a model's facts was not kept, and why."""

SAID_TO_MEMORY = "said/"
"""How notes about a bank begin that say what a command in a chat brought about."""

FACTS_SET_WHERE = "facts-by-hand"
"""The note about a bank that says which messages told what is by hand of a fact."""

KEY = "forgetting-key"
"""The note about a bank that has the key of its marks, as hexadecimal digits."""

ROUND = "forgetting-round"
"""The note about a bank that says how often something was forgotten."""

EMPTY_ROLE: Role = "system"
"""Of an emptied message."""


def emptied_id(row: int) -> str:
    """Return the id of an emptied message."""
    return f"forgotten/{row}"


class Erasure(NamedTuple):
    """What leaves a bank for good, all of it or nothing.

    Attributes:
        messages: Rows; an empty message stays in each, so that rows stay dense.
        chats: Rows; an empty chat without names stays in each.
        hands: Kinds and keys, with all that was ever written under them.
        summaries: Keys.
        metas: New values of notes about the bank; None takes one away.
        marks: By which it is known again.
    """

    messages: tuple[int, ...] = ()
    chats: tuple[int, ...] = ()
    hands: tuple[tuple[MemoryKind, str], ...] = ()
    summaries: tuple[bytes, ...] = ()
    metas: Mapping[str, str | None] = MappingProxyType({})
    marks: frozenset[bytes] = frozenset()


class CollectionEntry(NamedTuple):
    """One text of a collection.

    Attributes:
        id: The client's, unique in its collection.
        date: A number or a text, as the client gave it.
        meta: Whatever the client wants back unchanged.
        batch: Which call brought it, rising; 0 while it is not stored.
        kept_at: When it was stored first; None while it is not.
    """

    id: str
    role: str
    date: Any
    meta: str
    content: str
    batch: int = 0
    kept_at: datetime | None = None


class StoredCollection(NamedTuple):
    """A collection: whose it is, how it is called, its entries in their order."""

    user: str
    name: str
    entries: Sequence[CollectionEntry]
