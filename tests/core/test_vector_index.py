"""The vectors in memory: exact while few, near enough while many."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.core.records import passage_place, whole_place
from long_term_memory.core.retrieval.corpus import Corpus, CorpusView, build_view
from long_term_memory.core.retrieval.vector_index import (
    EXACT_ROWS,
    VectorIndex,
    code_product,
)

DIMENSION = 384


def unit(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Vectors with a few strong directions, as texts have."""
    random = np.random.default_rng(seed)
    topics = random.normal(size=(20, DIMENSION))
    vectors = topics[random.integers(20, size=count)] + random.normal(
        size=(count, DIMENSION)
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def view_of(*chats: Iterable[int]) -> CorpusView:
    rows = [row for chat in chats for row in chat]
    columns = Corpus()
    everyone = list(range(1, max(rows, default=0) + 1))
    columns.extend(
        everyone,
        authors=[("user", "")] * len(everyone),
        said_at=[float("nan")] * len(everyone),
        questions=[False] * len(everyone),
        lengths=[1] * len(everyone),
    )
    return build_view([np.array(chat, np.int32) for chat in chats], columns)


def links(*triples: tuple[int, int, int, int]) -> NDArray[np.int64]:
    """Return links of (message, left, right, vector), numbered from 1."""
    return np.array(
        [(number, *triple) for number, triple in enumerate(triples, 1)], np.int64
    ).reshape(-1, 5)


def turns_of(count: int) -> NDArray[np.int64]:
    return links(*((row, 0, 0, row) for row in range(1, count + 1)))


@pytest.mark.parametrize("compiled", [True, False])
def test_many_vectors_give_the_best_of_an_exact_search(compiled: bool) -> None:
    """The first step is approximate; of its best thousand the exact best are taken."""
    count = EXACT_ROWS + 4000
    vectors = unit(count).astype(np.float16).astype(np.float32)  # as stores keep them
    queries = vectors[:: count // 20][:20] + unit(20, seed=1)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    search = VectorIndex(DIMENSION, compiled=compiled)
    search.extend(vectors, turns_of(count))
    view = view_of(range(1, count + 1))
    kept = 0
    for query in queries:
        comparison = search.compare(query, view)
        rough = comparison.turns()
        best = np.argsort(-rough)[:1024].astype(np.int32)
        exact = comparison.exact_turns(best)
        assert exact == pytest.approx(vectors[best] @ query, abs=1e-6)
        top = best[np.argsort(-exact)[:10]]
        kept += len(
            set(top.tolist()) & set(np.argsort(-(vectors @ query))[:10].tolist())
        )
    assert kept >= 198


def test_codes_are_near_the_truth() -> None:
    count = EXACT_ROWS + 1
    vectors, query = unit(count), unit(1, seed=2)[0]
    search = VectorIndex(DIMENSION)
    search.extend(vectors, turns_of(count))
    rough = search.compare(query, view_of(range(1, count + 1))).turns()
    tolerance = 0.01 if search.has_codes else 0.4
    assert rough == pytest.approx(vectors @ query, abs=tolerance)


def test_few_vectors_are_compared_exactly() -> None:
    vectors, query = unit(50), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION)
    search.extend(vectors, turns_of(50))
    comparison = search.compare(query, view_of([3, 1, 2]))
    assert comparison.turns() == pytest.approx(vectors[[2, 0, 1]] @ query)


def test_messages_with_equal_text_share_a_vector() -> None:
    vectors, query = unit(1), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((1, 0, 0, 1), (2, 0, 0, 1)))
    cosines = search.compare(query, view_of([1, 2])).turns()
    assert cosines[0] == cosines[1]
    assert len(search) == 1


def test_messages_without_a_vector_are_unknown() -> None:
    search = VectorIndex(DIMENSION)
    view = view_of([1, 2, 3])
    empty = search.compare(unit(1)[0], view)
    assert np.isnan(empty.turns()).all()
    assert np.isnan(empty.windows(np.array([0, 1], np.int32))).all()
    search.extend(unit(1), links((2, 0, 0, 1)))
    cosines = search.compare(unit(1)[0], view).turns()
    assert np.isnan(cosines).tolist() == [True, False, True]
    assert search.missing(view).tolist() == [True, False, True]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_window_is_the_mean_of_a_message_and_its_neighbours(compiled: bool) -> None:
    """A branch puts other neighbours beside the same message."""
    vectors, query = unit(4), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION, compiled=compiled)
    search.extend(vectors, turns_of(4))
    cosines = vectors @ query
    slots = np.array([0, 1, 2], np.int32)
    for right in (2, 3):
        view = view_of([1, 2, right + 1])
        there = [cosines[[0, 1]], cosines[[0, 1, right]], cosines[[1, right]]]
        windows = search.compare(query, view).windows(slots)
        assert windows == pytest.approx([one.mean() for one in there], abs=1e-6)


def test_neighbours_without_a_vector_are_left_out_of_a_window() -> None:
    vectors, query = unit(2), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((2, 0, 0, 1), (4, 0, 0, 2)))
    comparison = search.compare(query, view_of([1, 2, 3], [4]))
    windows = comparison.windows(np.arange(4, dtype=np.int32))
    assert np.isnan(windows).tolist() == [True, False, True, False]
    assert windows[[1, 3]] == pytest.approx(vectors @ query, abs=1e-6)


@pytest.mark.parametrize("compiled", [True, False])
def test_windows_of_many_messages_are_right_to_a_hundredth(compiled: bool) -> None:
    count = EXACT_ROWS + 9
    vectors, query = unit(count), unit(1, seed=2)[0]
    search = VectorIndex(DIMENSION, compiled=compiled)
    search.extend(vectors, turns_of(count))
    comparison = search.compare(query, view_of(range(1, count + 1)))
    cosines = vectors @ query
    slots = np.array([7, count - 2], np.int32)
    means = [cosines[at - 1 : at + 2].mean() for at in slots.tolist()]
    assert comparison.windows(slots) == pytest.approx(means, abs=0.01)
    smooth = np.convolve(cosines, np.ones(3) / 3, "valid")
    spread = comparison.window_moments()
    assert spread.deviation == pytest.approx(float(smooth.std()), rel=0.2)


def passages_of(row: int, *vectors: int) -> list[tuple[int, int, int, int]]:
    """Return the places of a message's passages, with their vectors."""
    return [
        (*passage_place(row, at), vector) for at, vector in enumerate(vectors, start=1)
    ]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_message_is_as_near_as_its_best_passage(compiled: bool) -> None:
    vectors, query = unit(7), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION, compiled=compiled)
    search.extend(
        vectors,
        links(
            (*whole_place(1, 2), 1),
            (*whole_place(2, 0), 2),
            (*whole_place(3, 3), 3),
            *passages_of(3, 4, 5, 6),
            *passages_of(1, 7, 4),
        ),
    )
    cosines = vectors @ query
    comparison = search.compare(query, view_of([1, 2, 3, 4]))
    best = comparison.passages(np.array([2, 1, 0, 3], np.int32))
    wanted = [cosines[3:6].max(), np.nan, cosines[[6, 3]].max(), np.nan]
    assert best == pytest.approx(wanted, abs=0.01, nan_ok=True)
    assert comparison.parts(3) == pytest.approx(cosines[3:6].tolist(), abs=0.01)
    assert comparison.parts(1) == pytest.approx(cosines[[6, 3]].tolist(), abs=0.01)
    assert comparison.parts(2) == comparison.parts(4) == comparison.parts(99) == []
    three = search.compare(query, view_of([1, 2, 3])).passage_moments()
    parts = np.array([wanted[2], cosines[1], wanted[0]])
    assert three.mean == pytest.approx(float(parts.mean()), abs=0.01)


def test_a_message_lacks_vectors_until_all_its_passages_are_there() -> None:
    """Whoever lost some of them, or reads while they come, sees it by the whole."""
    vectors, query = unit(4), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION)
    view = view_of([1, 2])
    one, two, three = passages_of(1, 3, 2, 4)
    search.extend(vectors[:2], links((*whole_place(1, 3), 1), two))
    assert search.missing(view).tolist() == [True, True]
    comparison = search.compare(query, view)
    assert comparison.parts(1) == []
    slots = np.array([0], np.int32)
    assert comparison.passages(slots) == pytest.approx([vectors[1] @ query], abs=0.01)

    search.extend(vectors[2:], links(three, one))

    assert search.missing(view).tolist() == [False, True]
    found = search.compare(query, view).parts(1)
    in_order = vectors[[2, 1, 3]]
    assert found == pytest.approx((in_order @ query).tolist(), abs=0.01)


def test_vectors_of_windows_that_former_recipes_had_are_passed_over() -> None:
    vectors, query = unit(3), unit(1, seed=3)[0]
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((1, 0, 2, 1), (1, 0, 0, 2), (2, 1, 0, 3)))
    comparison = search.compare(query, view_of([1, 2]))
    assert len(search) == 1
    assert comparison.turns() == pytest.approx(
        [vectors[1] @ query, np.nan], nan_ok=True
    )
    assert np.isnan(comparison.passages(np.array([0, 1], np.int32))).all()


def test_a_known_vector_can_serve_another_way_later() -> None:
    """The text of a passage may equal that of a message, and the other way round."""
    vectors = unit(2)
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((*whole_place(1, 0), 1), *passages_of(2, 2)))
    late = links((*whole_place(2, 2), 2), (*passage_place(2, 2), 1))
    search.extend(np.empty((0, DIMENSION), np.float32), late)
    view = view_of([1, 2, 3])
    assert search.compare(vectors[1], view).turns()[1] == pytest.approx(1, abs=0.02)
    found = search.compare(vectors[0], view).passages(np.array([1], np.int32))
    assert found == pytest.approx([1.0], abs=0.01)


def test_vectors_that_come_in_lots_are_those_that_come_at_once() -> None:
    vectors, query = unit(3000), unit(1, seed=4)[0]
    search = VectorIndex(DIMENSION)
    for start in range(0, 3000, 64):
        some = np.arange(start + 1, min(start + 64, 3000) + 1)
        zero = np.zeros_like(some)
        search.extend(
            vectors[start : start + 64], np.stack([some, some, zero, zero, some], 1)
        )
    cosines = search.compare(query, view_of(range(1, 3001))).turns()
    assert cosines == pytest.approx(vectors @ query, abs=1e-6)


def test_any_dimension_will_do() -> None:
    """An embedder's own: 384 and 768 are usual, 100 fills no whole word of signs."""
    for dimension in (7, 100, 768):
        vectors = np.eye(dimension, dtype=np.float32)[:5]
        search = VectorIndex(dimension)
        search.extend(vectors, turns_of(5))
        cosines = search.compare(vectors[2], view_of(range(1, 6))).turns()
        assert int(cosines.argmax()) == 2


def test_a_vector_may_come_before_its_link() -> None:
    """As of a message that another process forgot and that comes back."""
    vectors = unit(2)
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((1, 0, 0, 1)))
    search.extend(np.empty((0, DIMENSION), np.float32), links((2, 0, 0, 2)))

    cosines = search.compare(vectors[1], view_of([1, 2])).turns()

    assert cosines[1] == pytest.approx(1, abs=1e-6)


def test_vectors_of_some_messages_are_told_apart_by_slot() -> None:
    vectors = unit(2)
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((1, 0, 0, 1), (3, 0, 0, 2)))

    found = search.alone(view_of([3, 2, 1]), np.array([0, 1, 2], np.int32))

    assert sorted(found) == [0, 2]
    assert found[0] == pytest.approx(vectors[1])
    assert found[2] == pytest.approx(vectors[0])


def test_only_a_message_with_passages_is_cut() -> None:
    search = VectorIndex(DIMENSION)
    search.extend(
        unit(3), links((*whole_place(1, 1), 1), *passages_of(1, 2), (2, 0, 0, 3))
    )
    comparison = search.compare(unit(1)[0], view_of([1, 2]))

    assert comparison.cut(np.array([1, 2], np.int32)).tolist() == [True, False]


def test_the_exact_cosine_of_a_message_without_a_vector_is_unknown() -> None:
    vectors = unit(1)
    search = VectorIndex(DIMENSION)
    search.extend(vectors, links((2, 0, 0, 1)))
    comparison = search.compare(vectors[0], view_of([1, 2]))

    both = comparison.exact_turns(np.array([0, 1], np.int32))
    neither = comparison.exact_turns(np.array([0], np.int32))

    assert both == pytest.approx([np.nan, 1], abs=1e-6, nan_ok=True)
    assert np.isnan(neither).all()


def test_without_the_library_codes_are_multiplied_without_it() -> None:
    def missing() -> object:
        raise ImportError

    assert code_product(missing) is None


def test_an_incompatible_copy_of_the_library_is_not_used() -> None:
    """One that another library loaded first refuses the types of our arrays."""

    class Refusing:
        def cdist(self, one: object, other: object, metric: str) -> object:
            raise TypeError("matching datatypes")

    assert code_product(Refusing) is None


def test_the_library_multiplies_as_numpy_does() -> None:
    product = code_product()
    assert product is not None
    codes = np.rint(unit(5) * 127).astype(np.int8)
    query = unit(1, seed=2)[0]

    assert product(codes, query) == pytest.approx(codes @ query, abs=0.5)
