"""Texts that are alike by their letters."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.core.text.likeness import alike, as_vectors
from long_term_memory.models.neighbours import neighbours

TEXTS = [
    "She is allergic to nuts.",
    "The night train leaves at nine.",
    "",
    "She's allergic to nuts!",
    "她对坚果严重过敏 请一定小心。",
    "她对坚果严重过敏 请千万小心。",
]


def test_other_forms_of_the_same_words_are_alike() -> None:
    [first, *rest] = alike(as_vectors(TEXTS), len(TEXTS), least=0.3)

    assert (first.one, first.other) == (0, 3)
    assert {(one.one, one.other) for one in rest} == {(4, 5)}


def test_only_the_first_are_compared_with_all() -> None:
    found = alike(as_vectors(TEXTS), 1, least=0.3)

    assert [(one.one, one.other) for one in found] == [(0, 3)]
    assert alike(as_vectors([]), 0, least=0.1) == []


# The library takes its time to be imported.
@settings(deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=12), st.integers(0, 12))
def test_with_and_without_a_library_the_same_is_found(
    texts: list[str], some: int
) -> None:
    vectors, some = as_vectors(texts), min(some, len(texts))

    mine = {(one.one, one.other) for one in alike(vectors, some, least=0.4)}
    others = neighbours(vectors, some, least=0.4)

    assert mine == {(one.one, one.other) for one in others}
    assert np.all(np.linalg.norm(vectors, axis=1) < 1.001)
