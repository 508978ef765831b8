"""Put the signals together: score, and tell what is known of the best.

Owns: weights, the two-step ranking, ties.
Knows nothing of: stores, models, texts of memories, prompts.

Ranking is in two steps, because a bank may hold a hundred thousand messages: every
signal that is cheap for all of them, then the dear ones for the best few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ...config import RecallSettings
from ..text.dates import date_score
from ..types import ScoreParts
from .arrays import OUT, highest
from .corpus import USER, CorpusView
from .inverted_index import InvertedIndex, find_words, held_words, lexical_share
from .occasions import first_score, last_score, today_score
from .query import ParsedQuery
from .query_expansion import Neighbours, near_share
from .relevance import Clues
from .signals import Moments, Scores, moments, said_by, standing_out

Slots = NDArray[np.int32]

CANDIDATES: Final = 384
"""So many of the best by the cheap signals are scored by all."""

NOWHERE: Final = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each signal counts for; see `signals` for their ranges."""

    passage: float = 0.8
    dense: float = 0.3
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
            passage=settings.passage_weight,
            dense=settings.dense_weight,
            window=settings.window_weight,
            lexical=settings.lexical_weight,
            near_words=settings.near_words_weight,
            speaker=settings.speaker_weight,
            date=settings.date_weight,
            question=settings.question_weight,
        )


class Likeness(Protocol):
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


class RankedMessage(NamedTuple):
    """A message that fits, its score, and why."""

    row: int
    score: float
    parts: ScoreParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The messages that fit a query best, by score, best first.

    Attributes:
        rows: Their rows.
        parts: What each signal adds, a row each, in the order of `ScoreParts`.
        clues: What is known of each; `clues.score` is the sum of the parts.
        spread: How the cosines of all messages spread.
    """

    rows: Slots
    parts: NDArray[np.float32]
    clues: Clues
    spread: Moments

    def hits(self, places: Sequence[int]) -> list[RankedMessage]:
        """Return some of them with their parts."""
        # Plain numbers in one go: one by one they cost more than the ranking.
        found = zip(
            self.rows[places].tolist(),
            self.clues.score[places].tolist(),
            self.parts[:, places].T.tolist(),
            self.clues.cosine[places].tolist(),
            strict=True,
        )
        return [
            RankedMessage(row, score, _parts_of(values, cosine))
            for row, score, values, cosine in found
        ]


def rank(
    view: CorpusView,
    asked: ParsedQuery,
    postings: InvertedIndex,
    likeness: Likeness | None,
    *,
    near: Mapping[int, Neighbours],
    weights: Weights,
    characters: Collection[int],
    excluded: Slots | None = None,
    here: Slots | None = None,
    max_distance: float = 2.0,
    count: int = CANDIDATES,
) -> Ranked:
    """Return the messages that fit a query best.

    Args:
        view: What may be recalled.
        asked: The query.
        postings: The index of words.
        likeness: Nearness in meaning; None while no vectors are there.
        near: The near words of its own.
        weights: What each signal counts for.
        characters: Author numbers that are the character's.
        excluded: Slots that are not to be recalled; they still lend their words to
            their neighbours.
        here: Slots of what the host shows: where they stand is now.
        max_distance: Cosine distance above which a message is left out.
        count: How many at the most.
    """
    found = find_words(asked.terms, postings, asked.forms)
    cheap = _Cheap(
        lexical=lexical_share(found, view),
        near_words=near_share(near, postings, view),
        speaker=said_by(view.author, asked.about, characters) if asked.about else None,
        date=_dates(view, asked, NOWHERE if here is None else here),
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
        passage_spread=likeness.passage_moments() if likeness is not None else spread,
        window_spread=likeness.window_moments() if likeness is not None else spread,
        weights=weights,
    )
    slots = highest(total, count)
    near_by = _cosines(likeness, cosines, slots)
    chosen = _Candidates(signals, slots, near_by, _known(signals, slots, near_by))
    order = chosen.order(max_distance, broad=asked.broad)
    words = held_words(found, view.rows[slots[order]], len(view))
    return Ranked(
        rows=view.rows[slots[order]],
        parts=chosen.parts[:, order],
        clues=chosen.clues(order, words, cosines),
        spread=spread,
    )


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

    view: CorpusView
    cheap: _Cheap
    likeness: Likeness | None
    spread: Moments
    passage_spread: Moments
    window_spread: Moments
    weights: Weights


def _dates(view: CorpusView, asked: ParsedQuery, here: Slots) -> Scores | None:
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
    """What is known of some slots besides the cosines of the whole.

    Attributes:
        near: The cosine of each one's best passage, which is the whole of a short one.
        beside: How far each stands out with its neighbours.
        rest: The weighted signals from `lexical` on, a row each.
    """

    near: Scores
    beside: Scores
    rest: NDArray[np.float32]


# Rows of the parts, which are in the order of `ScoreParts`.
LEXICAL: Final = 3
DATE: Final = 6


class _Candidates:
    """Some slots, scored by all signals."""

    def __init__(
        self, signals: _Signals, slots: Slots, cosines: Scores, known: _Known
    ) -> None:
        """Score slots by the cosines of the whole and by what else is known of them."""
        self._signals = signals
        self._slots = slots
        self._cosines = known.near
        weights = signals.weights
        passage = standing_out(known.near, signals.passage_spread)
        dense = standing_out(cosines, signals.spread)
        self._passage, self._dense, self._window = passage, dense, known.beside
        self.parts = np.empty((3 + len(known.rest), len(slots)), np.float32)
        np.multiply(passage, np.float32(weights.passage), out=self.parts[0])
        np.multiply(dense, np.float32(weights.dense), out=self.parts[1])
        np.multiply(known.beside, np.float32(weights.window), out=self.parts[2])
        self.parts[3:] = known.rest
        self._scores = self.parts.sum(axis=0)

    def order(self, max_distance: float, *, broad: bool) -> NDArray[np.intp]:
        """Return the places of those that fit, best first.

        Args:
            max_distance: Cosine distance above which a message is left out.
            broad: Whatever was told fits, as all that is known is asked for.
        """
        fits = ~(1 - self._cosines > max_distance) & (broad | self._has_cause())
        # The slots are given newest first, and of equals the newest wins.
        order = np.argsort(-self._scores, kind="stable")
        return order[fits[order]]

    def clues(
        self, order: NDArray[np.intp], words: Scores, cosines: Scores | None
    ) -> Clues:
        """Tell what is known of some of them.

        Args:
            order: Which ones.
            words: Of these, the share of the query's words.
            cosines: Of all slots.
        """
        view, cheap = self._signals.view, self._signals.cheap
        slots = self._slots[order]
        nothing = np.zeros(len(slots), np.float32)

        def told(signal: Scores | None) -> Scores:
            return signal[slots] if signal is not None else nothing

        return Clues(
            cosine=self._cosines[order],
            passage=self._passage[order],
            dense=self._dense[order],
            window=self._window[order],
            before=self._beside(view.left, order, cosines),
            after=self._beside(view.right, order, cosines),
            words=words,
            lexical=told(cheap.lexical),
            speaker=told(cheap.speaker),
            date=told(cheap.date),
            question=view.question[slots].astype(np.float32),
            user=(view.author[slots] == USER).astype(np.float32),
            length=view.length[slots].astype(np.float32),
            score=self._scores[order],
        )

    def _beside(
        self, neighbours: Slots, order: NDArray[np.intp], cosines: Scores | None
    ) -> Scores:
        """Say how far neighbours stand out; where there is none, the message itself."""
        own = self._dense[order]
        if cosines is None:
            return own
        rows = neighbours[self._slots[order]]
        slots = self._signals.view.slots(rows)
        there = (rows > 0) & (slots >= 0)
        beside = standing_out(cosines[np.where(there, slots, 0)], self._signals.spread)
        return np.where(there, beside, own)

    def _has_cause(self) -> NDArray[np.bool_]:
        """Without vectors, only words and dates can say that a message fits."""
        named = (self.parts[LEXICAL] != 0) | (self.parts[DATE] != 0)
        cause: NDArray[np.bool_] = named | ~np.isnan(self._cosines)
        return cause


def _cosines(likeness: Likeness | None, scanned: Scores | None, slots: Slots) -> Scores:
    """Return the cosines of some slots; NaN while there are no vectors."""
    if likeness is None or scanned is None:
        return np.full(len(slots), np.nan, np.float32)
    return scanned[slots] if likeness.precise else likeness.exact_turns(slots)


def _known(signals: _Signals, slots: Slots, cosines: Scores) -> _Known:
    """Look up what is known of slots besides the cosines of the whole."""
    cheap, weights, size = signals.cheap, signals.weights, len(slots)
    if signals.likeness is None:
        near, beside = cosines, np.zeros(size, np.float32)
    else:
        near = signals.likeness.passages(slots)
        near = np.where(np.isnan(near), cosines, near)
        windows = signals.likeness.windows(slots)
        beside = standing_out(windows, signals.window_spread)
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
    return _Known(near, beside, rest)


def _parts_of(values: list[float], cosine: float) -> ScoreParts:
    """Say why a message is recalled; the values are in the order of the parts."""
    distance = max(0.0, 1 - cosine) if not isnan(cosine) else None
    return ScoreParts._make([*values, distance])


def _total(
    view: CorpusView,
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
        # Passages and windows resemble their message, so they add about their share.
        share = weights.passage + weights.dense + weights.window / 2
        total += np.float32(share) * standing_out(cosines, spread)
    return total
