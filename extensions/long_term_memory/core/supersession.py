"""Which statement replaces which: "I work at a bank" and, later, "I quit the bank".

Owns: the signals of a replacement and their weights, the order of what was recalled,
whether a question asks for the past.
Knows nothing of: stores, models, scores of recall, prompts.

Nothing is known for certain here. Of two statements the newer may replace the older if
they tell of the same: their vectors are alike, they share a rare word (a name), or both
speak of a job, a home, a price. It speaks for it that the newer has a word of change
and was said in another chat. Two cats share as much as a cat and its successor, so
`supersessions` asks for much; among the few that a question brings to mind less is
enough to put the newer first, as nothing is lost by an order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .change_words import (
    CHANGE,
    CHANGE_PAIRS,
    CURRENT,
    CURRENT_PAIRS,
    PAST,
    PAST_PAIRS,
    SLOTS,
)
from .lexical import TermIds, term_ids
from .text import ends_as_question

MOST: Final = 50
"""So many of the best candidates of a recall are compared, each with each."""

READ_CHARACTERS: Final = 2_000
"""Of a statement; what is longer tells of many things."""

MARKED: Final = 0.7
"""From this confidence on, a recalled statement is said to be earlier than another."""

SURE: Final = 0.5
"""From this confidence on, a statement replaces another whatever is asked."""

FIRST: Final = 0.15
"""From this confidence on, the newer of two that are recalled ranks first."""

USER: Final = "user"

# Cosines of any two messages under MiniLM, and how many pairs they count for: few
# statements tell little of how alike any two are.
TYPICAL_MEAN: Final = 0.18
TYPICAL_DEVIATION: Final = 0.13
TYPICAL_PAIRS: Final = 45

# A word of so many statements is rare among as many as this, were they few.
LEAST_STATEMENTS: Final = 20

_WORD: Final = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u4e00-\u9fff]+|[£$€]"
)

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]


class Statement(NamedTuple):
    """What somebody said.

    Attributes:
        speaker: Who said it: "user" or anything else.
        order: Rises with time; of equals none is the newer.
        chat: Where it was said; what follows in one chat seldom replaces.
        vector: Its meaning, of length 1; None while there is none.
    """

    speaker: str
    text: str
    order: float
    chat: str | None = None
    vector: Vector | None = None


class Supersession(NamedTuple):
    """The newer statement replaces the older one, by their places among all.

    Attributes:
        confidence: 0 … 1.
    """

    older: int
    newer: int
    confidence: float


MOST_LIFTED: Final = 4
"""So many replace one at the most."""

# Logistic regression over the build half of `benchmarks/data/live_chat`, made by
# `benchmarks/fit_supersession.py`.
WEIGHTS: Final = {
    "alike": 0.45,
    "rare_word": 3.7,
    "slot": 3.5,
    "same_speaker": 0.4,
    "told_by_user": 1.0,
    "other_chat": 1.3,
    "change": 1.1,
    "was_question": -2.0,
}
BIAS: Final = -8.8

ASKED_WEIGHTS: Final = {
    "alike": 0.49,
    "rare_word": 3.03,
    "slot": 1.99,
    "same_speaker": 0.36,
    "told_by_user": 0.73,
    "other_chat": 3.2,
    "change": 0.92,
    "was_question": -2.37,
    "current": 1.91,
    "rank": -0.93,
    "asked_words": 2.61,
}
ASKED_BIAS: Final = -6.93


class _Read(NamedTuple):
    """A text as it is compared."""

    terms: TermIds
    slots: tuple[bool, ...]
    change: bool
    question: bool


PAIR_SIGNALS: Final = (
    *("alike", "rare_word", "slot", "same_speaker", "told_by_user", "other_chat"),
    *("change", "was_question"),
)
"""What is told of two statements, an older and a newer one; see `pair_signals`."""

ASKED_SIGNALS: Final = ("current", "rank", "asked_words")
"""What a question adds; see `asked_signals`."""


def supersessions(
    statements: Sequence[Statement], *, least: float = SURE
) -> list[Supersession]:
    """Say which statements replace which, whatever is asked.

    Every pair is looked at, so they should be some hundreds at the most.

    Args:
        statements: In any order.
        least: What is less certain is left out.

    Returns:
        The surest first.
    """
    reads = [_read(one.text) for one in statements]
    signals = pair_signals(statements, reads)
    return _pairs(statements, _chance(signals, WEIGHTS, BIAS), least)


def among(
    question: str, statements: Sequence[Statement], *, least: float = FIRST
) -> list[Supersession]:
    """Say which of the statements that a question brings to mind replace which.

    Args:
        question: What is asked.
        statements: Best first; no more than `MOST` are looked at.
        least: What is less certain is left out.

    Returns:
        The surest first.
    """
    statements = statements[:MOST]
    reads = [_read(one.text) for one in statements]
    signals = pair_signals(statements, reads) | asked_signals(question, reads)
    return _pairs(statements, _chance(signals, ASKED_WEIGHTS, ASKED_BIAS), least)


def newer_first(count: int, pairs: Sequence[Supersession]) -> list[int]:
    """Return the places of so many candidates with the newer of each pair first.

    What replaces another stands right before it, if it does not stand before it anyway.

    Args:
        count: Of the candidates, which are ranked best first.
        pairs: The surest first; see `among`.
    """
    instead: dict[int, list[int]] = {}
    for pair in pairs:
        instead.setdefault(pair.older, []).append(pair.newer)
    placed: dict[int, None] = {}
    for place in range(count):
        for newer in (*instead.get(place, ())[:MOST_LIFTED], place):
            placed.setdefault(newer)
    return list(placed)


def asks_for_past(question: str) -> bool:
    """Say whether a question asks how things were: "What was my old job?"."""
    return _holds(_words(question), PAST, PAST_PAIRS)


def asks_for_present(question: str) -> bool:
    """Say whether a question asks how things are: "Where do I work now?"."""
    return _holds(_words(question), CURRENT, CURRENT_PAIRS)


def pair_signals(
    statements: Sequence[Statement], reads: Sequence[_Read]
) -> dict[str, Matrix]:
    """Return each of `PAIR_SIGNALS` by older (row) and newer (column)."""
    user = np.array([one.speaker == USER for one in statements], np.float32)
    speakers = np.array([one.speaker for one in statements])
    chats = np.array([one.chat or "" for one in statements])
    change = np.array([read.change for read in reads], np.float32)
    question = np.array([read.question for read in reads], np.float32)
    size = (len(reads), len(reads))
    return {
        "alike": _alike(statements),
        "rare_word": _rarest_shared(reads),
        "slot": _shared_slots(reads),
        "same_speaker": (speakers[:, None] == speakers).astype(np.float32),
        "told_by_user": np.broadcast_to(user, size),
        "other_chat": (chats[:, None] != chats).astype(np.float32),
        "change": np.broadcast_to(change, size),
        "was_question": np.broadcast_to(question[:, None], size),
    }


def asked_signals(question: str, reads: Sequence[_Read]) -> dict[str, Matrix]:
    """Return each of `ASKED_SIGNALS` by older (row) and newer (column)."""
    size = (len(reads), len(reads))
    rank = np.log1p(np.arange(len(reads), dtype=np.float32))
    share = _asked_share(_read(question).terms, reads)
    current = np.float32(asks_for_present(question))
    return {
        "current": np.broadcast_to(current, size),
        "rank": np.broadcast_to(rank, size),
        "asked_words": np.broadcast_to(share, size),
    }


@lru_cache(maxsize=4_096)
def _read(text: str) -> _Read:
    text = text[:READ_CHARACTERS]
    words = _words(text)
    held = {*words, *map("".join, pairwise(words))}
    return _Read(
        terms=np.unique(term_ids(text)),
        slots=tuple(not held.isdisjoint(some) for some in SLOTS.values()),
        change=_holds(words, CHANGE, CHANGE_PAIRS),
        question=ends_as_question(text),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _holds(
    words: Sequence[str],
    single: frozenset[str],
    doubled: frozenset[tuple[str, ...]],
) -> bool:
    """Say whether one of some words, or two of them in a row, are there."""
    pairs = list(pairwise(words))
    return (
        not single.isdisjoint(words)
        or not doubled.isdisjoint(pairs)
        or not single.isdisjoint(map("".join, pairs))
    )


def _alike(statements: Sequence[Statement]) -> Matrix:
    """Say by how many deviations the likeness of each two stands out; else 0."""
    size = len(statements)
    known = [at for at, one in enumerate(statements) if one.vector is not None]
    found = np.zeros((size, size), np.float32)
    if not known:
        return found
    vectors = np.array([statements[at].vector for at in known], np.float32)
    cosines = vectors @ vectors.T
    pairs = cosines[np.triu_indices(len(known), 1)]
    mean, deviation = _spread(pairs)
    found[np.ix_(known, known)] = (cosines - mean) / deviation
    return found


def _spread(pairs: Vector) -> tuple[float, float]:
    """Measure how alike any two are; of few, mostly by what is typical."""
    weight = len(pairs) + TYPICAL_PAIRS
    mean = (float(pairs.sum()) + TYPICAL_PAIRS * TYPICAL_MEAN) / weight
    squares = float(((pairs - mean) ** 2).sum())
    typical = TYPICAL_DEVIATION**2 + (TYPICAL_MEAN - mean) ** 2
    return mean, float(np.sqrt((squares + TYPICAL_PAIRS * typical) / weight))


def _rarest_shared(reads: Sequence[_Read]) -> Matrix:
    """Say how rare the rarest word is that each two share: 0 (none) … 1."""
    size = len(reads)
    found = np.zeros((size, size), np.float32)
    held, counts = _held(reads)
    for count in sorted(set(counts[counts > 1].tolist()), reverse=True):
        some = held[:, counts == count]
        found[some @ some.T > 0] = _rarity(count, size)
    return found


def _held(reads: Sequence[_Read]) -> tuple[Matrix, NDArray[np.int64]]:
    """Return who holds which word, and how many hold each."""
    terms = [read.terms for read in reads]
    flat = np.concatenate(terms) if terms else np.empty(0, np.uint32)
    _, places, counts = np.unique(flat, return_inverse=True, return_counts=True)
    held = np.zeros((len(reads), len(counts)), np.float32)
    owner = np.repeat(np.arange(len(reads)), [len(some) for some in terms])
    held[owner, places] = 1
    return held, counts


def _rarity(count: float, size: int) -> float:
    """Return the inverse document frequency of a word, 1 for one that nobody says."""
    size = max(size, LEAST_STATEMENTS)
    return max(0.0, log((size + 1) / (count + 0.5)) / log((size + 1) / 0.5))


def _shared_slots(reads: Sequence[_Read]) -> Matrix:
    """Say how rare the rarest slot is that each two fill: 0 (none) … 1."""
    told = np.array([read.slots for read in reads], np.float32)
    told = told.reshape(len(reads), len(SLOTS))
    found = np.zeros((len(reads), len(reads)), np.float32)
    for fills in told.T:
        rarity = np.float32(_rarity(float(fills.sum()), len(reads)))
        np.maximum(found, np.outer(fills, fills) * rarity, out=found)
    return found


def _asked_share(asked: TermIds, reads: Sequence[_Read]) -> Vector:
    """Return the share of a question's words, the rare ones first, that each holds."""
    total = np.zeros(len(reads), np.float32)
    whole = 0.0
    for term in asked.tolist():
        holds = np.array([term in read.terms for read in reads], np.float32)
        rarity = _rarity(float(holds.sum()), len(reads))
        total += holds * np.float32(rarity)
        whole += rarity
    return total / np.float32(whole) if whole else total


def _chance(
    signals: dict[str, Matrix], weights: dict[str, float], bias: float
) -> Matrix:
    """Return the chance by older and newer."""
    total = sum(weight * signals[name] for name, weight in weights.items()) + bias
    chance: Matrix = 1 / (1 + np.exp(-np.asarray(total, np.float32)))
    return chance


def _pairs(
    statements: Sequence[Statement], chance: Matrix, least: float
) -> list[Supersession]:
    """Return the pairs that reach a chance, the surest first."""
    order = np.array([one.order for one in statements])
    likely = (order[:, None] < order) & (chance >= least)
    found = [
        Supersession(older, newer, float(chance[older, newer]))
        for older, newer in np.argwhere(likely).tolist()
    ]
    return sorted(found, key=lambda pair: -pair.confidence)
