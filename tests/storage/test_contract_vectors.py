"""What every bank promises about vectors, in memory and on disk."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.records import (
    Embedding,
    Erasure,
)
from long_term_memory.errors import EmbeddingMismatch, NotFound
from long_term_memory.storage.protocols import (
    BankStore,
    VectorTable,
)

from .builders import MODEL, OTHER_MODEL, a_vector, embed, expected, key_of, say
from .calls import TABLE_CALLS
from .conftest import Reopen

STALE = sorted(TABLE_CALLS.keys() - {"flush"})


@pytest.mark.parametrize("name", STALE)
def test_a_table_of_a_dropped_model_refuses_every_call(
    bank: BankStore, message: int, name: str
) -> None:
    """Whoever still holds it must not write under numbers that mean nothing now."""
    table = bank.vectors.table(MODEL)
    embed(table, message, [1])

    bank.vectors.drop(MODEL)

    for _ in range(2):
        with pytest.raises(EmbeddingMismatch, match="Read them again"):
            TABLE_CALLS[name](table)
        assert table.flush() == 0
        fresh = bank.vectors.table(MODEL)  # which the second time is there, and empty
        assert len(fresh.vectors()) == len(fresh.links()) == 0


@pytest.mark.parametrize("name", STALE)
def test_a_table_of_before_a_forgetting_refuses_every_call(
    bank: BankStore, message: int, name: str
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, [1])
    [other] = say(bank, 1, "Bye.")

    bank.erasure.erase(lambda: Erasure(messages=(other,)))

    with pytest.raises(EmbeddingMismatch, match="Read them again"):
        TABLE_CALLS[name](table)
    assert len(bank.vectors.table(MODEL).vectors()) == 1


def test_a_table_knows_whose_vectors_it_holds(bank: BankStore) -> None:
    assert bank.vectors.table(MODEL).model == MODEL
    assert bank.vectors.table(OTHER_MODEL).model == OTHER_MODEL


def test_asking_for_a_table_again_leaves_the_first_one_good(
    bank: BankStore, message: int
) -> None:
    first = bank.vectors.table(MODEL)
    embed(first, message, range(3))

    second = bank.vectors.table(MODEL)
    bank.vectors.table(OTHER_MODEL)
    embed(second, message, range(3, 5))

    np.testing.assert_array_equal(first.vectors(), expected(range(5)))
    np.testing.assert_array_equal(second.vectors(), expected(range(5)))
    assert second.flush() >= 0
    assert len(first.links()) == 5


def embed_in_one_go(bank: BankStore, table: VectorTable, rows: list[int]) -> None:
    with bank.exclusive():
        for row in rows:
            embed(table, row, [row])


def test_a_write_that_was_taken_back_leaves_a_table_good(
    bank: BankStore, message: int
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, [0])

    with pytest.raises(NotFound):
        embed_in_one_go(bank, table, [message, 99])

    assert len(table.vectors()) == len(table.links()) == 1
    embed(table, message, [2])
    np.testing.assert_array_equal(table.vectors(), expected([0, 2]))


@pytest.mark.parametrize("count", [0, 1, 63, 64, 1023, 1024, 1025, 2500])
def test_vectors_come_back_in_order_flushed_or_not(
    bank: BankStore, reopen: Reopen, message: int, count: int
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, range(count))
    before = table.vectors()

    moved = table.flush()

    np.testing.assert_array_equal(before, expected(range(count)))
    np.testing.assert_array_equal(table.vectors(), before)
    bank = reopen(bank)
    table = bank.vectors.table(MODEL)
    for after in {0, 1, count // 2, max(count - 1, 0), count, count + 10}:
        found = table.vectors(after=after)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected(range(after, count)))
    assert 0 <= moved <= count


def test_vectors_of_many_flushes_stand_in_one_row(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    table = bank.vectors.table(MODEL)
    total = 0
    for batch in (70, 3, 900, 64, 1, 1200):
        embed(table, message, range(total, total + batch))
        table.flush()
        total += batch
        np.testing.assert_array_equal(
            table.vectors(after=total - batch), expected(range(total - batch, total))
        )

    bank = reopen(bank)
    table = bank.vectors.table(MODEL)
    np.testing.assert_array_equal(table.vectors(), expected(range(total)))
    assert table.links()[:, 4].tolist() == list(range(1, total + 1))


def test_equal_keys_share_a_vector(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    table = bank.vectors.table(MODEL)
    table.put(
        [
            Embedding(message, 0, 0, key_of(1), a_vector(1)),
            Embedding(message, 5, 6, key_of(1), a_vector(1)),
        ]
    )
    table.put([Embedding(message, 7, 0, key_of(1), a_vector(2))])

    bank = reopen(bank)
    table = bank.vectors.table(MODEL)
    assert table.known([key_of(1), key_of(2), key_of(1)]) == {key_of(1): 1}
    np.testing.assert_array_equal(table.vectors(), expected([1]))
    assert table.links()[:, 1:].tolist() == [
        [message, 0, 0, 1],
        [message, 5, 6, 1],
        [message, 7, 0, 1],
    ]


def test_links_can_be_added_to_known_vectors_and_read_from_any_number(
    bank: BankStore, message: int
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, [0, 1])

    table.link([(message, 40, 41, 2), (message, 1, 0, 1)])

    links = table.links()
    assert links.dtype == np.int64
    # The second link was known: a message between the same neighbours reads the same.
    assert links[:, 1:].tolist() == [
        [message, 0, 0, 1],
        [message, 1, 0, 2],
        [message, 40, 41, 2],
    ]
    assert (np.diff(links[:, 0]) > 0).all()
    assert table.links(after=int(links[1, 0])).tolist() == links[2:].tolist()
    assert table.links(after=int(links[2, 0])).shape == (0, 5)


@pytest.mark.parametrize("vector", [0, -1, 2])
def test_a_link_to_no_vector_changes_nothing(
    bank: BankStore, message: int, vector: int
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, [0])

    with pytest.raises(NotFound):
        table.link([(message, 8, 9, 1), (message, 9, 9, vector)])
    assert len(table.links()) == 1


def test_a_vector_for_no_message_changes_nothing(bank: BankStore, message: int) -> None:
    table = bank.vectors.table(MODEL)

    with pytest.raises(NotFound):
        table.put(
            [
                Embedding(message, 0, 0, key_of(1), a_vector(1)),
                Embedding(99, 0, 0, key_of(2), a_vector(2)),
            ]
        )
    assert table.vectors().shape == (0, 8)
    assert table.links().shape == (0, 5)


def test_a_vector_of_another_dimension_changes_nothing(
    bank: BankStore, message: int
) -> None:
    table = bank.vectors.table(MODEL)

    with pytest.raises(EmbeddingMismatch):
        table.put(
            [
                Embedding(message, 0, 0, key_of(1), a_vector(1)),
                Embedding(message, 1, 0, key_of(2), a_vector(2, dimension=4)),
            ]
        )
    assert table.known([key_of(1)]) == {}


def test_each_model_has_its_own_vectors(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, message, range(100))
    table.flush()
    table = bank.vectors.table(OTHER_MODEL)
    assert table.vectors().shape == (0, 4)
    assert table.known([key_of(0)]) == {}
    table.put([Embedding(message, 0, 0, key_of(0), a_vector(5, 4))])

    bank = reopen(bank)
    table = bank.vectors.table(MODEL)
    np.testing.assert_array_equal(table.vectors(), expected(range(100)))
    assert len(table.links()) == 100
    table = bank.vectors.table(OTHER_MODEL)
    np.testing.assert_array_equal(table.vectors(), expected([5], 4))
    assert table.links()[:, 1:].tolist() == [[message, 0, 0, 1]]
