"""Arrays that grow at the end.

Owns: amortised appending.
Knows nothing of: what the arrays hold.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Kind = TypeVar("Kind", bound=np.generic)

_LEAST_ROWS = 64


class Growing(Generic[Kind]):
    """A NumPy array to which rows are added at amortised constant cost."""

    __slots__ = ("_buffer", "_length")

    def __init__(self, dtype: DTypeLike, *, width: int = 0) -> None:
        """Start empty; `width` above 0 makes rows of so many columns."""
        shape = (_LEAST_ROWS, width) if width else (_LEAST_ROWS,)
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
