"""What every bank promises about the vectors of two models at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from long_term_memory.errors import EmbeddingMismatch
from long_term_memory.stores.base import (
    BankStore,
)
from long_term_memory.stores.records import (
    Embedding,
    ModelCount,
)
from long_term_memory.stores.sqlite import open_bank

from .builders import MODEL, OTHER_MODEL, a_chat, a_vector, embed, expected, key_of, say
from .conftest import Reopen


def both_models(bank: BankStore, message: int) -> None:
    """Store 100 vectors of the model in use and one of another."""
    bank.use_model(OTHER_MODEL)
    bank.use_model(MODEL)
    embed(bank, message, range(100))
    with bank.of_model(OTHER_MODEL):
        bank.put_embeddings([Embedding(message, 0, 0, key_of(0), a_vector(5, 4))])


def test_another_model_is_written_and_read_while_one_is_in_use(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    both_models(bank, message)

    np.testing.assert_array_equal(bank.vectors(), expected(range(100)))
    with bank.of_model(OTHER_MODEL):
        np.testing.assert_array_equal(bank.vectors(), expected([5], 4))
    assert bank.models() == [
        ModelCount(model=OTHER_MODEL, vectors=1, links=1),
        ModelCount(model=MODEL, vectors=100, links=100),
    ]


def test_a_model_that_was_not_named_has_no_vectors_to_read(
    bank: BankStore, message: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, [0])

    with bank.of_model(OTHER_MODEL), pytest.raises(EmbeddingMismatch):
        bank.vectors()
    assert len(bank.vectors()) == 1


def test_a_dropped_model_leaves_the_other_as_it_was(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    both_models(bank, message)
    bank.flush_vectors()

    bank.drop_model(OTHER_MODEL)
    bank.drop_model(OTHER_MODEL)

    bank = reopen(bank)
    assert [one.model for one in bank.models()] == [MODEL]
    bank.use_model(MODEL)
    np.testing.assert_array_equal(bank.vectors(), expected(range(100)))


def test_after_its_model_was_dropped_a_bank_waits_for_another(
    bank: BankStore, message: int
) -> None:
    bank.use_model(MODEL)
    embed(bank, message, [0])

    bank.drop_model(MODEL)

    with pytest.raises(EmbeddingMismatch):
        bank.vectors()
    bank.use_model(MODEL)
    assert len(bank.vectors()) == len(bank.links()) == 0


def test_a_program_that_still_reads_a_dropped_model_is_told(tmp_path: Path) -> None:
    ours, theirs = open_bank(tmp_path), open_bank(tmp_path)
    [row] = say(ours, a_chat(ours).row, "Hello.")
    ours.use_model(MODEL)
    embed(ours, row, range(100))
    ours.flush_vectors()

    theirs.drop_model(MODEL)
    for other in (None, OTHER_MODEL):  # which may get the number of the dropped one
        if other is not None:
            theirs.use_model(other)
        for act in (ours.vectors, ours.links):
            with pytest.raises(EmbeddingMismatch, match="Read them again"):
                act()
        assert ours.flush_vectors() == 0
    ours.close()
    theirs.close()


def test_a_folder_that_no_model_names_goes_when_a_model_is_named(
    tmp_path: Path,
) -> None:
    bank = open_bank(tmp_path)
    [row] = say(bank, a_chat(bank).row, "Hello.")
    bank.use_model(MODEL)
    embed(bank, row, range(100))
    bank.flush_vectors()
    orphan = tmp_path / "embeddings.zarr" / ("ab" * 16)
    (orphan / "c").mkdir(parents=True)

    bank.use_model(MODEL)

    assert not orphan.exists()
    np.testing.assert_array_equal(bank.vectors(), expected(range(100)))
    bank.close()
