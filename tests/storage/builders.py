"""Small stored things with sensible defaults, for the tests of the stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from long_term_memory.core.records import (
    Annotation,
    Embedding,
    Lexicon,
    ModelInfo,
    NewMessage,
    StoredChat,
    StoredPathEntry,
    StoredSummary,
)
from long_term_memory.core.types import MemoryKind, Message
from long_term_memory.storage.protocols import (
    BankStore,
    VectorTable,
)

Tail = list[StoredPathEntry | tuple[NewMessage, StoredPathEntry]]

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=2, microseconds=1)
KEY = bytes(range(32))
MODEL = ModelInfo(name="small", dimension=8, fingerprint="abc", recipe=1)
OTHER_MODEL = ModelInfo(name="small", dimension=4, fingerprint="abc", recipe=1)


def a_message(message_id: str, content: str = "", **changes: Any) -> NewMessage:
    given: dict[str, Any] = {
        "role": "user",
        "name": "Anna",
        "said_at": NOW,
        "seen_at": LATER,
        "content": content or f"This is {message_id}.",
        **changes,
    }
    return NewMessage(Message(id=message_id, **given), Lexicon(b"\7\0\0\0", False))


def a_chat(
    bank: BankStore, chat_id: str = "chat", *, forked_from: int | None = None
) -> StoredChat:
    return bank.chats.add(
        chat_id,
        names=[("host", chat_id)],
        title="",
        forked_from=forked_from,
        now=NOW,
    )


def say(bank: BankStore, chat: int, *contents: str) -> list[int]:
    """Put new messages behind a chat's path; their ids are their texts."""
    keep = len(bank.chats.path(chat))
    tail = [(a_message(text, text), StoredPathEntry(0)) for text in contents]
    return bank.chats.write_path(chat, keep=keep, tail=tail, now=NOW)


def a_vector(number: int, dimension: int = 8) -> NDArray[np.float32]:
    """A unit vector that is another one for each number, exact in half floats."""
    vector = np.zeros(dimension, np.float32)
    vector[number % dimension] = 1 - (number % 500) / 1024
    vector[(number + 1) % dimension] = (number // 500) / 1024
    return vector


def key_of(number: int) -> bytes:
    return blake2b(str(number).encode(), digest_size=16).digest()


def embed(table: VectorTable, message: int, numbers: Sequence[int]) -> None:
    """Store a vector for each number; the message's left neighbour is that number."""
    table.put(
        [
            Embedding(message, number, 0, key_of(number), a_vector(number))
            for number in numbers
        ]
    )


def expected(numbers: Sequence[int], dimension: int = 8) -> NDArray[np.float32]:
    rows = [a_vector(number, dimension) for number in numbers]
    return np.array(rows, np.float32).reshape(len(rows), dimension)


def a_note(key: str = "note", **changes: Any) -> Annotation:
    given: dict[str, Any] = {
        "kind": MemoryKind.NOTE,
        "content": "Miso is a cat.",
        "pinned": False,
        "created_at": NOW,
        "updated_at": NOW,
        "deleted_at": None,
        **changes,
    }
    return Annotation(key=key, **given)


def a_summary(number: int = 1, **changes: Any) -> StoredSummary:
    given: dict[str, Any] = {
        "maker": "extract",
        "tier": "chunk",
        "chat": 1,
        "first": 1,
        "last": 1,
        "messages": (1,),
        "parts": (),
        "inputs": b"inputs",
        "text": "Anna: My cat is called Miso.",
        "model": "",
        "made_at": NOW,
        **changes,
    }
    return StoredSummary(key=key_of(number), **given)
