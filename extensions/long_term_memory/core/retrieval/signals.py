"""The signals of recall: each says one thing about every message in view.

Owns: what each signal means and its range; none knows its weight.
Knows nothing of: stores, models, how signals are put together.

The lexical share is in `inverted_index`, the date in `text.dates`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..types import Role
from .corpus import USER

Scores = NDArray[np.float32]

# Cosines are right to a thousandth; below its square they differ by rounding alone.
NO_SPREAD = 1e-6


class Moments(NamedTuple):
    """Mean and standard deviation of the cosines to one query."""

    mean: float
    deviation: float


def moments(cosines: Scores) -> Moments:
    """Measure how cosines spread, unknown ones (NaN) apart; no spread counts as one."""
    known = cosines
    if len(known) and np.isnan(known.sum()):
        known = cosines[~np.isnan(cosines)]
    if not len(known):
        return Moments(0.0, 1.0)
    mean = float(known.mean())
    variance = float(np.dot(known, known)) / len(known) - mean**2
    return Moments(mean, variance**0.5 if variance > NO_SPREAD else 1.0)


def standing_out(cosines: Scores, spread: Moments) -> Scores:
    """Say by how many deviations each cosine stands out; unknown ones (NaN) by 0."""
    scores = cosines - np.float32(spread.mean)
    scores *= np.float32(1 / spread.deviation)
    if len(scores) and np.isnan(scores.sum()):
        scores[np.isnan(scores)] = 0
    return scores


def said_by(
    author: NDArray[np.int16], about: Role | None, characters: Collection[int]
) -> Scores:
    """Return +1 where the one spoken of speaks, -1 where the other does, else 0.

    Args:
        author: Who said each message; see `Columns.author`.
        about: Whom the query is about, if that is clear.
        characters: Author numbers that are the character's.
    """
    if about not in ("user", "assistant"):
        return np.zeros(len(author), np.float32)
    sign = np.float32(1 if about == "user" else -1)
    scores: Scores = (author == USER).astype(np.float32)
    scores *= sign
    for number in characters:
        scores -= (author == number) * sign
    return scores
