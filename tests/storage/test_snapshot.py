"""Looking at a copy: it is whole, the original is as it was, and locks are kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import StoreCorrupt, StoreError
from long_term_memory.storage.sqlite import snapshot
from long_term_memory.storage.sqlite.backend import models_in
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.bank_key import is_encrypted
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.copying import copy_bank
from long_term_memory.storage.sqlite.snapshot import copy_folder, looking_at

from .builders import LATER, a_chat, say
from .test_damage import content, empty_database, journal, killed, lose_database

WRITER = """
import sys
from pathlib import Path
from long_term_memory.storage.sqlite.bank import open_bank
from tests.storage.builders import a_chat, say
bank = open_bank(Path(sys.argv[1]))
chat = a_chat(bank).row
print("begun", flush=True)
number = 0
while True:
    say(bank, chat, f"m{number} " + "word " * 50, f"answer {number}")
    number += 1
"""


@pytest.mark.parametrize("damage", [lose_database, empty_database])
def test_looking_leaves_the_journal_of_a_database_that_is_gone(
    tmp_path: Path, damage: object
) -> None:
    """SQLite removes it as it opens the file, even if it is to read only."""
    folder = killed(tmp_path / "bank")
    damage(folder, folder)  # type: ignore[operator]
    before = content(folder)

    told = " ".join(one.words for one in examine(folder, LATER))
    with pytest.raises(StoreError), looking_at(folder):
        pass
    with pytest.raises(StoreError):
        copy_bank(folder, tmp_path / "copy.sqlite3")
    for look in (is_encrypted, models_in):
        try:
            look(folder)
        except StoreError:
            continue

    assert content(folder) == before
    assert "ltm restore" in told


def test_what_a_kill_left_is_read_with_its_journal_and_stays_as_it_is(
    tmp_path: Path,
) -> None:
    folder = killed(tmp_path / "bank")
    before = content(folder)

    with looking_at(folder) as connection:
        rows = connection.execute("SELECT count(*) FROM places").fetchone()

    assert rows == (20,)
    assert content(folder) == before


def test_a_journal_that_was_cut_short_is_told_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    folder, copy = killed(tmp_path / "bank"), tmp_path / "copy"
    os.truncate(journal(folder), journal(folder).stat().st_size // 2)
    copy.mkdir()

    [words] = copy_folder(folder, copy)

    assert "cut short" in words
    with closing(open_bank(copy)) as bank:
        assert 0 < len(bank.chats.path(1)) < 20
        assert bank.repairs() == []


def test_a_copy_of_what_another_process_writes_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        seen = 0
        until = time.monotonic() + 3
        while time.monotonic() < until:
            with looking_at(folder) as connection:
                [whole] = connection.execute("PRAGMA quick_check").fetchall()
                [(odd, count)] = connection.execute(
                    "SELECT count(*) % 2, count(*) FROM places"
                )
            assert whole == ("ok",)
            assert odd == 0
            assert count >= seen
            seen = count
        assert seen > 0
    finally:
        writer.kill()
        writer.communicate()


LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))
    except OSError:
        print("held")
    else:
        print("free")
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems keep locks by handle")
def test_looking_at_what_this_process_has_open_keeps_its_locks(tmp_path: Path) -> None:
    """POSIX drops all locks of a process on a file as soon as it closes a handle.

    Without its lock on the index another process takes this one for ended, and makes
    the index anew under its feet.
    """
    folder = tmp_path / "bank"
    with closing(open_bank(folder)) as bank:
        say(bank, a_chat(bank).row, "Hello.")

        examine(folder, LATER)
        copy_bank(folder, tmp_path / "copy.sqlite3")
        with closing(open_bank(folder)):
            pass

        # https://sqlite.org/src/file/src/os_unix.c: the "dead man switch".
        asked = [sys.executable, "-c", LOCK, str(folder / "memory.sqlite3-shm"), "128"]
        assert subprocess.check_output(asked, text=True).strip() == "held"


def test_a_disk_without_room_for_a_copy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed(tmp_path / "bank", said=1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(StoreError, match="Set TMPDIR to a folder with room"):
        looking_at(folder).__enter__()


def test_copies_that_a_killed_process_left_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = tmp_path / "ltm-look-old", tmp_path / "ltm-look-young"
    for place in (old, young):
        place.mkdir()
        (place / "memory.sqlite3").write_bytes(b"secret")
    os.utime(old, (0, 0))
    snapshot._sweep.cache_clear()

    with snapshot.scratch() as place:
        assert place.stat().st_mode & 0o077 == 0
        assert not old.exists()
        assert young.exists()

    assert not place.exists()


def test_an_empty_database_is_no_memory(tmp_path: Path) -> None:
    (tmp_path / "memory.sqlite3").touch()

    with pytest.raises(StoreCorrupt, match=r"empty \(0 bytes\)"), looking_at(tmp_path):
        pass


def test_what_a_process_killed_while_making_a_memory_left_is_opened(
    tmp_path: Path,
) -> None:
    """The rollback journal of an empty database says that there was nothing before."""
    folder = tmp_path / "bank"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE x (y)")
        for _ in range(50):
            connection.execute("INSERT INTO x VALUES (zeroblob(4000))")
        left = (folder / "memory.sqlite3-journal").read_bytes()
        connection.execute("ROLLBACK")
    (folder / "memory.sqlite3").write_bytes(b"")
    (folder / "memory.sqlite3-journal").write_bytes(left)
    assert left

    with closing(open_bank(folder)) as bank:
        assert bank.chats.all() == []
