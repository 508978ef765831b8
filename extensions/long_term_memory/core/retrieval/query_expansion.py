"""Words that mean nearly the same: what a query's words share with their cousins.

Owns: the known words with their vectors, which lie near a word, the share of a query
that a message holds in these or nearby words.
Knows nothing of: models (vectors are given), stores, how texts become terms.

Question and answer seldom use the same words: "relax" is answered by "destress". A
list of synonyms knows one language; the embedder's vectors of single words know what
the embedder knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import Growing
from .corpus import CorpusView
from .inverted_index import InvertedIndex, idf
from .similarity import Scores, moments

MAX_WORDS: Final = 6_144
"""So many words are known at the most; those said first stay. Others are still the
same as themselves."""

MAX_NEAR: Final = 16
"""So many near words of each are looked up."""

MAX_COMPARED: Final = 2_048
"""A word that was never said is compared with so many, those said first and so most
often: to multiply all takes longer than the rest of recall."""

MAX_ASKED: Final = 12
"""Of a long message only the rarest words are looked up."""

_DEVIATIONS: Final = 2.85
"""So far above the mean of all pairs words begin to be near: 0.45 with MiniLM. Other
embedders have other cosines, but pairs of random words are unrelated in all."""

_SAMPLE: Final = 384
_LEAST_SAMPLE: Final = 64
_USUAL: Final = 0.45
_COMMON: Final = 4
"""What more than one of so many messages hold is summed over all at once."""

Vectors = NDArray[np.float32]
Places = NDArray[np.intp]


class Neighbours(NamedTuple):
    """The near words of one: their term ids, and how near each is, rising to 1."""

    terms: tuple[int, ...]
    nearness: tuple[float, ...]


class Vocabulary:
    """The words of a bank with their vectors; whoever shares it guards it.

    Which words are near to which is told when they are added, in the background, so
    that a query of known words multiplies nothing.
    """

    def __init__(self, dimension: int, *, most: int = MAX_WORDS) -> None:
        """Start empty; take so many words at the most, or few more."""
        self._most = most
        self._vectors: Growing[np.float32] = Growing(np.float32, width=dimension)
        self._terms: Growing[np.uint32] = Growing(np.uint32)
        self._places: dict[int, int] = {}
        # Of each word, the places of the nearest others, and their cosines.
        self._near: Growing[np.int32] = Growing(np.int32, width=MAX_NEAR)
        self._cosines: Growing[np.float32] = Growing(np.float32, width=MAX_NEAR)
        self._least = _USUAL
        self._sampled = 0

    def __len__(self) -> int:
        """Count the known words."""
        return len(self._places)

    def __contains__(self, term: int) -> bool:
        return term in self._places

    @property
    def full(self) -> bool:
        """Whether no more words are taken."""
        return len(self._places) >= self._most

    def extend(self, terms: Sequence[int], vectors: Vectors) -> None:
        """Add new words by term id, with a unit vector each."""
        before = len(self._places)
        for term in terms:
            self._places[term] = len(self._places)
        self._terms.extend(terms)
        self._vectors.extend(vectors)
        self._near.reach(len(self._terms), 0)
        self._cosines.reach(len(self._terms), -1)
        cosines = self._vectors.values @ vectors.T
        own = np.arange(len(terms))
        cosines[before + own, own] = -1
        self._meet(cosines[:before], np.arange(before), before + own)
        self._meet(cosines.T, before + own, np.arange(before + len(terms)))
        if len(self._places) >= max(_LEAST_SAMPLE, 2 * self._sampled):
            self._sampled = len(self._places)
            self._least = _least_nearness(self._vectors.values)

    def near(
        self, terms: Iterable[int], vectors: Mapping[int, Vectors]
    ) -> dict[int, Neighbours]:
        """Return the near words of some, each one its own nearest.

        Args:
            terms: Words by term id.
            vectors: Vectors of those that are not known; without one, a word has
                nothing near it but itself.
        """
        found = {}
        for term, vector in vectors.items() if self._places else ():
            cosines = self._vectors.values[:MAX_COMPARED] @ vector
            near = np.flatnonzero(cosines > self._least)
            found[term] = self._sorted(term, near, cosines[near])
        for term in terms:
            if term in self._places:
                place = self._places[term]
                near, cosines = (
                    self._near.values[place],
                    self._cosines.values[place],
                )
                found[term] = self._sorted(term, near, cosines)
            elif term not in found:
                found[term] = Neighbours((term,), (1.0,))
        return found

    def _meet(self, cosines: Vectors, words: Places, others: Places) -> None:
        """Tell words of others: cosines are of each word to each of the others."""
        held = self._cosines.values
        moved = cosines.max(axis=1, initial=-1) > held[words].min(axis=1)
        words, cosines = words[moved], cosines[moved]
        places = np.broadcast_to(others.astype(np.int32), cosines.shape)
        all_places = np.concatenate([self._near.values[words], places], axis=1)
        all_cosines = np.concatenate([held[words], cosines], axis=1)
        best = np.argpartition(-all_cosines, MAX_NEAR - 1, axis=1)[:, :MAX_NEAR]
        self._near.values[words] = np.take_along_axis(all_places, best, axis=1)
        held[words] = np.take_along_axis(all_cosines, best, axis=1)

    def _sorted(self, term: int, places: NDArray[Any], cosines: Vectors) -> Neighbours:
        """Return a word with the nearest of some others."""
        order = np.argsort(cosines, kind="stable")[-MAX_NEAR:]
        order = order[cosines[order] > self._least]
        nearness = (cosines[order] - self._least) / (1 - self._least)
        terms = self._terms.values[places[order]]
        return Neighbours((*terms.tolist(), term), (*nearness.tolist(), 1.0))


def near_share(
    near: Mapping[int, Neighbours], postings: InvertedIndex, view: CorpusView
) -> Scores | None:
    """Say how much of a query each message holds, in its words or in near ones.

    Each word counts by its rarity, and as far as the nearest word of the message is
    near to it.

    Args:
        near: The words of the query by term id, with their near ones.
        postings: The index.
        view: What may be recalled.

    Returns:
        0 … 1 for each slot; None if no message holds any of the words.
    """
    if not near:
        return None
    slots, nearness, starts, ends, holding = _held(near, postings, view)
    if not len(slots):
        return None
    rarity = [idf(count, len(view)) for count in holding]
    rarest = sorted(range(len(rarity)), key=lambda word: -rarity[word])[:MAX_ASKED]
    share = np.zeros(len(view), np.float32)
    best = np.zeros(len(view), np.float32)
    for word in rarest:
        here = slots[starts[word] : ends[word]]
        # Nearness rises, so that the nearest of a message is written last.
        best[here] = nearness[starts[word] : ends[word]]
        if len(here) * _COMMON > len(view):
            share += best * np.float32(rarity[word])
        else:
            share[here] += best[here] * np.float32(rarity[word])
        best[here] = 0
    share /= np.float32(sum(rarity[word] for word in rarest))
    return share


def _held(
    near: Mapping[int, Neighbours], postings: InvertedIndex, view: CorpusView
) -> tuple[NDArray[np.int32], Vectors, list[int], list[int], list[int]]:
    """Look up all near words of all words in one go.

    Returns:
        Slots and their nearness, one word of the query after the other; where each
        begins and ends; how many messages hold the word itself.
    """
    terms = [term for one in near.values() for term in one.terms]
    rows, _, lengths = postings.find_all(terms)
    slots = view.slots(rows)
    ends = np.cumsum(lengths)
    nearness = np.repeat(
        np.array(
            [value for one in near.values() for value in one.nearness], np.float32
        ),
        lengths,
    )
    if slots.min(initial=0) < 0:
        seen = slots >= 0
        ends = np.concatenate([[0], np.cumsum(seen)])[ends]
        slots, nearness = slots[seen], nearness[seen]
    last = np.cumsum([len(one.terms) for one in near.values()], dtype=np.intp) - 1
    begins = np.concatenate([[0], ends])
    word_ends = ends[last].tolist()
    holding = (ends[last] - begins[last]).tolist()
    return slots, nearness, [0, *word_ends[:-1]], word_ends, holding


def _least_nearness(vectors: Vectors) -> float:
    """Say from which cosine on words are near, by an even sample of all pairs."""
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)]
    pairs = (sample @ sample.T)[np.triu_indices(len(sample), 1)]
    spread = moments(pairs)
    return min(0.95, spread.mean + _DEVIATIONS * spread.deviation)
