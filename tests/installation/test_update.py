"""Which folder an update looks at, and what it takes for memories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dotenv import dotenv_values

from installation.environment import HERE, NAME, Failure
from installation.update import DATA, DATA_VARIABLE, ENV_FILE, data_of, update


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


@pytest.mark.parametrize(
    "line",
    [
        "LTM_DATA_DIR=/mnt/memories",
        "export LTM_DATA_DIR = /mnt/our memories  # on the other disk",
        "LTM_DATA_DIR='/mnt/our memories' # on the other disk",
        'LTM_PORT=5101\r\nLTM_DATA_DIR="/mnt/a#b"\r\nLTM_HOST=::1',
        "LTM_DATA_DIR=C:\\mem\\new",
        "LTM_DATA_DIR=/mnt/a#b",
        "LTM_DATA_DIR=/mnt/first\nLTM_DATA_DIR=/mnt/last",
        "LTM_DATA_DIR=elsewhere",
        "LTM_DATA_DIR=\nLTM_PORT=5101",
        "LTM_DATA_DIR=  # none\nLTM_PORT=5101",
        "# LTM_DATA_DIR=/mnt/memories",
        "MY_LTM_DATA_DIR=/mnt/memories",
        "",
    ],
)
def test_the_folder_of_memories_is_the_one_that_the_program_reads(
    tmp_path: Path, line: str
) -> None:
    file = tmp_path / ENV_FILE
    file.write_text(line, "utf-8", newline="")

    read = dotenv_values(file, interpolate=False).get(DATA_VARIABLE)

    assert data_of(tmp_path, file) == tmp_path / (read or DATA)


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ENV_FILE).write_text("LTM_DATA_DIR=there", "utf-8")
    monkeypatch.setenv(DATA_VARIABLE, "here")

    assert data_of(tmp_path, tmp_path / ENV_FILE) == tmp_path / "here"


def folder(place: Path) -> Path:
    """Make what looks like a version of the project, of which nothing runs."""
    place.mkdir()
    for name in ("install.py", "pyproject.toml"):
        shutil.copy2(HERE / name, place / name)
    return place


def bank(data: Path, *, in_use: bool = False) -> None:
    held = data / "default" / "miku"
    held.mkdir(parents=True)
    (held / "bank.json").touch()
    if in_use:
        (held / "memory.sqlite3-wal").write_bytes(b"x")


def test_a_server_that_was_started_once_has_made_no_memories(tmp_path: Path) -> None:
    """Refused is what comes after that gate: the old server is running."""
    old, new = folder(tmp_path / "old"), folder(tmp_path / "new")
    bank(old / DATA, in_use=True)
    (new / DATA / "backups").mkdir(parents=True)
    for name in (
        *("server.lock", "server.json", "companion.lock"),
        *("settings.json", "backups/a.zip"),
    ):
        (new / DATA / name).touch()

    with pytest.raises(Failure, match="Stop the server of"):
        update(old, verbose=False, here=new)


@pytest.mark.parametrize("made", ["default/miku/bank.json", "collections.sqlite3"])
def test_memories_that_are_there_are_not_copied_over(tmp_path: Path, made: str) -> None:
    old, new = folder(tmp_path / "old"), folder(tmp_path / "new")
    (new / DATA / made).parent.mkdir(parents=True)
    (new / DATA / made).touch()

    with pytest.raises(Failure, match="holds memories already"):
        update(old, verbose=False, here=new)


def test_a_server_is_seen_to_run_wherever_its_memories_lie(tmp_path: Path) -> None:
    home = folder(tmp_path / "home")
    (home / ".git").mkdir()
    (home / ENV_FILE).write_text(f"LTM_DATA_DIR={tmp_path / NAME}\n", "utf-8")
    bank(tmp_path / NAME, in_use=True)

    with pytest.raises(Failure, match="is in use"):
        update(None, verbose=False, here=home)


def test_memories_that_both_versions_use_are_in_nobodys_way(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old"), folder(tmp_path / "new")
    (old / ENV_FILE).write_text(f"LTM_DATA_DIR={tmp_path / NAME}\n", "utf-8")
    bank(tmp_path / NAME, in_use=True)

    with pytest.raises(Failure, match="Stop the server of"):
        update(old, verbose=False, here=new)
