"""`ltm doctor`, `ltm backup` and `ltm restore`, on really damaged files."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory import cli
from long_term_memory.companion.database import FILE, PlatformDatabase
from long_term_memory.companion.tables import conversations
from long_term_memory.core.types import Scope
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder

from .importers import foreign
from .importers.foreign import put, webui_log
from .test_cli import Shell

ROWS = [("My sister Mira keeps bees.", "How many hives?"), ("Nine.", "A lot.")]
MIKU = Scope(user="default", character="Miku")


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with one chat of Miku and a note of Ann."""
    shell = Shell(tmp_path, capsys)
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))
    put(tmp_path / "ann.json", foreign.card(name="Ann"))
    shell("import", str(tmp_path / "chat"), str(tmp_path / "ann.json"))
    assert shell.code == 0
    return shell


@pytest.fixture
def miku(told: Shell) -> Path:
    """Miku's folder."""
    return bank_folder(Path(told.data), MIKU)


def execute(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "memory.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


# -- doctor --------------------------------------------------------------------------


def test_a_sound_installation_ends_with_nought(told: Shell) -> None:
    out = told("doctor")

    assert told.code == 0
    assert "memory of Miku for default: 1 chat, 4 messages, 0 notes" in out
    assert "SQLite: 3." in out
    assert "webui: " in out
    assert "full text" not in out
    told_all = told.json("doctor")
    assert any(one["what"] == "full text" for one in told_all)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_the_servers_key_file_is_looked_at(told: Shell, miku: Path) -> None:
    path = miku.parents[1] / "api_key.txt"
    path.write_text(f"{'k' * 20}\nanna: {'a' * 20}\n", encoding="utf-8")
    path.chmod(0o600)
    assert "2 of the server's keys" in told("doctor")
    assert told.code == 0

    path.chmod(0o644)
    assert "chmod 600" in told("doctor")
    assert told.code == 1

    path.write_text("anna:\n", encoding="utf-8")
    assert "line 1: the key is missing" in told("doctor")
    assert told.code == 1


def test_what_conversations_keep_is_looked_at_and_left_alone(
    told: Shell, miku: Path
) -> None:
    folder = miku.parents[1]
    kept = folder / FILE
    database = PlatformDatabase(folder)
    with database.writing() as connection:
        connection.execute(conversations.delete())
    database.close()
    assert f"{FILE}: what conversations keep is whole" in told("doctor")
    assert told.code == 0

    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "a newer version of this program" in told("doctor")
    assert told.code == 1

    whole = kept.read_bytes()
    broken = whole[:4096] + b"x" * 4096 + whole[8192:]
    kept.write_bytes(broken)
    assert f"FAULT {FILE}: " in told("doctor")
    assert told.code == 1
    kept.write_bytes(b"no database at all" * 100)
    assert f"FAULT {FILE}: The database of conversations cannot be" in told("doctor")
    assert told.code == 1
    assert kept.read_bytes().startswith(b"no database")


def test_what_is_derived_is_mended_after_a_backup(told: Shell, miku: Path) -> None:
    execute(miku, "DELETE FROM lexicon")
    shutil.rmtree(miku / "embeddings.zarr", ignore_errors=True)

    out = told("doctor")
    assert told.code == 1
    assert "FAULT memory of Miku for default, words: 4 messages have no words" in out
    assert "ltm doctor --fix" in out

    out = told("doctor", "--fix")
    assert told.code == 0
    assert "read the words of 4 messages anew" in out
    assert len(list(miku.glob("backups/*-before-repair.zip"))) == 1
    assert "Mira" in told("search", "Where are the bees?", "-c", "Miku")


def test_what_cannot_be_mended_is_told(told: Shell, miku: Path) -> None:
    execute(miku, "DELETE FROM lexicon")
    execute(miku, "UPDATE places SET position = 9 WHERE position = 2")
    bank = open_bank(miku)
    with closing(bank), bank.exclusive():
        out = told("doctor", "--fix")

    assert told.code == 1
    assert "could not be mended" in out
    assert "locked by another program" in out
    assert "1 chats have a gap" in told("doctor", "--fix")


def test_what_cannot_be_looked_at_ends_with_two(told: Shell, miku: Path) -> None:
    execute(miku, "PRAGMA user_version = 4711")

    assert "newer version" in told("doctor")
    assert told.code == 2


def test_names_that_mislead_are_told(told: Shell, miku: Path) -> None:
    make_bank_folder(Path(told.data), Scope(user="default", character="MIKU"))
    miku.rename(miku.with_name("renamed"))

    out = told("doctor")

    assert (
        "renamed: it holds memories, but its bank.json does not name the folder" in out
    )
    open_bank(make_bank_folder(Path(told.data), MIKU)).close()
    out = told("doctor")
    assert "are different memories, though only case differs" in out


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_the_webui_that_the_extension_is_attached_to_is_told(
    told: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = told.folder / "text-generation-webui"
    (root / "modules").mkdir(parents=True)
    (root / "server.py").touch()
    monkeypatch.chdir(told.folder)
    assert f"seen, but without it: {root}" in told("doctor")

    place = root / "user_data" / "extensions" / "long_term_memory"
    place.parent.mkdir(parents=True)
    place.symlink_to(Path(cli.__file__).parent.parent)
    assert f"ok    webui: attached at {place}" in told("doctor")

    place.unlink()
    place.symlink_to(told.folder / "gone")
    assert f"FAULT webui: {place} leads nowhere" in told("doctor")
    place.unlink()
    place.mkdir()
    (place / "script.py").touch()
    assert f"note  webui: {place} is another copy" in told("doctor")


# -- backup and restore --------------------------------------------------------------


def test_all_memories_go_into_one_file_and_come_back(told: Shell, miku: Path) -> None:
    out = told("backup")
    assert told.code == 0
    assert "Miku (default): 4 messages" in out
    [file] = Path(told.data).glob("backups/*-by-hand.zip")
    assert f"Saved and checked: {file}" in out
    (miku / "memory.sqlite3").write_bytes(b"no database" * 400)

    out = told("restore", str(file), "--yes")

    assert told.code == 0
    words = f"4 messages; what was there before is in {miku}"
    assert f"Restored Miku (default): {words}" in out
    assert told.json("stats", "-c", "Miku")[0]["messages"] == 4
    assert told.json("stats", "-c", "Ann")[0]["notes"] == 1


def test_one_character_goes_elsewhere_and_comes_back(told: Shell) -> None:
    elsewhere = told.folder / "usb"
    saved = told.json("backup", "-c", "Miku", "--to", str(elsewhere))
    assert [bank["character"] for bank in saved["banks"]] == ["Miku"]
    told.data = str(told.folder / "other")

    [restored] = told.json("restore", str(elsewhere), "-c", "Miku", "--yes")

    assert restored["messages"] == 4
    assert restored["set_aside"] is None
    assert told.json("stats")[0]["messages"] == 4
    told("restore", str(elsewhere), "-c", "Ann", "--yes")
    assert told.code == 2
    assert "holds no memory of 'Ann'. It holds: 'Miku'." in told.err


def test_restoring_asks_first(told: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    told("backup")
    folder = str(Path(told.data) / "backups")
    told("restore", folder, "--json")
    assert told.code == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))

    assert "Restore the memory of 2 characters as of" in told("restore", folder)
    assert told.code == 1


def test_there_may_be_nothing_to_back_up_or_to_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path, capsys)

    shell("backup")
    assert shell.code == 2
    assert "no memories" in shell.err
    shell("restore", str(tmp_path), "--yes")
    assert shell.code == 2
    assert "no backup in" in shell.err
    (tmp_path / "broken.zip").write_bytes(b"PK")
    shell("restore", str(tmp_path / "broken.zip"), "--yes")
    assert shell.code == 1
    assert "damaged" in shell.err


def test_an_import_and_a_clearing_are_preceded_by_a_backup(
    told: Shell, miku: Path
) -> None:
    assert not (miku / "backups").exists()

    told("import", str(told.folder / "chat"))
    told("clear", "-c", "Miku", "--yes")

    names = [path.name for path in miku.glob("backups/*.zip")]
    assert {name.split("-before-")[1] for name in names} == {
        "import.zip",
        "clearing.zip",
    }


def test_no_automatic_backup_is_made_if_none_is_wanted(
    told: Shell, miku: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_BACKUPS_KEPT", "0")

    told("clear", "-c", "Miku", "--yes")

    assert not (miku / "backups").exists()


def test_vectors_of_another_model_are_explained(told: Shell, miku: Path) -> None:
    told("search", "bees", "-c", "Miku")
    execute(miku, "UPDATE models SET fingerprint = 'older', recipe = 0")

    out = told("doctor")

    assert told.code == 0
    assert "vectors: are of another model (weights older here, " in out
    assert "text recipe 0 here" in out


def test_a_memory_of_which_something_was_forgotten_is_whole(told: Shell) -> None:
    told("backup")
    told("search", "bees", "-c", "Miku")
    [found] = told.json("search", "--words", "Mira", "-c", "Miku")
    told("forget", found["id"], "-c", "Miku", "--yes")
    assert told.code == 0

    out = told("doctor")

    assert told.code == 0
    assert "memory of Miku for default: 1 chat, 3 messages, 0 notes" in out
    assert not [line for line in out.splitlines() if line.startswith("note  memory")]


def test_memories_of_one_name_are_joined_by_the_doctor(told: Shell) -> None:
    engine_dir = Path(told.data)
    twin = Scope(user="default", character="ＭＩＫＵ")  # noqa: RUF001
    open_bank(make_bank_folder(engine_dir, twin)).close()

    assert "though only the spelling differs" in told("doctor")
    out = told("doctor", "--fix")

    assert "was joined to memory of Miku for default (1 chats, 4 messages" in out
    assert not bank_folder(engine_dir, twin).exists()
    assert "spelling differs" not in told("doctor")
