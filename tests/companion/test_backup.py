"""What conversations keep goes into backups of all, and comes back as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.companion.database import FILE, faults_of
from long_term_memory.core.maintenance import Beside
from long_term_memory.engine.maintenance.backups import (
    Restored,
    back_up,
    backups_of,
    find_archive,
    restore,
)
from long_term_memory.errors import StoreCorrupt, StoreError

from .grounds import ME, Ground, a_ground, an_engine, reopened

CAT = "My cat is called Miso."


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Ground]:
    """A conversation that was saved, and then changed; its server goes on."""
    with a_ground(tmp_path) as ground:
        ground.say(CAT, "c-1")
        ground.answer("What a name!")
        conversations, at = ground.platform.conversations, ground.conversation.id
        conversations.change(ME, at, {"title": "The cat"})
        found = back_up(ground.engine)
        assert found.amiss == ()
        assert found.archive.kept(Beside.CONVERSATIONS) is not None
        conversations.change(ME, at, {"title": "Another"})
        yield ground


def put_back(ground: Ground) -> Restored:
    """Put all back while the server runs, as the page does."""
    engine = ground.engine
    archive = find_archive(engine, engine.data_dir / "backups")
    with engine.closed([bank.scope for bank in archive.banks]):
        [bank, beside] = restore(engine, archive)
    assert (bank.name, beside.name) == ("Miku", "What conversations keep")
    assert beside.held == "1 conversation"
    return beside


def title_in(folder: Path) -> str:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        [(title,)] = connection.execute("SELECT title FROM conversations").fetchall()
    return str(title)


def test_a_server_that_runs_goes_on_with_what_was_saved(saved: Ground) -> None:
    saved.say("Something else was said since.")

    aside = put_back(saved).aside

    told = saved.platform.conversations.get(ME, saved.conversation.id)
    assert (told.title, told.message_count) == ("The cat", 2)
    assert saved.said() == saved.heard() == [CAT, "What a name!"]
    assert aside is not None
    assert title_in(aside) == "Another"
    assert saved.say(CAT, "c-1").content == CAT
    saved.say("And on it goes from there.")
    assert len(saved.said()) == 3


def test_it_comes_back_where_nothing_is_or_what_is_there_is_damaged(
    saved: Ground,
) -> None:
    folder = saved.engine.data_dir
    saved.platform.close()
    saved.engine.close()
    for damage in (None, b"no database " * 99):
        for path in folder.glob(f"{FILE}*"):
            path.unlink()
        if damage:
            (folder / FILE).write_bytes(damage)
        engine = an_engine(folder)
        restored = restore(engine, find_archive(engine, folder / "backups"))
        engine.close()
        assert (restored[-1].aside is not None) == bool(damage)
        assert faults_of(folder) == []
        with reopened(folder) as platform:
            [told] = platform.conversations.page(ME).conversations
            assert told.title == "The cat"


def test_one_of_another_step_is_not_mixed_in_and_not_taken_from_who_has_it_open(
    saved: Ground,
) -> None:
    archive = find_archive(saved.engine, saved.engine.data_dir / "backups")
    with closing(sqlite3.connect(saved.engine.data_dir / FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()

    with pytest.raises(StoreError, match="open in another program"):
        backups_of(saved.engine).restore(archive, Beside.CONVERSATIONS, in_clear=False)

    saved.platform.close()
    backups_of(saved.engine).restore(archive, Beside.CONVERSATIONS, in_clear=False)
    assert title_in(saved.engine.data_dir) == "The cat"


def test_one_that_is_damaged_is_named_and_stops_nothing(saved: Ground) -> None:
    saved.platform.close()
    folder = saved.engine.data_dir
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    for damage in (b"no database " * 99, sqlite_of_another()):
        (folder / FILE).write_bytes(damage)
        found = back_up(saved.engine)
        assert [one.scope.character for one in found.archive.banks] == ["Miku"]
        assert found.archive.beside == ()
        [words] = found.amiss
        assert words.startswith("NOT SAVED: what conversations keep: ")


def test_a_backup_whose_copy_was_changed_is_refused(saved: Ground) -> None:
    archive = find_archive(saved.engine, saved.engine.data_dir / "backups")
    packed = archive.kept(Beside.CONVERSATIONS)
    assert packed is not None
    path = Path(archive.path)
    raw = path.read_bytes()
    at = raw.index(packed.member.encode()) + 300
    path.write_bytes(raw[:at] + bytes([raw[at] ^ 255]) + raw[at + 1 :])

    with pytest.raises(StoreCorrupt):
        backups_of(saved.engine).check(archive)
    with saved.engine.closed([archive.banks[0].scope]), pytest.raises(StoreCorrupt):
        restore(saved.engine, archive)
    assert title_in(saved.engine.data_dir) == "Another"


def test_a_database_elsewhere_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{(tmp_path / 'other.sqlite3').as_posix()}"
    with a_ground(tmp_path / "data", companion_database=url) as ground:
        ground.say(CAT)
        found = back_up(ground.engine)

    assert found.archive.beside == ()
    [words] = found.amiss
    assert "companion_database names another place" in words


def sqlite_of_another() -> bytes:
    """Return a sound database of another program."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE notes (text)")
        return bytes(connection.serialize())
