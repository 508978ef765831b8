"""What a program asks a chat, read as a host's own prompt would be.

Owns: what stands before a message, and what the prompt holds anyway.
Knows nothing of: recall, prompts, where the question comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ..core.types import PathEntry, Query, Role, WindowMessage
from .chat import Chat

BEFORE: Final = 4
"""So many messages before a text are read with it, as the hosts with prompts do."""


def query_in(
    chat: Chat,
    text: str,
    *,
    speaker: Role = "user",
    before: Sequence[WindowMessage] = (),
    visible: int | frozenset[str] = 0,
    asked_at: datetime | None = None,
    limit: int | None = None,
    gated: bool = True,
) -> Query:
    """Return what is looked for when a message is about to be answered in a chat.

    A message that the chat shows already as its newest is not its own memory.

    Args:
        chat: Where it is said.
        text: The message.
        speaker: Who says it.
        before: What was said before it, oldest first; empty takes it from the chat.
        visible: How many of the last messages the prompt holds anyway, or their ids.
        asked_at: When it is said; None is now.
        limit: How many memories at the most; None takes the setting.
        gated: Whether nothing is told where nothing is likely to help.
    """
    path = [place for place in chat.path() if not place.hidden]
    newest = path[-1].message if path else None
    is_shown = newest is not None and (newest.role, newest.content) == (speaker, text)
    if isinstance(visible, int):
        count = max(visible, int(is_shown))
        visible = _ids(path[len(path) - count :] if count else [])
    elif is_shown and newest is not None:
        visible = visible | {newest.id}
    earlier = path[:-1] if is_shown else path
    return Query(
        text=text,
        speaker=speaker,
        before=tuple(before) or tuple(map(_said, earlier[-BEFORE:])),
        asked_at=asked_at,
        visible=visible,
        limit=limit,
        gated=gated,
    )


def _ids(places: Sequence[PathEntry]) -> frozenset[str]:
    return frozenset(place.message.id for place in places)


def _said(place: PathEntry) -> WindowMessage:
    message = place.message
    return WindowMessage(role=message.role, content=message.content, name=message.name)
