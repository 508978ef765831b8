"""Arrays that grow at the end, and the highest numbers of one.

Owns: amortised appending, selecting without sorting.
Knows nothing of: what the arrays hold.
"""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Kind = TypeVar("Kind", bound=np.generic)

_LEAST_ROWS = 64
_LEAST_BYTES_WIDE = 8_192
"""Room for the first vectors: a memory has several such arrays, and most are small."""

OUT: Final = np.float32(-1e9)
"""Below any score: never selected."""


class Growing(Generic[Kind]):
    """A NumPy array to which rows are added at amortised constant cost."""

    __slots__ = ("_buffer", "_length")

    def __init__(self, dtype: DTypeLike, *, width: int = 0) -> None:
        """Start empty; `width` above 0 makes rows of so many columns."""
        shape: tuple[int, ...] = (_LEAST_ROWS,)
        if width:
            fit = _LEAST_BYTES_WIDE // (width * np.dtype(dtype).itemsize)
            shape = (min(max(fit, 1), _LEAST_ROWS), width)
        self._buffer: NDArray[Any] = np.empty(shape, dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Kind]:
        """The rows so far: a view, stale after the next growth."""
        return self._buffer[: self._length]

    def extend(self, rows: ArrayLike) -> None:
        """Add rows at the end."""
        added = np.asarray(rows, dtype=self._buffer.dtype)
        self._reserve(self._length + len(added))
        self._buffer[self._length : self._length + len(added)] = added
        self._length += len(added)

    def reach(self, length: int, fill: Any) -> None:
        """Grow to a length at least, the new rows holding `fill`."""
        if length > self._length:
            self._reserve(length)
            self._buffer[self._length : length] = fill
            self._length = length

    def _reserve(self, length: int) -> None:
        if length <= len(self._buffer):
            return
        larger = np.empty(
            (max(length, len(self._buffer) * 3 // 2), *self._buffer.shape[1:]),
            self._buffer.dtype,
        )
        larger[: self._length] = self.values
        self._buffer = larger


def highest(total: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """Return the slots with about the `count` highest totals, newest first.

    Selecting among maxima of blocks, then taking all that reach the threshold, is
    several times faster than selecting among all. Of equals the newest stay; what is
    out is left out.
    """
    threshold = _threshold(total, count)
    slots = np.flatnonzero(total > threshold)
    wanted = count - len(slots)
    if wanted > 0:
        slots = np.concatenate([np.flatnonzero(total == threshold)[-wanted:], slots])
    newest_first = np.sort(slots[total[slots] > OUT])[::-1]
    return newest_first.astype(np.int32)


def _threshold(total: NDArray[np.float32], count: int) -> np.float32:
    """Return a score that at least `count` slots reach, and not many more."""
    if len(total) <= count:
        return OUT
    block = max(1, min(32, len(total) // (2 * count)))
    whole = len(total) // block * block
    # The blocks are interleaved, which is several times faster than one by one.
    maxima = total[:whole].reshape(block, -1).max(axis=0)
    rest = total[whole:]
    among = np.concatenate([maxima, rest])
    place = len(among) - min(count, len(among))
    reached: np.float32 = np.partition(among, place)[place]
    return reached
