"""What a rule tells of somebody, and the shape of a rule.

Owns: their attributes.
Knows nothing of: languages.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..text.patterns import late
from .facts import Category


class Told(NamedTuple):
    """What a predicate tells.

    Attributes:
        cut: The text may be cut at its first comma.
    """

    category: Category
    slot: str
    value: str
    confidence: float
    ended: bool = False
    cut: bool = True


class FactRule(NamedTuple):
    """A pattern of predicates, and what one that fits tells.

    Attributes:
        slot: May name a group of the pattern: "allergy:{x}".
        value: Of the slot; empty takes the group `x`.
        ended: It tells that this holds no more.
        cut: The text may be cut at its first comma.
    """

    category: Category
    pattern: re.Pattern[str]
    slot: str
    confidence: float = 0.9
    value: str = ""
    ended: bool = False
    cut: bool = True


def rule(
    category: Category,
    pattern: str,
    slot: str,
    confidence: float = 0.9,
    *,
    value: str = "",
    ended: bool = False,
    cut: bool = True,
) -> FactRule:
    """Return a rule; case does not matter."""
    compiled = late(pattern, re.IGNORECASE)
    return FactRule(category, compiled, slot, confidence, value, ended, cut)
