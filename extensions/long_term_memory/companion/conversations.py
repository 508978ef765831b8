"""Conversations: whose they are, with whom, and what is known of them.

Owns: these records, and the way from a conversation to the chat in a bank.
Knows nothing of: messages, routes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.bank import Bank
from ..engine.chat import Chat
from .records import Character, Conversation, ConversationState

HOST = "companion"
"""What banks call us; a chat's name there is the conversation's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConversation:
    """A conversation and what it rests on."""

    user: str
    conversation: Conversation
    character: Character
    bank: Bank
    chat: Chat


class Conversations:
    """The conversations of all users; synchronous, safe from any thread."""

    def create(
        self, user: str, character_id: str, title: str | None = None
    ) -> Conversation:
        """Begin a conversation; the character's greeting is its first message.

        Raises:
            NotFound: The user has no such character.
        """
        raise NotImplementedError

    def get(self, user: str, conversation_id: str) -> Conversation:
        """Return a conversation; raises NotFound if the user has no such."""
        raise NotImplementedError

    def open(self, user: str, conversation_id: str) -> OpenConversation:
        """Return a conversation with its character, bank and chat.

        `chat.compose` recalls for its prompt.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: Its character was deleted.
        """
        raise NotImplementedError

    def newest(self, user: str) -> Conversation | None:
        """Return the active conversation that went on last, of any character."""
        raise NotImplementedError

    def state(self, user: str, conversation_id: str) -> ConversationState:
        """Return what the replies of a conversation keep."""
        raise NotImplementedError

    def keep_state(
        self, user: str, conversation_id: str, state: ConversationState
    ) -> None:
        """Keep it; mood and topics are told in the conversation's metadata."""
        raise NotImplementedError
