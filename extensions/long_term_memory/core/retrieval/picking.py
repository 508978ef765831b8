"""Which of the candidates that were read are told.

Owns: weighing one against the other, taking the best of several questions in turns.
Knows nothing of: how chances are made, where texts are read, prompts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, zip_longest
from typing import NamedTuple

import numpy as np

from ...config import RecallSettings
from ..types import MemoryItem, MemoryKind, Recalled
from .judging import Unread
from .relevance import Judgement, stands
from .repeats import repeated
from .selection import bounds_of, chosen, cost_of


class Picks(NamedTuple):
    """Which candidates are told; `open` if of the unread ones some might be, too."""

    found: list[Recalled]
    open: bool


def picked(
    found: Sequence[Recalled],
    judgement: Judgement,
    places: Mapping[str, int],
    unread: Unread | None = None,
) -> Picks:
    """Return those that are likely enough to help.

    Args:
        found: Best first, the newer before the older.
        judgement: What is thought of the message.
        places: By memory id, where it stood by itself.
        unread: What those could be at best that follow but were not read.
    """
    needed = max(judgement.needed, 1e-6)
    stood = [places[item.memory.id] for item in found]
    helps = _carried([(item.chance or 0.0) / needed for item in found], stood)
    score = _carried([item.score for item in found], stood)
    standing = stands(np.array(helps, np.float32), np.array(score, np.float32)).tolist()
    # What was said before in the same words is told with it, and takes no room.
    costs = [
        0.0 if again else cost_of(item.memory.content)
        for item, again in zip(found, repeated(found), strict=True)
    ]
    if unread is not None:
        helps, costs = [*helps, unread.helps], [*costs, 0.0]
        standing.append(unread.standing)
    told = chosen(
        helps,
        costs,
        bounds_of(judgement.foreign),
        standing=standing,
        among=len(judgement.helps),
    )
    kept = [found[place] for place in told if place < len(found)]
    return Picks(kept, len(kept) < len(told))


def _carried(values: Sequence[float], stood: Sequence[int]) -> list[float]:
    """Give what replaces another, and so stands before it, at least the other's value.

    Args:
        values: Of memories in the order in which they stand now.
        stood: Where each stood before.
    """
    after = [*accumulate(reversed(values), max)][::-1]
    first = [*accumulate(reversed(stood), min)][::-1]
    return [
        other if place > least else value
        for value, other, place, least in zip(values, after, stood, first, strict=True)
    ]


def is_too_short(memory: MemoryItem, options: RecallSettings) -> bool:
    """Say whether a memory is too short to be told: what a person wrote never is."""
    said = memory.kind is MemoryKind.TURN and not memory.edited
    return said and len(memory.content) < options.min_message_length


def in_turns(lists: Sequence[Sequence[Recalled]]) -> list[Recalled]:
    """Take the best of each list in turn, what was taken before left out.

    Scores of different questions do not compare: by score, the question with more
    rare words would take all the room.
    """
    found: dict[str, Recalled] = {}
    for row in zip_longest(*lists):
        for item in row:
            if item is not None:
                found.setdefault(item.memory.id, item)
    return list(found.values())
