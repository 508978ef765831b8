"""Put the signals together: score, and tell what is known of the best.

Owns: the two-step ranking, ties.
Knows nothing of: which signals there are, stores, models, texts of memories, prompts.

Ranking is in two steps, because a bank may hold a hundred thousand messages: every
signal that is cheap for all of them, then the dear ones for the best few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..types import ScoreParts
from .arrays import OUT, highest
from .corpus import USER, CorpusView
from .inverted_index import InvertedIndex, find_words, held_words
from .query import ParsedQuery
from .query_expansion import Neighbours
from .relevance import Clues
from .signals import (
    NOWHERE,
    Bearings,
    Candidates,
    RankInput,
    Shares,
    Stage,
    WeightedSignal,
)
from .similarity import (
    UNMEASURED,
    Moments,
    Scores,
    Similarity,
    Slots,
    Spreads,
    moments,
    standing_out,
)

CANDIDATES: Final = 384
"""So many of the best by the cheap signals are scored by all."""

ByName = Mapping[str, NDArray[Any] | None]


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
        names: Of the signals.
        parts: What each signal adds, a row each.
        clues: What is known of each; `clues.score` is the sum of the parts.
        spread: How the cosines of all messages spread.
    """

    rows: Slots
    names: tuple[str, ...]
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
            RankedMessage(
                row,
                score,
                ScoreParts(
                    dict(zip(self.names, values, strict=True)), _distance(cosine)
                ),
            )
            for row, score, values, cosine in found
        ]


def rank(
    view: CorpusView,
    asked: ParsedQuery,
    postings: InvertedIndex,
    similarity: Similarity | None,
    *,
    near: Mapping[int, Neighbours],
    signals: Sequence[WeightedSignal],
    characters: Collection[int],
    excluded: Slots | None = None,
    here: Slots | None = None,
    shares: Shares | None = None,
    bearings: Bearings | None = None,
    max_distance: float = 2.0,
    count: int = CANDIDATES,
) -> Ranked:
    """Return the messages that fit a query best.

    Args:
        view: What may be recalled.
        asked: The query.
        postings: The index of words.
        similarity: Nearness in meaning; None while no vectors are there.
        near: The near words of its own.
        signals: In the order of scores, each with what it counts for.
        characters: Author numbers that are the character's.
        excluded: Slots that are not to be recalled; they still lend their words to
            their neighbours.
        here: Slots of what the host shows: where they stand is now.
        shares: Returns what messages show of feelings; see `RankInput`.
        bearings: Returns what messages tell that still holds; see `RankInput`.
        max_distance: Cosine distance above which a message is left out.
        count: How many at the most.
    """
    cosines = similarity.turns() if similarity is not None else None
    given = RankInput(
        view=view,
        asked=asked,
        found=find_words(asked.terms, postings, asked.forms),
        postings=postings,
        near=near,
        characters=characters,
        here=NOWHERE if here is None else here,
        spreads=_spreads(similarity, cosines),
        shares=shares,
        bearings=bearings,
    )
    of_all = {
        one.name: one.score(given) for one, _ in signals if one.stage is Stage.ALL
    }
    total = _total(given, signals, of_all, cosines)
    if excluded is not None:
        total[excluded] = OUT
    slots = highest(total, count)
    given = replace(given, candidates=_compared(similarity, cosines, slots))
    chosen = _Chosen(given, signals, of_all)
    order = chosen.order(max_distance)
    words = held_words(given.found, view.rows[slots[order]], len(view))
    return Ranked(
        rows=view.rows[slots[order]],
        names=tuple(one.name for one, _ in signals),
        parts=chosen.parts[:, order],
        clues=chosen.clues(order, words, cosines),
        spread=given.spreads.whole,
    )


def _spreads(similarity: Similarity | None, cosines: Scores | None) -> Spreads:
    """Measure how cosines spread; while there are none, nothing stands out."""
    if similarity is None or cosines is None:
        return UNMEASURED
    return Spreads(
        moments(cosines), similarity.passage_moments(), similarity.window_moments()
    )


def _total(
    given: RankInput,
    signals: Sequence[WeightedSignal],
    of_all: ByName,
    cosines: Scores | None,
) -> Scores:
    """Add the signals that are known for all slots."""
    total = np.zeros(len(given.view), np.float32)
    # The last digit of a sum hangs on its order, and ties on the last digit.
    for one, weight in sorted(signals, key=lambda pair: pair.spec.of_query):
        scores = of_all.get(one.name)
        if scores is not None:
            total += np.float32(weight) * scores
    if cosines is not None:
        share = 0.0
        for one, weight in signals:
            share += weight * one.estimate
        total += np.float32(share) * standing_out(cosines, given.spreads.whole)
    return total


def _compared(
    similarity: Similarity | None, scanned: Scores | None, slots: Slots
) -> Candidates:
    """Compare candidates closely; NaN while there are no vectors."""
    if similarity is None or scanned is None:
        unknown = np.full(len(slots), np.nan, np.float32)
        return Candidates(slots, unknown, unknown, unknown)
    precise = similarity.precise
    whole = scanned[slots] if precise else similarity.exact_turns(slots)
    passage = similarity.passages(slots)
    passage = np.where(np.isnan(passage), whole, passage)
    return Candidates(slots, whole, passage, similarity.windows(slots))


class _Chosen:
    """The candidates, scored by all signals."""

    def __init__(
        self, given: RankInput, signals: Sequence[WeightedSignal], of_all: ByName
    ) -> None:
        """Score them.

        Args:
            given: With the candidates.
            signals: Each with its weight.
            of_all: Signals of all slots, by name.
        """
        self._given = given
        slots = given.candidates.slots
        self._scores: dict[str, NDArray[Any]] = {}
        self.parts = np.zeros((len(signals), len(slots)), np.float32)
        self._has_cause = ~np.isnan(given.candidates.passage)
        for (one, weight), part in zip(signals, self.parts, strict=True):
            if one.stage is Stage.ALL:
                known = of_all[one.name]
                scores = known[slots] if known is not None else None
            else:
                scores = one.score(given)
            if scores is None:
                continue
            self._scores[one.name] = scores
            np.multiply(scores, np.float32(weight), out=part)
            if one.is_cause:
                self._has_cause |= part != 0
        self._total = self.parts.sum(axis=0)

    def order(self, max_distance: float) -> NDArray[np.intp]:
        """Return the places of those that fit, best first.

        Where all that is known is asked for, whatever was told fits. Else, without a
        vector, only words and dates can say so.

        Args:
            max_distance: Cosine distance above which a message is left out.
        """
        far = 1 - self._given.candidates.passage > max_distance
        fits = ~far & (self._given.asked.broad | self._has_cause)
        # The slots are given newest first, and of equals the newest wins.
        order = np.argsort(-self._total, kind="stable")
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
        view, candidates = self._given.view, self._given.candidates
        slots = candidates.slots[order]
        nothing = np.zeros(len(slots), np.float32)

        def told(name: str) -> Scores:
            scores = self._scores.get(name)
            return nothing if scores is None else scores[order]

        dense = told("dense")
        return Clues(
            cosine=candidates.passage[order],
            passage=told("passage"),
            dense=dense,
            window=told("window"),
            before=self._beside(view.left[slots], dense, cosines),
            after=self._beside(view.right[slots], dense, cosines),
            words=words,
            lexical=told("lexical"),
            speaker=told("speaker"),
            date=told("date"),
            question=view.question[slots].astype(np.float32),
            user=(view.author[slots] == USER).astype(np.float32),
            length=view.length[slots].astype(np.float32),
            fact=told("fact"),
            score=self._total[order],
        )

    def _beside(self, rows: Slots, own: Scores, cosines: Scores | None) -> Scores:
        """Say how far neighbours stand out; where there is none, the message itself."""
        if cosines is None:
            return own
        slots = self._given.view.slots(rows)
        there = (rows > 0) & (slots >= 0)
        near = cosines[np.where(there, slots, 0)]
        return np.where(there, standing_out(near, self._given.spreads.whole), own)


def _distance(cosine: float) -> float | None:
    return None if isnan(cosine) else max(0.0, 1 - cosine)
