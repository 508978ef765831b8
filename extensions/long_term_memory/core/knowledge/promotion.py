"""Which facts stand in every prompt.

Owns: what a fact is worth there, and that the choice changes in steps.
Knows nothing of: prompts, tokens, how facts are found.

What enters waits for a step, a number of messages of the chat, so that the head of a
prompt stays the same bytes in between; what holds no more leaves at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log2
from typing import Final

from .facts import Category, KnownFact

STEP: Final = 16
"""Messages of the chat after which facts may enter."""

WORTH: Final[Mapping[Category, float]] = {
    Category.HEALTH: 3.0,
    Category.ROLE: 2.5,
    Category.FAMILY: 2.0,
    Category.RELATIONSHIP: 2.0,
    Category.PERSONAL: 1.5,
    Category.PET: 1.5,
    Category.WORK: 1.5,
    Category.PLACE: 1.5,
    Category.DATE: 1.5,
    Category.PREFERENCE: 1.0,
    Category.POSSESSION: 0.5,
    # What is to come is spoken of on its day.
    Category.PLAN: 0.0,
    Category.PROMISE: 0.0,
    Category.EVENT: 0.0,
}
"""How much it matters to know without being asked."""

LEAST_WORTH: Final = 1.5
"""Below this a fact has to be heard again."""

MOST: Final = 40


def step_of(messages: int) -> int:
    """Return how many of a chat's messages are looked at for what enters."""
    return messages // STEP * STEP


def promoted(
    at_step: Iterable[KnownFact], now: Iterable[KnownFact], *, threshold: float
) -> list[KnownFact]:
    """Return the facts for every prompt, the most worth first.

    Args:
        at_step: As they stood at the last step.
        now: As they stand now; what is not among them has left.
        threshold: The least confidence.
    """
    standing = {(one.fact.key, one.fact.value) for one in now if one.valid}
    chosen = [
        one
        for one in at_step
        if one.valid
        and one.fact.confidence >= threshold
        and (one.fact.key, one.fact.value) in standing
        and worth_of(one) >= LEAST_WORTH
    ]
    chosen.sort(key=lambda one: (-worth_of(one), one.first_mentioned, one.fact.key))
    return chosen[:MOST]


def worth_of(known: KnownFact) -> float:
    """Return what a fact is worth in every prompt."""
    worth = WORTH[known.fact.category]
    if known.fact.about == "other" and known.fact.category is not Category.FAMILY:
        worth /= 2
    return worth * (1 + 0.5 * log2(1 + known.reinforcement_count)) if worth else 0.0
