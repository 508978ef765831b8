"""How alike texts are by their letters, and which of many are alike.

Owns: reading texts as vectors of their pieces, and the comparison of all with some.
Knows nothing of: memories, meanings, models.

Pieces of three letters stand for a text, so that other forms of a word count, and no
language is needed. What nearly all texts have tells little, so it counts little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PIECE: Final = 3
SIZE: Final = 2_048
READ_CHARS: Final = 1_000
_BLOCK: Final = 512


class Likeness(NamedTuple):
    """Two texts that are alike, by their places; `share` is 0 … 1."""

    one: int
    other: int
    share: float


def as_vectors(texts: Sequence[str]) -> Vectors:
    """Return a vector of length 1 for each text; of one without letters, zeros."""
    counts = np.zeros((len(texts), SIZE), np.float32)
    for row, text in enumerate(texts):
        for piece in _pieces(text):
            counts[row, crc32(piece.encode("utf-8", "replace")) % SIZE] += 1
    have = (counts > 0).sum(axis=0)
    weights = np.log1p(len(texts) / np.maximum(have, 1)).astype(np.float32)
    vectors: Vectors = np.sqrt(counts) * weights
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    made: Vectors = np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return made


def alike(vectors: Vectors, some: int, *, least: float) -> list[Likeness]:
    """Return which of the first so many are alike to any other, the likest first.

    Args:
        vectors: Of length 1.
        some: How many of them are compared with all.
        least: Least share.
    """
    found: list[Likeness] = []
    for start in range(0, some, _BLOCK):
        cosines = vectors[start : min(some, start + _BLOCK)] @ vectors.T
        for row, column in np.argwhere(cosines >= least).tolist():
            one = start + row
            if column > one:
                found.append(Likeness(one, column, float(cosines[row, column])))
    return sorted(found, key=lambda pair: -pair.share)


def _pieces(text: str) -> Iterator[str]:
    words = " ".join(text[:READ_CHARS].casefold().split())
    padded = f" {words} "
    yield from (padded[at : at + PIECE] for at in range(len(padded) - PIECE + 1))
