"""A turn and what can be tried, as HTML: blocks as sent, and lines with their reasons.

Owns: which values stand in the template `turn`.
Knows nothing of: Gradio, the engine, tags (`templates` has them).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ..config import Settings
from ..core.types import Block, Context, MemoryItem, Recalled
from .chances import briefly, told_as
from .markup import (
    MAX_NAME_CHARS,
    NO_DRAFT,
    NOBODY,
    OpenEdit,
    bars,
    counted_most,
    fragment,
    largest,
    memory_buttons,
    shares_words,
    shortened,
    who,
    words_asked,
    words_of,
)
from .templates import joined, macros
from .texts import day, say

MAX_LINES: Final = 8
"""How many of a turn's memories are shown at once; the rest is a click away."""
MAX_SHORT_CHARS: Final = 240
"""A line shows no more of a text, however wide the page is."""


class Opened(NamedTuple):
    """What of a list a person is looking at.

    Attributes:
        editing: What is being edited.
        memory_id: The memory whose reasons are unfolded.
        asked: The message that all were recalled for.
    """

    editing: OpenEdit = NO_DRAFT
    memory_id: str = ""
    asked: str = ""


def introduction(about: str, user: str) -> str:
    """Return what the sample is and where it goes."""
    html: str = macros("turn").introduction(say("trial.about", about=about, user=user))
    return html


def suggestions(to: str, texts: Iterable[str]) -> str:
    """Return buttons with messages to try; they click the element with the id `to`."""
    return fragment(to, macros("turn").suggestions(texts))


def sent(title: str, block: Block, nothing: str, room: int = 0) -> str:
    """Return a block exactly as it went into the prompt, with how full its room is.

    Args:
        title: What the block is called.
        block: The block.
        nothing: What to say if it is empty.
        room: The most tokens that it may have; 0 tells nothing of it.
    """
    if not block.text:
        empty: str = macros("turn").nothing_sent(title, nothing)
        return empty
    # A block of one part is that part.
    parts = block.parts if len(block.parts) > 1 else (("", block.tokens),)
    whole = max(room, block.tokens, 1)
    shares = [
        (place, 100 * tokens / whole, _told(name, tokens))
        for place, (name, tokens) in enumerate(parts if room else ())
    ]
    told = say("why.of_room", count=block.tokens, room=room) if room else ""
    html: str = macros("turn").sent(title, block.text, told, shares)
    return html


def both(context: Context, settings: Settings) -> str:
    """Return both blocks of a prompt that was only tried, with how full they are."""
    prompt = settings.prompt
    recall, head = say("why.for_this"), say("why.in_every")
    room = prompt.head_tokens + settings.summaries.story_tokens
    return joined(
        sent(recall, context.recall, say("why.nothing_fitted"), prompt.recall_tokens),
        sent(head, context.head, say("why.nothing_in_every"), room),
    )


def _told(name: str, tokens: int) -> str:
    """Say how many tokens a part has; nothing of a block that has no parts."""
    return f"{say(f'why.part_{name}')} {tokens:,}" if name else ""


def asked(text: str, where: str, read_as: str = "") -> str:
    """Return the message that was about to be answered, and how it was read."""
    html: str = macros("turn").asked(
        shortened(text), shortened(where, MAX_NAME_CHARS), read_as
    )
    return html


def beside(answer: str, reasons: str) -> str:
    """Put the prompt, which stays in view, beside the reasons."""
    html: str = macros("turn").beside(answer, reasons)
    return html


def listed(
    title: str,
    hint: str,
    items: Sequence[Recalled],
    opened: Opened,
    *,
    fixed: bool = False,
    folded: bool = False,
    reasons: Mapping[str, str] = NOBODY,
) -> str:
    """Return memories under a heading, each one line that unfolds into its reasons.

    Args:
        title: What the list is called.
        hint: A remark beside that.
        items: The memories, in order.
        opened: What is unfolded.
        fixed: They are only shown: no buttons stand with them.
        folded: Whether the whole list is folded up at first.
        reasons: Why they were left out, by their ids.
    """
    scale = max((largest(item.parts) for item in items), default=0.0) or 1.0
    lines = [
        _line(item, scale, opened, reasons.get(item.memory.id, ""), fixed=fixed)
        for item in items
    ]
    heading = say("why.counted", title=title, count=len(items))
    looked_at = {opened.memory_id, opened.editing.id} & {
        item.memory.id for item in items[0 if folded else MAX_LINES :]
    }
    html: str = macros("turn").listed(
        heading,
        hint,
        [] if folded else lines[:MAX_LINES],
        lines if folded else lines[MAX_LINES:],
        folded=folded,
        open=bool(looked_at),
    )
    return html


def _line(
    item: Recalled, scale: float, opened: Opened, reason: str, *, fixed: bool
) -> dict[str, object]:
    memory, chance = item.memory, item.chance
    terms = words_asked(opened.asked)
    shared = shares_words(terms, memory)
    looked_at = memory.id == opened.editing.id
    editing = looked_at and not opened.editing.below
    if chance is not None:
        fits = told_as(chance)
    else:
        fits = "" if reason else say("why.always")
    return {
        "chance": "" if chance is None else briefly(chance),
        "fits": fits,
        "short": shortened(" ".join(memory.content.split()), MAX_SHORT_CHARS),
        "who": who(memory),
        "when": day(memory.happened_at or memory.created_at),
        "reason": reason,
        "open": looked_at or memory.id == opened.memory_id,
        "pinned": memory.pinned,
        "words": words_of(memory, opened.editing),
        "why": counted_most(item.parts, shared),
        "bars": bars(item.parts, scale, shared),
        "distance": ""
        if item.parts.distance is None
        else say("why.distance", distance=f"{item.parts.distance:.2f}"),
        "buttons": "" if fixed or editing else _buttons(memory),
    }


def _buttons(memory: MemoryItem) -> str:
    return memory_buttons(memory, forget=True)
