"""How much a message weighs in a story.

Owns: the formula.
Knows nothing of: where what it is made of comes from, ranking, stores.

    importance = 0.35 intensity + 0.20 length + 0.20 engagement + 0.25 facts

and 1 for what is pinned. Intensity is that of its emotion. Length is the logarithm of
its words, 1 from `FULL_WORDS` on. Engagement is what was made of it: 0.3 if it asks,
0.3 if it answers a question of another, 0.4 if the other asks back after it. Facts
count as 1 - 1/2 for each that was found in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

FULL_WORDS: Final = 80
INTENSITY: Final = 0.35
LENGTH: Final = 0.20
ENGAGEMENT: Final = 0.20
FACTS: Final = 0.25
_ASKS: Final = 0.3
_ANSWERS: Final = 0.3
_ASKED_BACK: Final = 0.4
_STEPS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceParts:
    """What the importance of a message is made of.

    Attributes:
        intensity: Of its emotion, 0 … 1.
        words: How many it has.
        asks: It ends as a question.
        answers: The message before it is another's and ends as a question.
        asked_back: The message after it is another's and ends as a question.
        facts: How many were found in it.
        pinned: A person pinned it.
    """

    intensity: float = 0.0
    words: int = 0
    asks: bool = False
    answers: bool = False
    asked_back: bool = False
    facts: int = 0
    pinned: bool = False


def importance_of(of: ImportanceParts) -> float:
    """Return how much a message weighs, 0 … 1."""
    if of.pinned:
        return 1.0
    engaged = _ASKS * of.asks + _ANSWERS * of.answers + _ASKED_BACK * of.asked_back
    length = min(1.0, log(1 + of.words) / log(1 + FULL_WORDS))
    return (
        INTENSITY * of.intensity
        + LENGTH * length
        + ENGAGEMENT * engaged
        + FACTS * (1 - 0.5**of.facts)
    )


def out_of_ten(importance: float) -> int:
    """Return an importance as a whole number of 1 … 10, as some hosts want it."""
    return 1 + round(_STEPS * importance)
