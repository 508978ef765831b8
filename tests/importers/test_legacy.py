"""Crafted databases of others: read within bounds, or refused with the reason."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import StoreCorrupt, StoreError
from long_term_memory.importers.legacy import (
    LIMITS,
    Limits,
    read_long_term_memory,
)

COLUMNS = "id INTEGER PRIMARY KEY, name TEXT, message TEXT, timestamp TEXT"
ENDLESS = (
    "CREATE VIEW long_term_memory AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL "
    "SELECT id + 1 FROM n) SELECT id, 'Miku' AS name, hex(zeroblob(100000)) AS "
    "message, '' AS timestamp FROM n"
)
COMPUTED = (
    "CREATE TABLE long_term_memory (id INTEGER PRIMARY KEY, name TEXT, timestamp TEXT, "
    "message TEXT GENERATED ALWAYS AS (hex(zeroblob(500000000))))"
)
VIRTUAL = "CREATE VIRTUAL TABLE long_term_memory USING fts5(name, message, timestamp)"


def made(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
    return path


def filled(path: Path, rows: int, letters: int) -> Path:
    made(path, f"CREATE TABLE long_term_memory ({COLUMNS})")
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO long_term_memory VALUES (?, 'Miku', ?, '')",
            [(rows - number, "x" * letters) for number in range(rows)],
        )
    return path


@pytest.mark.parametrize(
    ("crafted", "why"),
    [
        (ENDLESS, "something else in the place"),
        (ENDLESS.replace("long_term_memory AS", "Long_Term_Memory AS"), "something"),
        (VIRTUAL, "something else in the place"),
        (COMPUTED, "computed columns"),
    ],
)
def test_what_only_looks_like_a_table_is_refused_at_once(
    tmp_path: Path, crafted: str, why: str
) -> None:
    path = made(tmp_path / "a.db", crafted)
    begun = time.process_time()

    with pytest.raises(StoreCorrupt, match=why):
        read_long_term_memory(path)

    assert time.process_time() - begun < 5
    assert list(tmp_path.iterdir()) == [path]


def test_a_trigger_and_another_table_are_never_asked(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db", 3, 5)
    made(path, "CREATE VIEW other AS SELECT load_extension('/tmp/x') AS id")

    assert len(read_long_term_memory(path)) == 3


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(rows=99), "more than 99 memories"),
        (Limits(text_bytes=5_000), "MB of text"),
        (Limits(file_bytes=1 << 12), "of a database are read"),
        (Limits(seconds=0.0), "takes longer"),
    ],
)
def test_what_goes_beyond_a_limit_is_told_and_nothing_is_taken(
    tmp_path: Path, limits: Limits, why: str
) -> None:
    path = filled(tmp_path / "a.db", 5_000, 90)

    with pytest.raises(StoreError, match=why):
        read_long_term_memory(path, limits)


def test_one_text_beyond_the_limit_is_not_even_held(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db", 1, 50_000)

    with pytest.raises(StoreError):
        read_long_term_memory(path, Limits(text_bytes=20_000))


def test_a_page_that_is_its_own_child_ends(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db", 20_000, 50)
    data = bytearray(path.read_bytes())
    # The table's root is page 2, an inner one: let its cells lead back to it.
    assert data[4096] == 5
    cells = int.from_bytes(data[4096 + 3 : 4096 + 5], "big")
    for cell in range(cells):
        at = 4096 + int.from_bytes(data[4096 + 12 + 2 * cell :][:2], "big")
        data[at : at + 4] = (2).to_bytes(4, "big")
    path.write_bytes(data)

    with pytest.raises(StoreError):
        read_long_term_memory(path, Limits(seconds=5.0))


def test_a_journal_that_names_a_file_does_not_have_it_removed(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db", 3, 5)
    victim = tmp_path / "mine.txt"
    victim.write_bytes(b"mine")
    page = path.read_bytes()[:4096]
    name = str(victim).encode()
    magic = bytes.fromhex("d9d505f920a163d7")
    numbers = (1, 7, len(path.read_bytes()) // 4096, 512, 4096)
    head = magic + b"".join(one.to_bytes(4, "big") for one in numbers)
    check = (7 + sum(page[at] for at in range(4096 - 200, 0, -200))) & 0xFFFFFFFF
    record = (1).to_bytes(4, "big") + page + check.to_bytes(4, "big")
    lock_page = (2**30 // 4096 + 1).to_bytes(4, "big")
    joint = lock_page + name + len(name).to_bytes(4, "big")
    joint += (sum(name) & 0xFFFFFFFF).to_bytes(4, "big") + magic
    journal = path.with_name("a.db-journal")
    journal.write_bytes(head.ljust(512, b"\0") + record + joint)

    with pytest.raises(StoreCorrupt, match="several databases"):
        read_long_term_memory(path)

    assert victim.read_bytes() == b"mine"


def test_an_honest_database_comes_in_the_order_of_its_ids(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db",
        "CREATE TABLE long_term_memory (id, name, message, timestamp)",
        "INSERT INTO long_term_memory VALUES (2, 'a', 'second', 1.5)",
        "INSERT INTO long_term_memory VALUES (NULL, 'a', 'last', NULL)",
        "INSERT INTO long_term_memory VALUES (1, 'a', X'66697273ff', '')",
    )

    rows = read_long_term_memory(path, LIMITS)

    assert [row.message for row in rows[:2]] == ["b'firs\\xff'", "second"]
    assert [row.timestamp for row in rows] == ["", "1.5", ""]
