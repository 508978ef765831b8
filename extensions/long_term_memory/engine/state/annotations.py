"""What a person wrote and decided: notes, corrections, pins, deletions.

Owns: all of it in memory, once (a person writes hundreds, not thousands), the words and
vectors of what can be recalled, and how that is scored beside messages.
Knows nothing of: prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ...core.records import (
    Hand,
)
from ...core.retrieval.inverted_index import InvertedIndex
from ...core.retrieval.query import ParsedQuery
from ...core.retrieval.query_expansion import Neighbours
from ...core.retrieval.ranking import Weights
from ...core.retrieval.relevance import Clues
from ...core.retrieval.signals import Moments
from ...core.text.recipes import turn_text
from ...core.text.tokenizer import term_set
from ...core.types import MemoryKind, ScoreParts
from ...models.embedder import Embedder
from ...storage.protocols import BankStore

Vector = NDArray[np.float32]

_K1 = 1.2
# Messages that are alike, or but a few, hardly spread: by their deviation any note
# would stand out a hundredfold, and by rounding alone. That of MiniLM is about 0.1.
LEAST_DEVIATION = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTerms:
    """A text by hand that can be recalled; `terms` are its term ids."""

    key: str
    content: str
    terms: frozenset[int]


class AnnotationIndex:
    """All that a person wrote or decided in one bank; the bank's lock guards it.

    Attributes:
        muted: Rows of messages that a text by hand, or a deletion, silences.
    """

    def __init__(self, store: BankStore) -> None:
        """Read what was done by hand before."""
        self._store = store
        # Its own, so that no query waits while a turn is stored.
        self._lock = Lock()
        self._known: dict[tuple[MemoryKind, str], Hand] = {}
        self._written: dict[str, NoteTerms] = {}
        self._vectors: dict[str, Vector] = {}
        self.muted: frozenset[int] = frozenset()
        self.reload()

    def reload(self) -> None:
        """Read everything again, after another process, or forgetting, changed it."""
        self._known = {
            (hand.kind, hand.key): hand for hand in self._store.annotations.all()
        }
        self._read_words()

    def get(self, kind: MemoryKind, key: str) -> Hand | None:
        """Return what a person decided about one memory, if anything."""
        return self._known.get((kind, key))

    def all(self) -> list[Hand]:
        """Return everything by hand, oldest first."""
        return list(self._known.values())

    def put(self, hand: Hand) -> None:
        """Store what a person wrote or decided."""
        self._store.annotations.put(hand)
        self._known[hand.kind, hand.key] = hand
        self._read_words()

    def drop(self, kind: MemoryKind, key: str) -> None:
        """Keep nothing by hand of one memory any more."""
        self._store.annotations.drop(kind, key)
        self._known.pop((kind, key), None)
        self._read_words()

    def _read_words(self) -> None:
        """Learn what can be recalled of all that is by hand, and what it silences."""
        hands = self._known.values()
        silenced = [
            hand.key
            for hand in hands
            if hand.kind is MemoryKind.TURN
            and (hand.deleted_at is not None or hand.content is not None)
        ]
        written = {
            hand.key: NoteTerms(
                key=hand.key,
                content=hand.content,
                terms=term_set(hand.content),
            )
            for hand in hands
            if hand.content is not None
            and hand.deleted_at is None
            and hand.kind is not MemoryKind.SUMMARY
        }
        texts = {one.content for one in written.values()}
        with self._lock:
            self.muted = frozenset(self._store.messages.rows_of(silenced).values())
            self._written = written
            self._vectors = {
                text: vector for text, vector in self._vectors.items() if text in texts
            }

    def any(self) -> bool:
        """Whether there is anything to recall."""
        return bool(self._written)

    def due(self) -> list[str]:
        """Return the texts without a vector."""
        with self._lock:
            return [
                one.content
                for one in self._written.values()
                if one.content not in self._vectors
            ]

    def embed(self, embedder: Embedder, names: Sequence[str]) -> None:
        """Embed what is due."""
        texts = self.due()
        if texts:
            vectors = embedder.embed([turn_text(text, names) for text in texts])
            with self._lock:
                self._vectors.update(zip(texts, vectors, strict=True))

    def embedded_by(
        self, embedder: Embedder, names: Sequence[str]
    ) -> dict[str, Vector]:
        """Return vectors of all texts by another model, for `take_vectors`."""
        with self._lock:
            texts = [one.content for one in self._written.values()]
        if not texts:
            return {}
        vectors = embedder.embed([turn_text(text, names) for text in texts])
        return dict(zip(texts, vectors, strict=True))

    def take_vectors(self, vectors: Mapping[str, Vector]) -> None:
        """Use these and no others: another model is used from now on."""
        with self._lock:
            self._vectors = dict(vectors)

    def find(
        self,
        asked: ParsedQuery,
        query: Vector | None,
        near: Mapping[int, Neighbours],
        *,
        postings: InvertedIndex,
        messages: int,
        spread: Moments,
        weights: Weights,
        max_distance: float,
    ) -> Noted:
        """Score the texts by hand.

        Args:
            asked: The query as ranking reads it.
            query: Its vector; None while there is none.
            near: The near words of its own.
            postings: Tells how rare a word is.
            messages: How many messages there are.
            spread: How the cosines of messages spread, so that scores compare.
            weights: As for messages.
            max_distance: Cosine distance above which a text is left out.
        """
        with self._lock:
            pairs = [
                (one, self._vectors.get(one.content)) for one in self._written.values()
            ]
        # Mostly nothing is written, and then nobody needs to know how rare words are.
        terms = set(asked.terms.tolist()) if pairs else ()
        idf = {
            term: _idf(
                len(postings.find_forms((term, *asked.forms.get(term, ())))[0]),
                messages,
            )
            for term in terms
        }
        found = [
            _Scored(
                one=one,
                cosine=_cosine(vector, query),
                held=_share(one, idf, asked.forms),
                near=_near_share(one, idf, near),
            )
            for one, vector in pairs
        ]
        fits = [one for one in found if not 1 - one.cosine > max_distance]
        parts = [_parts(one, spread, weights) for one in fits]
        return Noted(
            keys=[one.one.key for one in fits],
            parts=parts,
            clues=_clues(fits, parts, spread),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Texts by hand: their keys, what each signal adds, what is known of each."""

    keys: list[str]
    parts: list[ScoreParts]
    clues: Clues


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A text, its cosine (NaN without a vector), and the shares of words it holds."""

    one: NoteTerms
    cosine: float
    held: float
    near: float


def _cosine(vector: Vector | None, query: Vector | None) -> float:
    return float("nan") if vector is None or query is None else float(vector @ query)


def _out(cosine: float, spread: Moments) -> float:
    """Say by how many deviations a text stands out; by 0 without a vector."""
    if isnan(cosine):
        return 0.0
    return (cosine - spread.mean) / max(spread.deviation, LEAST_DEVIATION)


def _parts(one: _Scored, spread: Moments, weights: Weights) -> ScoreParts:
    """Score a text; it is its own passage and window, for it has no neighbours."""
    out = _out(one.cosine, spread)
    return ScoreParts(
        passage=weights.passage * out,
        dense=weights.dense * out,
        window=weights.window * out,
        lexical=weights.lexical * one.held / (1 + _K1),
        near_words=weights.near_words * one.near,
        distance=None if isnan(one.cosine) else 1 - one.cosine,
    )


def _clues(
    found: Sequence[_Scored], parts: Sequence[ScoreParts], spread: Moments
) -> Clues:
    """Tell the same of texts as of messages; a note is the user's."""
    nothing = np.zeros(len(found), np.float32)

    def column(values: Iterable[float]) -> Vector:
        return np.fromiter(values, np.float32, len(found))

    out = column(_out(one.cosine, spread) for one in found)
    held = column(one.held for one in found)
    return Clues(
        cosine=column(one.cosine for one in found),
        passage=out,
        dense=out,
        window=out,
        before=out,
        after=out,
        words=held,
        lexical=held / np.float32(1 + _K1),
        speaker=nothing,
        date=nothing,
        question=nothing,
        user=nothing + 1,
        length=column(len(one.one.terms) for one in found),
        score=column(map(_sum, parts)),
    )


def _share(
    one: NoteTerms, idf: dict[int, float], forms: Mapping[int, Sequence[int]]
) -> float:
    """Return the share of the query's words that the text holds: `held_words`."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = (
        value
        for term, value in idf.items()
        if not one.terms.isdisjoint((term, *forms.get(term, ())))
    )
    return sum(held) / total


def _near_share(
    one: NoteTerms, idf: Mapping[int, float], near: Mapping[int, Neighbours]
) -> float:
    """Return the same with near words: `query_expansion.near_share`."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = (
        idf[term]
        * max(
            nearness if other in one.terms else 0.0
            for other, nearness in zip(*beside, strict=True)
        )
        for term, beside in near.items()
    )
    return sum(held) / total


def _sum(parts: ScoreParts) -> float:
    meaning = parts.passage + parts.dense + parts.window
    return meaning + parts.lexical + parts.near_words


def _idf(holding: int, total: int) -> float:
    total = max(total, holding)
    return float(np.log1p((total - holding + 0.5) / (holding + 0.5)))
