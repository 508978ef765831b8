"""All that is known of one memory, below its row.

Owns: what is told there: when and why it was recalled last, its place in its chat,
    its tags, its parts if it is split, what it said before.
Knows nothing of: Gradio, tags of HTML (`templates` has them), what buttons do.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ..core.types import MemoryItem, MemoryKind
from ..engine.bank import Bank
from ..engine.browsing import around
from ..engine.recalls import MOST_RECORDS
from . import earlier
from .chances import told_as
from .markup import shortened, who
from .templates import macros
from .texts import day, say

BESIDE: Final = 2
"""So many messages before and after are shown."""

MAX_BESIDE_CHARS: Final = 240


def shown(bank: Bank, memory_id: str) -> str:
    """Return the details of a memory.

    Raises:
        NotFound: No memory has this id.
    """
    memory = bank.memories.get(memory_id)
    is_summary = memory.kind is MemoryKind.SUMMARY
    html: str = macros("memories").details(
        memory.id,
        facts=[] if is_summary else _facts(bank, memory),
        beside=_beside(bank, memory),
        tags=None if is_summary else ", ".join(memory.tags),
        parts=None if is_summary or memory.deleted else _parts(memory.content),
        versions=earlier.shown(bank.memories, memory_id),
    )
    return html


def _facts(bank: Bank, memory: MemoryItem) -> list[tuple[str, str]]:
    told = [(say("memories.who"), who(memory))]
    if memory.happened_at is not None:
        told.append((say("memories.when"), day(memory.happened_at)))
    told.append((say("details.since"), day(memory.created_at)))
    if memory.chat:
        titles = {one.id: one.title for one in bank.chats()}
        told.append((say("memories.chat"), titles.get(memory.chat, "")))
    told.append((say("details.recalled"), _recalled(bank, memory)))
    return told


def _recalled(bank: Bank, memory: MemoryItem) -> str:
    """Say when and why a memory stood in a prompt last, as far as that is recorded."""
    last = next(
        (
            (record, item)
            for record in bank.recalls.newest(limit=MOST_RECORDS)
            for item in record.items
            if item.id == memory.id
        ),
        None,
    )
    if last is None:
        return say("details.never")
    record, item = last
    asked = bank.memories.find(record.asked)
    for_what = (
        ""
        if asked is None
        else say("details.for", text=shortened(asked.content, MAX_BESIDE_CHARS))
    )
    why = say("details.always") if item.chance is None else told_as(item.chance)
    return say("details.then", when=day(record.at), why=why) + for_what


def _beside(bank: Bank, memory: MemoryItem) -> list[dict[str, object]]:
    """Return what was said around a message."""
    if memory.kind is not MemoryKind.TURN or memory.chat is None:
        return []
    return [
        {
            "who": who(one),
            "words": shortened(one.content, MAX_BESIDE_CHARS),
            "here": one.id == memory.id,
        }
        for one in around(bank, memory, BESIDE)
    ]


def _parts(text: str) -> str:
    """Return a text as it may be split: an empty line between its sentences."""
    parts = [part for part in text.split("\n") if part.strip()]
    if len(parts) < 2:
        ends = [at + 1 for at, one in enumerate(text[:-1]) if _ends(text, at, one)]
        places = [0, *ends, len(text)]
        parts = [text[start:end].strip() for start, end in pairwise(places)]
    return "\n\n".join(part for part in parts if part.strip())


def _ends(text: str, at: int, letter: str) -> bool:
    full = letter in "\u3002\uff01\uff1f"
    return full or (letter in ".!?" and text[at + 1].isspace())
