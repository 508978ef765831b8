"""What is told where a message asks for all that is known of somebody.

Owns: what of a memory the choice of telling lines sees, and how its outcome shows.
Knows nothing of: which lines tell, how candidates were found, prompts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..types import MemoryItem, Recalled
from .breadth import PARTS, Said, naming, telling_order
from .corpus import CorpusView
from .query import ParsedQuery

READ: Final = 200
"""So many candidates are read for one who asks for all of somebody."""

_BY_HAND: Final = -9
"""Stretch and slot of what has no place in any chat."""


def telling_of_one(
    found: Sequence[Recalled],
    asked: ParsedQuery,
    slots: Mapping[str, int],
    view: CorpusView,
    needed: float,
) -> list[Recalled]:
    """Return what tells of the one that is asked about, the most telling first.

    Args:
        found: Candidates, the likeliest first.
        asked: The message.
        slots: Of messages, by memory id.
        view: What may be recalled.
        needed: The chance that anything told helps.

    Returns:
        Those with a chance by how much each tells, for its meaning says little here.
    """
    about = None if asked.about is None else asked.about == "user"
    lines = [_said(item.memory, slots, len(view)) for item in found]
    return [
        found[place]._replace(chance=needed * weight / (1 + weight))
        for place, weight in telling_order(lines, about_user=about)
    ]


def naming_one(
    found: Sequence[Recalled], text: str, slots: Mapping[str, int]
) -> list[Recalled]:
    """Return what tells of somebody or something that a message names.

    Args:
        found: Candidates.
        text: The message.
        slots: Of messages, by memory id.
    """
    texts = [item.memory.content for item in found]
    places = [slots.get(item.memory.id, _BY_HAND) for item in found]
    return [found[place] for place in naming(texts, places, text)]


def _said(memory: MemoryItem, slots: Mapping[str, int], size: int) -> Said:
    slot = slots.get(memory.id)
    return Said(
        name=memory.name or "",
        content=memory.content,
        user=None if memory.role is None else memory.role == "user",
        part=_BY_HAND if slot is None else slot * PARTS // max(size, 1),
    )
