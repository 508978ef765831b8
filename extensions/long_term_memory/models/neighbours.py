"""Which of many vectors lie near each other, by a library where there is one.

Owns: asking scikit-learn, or comparing without it; both find the same.
Knows nothing of: what the vectors stand for.
"""

from __future__ import annotations

from importlib.util import find_spec

from ..core.text.likeness import Likeness, Vectors, alike


def neighbours(vectors: Vectors, some: int, *, least: float) -> list[Likeness]:
    """Return which of the first so many are alike to any other, the likest first.

    Args:
        vectors: Of length 1.
        some: How many of them are compared with all.
        least: Least share.
    """
    if not some or find_spec("sklearn") is None:
        return alike(vectors, some, least=least)
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(metric="cosine", algorithm="brute").fit(vectors)
    distances, places = model.radius_neighbors(vectors[:some], radius=1 - least)
    found = [
        Likeness(one, int(other), 1 - float(distance))
        for one in range(some)
        for other, distance in zip(places[one], distances[one], strict=True)
        if other > one
    ]
    return sorted(found, key=lambda pair: -pair.share)
