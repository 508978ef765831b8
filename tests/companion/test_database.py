"""The platform's database: made, brought up to date, refused."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Insert, text

from long_term_memory.companion import database, tables
from long_term_memory.companion.database import FILE, REVISION, PlatformDatabase
from long_term_memory.errors import ConfigError, SchemaVersion, StoreError
from long_term_memory.server.app import create_app

from .grounds import an_engine


def test_the_steps_lead_to_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    made = PlatformDatabase(tmp_path)

    with made.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == REVISION
    made.close()

    config = Config()
    steps = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(steps))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


@pytest.mark.skipif(os.name != "posix", reason="other systems know no modes")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    made = PlatformDatabase(tmp_path / "memories")
    with made.writing() as connection:
        connection.execute(text("SELECT 1"))

    for path in (tmp_path / "memories").glob(f"{FILE}*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    made.close()


def test_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    made = PlatformDatabase(tmp_path)
    with made.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made.close()

    with pytest.raises(SchemaVersion, match="newer version"), made.reading():
        pass
    with pytest.raises(SchemaVersion), made.writing():
        pass


def test_what_cannot_be_opened_is_said_without_what_was_stored(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all " * 100)

    with pytest.raises(StoreError, match="not a database"):
        PlatformDatabase(tmp_path).reading().__enter__()


@pytest.mark.parametrize(
    "url",
    [
        *("nothing", "martian://host/x", "postgresql://me@host/chats"),
        *("sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:////srv/chats"),
    ],
)
def test_what_is_no_file_of_sqlite_is_refused_at_the_start(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(ConfigError, match="companion_database"):
        PlatformDatabase(tmp_path, url).reading().__enter__()
    with (
        closing(an_engine(tmp_path, companion_database=url)) as engine,
        pytest.raises(ConfigError, match="other databases are not served yet"),
    ):
        create_app(engine, engine.settings)


def test_what_fails_in_the_middle_is_not_made(tmp_path: Path) -> None:
    made = PlatformDatabase(tmp_path)
    values = {"user": "x", "name": "x", "memory": "x", "profile": {}}
    times = {"created_at": "x", "updated_at": "x"}

    row = tables.characters.insert().values(id="chr_1", **values, **times)

    with pytest.raises(StoreError) as refused:
        twice(made, row)
    assert "chr_1" not in str(refused.value)
    with made.reading() as connection:
        assert connection.execute(tables.characters.select()).all() == []
    made.close()


def twice(made: PlatformDatabase, statement: Insert) -> None:
    """Do in one transaction what can be done but once."""
    with made.writing() as connection:
        connection.execute(statement)
        connection.execute(statement)


def test_who_reads_sees_what_was_written_meanwhile(tmp_path: Path) -> None:
    made = PlatformDatabase(tmp_path)
    asked = text("SELECT version_num FROM alembic_version")

    with made.reading() as connection:
        before = connection.execute(asked).scalar()
        with made.writing() as other:
            other.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        assert [before, connection.execute(asked).scalar()] == [REVISION, "0001"]
    made.close()


def test_what_is_lent_outlives_a_close_and_the_next_call_opens_anew(
    tmp_path: Path,
) -> None:
    made = PlatformDatabase(tmp_path)
    asked = text("SELECT count(*) FROM characters")

    with made.reading() as connection:
        made.close()
        assert connection.execute(asked).scalar() == 0
    assert connection.closed
    with made.reading() as another, made.reading() as second:
        assert another.execute(asked).scalar() == second.execute(asked).scalar()
    made.close()
    assert another.closed
    assert second.closed
