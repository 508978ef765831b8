"""Render blocks of memories for a prompt.

Owns: how memories are written, framed, ordered and placed.
Knows nothing of: stores, hosts, tokenizers (lengths come from a callable).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from ...config import PromptSettings, Settings, fill
from ..retrieval.repeats import distinct
from ..summaries.extractive import telling_part, turn_summary
from ..text.gist import without_small_talk
from ..text.panels import speech_of
from ..text.passages import is_long, speaker_in, telling_passages
from ..text.sanitise import one_line, sanitise
from ..text.tokenizer import MAX_CHARACTERS
from ..types import Block, MemoryItem, MemoryKind, Recalled, ScoreParts, TokenCounter
from .budget import fit, shorten

TimeAgo = Callable[[datetime | None, datetime], str | None]
# Where these blocks go is the character's context; the others go to the last message.
CONTEXT_LOCATIONS = (
    "BEFORE_NORMAL_CONTEXT",
    "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES",
)
START = "<START>"  # opens a card's example dialogue
NAME_CHARS = 80
TIME_UNKNOWN = "Earlier"
# Both are true whatever the two lines tell, for nobody is sure that one replaces the
# other; a model need not compare days to see what holds now.
EARLIER = " (earlier)"
NEWER = " (newer)"
_COLON = re.compile(r"\s*[:\uff1a\ufe55\u2236\ua789]\s*")
_BRACKETS = str.maketrans("[]{}\uff3b\uff3d", "()()()")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStyle:
    """How blocks are written in one chat.

    Attributes:
        prompt: Templates; their `{name1}` and `{name2}` are the two names here.
        cutoff_chars: Longer memories are shortened.
        special_tokens: The host's, which no memory may contain.
        wanted: Stems that this turn asks for; a long memory is shortened to the
            sentences that hold them or tell most. None cuts it at its end.
        one_line: Of each memory only the most telling sentence is written.
    """

    prompt: PromptSettings
    cutoff_chars: int
    user_name: str
    character_name: str
    special_tokens: tuple[str, ...] = ()
    wanted: frozenset[str] | None = None
    one_line: bool = False

    @classmethod
    def of(
        cls,
        settings: Settings,
        user_name: str,
        character_name: str,
        special_tokens: Iterable[str] = (),
    ) -> BlockStyle:
        """Return the style that the settings ask for."""
        return cls(
            prompt=settings.prompt,
            cutoff_chars=settings.recall.memory_length_cutoff_in_chars,
            user_name=user_name,
            character_name=character_name,
            special_tokens=tuple(special_tokens),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A memory as it is written, and where it stands in time.

    Attributes:
        before: What it answers, as that is written; empty if it stands by itself.
        answers: The id of that.
    """

    item: Recalled
    text: str
    before: str
    answers: str
    day: date | None
    order: tuple[bool, datetime, int]


def render_recall(
    items: Sequence[Recalled],
    style: BlockStyle,
    *,
    limit_tokens: int,
    count: TokenCounter,
    now: datetime,
    time_ago: TimeAgo,
    places: Mapping[str, int] | None = None,
    before: Mapping[str, MemoryItem] | None = None,
) -> Block:
    """Write what this turn brought to mind.

    Chosen by score while they fit; near-duplicates once; written in order of time,
    those whose time is unknown first.

    Args:
        items: Best first.
        style: How blocks are written.
        limit_tokens: Most tokens for the block, its frame included.
        count: Tokens of a text.
        now: The present; days are those of its time zone.
        time_ago: How long ago the first was at the second, for `{time_difference}`;
            None if the first is not known.
        places: By memory id, a number that rises along the chat; it orders what was
            said at the same time. Without it, that stays in order of score.
        before: By memory id, what it answers and is not understood without.

    Returns:
        The block; its items are best first.
    """
    places, before = places or {}, before or {}
    lines = []
    for rank, item in enumerate(distinct(items)):
        memory = item.memory
        when = memory.happened_at
        age = time_ago(when, now) or TIME_UNKNOWN
        asked = before.get(memory.id)
        order = (
            when is not None,
            when or memory.created_at,
            places.get(memory.id, rank),
        )
        line = _Line(
            item=item,
            text=_written(_told(item, style), style, age),
            before=_written(asked, style, age) if asked else "",
            answers=asked.id if asked else "",
            day=when.astimezone(now.tzinfo).date() if when else None,
            order=order,
        )
        lines.append(line)
    frame = style.prompt.memory_context_template
    with_days = not style.prompt.memory_template
    kept, text, tokens = fit(
        lines,
        limit_tokens,
        count,
        lambda some: framed(frame, _in_time(some, with_days), style),
        lambda line: line.text,
    )
    return Block(text=text, tokens=tokens, items=tuple(line.item for line in kept))


def render_head(
    memories: Iterable[MemoryItem],
    style: BlockStyle,
    *,
    limit_tokens: int,
    count: TokenCounter,
) -> Block:
    """Write what is always kept in mind; the same memories give the same bytes.

    The oldest stands first. If not all fit, the newest are kept.
    """
    newest_first = sorted(memories, key=lambda one: (one.created_at, one.id))[::-1]
    lines = [(one, _line_of(one, style)) for one in newest_first]
    kept, text, tokens = fit(
        lines,
        limit_tokens,
        count,
        lambda some: framed(
            style.prompt.head_template, "\n".join(line for _, line in some[::-1]), style
        ),
        lambda line: line[1],
    )
    items = [Recalled(memory=one, score=0.0, parts=ScoreParts()) for one, _ in kept]
    return Block(text=text, tokens=tokens, items=tuple(items))


def place_block(text: str, block: str, location: str) -> str:
    """Put a block into a character's context or into the last message.

    Args:
        text: The context for a location among `CONTEXT_LOCATIONS`, else the message.
        block: What to put there; an empty one leaves the text as it is.
        location: One of the settings' injection locations.
    """
    if not block:
        return text
    if not text.strip():
        return block
    if location == "AFTER_LAST_MESSAGE":
        return f"{text}\n\n{block}"
    if location == "BEFORE_LAST_MESSAGE":
        return f"{block}\n\n{text}"
    if location == "BEFORE_NORMAL_CONTEXT":
        return f"{block}\n{text}"
    before, start, after = text.partition(START)
    if start:
        return f"{before}{block}\n{start}{after}"
    return f"{text.rstrip()}\n{block}"


def clean_name(name: str, special_tokens: Iterable[str] = ()) -> str:
    """Return a name for a line of its own, that nobody takes for another speaker.

    It is short and harmless; what ends a name or begins a block is written otherwise.
    """
    plain = _COLON.sub(" - ", name[:NAME_CHARS].translate(_BRACKETS))
    return one_line(sanitise(plain, special_tokens))


def _clean_name(name: str, style: BlockStyle) -> str:
    return clean_name(name, style.special_tokens)


def _content_of(memory: MemoryItem, style: BlockStyle) -> str:
    """Return a memory's text as it may stand in a prompt."""
    content = _said(memory).strip()
    if style.wanted is None:
        short = shorten(content, style.cutoff_chars)
    elif style.one_line:
        short = shorten(turn_summary(content, style.wanted), style.cutoff_chars)
    else:
        short = telling_part(content, style.cutoff_chars, style.wanted)
    return one_line(sanitise(short, style.special_tokens))


def _by_hand(memory: MemoryItem) -> bool:
    return memory.kind is not MemoryKind.TURN or memory.edited


def _said(memory: MemoryItem) -> str:
    """Return what a memory says, without panels unless a person wrote them."""
    content = memory.content if _by_hand(memory) else speech_of(memory.content)
    return content[:MAX_CHARACTERS]


def _told(item: Recalled, style: BlockStyle) -> MemoryItem:
    """Return a memory by what it tells; what a person wrote stays as it is.

    A long one is told by its passages, and these by whoever is named as speaking in
    them; a short one without small talk.
    """
    memory = item.memory
    if _by_hand(memory):
        return memory
    said = _said(memory)
    if not is_long(said):
        if not style.prompt.leave_out_small_talk:
            return memory
        return memory._replace(content=without_small_talk(said, style.wanted or ()))
    told = telling_passages(
        said, style.wanted or (), item.passages, limit_chars=style.cutoff_chars
    )
    return memory._replace(content=told, name=speaker_in(told) or memory.name)


def _speaker_of(memory: MemoryItem, style: BlockStyle) -> str:
    """Return who said it, as this chat calls the two; empty where nobody spoke.

    Not every client names the user in what it sends.
    """
    unnamed = {"user": style.user_name, "assistant": style.character_name}
    return _clean_name(memory.name or unnamed.get(memory.role or "", ""), style)


def _line_of(memory: MemoryItem, style: BlockStyle) -> str:
    """Return `Name: text`, or only the text where nobody spoke."""
    name = _speaker_of(memory, style)
    content = _content_of(memory, style)
    return f"{name}: {content}" if name else content


def _written(memory: MemoryItem, style: BlockStyle, age: str) -> str:
    """Return a memory in the form that the settings ask for."""
    if not style.prompt.memory_template:
        return _line_of(memory, style)
    values = {
        "time_difference": age,
        "memory_name": _speaker_of(memory, style) or "a note",
        "memory_message": _content_of(memory, style),
    }
    return fill(style.prompt.memory_template, values)


def framed(frame: str, memories: str, style: BlockStyle) -> str:
    """Return the whole block."""
    values = {
        "name1": _clean_name(style.user_name, style),
        "name2": _clean_name(style.character_name, style),
        "all_memories": memories,
    }
    return fill(frame, values).strip()


def _in_time(lines: Sequence[_Line], with_days: bool) -> str:
    """Return lines in order of time, those of a day under a line with the day."""
    ordered = sorted(lines, key=lambda line: line.order)
    marks = _marks(ordered)
    told = {line.item.memory.id for line in lines}
    written: list[str] = []
    for day, group in groupby(ordered, key=lambda line: line.day):
        if day and with_days:
            written.append(f"[{day.day} {MONTHS[day.month - 1]} {day.year}]")
        for line in group:
            if line.before and line.answers not in told:
                written.append(line.before)
            written.append(line.text + marks(line))
    return "\n".join(written)


def _marks(lines: Sequence[_Line]) -> Callable[[_Line], str]:
    """Return what tells of a line that another one replaces it, or that it is newer."""
    held = {line.item.memory.id for line in lines}
    newer = {line.item.superseded_by for line in lines} & held

    def mark(line: _Line) -> str:
        if line.item.superseded_by in held:
            return EARLIER
        return NEWER if line.item.memory.id in newer else ""

    return mark
