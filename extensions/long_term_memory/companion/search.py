"""Find a user's messages in all of the user's conversations.

Owns: where is looked, and the snippet of what was found.
Knows nothing of: how anything is found, routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..core.text.sanitise import one_line
from ..core.types import MemoryKind
from ..engine.bank import Bank
from ..engine.finding import Hit, find
from ..errors import NotFound
from . import words
from .arriving import Arriving
from .characters import Characters
from .conversations import Conversations
from .messages import Messages
from .opened import HOST
from .records import SearchHit, SearchResults

AROUND: Final = 70
"""Characters of a snippet on each side of the first word that was found."""


class MessageSearch:
    """Looks through the banks of a user's characters; safe from any thread."""

    def __init__(
        self,
        conversations: Conversations,
        characters: Characters,
        messages: Messages,
        arriving: Arriving,
    ) -> None:
        """Look for these messages."""
        self._arriving = arriving
        self._conversations = conversations
        self._characters = characters
        self._messages = messages

    def find(
        self, user: str, text: str, *, character_id: str | None, limit: int
    ) -> SearchResults:
        """Return messages by their words and by what they mean, best first.

        Args:
            user: Whose.
            text: Words, or a question.
            character_id: Only with this character; None for all of the user's.
            limit: How many at the most.

        Raises:
            NotFound: The user has no such character.
        """
        # Conversations with one that was deleted can be read.
        if character_id is None:
            wanted = self._characters.scopes(user)
        else:
            wanted = [self._characters.scope(user, character_id)]
        self._arriving.let_in(user)
        hits: list[tuple[str, Hit]] = []
        note = ""
        banks = [self._conversations.bank(one) for one in wanted]
        # A new character has the memory of a deleted one of its name.
        for bank in {bank.scope: bank for bank in banks}.values():
            found = find(bank, text, limit=limit)
            ids = _message_ids(bank)
            turns = [hit for hit in found.hits if hit.memory.kind is MemoryKind.TURN]
            hits += [(ids[hit.memory.id], hit) for hit in turns if hit.memory.id in ids]
            note = note or found.note
        # As in one memory: who types a name wants to see it.
        hits.sort(key=lambda pair: (not pair[1].words, -(pair[1].chance or 0.0)))
        return SearchResults(hits=list(self._told(user, text, hits[:limit])), note=note)

    def _told(
        self, user: str, text: str, hits: list[tuple[str, Hit]]
    ) -> Iterator[SearchHit]:
        for message_id, hit in hits:
            try:
                message = self._messages.get(user, message_id)
            except NotFound:  # Deleted since, or in a conversation that is.
                continue
            yield SearchHit(
                message=message,
                snippet=snippet_of(message.content, text),
                chance=hit.chance,
            )


def _message_ids(bank: Bank) -> dict[str, str]:
    """Return the ids of the messages of our conversations, by the bank's own."""
    return {
        entry.message.id: words.key_of(entry)
        for chat in bank.chats()
        for host, name in chat.names
        if host == HOST
        for entry in bank.chat(name, host=host).path()
    }


def snippet_of(content: str, asked: str) -> str:
    """Return the words around the first that was asked for, else the beginning.

    Args:
        content: What was found.
        asked: What was looked for.
    """
    line = one_line(content)
    low = line.casefold()
    places = [low.find(word) for word in asked.casefold().split() if len(word) > 1]
    at = min((place for place in places if place >= 0), default=0)
    start, end = max(0, at - AROUND), at + AROUND
    if start:
        start = line.find(" ", start, at) + 1 or start
    if end < len(line):
        end = max(line.rfind(" ", at, end), at + 1)
    head, tail = "…" if start else "", "…" if end < len(line) else ""
    return f"{head}{line[start:end]}{tail}"
