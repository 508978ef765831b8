"""What happens when SQLite cannot do it: really locked, really full, really broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import StoreCorrupt, StoreError
from long_term_memory.files import FileLock
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank

from .builders import LATER, MODEL, a_chat, embed, expected, say
from .calls import CALLS, WRITES, Call

IMPATIENT = 0.001


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def bank(folder: Path) -> Iterator[SqliteBank]:
    opened = open_bank(folder, busy_timeout_seconds=IMPATIENT)
    [row] = say(opened, a_chat(opened).row, "Hello.")
    embed(opened.vectors.table(MODEL), row, [0])
    yield opened
    opened.close()


@pytest.fixture
def other(folder: Path, bank: SqliteBank) -> Iterator[sqlite3.Connection]:
    """Another program's connection to the same file."""
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        connection.isolation_level = None
        yield connection


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_write_under_anothers_lock_is_a_store_error(
    bank: SqliteBank, other: sqlite3.Connection, name: str
) -> None:
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="locked by another program"):
        CALLS[name](bank)

    other.execute("ROLLBACK")
    CALLS[name](bank)


@pytest.mark.parametrize("call", [CALLS[n] for n in sorted(CALLS.keys() - WRITES)])
def test_reading_goes_on_under_anothers_lock(
    bank: SqliteBank, other: sqlite3.Connection, call: Call
) -> None:
    other.execute("BEGIN IMMEDIATE")

    call(bank)


def test_a_flush_that_cannot_be_recorded_is_done_again(
    bank: SqliteBank, other: sqlite3.Connection
) -> None:
    table = bank.vectors.table(MODEL)
    embed(table, 1, range(1, 100))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        table.flush()
    assert table.vectors().tolist() == expected(range(100)).tolist()

    other.execute("ROLLBACK")

    assert table.flush() == 100
    assert table.vectors().tolist() == expected(range(100)).tolist()


def test_opening_a_bank_that_another_program_opens_just_now_is_a_store_error(
    folder: Path, bank: SqliteBank
) -> None:
    lock = FileLock(folder / "open.lock")
    assert lock.acquire()

    with lock, pytest.raises(StoreError, match="opening"):
        open_bank(folder, busy_timeout_seconds=IMPATIENT)

    open_bank(folder).close()


def test_opening_an_exclusively_locked_bank_is_a_store_error(folder: Path) -> None:
    open_bank(folder).close()
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StoreError, match="locked"):
            open_bank(folder, busy_timeout_seconds=IMPATIENT)


def test_a_full_disk_is_a_store_error_and_loses_nothing(bank: SqliteBank) -> None:
    connection = bank._database.connection
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    with pytest.raises(StoreError, match="disk is full"):
        say(bank, 1, "x" * 1_000_000)

    connection.execute("PRAGMA max_page_count = 1000000").fetchall()
    assert len(bank.chats.path(1)) == 1
    assert say(bank, 1, "y") == [2]


# Dropping what is not there writes nothing.
@pytest.mark.parametrize("name", sorted(name for name in WRITES if "drop" not in name))
def test_a_file_that_may_not_be_written_is_a_store_error(
    bank: SqliteBank, name: str
) -> None:
    bank._database.connection.execute("PRAGMA query_only = ON")

    with pytest.raises(StoreError, match="permissions"):
        CALLS[name](bank)

    bank._database.connection.execute("PRAGMA query_only = OFF")
    CALLS[name](bank)


@pytest.mark.parametrize("call", [CALLS[n] for n in sorted(CALLS.keys() - WRITES)])
def test_reading_goes_on_where_nothing_may_be_written(
    bank: SqliteBank, call: Call
) -> None:
    bank._database.connection.execute("PRAGMA query_only = ON")

    call(bank)


def test_a_page_that_is_garbage_is_store_corrupt(folder: Path) -> None:
    bank = open_bank(folder)
    chat = a_chat(bank).row
    say(bank, chat, *(f"m{n} " + "word " * 200 for n in range(200)))
    bank.close()
    path = folder / "memory.sqlite3"
    content = bytearray(path.read_bytes())
    content[4096 * 40 : 4096 * 120] = b"\xff" * (4096 * 80)
    path.write_bytes(content)

    bank = open_bank(folder)
    with closing(bank), pytest.raises(StoreCorrupt, match="damaged"):
        bank.messages.get(range(1, 201))


def test_bugs_are_not_dressed_up_as_store_errors(bank: SqliteBank) -> None:
    with pytest.raises(sqlite3.OperationalError):
        bank._database.all("SELECT no_such_column FROM chats")


def test_two_programs_see_each_others_writes(folder: Path, bank: SqliteBank) -> None:
    with closing(open_bank(folder)) as second:
        version = bank.data_version()
        assert bank.data_version() == version
        bank.metadata.put("mine", "1")
        assert bank.data_version() == version

        second.metadata.put("theirs", "1")
        second.chats.write_path(1, keep=0, tail=[], now=LATER)

        assert bank.data_version() != version
        assert bank.chats.path(1) == []
        assert bank.chats.all()[0].seen_at == LATER


def test_reads_in_one_breath_see_one_state_while_another_writes(
    bank: SqliteBank, folder: Path
) -> None:
    with closing(open_bank(folder)) as another:
        [chat] = bank.chats.all()
        with bank.reading():
            known = len(list(bank.messages.index_entries()))
            say(another, chat.row, "Said by another program.")

            assert len(bank.chats.path(chat.row)) == known == 1
            assert len(list(bank.messages.index_entries())) == known

        assert len(bank.chats.path(chat.row)) == 2
