"""Chances in words.

Owns: how likely a memory is to help, and what a message was taken for, as told.
Knows nothing of: HTML, where chances come from.
"""

from __future__ import annotations


def percent(chance: float) -> str:
    """Write a chance as whole per cent; no chance is told as none or as certain."""
    return f"{min(max(round(100 * chance), 1), 99)} %"


def likely(chance: float) -> str:
    """Say how likely a memory is to help."""
    return f"{percent(chance)} likely to help"


def judged(intent: str, needed: float) -> str:
    """Say what a message was taken for, and how likely memory is to help it.

    Returns:
        A sentence; "" if nothing was looked for.
    """
    if not intent:
        return ""
    return (
        f"Taken for: {intent}; {percent(needed)} likely that something told before "
        "helps."
    )
