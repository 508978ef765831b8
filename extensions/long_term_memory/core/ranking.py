"""Put the signals together: score, gate, cut.

Owns: weights, the two-step ranking, when to be silent, ties.
Knows nothing of: stores, models, texts of memories, prompts.

Ranking is in two steps, because a bank may hold a hundred thousand messages: every
signal that is cheap for all of them, then the dear ones for the best few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..config import RecallSettings
from .asking import Asked
from .gate import asks_for_something, near_bound, near_enough
from .occasions import first_score, last_score, today_score
from .postings import Postings, lexical_share
from .signals import Moments, Scores, moments, said_by, standing_out
from .times import date_score
from .types import ScoreParts
from .view import View
from .words import Near, near_share

Slots = NDArray[np.int32]

CANDIDATES: Final = 384
"""So many of the best by the cheap signals are scored by all."""

NOWHERE: Final = np.empty(0, np.int32)

OUT: Final = np.float32(-1e9)
"""Below any score: never recalled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each signal counts for; see `signals` for their ranges."""

    dense: float = 1.0
    window: float = 0.5
    lexical: float = 12.0
    near_words: float = 0.0
    speaker: float = 1.5
    date: float = 5.0
    question: float = -0.75

    @classmethod
    def of(cls, settings: RecallSettings) -> Weights:
        """Take the weights from the settings."""
        return cls(
            dense=settings.dense_weight,
            window=settings.window_weight,
            lexical=settings.lexical_weight,
            near_words=settings.near_words_weight,
            speaker=settings.speaker_weight,
            date=settings.date_weight,
            question=settings.question_weight,
        )


class Likeness(Protocol):
    """How near messages lie to a query in meaning; slots without a vector are NaN."""

    @property
    def precise(self) -> bool:
        """Whether `turns` is right to a thousandth."""

    def turns(self) -> Scores:
        """Return the cosine of each slot, perhaps approximated."""

    def exact_turns(self, slots: Slots) -> Scores:
        """Return the exact cosines of some slots."""

    def windows(self, slots: Slots) -> Scores:
        """Return the cosines of some slots together with their neighbours."""

    def window_moments(self) -> Moments:
        """Tell how the cosines of all windows spread, perhaps from a sample."""

    def pair_moments(self) -> Moments | None:
        """Tell how the cosines of any two messages spread; None while they are few."""


class Hit(NamedTuple):
    """A message that fits, its score, and why."""

    row: int
    score: float
    parts: ScoreParts


def rank(
    view: View,
    asked: Asked,
    postings: Postings,
    likeness: Likeness | None,
    *,
    near: Mapping[int, Near],
    weights: Weights,
    characters: Collection[int],
    limit: int,
    excluded: Slots | None = None,
    here: Slots | None = None,
    gated: bool = True,
    max_distance: float = 2.0,
) -> list[Hit]:
    """Return the messages that fit a query best, best first.

    Args:
        view: What may be recalled.
        asked: The query.
        postings: The index of words.
        likeness: Nearness in meaning; None while no vectors are there.
        near: The near words of its own.
        weights: What each signal counts for.
        characters: Author numbers that are the character's.
        limit: How many at the most.
        excluded: Slots that are not to be recalled; they still lend their words to
            their neighbours.
        here: Slots of what the host shows: where they stand is now.
        gated: Whether to be silent when nothing is relevant.
        max_distance: Cosine distance above which a message is left out.
    """
    if limit <= 0 or not len(view):
        return []
    date = _dates(view, asked, NOWHERE if here is None else here)
    gated = gated and not (date is not None and date.any())
    if gated and not asks_for_something(asked.text):
        return []
    cheap = _Cheap(
        lexical=lexical_share(asked.terms, postings, view, asked.forms),
        near_words=near_share(near, postings, view),
        speaker=said_by(view.author, asked.about, characters) if asked.about else None,
        date=date,
    )
    cosines = likeness.turns() if likeness is not None else None
    spread = moments(cosines) if cosines is not None else Moments(0.0, 1.0)
    total = _total(view, cheap, cosines, spread, weights)
    if excluded is not None:
        total[excluded] = OUT
    signals = _Signals(
        view=view,
        cheap=cheap,
        likeness=likeness,
        spread=spread,
        window_spread=likeness.window_moments() if likeness is not None else spread,
        weights=weights,
    )
    slots = _best(total, max(CANDIDATES, limit))
    near_by = _cosines(likeness, cosines, slots)
    chosen = _Candidates(signals, slots, near_by, _known(signals, slots))
    if gated and not chosen.relevant():
        return []
    return chosen.hits(limit=limit, max_distance=max_distance)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cheap:
    """The signals of all slots; None where the query gives no cause for one."""

    lexical: Scores | None
    near_words: Scores | None
    speaker: Scores | None
    date: Scores | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signals:
    """All that a candidate's score is made of."""

    view: View
    cheap: _Cheap
    likeness: Likeness | None
    spread: Moments
    window_spread: Moments
    weights: Weights


def _dates(view: View, asked: Asked, here: Slots) -> Scores | None:
    """Say what lies near a date of the query, or at the part of the past it names."""
    if not asked.calls:
        return None
    score = date_score(view.said_at, asked.dates)
    if asked.today:
        score = np.maximum(score, today_score(view.said_at, asked.today))
    if asked.beginning:
        score = np.maximum(score, first_score(view.said_at, view.rows))
    if asked.last:
        score = np.maximum(score, last_score(view, here))
    return score


class _Known(NamedTuple):
    """What is known of some slots besides their own cosines.

    Attributes:
        beside: How far each stands out with its neighbours; NaN where it has none
            yet, as the newest message, which alone stands for its window then.
        rest: The weighted signals from `lexical` on, a row each.
    """

    beside: Scores
    rest: NDArray[np.float32]


# Rows of the parts, which are in the order of `ScoreParts`.
LEXICAL: Final = 2
DATE: Final = 5


class _Candidates:
    """Some slots, scored by all signals."""

    def __init__(
        self, signals: _Signals, slots: Slots, cosines: Scores, known: _Known
    ) -> None:
        """Score slots by their cosines and by what else is known of them."""
        self._signals = signals
        self._slots = slots
        self._cosines = cosines
        weights = signals.weights
        dense = standing_out(cosines, signals.spread)
        window = np.where(np.isnan(known.beside), dense, known.beside)
        self._parts = np.empty((2 + len(known.rest), len(slots)), np.float32)
        np.multiply(dense, np.float32(weights.dense), out=self._parts[0])
        np.multiply(window, np.float32(weights.window), out=self._parts[1])
        self._parts[2:] = known.rest
        self._scores = self._parts.sum(axis=0)

    def hits(self, *, limit: int, max_distance: float) -> list[Hit]:
        """Return the best with their parts, best first."""
        order = self._order(max_distance)[:limit]
        # Plain numbers in one go: one by one they cost more than the ranking.
        found = zip(
            self._signals.view.rows[self._slots[order]].tolist(),
            self._scores[order].tolist(),
            self._parts[:, order].T.tolist(),
            self._cosines[order].tolist(),
            strict=True,
        )
        return [
            Hit(row, score, _parts_of(values, cosine))
            for row, score, values, cosine in found
        ]

    def _order(self, max_distance: float) -> NDArray[np.intp]:
        fits = ~(1 - self._cosines > max_distance) & self._has_cause()
        # The slots are given newest first, and of equals the newest wins.
        order = np.argsort(-self._scores, kind="stable")
        return order[fits[order]]

    def relevant(self) -> bool:
        """Say whether any of them is near enough to be worth anything."""
        likeness, shares = self._signals.likeness, self._signals.cheap.lexical
        pairs = likeness.pair_moments() if likeness is not None else None
        known = self._cosines[~np.isnan(self._cosines)]
        lexical = shares[self._slots].max(initial=0) if shares is not None else 0
        return near_enough(
            cosine=float(known.max(initial=-1)),
            lexical=float(lexical),
            bound=near_bound(pairs),
        )

    def _has_cause(self) -> NDArray[np.bool_]:
        """Without vectors, only words and dates can say that a message fits."""
        named = (self._parts[LEXICAL] != 0) | (self._parts[DATE] != 0)
        cause: NDArray[np.bool_] = named | ~np.isnan(self._cosines)
        return cause


def _cosines(likeness: Likeness | None, scanned: Scores | None, slots: Slots) -> Scores:
    """Return the cosines of some slots; NaN while there are no vectors."""
    if likeness is None or scanned is None:
        return np.full(len(slots), np.nan, np.float32)
    return scanned[slots] if likeness.precise else likeness.exact_turns(slots)


def _known(signals: _Signals, slots: Slots) -> _Known:
    """Look up what is known of slots besides their own cosines."""
    cheap, weights, size = signals.cheap, signals.weights, len(slots)
    if signals.likeness is None:
        beside = np.full(size, np.nan, np.float32)
    else:
        cosines = signals.likeness.windows(slots)
        beside = standing_out(cosines, signals.window_spread)
        beside[np.isnan(cosines)] = np.nan
    rest = np.zeros((5, size), np.float32)
    for row, weight, signal in (
        (0, weights.lexical, cheap.lexical),
        (1, weights.near_words, cheap.near_words),
        (2, weights.speaker, cheap.speaker),
        (3, weights.date, cheap.date),
        (4, weights.question, signals.view.question),
    ):
        if signal is not None:
            np.multiply(signal[slots], np.float32(weight), out=rest[row])
    return _Known(beside, rest)


def _parts_of(values: list[float], cosine: float) -> ScoreParts:
    """Say why a message is recalled; the values are in the order of the parts."""
    distance = max(0.0, 1 - cosine) if not isnan(cosine) else None
    return ScoreParts._make([*values, distance])


def _total(
    view: View,
    cheap: _Cheap,
    cosines: Scores | None,
    spread: Moments,
    weights: Weights,
) -> Scores:
    """Add the signals that are known for all slots."""
    total = np.multiply(view.question, np.float32(weights.question), dtype=np.float32)
    for weight, signal in (
        (weights.lexical, cheap.lexical),
        (weights.near_words, cheap.near_words),
        (weights.speaker, cheap.speaker),
        (weights.date, cheap.date),
    ):
        if signal is not None:
            total += np.float32(weight) * signal
    if cosines is not None:
        # A window resembles its message, so it will add about its share.
        share = weights.dense + weights.window / 2
        total += np.float32(share) * standing_out(cosines, spread)
    return total


def _best(total: Scores, count: int) -> Slots:
    """Return the slots with about the `count` highest totals, newest first.

    Selecting among maxima of blocks, then taking all that reach the threshold, is
    several times faster than selecting among all. Of equals the newest stay; what is
    out is left out.
    """
    threshold = _threshold(total, count)
    slots = np.flatnonzero(total > threshold)
    wanted = count - len(slots)
    if wanted > 0:
        slots = np.concatenate([np.flatnonzero(total == threshold)[-wanted:], slots])
    newest_first = np.sort(slots[total[slots] > OUT])[::-1]
    return newest_first.astype(np.int32)


def _threshold(total: Scores, count: int) -> np.float32:
    """Return a score that at least `count` slots reach, and not many more."""
    if len(total) <= count:
        return OUT
    block = max(1, min(32, len(total) // (2 * count)))
    whole = len(total) // block * block
    # The blocks are interleaved, which is several times faster than one by one.
    maxima = total[:whole].reshape(block, -1).max(axis=0)
    rest = total[whole:]
    among = np.concatenate([maxima, rest])
    place = len(among) - min(count, len(among))
    reached: np.float32 = np.partition(among, place)[place]
    return reached
