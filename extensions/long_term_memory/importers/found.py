"""What a file holds for us, as plain things.

Owns: the shapes that every format is read into.
Knows nothing of: formats, engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.types import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the one who imports says about all files.

    Attributes:
        user: Whose memory it becomes.
        character: The character, whatever the files say; empty takes theirs.
        your_name: What the user is called where a file does not tell.
        persona: Take a card's persona text as notes, too; hosts send it anyway.
    """

    user: str = "default"
    character: str = ""
    your_name: str = "You"
    persona: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChat:
    """A chat as a host wrote it down.

    Attributes:
        host: The host's name as its live chats carry it, so that both align.
        name: The host's name of the chat.
        characters: In whose banks it belongs: one, or all members of a group.
        forked_from: The host's name of the chat it branched from, if it tells.
    """

    host: str
    name: str
    characters: tuple[str, ...]
    window: Window
    forked_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNote:
    """A note; its key follows from what it is, so that it comes only once."""

    character: str
    key: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that one file holds.

    Attributes:
        format: What kind of file it is, for people.
        settings: The predecessor's settings by name, if it is its settings file.
        warnings: What was left out, or read with a doubt.
    """

    format: str
    chats: tuple[FoundChat, ...] = ()
    notes: tuple[FoundNote, ...] = ()
    settings: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()
