"""Which passages belong to which message, in memory.

Owns: finding the places of a message's passages, in their order.
Knows nothing of: vectors, files, how a message is cut.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Growing

Numbers = NDArray[np.intp]
Slots = NDArray[np.int32]


class PassageIndex:
    """Which passages belong to which message, those of one side by side."""

    def __init__(self) -> None:
        """Start empty."""
        self._first: Growing[np.intp] = Growing(np.intp)
        self._count: Growing[np.intp] = Growing(np.intp)
        self._places: Growing[np.intp] = Growing(np.intp)
        self._numbers: Growing[np.int32] = Growing(np.int32)

    def add(
        self, rows: NDArray[np.int64], numbers: NDArray[np.int64], places: Numbers
    ) -> None:
        """Add passages by their messages and their numbers within these."""
        if not len(rows):
            return
        highest = int(rows.max()) + 1
        self._first.reach(highest, 0)
        self._count.reach(highest, 0)
        # What a message has already is put down again, with what comes.
        again = np.unique(rows[self._count.values[rows] > 0])
        known, counts = self._at(again)
        rows = np.concatenate([rows, np.repeat(again, counts)])
        numbers = np.concatenate([numbers, self._numbers.values[known]])
        places = np.concatenate([places, self._places.values[known]])
        order = np.lexsort((numbers, rows))
        owners, starts, counts = np.unique(
            rows[order], return_index=True, return_counts=True
        )
        self._first.values[owners] = len(self._places) + starts
        self._count.values[owners] = counts
        self._places.extend(places[order])
        self._numbers.extend(numbers[order])

    def counts(self, rows: Slots) -> NDArray[np.intp]:
        """Return how many passages of each row are there."""
        self._first.reach(int(rows.max(initial=0)) + 1, 0)
        self._count.reach(int(rows.max(initial=0)) + 1, 0)
        return self._count.values[rows]

    def of(self, rows: Slots) -> tuple[Numbers, NDArray[np.intp]]:
        """Return the places of all passages of rows, row after row, and how many."""
        if not len(self._places):
            return np.empty(0, np.intp), np.zeros(len(rows), np.intp)
        counts = self.counts(rows)
        found, _ = self._at(rows)
        return self._places.values[found], counts

    def _at(self, rows: NDArray[Any]) -> tuple[Numbers, NDArray[np.intp]]:
        """Return where the passages of rows stand, row after row, and how many."""
        counts = self._count.values[rows]
        starts = self._first.values[rows] - (np.cumsum(counts) - counts)
        return np.repeat(starts, counts) + np.arange(counts.sum()), counts
