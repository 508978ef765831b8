"""The index over words: which messages hold a term, and what a query shares with them.

Owns: postings, BM25 of a message together with its neighbours.
Knows nothing of: how texts become terms, stores, vectors, weights.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .corpus import REACH, CorpusView, Places, with_neighbours

MAX_QUERY_TERMS: Final = 32
"""Of a long message only the rarest words are looked up."""

_COMMON: Final = 48
"""A term in more than one of so many messages is summed over all places at once."""

_SCRATCH: Final = 1 << 18
"""So many numbers at once are counted for terms that are not common."""

_STEPS: Final = np.arange(-REACH, REACH + 1)[:, None]

_LEAST_TAIL: Final = 8_192

_MOST: Final = 0xFFFF
"""No message needs a term more often than it can be counted."""

Rows = NDArray[np.int32]
TokenShares = NDArray[np.float32]


class _Late(NamedTuple):
    """The messages added lately that hold a term, and how often each does."""

    rows: array[int]
    counts: array[int]


class InvertedIndex:
    """Which messages hold which terms, and how often; grows as messages come.

    What was added lately lies in small lists beside sorted arrays, and is merged into
    them when it has grown to an eighth of them, so adding is cheap on the whole.
    """

    def __init__(self) -> None:
        self._terms: NDArray[np.uint32] = np.empty(0, np.uint32)
        self._starts: NDArray[np.int64] = np.zeros(1, np.int64)
        self._rows: Rows = np.empty(0, np.int32)
        self._counts: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._tail: dict[int, _Late] = {}
        self._tail_size = 0
        self._waiting: list[NDArray[np.uint64]] = []

    def extend(self, rows: Sequence[int], terms: Sequence[bytes]) -> None:
        """Add messages by row, with their term ids as they are stored."""
        if sum(map(len, terms)) // 4 > _LEAST_TAIL:
            # Lots come one after the other when a bank is opened: sorted once, later.
            self._waiting.append(_keys(rows, terms))
            return
        for row, ids in zip(rows, terms, strict=True):
            self._add(row, ids)
        if self._tail_size > max(_LEAST_TAIL, len(self._rows) // 8):
            self._merge()

    def find_forms(self, terms: Sequence[int]) -> tuple[Rows, NDArray[np.uint16]]:
        """Return the rows that hold any of some terms, and how often each does."""
        rows, counts, _ = self.find_all(terms)
        if len(terms) == 1:
            return rows, counts
        each, at = np.unique(rows, return_inverse=True)
        total = np.bincount(at, weights=counts, minlength=len(each))
        return each, total.astype(np.uint16)

    def find_all(
        self, terms: Sequence[int]
    ) -> tuple[Rows, NDArray[np.uint16], NDArray[np.int64]]:
        """Return the rows that hold each of many terms, one term after the other.

        Returns:
            The rows, how often each holds its term, and how many rows each term has.
        """
        if self._waiting:
            self._merge()
        rows, counts = [self._rows[:0]], [self._counts[:0]]
        lengths = np.zeros(len(terms), np.int64)
        for number, (first, end) in enumerate(self._entries_of(terms)):
            rows.append(self._rows[first:end])
            counts.append(self._counts[first:end])
            lengths[number] = end - first
            if (late := self._tail.get(terms[number])) is not None:
                rows.append(np.frombuffer(late.rows, np.int32))
                counts.append(np.frombuffer(late.counts, np.uint16))
                lengths[number] += len(late.rows)
        # Slices joined: several times faster than picking all entries at once.
        return np.concatenate(rows), np.concatenate(counts), lengths

    def _entries_of(self, terms: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Tell where the sorted entries of each term begin and end."""
        if not len(self._terms):
            return iter([(0, 0)] * len(terms))
        wanted = np.array(terms, np.uint32)
        places = np.searchsorted(self._terms, wanted)
        places[places == len(self._terms)] = 0
        known = self._terms[places] == wanted
        firsts, ends = self._starts[places], self._starts[places + 1]
        return zip(firsts.tolist(), np.where(known, ends, firsts).tolist(), strict=True)

    def _add(self, row: int, terms: bytes) -> None:
        ids, counts = np.unique(np.frombuffer(terms, "<u4"), return_counts=True)
        for term, count in zip(ids.tolist(), counts.tolist(), strict=True):
            late = self._tail.get(term)
            if late is None:
                late = self._tail[term] = _Late(array("i"), array("H"))
            late.rows.append(row)
            late.counts.append(min(count, _MOST))
        self._tail_size += len(ids)

    def _merge(self) -> None:
        """Sort everything that is known into the arrays."""
        keys, counts = _counted(self._waiting)
        if self._tail or len(self._rows):
            late = [
                (term << 32 | row, count)
                for term, entries in self._tail.items()
                for row, count in zip(*entries, strict=True)
            ]
            terms = np.repeat(self._terms, np.diff(self._starts)).astype(np.uint64)
            old = terms << np.uint64(32) | self._rows.astype(np.uint64)
            late_keys = np.array([key for key, _ in late], np.uint64)
            late_counts = np.array([count for _, count in late], np.int64)
            keys = np.concatenate([old, late_keys, keys])
            counts = np.concatenate([self._counts, late_counts, counts])
            order = np.argsort(keys, kind="stable")
            keys, counts = keys[order], counts[order]
        self._store(keys, counts)
        self._tail, self._tail_size, self._waiting = {}, 0, []

    def _store(self, keys: NDArray[np.uint64], counts: NDArray[np.int64]) -> None:
        terms = (keys >> np.uint64(32)).astype(np.uint32)
        begins = np.ones(len(terms), np.bool_)
        begins[1:] = terms[1:] != terms[:-1]
        starts = np.flatnonzero(begins).astype(np.int64)
        self._terms = terms[starts]
        self._starts = np.append(starts, len(terms))
        self._rows = (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)
        self._counts = np.minimum(counts, _MOST).astype(np.uint16)


class Found(NamedTuple):
    """Which messages hold the words of a query, one word after the other.

    Attributes:
        rows: Of the messages, each word's apart.
        counts: How often each holds its word.
        lengths: How many messages hold each word.
    """

    rows: Rows
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int64]


def find_words(
    terms: NDArray[np.uint32],
    postings: InvertedIndex,
    forms: Mapping[int, Sequence[int]] = MappingProxyType({}),
) -> Found:
    """Look up the words of a query.

    Args:
        terms: Term ids of the query, names taken out.
        postings: The index.
        forms: By term id, other terms that are the same word.
    """
    distinct = list(dict.fromkeys(terms.tolist()))
    if not forms:
        return Found(*postings.find_all(distinct))
    found = [postings.find_forms((term, *forms.get(term, ()))) for term in distinct]
    lengths = np.array([len(rows) for rows, _ in found], np.int64)
    rows = np.concatenate([np.empty(0, np.int32), *(rows for rows, _ in found)])
    counts = np.concatenate([np.empty(0, np.uint16), *(many for _, many in found)])
    return Found(rows, counts, lengths)


def lexical_share(found: Found, view: CorpusView) -> TokenShares | None:
    """Compare a query's words with every message and its neighbours.

    BM25 of each message taken as one text with the two before and the two after it
    in the same segment, divided by the most that this query could reach.

    Args:
        found: Who holds the words of the query.
        view: What may be recalled.

    Returns:
        0 … 1 for each slot; None if no word of the query occurs.
    """
    places, counts, ends = _hits(found, view)
    if not len(places):
        return None
    starts = [0, *ends[:-1]]
    rarest = sorted(range(len(ends)), key=lambda term: ends[term] - starts[term])
    total = 0.0
    share = np.zeros(len(view.norm), np.float32)
    rare: list[tuple[int, int, float]] = []
    for term in rarest[:MAX_QUERY_TERMS]:
        here = slice(starts[term], ends[term])
        holding = here.stop - here.start
        rarity = idf(holding, len(view))
        total += rarity
        if holding * _COMMON > len(view):
            _add_common(share, places[here], counts[here], np.float32(rarity), view)
        elif holding:
            rare.append((here.start, holding, rarity))
    for lot in _lots(rare, len(view.norm)):
        _add_rare(share, places, counts, lot, view)
    share *= np.float32(1 / total)
    return share[view.place]


def held_words(found: Found, rows: Rows, total: int) -> TokenShares:
    """Say which share of a query's words some messages hold themselves, by rarity.

    Args:
        found: Who holds the words of the query.
        rows: The messages.
        total: How many messages there are, to tell how rare a word is.

    Returns:
        0 … 1 for each message.
    """
    lengths = found.lengths[:MAX_QUERY_TERMS]
    holding = found.rows[: int(lengths.sum())]
    rarity = [idf(min(length, total), total) for length in lengths.tolist()]
    share = np.zeros(len(rows), np.float32)
    whole = sum(rarity)
    if not (len(rows) and whole):
        return share
    place_of = np.full(max(int(rows.max()), int(holding.max(initial=0))) + 1, -1)
    place_of[rows] = np.arange(len(rows))
    places = place_of[holding]
    here = np.flatnonzero(places >= 0)
    term = np.searchsorted(np.cumsum(lengths), here, "right")
    np.add.at(share, places[here], np.array(rarity, np.float32)[term])
    return share / np.float32(whole)


def idf(holding: int, total: int) -> float:
    """Say how rare a term is that so many of all messages hold."""
    return float(np.log1p((total - holding + 0.5) / (holding + 0.5)))


def _hits(
    found: Found, view: CorpusView
) -> tuple[Places, NDArray[np.float32], list[int]]:
    """Return the places and counts of all terms in a row, and where each one ends."""
    rows, times, lengths = found
    if not len(rows):
        return np.empty(0, np.intp), np.empty(0, np.float32), []
    ends = np.cumsum(lengths)
    places = view.places(rows)
    counts = times.astype(np.float32)
    if int(places.min()) < 0:
        seen = places >= 0
        ends = np.concatenate([[0], np.cumsum(seen)])[ends]
        places, counts = places[seen], counts[seen]
    return places, counts, ends.tolist()


def _lots(
    rare: Sequence[tuple[int, int, float]], size: int
) -> Iterator[Sequence[tuple[int, int, float]]]:
    """Take as many terms at once as a scratch of moderate size holds."""
    step = max(1, _SCRATCH // size)
    for start in range(0, len(rare), step):
        yield rare[start : start + step]


def _add_rare(
    share: TokenShares,
    places: Places,
    counts: NDArray[np.float32],
    rare: Sequence[tuple[int, int, float]],
    view: CorpusView,
) -> None:
    """Add the parts of some terms where they occur.

    What a term adds to a place, idf f / (f + norm), is the sum over the messages that
    make up its frequency f there: each adds its own count's share of it.
    """
    size = len(share)
    firsts, lengths, rarity = (np.array(column) for column in zip(*rare, strict=True))
    entries = _ranges(firsts, lengths)
    here, count = places[entries], counts[entries]
    scratch = np.zeros(len(rare) * size, np.float32)
    near = here + np.repeat(np.arange(len(rare)) * size, lengths) + _STEPS
    for beside in near:
        scratch[beside] += count
    where = here + _STEPS
    frequency = scratch[near]
    frequency += view.norm[where]
    weights = (count * np.repeat(rarity, lengths)) / frequency
    share += np.bincount(where.ravel(), weights.ravel(), size)


def _add_common(
    share: TokenShares,
    places: Places,
    counts: NDArray[np.float32],
    idf: np.float32,
    view: CorpusView,
) -> None:
    """Add one term's part everywhere."""
    scratch = np.zeros(len(share), np.float32)
    scratch[places] = counts
    frequency = with_neighbours(scratch)
    frequency /= frequency + view.norm
    frequency *= idf
    share += frequency


def _ranges(firsts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers from each first on, so many of each, in a row."""
    ends = np.cumsum(lengths)
    size = int(ends[-1]) if len(ends) else 0
    numbers: NDArray[np.int64] = np.arange(size, dtype=np.int64)
    numbers += np.repeat(firsts - (ends - lengths), lengths)
    return numbers


def _counted(
    lots: Sequence[NDArray[np.uint64]],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys of some lots, sorted, and how often each occurs."""
    said = np.concatenate([np.empty(0, np.uint64), *lots])
    said.sort()
    begins = np.ones(len(said), np.bool_)
    begins[1:] = said[1:] != said[:-1]
    starts = np.flatnonzero(begins)
    return said[starts], np.diff(np.append(starts, len(said)))


def _keys(rows: Sequence[int], terms: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return one number per word said: its term above, its row below."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms)) // 4
    keys = np.frombuffer(b"".join(terms), "<u4").astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.repeat(np.asarray(rows, np.uint64), lengths)
    return keys
