"""What people read of a bank: its chats as they stand, and its notes.

Owns: what is shown: paths as they are now, corrections in place of what was said,
nothing deleted.
Knows nothing of: formats of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..core.types import MemoryItem
from ..engine.bank import Bank
from ..engine.records import ChatInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """One utterance in a chat, as a person reads it.

    Attributes:
        position: Its place, from 1.
        hidden: The host keeps it out of its prompt.
    """

    position: int
    memory: MemoryItem
    hidden: bool


def chats(bank: Bank) -> list[ChatInfo]:
    """Return a bank's chats, the one that began first at the beginning."""
    return sorted(bank.chats(), key=lambda chat: (chat.created_at, chat.id))


def lines(
    bank: Bank, chat: ChatInfo, *, deleted: bool = False
) -> Iterator[TranscriptLine]:
    """Yield what stands in a chat.

    Args:
        bank: The bank.
        chat: One of its chats.
        deleted: Whether to show what was deleted by hand, too.
    """
    for number, (memory, hidden) in enumerate(bank.transcript(chat.id), 1):
        if deleted or not memory.deleted:
            yield TranscriptLine(position=number, memory=memory, hidden=hidden)


def notes(bank: Bank) -> list[MemoryItem]:
    """Return the notes that are not deleted, pinned ones first, then by age."""
    return sorted(bank.memories.notes(), key=lambda note: not note.pinned)


def moment(at: datetime | None) -> datetime | None:
    """Return a time as the clock on the wall shows it."""
    return None if at is None else at.astimezone()
