"""Laying paths out as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from long_term_memory.core.retrieval.arrays import Growing
from long_term_memory.core.retrieval.corpus import (
    SYSTEM,
    USER,
    Corpus,
    build_view,
    pauses,
    with_neighbours,
)


def columns_of(count: int, said_at: list[float] | None = None) -> Corpus:
    columns = Corpus()
    columns.extend(
        list(range(1, count + 1)),
        authors=[
            ("user", "Ann") if row % 2 else ("assistant", "Bo") for row in range(count)
        ],
        said_at=said_at or [float("nan")] * count,
        questions=[False] * count,
        lengths=[3] * count,
    )
    return columns


def paths(*chats: list[int]) -> list[NDArray[np.int32]]:
    return [np.array(chat, np.int32) for chat in chats]


def test_chats_lie_one_after_the_other_and_are_no_neighbours() -> None:
    view = build_view(paths([1, 2, 3], [5, 4]), columns_of(5))

    assert view.rows.tolist() == [1, 2, 3, 5, 4]
    assert view.left.tolist() == [0, 1, 2, 0, 5]
    assert view.right.tolist() == [2, 3, 0, 4, 0]
    assert view.slots(np.array([4, 1, 0, 99])).tolist() == [4, 0, -1, -1]


def test_a_long_silence_parts_neighbours_and_an_unknown_time_does_not() -> None:
    hour = 3600.0
    said_at = [0.0, 1 * hour, 9 * hour, float("nan"), 100 * hour]
    assert pauses(np.array(said_at)).tolist() == [True, False, True, False, False]
    view = build_view(paths([1, 2, 3, 4, 5]), columns_of(5, said_at))
    assert view.right.tolist() == [2, 0, 4, 5, 0]


def test_a_message_on_two_paths_has_one_slot() -> None:
    view = build_view(paths([1, 2, 3], [1, 2, 4]), columns_of(4))

    assert view.rows.tolist() == [3, 1, 2, 4]
    assert view.left.tolist() == [0, 0, 1, 2]


def test_places_keep_segments_apart() -> None:
    view = build_view(paths([1, 2], [3]), columns_of(3))
    values = np.zeros(len(view.norm), np.float32)
    values[view.places(np.array([2]))] = 1
    assert with_neighbours(values)[view.place].tolist() == [1, 1, 0]


def test_an_empty_view_has_no_slots() -> None:
    assert len(build_view([], Corpus())) == 0
    assert len(build_view(paths([]), columns_of(3))) == 0


def test_the_user_is_one_author_under_any_name() -> None:
    columns = Corpus()
    columns.extend(
        [2, 3, 4, 5],
        authors=[
            ("user", "Ann"),
            ("user", "anon"),
            ("system", ""),
            ("assistant", "Bo"),
        ],
        said_at=[1.0, 2.0, 3.0, 4.0],
        questions=[True, False, False, False],
        lengths=[1, 1, 1, 1],
    )
    assert columns.author[2:].tolist() == [USER, USER, SYSTEM, columns.speakers()["bo"]]


def test_arrays_grow_and_keep_their_rows() -> None:
    growing: Growing[np.int32] = Growing(np.int32, width=2)
    for start in range(0, 1000, 10):
        growing.extend([[start, row] for row in range(10)])
    growing.reach(1005, -1)
    assert growing.values[990].tolist() == [990, 0]
    assert growing.values[-1].tolist() == [-1, -1]
    assert len(growing) == 1005
