"""How many of the candidates are told.

Owns: from which chance on memory speaks, and where it ends.
Knows nothing of: how chances are made, prompts, stores.

One answer takes a few lines, and "tell me everything" many: a candidate is told while
it is likely enough to help for the room that it takes, and the more was told already,
the likelier it must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from .scripts import count_unspaced

FIRST: Final = 3
"""So many are told if anything is: of a short chat little can be told apart."""


class Bounds(NamedTuple):
    """Where telling begins and ends.

    Attributes:
        speak_from: Below this chance that anything told helps, memory is silent.
        least_help: So likely must the next be to help, if anything does.
        room: With so many tokens told, one more must be twice as likely to help.
    """

    speak_from: float
    least_help: float
    room: float


# By banks left out of the fitting: the silence that costs about two needing messages
# in a hundred, and as many tokens as tell more than nine of ten what they need.
ENGLISH: Final = Bounds(speak_from=0.42, least_help=0.015, room=250.0)
FOREIGN: Final = Bounds(speak_from=0.3, least_help=0.0065, room=380.0)
"""In languages that the embedder was not made for what helps ranks lower: more is told,
and sooner."""

LONGEST: Final = 60
"""A longer memory counts as so many tokens: it is told in part."""

FRAME: Final = 4
"""Tokens of a name and a line break."""

_PER_TOKEN: Final = 4.5
"""Characters to a token where words are written apart."""


def bounds_of(foreign: bool) -> Bounds:
    """Return the bounds for a message in English, or in another language."""
    return FOREIGN if foreign else ENGLISH


def chosen(
    helps: Sequence[float], costs: Sequence[float], bounds: Bounds = ENGLISH
) -> list[int]:
    """Return which candidates are told, of some that stand best first.

    Args:
        helps: For each, the chance that it helps if anything does.
        costs: About how many tokens each takes.
        bounds: Where to end.
    """
    told: list[int] = []
    spent = 0.0
    for place, (chance, cost) in enumerate(zip(helps, costs, strict=True)):
        least = bounds.least_help * (1 + spent / bounds.room)
        if len(told) >= FIRST and chance < least:
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
