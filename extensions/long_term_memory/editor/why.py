"""Show how a message was read, and what it did not bring to mind.

Owns: the words for each reason, and the tags of an explanation.
Knows nothing of: Gradio, the engine, buttons.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from ..core.types import Candidate, Explanation, Reason, ScoreParts
from .chances import judged, likely
from .markup import day, shortened, signals, who

# The best of what was left out; a person looks for one memory, not for all.
MAX_TOLD = 12

REASONS = {
    Reason.GATE: "kept back: nothing is likely to help here",
    Reason.UNLIKELY: "not likely enough to help",
    Reason.LIMIT: "others fitted better",
    Reason.BUDGET: "over the token limit",
    Reason.DUPLICATE: "the prompt says the same already",
    Reason.IN_WINDOW: "still in the chat that the model sees",
    Reason.NOT_LIVE: "swiped, edited, deleted, or in another branch",
    Reason.OTHER_CHATS: "said in another chat, and these are off",
    Reason.DELETED: "you deleted it",
    Reason.CORRECTED: "your correction stands in its place",
    Reason.NO_MEMORY: "no memory by itself: a question, small talk, or a scrap",
    Reason.TOO_OLD: "too old",
    Reason.TOO_SHORT: "too short",
    Reason.TOO_FAR: "too far off in meaning",
}
_ABOUT = {"user": "you", "assistant": "the character"}


def why(explanation: Explanation, *, until: datetime) -> str:
    """Return how a message was read and the best of what was left out.

    Args:
        explanation: Made now, perhaps after the turn.
        until: What was said after this is no candidate of that turn.
    """
    left_out = [
        one
        for one in explanation.candidates
        if one.reason is not None
        and (one.memory.happened_at or one.memory.created_at) <= until
    ][:MAX_TOLD]
    scale = max((_largest(one) for one in left_out), default=0.0) or 1.0
    cards = "".join(_card(one, scale) for one in left_out)
    inner = f'<p class="ltm-hint">{escape(_read_as(explanation))}</p>'
    if cards:
        inner += f'<ol class="ltm-cards" aria-label="Not recalled">{cards}</ol>'
    return (
        f'<details class="ltm-more"><summary>Why not something else? '
        f"({len(left_out)})</summary>{inner}</details>"
    )


def _read_as(explanation: Explanation) -> str:
    texts = "; ".join(f"\u201c{shortened(text)}\u201d" for text in explanation.readings)
    parts = [f"Looked for {texts}"]
    if explanation.about in _ABOUT:
        parts.append(f"about {_ABOUT[explanation.about]}")
    spans = [f"{start:%d %b %Y}" for start, _ in explanation.dates]
    if spans:
        parts.append(f"around {' and '.join(spans)}")
    said = judged(explanation.intent, explanation.needed)
    told = ", ".join(parts) + "."
    return " ".join(part for part in (told, said, explanation.note) if part)


def _card(one: Candidate, scale: float) -> str:
    memory = one.memory
    when = day(memory.happened_at or memory.created_at)
    meta = " \u00b7 ".join(part for part in (who(memory), when) if part)
    reason = REASONS[one.reason] if one.reason is not None else ""
    counted = {signal.name: signal.part for signal in one.signals}
    chance = likely(one.chance) if one.chance is not None else ""
    parts = ScoreParts(counted, one.distance)
    return (
        '<li class="ltm-card"><div class="ltm-meta">'
        f"<span>{escape(meta)}</span>"
        f'<span class="ltm-score">{escape(chance)}</span>'
        f'</div><p class="ltm-words">{escape(shortened(memory.content))}</p>'
        f'<p class="ltm-hint">{escape(reason + _told_anew(one))}</p>'
        f"{signals(parts, scale)}</li>"
    )


def _told_anew(one: Candidate) -> str:
    newer = one.superseded_by
    if newer is None:
        return ""
    when = day(newer.happened_at or newer.created_at)
    return f"; told anew on {when}: \u201c{shortened(newer.content)}\u201d"


def _largest(one: Candidate) -> float:
    return max((abs(signal.part) for signal in one.signals), default=0.0)
