"""A file of any age becomes the newest schema, or is refused as it is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import SchemaVersion, StoreCorrupt, StoreError
from long_term_memory.storage.sqlite.archive import read_archive, unpack
from long_term_memory.storage.sqlite.backups import automatic
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.schema import APPLICATION_ID, MIGRATIONS

from .builders import a_chat, say

FROZEN = Path(__file__).parent / "frozen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def path(folder: Path) -> Path:
    folder.mkdir()
    return folder / "memory.sqlite3"


def schema_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
    return [" ".join(sql.split()) for (sql,) in rows]


def pragma(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [(value,)] = connection.execute(f"PRAGMA {name}").fetchall()
    return int(value)


def m9998_adds_moods(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE chats ADD COLUMN mood")


def m9999_breaks_halfway(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE chats ADD COLUMN half")
    connection.execute("ALTER TABLE no_such_table ADD COLUMN x")


NEWEST = len(MIGRATIONS)
NEXT = (*MIGRATIONS, m9998_adds_moods)


def test_migrations_are_named_by_number_and_purpose() -> None:
    for number, migration in enumerate(MIGRATIONS, start=1):
        assert re.fullmatch(rf"m{number:04}_[a-z_]+", migration.__name__)


def test_every_version_has_a_frozen_file() -> None:
    assert sorted(file.stem for file in FROZEN.glob("*.sql")) == [
        f"v{number}" for number in range(1, len(MIGRATIONS) + 1)
    ]


@pytest.mark.parametrize("frozen", sorted(FROZEN.glob("*.sql")), ids=lambda f: f.stem)
def test_an_old_file_becomes_the_newest_schema_with_its_rows(
    frozen: Path, path: Path, tmp_path: Path
) -> None:
    """The frozen files were written by the versions that they are named after."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(frozen.read_text("utf-8"))
    open_bank(tmp_path / "fresh").close()

    with closing(open_bank(path.parent)) as bank:
        [chat] = bank.chats.all()
        contents = [m.content for m in bank.messages.get([1, 2]).values()]
        found = bank.full_text.search("miso", limit=5)
        former = [place.message for place in bank.chats.path(chat.row)]

    assert schema_of(path) == schema_of(tmp_path / "fresh" / "memory.sqlite3")
    assert (chat.id, chat.names) == ("c1", (("webui", "Anna/one"),))
    assert contents == ["My cat is called Miso.", "Half \ud83d a pair."]
    assert (found, former) == ([1], [1, 2])


def test_summaries_of_an_old_file_come_along(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FROZEN / "v2.sql").read_text("utf-8"))

    with closing(open_bank(path.parent)) as bank:
        [summary] = bank.summaries.all()

    assert (summary.key, summary.messages) == (bytes(range(16)), (1, 2))
    assert summary.text == "Anna: My cat is called Miso."


def test_a_fresh_file_is_marked_as_ours_and_needs_no_copy(folder: Path) -> None:
    open_bank(folder).close()

    path = folder / "memory.sqlite3"
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "user_version") == len(MIGRATIONS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert automatic(folder) == []


def test_a_file_that_holds_something_is_copied_before_it_is_changed(
    folder: Path,
) -> None:
    with closing(open_bank(folder)) as bank:
        say(bank, a_chat(bank).row, "Hello.")
    path = folder / "memory.sqlite3"
    before = schema_of(path)

    with closing(open_bank(folder, migrations=NEXT)) as bank:
        assert len(bank.chats.path(1)) == 1

    [kept] = automatic(folder)
    archive = read_archive(kept)
    copy = folder / "copy.sqlite3"
    unpack(kept, archive.banks[0], copy)
    assert archive.reason == "before-update"
    assert schema_of(copy) == before
    assert schema_of(path) != before
    assert pragma(path, "user_version") == NEWEST + 1
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT content FROM messages").fetchall() == [
            ("Hello.",)
        ]


def test_a_migration_that_fails_changes_nothing_and_can_be_tried_again(
    folder: Path,
) -> None:
    with closing(open_bank(folder)) as bank:
        say(bank, a_chat(bank).row, "Hello.")
    path = folder / "memory.sqlite3"

    for _ in range(2):
        with pytest.raises(StoreCorrupt, match="tables are not what"):
            open_bank(folder, migrations=(*NEXT, m9999_breaks_halfway))
        assert pragma(path, "user_version") == NEWEST + 1
        assert not any("half" in sql for sql in schema_of(path))

    with closing(open_bank(folder, migrations=NEXT)) as bank:
        assert len(bank.chats.path(1)) == 1


def test_a_file_of_a_newer_version_is_refused_untouched(folder: Path) -> None:
    open_bank(folder, migrations=NEXT).close()
    path = folder / "memory.sqlite3"
    before = path.read_bytes()

    with pytest.raises(SchemaVersion, match="newer version"):
        open_bank(folder)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (soup)")
    before = path.read_bytes()

    with pytest.raises(StoreCorrupt, match="another program"):
        open_bank(path.parent)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mark", ["application_id = 77", "user_version = 1"])
def test_an_empty_database_with_anothers_mark_is_refused(path: Path, mark: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {mark}")

    with pytest.raises(StoreCorrupt, match="another program"):
        open_bank(path.parent)


@pytest.mark.parametrize("content", [b"no database at all" * 300, b"SQLite format 3\0"])
def test_a_file_with_a_broken_header_is_refused_untouched(
    path: Path, content: bytes
) -> None:
    path.write_bytes(content)

    with pytest.raises(StoreCorrupt, match="backup"):
        open_bank(path.parent)
    assert path.read_bytes() == content


def test_an_empty_file_is_a_fresh_bank(path: Path) -> None:
    """What a crash leaves that came right after the file was made."""
    path.touch()

    with closing(open_bank(path.parent)) as bank:
        assert bank.chats.all() == []


def test_a_folder_that_is_a_file_is_a_store_error(folder: Path) -> None:
    folder.write_text("I am in the way.")

    with pytest.raises(StoreError, match="Cannot use the folder"):
        open_bank(folder)
