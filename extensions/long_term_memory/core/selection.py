"""How many of the candidates are told.

Owns: from which chance on memory speaks, and where it ends.
Knows nothing of: how chances are made, prompts, stores.

One answer takes a few lines, and "tell me everything" many: a candidate is told while
it is likely enough to help for the room that it takes, and the more was told already,
the likelier it must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .scripts import count_unspaced

SPEAK_FROM: Final = 0.45
"""Below this chance that anything told helps, memory is silent."""

FIRST: Final = 3
"""So many are told if anything is: of a short chat little can be told apart."""

LEAST_HELP: Final = 0.015
"""So likely must the next be to help, if anything does."""

ROOM: Final = 250.0
"""With so many tokens told, one more must be twice as likely to help."""

LONGEST: Final = 60
"""A longer memory counts as so many tokens: it is told in part."""

FRAME: Final = 4
"""Tokens of a name and a line break."""

_PER_TOKEN: Final = 4.5
"""Characters to a token where words are written apart."""


def speaks(needed: float) -> bool:
    """Say whether anything is told at all."""
    return needed >= SPEAK_FROM


def chosen(helps: Sequence[float], costs: Sequence[float]) -> list[int]:
    """Return which candidates are told, of some that stand best first.

    Args:
        helps: For each, the chance that it helps if anything does.
        costs: About how many tokens each takes.
    """
    told: list[int] = []
    spent = 0.0
    for place, (chance, cost) in enumerate(zip(helps, costs, strict=True)):
        if len(told) >= FIRST and chance < LEAST_HELP * (1 + spent / ROOM):
            continue
        told.append(place)
        spent += cost
    return told


def cost_of(text: str) -> float:
    """Return about how many tokens a memory takes in a prompt."""
    text = text[: 10 * LONGEST]
    alone = count_unspaced(text)
    tokens = alone + (len(text) - alone) / _PER_TOKEN
    return float(min(tokens, LONGEST) + FRAME)
