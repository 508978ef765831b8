"""Backups that were changed in any way: told, and put back whole or not at all.

LTM_BACKUP_MUTATIONS says how many examples are tried.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.types import Scope
from long_term_memory.engine.maintenance.backups import archives
from long_term_memory.errors import StoreCorrupt, StoreError
from long_term_memory.storage.sqlite.archive import (
    MOST_MANIFEST_BYTES,
    check_archive,
    read_archive,
    write_archive,
)
from long_term_memory.storage.sqlite.backend import SqliteBackups
from long_term_memory.storage.sqlite.backups import automatic, keep_before, put_back
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder

from .builders import NOW, a_chat, say

# Reads any backup, wherever memories are.
BACKUPS = SqliteBackups(Path("nowhere"), kept=0)
EXAMPLES = int(os.environ.get("LTM_BACKUP_MUTATIONS", "100"))
MIKU = Scope(user="anon", character="Miku")
ANN = Scope(user="anon", character="Ann")
TEXTS = ["Hello.", "My cat is Miso.", "A fine name."]


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of two banks."""
    data = tmp_path_factory.mktemp("data")
    banks = []
    for scope in (MIKU, ANN):
        folder = make_bank_folder(data, scope)
        with closing(open_bank(folder)) as bank:
            say(bank, a_chat(bank).row, *TEXTS)
        banks.append((scope, folder))
    target = data / "whole.zip"
    write_archive(target, banks, reason="by-hand", at=NOW)
    return target


def said(folder: Path) -> list[str]:
    with closing(open_bank(folder)) as bank:
        rows = [place.message for place in bank.chats.path(1)]
        return [message.content for message in bank.messages.get(rows).values()]


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def check(content: bytes) -> bool:
    """Check, list and restore a file; say whether it was taken for a backup."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        file, data = place / "backups" / "one.zip", place / "data"
        file.parent.mkdir()
        file.write_bytes(content)
        shutil.copyfile(file, file.with_name("other.zip"))
        broken: list[str] = []
        listed = archives(BACKUPS, file.parent, broken)
        assert len(listed) + len(broken) == 2
        around = names(place)
        try:
            archive = read_archive(file)
            check_archive(file, place / "scratch")
        except StoreError as error:
            told = str(error)
        else:
            told = ""
        sound = not told
        assert sound or str(file) in told
        (place / "scratch").unlink(missing_ok=True)
        assert names(place) == around
        if listed:
            for bank in archive.banks:
                try:
                    put_back(archive, bank, data)
                except StoreError:
                    assert not sound
                    left = bank_folder(data, bank.scope)
                    assert not (left / "memory.sqlite3").exists()
                    assert not (left / "memory.sqlite3.new").exists()
                else:
                    assert said(bank_folder(data, bank.scope)) == TEXTS
        assert {one.split("/")[0] for one in names(place)} <= {"backups", "data"}
        return sound


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), kind=st.integers(0, 4))
def test_a_backup_that_was_changed_is_whole_or_refused(
    backup: Path, seed: int, kind: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(backup.read_bytes())
    # Lists of what is in it stand at the end, and weigh little beside the rest.
    start = chance.choice([0, len(content) - 600])
    at = chance.randrange(start, len(content))
    if kind == 0:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        for _ in range(20):
            content[chance.randrange(start, len(content))] = chance.randrange(256)
    elif kind == 2:
        del content[at:]
    elif kind == 3:
        del content[at : at + chance.randrange(1, 200)]
    else:
        content[at:at] = chance.randbytes(chance.randrange(1, 200))

    check(bytes(content))


def rewritten(backup: Path, target: Path, **changes: Any) -> Path:
    """Write a backup anew, with another list of what is in it."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            if name != "manifest.json":
                copy.writestr(name, source.read(name))
        told = json.loads(source.read("manifest.json"))
        copy.writestr("manifest.json", json.dumps(told | changes))
    return target


def manifest_of(backup: Path) -> dict[str, Any]:
    with zipfile.ZipFile(backup) as file:
        told: dict[str, Any] = json.loads(file.read("manifest.json"))
    return told


def refused(path: Path) -> None:
    with pytest.raises(StoreError):
        read_archive(path)
    assert not check(path.read_bytes())


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    field=st.sampled_from(["format", "at", "reason", "banks", "sequence"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["user", "character", "database", "blake2b", "rows"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=9,
    ),
)
def test_a_list_of_anything_is_read_or_refused(
    backup: Path, field: str, value: Any
) -> None:
    with tempfile.TemporaryDirectory() as name:
        check(rewritten(backup, Path(name) / "x.zip", **{field: value}).read_bytes())


@pytest.mark.parametrize(
    "member",
    ["../../out", "/tmp/out", "1/../../out", "C:\\out", "1/memory.sqlite3/", "", "x"],
)
def test_a_file_inside_that_leads_out_is_refused(
    backup: Path, tmp_path: Path, member: str
) -> None:
    banks = manifest_of(backup)["banks"]
    target = rewritten(
        backup, tmp_path / "x.zip", banks=[banks[0] | {"database": member}]
    )
    with zipfile.ZipFile(target, "a") as file:
        file.writestr(member or "y", b"x")

    refused(target)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_or_a_character_that_is_there_twice_is_refused(
    backup: Path, tmp_path: Path
) -> None:
    first = manifest_of(backup)["banks"][0]
    refused(rewritten(backup, tmp_path / "x.zip", banks=[first, first]))
    double = rewritten(backup, tmp_path / "y.zip")
    with zipfile.ZipFile(double, "a") as file:
        file.writestr("1/memory.sqlite3", b"another")

    refused(double)


def test_a_list_without_end_is_refused(backup: Path, tmp_path: Path) -> None:
    for number, told in enumerate(
        (b"[" * 200_000, b" " * (MOST_MANIFEST_BYTES + 1), b"\xff\xfe", b"")
    ):
        target = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("manifest.json", told)
        refused(target)


def test_a_bomb_is_refused_before_the_disk_is_full(
    backup: Path, tmp_path: Path
) -> None:
    bank = manifest_of(backup)["banks"][0]
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "manifest.json", json.dumps(manifest_of(backup) | {"banks": [bank]})
        )
        file.writestr("1/memory.sqlite3", bytes(1 << 20))
    whole = target.read_bytes()
    # It claims to be as large as a zip file's header can say.
    content = whole.replace(struct.pack("<I", 1 << 20), struct.pack("<I", 2**32 - 2))
    target.write_bytes(content)

    archive = read_archive(target)
    with pytest.raises(StoreCorrupt, match="sizes cannot be right"):
        check_archive(target, tmp_path / "scratch")
    with pytest.raises(StoreCorrupt):
        put_back(archive, archive.banks[0], tmp_path / "data")


def test_a_file_inside_that_is_encrypted_is_refused(
    backup: Path, tmp_path: Path
) -> None:
    content = bytearray(rewritten(backup, tmp_path / "x.zip").read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    (tmp_path / "x.zip").write_bytes(content)

    refused(tmp_path / "x.zip")


def test_one_that_is_broken_hides_no_other(backup: Path, tmp_path: Path) -> None:
    shutil.copyfile(backup, tmp_path / "sound.zip")
    (tmp_path / "cut.zip").write_bytes(backup.read_bytes()[:-30])
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "loop.zip").symlink_to("loop.zip")
    broken: list[str] = []

    [found] = archives(BACKUPS, tmp_path, broken)

    assert Path(found.path).name == "sound.zip"
    assert len(broken) == 3
    assert all(".zip" in words for words in broken)


# -- the order of automatic ones -----------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_bank_folder(tmp_path, MIKU)
    with closing(open_bank(folder)) as bank:
        say(bank, a_chat(bank).row, "Hello.")
    return folder


def test_backups_from_when_the_clock_was_ahead_do_not_push_out_new_ones(
    folder: Path,
) -> None:
    """Each new one was deleted as soon as it was made, for ever."""
    ahead = 4_000_000_000
    for _ in range(5):
        made = keep_before(folder, "import", keep=5)
        assert made is not None
        os.utime(made, (ahead, ahead))
        ahead += 1

    new = [keep_before(folder, "clearing", keep=5) for _ in range(7)]

    assert automatic(folder) == new[-5:]


def test_the_one_just_made_stays_whatever_the_others_say(folder: Path) -> None:
    (folder / "backups").mkdir()
    (folder / "backups" / "x.zip").write_bytes(b"PK")
    made = keep_before(folder, "import", keep=1)

    assert made is not None
    assert automatic(folder) == [made]


def test_backups_by_hand_from_the_future_are_not_the_newest(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "kept"
    for name, at in (("a", NOW.replace(year=2090)), ("b", NOW)):
        write_archive(place / f"{name}.zip", [(MIKU, folder)], reason="by-hand", at=at)

    assert [Path(one.path).stem for one in archives(BACKUPS, place)] == ["a", "b"]
