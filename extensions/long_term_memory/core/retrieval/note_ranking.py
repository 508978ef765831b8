"""Score texts by hand beside messages, by the same signals.

Owns: what is known of a text that has no place in any chat.
Knows nothing of: stores, models, which signals there are.

A person writes hundreds of them, not thousands, so they are scored one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final, NamedTuple

import numpy as np

from ..types import ScoreParts
from .corpus import K1
from .inverted_index import InvertedIndex, idf
from .query import ParsedQuery
from .query_expansion import Neighbours
from .relevance import Clues
from .signals import NoteInput, WeightedSignal
from .similarity import Moments, Scores

LEAST_DEVIATION: Final = 0.02
"""Messages that are alike, or but a few, hardly spread: by their deviation any note
would stand out a hundredfold, and by rounding alone. That of MiniLM is about 0.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallNote:
    """A text by hand that can be recalled.

    Attributes:
        terms: Its term ids.
        vector: Its meaning, of length 1; None while there is none.
    """

    key: str
    content: str
    terms: frozenset[int]
    vector: Scores | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedNotes:
    """Notes that fit: their keys, what each signal adds, what is known of each."""

    keys: list[str]
    parts: list[ScoreParts]
    clues: Clues


class _Scored(NamedTuple):
    """A note, its cosine (NaN without a vector), and what signals look at."""

    note: RecallNote
    cosine: float
    given: NoteInput


def rank_notes(
    notes: Sequence[RecallNote],
    asked: ParsedQuery,
    query: Scores | None,
    *,
    near: Mapping[int, Neighbours],
    postings: InvertedIndex,
    messages: int,
    spread: Moments,
    signals: Sequence[WeightedSignal],
    max_distance: float,
) -> RankedNotes:
    """Score notes; all that are near enough fit, in the order in which they are given.

    Args:
        notes: The texts by hand.
        asked: The query.
        query: Its vector; None while there is none.
        near: The near words of its own.
        postings: Tells how rare a word is.
        messages: How many messages there are.
        spread: How the cosines of messages spread, so that scores compare.
        signals: As for messages.
        max_distance: Cosine distance above which a note is left out.
    """
    # Mostly nothing is written, and then nobody needs to know how rare words are.
    rarity = _rarity(asked, postings, messages) if notes else {}
    fits = []
    for note in notes:
        cosine = _cosine(note.vector, query)
        if not 1 - cosine > max_distance:
            held = _share(note, rarity, asked.forms)
            given = NoteInput(_out(cosine, spread), held, _near(note, rarity, near))
            fits.append(_Scored(note, cosine, given))
    parts = [_parts(one, signals) for one in fits]
    return RankedNotes(
        keys=[one.note.key for one in fits], parts=parts, clues=_clues(fits, parts)
    )


def _rarity(
    asked: ParsedQuery, postings: InvertedIndex, messages: int
) -> dict[int, float]:
    """Say how rare each word of the query is."""
    rarity = {}
    for term in set(asked.terms.tolist()):
        rows, _ = postings.find_forms((term, *asked.forms.get(term, ())))
        rarity[term] = idf(len(rows), max(messages, len(rows)))
    return rarity


def _cosine(vector: Scores | None, query: Scores | None) -> float:
    return float("nan") if vector is None or query is None else float(vector @ query)


def _out(cosine: float, spread: Moments) -> float:
    """Say by how many deviations a note stands out; by 0 without a vector."""
    if isnan(cosine):
        return 0.0
    return (cosine - spread.mean) / max(spread.deviation, LEAST_DEVIATION)


def _parts(one: _Scored, signals: Sequence[WeightedSignal]) -> ScoreParts:
    values = {
        spec.name: weight * spec.of_note(one.given)
        for spec, weight in signals
        if spec.of_note is not None
    }
    return ScoreParts(values, None if isnan(one.cosine) else 1 - one.cosine)


def _sum(parts: ScoreParts) -> float:
    """Add up in the order of signals, on which the last digit depends."""
    total = 0.0
    for value in parts.values.values():
        total += value
    return total


def _clues(found: Sequence[_Scored], parts: Sequence[ScoreParts]) -> Clues:
    """Tell the same of notes as of messages; a note is the user's."""
    nothing = np.zeros(len(found), np.float32)

    def column(values: Iterable[float]) -> Scores:
        return np.fromiter(values, np.float32, len(found))

    out = column(one.given.out for one in found)
    held = column(one.given.held for one in found)
    return Clues(
        cosine=column(one.cosine for one in found),
        passage=out,
        dense=out,
        window=out,
        before=out,
        after=out,
        words=held,
        lexical=held / np.float32(1 + K1),
        speaker=nothing,
        date=nothing,
        question=nothing,
        user=nothing + 1,
        length=column(len(one.note.terms) for one in found),
        fact=nothing,
        score=column(map(_sum, parts)),
    )


def _share(
    note: RecallNote, rarity: Mapping[int, float], forms: Mapping[int, Sequence[int]]
) -> float:
    """Return the share of the query's words that a note holds: `held_words`."""
    total = sum(rarity.values())
    if not total:
        return 0.0
    held = (
        value
        for term, value in rarity.items()
        if not note.terms.isdisjoint((term, *forms.get(term, ())))
    )
    return sum(held) / total


def _near(
    note: RecallNote, rarity: Mapping[int, float], near: Mapping[int, Neighbours]
) -> float:
    """Return the same with near words: `query_expansion.near_share`."""
    total = sum(rarity.values())
    if not total:
        return 0.0
    held = (
        rarity[term]
        * max(
            nearness if other in note.terms else 0.0
            for other, nearness in zip(*beside, strict=True)
        )
        for term, beside in near.items()
    )
    return sum(held) / total
