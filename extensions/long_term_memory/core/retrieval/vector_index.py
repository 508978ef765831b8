"""The vectors of a bank in memory, and how near each message lies to a query.

Owns: the matrices, the scan over them, which vector belongs to which slot of a view.
Knows nothing of: files, words, weights, models.

Whole messages are scanned: exactly while they are few, else by codes of one byte a
number (a fourth of the memory traffic, which is what a scan costs) or, where no
library multiplies such codes, by the signs of the numbers. Whoever ranks then asks for
exact values of the few that matter. Passages are only ever compared for those few.
A message with its neighbours stands for the mean of their vectors, whose product with
a query is the mean of their cosines; so that costs no vector.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .arrays import Growing
from .corpus import CorpusView
from .passage_index import PassageIndex
from .similarity import Moments, moments

Vectors = NDArray[np.float32]
Numbers = NDArray[np.intp]
Slots = NDArray[np.int32]
Codes = NDArray[np.int8]
CodeProduct = Callable[[Codes, Vectors], Vectors]

EXACT_ROWS: Final = 4_096
"""Up to so many messages float32 is scanned; above, codes."""

SAMPLE: Final = 256
"""So many messages show how the cosines of windows and passages spread."""

_LOT: Final = 8_192


class VectorIndex:
    """All vectors of one model in a bank; grows as messages are embedded."""

    def __init__(self, dimension: int, *, compiled: bool = True) -> None:
        """Start empty.

        Args:
            dimension: Numbers in a vector.
            compiled: Whether a compiled library may be used, if there is one.
        """
        self.dimension = dimension
        self._turns = _Coded(dimension, full=True)
        self._passages = _Coded(dimension, full=False)
        self._signs = [Growing[Any](np.uint64) for _ in range(-(-dimension // 64))]
        self._product = code_product() if compiled else None
        # By vector number: its place among the turns and among the passages.
        self._as_turn: Growing[np.intp] = Growing(np.intp)
        self._as_passage: Growing[np.intp] = Growing(np.intp)
        # By message row: its turn, and how many passages it is to have.
        self._turn: Growing[np.intp] = Growing(np.intp)
        self._expected: Growing[np.int32] = Growing(np.int32)
        self._parts = PassageIndex()
        # By number: vectors that came without a link, as of messages that are gone.
        self._loose: dict[int, Vectors] = {}
        self._placed: tuple[CorpusView, int, Numbers] | None = None
        self._version = 0

    def __len__(self) -> int:
        """Count the distinct vectors of whole messages."""
        return len(self._turns)

    def extend(self, vectors: Vectors, links: NDArray[np.int64]) -> None:
        """Add vectors and links as a store returns them.

        Args:
            vectors: Unit vectors; their numbers go on from those added before, from 1.
            links: Rows of (link, message, left, right, vector number). Those with
                neighbours, which former text recipes had, are passed over.
        """
        known = len(self._as_turn)
        self._as_turn.reach(known + len(vectors), -1)
        self._as_passage.reach(known + len(vectors), -1)
        numbers = np.arange(known + 1, known + 1 + len(vectors))
        for number in np.setdiff1d(numbers, links[:, 4]).tolist():
            self._loose[number] = vectors[number - known - 1].copy()
        parts = links[links[:, 2] < 0]
        whole = links[(links[:, 2] == 0) & (links[:, 3] <= 0)]
        self._place(whole[:, 4], vectors, known, turns=True)
        self._place(parts[:, 4], vectors, known, turns=False)
        highest = int(links[:, 1].max(initial=0)) + 1
        self._turn.reach(highest, -1)
        self._expected.reach(highest, 0)
        self._turn.values[whole[:, 1]] = self._as_turn.values[whole[:, 4] - 1]
        self._expected.values[whole[:, 1]] = -whole[:, 3]
        places = self._as_passage.values[parts[:, 4] - 1]
        self._parts.add(parts[:, 1], -parts[:, 2], places)
        self._version += 1

    @property
    def has_codes(self) -> bool:
        """Whether a library multiplies codes; else many are compared by signs."""
        return self._product is not None

    def missing(self, view: CorpusView) -> NDArray[np.bool_]:
        """Say for each slot whether a vector is missing: of the whole or a passage."""
        held = self._parts.counts(view.rows)
        self._expected.reach(len(view.slot_of), 0)
        return (self._numbers(view) < 0) | (held < self._expected.values[view.rows])

    def compare(self, query: Vectors, view: CorpusView) -> Comparison:
        """Prepare to compare a query's unit vector with the messages in view."""
        return Comparison(self, query.astype(np.float32), view, self._numbers(view))

    def parts(self, query: Vectors, row: int) -> list[float]:
        """Return the cosine to each passage of a message, in order, to a thousandth.

        It is empty for a message that has none, or not all of them yet.
        """
        rows = np.array([row], np.int32)
        self._expected.reach(row + 1, 0)
        places, counts = self._parts.of(rows)
        if not len(places) or counts[0] < self._expected.values[row]:
            return []
        return list(map(float, self._coded(query, places)))

    def cut(self, rows: Slots) -> NDArray[np.bool_]:
        """Say of each message whether any passage of it is there."""
        cut: NDArray[np.bool_] = self._parts.counts(rows) > 0
        return cut

    # -- what a comparison asks for ------------------------------------------------

    @property
    def precise(self) -> bool:
        """Whether a scan is right to a thousandth."""
        return self.has_codes or len(self._turns) <= EXACT_ROWS

    def scan(self, query: Vectors) -> Vectors:
        """Return the cosine to every turn, approximated if they are many."""
        if len(self._turns) <= EXACT_ROWS:
            exact: Vectors = self._turns.full.values @ query
            return exact
        if self._product is not None:
            products = self._product(self._turns.codes.values, query)
            products *= self._turns.scales.values
            return products
        return self._signed(query)

    def turns(self, query: Vectors, numbers: Numbers) -> Vectors:
        """Return the exact cosine to some turns."""
        cosines: Vectors = self._turns.full.values[numbers].astype(np.float32) @ query
        return cosines

    def best_parts(self, query: Vectors, rows: Slots) -> Vectors:
        """Return the highest cosine to a passage of each row; NaN where it has none."""
        best = np.full(len(rows), np.nan, np.float32)
        places, counts = self._parts.of(rows)
        if len(places):
            having = counts > 0
            starts = np.cumsum(counts[having]) - counts[having]
            best[having] = np.maximum.reduceat(self._coded(query, places), starts)
        return best

    def alone(self, view: CorpusView, slots: Slots) -> dict[int, Vectors]:
        """Return the vectors of some messages by slot; those without one are left out.

        They are right to a thousandth.
        """
        numbers = self._numbers(view)[slots]
        known = numbers >= 0
        vectors = self._turns.full.values[numbers[known]].astype(np.float32)
        return dict(zip(slots[known].tolist(), vectors, strict=True))

    def held(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each message whether its vector as a whole is there."""
        self._turn.reach(int(rows.max(initial=0)) + 1, -1)
        held: NDArray[np.bool_] = self._turn.values[rows] >= 0
        return held

    def wholes(self, rows: NDArray[np.int64]) -> dict[int, Vectors]:
        """Return the vectors of messages that have one, by row, to a thousandth."""
        vectors = self._turns.full.values[self._turn.values[rows]].astype(np.float32)
        return dict(zip(rows.tolist(), vectors, strict=True))

    # -- inside --------------------------------------------------------------------

    def _place(
        self, numbers: NDArray[np.int64], vectors: Vectors, known: int, *, turns: bool
    ) -> None:
        """Put vectors that are used this way for the first time into their matrix."""
        places = self._as_turn if turns else self._as_passage
        numbers = np.unique(numbers)
        numbers = numbers[places.values[numbers - 1] < 0]
        matrix = self._turns if turns else self._passages
        places.values[numbers - 1] = np.arange(
            len(matrix), len(matrix) + len(numbers), dtype=np.intp
        )
        fresh = numbers[numbers > known]
        for number in numbers[numbers <= known].tolist():
            self._append(matrix, self._known(number)[None])
        for start in range(0, len(fresh), _LOT):
            self._append(matrix, vectors[fresh[start : start + _LOT] - known - 1])

    def _append(self, matrix: _Coded, vectors: Vectors) -> None:
        matrix.extend(vectors)
        if matrix is self._turns and self._product is None:
            for growing, words in zip(self._signs, _sign_words(vectors), strict=True):
                growing.extend(words)

    def _known(self, number: int) -> Vectors:
        """Return a vector by its number, from wherever it lies."""
        turn = self._as_turn.values[number - 1]
        if 0 <= turn < len(self._turns):
            exact: Vectors = self._turns.full.values[turn].astype(np.float32)
            return exact
        if number in self._loose:
            return self._loose.pop(number)
        place = self._as_passage.values[number - 1]
        restored: Vectors = self._passages.codes.values[place].astype(np.float32)
        restored *= self._passages.scales.values[place]
        return restored

    def _coded(self, query: Vectors, places: Numbers) -> Vectors:
        """Return the cosine to some passages, to a thousandth."""
        codes = self._passages.codes.values[places]
        if self._product is not None:
            cosines = self._product(codes, query)
        else:
            cosines = codes.astype(np.float32) @ query
        cosines *= self._passages.scales.values[places]
        return cosines

    def _numbers(self, view: CorpusView) -> Numbers:
        """Return each slot's place among turns; -1 where there is none."""
        placed = self._placed
        if placed is not None and placed[0] is view and placed[1] == self._version:
            return placed[2]
        self._turn.reach(len(view.slot_of), -1)
        turns = self._turn.values[view.rows.astype(np.intp)]
        self._placed = (view, self._version, turns)
        return turns

    def _signed(self, query: Vectors) -> Vectors:
        """Estimate cosines from how many signs differ."""
        differing = np.zeros(len(self._turns), np.uint16)
        for growing, word in zip(self._signs, _sign_words(query[None]), strict=True):
            differing += np.bitwise_count(growing.values ^ word[0])
        table = np.cos(np.arange(self.dimension + 1) * (np.pi / self.dimension))
        estimates: Vectors = table.astype(np.float32)[differing]
        return estimates


class Comparison:
    """How near the messages of one view lie to one query."""

    def __init__(
        self, search: VectorIndex, query: Vectors, view: CorpusView, turns: Numbers
    ) -> None:
        """Take what `VectorIndex.compare` prepared."""
        self._search = search
        self._query = query
        self._view = view
        self._turns = turns
        self._scanned: Vectors | None = None
        step = max(1, len(view) // SAMPLE)
        self._sample = np.arange(0, len(view), step, dtype=np.int32)

    @property
    def precise(self) -> bool:
        """Whether `turns` is right to a thousandth."""
        return self._search.precise

    def turns(self) -> Vectors:
        """Return each slot's cosine, perhaps approximated; NaN where there is none."""
        if self._scanned is None:
            self._scanned = self._scan()
        return self._scanned

    def exact_turns(self, slots: Slots) -> Vectors:
        """Return the exact cosines of some slots; NaN where there is none."""
        return _where_known(self._turns[slots], self._query, self._search.turns)

    def windows(self, slots: Slots) -> Vectors:
        """Return the mean cosines of some slots and their neighbours.

        Neighbours without a vector are left out; it is NaN where the message has none.
        """
        total = self._of(slots)
        count = np.ones(len(slots), np.float32)
        for beside, step in ((self._view.left, -1), (self._view.right, 1)):
            there = np.flatnonzero(beside[slots])
            cosines = self._of(slots[there] + step)
            known = ~np.isnan(cosines)
            total[there[known]] += cosines[known]
            count[there[known]] += 1
        total /= count
        return total

    def passages(self, slots: Slots) -> Vectors:
        """Return the cosine of each slot's best passage; NaN where it has none."""
        return self._search.best_parts(self._query, self._view.rows[slots])

    def parts(self, row: int) -> list[float]:
        """Return the cosine to each passage of a message; see `VectorIndex.parts`."""
        return self._search.parts(self._query, row)

    def cut(self, rows: Slots) -> NDArray[np.bool_]:
        """Say of each message whether it has passages that `parts` may tell of."""
        return self._search.cut(rows)

    def window_moments(self) -> Moments:
        """Measure on an even sample how the cosines of windows spread."""
        return moments(self.windows(self._sample))

    def passage_moments(self) -> Moments:
        """Measure the same of best passages; a message without any is one itself."""
        cosines = self.passages(self._sample)
        alone = np.isnan(cosines)
        cosines[alone] = self._of(self._sample[alone])
        return moments(cosines)

    def _scan(self) -> Vectors:
        if not len(self._search):
            return np.full(len(self._turns), np.nan, np.float32)
        cosines = self._search.scan(self._query)[self._turns]
        if self._turns.min(initial=0) < 0:
            cosines[self._turns < 0] = np.nan
        return cosines

    def _of(self, slots: Slots) -> Vectors:
        """Return the cosines of some slots, right to a thousandth."""
        return self.turns()[slots] if self.precise else self.exact_turns(slots)


class _Coded:
    """Unit vectors as bytes with a scale each, and in full if they are to be exact."""

    def __init__(self, dimension: int, *, full: bool) -> None:
        self.codes: Growing[np.int8] = Growing(np.int8, width=dimension)
        self.scales: Growing[np.float32] = Growing(np.float32)
        # The store rounds to halves, so these are the very same numbers; but halves
        # are slow to scan.
        self.full: Growing[Any] = Growing(np.float32, width=dimension)
        self._full = full

    def __len__(self) -> int:
        return len(self.codes)

    def extend(self, vectors: Vectors) -> None:
        codes, scales = _encoded(vectors)
        self.codes.extend(codes)
        self.scales.extend(scales)
        if not self._full:
            return
        if len(self) > EXACT_ROWS and self.full.values.dtype == np.float32:
            halves: Growing[Any] = Growing(np.float16, width=vectors.shape[1])
            halves.extend(self.full.values)
            self.full = halves
        self.full.extend(vectors)


def _encoded(vectors: Vectors) -> tuple[Codes, Vectors]:
    """Return codes -127 … 127 and what each row is to be multiplied with."""
    scales = np.abs(vectors).max(axis=1) / np.float32(127)
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def _sign_words(vectors: Vectors) -> list[NDArray[np.uint64]]:
    """Return the signs of vectors, 64 to a word, one array per 64 dimensions."""
    signs = np.packbits(vectors > 0, axis=1)
    padded = np.pad(signs, ((0, 0), (0, -signs.shape[1] % 8)))
    return list(np.ascontiguousarray(padded).view(np.uint64).T)


def _where_known(
    numbers: Numbers, query: Vectors, cosines: Callable[[Vectors, Numbers], Vectors]
) -> Vectors:
    known = numbers >= 0
    if known.all():
        return cosines(query, numbers)
    found = np.full(len(numbers), np.nan, np.float32)
    if known.any():
        found[known] = cosines(query, numbers[known])
    return found


def _library() -> Any:
    import simsimd

    return simsimd


@lru_cache(maxsize=4)
def code_product(load: Callable[[], Any] = _library) -> CodeProduct | None:
    """Return a fast product of codes with a query; None if no library offers one.

    Args:
        load: Imports the library; its `cdist` multiplies rows of bytes.
    """
    try:
        library = load()
        # An incompatible copy of it, loaded by another library, shows in its types.
        one = np.ones((1, 64), np.int8)
        float(np.asarray(library.cdist(one, one, "dot"))[0, 0])
    except (ImportError, TypeError, ValueError):
        return None
    return partial(_product, library)


def _product(library: Any, codes: Codes, query: Vectors) -> Vectors:
    code, scale = _encoded(query[None])
    products = np.asarray(library.cdist(code, codes, "dot"))[0]
    cosines: Vectors = products.astype(np.float32)
    cosines *= scale[0]
    return cosines
