"""How many of the candidates are told.

Owns: from which chance on memory speaks, and where it ends.
Knows nothing of: how chances are made, prompts, stores.

One answer takes a few lines, and "tell me everything" many: a candidate is told while
it is likely enough to help for the room that it takes, and the more was told already,
the likelier it must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Final, NamedTuple

from ..text.scripts import count_unspaced

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


MANY: Final = 200
"""In longer memories more messages share the chance to help: of each is asked less."""

FAR: Final = 11.0
"""So far below the best, in the unit of the plain score, nothing is told of a memory
of `LONG` messages: of many that are a little likely most are not meant. Of shorter
ones it is farther."""

NEARER: Final = 2.0
"""For each e-fold of the room that is taken the next must stand so much nearer."""

LONG: Final = 384
"""So many candidates are looked at closely at the most."""

_ROOM: Final = 100.0

# By banks left out of the fitting: the silence that costs about two needing messages
# in a hundred, and as many tokens as tell some nine of ten what they need.
ENGLISH: Final = Bounds(speak_from=0.2, least_help=0.015, room=250.0)
FOREIGN: Final = Bounds(speak_from=0.16, least_help=0.008, room=380.0)
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


def least_help_of(bounds: Bounds, among: int) -> float:
    """Return how likely one of so many candidates must be to help, to be told."""
    return bounds.least_help * min(1.0, MANY / max(among, 1))


def chosen(
    helps: Sequence[float],
    costs: Sequence[float],
    bounds: Bounds = ENGLISH,
    *,
    standing: Sequence[float] = (),
    among: int = 0,
) -> list[int]:
    """Return which candidates are told, of some that stand best first.

    Args:
        helps: For each, the chance that it helps if anything does.
        costs: About how many tokens each takes.
        bounds: Where to end.
        standing: How high each stands; empty if all stand alike.
        among: Of how many candidates these are the best.
    """
    least = least_help_of(bounds, among)
    highest = max(standing, default=0.0)
    far = FAR * max(1.0, LONG / max(among, 1))
    told: list[int] = []
    spent = 0.0
    heights = standing or [highest] * len(helps)
    for place, (chance, cost, height) in enumerate(
        zip(helps, costs, heights, strict=True)
    ):
        low = chance < least * (1 + spent / bounds.room)
        below = highest - height > far - NEARER * log1p(spent / _ROOM)
        if len(told) >= FIRST and (low or below):
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
