"""What every bank promises about the vectors of two models at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from long_term_memory.core.records import (
    Embedding,
    ModelCount,
)
from long_term_memory.errors import EmbeddingMismatch
from long_term_memory.storage.protocols import (
    BankStore,
    VectorTable,
)
from long_term_memory.storage.sqlite.bank import open_bank

from .builders import MODEL, OTHER_MODEL, a_chat, a_vector, embed, expected, key_of, say
from .conftest import Reopen


def both_models(bank: BankStore, message: int) -> tuple[VectorTable, VectorTable]:
    """Store 100 vectors of a model and one of another."""
    other = bank.vectors.table(OTHER_MODEL)
    table = bank.vectors.table(MODEL)
    embed(table, message, range(100))
    other.put([Embedding(message, 0, 0, key_of(0), a_vector(5, 4))])
    return table, other


def test_two_models_are_written_and_read_side_by_side(
    bank: BankStore, message: int
) -> None:
    table, other = both_models(bank, message)

    np.testing.assert_array_equal(table.vectors(), expected(range(100)))
    np.testing.assert_array_equal(other.vectors(), expected([5], 4))
    assert bank.vectors.models() == [
        ModelCount(model=OTHER_MODEL, vectors=1, links=1),
        ModelCount(model=MODEL, vectors=100, links=100),
    ]


def test_a_dropped_model_leaves_the_other_as_it_was(
    bank: BankStore, reopen: Reopen, message: int
) -> None:
    table, _ = both_models(bank, message)
    table.flush()

    bank.vectors.drop(OTHER_MODEL)
    bank.vectors.drop(OTHER_MODEL)

    np.testing.assert_array_equal(table.vectors(), expected(range(100)))
    bank = reopen(bank)
    assert [one.model for one in bank.vectors.models()] == [MODEL]
    table = bank.vectors.table(MODEL)
    np.testing.assert_array_equal(table.vectors(), expected(range(100)))


def test_a_program_that_still_reads_a_dropped_model_is_told(tmp_path: Path) -> None:
    ours, theirs = open_bank(tmp_path), open_bank(tmp_path)
    [row] = say(ours, a_chat(ours).row, "Hello.")
    table = ours.vectors.table(MODEL)
    embed(table, row, range(100))
    table.flush()

    theirs.vectors.drop(MODEL)
    for other in (None, OTHER_MODEL):  # which may get the number of the dropped one
        if other is not None:
            theirs.vectors.table(other)
        for act in (table.vectors, table.links):
            with pytest.raises(EmbeddingMismatch, match="Read them again"):
                act()
        assert table.flush() == 0
    ours.close()
    theirs.close()


def test_a_folder_that_no_model_names_goes_when_a_model_is_named(
    tmp_path: Path,
) -> None:
    bank = open_bank(tmp_path)
    [row] = say(bank, a_chat(bank).row, "Hello.")
    table = bank.vectors.table(MODEL)
    embed(table, row, range(100))
    table.flush()
    orphan = tmp_path / "embeddings.zarr" / ("ab" * 16)
    (orphan / "c").mkdir(parents=True)

    bank.vectors.table(MODEL)

    assert not orphan.exists()
    np.testing.assert_array_equal(table.vectors(), expected(range(100)))
    bank.close()
