"""Which facts stand in every prompt.

Owns: what a fact is worth there, and that the choice changes in steps.
Knows nothing of: prompts, tokens, how facts are found.

What enters waits for a step, a number of messages of the chat, so that the head of a
prompt stays the same bytes in between; what holds no more leaves at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from .facts import Category, Fact

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


def worth_of(fact: Fact, heard: int) -> float:
    """Return what a fact is worth in every prompt.

    Args:
        fact: Which.
        heard: How often it was heard after the first time.
    """
    worth = WORTH[fact.category]
    if fact.about == "other" and fact.category is not Category.FAMILY:
        worth /= 2
    return worth * (1 + 0.5 * log2(1 + heard)) if worth else 0.0
