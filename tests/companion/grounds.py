"""A platform over a memory, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from long_term_memory.build import build_engine
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.events import Event
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import (
    Character,
    CharacterProfile,
    Conversation,
    MessageRecord,
)
from long_term_memory.config import Settings, from_mapping
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import HashEmbedder

ME = "default"


@dataclass
class Ground:
    """A platform, a character and a conversation."""

    platform: Platform
    engine: Engine
    character: Character
    conversation: Conversation
    events: list[Event]

    def say(self, text: str, client_id: str | None = None) -> MessageRecord:
        """Send a message of the user."""
        new = SentMessage(content=text, client_id=client_id)
        return self.platform.messages.send(ME, self.conversation.id, new)[0]

    def answer(self, text: str) -> MessageRecord:
        """Store a reply of the character."""
        return self.platform.messages.add_reply(ME, self.conversation.id, text)

    def said(self) -> list[str]:
        """Return what the conversation holds, oldest first."""
        page = self.platform.messages.page(ME, self.conversation.id, limit=200)
        return [one.content for one in page.messages]

    def heard(self) -> list[str]:
        """Return what the chat in the bank holds."""
        opened = self.platform.conversations.look(ME, self.conversation.id)
        return [one.message.content for one in opened.chat.path()]


def an_engine(folder: Path, **settings: Any) -> Engine:
    """Return an engine over a folder, whose embedder costs nothing."""
    told, _ = from_mapping({"messages_per_minute": 0, **settings})
    return build_engine(told, folder, load=HashEmbedder)


@contextmanager
def a_ground(folder: Path, **settings: Any) -> Iterator[Ground]:
    """Lend a platform with a character and a conversation."""
    engine = an_engine(folder, **settings)
    platform = Platform(engine)
    try:
        character = platform.characters.create(ME, CharacterProfile(name="Miku"))
        conversation = platform.messages.begin(ME, character.id)
        events: list[Event] = []
        platform.events.on_event(events.append)
        yield Ground(platform, engine, character, conversation, events)
    finally:
        platform.close()
        engine.close()


@contextmanager
def reopened(folder: Path) -> Iterator[Platform]:
    """Lend the platform of a folder as after a start."""
    engine = an_engine(folder)
    platform = Platform(engine)
    try:
        yield platform
    finally:
        platform.close()
        engine.close()


__all__ = ["ME", "Ground", "Settings", "a_ground", "an_engine", "reopened"]
