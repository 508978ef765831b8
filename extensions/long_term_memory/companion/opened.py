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
    bank: Bank
    chat: Chat
