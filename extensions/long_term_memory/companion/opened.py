"""A conversation that is gone on with, and what it rests on.

Owns: what these are, and what banks call us.
Knows nothing of: how a conversation is found, the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..engine.bank import Bank
from ..engine.chat import Chat
from .records import Character

HOST: Final = "companion"
"""What banks call us; a chat's name there is the conversation's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConversation:
    """A conversation and what it rests on."""

    user: str
    id: str
    character: Character
    mode: str
    bank: Bank
    chat: Chat


def chat_id_of(bank: Bank, conversation_id: str) -> str | None:
    """Return the bank's own id of a conversation's chat; None if it holds none."""
    for chat in bank.all_chats():
        if (HOST, conversation_id) in chat.names:
            return chat.id
    return None
