"""Chances in words.

Owns: how likely a memory is to help, and what a message was taken for, as told.
Knows nothing of: HTML, where chances come from.
"""

from __future__ import annotations

from typing import Final

from .texts import say, say_if_known

LIKELY: Final = 0.1
"""What is less likely to help is told because a wrong silence is worse than a line."""


def percent(chance: float) -> str:
    """Write a chance as whole per cent; no chance is told as none or as certain."""
    if chance < 0.01:
        return say("chances.least")
    return f"{min(round(100 * chance), 99)} %"


def briefly(chance: float) -> str:
    """Write the same where there is little room."""
    return "< 1 %" if chance < 0.01 else percent(chance)


def likely(chance: float) -> str:
    """Say how likely a memory is to help."""
    return say("chances.likely", chance=percent(chance))


def is_to_be_safe(chance: float | None) -> bool:
    """Say whether a memory is told to be safe: it may help, but rather does not."""
    return chance is not None and chance < LIKELY


def told_as(chance: float) -> str:
    """Say why a memory is told."""
    words = likely(chance)
    return say("chances.safe", likely=words) if is_to_be_safe(chance) else words


def judged(intent: str, needed: float) -> str:
    """Say what a message was taken for, and how likely memory is to help it.

    Returns:
        A sentence; "" if nothing was looked for.
    """
    if not intent:
        return ""
    kind = say_if_known(f"intent.{intent.replace(' ', '_')}", intent)
    return say("chances.judged", intent=kind, chance=percent(needed))
