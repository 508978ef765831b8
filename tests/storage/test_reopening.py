"""Opening a bank again is cheap, and refuses what opening it first would."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import StoreCorrupt
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE

from .builders import a_chat, say

MOST_STATEMENTS = 16


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of SQLite from now on."""
    asked: list[str] = []
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def traced(*args: object, **more: object) -> sqlite3.Connection:
        connection = connect(*args, **more)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    return asked


def test_a_bank_at_rest_is_opened_and_closed_with_few_statements(
    tmp_path: Path, statements: list[str]
) -> None:
    """It took sixty, and each lets another thread go first."""
    bank = open_bank(tmp_path / "bank")
    say(bank, a_chat(bank).row, "Hello.")
    assert bank.rest()
    bank.metadata.get("anything")  # Now a schema like its is known.
    assert bank.rest()
    statements.clear()

    assert bank.metadata.get("anything") is None
    assert bank.rest()

    assert len(statements) <= MOST_STATEMENTS, statements
    bank.close()


@pytest.mark.parametrize("harm", ["DROP TABLE links", "ALTER TABLE hand DROP tags"])
def test_a_bank_that_lost_a_table_at_rest_is_refused(tmp_path: Path, harm: str) -> None:
    """The tables were looked at before; they are compared as a text now."""
    bank = open_bank(tmp_path / "bank")
    say(bank, a_chat(bank).row, "Hello.")
    assert bank.rest()
    with closing(sqlite3.connect(tmp_path / "bank" / DATABASE_FILE)) as other:
        other.execute(harm)

    with pytest.raises(StoreCorrupt, match="damaged"):
        bank.metadata.get("anything")

    bank.close()


def test_a_table_more_than_we_make_is_nobodys_harm(tmp_path: Path) -> None:
    """A newer version may add one; no schema but ours was ever seen so."""
    bank = open_bank(tmp_path / "bank")
    chat = a_chat(bank).row
    assert bank.rest()
    with closing(sqlite3.connect(tmp_path / "bank" / DATABASE_FILE)) as other:
        other.execute("CREATE TABLE of_theirs (one)")

    say(bank, chat, "Hello.")
    bank.close()
