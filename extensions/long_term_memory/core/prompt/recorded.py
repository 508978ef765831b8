"""Blocks of a past prompt, written again from the memories that stood in them.

Owns: in which order and in which frame they stand; templates are those of now.
Knows nothing of: the record of what stood there, what of a text had room then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ..text.dates import time_ago
from ..text.sanitise import sanitise
from ..types import MemoryItem, MemoryKind, Recalled
from .blocks import BlockStyle, framed, render_head, render_recall
from .knowledge import render_facts

_ROOM: Final = 1
"""Of texts that count as nothing, so that all fit: they did then."""


def recall_again(items: Sequence[Recalled], style: BlockStyle, *, now: datetime) -> str:
    """Return what a turn brought to mind, as it is written.

    Args:
        items: The memories, best first.
        style: How blocks are written.
        now: When the prompt was made, in the time zone whose days are written.
    """
    return render_recall(
        items,
        style,
        limit_tokens=_ROOM,
        count=_nothing,
        now=now,
        time_ago=time_ago,
    ).text


def head_again(memories: Sequence[MemoryItem], style: BlockStyle, chat: str) -> str:
    """Return what was always kept in mind: pinned, facts, other chats, this one.

    Args:
        memories: What stood there.
        style: How blocks are written.
        chat: Our id of the chat whose prompt it was.
    """
    tales = [one for one in memories if one.kind is MemoryKind.SUMMARY]
    facts = [one for one in memories if one.kind is MemoryKind.FACT]
    pinned = [one for one in memories if one not in tales and one not in facts]
    before = [one for one in tales if one.chat != chat]
    story = [one for one in tales if one.chat == chat]
    parts = (
        render_head(pinned, style, limit_tokens=_ROOM, count=_nothing).text,
        render_facts(facts, style, limit_tokens=_ROOM, count=_nothing).text,
        _told(before, style.prompt.before_template, style),
        _told(story, style.prompt.story_template, style),
    )
    return "\n".join(part for part in parts if part)


def _told(tales: Sequence[MemoryItem], frame: str, style: BlockStyle) -> str:
    if not tales:
        return ""
    texts = (sanitise(one.content, style.special_tokens) for one in tales)
    return framed(frame, "\n".join(texts), style)


def _nothing(text: str) -> int:
    del text
    return 0
