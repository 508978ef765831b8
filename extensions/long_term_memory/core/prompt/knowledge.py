"""Write facts and what is due for a prompt.

Owns: their lines and frames.
Knows nothing of: which facts are told and what is due, tokenizers, hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from ..knowledge.due import Moment, Thread
from ..text.sanitise import one_line, sanitise
from ..types import Block, MemoryItem, Recalled, ScoreParts, TokenCounter
from .blocks import MONTHS, BlockStyle, clean_name, framed
from .budget import fit

FACTS_FRAME: Final = "[Facts that {name2} knows:\n{all_memories}\n]"
DUE_FRAME: Final = "[For {name2} to take up, if nobody did yet:\n{all_memories}\n]"

_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class DueLine(NamedTuple):
    """Something that this turn speaks of, and the message that named it."""

    thread: Thread
    moment: Moment
    memory: MemoryItem


def render_facts(
    facts: Sequence[MemoryItem],
    style: BlockStyle,
    *,
    limit_tokens: int,
    count: TokenCounter,
) -> Block:
    """Write facts; the same facts give the same bytes.

    Args:
        facts: The most worth first; written in the order of their mention.
        style: How blocks are written.
        limit_tokens: Most tokens for the block, its frame included.
        count: Tokens of a text.
    """

    def written(some: Iterable[MemoryItem]) -> str:
        ordered = sorted(some, key=lambda one: (one.created_at, one.id))
        return "\n".join(_line(one.content, style) for one in ordered)

    kept, text, tokens = fit(
        facts,
        limit_tokens,
        count,
        lambda some: framed(FACTS_FRAME, written(some), style),
        lambda one: _line(one.content, style),
    )
    return Block(text=text, tokens=tokens, items=tuple(map(_item, kept)))


def render_due(
    lines: Sequence[DueLine],
    style: BlockStyle,
    *,
    limit_tokens: int,
    count: TokenCounter,
    now: datetime,
) -> Block:
    """Write what is due; what does not fit is left out.

    Args:
        lines: In order.
        style: How blocks are written.
        limit_tokens: Most tokens for the block, its frame included.
        count: Tokens of a text.
        now: The present, in the zone whose days are written.
    """
    kept, text, tokens = fit(
        lines,
        limit_tokens,
        count,
        lambda some: framed(
            DUE_FRAME, "\n".join(_due(one, style, now) for one in some), style
        ),
        lambda one: _due(one, style, now),
    )
    return Block(
        text=text, tokens=tokens, items=tuple(_item(one.memory) for one in kept)
    )


def _item(memory: MemoryItem) -> Recalled:
    return Recalled(memory=memory, score=0.0, parts=ScoreParts())


def _line(text: str, style: BlockStyle) -> str:
    return one_line(sanitise(text, style.special_tokens))


def _due(one: DueLine, style: BlockStyle, now: datetime) -> str:
    said = f"\u201c{_line(one.thread.text, style)}\u201d ({_by(one, style, now)})"
    first = one.thread.first
    if one.moment is Moment.TODAY and first is not None:
        return f"Today, {_named(now.date())}: {said}"
    if one.moment is Moment.AFTER and first is not None:
        return f"{_named(first)} was the day; nothing was told of it yet: {said}"
    if one.moment is Moment.STORY:
        return f"In the story its day has come: {said}"
    return f"Promised for this time: {said}"


def _by(one: DueLine, style: BlockStyle, now: datetime) -> str:
    said = one.thread.said
    unnamed = style.user_name if said.role == "user" else style.character_name
    name = clean_name(said.name or unnamed, style.special_tokens)
    if said.at is None:
        return name
    return f"{name}, {_day(said.at.astimezone(now.tzinfo).date())}"


def _named(day: date) -> str:
    return f"{_DAYS[day.weekday()]}, {_day(day)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
