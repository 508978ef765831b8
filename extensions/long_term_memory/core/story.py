"""Render summaries for a prompt: the story so far.

Owns: how summaries are written, dated, framed, and which give way first.
Knows nothing of: how they are made, stores, hosts, tokenizers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from .budget import fit
from .prompt import MONTHS, Style, framed
from .sanitise import one_line, sanitise
from .types import Block, Memory, Recalled, ScoreParts, TokenCounter


def render_story(
    memories: Sequence[Memory],
    style: Style,
    *,
    limit_tokens: int,
    count: TokenCounter,
    zone: tzinfo | None,
) -> Block:
    """Write summaries in story order; the same ones give the same bytes.

    If not all fit, the first is kept, for it tells most, and then the newest.

    Args:
        memories: In story order.
        style: How blocks are written.
        limit_tokens: Most tokens, the frame included.
        count: Tokens of a text.
        zone: Whose days are written; days are left out where no host told them.
    """
    by_worth = [*memories[:1], *reversed(memories[1:])]
    place = {memory.id: at for at, memory in enumerate(memories)}

    def rendered(some: Sequence[Memory]) -> str:
        ordered = sorted(some, key=lambda memory: place[memory.id])
        return framed(style.prompt.story_template, _lines(ordered, style, zone), style)

    kept, text, tokens = fit(
        by_worth, limit_tokens, count, rendered, lambda one: _text(one, style)
    )
    items = [Recalled(memory=one, score=0.0, parts=ScoreParts()) for one in kept]
    return Block(text=text, tokens=tokens, items=tuple(items))


def _lines(memories: Sequence[Memory], style: Style, zone: tzinfo | None) -> str:
    """Return summaries under the days on which they begin."""
    written: list[str] = []
    last: date | None = None
    for memory in memories:
        day = memory.happened_at.astimezone(zone).date() if memory.happened_at else None
        if day and day != last:
            written.append(f"[{day.day} {MONTHS[day.month - 1]} {day.year}]")
        last = day
        written.append(_text(memory, style))
    return "\n".join(written)


def _text(memory: Memory, style: Style) -> str:
    """Return a summary's lines as they may stand in a prompt."""
    lines = memory.content.splitlines()
    safe = (one_line(sanitise(line, style.special_tokens)) for line in lines)
    return "\n".join(line for line in safe if line)
