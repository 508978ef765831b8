"""What a memory said before a person changed it.

Owns: the order of its versions.
Knows nothing of: who shows them, how they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..core.types import MemoryItem, MemoryKind
from ..storage.protocols import (
    BankStore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a memory said at a time.

    Attributes:
        content: Its text then.
        at: Since when it said so: when it was written, or first seen.
        by_hand: Whether a person wrote it; else it is what was said.
    """

    content: str
    at: datetime
    by_hand: bool


def versions_of(store: BankStore, memory: MemoryItem) -> list[Version]:
    """Return what a memory said before, oldest first; what it says now is not in it."""
    found = [
        Version(content=hand.content, at=hand.updated_at, by_hand=True)
        for hand in store.annotations.history(memory.kind, memory.id)
        if hand.content is not None
    ]
    if memory.kind is MemoryKind.TURN and memory.edited:
        row = store.messages.rows_of([memory.id])[memory.id]
        said = store.messages.get([row])[row]
        original = Version(content=said.content, at=said.seen_at, by_hand=False)
        found.insert(0, original)
    return found
