"""What every bank promises about vectors, in memory and on disk."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.errors import EmbeddingMismatch, NotFound
from long_term_memory.stores.base import (
    BankStore,
)
from long_term_memory.stores.records import (
    Embedding,
)

from .builders import MODEL, OTHER_MODEL, a_vector, embed, expected, key_of
from .conftest import Reopen


def test_vectors_wait_for_a_model(bank: BankStore) -> None:
    for act in (
        lambda: bank.put_embeddings([]),
        lambda: bank.known_keys([b"k"]),
        lambda: bank.link_embeddings([]),
        bank.links,
        bank.vectors,
    ):
        with pytest.raises(EmbeddingMismatch):
            act()


@pytest.mark.parametrize("count", [0, 1, 63, 64, 1023, 1024, 1025, 2500])
def test_vectors_come_back_in_order_flushed_or_not(
    bank: BankStore, reopen: Reopen, message: int, count: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, range(count))
    before = bank.vectors()

    moved = bank.flush_vectors()

    np.testing.assert_array_equal(before, expected(range(count)))
    np.testing.assert_array_equal(bank.vectors(), before)
    bank = reopen(bank)
    bank.use_model(MODEL)
    for after in {0, 1, count // 2, max(count - 1, 0), count, count + 10}:
        found = bank.vectors(after=after)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected(range(after, count)))
    assert 0 <= moved <= count


def test_vectors_of_many_flushes_stand_in_one_row(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    bank.use_model(MODEL)
    total = 0
    for batch in (70, 3, 900, 64, 1, 1200):
        embed(bank, message, range(total, total + batch))
        bank.flush_vectors()
        total += batch
        np.testing.assert_array_equal(
            bank.vectors(after=total - batch), expected(range(total - batch, total))
        )

    bank = reopen(bank)
    bank.use_model(MODEL)
    np.testing.assert_array_equal(bank.vectors(), expected(range(total)))
    assert bank.links()[:, 4].tolist() == list(range(1, total + 1))


def test_equal_keys_share_a_vector(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    bank.use_model(MODEL)
    bank.put_embeddings(
        [
            Embedding(message, 0, 0, key_of(1), a_vector(1)),
            Embedding(message, 5, 6, key_of(1), a_vector(1)),
        ]
    )
    bank.put_embeddings([Embedding(message, 7, 0, key_of(1), a_vector(2))])

    bank = reopen(bank)
    bank.use_model(MODEL)
    assert bank.known_keys([key_of(1), key_of(2), key_of(1)]) == {key_of(1): 1}
    np.testing.assert_array_equal(bank.vectors(), expected([1]))
    assert bank.links()[:, 1:].tolist() == [
        [message, 0, 0, 1],
        [message, 5, 6, 1],
        [message, 7, 0, 1],
    ]


def test_links_can_be_added_to_known_vectors_and_read_from_any_number(
    bank: BankStore, message: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, [0, 1])

    bank.link_embeddings([(message, 40, 41, 2), (message, 1, 0, 1)])

    links = bank.links()
    assert links.dtype == np.int64
    # The second link was known: a message between the same neighbours reads the same.
    assert links[:, 1:].tolist() == [
        [message, 0, 0, 1],
        [message, 1, 0, 2],
        [message, 40, 41, 2],
    ]
    assert (np.diff(links[:, 0]) > 0).all()
    assert bank.links(after=int(links[1, 0])).tolist() == links[2:].tolist()
    assert bank.links(after=int(links[2, 0])).shape == (0, 5)


@pytest.mark.parametrize("vector", [0, -1, 2])
def test_a_link_to_no_vector_changes_nothing(
    bank: BankStore, message: int, vector: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, [0])

    with pytest.raises(NotFound):
        bank.link_embeddings([(message, 8, 9, 1), (message, 9, 9, vector)])
    assert len(bank.links()) == 1


def test_a_vector_for_no_message_changes_nothing(bank: BankStore, message: int) -> None:
    bank.use_model(MODEL)

    with pytest.raises(NotFound):
        bank.put_embeddings(
            [
                Embedding(message, 0, 0, key_of(1), a_vector(1)),
                Embedding(99, 0, 0, key_of(2), a_vector(2)),
            ]
        )
    assert bank.vectors().shape == (0, 8)
    assert bank.links().shape == (0, 5)


def test_a_vector_of_another_dimension_changes_nothing(
    bank: BankStore, message: int
) -> None:
    bank.use_model(MODEL)

    with pytest.raises(EmbeddingMismatch):
        bank.put_embeddings(
            [
                Embedding(message, 0, 0, key_of(1), a_vector(1)),
                Embedding(message, 1, 0, key_of(2), a_vector(2, dimension=4)),
            ]
        )
    assert bank.known_keys([key_of(1)]) == {}


def test_each_model_has_its_own_vectors(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, range(100))
    bank.flush_vectors()
    bank.use_model(OTHER_MODEL)
    assert bank.vectors().shape == (0, 4)
    assert bank.known_keys([key_of(0)]) == {}
    bank.put_embeddings([Embedding(message, 0, 0, key_of(0), a_vector(5, 4))])

    bank = reopen(bank)
    bank.use_model(MODEL)
    np.testing.assert_array_equal(bank.vectors(), expected(range(100)))
    assert len(bank.links()) == 100
    bank.use_model(OTHER_MODEL)
    np.testing.assert_array_equal(bank.vectors(), expected([5], 4))
    assert bank.links()[:, 1:].tolist() == [[message, 0, 0, 1]]
