"""Recall of what a person wrote: notes, and corrections of what was said.

Owns: their words and vectors in memory (a person writes hundreds, not thousands), and
how they are scored beside messages.
Knows nothing of: stores, prompts, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ..core.asking import Asked
from ..core.lexical import term_ids
from ..core.postings import Postings
from ..core.ranking import Weights
from ..core.signals import Moments
from ..core.text import turn_text
from ..core.types import MemoryKind, ScoreParts
from ..core.words import Near
from ..models.embedder import Embedder
from ..stores.records import (
    Hand,
)

Vector = NDArray[np.float32]

# A note is recalled if it is near in meaning, or holds at least so much of what the
# message asks for; below that, unrelated notes begin (measured on MiniLM). One note is
# less to choose from than many messages, so a little less nearness will do.
NEAR_SHARE = 0.20
ALLOWANCE = 0.03
_K1 = 1.2
# Messages that are alike, or but a few, hardly spread: by their deviation any note
# would stand out a hundredfold, and by rounding alone. That of MiniLM is about 0.1.
LEAST_DEVIATION = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text by hand that can be recalled; `terms` are its term ids."""

    key: str
    content: str
    terms: frozenset[int]


class Hands:
    """The texts by hand of one bank, and the messages that they silence."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._written: dict[str, Written] = {}
        self._vectors: dict[str, Vector] = {}
        self.muted: frozenset[int] = frozenset()

    def replace(
        self, hands: Iterable[Hand], rows_of: Callable[[Sequence[str]], dict[str, int]]
    ) -> None:
        """Take everything by hand as it is now.

        Args:
            hands: From the store.
            rows_of: Tells the rows of message ids.
        """
        hands = list(hands)
        silenced = [
            hand.key
            for hand in hands
            if hand.kind is MemoryKind.TURN
            and (hand.deleted_at is not None or hand.content is not None)
        ]
        written = {
            hand.key: Written(
                key=hand.key,
                content=hand.content,
                terms=frozenset(term_ids(hand.content).tolist()),
            )
            for hand in hands
            if hand.content is not None
            and hand.deleted_at is None
            and hand.kind is not MemoryKind.SUMMARY
        }
        with self._lock:
            self.muted = frozenset(rows_of(silenced).values())
            self._written = written
            self._vectors = {
                text: vector
                for text, vector in self._vectors.items()
                if any(text == one.content for one in written.values())
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
        asked: Asked,
        query: Vector | None,
        near: Mapping[int, Near],
        *,
        postings: Postings,
        messages: int,
        spread: Moments,
        weights: Weights,
        bound: float,
        gated: bool,
        max_distance: float,
    ) -> list[tuple[str, float, ScoreParts]]:
        """Score the texts by hand; key, score and parts of those that fit.

        Args:
            asked: The query as ranking reads it.
            query: Its vector; None while there is none.
            near: The near words of its own.
            postings: Tells how rare a word is.
            messages: How many messages there are.
            spread: How the cosines of messages spread, so that scores compare.
            weights: As for messages.
            bound: The cosine from which messages count as near.
            gated: Whether unrelated texts are left out.
            max_distance: Cosine distance above which a text is left out.
        """
        idf = {
            term: _idf(
                len(postings.find_forms((term, *asked.forms.get(term, ())))[0]),
                messages,
            )
            for term in set(asked.terms.tolist())
        }
        found = []
        with self._lock:
            pairs = [
                (one, self._vectors.get(one.content)) for one in self._written.values()
            ]
        for one, vector in pairs:
            share = _share(one, idf, asked.forms)
            cosine = (
                float(vector @ query)
                if vector is not None and query is not None
                else None
            )
            related = share >= NEAR_SHARE or (cosine or 0.0) >= bound - ALLOWANCE
            too_far = cosine is not None and 1 - cosine > max_distance
            if too_far or (gated and not related):
                continue
            parts = _parts(cosine, share, _near_share(one, idf, near), spread, weights)
            found.append((one.key, _sum(parts), parts))
        return found


def _parts(
    cosine: float | None,
    share: float,
    near: float,
    spread: Moments,
    weights: Weights,
) -> ScoreParts:
    """Score a text; it is its own passage and window, for it has no neighbours."""
    deviation = max(spread.deviation, LEAST_DEVIATION)
    out = 0.0 if cosine is None else (cosine - spread.mean) / deviation
    return ScoreParts(
        passage=weights.passage * out,
        dense=weights.dense * out,
        window=weights.window * out,
        lexical=weights.lexical * share,
        near_words=weights.near_words * near,
        distance=None if cosine is None else 1 - cosine,
    )


def _share(
    one: Written, idf: dict[int, float], forms: Mapping[int, Sequence[int]]
) -> float:
    """Return the share of the query's words that the text holds: `lexical_share`."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = (
        value
        for term, value in idf.items()
        if not one.terms.isdisjoint((term, *forms.get(term, ())))
    )
    return sum(held) / (total * (1 + _K1))


def _near_share(
    one: Written, idf: Mapping[int, float], near: Mapping[int, Near]
) -> float:
    """Return the same with near words: `words.near_share`."""
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
