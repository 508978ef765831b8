"""The first question after an import or a start waits a little for vectors.

Owns: when so many are missing that a turn waits for them, and how the user is told.
Knows nothing of: how vectors are made, who asks.
"""

from __future__ import annotations

from threading import RLock
from time import monotonic
from typing import Final

from ..state.messages import MessageIndex
from .indexer import Indexer

LATE: Final = (
    "The meanings of {:,} texts are still being worked out: of these only words are "
    "compared. Ask again in a while."
)
FEW: Final = 8
"""Fewer texts without a vector are those of the last turns, unless they are all."""
SOON: Final = 128
"""So many are made while a turn waits; for more, each turn would wait in vain."""
TEXTS_EACH: Final = 2
"""Many is half of all: a small bank just brought in has few texts, and no vector."""
LOOK_SECONDS: Final = 0.1
"""How often it is looked whether enough are there: the worker has other banks, too."""


def late(upkeep: Indexer, index: MessageIndex, lock: RLock, seconds: float) -> str:
    """Wait for vectors while many of them are missing, or such as are soon made.

    Args:
        upkeep: Makes them.
        index: Whose messages are compared.
        lock: The bank's; it is not held while anything is waited for.
        seconds: Longest wait.

    Returns:
        What to tell the user if more than the last turns' are missing still, else
        nothing.
    """
    until = monotonic() + seconds
    while _is_worth_waiting(*_lacking(upkeep, index, lock)):
        left = until - monotonic()
        if left <= 0:
            break
        upkeep.begin()
        upkeep.settle(min(left, LOOK_SECONDS))
    due, all_due = _lacking(upkeep, index, lock)
    return LATE.format(due) if due > FEW or all_due else ""


def _is_worth_waiting(due: int, all_due: bool) -> bool:
    return due <= SOON and (all_due or due > FEW)


def _lacking(upkeep: Indexer, index: MessageIndex, lock: RLock) -> tuple[int, bool]:
    """Count the texts without a vector, and say whether they are most of all."""
    with lock:
        due = upkeep.due_to_serve()
        return due, due * TEXTS_EACH > index.last_row
