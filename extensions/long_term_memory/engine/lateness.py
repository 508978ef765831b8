"""The first question after an import or a start waits a little for vectors.

Owns: when so many are missing that a turn waits for them, and how the user is told.
Knows nothing of: how vectors are made, who asks.
"""

from __future__ import annotations

from threading import RLock
from typing import Final

from .index import Index
from .upkeep import Upkeep

LATE: Final = (
    "The meanings of {:,} texts are still being worked out: of these only words are "
    "compared. Ask again in a while."
)
FEW: Final = 8
"""Fewer texts without a vector are those of the last turns."""
TEXTS_EACH: Final = 2
"""A message has a text alone and one with its neighbours; many is a quarter of all."""


def late(upkeep: Upkeep, index: Index, lock: RLock, seconds: float) -> str:
    """Wait for vectors while many of them are missing.

    Args:
        upkeep: Makes them.
        index: Whose messages are compared.
        lock: The bank's; it is not held while anything is waited for.
        seconds: Longest wait.

    Returns:
        What to tell the user if many are missing still, else nothing.
    """
    if _lacking(upkeep, index, lock) and seconds > 0:
        upkeep.begin()
        upkeep.settle(seconds)
    lacking = _lacking(upkeep, index, lock)
    return LATE.format(lacking) if lacking else ""


def _lacking(upkeep: Upkeep, index: Index, lock: RLock) -> int:
    """Count the texts without a vector; 0 if they are but a few of all."""
    with lock:
        due = upkeep.due_to_serve()
        return due if due > FEW and due * TEXTS_EACH > index.last_row else 0
