"""Find the pattern that fits a German predicate.

Owns: what is denied, what holds no more.
Knows nothing of: whose predicate it is.
"""

from __future__ import annotations

import re

from ..facts import Category
from ..told import Told
from .forms import EVENT, NO, NO_MORE
from .rules import RULES


def told_by(predicate: str) -> Told | None:
    """Return what a predicate tells: "verb rest", the verb in the first person."""
    no_more = NO_MORE.search(predicate) is not None
    text = re.sub(r" ?\b(?:nicht mehr|mehr)\b", "", predicate) if no_more else predicate
    for rule in RULES:
        if found := rule.pattern.match(text):
            denied = (
                NO.search(text)
                and rule.value not in ("no", "dislikes")
                and not rule.slot.startswith("can:")
            )
            if denied:
                return None
            groups = found.groupdict()
            x = thing(groups.get("x") or groups.get("y") or "")
            return Told(
                rule.category,
                rule.slot.format(x=x),
                rule.value or x,
                rule.confidence,
                rule.ended or (no_more and not rule.value),
            )
    if (found := EVENT.match(text)) and not NO.search(text):
        return Told(Category.EVENT, f"did:{thing(found['x'])}", thing(found["x"]), 0.7)
    return None


def thing(text: str) -> str:
    """Return what is meant by some words, to tell whether two mean the same."""
    text = re.sub(
        r"^(?:(?:eine?[nmrs]?|der|die|das|den|dem|mein\w*|kein\w*|alle|so) )+",
        "",
        text.strip().lower(),
    )
    words = re.findall(
        r"[^\W_]+", re.split(r" (?:und|weil|seit|mit|aber|wie|über)\b", text)[0]
    )[:4]
    return " ".join(words)
