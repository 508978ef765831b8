"""What a conversation is about and how its talk feels, read from its chat when asked.

Owns: that nothing of it is kept, so that what was forgotten is in none of it.
Knows nothing of: the database, prompts, routes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..core.knowledge.mood import NO_MOOD, Mood
from ..lru import Lru
from . import words
from .modes import Modes
from .opened import HOST, OpenConversation
from .people import called
from .topics import MOST_MESSAGES, Topics, topics_of

KNOWN: Final = 1_000
"""Conversations whose topics are not read anew until something else is said there."""


class Insight(NamedTuple):
    """What is made out of a conversation.

    Attributes:
        topics: What its messages are about.
        mood: The word for its mood; None where it is unsure.
    """

    topics: Topics
    mood: str | None


class Insights:
    """Reads conversations; synchronous, safe from any thread."""

    def __init__(self, modes: Modes) -> None:
        """Tell moods in the words of these modes."""
        self._modes = modes
        self._read: Lru[str, tuple[int, Topics]] = Lru(KNOWN)

    def of(self, opened: OpenConversation) -> Insight:
        """Return what is made out of a conversation as it stands now."""
        return Insight(self._topics(opened), self._modes.word_for(_mood(opened).label))

    def _topics(self, opened: OpenConversation) -> Topics:
        path = opened.chat.path()[-MOST_MESSAGES:]
        keys = [words.key_of(entry) for entry in path]
        known = words.texts_of(opened.bank, path, keys)
        texts = tuple(known[key] for key in keys if key in known)
        names = (opened.character.name, called(opened.user))
        # By what was read, for words are corrected in the editor, too.
        now = hash((texts, names))
        before = self._read.get(opened.id)
        if before is not None and before[0] == now:
            return before[1]
        found = topics_of(texts, names)
        self._read.put(opened.id, (now, found))
        return found


def _mood(opened: OpenConversation) -> Mood:
    """Return the mood of a conversation; none of one that the bank has not yet."""
    wanted = (HOST, opened.id)
    found = next((one for one in opened.bank.chats() if wanted in one.names), None)
    return NO_MOOD if found is None else opened.bank.emotions.mood(found.id).chat
