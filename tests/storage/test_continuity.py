"""Whether others wrote while a bank rested is told by its files, and never missed."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank
from long_term_memory.storage.sqlite.continuity import (
    APART_NS,
    LATELY_NS,
    Continuity,
)
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE

from .builders import a_chat, say

SAME_SIZE = (
    "UPDATE meta SET value = CASE value WHEN 'a' THEN 'b' ELSE 'a' END "
    "WHERE key = 'theirs'"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def bank(folder: Path) -> Iterator[SqliteBank]:
    bank = open_bank(folder)
    say(bank, a_chat(bank).row, "Hello.")
    bank.metadata.put("theirs", "a")
    yield bank
    bank.close()


def elsewhere(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as other:
        for statement in statements:
            other.execute(statement)
        other.commit()


def test_the_number_goes_on_over_rests_in_which_nobody_wrote(bank: SqliteBank) -> None:
    before = bank.data_version()
    for _ in range(3):
        assert bank.rest()
        assert bank.data_version() == before
        bank.metadata.put("ours", "a word")
        assert bank.data_version() == before


def test_what_was_only_read_elsewhere_is_no_change(
    bank: SqliteBank, folder: Path
) -> None:
    before = bank.data_version()
    assert bank.rest()
    with closing(open_bank(folder)) as other:
        other.chats.all()

    assert bank.data_version() == before


WRITES: dict[str, Callable[[Path], None]] = {
    "a row": lambda folder: elsewhere(folder, "INSERT INTO meta VALUES (x'61', 'b')"),
    "nothing longer": lambda folder: elsewhere(folder, SAME_SIZE),
    "without a journal ahead": lambda folder: elsewhere(
        folder,
        "PRAGMA journal_mode = DELETE",
        "INSERT INTO meta VALUES (x'61', 'b')",
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_during_a_rest_is_told(
    bank: SqliteBank, folder: Path, write: Callable[[Path], None]
) -> None:
    seen = {bank.data_version()}
    for number in range(3):
        assert bank.rest()
        elsewhere(folder, "DELETE FROM meta WHERE key = x'61'")
        write(folder)

        assert bank.data_version() not in seen, number
        seen.add(bank.data_version())


def test_a_write_in_the_same_step_of_the_clock_is_told(
    bank: SqliteBank, folder: Path
) -> None:
    """A system's clock for files stands still for milliseconds."""
    before = bank.data_version()
    file = folder / DATABASE_FILE
    assert bank.rest()
    step = file.stat().st_mtime_ns - APART_NS  # When we wrote ourselves.
    size = file.stat().st_size

    elsewhere(folder, SAME_SIZE)
    os.utime(file, ns=(step, step))

    assert (file.stat().st_mtime_ns, file.stat().st_size) == (step, size)
    assert bank.data_version() != before


def test_a_file_that_was_not_written_to_lately_keeps_its_time(folder: Path) -> None:
    with closing(open_bank(folder)) as made:
        say(made, a_chat(made).row, "Hello.")
    file, old = folder / DATABASE_FILE, time.time_ns() - 2 * LATELY_NS
    os.utime(file, ns=(old, old))
    with closing(open_bank(folder)) as bank:
        before = bank.data_version()
        assert bank.rest()

        assert file.stat().st_mtime_ns == old
        assert bank.data_version() == before


def test_a_rest_keeps_the_time_that_an_earlier_one_gave(
    bank: SqliteBank, folder: Path
) -> None:
    """Lists ask whether a closed bank is as it was, and open it if not."""
    assert bank.rest()
    before = (folder / DATABASE_FILE).stat().st_mtime_ns
    bank.chats.all()
    assert bank.rest()

    assert (folder / DATABASE_FILE).stat().st_mtime_ns == before


def test_a_write_into_the_journal_alone_is_told(bank: SqliteBank, folder: Path) -> None:
    """Whoever has it open yet moves nothing into the file."""
    before = bank.data_version()
    assert bank.rest()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute(SAME_SIZE)
        other.commit()

        assert bank.data_version() != before


def test_a_write_between_the_last_look_and_the_rest_is_told(
    bank: SqliteBank, folder: Path
) -> None:
    before = bank.data_version()
    elsewhere(folder, SAME_SIZE)
    assert bank.rest()

    assert bank.data_version() != before


def test_a_journal_that_somebody_keeps_from_being_emptied_is_no_sign(
    bank: SqliteBank, folder: Path
) -> None:
    before = bank.data_version()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()
        bank.metadata.put("ours", "a word")
        assert bank.rest()

        assert bank.data_version() != before
    assert bank.metadata.get("ours") == "a word"


def test_where_times_are_coarse_nothing_is_taken_to_be_unchanged(
    tmp_path: Path,
) -> None:
    def coarse(path: Path, *, ns: tuple[int, int]) -> None:
        os.utime(path, ns=(ns[0], ns[1] // 10**9 * 10**9))

    found = {}
    for name, set_times in {"fine": os.utime, "coarse": coarse}.items():
        path = tmp_path / name
        count = Continuity(path, set_times=set_times)
        with closing(ahead(path)) as connection:
            connection.execute("CREATE TABLE one (two)")
            connection.execute("PRAGMA wal_checkpoint").fetchall()
            before = count.version(connection)
            count.rests(connection, whole=True)
        with closing(ahead(path)) as connection:
            fresh = Continuity(path)
            fresh.begins(connection)
            count.goes_on(fresh)
            found[name] = count.version(connection) == before

    assert found == {"fine": True, "coarse": False}


def ahead(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    return connection
