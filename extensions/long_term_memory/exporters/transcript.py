"""What people read of a bank: its chats as they stand, and its notes.

Owns: what is shown: paths as they are now, corrections in place of what was said,
nothing deleted.
Knows nothing of: formats of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..core.types import Memory, MemoryKind, PathEntry
from ..engine.bank import Bank
from ..engine.chat import ChatInfo
from ..engine.memories import note_memory
from ..engine.transfer import LOT


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """One utterance in a chat, as a person reads it.

    Attributes:
        position: Its place, from 1.
        hidden: The host keeps it out of its prompt.
    """

    position: int
    memory: Memory
    hidden: bool


def chats(bank: Bank) -> list[ChatInfo]:
    """Return a bank's chats, the one that began first at the beginning."""
    return sorted(bank.chats(), key=lambda chat: (chat.created_at, chat.id))


def lines(
    bank: Bank, chat: ChatInfo, *, deleted: bool = False
) -> Iterator[TranscriptLine]:
    """Yield what stands in a chat, read in lots.

    Args:
        bank: The bank.
        chat: One of its chats.
        deleted: Whether to show what was deleted by hand, too.
    """
    inside = bank.inside
    with inside.lock:
        row = next(one.row for one in inside.store.chats.all() if one.id == chat.id)
        places = inside.store.chats.path(row)
    for start in range(0, len(places), LOT):
        lot = places[start : start + LOT]
        with inside.lock:
            memories = bank.memories.of_rows(place.message for place in lot)
        for number, (place, memory) in enumerate(
            zip(lot, memories, strict=True), start + 1
        ):
            if deleted or not memory.deleted:
                yield TranscriptLine(
                    position=number, memory=memory, hidden=place.hidden
                )


def path(bank: Bank, chat: ChatInfo) -> list[PathEntry]:
    """Return a chat's path, with what was said before any correction."""
    inside = bank.inside
    with inside.lock:
        row = next(one.row for one in inside.store.chats.all() if one.id == chat.id)
        stored = inside.store.chats.path(row)
        messages = inside.store.messages.get([place.message for place in stored])
    return [
        PathEntry(message=messages[place.message], provisional=place.provisional)
        for place in stored
    ]


def notes(bank: Bank) -> list[Memory]:
    """Return the notes that are not deleted, pinned ones first, then by age."""
    found = [
        note_memory(hand)
        for hand in bank.memories.hands()
        if hand.kind is MemoryKind.NOTE and hand.deleted_at is None
    ]
    return sorted(found, key=lambda note: not note.pinned)


def moment(at: datetime | None) -> datetime | None:
    """Return a time as the clock on the wall shows it."""
    return None if at is None else at.astimezone()
