"""The chance that a memory helps to answer a message.

Owns: what is read of candidates and of the message, the form of the regressions.
Knows nothing of: where coefficients come from, stores, how many are told.

Two regressions, for they answer two questions. Whether anything that was told helps at
all is asked once for a message: what kind it is, and how near the nearest lies. Which
of the candidates helps, if any does, is asked for each: how far it stands out, in what
it lags behind the best, who said it. The chance of a candidate is the product.
`benchmarks/fit_relevance.py` fits both on labelled chats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..text.languages import ENGLISH, language_of
from ..text.scripts import is_unspaced
from ..text.tokenizer import written_words
from .intent import COMMAND, KINDS, Intent
from .query import ParsedQuery
from .selection import bounds_of
from .similarity import Scores

Columns = Mapping[str, NDArray[np.float32]]

_LEAST: Final = 1e-3
"""No kind of message is less likely than that, nor more than its opposite."""

_LEAST_HELP: Final = 1e-6
"""No candidate is held for less likely to help, so that log-odds stay numbers."""

_MANY: Final = 200
"""More candidates than that were seldom fitted on."""

ODDS_WEIGHT: Final = 1 / 3
"""Beside the plain score the log-odds of helping rank. The score was weighed on long
conversations, the odds are fitted on chats of at most two hundred messages: together
they order both as well as the better one alone."""


class Clues(NamedTuple):
    """What is known of each candidate, an array each.

    Attributes:
        cosine: Of its best passage; NaN while there is no vector.
        passage: By how many deviations that stands out; 0 without a vector.
        dense: The same of the whole message.
        window: The same with its neighbours.
        before, after: The same of the neighbour on either side.
        words: Share of the query's words that it holds itself, by rarity; 0 … 1.
        lexical: `inverted_index.lexical_share`.
        speaker: `signals.said_by`.
        date: How near it lies to a date of the query; 0 … 1.
        question: Whether it ends as a question; 0 or 1.
        user: Whether the user said it; 0 or 1.
        length: Its number of words.
        fact: Whether it tells a fact that still holds: 0, `signals.STATES`, or 1 if
            the message asks for one or has need of it.
        score: The weighted sum of the signals.
    """

    cosine: Scores
    passage: Scores
    dense: Scores
    window: Scores
    before: Scores
    after: Scores
    words: Scores
    lexical: Scores
    speaker: Scores
    date: Scores
    question: Scores
    user: Scores
    length: Scores
    fact: Scores
    score: Scores

    @classmethod
    def joined(cls, one: Clues, other: Clues) -> Clues:
        """Put two lists of candidates one after the other."""
        return cls(*map(np.concatenate, zip(one, other, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A logistic regression over named columns, with all their products if wanted.

    Attributes:
        names: Columns that are read, in order.
        mean, scale: What is taken off each column, and what it is divided by then.
        weights: One for each column.
        products: One for each pair of columns, or None.
    """

    names: tuple[str, ...]
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    intercept: float
    weights: NDArray[np.float32]
    products: NDArray[np.float32] | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Regression:
        """Read one as `benchmarks/fit_relevance.py` writes it.

        Raises:
            KeyError: A part is missing.
            ValueError: There are not as many numbers as names.
        """
        size = len(told["names"])
        arrays = {
            key: np.array(told[key], np.float32) for key in ("mean", "scale", "weights")
        }
        products = told.get("products")
        square = None
        if products is not None:
            square = np.zeros((size, size), np.float32)
            square[np.triu_indices(size)] = products
        if any(len(one) != size for one in arrays.values()):
            raise ValueError(f"not one number for each of {told['names']!r}")
        return cls(
            names=tuple(told["names"]),
            intercept=float(told["intercept"]),
            products=square,
            **arrays,
        )

    def chance(self, values: Mapping[str, float]) -> float:
        """Return the chance for one row."""
        row = np.array([values[name] for name in self.names], np.float32)
        return float(self._chances(row[:, None])[0])

    def chances(self, columns: Columns) -> Scores:
        """Return a chance for each row of some columns."""
        # A row for each column: sums over rows are several times faster than along.
        return self._chances(
            np.array([columns[name] for name in self.names], np.float32)
        )

    def _chances(self, read: NDArray[np.float32]) -> Scores:
        """Return a chance for each column; what is read is overwritten."""
        read -= self.mean[:, None]
        read /= self.scale[:, None]
        total = self.weights @ read + np.float32(self.intercept)
        if self.products is not None:
            crossed = self.products @ read
            crossed *= read
            total += crossed.sum(axis=0)
        return _chance_of(total)


class Judgement(NamedTuple):
    """What is thought of a message and of its candidates.

    Attributes:
        needed: The chance that anything among them helps.
        helps: For each, the chance that it does, if anything does.
        foreign: Whether the message is in another language than English.
    """

    needed: float
    helps: Scores
    foreign: bool = False

    @property
    def chances(self) -> Scores:
        """Return for each candidate the chance that it helps."""
        return self.helps * np.float32(self.needed)

    def standing(self, score: Scores) -> Scores:
        """Return how high each candidate stands, in the unit of the plain score.

        Args:
            score: Of each, as in `Clues`.
        """
        return stands(self.helps, score)

    def order(self, score: Scores) -> NDArray[np.intp]:
        """Return the places of candidates, best first; `score` as for `standing`."""
        return np.argsort(-self.standing(score), kind="stable")

    @property
    def speaks(self) -> bool:
        """Whether anything is told at all."""
        return self.needed >= bounds_of(self.foreign).speak_from


@dataclass(frozen=True, slots=True, kw_only=True)
class RelevanceModel:
    """The coefficients, by what there is to compare.

    Attributes:
        embedder: Whose cosines `near` reads; those of others mean other things.
        helps: Which candidate helps, by meaning and words.
        helps_words: The same by words alone.
        near: Whether anything helps, by cosines of `embedder`.
        near_any: The same by any embedder's: only how far cosines stand out is read.
        near_words: The same by words alone.
    """

    embedder: str
    helps: Regression
    helps_words: Regression
    near: Regression
    near_any: Regression
    near_words: Regression

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> RelevanceModel:
        """Read what `benchmarks/fit_relevance.py` writes.

        Raises:
            KeyError: A part is missing.
            ValueError: A regression does not fit its columns.
        """
        parts = ("helps", "helps_words", "near", "near_any", "near_words")
        read = {part: Regression.read(told[part]) for part in parts}
        return cls(embedder=str(told["embedder"]), **read)

    def judge(
        self, clues: Clues, asked: ParsedQuery, intent: Intent, embedder: str | None
    ) -> Judgement:
        """Say how likely it is that candidates help to answer a message.

        Args:
            clues: Of all candidates.
            asked: The message as ranking reads it.
            intent: What kind of message it is.
            embedder: Name of the model that made the cosines; None without vectors.

        Returns:
            The judgement; candidates without a vector are judged by words alone.
        """
        if not len(clues.score):
            return Judgement(0.0, np.empty(0, np.float32))
        each = of_each(clues, asked)
        helps, chances = np.zeros(len(clues.score), np.float32), [0.0]
        lacking = np.isnan(clues.cosine) | (embedder is None)
        if embedder is not None and not lacking.all():
            helps = self.helps.chances(each)
            near = self.near if embedder == self.embedder else self.near_any
            chances.append(near.chance(of_message(clues, helps, asked, intent)))
        if lacking.any():
            # What was said a moment ago has no vector yet: its words speak for it.
            helps = np.where(lacking, self.helps_words.chances(each), helps)
            columns = of_message(clues, helps, asked, intent)
            chances.append(self.near_words.chance(columns))
        return Judgement(max(chances), helps, is_foreign(asked))


def of_each(clues: Clues, asked: ParsedQuery) -> dict[str, Scores]:
    """Return what is read of each candidate, by name; free of any embedder's scale."""
    foreign = np.full(len(clues.score), is_foreign(asked), np.float32)
    return {
        **{name: getattr(clues, name) for name in _AS_IT_IS},
        "root_words": np.sqrt(clues.words),
        "length": np.log1p(clues.length),
        "passage_lag": clues.passage - clues.passage.max(),
        "words_lag": clues.words - clues.words.max(),
        "score_lag": clues.score - clues.score.max(),
        "rank": np.log1p(_rank(clues.score)),
        "foreign": foreign,
    }


_AS_IT_IS: Final = (
    *("passage", "dense", "window", "before", "after", "words", "lexical", "speaker"),
    *("date", "question", "user"),
)


def of_message(
    clues: Clues, helps: Scores, asked: ParsedQuery, intent: Intent
) -> dict[str, float]:
    """Return what is read of a message and of what lies nearest to it, by name."""
    known = np.where(np.isnan(clues.cosine), np.float32(-1), clues.cosine)
    kinds = {
        kind: logit(intent.probabilities[kind]) for kind in KINDS if kind != COMMAND
    }
    chat = intent.probabilities["small_talk"] + intent.probabilities["filler"]
    return {
        **kinds,
        "need": logit(intent.need),
        "chat": logit(chat),
        "nearest": float(known.max()),
        "stands_out": float(clues.passage.max()),
        "words": float(clues.words.max()),
        "best": logit(float(helps.max())),
        "size": size_of(clues),
        "foreign": float(is_foreign(asked)),
        "terms": float(np.log1p(len(set(asked.terms.tolist())))),
        "dated": float(asked.calls),
        "of_user": float(asked.about == "user"),
        "of_character": float(asked.about == "assistant"),
    }


def stands(helps: Scores, score: Scores) -> Scores:
    """Return how high candidates stand by the chance to help and the plain score."""
    held = np.clip(helps, _LEAST_HELP, 1 - _LEAST_HELP)
    odds: Scores = np.log(held / (1 - held))
    odds *= np.float32(ODDS_WEIGHT)
    return score + odds


def is_foreign(asked: ParsedQuery) -> bool:
    """Say whether a message is in another language than English, as far as told."""
    return _is_foreign(asked.text)


@lru_cache(maxsize=64)
def _is_foreign(text: str) -> bool:
    return is_unspaced(text) or language_of(written_words(text)) != ENGLISH


def size_of(clues: Clues) -> float:
    """Return how many candidates there are, in logs; many are like many more."""
    return float(np.log(min(len(clues.score), _MANY)))


def logit(chance: float) -> float:
    """Return the log-odds of a chance, kept from the ends."""
    chance = min(max(chance, _LEAST), 1 - _LEAST)
    return float(np.log(chance / (1 - chance)))


def _chance_of(total: Scores) -> Scores:
    chances: Scores = (1 / (1 + np.exp(-np.clip(total, -30, 30)))).astype(np.float32)
    return chances


def _rank(score: Scores) -> Scores:
    rank = np.empty(len(score), np.float32)
    rank[np.argsort(-score, kind="stable")] = np.arange(len(score), dtype=np.float32)
    return rank
