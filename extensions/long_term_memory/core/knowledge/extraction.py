"""Read facts out of a message.

Owns: by whose rules a message is read, and where its facts come from.
Knows nothing of: stores, models, which facts stand at the end of a chat.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ..types import Role
from .english import EnglishReader
from .facts import Fact
from .statements import statements

RULES_VERSION = 1
"""Of the rules; facts of other ones are read anew."""


class Speech(NamedTuple):
    """A message with what is needed to read it.

    Attributes:
        content: As it was sent.
        role: Who speaks.
        speaker: Their name, for the third person.
        other: The name of whom they speak to.
        before: The message before it, by the other one; empty if there is none.
        message_id: The source of what is found.
    """

    content: str
    role: Role
    speaker: str
    other: str
    before: str = ""
    message_id: str = ""


def extract(said: Speech) -> tuple[Fact, ...]:
    """Return the facts that a message states, in order, whatever their confidence."""
    if said.role == "system":
        return ()
    stated = statements(said.content, said.role)
    reader = EnglishReader(said.speaker, said.other, user=said.role == "user")
    sources = (said.message_id,) if said.message_id else ()
    return tuple(
        replace(fact, sources=sources) for fact in reader.read(stated, said.before)
    )
