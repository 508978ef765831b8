"""What the companion is made of, put together.

Owns: which part knows which.
Knows nothing of: routes, sockets.
"""

from __future__ import annotations

from ..engine.engine import Engine
from ..identity.auth import DEFAULT_USER
from ..identity.callers import Caller
from .characters import Characters
from .conversations import Conversations
from .events import EventFeed
from .messages import Messages


class Platform:
    """All of the companion's ground; opened by the first call, closed with the server.

    Attributes:
        engine: The memory.
        events: Tells what happens.
        characters: The characters.
        conversations: The conversations.
        messages: Their messages.
    """

    def __init__(self, engine: Engine) -> None:
        """Put together; nothing is opened."""
        self.engine = engine
        self.events = EventFeed()
        self.characters = Characters()
        self.conversations = Conversations()
        self.messages = Messages(self.conversations, self.events)

    def close(self) -> None:
        """Let go of the database."""


def user_of(caller: Caller) -> str:
    """Return the id of the user that a caller is."""
    return caller.name or DEFAULT_USER
