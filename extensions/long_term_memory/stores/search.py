"""The vectors of a bank in memory, and how near each message lies to a query.

Owns: the matrices, the scan over them, which vector belongs to which slot of a view.
Knows nothing of: files, words, weights, models.

Messages alone are scanned: exactly while they are few, else by codes of one byte a
number (a fourth of the memory traffic, which is what a scan costs) or, where no
library multiplies such codes, by the signs of the numbers. Whoever ranks then asks for
exact values of the few that matter. Vectors with neighbours are only ever compared for
those few.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..core.arrays import Growing
from ..core.signals import Moments, moments
from ..core.view import View

Vectors = NDArray[np.float32]
Numbers = NDArray[np.intp]
Slots = NDArray[np.int32]
Codes = NDArray[np.int8]

EXACT_ROWS: Final = 4_096
"""Up to so many messages float32 is scanned; above, codes."""

SAMPLE: Final = 256
"""So many windows show how their cosines spread."""

PAIRED: Final = 128
"""So many messages are compared with each other, to see how alike any two are."""

_LOT: Final = 8_192


class VectorSearch:
    """All vectors of one model in a bank; grows as messages are embedded."""

    def __init__(self, dimension: int, *, compiled: bool = True) -> None:
        """Start empty.

        Args:
            dimension: Numbers in a vector.
            compiled: Whether a compiled library may be used, if there is one.
        """
        self.dimension = dimension
        self._turns = _Coded(dimension, full=True)
        self._windows = _Coded(dimension, full=False)
        self._signs = [Growing[Any](np.uint64) for _ in range(-(-dimension // 64))]
        self._product = _code_product() if compiled else None
        # By vector number: its place among the turns and among the windows.
        self._as_turn: Growing[np.intp] = Growing(np.intp)
        self._as_window: Growing[np.intp] = Growing(np.intp)
        # By message row: its turn, and its newest window with the neighbours in it.
        self._turn: Growing[np.intp] = Growing(np.intp)
        self._window: Growing[np.intp] = Growing(np.intp)
        self._left: Growing[np.int32] = Growing(np.int32)
        self._right: Growing[np.int32] = Growing(np.int32)
        # Windows of messages that have stood between other neighbours as well.
        self._older: dict[tuple[int, int, int], int] = {}
        self._pairs: tuple[int, Moments] | None = None
        self._sample: tuple[Numbers, Vectors] | None = None
        self._placed: tuple[View, int, Numbers, Numbers] | None = None
        self._version = 0

    def __len__(self) -> int:
        """Count the distinct vectors of messages alone."""
        return len(self._turns)

    def extend(self, vectors: Vectors, links: NDArray[np.int64]) -> None:
        """Add vectors and links as a store returns them.

        Args:
            vectors: Unit vectors; their numbers go on from those added before, from 1.
            links: Rows of (link, message, left, right, vector number).
        """
        known = len(self._as_turn)
        self._as_turn.reach(known + len(vectors), -1)
        self._as_window.reach(known + len(vectors), -1)
        alone = (links[:, 2] == 0) & (links[:, 3] == 0)
        self._place(links[alone, 4], vectors, known, turns=True)
        self._place(links[~alone, 4], vectors, known, turns=False)
        highest = int(links[:, 1].max(initial=0)) + 1
        for column in (self._turn, self._window, self._left, self._right):
            column.reach(highest, -1)
        self._turn.values[links[alone, 1]] = self._as_turn.values[links[alone, 4] - 1]
        self._link_windows(links[~alone])
        self._version += 1

    @property
    def has_codes(self) -> bool:
        """Whether a library multiplies codes; else many are compared by signs."""
        return self._product is not None

    def missing(self, view: View) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say for each slot whether its vector, alone and with neighbours, is missing.

        A message without neighbours needs only the one alone.
        """
        turns, windows = self._numbers(view)
        return turns < 0, (windows < 0) & ((view.left > 0) | (view.right > 0))

    def compare(self, query: Vectors, view: View) -> Comparison:
        """Prepare to compare a query's unit vector with the messages in view."""
        turns, windows = self._numbers(view)
        return Comparison(self, query.astype(np.float32), turns, windows)

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

    def pair_moments(self) -> Moments | None:
        """Measure how alike any two messages are, anew whenever they have doubled."""
        count = len(self._turns)
        if count < PAIRED:
            return None
        if self._pairs is None or count >= 2 * self._pairs[0]:
            sample = self._turns.full.values[:: count // PAIRED].astype(np.float32)
            pairs = (sample @ sample.T)[np.triu_indices(len(sample), 1)]
            self._pairs = count, moments(pairs)
        return self._pairs[1]

    def turns(self, query: Vectors, numbers: Numbers) -> Vectors:
        """Return the exact cosine to some turns."""
        cosines: Vectors = self._turns.full.values[numbers].astype(np.float32) @ query
        return cosines

    def alone(self, view: View, slots: Slots) -> dict[int, Vectors]:
        """Return the vectors of some messages by slot; those without one are left out.

        They are right to a thousandth.
        """
        numbers = self._numbers(view)[0][slots]
        known = numbers >= 0
        vectors = self._turns.full.values[numbers[known]].astype(np.float32)
        return dict(zip(slots[known].tolist(), vectors, strict=True))

    def windows(self, query: Vectors, numbers: Numbers) -> Vectors:
        """Return the cosine to some windows, to a thousandth."""
        codes = self._windows.codes.values[numbers]
        if self._product is not None and len(codes):
            cosines = self._product(codes, query)
        else:
            cosines = codes.astype(np.float32) @ query
        cosines *= self._windows.scales.values[numbers]
        return cosines

    def sampled(self, query: Vectors, numbers: Numbers) -> Vectors:
        """Return the cosine to an even sample of some windows, to a thousandth.

        The sample is kept for as long as the same windows are asked for.
        """
        if self._sample is None or self._sample[0] is not numbers:
            chosen = numbers[:: max(1, len(numbers) // SAMPLE)]
            chosen = chosen[chosen >= 0]
            vectors = self._windows.codes.values[chosen].astype(np.float32)
            vectors *= self._windows.scales.values[chosen, None]
            self._sample = numbers, vectors
        cosines: Vectors = self._sample[1] @ query
        return cosines

    # -- inside --------------------------------------------------------------------

    def _place(
        self, numbers: NDArray[np.int64], vectors: Vectors, known: int, *, turns: bool
    ) -> None:
        """Put vectors that are used this way for the first time into their matrix."""
        places = self._as_turn if turns else self._as_window
        numbers = np.unique(numbers)
        numbers = numbers[places.values[numbers - 1] < 0]
        matrix = self._turns if turns else self._windows
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
        window = self._as_window.values[number - 1]
        restored: Vectors = self._windows.codes.values[window].astype(np.float32)
        restored *= self._windows.scales.values[window]
        return restored

    def _link_windows(self, links: NDArray[np.int64]) -> None:
        rows, beside = links[:, 1], links[:, 2:4].astype(np.intp)
        places = self._as_window.values[links[:, 4] - 1]
        last = np.zeros(len(rows), np.bool_)
        last[len(rows) - 1 - np.unique(rows[::-1], return_index=True)[1]] = True
        moved = (self._window.values[rows] >= 0) | ~last
        again = (column[moved].tolist() for column in (rows, beside, places))
        for row, (left, right), place in zip(*again, strict=True):
            self._set_aside(row)
            self._older[row, left, right] = place
        self._window.values[rows[last]] = places[last]
        self._left.values[rows[last]] = beside[last, 0]
        self._right.values[rows[last]] = beside[last, 1]

    def _set_aside(self, row: int) -> None:
        """Remember a message's newest window under its neighbours."""
        if self._window.values[row] >= 0:
            left, right = int(self._left.values[row]), int(self._right.values[row])
            self._older[row, left, right] = int(self._window.values[row])

    def _numbers(self, view: View) -> tuple[Numbers, Numbers]:
        """Return each slot's place among turns and windows; -1 where there is none."""
        placed = self._placed
        if placed is not None and placed[0] is view and placed[1] == self._version:
            return placed[2], placed[3]
        for column in (self._turn, self._window, self._left, self._right):
            column.reach(len(view.slot_of), -1)
        rows = view.rows.astype(np.intp)
        turns = self._turn.values[rows]
        windows = self._window.values[rows]
        other = self._left.values[rows] != view.left
        other |= self._right.values[rows] != view.right
        windows[other] = -1
        if self._older:
            self._find_older(view, windows)
        self._placed = (view, self._version, turns, windows)
        return turns, windows

    def _find_older(self, view: View, windows: Numbers) -> None:
        for row, _, _ in self._older:
            slot = int(view.slot_of[row]) if row < len(view.slot_of) else -1
            if slot >= 0 and windows[slot] < 0:
                key = (row, int(view.left[slot]), int(view.right[slot]))
                windows[slot] = self._older.get(key, -1)

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
        self, search: VectorSearch, query: Vectors, turns: Numbers, windows: Numbers
    ) -> None:
        """Take what `VectorSearch.compare` prepared."""
        self._search = search
        self._query = query
        self._turns = turns
        self._windows = windows

    @property
    def precise(self) -> bool:
        """Whether `turns` is right to a thousandth."""
        return self._search.precise

    def turns(self) -> Vectors:
        """Return each slot's cosine, perhaps approximated; NaN where there is none."""
        if not len(self._search):
            return np.full(len(self._turns), np.nan, np.float32)
        cosines = self._search.scan(self._query)[self._turns]
        if self._turns.min(initial=0) < 0:
            cosines[self._turns < 0] = np.nan
        return cosines

    def exact_turns(self, slots: Slots) -> Vectors:
        """Return the exact cosines of some slots; NaN where there is none."""
        return _where_known(self._turns[slots], self._query, self._search.turns)

    def windows(self, slots: Slots) -> Vectors:
        """Return the cosines of some slots with neighbours; NaN where there is none."""
        return _where_known(self._windows[slots], self._query, self._search.windows)

    def pair_moments(self) -> Moments | None:
        """Tell how alike any two messages are; None while they are few."""
        return self._search.pair_moments()

    def window_moments(self) -> Moments:
        """Measure on an even sample how the cosines of windows spread."""
        return moments(self._search.sampled(self._query, self._windows))


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


@lru_cache(maxsize=1)
def _code_product() -> Callable[[Codes, Vectors], Vectors] | None:
    """Return a fast product of codes with a query, if a library offers one."""
    try:
        import simsimd

        # An incompatible copy of it, loaded by another library, shows in its types.
        one = np.ones((1, 64), np.int8)
        float(np.asarray(simsimd.cdist(one, one, "dot"))[0, 0])
    except (ImportError, TypeError, ValueError):
        return None

    return _by_simsimd


def _by_simsimd(codes: Codes, query: Vectors) -> Vectors:
    import simsimd

    code, scale = _encoded(query[None])
    products = np.asarray(simsimd.cdist(code, codes, "dot"))[0]
    cosines: Vectors = products.astype(np.float32)
    cosines *= scale[0]
    return cosines
