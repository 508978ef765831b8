"""Files that were really damaged: told before anything is lost, nothing overwritten."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.errors import StoreCorrupt
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.holders import OpenHandle, holders
from long_term_memory.storage.sqlite.replacement import (
    asides,
    new_file,
    replace_database,
)
from long_term_memory.storage.sqlite.wal import complaint

from .builders import a_chat, say

FRAME = 24 + 4096
HEAD = 32


def killed(folder: Path, *, said: int = 20, checkpoint: str = "") -> Path:
    """Return a bank's folder as a killed process leaves it: journal, index and all."""
    with closing(open_bank(folder)) as bank:
        chat = a_chat(bank).row
        for number in range(said):
            say(bank, chat, f"message {number} " + "word " * 100)
            if number == said // 2 and checkpoint:
                bank._database.all(f"PRAGMA wal_checkpoint({checkpoint})")
        left = folder.with_name(f"{folder.name}-killed")
        shutil.copytree(folder, left)
    return left


def journal(folder: Path) -> Path:
    return folder / "memory.sqlite3-wal"


def content(folder: Path) -> dict[str, bytes]:
    """Return all that stands there, locks and what was set aside left out."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and file.suffix != ".lock"
    }


@pytest.mark.parametrize("checkpoint", ["", "PASSIVE", "TRUNCATE"])
def test_what_a_kill_leaves_is_no_damage(tmp_path: Path, checkpoint: str) -> None:
    folder = killed(tmp_path / "bank", checkpoint=checkpoint)

    assert complaint(folder / "memory.sqlite3") == ""
    with closing(open_bank(folder)) as bank:
        assert len(bank.chats.path(1)) == 20
        assert bank.repairs() == []
    assert asides(folder) == []


def test_a_write_that_was_stopped_in_mid_frame_is_no_damage(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank")
    with journal(folder).open("ab") as file:
        file.write(b"\1" * (FRAME // 2))

    with closing(open_bank(folder)) as bank:
        assert len(bank.chats.path(1)) == 20
        assert bank.repairs() == []


def test_a_journal_that_was_cut_short_is_told_and_kept(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank")
    os.truncate(journal(folder), HEAD + FRAME * 100 + 1000)
    before = content(folder)

    with closing(open_bank(folder)) as bank:
        [words] = bank.repairs()
        assert 0 < len(bank.chats.path(1)) < 20

    assert "what was said last may be missing" in words
    [aside] = asides(folder)
    assert aside.name in words
    assert content(aside) == {name: before[name] for name in content(aside)}
    assert {"memory.sqlite3", "memory.sqlite3-wal"} <= set(content(aside))


def test_a_journal_that_is_gone_is_told(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank", checkpoint="TRUNCATE")
    journal(folder).unlink()

    with closing(open_bank(folder)) as bank:
        assert "cut short: 0 of" in bank.repairs()[0]
        assert len(bank.chats.path(1)) == 11


def test_a_journal_of_which_all_is_in_the_database_may_go(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank", checkpoint="PASSIVE")
    with closing(open_bank(folder)) as bank:
        bank._database.all("PRAGMA wal_checkpoint(PASSIVE)")
        left = folder.with_name("left")
        shutil.copytree(folder, left)
    journal(left).unlink(missing_ok=True)

    with closing(open_bank(left)) as bank:
        assert bank.repairs() == []
        assert len(bank.chats.path(1)) == 20


def test_a_journal_with_a_broken_head_is_told_and_kept(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank", checkpoint="TRUNCATE")
    whole = bytearray(journal(folder).read_bytes())
    journal(folder).write_bytes(b"\0" * HEAD + whole[HEAD:])

    with closing(open_bank(folder)) as bank:
        assert "first bytes make no sense" in bank.repairs()[0]
    assert len(asides(folder)) == 1


def test_a_cut_journal_whose_database_has_moved_on_is_refused_as_it_is(
    tmp_path: Path,
) -> None:
    """Some pages were copied back already, older ones would be laid over them."""
    folder = killed(tmp_path / "bank", checkpoint="PASSIVE")
    path = folder / "memory.sqlite3"
    os.truncate(journal(folder), HEAD + FRAME * 10)
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 4 :] = b"\xff" * (len(damaged) - 4096 * 4)
    path.write_bytes(damaged)
    before = content(folder)

    with pytest.raises(StoreCorrupt, match="ltm restore"):
        open_bank(folder)

    after = content(folder)
    assert after["memory.sqlite3"] == before["memory.sqlite3"]
    assert after["memory.sqlite3-wal"] == before["memory.sqlite3-wal"]
    assert len(asides(folder)) == 1


def swap_journal(folder: Path, other: Path) -> None:
    shutil.copyfile(journal(other), journal(folder))


def lose_database(folder: Path, other: Path) -> None:
    del other
    (folder / "memory.sqlite3").unlink()


def empty_database(folder: Path, other: Path) -> None:
    del other
    os.truncate(folder / "memory.sqlite3", 0)


@pytest.mark.parametrize("damage", [swap_journal, lose_database, empty_database])
def test_a_journal_of_another_database_is_refused_as_it_is(
    tmp_path: Path, damage: Callable[[Path, Path], None]
) -> None:
    folder = killed(tmp_path / "bank")
    damage(folder, killed(tmp_path / "other", said=5))
    before = content(folder)

    for _ in range(2):
        with pytest.raises(StoreCorrupt, match="belongs to"):
            open_bank(folder)

    assert content(folder) == before


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_database_that_was_cut_short_is_refused_as_it_is(
    tmp_path: Path, kept: float
) -> None:
    folder = tmp_path / "bank"
    with closing(open_bank(folder)) as bank:
        chat = a_chat(bank).row
        say(bank, chat, *(f"m{n} " + "word " * 200 for n in range(200)))
    path = folder / "memory.sqlite3"
    os.truncate(path, int(path.stat().st_size * kept))
    before = path.read_bytes()

    with pytest.raises(StoreCorrupt, match="backup"):
        open_bank(folder)

    assert path.read_bytes() == before


# -- replacing -----------------------------------------------------------------------


def another(folder: Path, target: Path) -> None:
    """Write another bank's database to a file."""
    with (
        closing(sqlite3.connect(folder / "memory.sqlite3")) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def a_bank(folder: Path, *texts: str) -> None:
    with closing(open_bank(folder)) as bank:
        say(bank, a_chat(bank).row, *texts)


def said(folder: Path) -> list[str]:
    with closing(open_bank(folder)) as bank:
        rows = [place.message for place in bank.chats.path(1)]
        return [message.content for message in bank.messages.get(rows).values()]


def test_what_is_replaced_is_set_aside(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank", said=3)
    (folder / "embeddings.zarr").mkdir()
    a_bank(tmp_path / "other", "Hello.", "You.")
    another(tmp_path / "other", new_file(folder))

    aside = replace_database(folder)

    assert said(folder) == ["Hello.", "You."]
    assert not (folder / "embeddings.zarr").exists()
    assert (aside / "embeddings.zarr").is_dir()
    assert len(said(aside)) == 3
    if os.name == "posix":
        assert aside.stat().st_mode & 0o777 == 0o700
        assert (folder / "memory.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("moved", range(4))
def test_a_replacement_that_was_stopped_is_finished_at_the_next_opening(
    tmp_path: Path, moved: int
) -> None:
    folder = killed(tmp_path / "bank", said=3)
    a_bank(tmp_path / "other", "Hello.", "You.")
    another(tmp_path / "other", new_file(folder))
    aside = folder / "set-aside-1"
    aside.mkdir()
    (folder / "replace.json").write_text('{"aside": "set-aside-1"}')
    for name in ("-shm", "-wal", "")[:moved]:
        file = folder / f"memory.sqlite3{name}"
        file.replace(aside / file.name)
    if moved == 3:
        (folder / "memory.sqlite3.new").replace(folder / "memory.sqlite3")

    with closing(open_bank(folder)) as bank:
        [words] = bank.repairs()

    assert "was finished" in words
    assert said(folder) == ["Hello.", "You."]
    assert len(said(aside)) == 3


def test_a_replacement_that_never_began_changes_nothing(tmp_path: Path) -> None:
    a_bank(tmp_path / "bank", "Hello.")
    half = new_file(tmp_path / "bank")
    half.write_bytes(b"half")

    assert said(tmp_path / "bank") == ["Hello."]
    assert not half.exists()


# -- who has it open -----------------------------------------------------------------


def test_who_has_a_bank_open_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    with closing(open_bank(folder)), closing(open_bank(folder)):
        assert holders(folder) == [os.getpid()] * 2
    assert holders(folder) == []
    assert list(folder.glob("open-by*")) == []


def test_what_a_killed_process_left_holds_nothing(tmp_path: Path) -> None:
    stale = tmp_path / "open-by-12345-abcdef01.lock"
    stale.touch()
    mine = OpenHandle(tmp_path)

    assert holders(tmp_path) == [os.getpid()]
    assert not stale.exists()
    mine.release()
    mine.release()


def test_opening_removes_what_killed_processes_left(tmp_path: Path) -> None:
    folder = killed(tmp_path / "bank", said=1)
    assert len(list(folder.glob("open-by-*"))) == 1

    open_bank(folder).close()

    assert list(folder.glob("open-by-*")) == []
