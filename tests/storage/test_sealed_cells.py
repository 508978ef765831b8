"""What is encrypted cannot be put in another's place, or cut, unseen."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.records import CollectionEntry, StoredEmotion
from long_term_memory.core.types import Scope
from long_term_memory.errors import StoreCorrupt
from long_term_memory.storage.encryption.aes import (
    FORMER,
    AesCipher,
    unwrapped,
    wrapped,
)
from long_term_memory.storage.encryption.cipher import ENVELOPE
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.collections import FILE_NAME, SqliteCollections
from long_term_memory.storage.sqlite.layout import make_bank_folder
from long_term_memory.storage.sqlite.reencryption import check_fields
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE
from long_term_memory.storage.sqlite.sealed import CHAT_NAMES, TABLES, rewrite_table

from ..core.chatting import examples
from .builders import KEY, NOW, a_message, a_note, a_summary, say

COLLECTED = (
    ("collections", "names"),
    ("entries", "entry"),
    ("entries", "vector"),
    ("meta", "value"),
)


class Cell(NamedTuple):
    """A sealed cell: where it is."""

    table: str
    column: str
    rowid: str
    row: Any


def key() -> bytes:
    return KEY


@pytest.fixture(scope="module")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank with at least two rows of everything that is sealed."""
    folder = make_bank_folder(
        tmp_path_factory.mktemp("sealed"), Scope(user="anna", character="miku")
    )
    with closing(open_bank(folder, keys=key)) as bank:
        for name in ("one", "two"):
            chat = bank.chats.add(
                name,
                names=[("host", name), ("other", name)],
                title=f"Title {name}",
                forked_from=None,
                now=NOW,
            )
            say(bank, chat.row, f"First of {name}.", f"Second of {name}.")
        bank.messages.put(
            [a_message(f"m{n}", name=f"N{n}", present=(f"P{n}",)) for n in range(2)]
        )
        for n in range(2):
            for text in ("Was.", "Is."):
                bank.annotations.put(
                    a_note(key=f"note{n}", content=f"{text} {n}", tags=(f"tag {n}",))
                )
            bank.emotions.put([StoredEmotion(n + 1, 2, bytes([n]) * 33)])
            bank.summaries.put(a_summary(n + 1, text=f"Summary {n}"))
            bank.metadata.put(f"batch/{n}", f"Meta {n}")
    return folder


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collections with two rows of everything."""
    folder = tmp_path_factory.mktemp("collected")
    with closing(SqliteCollections(folder, keys=key)) as store:
        for name in ("one", "two"):
            store.put(
                "me", name, [CollectionEntry(i, "", 0, "", f"{i} {name}") for i in "ab"]
            )
            for entry in store.entries("me", name) or ():
                made = {entry: np.ones(3, np.float32)}
                store.put_vectors("me", name, "small", made)
        store.put_meta("retention-last", "then")
        store.put_meta("retention-announced", "7")
    return folder


def cells_in(file: Path, columns: list[tuple[str, str, str]]) -> list[Cell]:
    with closing(sqlite3.connect(file)) as raw:
        return [
            Cell(table, column, rowid, row)
            for table, column, rowid in columns
            for row, value in raw.execute(f"SELECT {rowid}, {column} FROM {table}")
            if value and not (table == "meta" and row == ENVELOPE)
        ]


def sealed_of_bank(folder: Path) -> list[Cell]:
    found = [
        (table.name, column, "key" if table.name == "meta" else "rowid")
        for table in TABLES
        for column in table.columns
        if column != "digest"
    ]
    return cells_in(folder / DATABASE_FILE, found)


def sealed_of_collections(folder: Path) -> list[Cell]:
    found = [
        (table, column, "key" if table == "meta" else "rowid")
        for table, column in COLLECTED
    ]
    return cells_in(folder / FILE_NAME, found)


def value_of(raw: sqlite3.Connection, cell: Cell) -> bytes:
    sql = f"SELECT {cell.column} FROM {cell.table} WHERE {cell.rowid} = ?"
    value = raw.execute(sql, (cell.row,)).fetchone()[0]
    assert isinstance(value, bytes), cell
    return value


def put(raw: sqlite3.Connection, cell: Cell, value: bytes) -> None:
    raw.execute(
        f"UPDATE {cell.table} SET {cell.column} = ? WHERE {cell.rowid} = ?",
        (value, cell.row),
    )


def open_all_bank(folder: Path) -> None:
    check_fields(folder, key)


def open_all_collections(folder: Path) -> None:
    with closing(SqliteCollections(folder, keys=key)) as store:
        store.check()
        store.get_meta("retention-last")
        store.get_meta("retention-announced")


KINDS = {
    "bank": (DATABASE_FILE, sealed_of_bank, open_all_bank),
    "collections": (FILE_NAME, sealed_of_collections, open_all_collections),
}


@pytest.fixture(scope="module", params=sorted(KINDS))
def sealed(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    bank_folder: Path,
    collected: Path,
) -> tuple[Path, str]:
    kind = str(request.param)
    folder = tmp_path_factory.mktemp("copy") / "x"
    shutil.copytree(bank_folder if kind == "bank" else collected, folder)
    return folder, kind


def same_place(one: Cell, other: Cell, raw: sqlite3.Connection) -> bool:
    """Whether two cells are states of one thing by hand, which may be put back."""
    if {one.table, other.table} - {"hand", "edits"}:
        return False
    keys = [
        raw.execute(
            f"SELECT kind, key FROM {cell.table} WHERE rowid = ?", (cell.row,)
        ).fetchone()
        for cell in (one, other)
    ]
    return bool(keys[0] == keys[1])


@given(data=st.data())
@examples(60)
def test_two_cells_that_changed_places_are_refused(
    sealed: tuple[Path, str], data: st.DataObject
) -> None:
    folder, kind = sealed
    file, cells, open_all = KINDS[kind]
    known = cells(folder)
    one, other = data.draw(
        st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True)
    )
    with closing(sqlite3.connect(folder / file, isolation_level=None)) as raw:
        values = value_of(raw, one), value_of(raw, other)
        if same_place(one, other, raw):
            return
        # A host's names of chats are unique, in between too.
        put(raw, other, b"-")
        put(raw, one, values[1])
        put(raw, other, values[0])
        try:
            with pytest.raises(StoreCorrupt):
                open_all(folder)
        finally:
            put(raw, other, b"-")
            put(raw, one, values[0])
            put(raw, other, values[1])
    open_all(folder)


@given(data=st.data())
@examples(40)
def test_a_cell_that_was_cut_or_changed_is_refused(
    sealed: tuple[Path, str], data: st.DataObject
) -> None:
    folder, kind = sealed
    file, cells, open_all = KINDS[kind]
    cell = data.draw(st.sampled_from(cells(folder)))
    with closing(sqlite3.connect(folder / file, isolation_level=None)) as raw:
        value = value_of(raw, cell)
        at = data.draw(st.integers(1, len(value) - 1))
        flipped = bytes([value[at] ^ data.draw(st.integers(1, 255))])
        cut = data.draw(
            st.sampled_from(
                [value[:at], value[at:], value[:at] + flipped + value[at + 1 :]]
            )
        )
        put(raw, cell, cut)
        try:
            with pytest.raises(StoreCorrupt):
                open_all(folder)
        finally:
            put(raw, cell, value)


def test_names_of_chats_are_bound_when_a_file_of_a_former_version_is_opened(
    bank_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "former"
    shutil.copytree(bank_folder, folder)
    with closing(open_bank(folder, keys=key)) as bank:
        names = [one.names for one in bank.chats.all()]
    file = folder / DATABASE_FILE
    with closing(sqlite3.connect(file)) as raw, raw:
        sql = "SELECT value FROM meta WHERE key = 'encryption'"
        [(envelope,)] = raw.execute(sql)
        bank_key = unwrapped(envelope, KEY)
        former = AesCipher(bank_key, FORMER)
        rewrite_table(raw, CHAT_NAMES, AesCipher(bank_key), former)
        raw.execute(
            "UPDATE meta SET value = ? WHERE key = 'encryption'",
            (wrapped(bank_key, KEY, FORMER),),
        )
        [(stale,)] = raw.execute("SELECT name FROM chat_names WHERE rowid = 1")
    assert check_fields(folder, key)

    with closing(open_bank(folder, keys=key)) as bank:
        assert [one.names for one in bank.chats.all()] == names

    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE chat_names SET name = ? WHERE rowid = 1", (stale,))
    with pytest.raises(StoreCorrupt), closing(open_bank(folder, keys=key)) as bank:
        bank.chats.all()
