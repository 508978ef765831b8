"""How a message was read, and what nearly came to mind.

Owns: which of it is told, and in which order.
Knows nothing of: Gradio, the engine, tags (`turn_markup`).
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Final

from ..core.types import (
    Candidate,
    Context,
    Explanation,
    Reason,
    Recalled,
    ScoreParts,
)
from . import turn_markup
from .chances import judged
from .markup import shortened
from .templates import joined
from .texts import date, day, say
from .turn_markup import Opened

MAX_TOLD: Final = 12
"""The best of what was left out; a person looks for one memory, not for all."""
CLOSE: Final = (Reason.BUDGET, Reason.LIMIT, Reason.UNLIKELY, Reason.GATE)
"""What was weighed and found too light; the rest could not have come at all."""


def nearly(
    explanation: Explanation,
    opened: Opened,
    *,
    until: datetime,
    held: Set[str] = frozenset(),
) -> str:
    """Return what was nearly told and why it was not, and what could not be.

    Args:
        explanation: Made now, perhaps after the turn.
        opened: What is unfolded.
        until: What was said after this is no candidate of that turn.
        held: Ids of what stands in the prompt, whyever.
    """
    left_out = [
        one
        for one in explanation.candidates
        if one.reason is not None
        and one.memory.id not in held
        # Not when it was said, as some hosts tell that by the minute.
        and one.memory.created_at <= until
    ][:MAX_TOLD]
    close = [one for one in left_out if one.reason in CLOSE]
    far = [one for one in left_out if one.reason not in CLOSE]
    reasons = {one.memory.id: _reason(one) for one in left_out}
    parts = [
        turn_markup.listed(
            say(f"why.{name}"),
            say(f"why.{name}_hint"),
            [_recalled(one) for one in found],
            opened,
            reasons=reasons,
            folded=folded,
        )
        for name, found, folded in (("nearly", close, False), ("barred", far, True))
        if found
    ]
    return joined(*parts)


def read_as(explanation: Explanation, context: Context) -> str:
    """Say how a message was read, and what was made of it then."""
    quoted = [say("common.quoted", text=shortened(one)) for one in explanation.readings]
    parts = [say("why.looked_for", texts="; ".join(quoted))]
    if explanation.about in ("user", "assistant"):
        parts.append(say(f"why.about_{explanation.about}"))
    days = [date(at) for at, _ in explanation.dates]
    if days:
        parts.append(say("why.around", dates=say("common.and").join(days)))
    said = judged(context.intent, context.needed)
    told = say("common.sentence", words=say("common.comma").join(parts))
    return " ".join(part for part in (told, said, explanation.note) if part)


def _recalled(one: Candidate) -> Recalled:
    counted = {signal.name: signal.part for signal in one.signals}
    parts = ScoreParts(counted, one.distance)
    return Recalled(one.memory, one.score, parts, one.chance)


def _reason(one: Candidate) -> str:
    assert one.reason is not None
    words = say(f"reasons.{one.reason.value.replace(' ', '_')}")
    newer = one.superseded_by
    if newer is None:
        return words
    return words + say(
        "why.told_anew",
        day=day(newer.happened_at or newer.created_at),
        text=shortened(newer.content),
    )
