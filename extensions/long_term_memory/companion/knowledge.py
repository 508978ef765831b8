"""What a character knows of a user, in the shape that platforms read.

Owns: which summaries, facts and notes that is, and how each is told.
Knows nothing of: routes, how facts are read or summaries made.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ..core.knowledge.importance import out_of_ten
from ..core.types import MemoryItem
from ..engine.bank import Bank
from ..engine.knowledge.facts import FactItem
from ..errors import NotFound
from .arriving import Arriving
from .characters import Characters
from .conversations import Conversations
from .opened import HOST
from .records import LongTermMemory, ShortTermMemory, UserMemory
from .stamps import stamp

NOTE: Final = "note"


class UserKnowledge:
    """What the characters of all users know of these; safe from any thread."""

    def __init__(
        self, conversations: Conversations, characters: Characters, arriving: Arriving
    ) -> None:
        """Look into the banks of these characters."""
        self._arriving = arriving
        self._conversations = conversations
        self._characters = characters

    def of(self, user: str, character_id: str) -> UserMemory:
        """Return what a character knows of its user.

        Raises:
            NotFound: The user has no such character.
            StoreError: What was just said cannot be brought in now.
        """
        bank = self._bank(user, character_id)
        return UserMemory(
            character_id=character_id,
            user_id=user,
            short_term_memory=_summaries(bank),
            long_term_memory=[
                *map(_fact, _facts(bank)),
                *map(_note, bank.memories.notes()),
            ],
        )

    def add(
        self, user: str, character_id: str, content: str, *, pinned: bool
    ) -> LongTermMemory:
        """Write a note.

        Raises:
            NotFound: The user has no such character.
            InvalidInput: It is empty or too long.
        """
        bank = self._bank(user, character_id)
        return _note(bank.memories.add(content, pinned=pinned))

    def delete(self, user: str, character_id: str, memory_id: str) -> None:
        """Have a fact or a note told no more; it can be restored in the editor.

        Raises:
            NotFound: The character knows nothing under this id.
        """
        bank = self._bank(user, character_id)
        viewer = bank.knowledge.viewer_of("")
        with suppress(NotFound):
            bank.knowledge.facts.delete(memory_id, viewer)
            return
        if memory_id not in [one.id for one in bank.memories.notes()]:
            raise NotFound(f"There is no memory with the id {memory_id!r}.")
        bank.memories.delete(memory_id)

    def _bank(self, user: str, character_id: str) -> Bank:
        self._characters.get(user, character_id)
        # What was just said is known, too.
        self._arriving.let_in(user)
        return self._conversations.bank(self._characters.scope(user, character_id))


def _facts(bank: Bank) -> list[FactItem]:
    """Return what holds of the user and of those around him."""
    found = bank.knowledge.facts.all(bank.knowledge.viewer_of(""))
    return [
        one for one in found if one.known is None or one.known.fact.about != "character"
    ]


def _fact(item: FactItem) -> LongTermMemory:
    known = item.known
    return LongTermMemory(
        id=item.id,
        fact=item.text,
        category=NOTE if item.category is None else item.category.value,
        confidence=1.0 if known is None or item.locked else known.fact.confidence,
        first_mentioned=None if known is None else stamp(known.first_mentioned),
        last_reinforced=None if known is None else stamp(known.last_reinforced),
        reinforcement_count=0 if known is None else known.reinforcement_count,
    )


def _note(note: MemoryItem) -> LongTermMemory:
    at = stamp(note.created_at)
    return LongTermMemory(
        id=note.id,
        fact=note.content,
        category=NOTE,
        confidence=1.0,
        first_mentioned=at,
        last_reinforced=at,
        reinforcement_count=0,
    )


def _summaries(bank: Bank) -> list[ShortTermMemory]:
    """Return the live summaries of our conversations, by conversation."""
    ours = {
        chat.id: name
        for chat in bank.chats()
        for host, name in chat.names
        if host == HOST
    }
    listed = [one for one in bank.summaries.listed() if one.chat in ours]
    felt = bank.emotions.felt([one.memory for one in listed])
    return [
        ShortTermMemory(
            conversation_id=ours[one.chat],
            summary=one.memory.content,
            timestamp=stamp(one.memory.happened_at or one.memory.created_at),
            importance=out_of_ten(weighed.importance),
        )
        for one, weighed in zip(listed, felt, strict=True)
    ]
