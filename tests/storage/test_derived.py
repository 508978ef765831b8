"""What can be made again waits for no disk; what cannot always does."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.database import Database

NORMAL, FULL = (1,), (2,)


def waits(database: Database) -> tuple[int]:
    """Return how `database` waits for the disk when it writes."""
    [level] = database.all("PRAGMA synchronous")
    return level


def test_only_what_is_derived_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with closing(open_bank(tmp_path)) as bank:
        database = bank._database
        with bank.derived():
            assert waits(database) == NORMAL
            with bank.exclusive():
                assert waits(database) == NORMAL
        assert waits(database) == FULL
        with suppress(LookupError), bank.derived():
            raise LookupError
        assert waits(database) == FULL
        with bank.exclusive(), bank.derived():
            assert waits(database) == FULL


def test_what_is_derived_is_there_for_others_at_once(tmp_path: Path) -> None:
    with closing(open_bank(tmp_path)) as one, closing(open_bank(tmp_path)) as other:
        with one.derived():
            one.metadata.put("x", "y")

        assert other.metadata.get("x") == "y"


def test_without_a_journal_ahead_all_waits_for_the_disk(tmp_path: Path) -> None:
    """A rollback journal that is not on the disk may leave a database torn."""
    one = Database(tmp_path / "file", busy_timeout_seconds=1)
    with closing(one) as database, database.derived():
        assert waits(database) == FULL
