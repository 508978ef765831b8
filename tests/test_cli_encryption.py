"""Encrypting from the command line, and what a chat and `ltm doctor` say of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory import cli
from long_term_memory.build import build_engine
from long_term_memory.config import EncryptionSettings, JournalSettings, Settings
from long_term_memory.core.maintenance import CONVERSATIONS_FILE, Level
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.maintenance.encryption import secrecy
from long_term_memory.engine.maintenance.health import repair
from long_term_memory.errors import EncryptionError
from long_term_memory.storage.backend import Encryption
from long_term_memory.storage.encryption.user_key import KeySource, key_source, no_key
from long_term_memory.storage.sqlite.backend import SqliteBackend
from long_term_memory.storage.sqlite.bank_key import is_encrypted
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.testing import HashEmbedder

from .importers.foreign import put, webui_log
from .test_cli import ROWS, Shell
from .test_cli_forget import held

MIKU = Scope(user="default", character="Miku")


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key, made as a user makes it and named in the settings."""
    file = tmp_path / "keys" / "key"
    assert cli.main(["encryption-key", str(file)]) == 0
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(file))
    return file


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with one chat of Miku, in clear."""
    shell = Shell(tmp_path, capsys)
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))
    shell("import", str(tmp_path / "chat"))
    assert shell.code == 0
    return shell


def keys_of(file: Path) -> KeySource:
    return key_source("", str(file))


def encryption(shell: Shell, keys: KeySource) -> Encryption:
    """How the memories of a shell are encrypted, by a key of our choice."""
    return SqliteBackend(Path(shell.data), keys=lambda: keys).encryption


def folder_of(shell: Shell) -> Path:
    return bank_folder(Path(shell.data), MIKU)


def test_memories_are_encrypted_and_put_in_clear_again(
    told: Shell, key_file: Path
) -> None:
    told("backup")
    (Path(told.data) / CONVERSATIONS_FILE).touch()

    out = told("encrypt")

    assert "Encrypted: Miku (default)" in out
    assert f"({CONVERSATIONS_FILE}: characters, titles, receipts) stays in clear" in out
    assert "1 backup in " in out, "it still tells everything"
    for backup in (Path(told.data) / "backups").iterdir():
        backup.unlink()
    assert not held(told, "Mira")
    assert "Mira" in told("search", "Mira's bees")
    assert "encrypted already" in told("encrypt")

    assert "Decrypted: Miku (default)" in told("decrypt")
    assert held(told, "Mira")
    assert "None of it" in told("decrypt")


def test_the_memory_of_a_new_character_is_encrypted_from_the_start(
    key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path, capsys)
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))

    shell("import", str(tmp_path / "chat"))

    assert shell.code == 0
    assert not held(shell, "Mira")
    [finding] = secrecy(encryption(shell, keys_of(key_file)), MIKU)
    assert finding.level is Level.OK
    assert "open with the key" in finding.words


def test_an_export_says_that_it_is_in_clear(told: Shell, key_file: Path) -> None:
    told("export", str(told.folder / "before.jsonl"))
    assert "the export is not" not in told.err
    told("encrypt")

    told("export", str(told.folder / "after.jsonl"))

    assert "the export is not" in told.err
    assert "Mira" in (told.folder / "after.jsonl").read_text()


def test_the_key_is_changed(told: Shell, key_file: Path) -> None:
    assert "None of it" in told("rotate-key", str(key_file))
    told("encrypt")
    new = told.folder / "new"
    cli.main(["encryption-key", str(new)])

    assert "Now opens with the new key: Miku" in told("rotate-key", str(new))

    told("search", "Mira")
    assert told.code == 1
    assert "does not open this memory" in told.err
    [finding] = secrecy(encryption(told, keys_of(new)), MIKU)
    assert finding.level is Level.OK


def test_without_a_key_the_way_to_one_is_told(told: Shell) -> None:
    told("encrypt")

    assert told.code == 1
    assert "ltm encryption-key" in told.err


def test_a_memory_that_is_not_there_is_told(told: Shell, key_file: Path) -> None:
    told("encrypt", "--character", "Ann")

    assert told.code == 2
    assert "no such memory" in told.err


def test_the_doctor_tells_how_a_memory_lies(told: Shell, key_file: Path) -> None:
    by_key = encryption(told, keys_of(key_file))
    without = encryption(told, no_key)
    [off] = secrecy(without, MIKU)
    [could_be] = secrecy(by_key, MIKU)
    told("encrypt")
    [shut] = secrecy(without, MIKU)

    assert (off.level, off.words) == (Level.OK, "off")
    assert could_be.level is Level.NOTE
    assert "ltm encrypt" in could_be.words
    assert (shut.level, shut.blind) == (Level.FAULT, True)
    assert "LTM_ENCRYPTION_KEY" in shut.words


def test_an_encrypted_memory_keeps_no_readable_log(
    key_file: Path, tmp_path: Path
) -> None:
    settings = Settings(
        journal=JournalSettings(readable_log=True),
        encryption=EncryptionSettings(encryption_key_file=str(key_file)),
    )
    engine = build_engine(settings, tmp_path / "data", load=HashEmbedder)
    said = [
        WindowMessage(role="user", content=text) for text in ("Hi.", "Xanadu.", "So.")
    ]
    chat = engine.bank(MIKU).chat("one", host="test")
    chat.observe(Window(messages=tuple(said), complete=True))
    engine.close()

    assert not list((tmp_path / "data").rglob("*.jsonl"))
    files = [one for one in (tmp_path / "data").rglob("*") if one.is_file()]
    assert not any(b"Xanadu" in file.read_bytes() for file in files)


def test_without_vectors_memories_are_recalled_by_words(
    key_file: Path, tmp_path: Path
) -> None:
    encryption = EncryptionSettings(
        encryption_key_file=str(key_file), encryption_vectors="none"
    )
    engine = build_engine(
        Settings(encryption=encryption), tmp_path / "data", load=HashEmbedder
    )
    bank = engine.bank(MIKU)
    said = [WindowMessage(role="user", content="My cat Miso is grey.")]
    bank.chat("one", host="test").observe(Window(messages=tuple(said), complete=True))

    assert [one.content for one in bank.memories.search("miso")] == [said[0].content]
    assert bank.stats().embedded == 0
    engine.close()
    assert not list((tmp_path / "data").rglob("embeddings.zarr/*/c"))


def test_a_memory_whose_key_is_gone_can_be_opened_once_it_is_back(
    told: Shell, key_file: Path
) -> None:
    told("encrypt")
    data = Path(told.data)
    shut = build_engine(Settings(), data, load=HashEmbedder)
    with pytest.raises(EncryptionError):
        shut.bank(MIKU)
    assert not list(repair(shut)), "what cannot be read is not mended"
    shut.close()

    encryption = EncryptionSettings(encryption_key_file=str(key_file))
    settings = replace(Settings(), encryption=encryption)
    opened = build_engine(settings, data, load=HashEmbedder)

    assert opened.bank(MIKU).stats().messages == 4
    opened.close()


_WITHOUT = """
import sys
sys.modules["cryptography"] = None
from long_term_memory import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def test_without_the_library_it_is_named_and_what_is_in_clear_goes_on(
    told: Shell, key_file: Path
) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _WITHOUT, *words, "--data-dir", told.data],
            env={
                "PYTHONPATH": str(Path(__file__).parents[1] / "extensions"),
                "LTM_ENCRYPTION_KEY_FILE": str(key_file),
                "LTM_EMBEDDING_MODEL": "hash",
            },
            cwd=told.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    clear = run("history")
    assert clear.returncode == 0, clear.stderr
    refused = run("encrypt")
    assert refused.returncode == 1
    assert "pip install cryptography" in refused.stderr
    assert held(told, "Mira"), "untouched"
    told("encrypt")
    shut = run("history")
    assert shut.returncode == 1
    assert "pip install cryptography" in shut.stderr


def test_a_backup_in_clear_does_not_take_an_encrypted_memorys_place_unasked(
    told: Shell, key_file: Path
) -> None:
    """It did, without a word, and whoever read the disk could read the memory."""
    kept = told.folder / "kept"
    told("backup", "--to", str(kept))
    told("encrypt")
    before = (folder_of(told) / "memory.sqlite3").read_bytes()

    told("restore", str(kept), "--yes")

    assert told.code == 1
    assert "is encrypted, and this backup of it is in clear" in told.err
    assert "--in-clear" in told.err
    assert is_encrypted(folder_of(told))
    assert (folder_of(told) / "memory.sqlite3").read_bytes() == before
    told("restore", str(kept), "--yes", "--in-clear")
    assert told.code == 0
    assert not is_encrypted(folder_of(told))


def test_nor_does_it_if_nobody_can_tell_any_more_what_stood_there(
    told: Shell, key_file: Path
) -> None:
    kept = told.folder / "kept"
    told("backup", "--to", str(kept))
    told("encrypt")
    path = folder_of(told) / "memory.sqlite3"
    path.write_bytes(b"x" * 100 + path.read_bytes())

    told("restore", str(kept), "--yes")

    assert told.code == 1
    assert "--in-clear" in told.err


def test_an_encrypted_backup_comes_back_as_it_was(told: Shell, key_file: Path) -> None:
    told("encrypt")
    kept = told.folder / "kept"
    told("backup", "--to", str(kept))

    told("restore", str(kept), "--yes")

    assert told.code == 0
    assert is_encrypted(folder_of(told))
