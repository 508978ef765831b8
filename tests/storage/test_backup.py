"""A backup holds everything, is checked, and comes back over nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.core.maintenance import Archive, Level
from long_term_memory.core.types import MemoryKind, Scope
from long_term_memory.errors import SchemaVersion, StoreCorrupt, StoreError
from long_term_memory.files import FileLock
from long_term_memory.storage.sqlite.archive import (
    check_archive,
    read_archive,
    write_archive,
)
from long_term_memory.storage.sqlite.backups import (
    automatic,
    drop_backups,
    keep_before,
    put_back,
)
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder
from long_term_memory.storage.sqlite.replacement import asides

from .builders import LATER, MODEL, NOW, a_chat, a_note, embed, expected, say

MIKU = Scope(user="anon", character="Miku")
VECTORS = 75


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(data: Path) -> Path:
    """A bank with vectors in bulk and vectors that wait."""
    folder = make_bank_folder(data, MIKU)
    with closing(open_bank(folder)) as bank:
        rows = say(bank, a_chat(bank).row, *(f"m{n}" for n in range(VECTORS)))
        table = bank.vectors.table(MODEL)
        embed(table, rows[0], range(70))
        table.flush()
        embed(table, rows[0], range(70, VECTORS))
        bank.annotations.put(a_note())
    return folder


def backed_up(folder: Path, target: Path) -> Archive:
    return write_archive(target, [(MIKU, folder)], reason="by-hand", at=NOW)


def check_whole(bank: SqliteBank) -> None:
    assert len(bank.chats.path(1)) == VECTORS
    assert [hand.kind for hand in bank.annotations.all()] == [MemoryKind.NOTE]
    table = bank.vectors.table(MODEL)
    assert table.vectors().tolist() == expected(range(VECTORS)).tolist()
    assert len(table.links()) == VECTORS
    assert bank.repairs() == []


def test_a_backup_comes_back_whole_vectors_and_all(
    folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")

    assert put_back(archive, archive.banks[0], tmp_path / "new") is None

    there = bank_folder(tmp_path / "new", MIKU)
    assert asides(there) == []
    with closing(open_bank(there)) as bank:
        check_whole(bank)
        assert bank.vectors.table(MODEL).flush() == VECTORS
        check_whole(bank)
    assert {one.level for one in examine(there, LATER)} == {Level.OK}


def test_a_backup_is_made_while_the_bank_is_being_written(
    folder: Path, tmp_path: Path
) -> None:
    with closing(open_bank(folder)) as bank, bank.exclusive():
        bank.metadata.put("half", "done")
        archive = backed_up(folder, tmp_path / "b.zip")

    assert archive.banks[0].rows["messages"] == VECTORS
    if os.name == "posix":
        assert Path(archive.path).stat().st_mode & 0o777 == 0o600
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["b.zip", "backup.lock", "data"]


def test_vectors_that_another_program_is_writing_are_left_to_be_made_anew(
    folder: Path, tmp_path: Path
) -> None:
    lock = FileLock(folder / "vectors.lock")
    assert lock.acquire()
    with lock:
        archive = backed_up(folder, tmp_path / "b.zip")

    put_back(archive, archive.banks[0], tmp_path / "new")
    with closing(open_bank(bank_folder(tmp_path / "new", MIKU))) as bank:
        table = bank.vectors.table(MODEL)
        assert table.vectors().tolist() == expected(range(70, VECTORS)).tolist()
        assert bank.repairs() == []


def test_what_stands_there_is_set_aside_first(folder: Path, tmp_path: Path) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    with closing(open_bank(folder)) as bank:
        say(bank, 1, "Said since.")

    aside = put_back(archive, archive.banks[0], tmp_path / "data")

    assert aside is not None
    with closing(open_bank(folder)) as bank:
        check_whole(bank)
    with closing(open_bank(aside)) as bank:
        assert len(bank.chats.path(1)) == VECTORS + 1
        table = bank.vectors.table(MODEL)
        assert len(table.vectors()) == VECTORS


def test_a_damaged_bank_can_be_replaced(folder: Path, tmp_path: Path) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    (folder / "memory.sqlite3").write_bytes(b"no database" * 500)

    put_back(archive, archive.banks[0], tmp_path / "data")

    with closing(open_bank(folder)) as bank:
        check_whole(bank)


def test_a_bank_that_another_process_has_open_is_left_alone(
    folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    program = (
        "import sys; from pathlib import Path\n"
        "from long_term_memory.storage.sqlite.bank import open_bank\n"
        "bank = open_bank(Path(sys.argv[1])); print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"open"
        with pytest.raises(StoreError, match=f"open in process {child.pid}"):
            put_back(archive, archive.banks[0], tmp_path / "data")
        child.kill()

    put_back(archive, archive.banks[0], tmp_path / "data")
    with closing(open_bank(folder)) as bank:
        check_whole(bank)


def test_a_bank_that_is_being_opened_is_left_alone(
    folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    lock = FileLock(folder / "open.lock")
    assert lock.acquire()

    with lock, pytest.raises(StoreError, match="opening"):
        put_back(archive, archive.banks[0], tmp_path / "data", patience_seconds=0.01)


# -- what is refused -----------------------------------------------------------------


def rewritten(path: Path, **changes: Any) -> None:
    """Write an archive again with another list of what is in it."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    told = json.loads(members["manifest.json"]) | changes
    members["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_backup_that_was_cut_short_is_refused(
    folder: Path, tmp_path: Path, share: float
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    os.truncate(Path(archive.path), int(archive.size_bytes * share))

    with pytest.raises(StoreCorrupt, match="damaged"):
        read_archive(Path(archive.path))


def test_a_backup_with_a_wrong_byte_is_refused_and_nothing_is_changed(
    folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    content = bytearray(Path(archive.path).read_bytes())
    content[len(content) // 3] ^= 0xFF
    Path(archive.path).write_bytes(content)

    with pytest.raises(StoreCorrupt, match="damaged"):
        put_back(archive, archive.banks[0], tmp_path / "data")
    with closing(open_bank(folder)) as bank:
        check_whole(bank)
    assert asides(folder) == []


def test_a_backup_with_another_database_in_it_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    bank = {
        "user": "anon",
        "character": "Miku",
        "database": archive.banks[0].member,
        "blake2b": archive.banks[0].digest,
        "rows": {**archive.banks[0].rows, "messages": 1},
    }
    rewritten(Path(archive.path), banks=[bank])

    with pytest.raises(StoreCorrupt, match="not what was saved"):
        check_archive(Path(archive.path), tmp_path / "scratch")


def test_a_backup_of_a_newer_version_is_refused(folder: Path, tmp_path: Path) -> None:
    archive = backed_up(folder, tmp_path / "b.zip")
    rewritten(Path(archive.path), format=4)

    with pytest.raises(SchemaVersion, match="Update"):
        read_archive(Path(archive.path))


def test_a_backup_of_a_newer_schema_is_refused(folder: Path, tmp_path: Path) -> None:
    with closing(open_bank(folder)) as bank:
        bank._database.all("PRAGMA user_version = 4711")
    archive = backed_up(folder, tmp_path / "b.zip")

    with pytest.raises(SchemaVersion, match=r"b\.zip was written by a newer version"):
        put_back(archive, archive.banks[0], tmp_path / "new")


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all" * 99])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(content)

    with pytest.raises(StoreCorrupt, match="no backup"):
        read_archive(path)


def test_another_zip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("manifest.json", "[]")

    with pytest.raises(StoreCorrupt, match="no backup"):
        read_archive(path)


def test_a_list_of_banks_that_unfolds_without_end_is_not_read(tmp_path: Path) -> None:
    """A manifest of 1 GB in a small zip file took 2.5 GB of memory."""
    path = tmp_path / "backup.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("manifest.json", "w") as manifest,
    ):
        for _ in range(9):
            manifest.write(b" " * (1 << 20))

    with pytest.raises(StoreCorrupt, match="no backup of long-term memory"):
        read_archive(path)


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_archive(tmp_path / "none.zip")


def test_a_damaged_bank_makes_no_backup(folder: Path, tmp_path: Path) -> None:
    (folder / "memory.sqlite3").write_bytes(b"no database" * 500)

    with pytest.raises(StoreCorrupt):
        backed_up(folder, tmp_path / "b.zip")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.lock", "data"]


def test_a_backup_into_a_folder_that_cannot_be_is_a_store_error(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="another folder"):
        backed_up(folder, tmp_path / "file" / "b.zip")


# -- automatic ones ------------------------------------------------------------------


def test_the_newest_automatic_backups_stay(folder: Path) -> None:
    made = [keep_before(folder, "import", keep=3) for _ in range(5)]

    assert automatic(folder) == made[2:]
    assert [read_archive(path).banks[0].scope for path in automatic(folder)] == [
        MIKU
    ] * 3


def test_no_backup_is_made_of_nothing_or_if_none_is_wanted(
    folder: Path, tmp_path: Path
) -> None:
    assert keep_before(tmp_path / "none", "import") is None
    assert keep_before(folder, "import", keep=0) is None
    assert automatic(folder) == []


def test_backups_that_would_remember_are_dropped(folder: Path, tmp_path: Path) -> None:
    kept = keep_before(folder, "import")
    assert kept is not None
    archive = read_archive(kept)
    put_back(archive, archive.banks[0], tmp_path / "data")

    (folder / "backups" / "new.zip.unfinished").touch()

    assert len(drop_backups(folder)) == 3

    assert automatic(folder) == asides(folder) == []
    assert [path.name for path in (folder / "backups").iterdir()] == ["backup.lock"]
