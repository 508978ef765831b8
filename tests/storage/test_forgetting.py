"""Forgetting on a disk: not a byte of it stays, whatever state the files are in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.core.records import Embedding, Erasure
from long_term_memory.errors import EmbeddingMismatch, StoreError
from long_term_memory.storage.chat_log import LogFiles
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank

from .builders import MODEL, a_chat, key_of, say

COUNT = 80
SECRET = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def bank(folder: Path) -> Iterator[SqliteBank]:
    """A bank of many messages, each with a vector that no other has."""
    with closing(open_bank(folder, busy_timeout_seconds=0.1)) as opened:
        texts = [f"The word is heliotrope{number}." for number in range(1, COUNT + 1)]
        rows = say(opened, a_chat(opened).row, *texts)
        opened.vectors.table(MODEL).put(
            [Embedding(row, 0, 0, key_of(row), vector_of(row)) for row in rows]
        )
        yield opened


def vector_of(row: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(row).normal(size=MODEL.dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float16).astype(np.float32)


def forget(bank: SqliteBank, row: int = SECRET) -> None:
    bank.erasure.erase(lambda: Erasure(messages=(row,)))
    bank.erasure.remove_traces()


def traces(folder: Path, row: int = SECRET) -> list[str]:
    """Name the files with a word, or the vector, of a message."""
    forms = (
        f"heliotrope{row}".encode(),
        vector_of(row).astype("<f2").tobytes(),
    )
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in forms)
    ]


@pytest.mark.parametrize("flushed", [False, True])
def test_neither_word_nor_vector_stays_and_the_other_vectors_do(
    bank: SqliteBank, folder: Path, flushed: bool
) -> None:
    if flushed:
        assert bank.vectors.table(MODEL).flush() == COUNT
    assert len(traces(folder)) >= 1

    forget(bank)

    assert traces(folder) == []
    table = bank.vectors.table(MODEL)
    kept = [row for row in range(1, COUNT + 1) if row != SECRET]
    assert (table.vectors() == np.array([vector_of(row) for row in kept])).all()
    assert table.links()[:, 1].tolist() == kept
    assert table.flush() == COUNT - 1
    assert traces(folder) == []
    assert traces(folder, row=1)
    assert bank.repairs() == []


def test_vectors_that_were_lost_before_are_made_anew_later(
    bank: SqliteBank, folder: Path
) -> None:
    bank.vectors.table(MODEL).flush()
    shutil.rmtree(folder / "embeddings.zarr")

    forget(bank)

    table = bank.vectors.table(MODEL)
    assert len(table.vectors()) == len(table.links()) == 0
    assert len(bank.chats.path(1)) == COUNT - 1


def test_a_program_that_reads_an_older_state_is_told_and_can_be_waited_for(
    bank: SqliteBank, folder: Path
) -> None:
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM messages").fetchall()
        with pytest.raises(StoreError, match="reading"):
            forget(bank)
        other.execute("ROLLBACK")

    bank.erasure.remove_traces()

    assert traces(folder) == []


def test_copies_that_older_versions_left_go_too(bank: SqliteBank, folder: Path) -> None:
    bank.back_up("test")
    shutil.copy(folder / "memory.sqlite3", folder / "memory.v1-copy.sqlite3")

    forget(bank)

    assert traces(folder) == []
    assert not list(folder.glob("*copy*"))


def test_what_another_embeds_meanwhile_is_not_stored(
    bank: SqliteBank, folder: Path
) -> None:
    """Its numbers, and its texts, are of before."""
    with closing(open_bank(folder)) as other:
        table = other.vectors.table(MODEL)
        forget(bank)

        with pytest.raises(EmbeddingMismatch):
            table.put([Embedding(SECRET, 1, 2, key_of(999), vector_of(SECRET))])

    assert traces(folder) == []


def test_a_log_that_cannot_be_removed_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "logs" / "stands in the way.jsonl").mkdir(parents=True)

    with pytest.raises(StoreError, match="readable log"):
        LogFiles(tmp_path / "logs").renew([])
