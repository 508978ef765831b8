"""How what is stored shows as a memory, with what a person decided about it.

Owns: the view of a message, and of a note; the messages that were shown last.
Knows nothing of: summaries, ranking, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ...core.records import Annotation
from ...core.types import MemoryItem, MemoryKind, Message
from ...storage.protocols import BankStore

# So many of the messages shown last are held: what a chat brings to mind in one turn it
# mostly brings to mind in the next. Long ones are read anew, so that it stays small.
HELD = 2_048
HELD_CHARS = 4_000


def turn_memory(
    message: Message, hand: Annotation | None, chat: str | None = None
) -> MemoryItem:
    """Show a stored message as a memory, with what a person decided about it."""
    memory = MemoryItem(
        id=message.id,
        kind=MemoryKind.TURN,
        content=message.content,
        name=message.name,
        role=message.role,
        happened_at=message.said_at,
        created_at=message.seen_at,
        sources=(message.id,),
        chat=chat,
    )
    if hand is None:
        return memory
    return memory._replace(
        content=message.content if hand.content is None else hand.content,
        pinned=hand.pinned,
        edited=hand.content is not None,
        deleted=hand.deleted_at is not None,
        hidden=hand.hidden,
        tags=hand.tags,
    )


def note_memory(hand: Annotation) -> MemoryItem:
    """Show a note as a memory."""
    return MemoryItem(
        id=hand.key,
        kind=MemoryKind.NOTE,
        content=hand.content or "",
        created_at=hand.created_at,
        pinned=hand.pinned,
        deleted=hand.deleted_at is not None,
        hidden=hand.hidden,
        tags=hand.tags,
    )


class RecentMessages:
    """The messages that were read last; the bank's lock guards them."""

    def __init__(self, store: BankStore) -> None:
        """Hold nothing yet."""
        self._store = store
        self._held: dict[int, Message] = {}

    def clear(self) -> None:
        """Read all again: something may have been forgotten, or learned."""
        self._held = {}

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return messages by row; of those shown last the store is not asked again."""
        held = self._held
        found = {row: held.pop(row) for row in rows if row in held}
        lacking = [row for row in rows if row not in found]
        found |= self._store.messages.get(lacking) if lacking else {}
        held |= {
            row: message
            for row, message in found.items()
            if len(message.content) <= HELD_CHARS
        }
        for row in list(islice(held, max(0, len(held) - HELD))):
            del held[row]
        return found
