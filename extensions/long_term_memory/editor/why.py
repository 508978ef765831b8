"""Show how a message was read, and what it did not bring to mind.

Owns: which of it is told, and in which order.
Knows nothing of: Gradio, the engine, tags (`templates` has them), buttons.
"""

from __future__ import annotations

from datetime import datetime

from ..core.types import Candidate, Explanation, Reason, ScoreParts
from .chances import judged, likely
from .markup import meta, shares_words, shortened, signals, words_asked
from .templates import macros
from .texts import date, day, say

# The best of what was left out; a person looks for one memory, not for all.
MAX_TOLD = 12


def why(explanation: Explanation, *, until: datetime, asked: str = "") -> str:
    """Return how a message was read and the best of what was left out.

    Args:
        explanation: Made now, perhaps after the turn.
        until: What was said after this is no candidate of that turn.
        asked: The message.
    """
    left_out = [
        one
        for one in explanation.candidates
        if one.reason is not None
        and (one.memory.happened_at or one.memory.created_at) <= until
    ][:MAX_TOLD]
    scale = max((_largest(one) for one in left_out), default=0.0) or 1.0
    html: str = macros("turn").explanation(
        say("turn.why_not", count=len(left_out)),
        _read_as(explanation),
        [_card(one, scale, words_asked(asked)) for one in left_out],
    )
    return html


def _read_as(explanation: Explanation) -> str:
    quoted = [say("common.quoted", text=shortened(one)) for one in explanation.readings]
    parts = [say("turn.looked_for", texts="; ".join(quoted))]
    if explanation.about in ("user", "assistant"):
        parts.append(say(f"turn.about_{explanation.about}"))
    days = [date(at) for at, _ in explanation.dates]
    if days:
        parts.append(say("turn.around", dates=say("common.and").join(days)))
    said = judged(explanation.intent, explanation.needed)
    told = say("common.sentence", words=say("common.comma").join(parts))
    return " ".join(part for part in (told, said, explanation.note) if part)


def _card(one: Candidate, scale: float, terms: frozenset[int] | None) -> str:
    memory = one.memory
    reason = _reason(one.reason) if one.reason is not None else ""
    counted = {signal.name: signal.part for signal in one.signals}
    parts = ScoreParts(counted, one.distance)
    html: str = macros("turn").left_out(
        meta(memory),
        likely(one.chance) if one.chance is not None else "",
        shortened(memory.content),
        reason + _told_anew(one),
        signals(parts, scale, shares_words(terms, memory)),
    )
    return html


def _reason(reason: Reason) -> str:
    return say(f"reasons.{reason.value.replace(' ', '_')}")


def _told_anew(one: Candidate) -> str:
    newer = one.superseded_by
    if newer is None:
        return ""
    return say(
        "turn.told_anew",
        day=day(newer.happened_at or newer.created_at),
        text=shortened(newer.content),
    )


def _largest(one: Candidate) -> float:
    return max((abs(signal.part) for signal in one.signals), default=0.0)
