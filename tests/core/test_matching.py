"""The matching against an oracle that tries every way, and where that is too slow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.core.timeline.matching import EXACT_CELLS, Pair, match
from long_term_memory.core.types import PathEntry, WindowMessage

from .chatting import NOW, examples, knows, says

TIMES = [None, NOW, NOW + timedelta(hours=1)]


def places() -> st.SearchStrategy[list[PathEntry]]:
    """Draw short paths of few texts, so that the same is often said twice."""
    return st.lists(shown_ones(), max_size=5).map(lambda lines: knows(*lines))


def shown_ones(*, positions: bool = False) -> st.SearchStrategy[WindowMessage]:
    return st.builds(
        says,
        st.sampled_from(["u:a", "u:b", "a:a"]),
        hidden=st.booleans(),
        host_id=st.sampled_from([None, None, "x", "y"]),
        said_at=st.sampled_from(TIMES),
        position=st.sampled_from([None, 0, 1, 2, 3, 4]) if positions else st.none(),
    )


def every_way(rows: range, columns: range) -> Iterator[list[Pair]]:
    """Yield every set of pairs that rises in both indices."""
    yield []
    for i in rows:
        for j in columns:
            for rest in every_way(range(i + 1, rows.stop), range(j + 1, columns.stop)):
                yield [(i, j), *rest]


def alike(
    path: Sequence[PathEntry], shown: Sequence[WindowMessage], i: int, j: int
) -> int:
    """Weigh a pair by the rules in words: id, else text, unless ids or times differ."""
    place, one = path[i], shown[j]
    ids = {place.host_id, one.host_id}
    if len(ids) == 1 and None not in ids:
        return 16
    if (place.message.role, place.message.content) != (one.role, one.content):
        return 0
    unlike = len(ids - {None}) == 2
    if unlike and {p.host_id for p in path} & {s.host_id for s in shown} - {None}:
        return 0
    times = {place.message.said_at, one.said_at} - {None}
    return 1 if unlike or len(times) == 2 else 4


def news(
    path: Sequence[PathEntry], shown: Sequence[WindowMessage], way: list[Pair]
) -> int:
    """Count what would have happened: hidden, shown again, inserted."""
    if not way:
        return 0
    (first, _), (last, until) = way[0], way[-1]
    matched = {i for i, _ in way}
    left_out = [i for i in range(first, last) if i not in matched]
    newly_hidden = sum(not path[i].hidden for i in left_out)
    flipped = sum(path[i].hidden != shown[j].hidden for i, j in way)
    strangers = until + 1 - len(way)
    return newly_hidden + flipped + strangers


def off_position(
    path: Sequence[PathEntry], shown: Sequence[WindowMessage], way: list[Pair]
) -> int:
    """Count pairs that do not lie as far apart as the texts that stand once."""
    texts = [(place.message.role, place.message.content) for place in path]
    steps = [
        one.position - texts.index((one.role, one.content))
        for one in shown
        if one.position is not None and texts.count((one.role, one.content)) == 1
    ]
    step = max(steps, key=steps.count, default=0)
    return sum(shown[j].position not in (None, i + step) for i, j in way)


@given(places(), st.lists(shown_ones(positions=True), min_size=1, max_size=5))
@examples(400)
@example(
    path=knows(says("u:a", host_id="x")), shown=[says("u:a"), says("u:a", host_id="x")]
)
@example(
    path=knows(says("u:a"), says("u:a", host_id="x")),
    shown=[says("u:a", host_id="x"), says("u:a")],
)
def test_of_all_ways_the_best_is_taken(
    path: list[PathEntry], shown: list[WindowMessage]
) -> None:
    def goodness(way: list[Pair]) -> tuple[int, int, int, list[int]]:
        weight = sum(alike(path, shown, i, j) for i, j in way)
        order = [index for i, j in way for index in (i, -j)]
        off = off_position(path, shown, way)
        return weight, -off, -news(path, shown, way), order

    ways = [
        way
        for way in every_way(range(len(path)), range(len(shown)))
        if all(alike(path, shown, i, j) for i, j in way)
    ]

    assert match(path, shown) == max(ways, key=goodness)


@given(places(), st.lists(shown_ones(), min_size=1, max_size=5))
@examples(200)
def test_of_all_ways_through_a_complete_window_one_of_the_heaviest_is_taken(
    path: list[PathEntry], shown: list[WindowMessage]
) -> None:
    """Ids that only some of the equal texts carry are left to the next test."""

    def weight(way: list[Pair]) -> int:
        return sum(alike(path, shown, i, j) for i, j in way)

    path = [place for place in path if place.host_id is None]
    best = max(map(weight, every_way(range(len(path)), range(len(shown)))))

    assert weight(match(path, shown, complete=True)) == best


@given(
    places(),
    st.lists(shown_ones(positions=True), min_size=1, max_size=6),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from([0, 1, 4, EXACT_CELLS]),
)
@examples(400)
def test_whatever_is_shown_pairs_rise_and_are_alike(
    path: list[PathEntry],
    shown: list[WindowMessage],
    complete: bool,
    start: int,
    exact_cells: int,
) -> None:
    start = min(start, len(path), len(shown))

    pairs = match(path, shown, start=start, complete=complete, exact_cells=exact_cells)

    # Of what is known to be the same only the last one tells whether ids hold.
    told = max(start - 1, 0)
    assert all(alike(path[told:], shown[told:], i - told, j - told) for i, j in pairs)
    assert all(min(pair) >= start for pair in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)), st.booleans())
@examples(200)
def test_anchors_find_what_the_table_finds_where_no_text_is_said_twice(
    order: list[int], left_out: set[int], complete: bool
) -> None:
    """All keep their order but one, which was moved."""
    path = knows(*(f"u:{index}" for index in range(8)))
    rest = [index for index in range(8) if index not in left_out]
    shown = [says(f"u:{index}") for index in [*rest, 100, 101]]

    exact = match(path, shown, complete=complete)

    assert match(path, shown, complete=complete, exact_cells=0) == exact
    assert exact == [(index, at) for at, index in enumerate(rest)]
    crossing = match(path, [says(f"u:{index}") for index in order], exact_cells=0)
    assert crossing


def test_anchors_do_not_cross() -> None:
    path = knows(*(f"u:{index}" for index in range(6)))
    shown = [says(f"u:{index}") for index in (3, 0, 1, 5, 2, 4)]

    assert [i for i, _ in match(path, shown, exact_cells=0)] == [0, 1, 2, 4]


def test_ids_are_anchors_even_under_another_text() -> None:
    path = knows(*(says("u:ok", host_id=f"id{index}") for index in range(4)))
    shown = [says("u:no", host_id=f"id{index}") for index in (1, 3)]

    assert match(path, shown, exact_cells=0) == [(1, 0), (3, 1)]


def test_equal_texts_without_an_anchor_are_taken_from_the_end() -> None:
    path = knows(*["u:ok", "u:no"] * 4)
    shown = [says(line) for line in ("u:no", "u:ok", "u:maybe", "u:no", "u:ok")]

    assert match(path, shown, exact_cells=0) == [(3, 0), (4, 1), (5, 3), (6, 4)]


def test_an_id_that_a_host_gives_twice_still_parts_equal_texts() -> None:
    path = knows(says("u:ok", host_id="x"), says("u:ok", host_id="x"))
    shown = [says("u:ok", host_id=name) for name in ("y", "x", "y")]

    assert match(path, shown, exact_cells=0) == [(1, 1)]


@pytest.mark.parametrize("exact_cells", [0, EXACT_CELLS])
def test_between_anchors_equal_texts_are_matched_as_well(exact_cells: int) -> None:
    lines = ["u:1", "a:ok", "u:2", "a:ok", "u:3", "a:ok"]
    shown = [says(line) for line in ("u:1", "a:ok", "u:3", "a:ok", "u:4")]

    pairs = match(knows(*lines), shown, complete=True, exact_cells=exact_cells)

    assert [i for i, j in pairs if j != 1] == [0, 4, 5]
    assert len(pairs) == 4


def test_ids_that_were_minted_anew_part_nothing() -> None:
    path = knows(says("u:Hi", host_id="1"), says("a:Hey", host_id="2"))
    shown = [says("u:Hi", host_id="3"), says("a:Hey", host_id="4")]

    assert match(path, shown) == [(0, 0), (1, 1)]


def test_a_new_id_in_a_host_that_keeps_its_ids_is_a_new_message() -> None:
    path = knows(says("u:Hi", host_id="1"), says("a:Hey", host_id="2"))
    shown = [says("u:Hi", host_id="1"), says("a:Hey", host_id="3")]

    assert match(path, shown) == [(0, 0)]
    assert match(path, shown, complete=True) == [(0, 0)]


def test_ids_hold_if_what_is_known_to_be_the_same_has_one() -> None:
    path = knows(says("u:Hi", host_id="1"), says("a:Hey", host_id="2"))
    shown = [says("u:Hi", host_id="1"), says("a:Hey", host_id="3")]

    assert match(path, shown, start=1) == []
    assert match(path, shown, start=2) == []
