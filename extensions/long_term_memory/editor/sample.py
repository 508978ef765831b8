"""The sample chat that comes with us, to try the memory without a chat of one's own.

Owns: reading `sample_chat.json` and telling it to a bank of its own.
Knows nothing of: Gradio, the user's banks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from ..core.types import Scope, Window, WindowMessage
from ..engine.bank import Bank
from ..engine.engine import Engine

DEMO_USER = "demo"
HOST = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChat:
    """One sitting of the sample: its title and what was said."""

    title: str
    messages: tuple[WindowMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The whole sample.

    Attributes:
        about: One sentence that introduces it.
        user: The name of the one who chats.
        character: The name of the character.
        now: When the next message would be written; ages are counted to this.
        questions: Messages worth trying.
        chats: The sittings, oldest first.
    """

    about: str
    user: str
    character: str
    now: datetime
    questions: tuple[str, ...]
    chats: tuple[SampleChat, ...]

    @property
    def scope(self) -> Scope:
        """The bank of the sample; no chat of the user's own ever goes there."""
        return Scope(user=DEMO_USER, character=self.character)

    @property
    def length(self) -> int:
        """How many messages it has."""
        return sum(len(chat.messages) for chat in self.chats)


@cache
def sample() -> Sample:
    """Read the sample from the package."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    raw = json.loads((root / "sample_chat.json").read_text(encoding="utf-8"))
    names = {"user": raw["user"], "assistant": raw["character"]}
    return Sample(
        about=raw["about"],
        user=raw["user"],
        character=raw["character"],
        now=datetime.fromisoformat(raw["now"]),
        questions=tuple(raw["questions"]),
        chats=tuple(_chat(chat, names) for chat in raw["chats"]),
    )


def tell(engine: Engine) -> Bank:
    """Show the whole sample to its bank; telling it again changes nothing."""
    bank = engine.bank(sample().scope)
    for told in sample().chats:
        window = Window(messages=told.messages, complete=True)
        bank.chat(told.title, host=HOST).observe(window)
    return bank


def is_told(engine: Engine) -> bool:
    """Say whether the sample's bank is there."""
    return sample().scope in engine.scopes()


def _chat(raw: dict[str, Any], names: dict[str, str]) -> SampleChat:
    return SampleChat(
        title=raw["title"],
        messages=tuple(
            WindowMessage(
                role=line["role"],
                name=names[line["role"]],
                content=line["text"],
                said_at=datetime.fromisoformat(line["at"]),
                position=position,
            )
            for position, line in enumerate(raw["messages"])
        ),
    )
