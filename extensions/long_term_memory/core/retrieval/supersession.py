"""Which statement replaces which: "I work at a bank" and, later, "I quit the bank".

Owns: the signals of a replacement and their weights, the order of what was recalled.
Knows nothing of: stores, models, scores of recall, prompts.

Nothing is known for certain here. Of two statements the newer may replace the older if
they tell of the same: their vectors are alike, they share a rare word (a name), or both
speak of a job, a home, a price. It speaks for it that the newer has a word of change
and was said in another chat. Two cats share as much as a cat and its successor; among
the few that a question brings to mind little is enough to put the newer first, as
nothing is lost by an order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from math import log, sqrt
from operator import and_
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..text.recipes import ends_as_question
from ..text.tokenizer import term_set
from .change_words import (
    PEOPLE,
    SLOTS,
    asks_for_event,
    asks_for_present,
    said_words,
    tells_of_change,
)

MOST: Final = 20
"""So many of the best candidates of a recall are compared, each with each."""

READ_CHARACTERS: Final = 2_000
"""Of a statement; what is longer tells of many things."""

READS_HELD: Final = 1_024
"""Texts, of all banks: what a chat brings to mind in one turn it does in the next."""

MARKED: Final = 0.7
"""From this confidence on, a recalled statement is said to be earlier than another."""

FIRST: Final = 0.15
"""From this confidence on, the newer of two that are recalled ranks first."""

FIRST_OF_EVENTS: Final = 0.3
"""The same where a question may ask for what happened once."""

ELSEWHERE: Final = np.float32(0.5)
"""What a change counts of which a question does not ask in so many words."""

MOST_LIFTED: Final = 3
"""So many replace one at the most."""

# Logistic regression over the build half of `benchmarks/data/live_chat`, made by
# `benchmarks/fit_supersession.py`. Two are set by hand: other people are others, and
# `fewer_words`; neither changes how often the newer ranks first there, and fewer
# answers lose their place.
WEIGHTS: Final = {
    "alike": 0.5,
    "rare_word": 2.75,
    "slot": 1.63,
    "same_speaker": 0.38,
    "told_by_user": 0.72,
    "other_chat": 3.21,
    "change": 0.86,
    "was_question": -2.36,
    "other_people": -1.5,
    "current": 1.89,
    "rank": -0.9,
    "asked_words": 2.64,
    "fewer_words": -2.0,
    "told_anew": 4.0,
}
BIAS: Final = -6.97

PAIR_SIGNALS: Final = (
    *("alike", "rare_word", "slot", "same_speaker", "told_by_user", "other_chat"),
    *("change", "was_question", "other_people"),
)
"""What is told of two statements, an older and a newer one:

- how far their likeness stands out; how rare the rarest word and the rarest slot are
  that they share, 0 … 1;
- whether they have one speaker, whether the user told the newer, and in another chat;
- whether the newer has a word of change, whether the older ends as a question, and
  whether they tell of other people.
"""

ASKED_SIGNALS: Final = ("current", "rank", "asked_words", "fewer_words", "told_anew")
"""What a question adds: whether it asks for the present, ln(1 + the rank of the newer),
the share of its words that the newer holds, and, unless it asks for the present or the
newer tells of a change, by how much the older holds more of them. In one chat what
follows seldom replaces; there it says more that the newer has a word of change, by how
rare the word or slot is that the two share."""

USER: Final = "user"

_SLOT_WORDS: Final = frozenset[str]().union(*SLOTS.values())
_PEOPLE_WORDS: Final = frozenset[str]().union(*PEOPLE.values())

# Cosines of any two messages under MiniLM, and how many pairs they count for: few
# statements tell little of how alike any two are.
TYPICAL_MEAN: Final = 0.18
TYPICAL_DEVIATION: Final = 0.13
TYPICAL_PAIRS: Final = 90

# A word of so many statements is rare among as many as this, were they few.
LEAST_STATEMENTS: Final = 100

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


class _Read(NamedTuple):
    """A text as it is compared; its terms are distinct."""

    terms: frozenset[int]
    slots: tuple[bool, ...]
    people: tuple[bool, ...]
    change: bool
    question: bool


def among(
    question: str, statements: Sequence[Statement], *, least: float | None = None
) -> list[Supersession]:
    """Say which of the statements that a question brings to mind replace which.

    Args:
        question: What is asked.
        statements: Best first; no more than `MOST` are looked at.
        least: What is less certain is left out; None asks for what the question does.

    Returns:
        The surest first.
    """
    statements = statements[:MOST]
    if least is None:
        least = FIRST_OF_EVENTS if asks_for_event(question) else FIRST
    signals = read_signals(statements, question)
    return _pairs(statements, _chance(signals), least)


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


def read_signals(statements: Sequence[Statement], question: str) -> dict[str, Matrix]:
    """Return each signal by older (row) and newer (column).

    Args:
        statements: Best first.
        question: What is asked.
    """
    reads = [_read(one.text[:READ_CHARACTERS]) for one in statements]
    signals = _pair_signals(statements, reads)
    return signals | _asked_signals(question, reads, signals)


def _pair_signals(
    statements: Sequence[Statement], reads: Sequence[_Read]
) -> dict[str, Matrix]:
    user = np.array([one.speaker == USER for one in statements], np.float32)
    speakers = _numbered([one.speaker for one in statements])
    chats = _numbered([one.chat or "" for one in statements])
    change = np.array([read.change for read in reads], np.float32)
    question = np.array([read.question for read in reads], np.float32)
    people = _numbered([read.people for read in reads])
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
        "other_people": (people[:, None] != people).astype(np.float32),
    }


def _numbered(values: Sequence[Hashable]) -> NDArray[np.int64]:
    """Return a number for each value, the same for equals."""
    numbers = {one: number for number, one in enumerate(dict.fromkeys(values))}
    return np.array([numbers[one] for one in values], np.int64)


def _asked_signals(
    question: str, reads: Sequence[_Read], signals: Mapping[str, Matrix]
) -> dict[str, Matrix]:
    size = (len(reads), len(reads))
    rank = np.log1p(np.arange(len(reads), dtype=np.float32))
    asked = _read(question[:READ_CHARACTERS])
    share = _asked_share(asked.terms, reads)
    current = np.float32(asks_for_present(question))
    anew = _told_anew(asked, reads, signals)
    fewer = np.maximum(share[:, None] - share, 0) * (1 - current) * (1 - anew)
    return {
        "current": np.broadcast_to(current, size),
        "rank": np.broadcast_to(rank, size),
        "asked_words": np.broadcast_to(share, size),
        "fewer_words": fewer.astype(np.float32),
        "told_anew": anew * (1 - signals["other_chat"]),
    }


def _told_anew(
    asked: _Read, reads: Sequence[_Read], signals: Mapping[str, Matrix]
) -> Matrix:
    """Say how rare that is of which the user tells that it has changed."""
    shared = np.maximum(signals["rare_word"], signals["slot"])
    changed = signals["change"] * signals["told_by_user"]
    about = [
        any(map(and_, asked.slots, read.slots))
        or not asked.terms.isdisjoint(read.terms)
        for read in reads
    ]
    wanted = np.where(np.array(about, np.bool_), 1, ELSEWHERE)[:, None]
    found: Matrix = (changed * shared * wanted).astype(np.float32)
    return found


def forget_reads() -> None:
    """Hold no text any longer, for one of them was forgotten."""
    _read.cache_clear()


@lru_cache(maxsize=READS_HELD)
def _read(text: str) -> _Read:
    said = said_words(text)
    return _Read(
        terms=term_set(text),
        slots=_told(said.held, SLOTS, _SLOT_WORDS),
        people=_told(said.held, PEOPLE, _PEOPLE_WORDS),
        change=tells_of_change(said),
        question=ends_as_question(text),
    )


def _told(
    held: frozenset[str], lists: dict[str, frozenset[str]], every: frozenset[str]
) -> tuple[bool, ...]:
    """Say of each list whether a word of it is held; mostly none of any is."""
    some = held & every
    if not some:
        return (False,) * len(lists)
    return tuple(not some.isdisjoint(words) for words in lists.values())


def _alike(statements: Sequence[Statement]) -> Matrix:
    """Say by how many deviations the likeness of each two stands out; else 0."""
    size = len(statements)
    known = [at for at, one in enumerate(statements) if one.vector is not None]
    found = np.zeros((size, size), np.float32)
    if not known:
        return found
    vectors = np.array([statements[at].vector for at in known], np.float32)
    cosines = vectors @ vectors.T
    mean, deviation = _spread(cosines)
    found[np.ix_(known, known)] = (cosines - mean) / deviation
    return found


def _spread(cosines: Matrix) -> tuple[float, float]:
    """Measure how alike any two are; of few, mostly by what is typical."""
    own = np.diagonal(cosines)
    count = len(own) * (len(own) - 1) + TYPICAL_PAIRS
    total = float(cosines.sum() - own.sum()) + TYPICAL_PAIRS * TYPICAL_MEAN
    typical = TYPICAL_DEVIATION**2 + TYPICAL_MEAN**2
    squares = float((cosines**2).sum() - (own**2).sum()) + TYPICAL_PAIRS * typical
    mean = total / count
    return mean, sqrt(squares / count - mean**2)


def _rarest_shared(reads: Sequence[_Read]) -> Matrix:
    """Say how rare the rarest word is that each two share: 0 (none) … 1."""
    size = len(reads)
    held, counts = _held(reads)
    found = np.zeros((size, size), np.float32)
    for count in sorted(set(counts.tolist()), reverse=True):
        some = held[:, counts == count]
        found[some @ some.T > 0] = _rarities(size)[count]
    return found


def _held(reads: Sequence[_Read]) -> tuple[Matrix, NDArray[np.int64]]:
    """Return who holds which word of those that are shared, and how many hold each."""
    sizes = [len(read.terms) for read in reads]
    said = chain.from_iterable(read.terms for read in reads)
    terms = np.fromiter(said, np.int64, sum(sizes))
    _, words, counts = np.unique(terms, return_inverse=True, return_counts=True)
    shared = counts > 1
    among = shared[words]
    held = np.zeros((len(reads), int(shared.sum())), np.float32)
    rows = np.repeat(np.arange(len(reads)), sizes)[among]
    held[rows, (np.cumsum(shared) - 1)[words[among]]] = 1
    return held, counts[shared]


@lru_cache(maxsize=64)
def _rarities(size: int) -> Vector:
    """Return the rarity of a word by how many of so many statements hold it."""
    return np.array([_rarity(count, size) for count in range(size + 1)], np.float32)


def _rarity(count: float, size: int) -> float:
    """Return the inverse document frequency of a word, 1 for one that nobody says."""
    size = max(size, LEAST_STATEMENTS)
    return max(0.0, log((size + 1) / (count + 0.5)) / log((size + 1) / 0.5))


def _shared_slots(reads: Sequence[_Read]) -> Matrix:
    """Say how rare the rarest slot is that each two fill: 0 (none) … 1."""
    told = np.array([read.slots for read in reads], np.float32)
    told = told.reshape(len(reads), len(SLOTS))
    told = told[:, told.any(axis=0)]
    if not told.size:
        return np.zeros((len(reads), len(reads)), np.float32)
    weighted = told * _rarities(len(reads))[told.sum(axis=0).astype(np.intp)]
    found: Matrix = (weighted[:, None] * told).max(axis=2)
    return found


def _asked_share(asked: frozenset[int], reads: Sequence[_Read]) -> Vector:
    """Return the share of a question's words, the rare ones first, that each holds."""
    held = Counter(chain.from_iterable(read.terms & asked for read in reads))
    rarity = {term: _rarity(held[term], len(reads)) for term in asked}
    whole = sum(rarity.values()) or 1.0
    shares = [sum(map(rarity.__getitem__, read.terms & asked)) for read in reads]
    return np.array(shares, np.float32) / np.float32(whole)


def _chance(signals: dict[str, Matrix]) -> Matrix:
    """Return the chance by older and newer."""
    total: Matrix = np.full(signals["alike"].shape, BIAS, np.float32)
    for name, weight in WEIGHTS.items():
        total += np.float32(weight) * signals[name]
    chance: Matrix = (1 / (1 + np.exp(-total))).astype(np.float32)
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
    found = [pair for pair in found if not _says_same(statements, pair)]
    return sorted(found, key=lambda pair: -pair.confidence)


def _says_same(statements: Sequence[Statement], pair: Supersession) -> bool:
    """Say whether both are the same words: what is said twice replaces nothing."""
    older, newer = statements[pair.older], statements[pair.newer]
    if older.speaker != newer.speaker:
        return False
    return _written(older.text) == _written(newer.text)


def _written(text: str) -> list[str]:
    return re.findall(r"\w+", text[:READ_CHARACTERS].casefold())
