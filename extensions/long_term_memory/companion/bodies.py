"""What clients send to the companion's calls.

Owns: these shapes, and what is refused of any of them.
Knows nothing of: routes, what is done with them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from .records import (
    CharacterProfile,
    ConversationStatus,
    Line,
    MessageType,
    Words,
    as_line,
)

MOST_AT_ONCE: Final = 200
LONGEST_ID: Final = 128
# Of a web server, or within a page; never a script, which a page would run.
_PLACE: Final = re.compile(
    r"(?:https?://|blob:|data:(?:image|audio)/|[^:\s]*(?:[/?#]|$))\S*", re.IGNORECASE
)


def _place(url: str) -> str:
    """Return an address, if it is one of a picture or a recording."""
    if not _PLACE.fullmatch(url):
        raise ValueError("is where a picture or a recording lies: https://… or a path")
    return url


Place = Annotated[str, Field(max_length=2_000), AfterValidator(_place)]
# Without any, the first words are the title.
Title = Annotated[Line, AfterValidator(as_line), AfterValidator(lambda it: it or None)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]


def _check_letters(value: object) -> None:
    """Refuse halves of letters, which no database and no file can hold."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("holds half of a letter (a lone surrogate)") from None
    elif isinstance(value, dict):
        for key, one in value.items():
            _check_letters(key)
            _check_letters(one)
    elif isinstance(value, list):
        for one in value:
            _check_letters(one)


class CompanionBody(BaseModel):
    """A body; what it does not know is refused, for it may be a slip."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, extra="forbid"
    )

    @model_validator(mode="before")
    @classmethod
    def _whole_letters(cls, told: Any) -> Any:
        _check_letters(told)
        return told


class NewCharacterBody(CharacterProfile, CompanionBody):
    """A character that is to be."""


class CharacterBody(CharacterProfile, CompanionBody):
    """What is to change of a character; what is left out stays."""

    name: Line = ""


class NewConversationBody(CompanionBody):
    """A conversation that is to begin."""

    character_id: Id
    title: Title | None = None
    greeting: int = Field(default=0, ge=0, le=1_000)


class MetadataBody(CompanionBody):
    """What is to change of what is known of a conversation.

    What is set stays; null has it read from what is said again.
    """

    mood: Line | None = None
    topics: list[Line] | None = Field(default=None, max_length=100)
    relationship_level: int | None = Field(default=None, ge=0, le=100)


class ConversationBody(CompanionBody):
    """What is to change of a conversation; what is left out stays."""

    title: Title | None = None
    status: ConversationStatus | None = None
    metadata: MetadataBody | None = None


class BulkAction(StrEnum):
    """What is done with many conversations at once."""

    ARCHIVE = "archive"
    ACTIVATE = "activate"
    DELETE = "delete"
    FORGET = "forget"
    READ = "read"


class ManyBody(CompanionBody):
    """Conversations of one user, and what is to become of them."""

    ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)
    action: BulkAction


class SentMessage(CompanionBody):
    """A message as a client sends it.

    Attributes:
        content: Its words; of a picture what it shows, of a recording what is said.
        client_id: The client's own id of it: sent twice, it is stored once.
        media_url: Where a picture or a recording lies.
    """

    # How long it may be is a setting, and told by what stores it.
    content: str
    type: MessageType = MessageType.TEXT
    client_id: Id | None = None
    media_url: Place | None = None


class ReadBody(CompanionBody):
    """Up to which message a user has read; None is all."""

    up_to: Id | None = None


class EditBody(CompanionBody):
    """The words of a message from now on."""

    content: str


class SwipeBody(CompanionBody):
    """Which alternative of a reply is to be shown, from 0."""

    swipe: int = Field(ge=0, le=1_000)


class ModeBody(CompanionBody):
    """Which mode holds from now on."""

    mode: Annotated[str, Field(min_length=1, max_length=32)]


class VisionBody(CompanionBody):
    """What the character saw."""

    vision: Words


class MemoryBody(CompanionBody):
    """What a character is to know of a user from now on."""

    content: Annotated[str, Field(min_length=1, max_length=10_000)]
    pinned: bool = False
