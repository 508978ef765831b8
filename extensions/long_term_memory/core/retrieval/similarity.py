"""How near messages lie to a query in meaning, and by how much one stands out.

Owns: what ranking asks of a comparison, and how cosines are made comparable.
Knows nothing of: how vectors are kept, words, weights.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Slots = NDArray[np.int32]

# Cosines are right to a thousandth; below its square they differ by rounding alone.
NO_SPREAD = 1e-6


class Moments(NamedTuple):
    """Mean and standard deviation of the cosines to one query."""

    mean: float
    deviation: float


_NOTHING: Final = Moments(0.0, 1.0)
"""How nothing spreads."""


class Spreads(NamedTuple):
    """How the cosines of all messages spread: of whole ones, passages and windows."""

    whole: Moments = _NOTHING
    passage: Moments = _NOTHING
    window: Moments = _NOTHING


UNMEASURED: Final = Spreads()


class Similarity(Protocol):
    """How near messages lie to a query in meaning; slots without a vector are NaN.

    `turns` are whole messages.
    """

    @property
    def precise(self) -> bool:
        """Whether `turns` is right to a thousandth."""

    def turns(self) -> Scores:
        """Return the cosine of each slot, perhaps approximated."""

    def exact_turns(self, slots: Slots) -> Scores:
        """Return the exact cosines of some slots."""

    def passages(self, slots: Slots) -> Scores:
        """Return the cosine of each slot's best passage; NaN where it is its own."""

    def passage_moments(self) -> Moments:
        """Tell how the cosines of all best passages spread, perhaps from a sample."""

    def windows(self, slots: Slots) -> Scores:
        """Return the cosines of some slots together with their neighbours."""

    def window_moments(self) -> Moments:
        """Tell how the cosines of all windows spread, perhaps from a sample."""


def moments(cosines: Scores) -> Moments:
    """Measure how cosines spread, unknown ones (NaN) apart; no spread counts as one."""
    known = cosines
    if len(known) and np.isnan(known.sum()):
        known = cosines[~np.isnan(cosines)]
    if not len(known):
        return _NOTHING
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
