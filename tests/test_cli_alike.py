"""What holds for every command: JSON, names nearly right, nothing there yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from long_term_memory import cli
from long_term_memory.cli.app import app
from long_term_memory.storage.encryption.user_key import make_key_file

from .test_cli import Shell, ltm, told

__all__ = ["ltm", "told"]

NAMED = {
    "search": ["bees"],
    "history": [],
    "mood": [],
    "facts": [],
    "due": [],
    "stats": [],
    "versions": ["4f1c2a"],
    "note": ["Mira is allergic to nuts."],
    "clear": ["--yes"],
    "forget": ["--all", "--yes"],
    "export": ["out.jsonl"],
    "backup": ["--to", "kept"],
    "rebuild": [],
    "embed": [],
    "pin": ["4f1c2a"],
    "hide": ["4f1c2a"],
    "tag": ["4f1c2a", "food"],
    "redo": [],
    "edit": ["4f1c2a", "Figs."],
    "delete": ["4f1c2a"],
    "policy": [],
    "share": ["4f1c2a"],
    "story": [],
    "encrypt": [],
    "decrypt": [],
}
"""Each command that is about a character's memory, with what else it needs."""
# The one stays until it is stopped.
WITHOUT_JSON = {"serve", "mcp"}
# These take a character that need not be there.
ABOUT_NEW_ONES = {"import", "last", "mcp", "undo", "restore"}


def commands() -> dict[str, typer.core.TyperCommand]:
    whole = typer.main.get_command(app)
    return whole.commands  # type: ignore[attr-defined]


def test_every_command_prints_json() -> None:
    for name, command in commands().items():
        flags = [flag for one in command.params for flag in one.opts]

        assert ("--json" in flags) is (name not in WITHOUT_JSON), name


def test_every_command_with_a_character_is_tried_here() -> None:
    taking = {
        name
        for name, command in commands().items()
        if any("--character" in one.opts for one in command.params)
    }

    assert taking - ABOUT_NEW_ONES == set(NAMED)


@pytest.mark.parametrize("command", NAMED)
def test_a_misspelt_character_is_asked_back(
    told: Shell,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key_file = tmp_path / "a.key"
    make_key_file(key_file)
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(key_file))

    told(command, *NAMED[command], "-c", "Miko")

    assert told.code == 2
    assert "Did you mean 'Miku'?" in told.err
    assert "Traceback" not in told.err


def test_other_names_that_are_nearly_right_are_asked_back(told: Shell) -> None:
    saved = told.json("backup", "--to", str(told.folder / "kept"))["path"]

    told("restore", saved, "-c", "Miko", "--yes")
    assert "Did you mean 'Miku'?" in told.err
    told("forget", "--chat", "onne", "-c", "Miku", "--yes")
    assert "Did you mean 'one'?" in told.err
    told("stats", "--user", "defaul")
    assert "Did you mean 'default'?" in told.err
    told("serch", "bees")
    assert "search" in told.err
    told("search", "bees", "--charcter", "Miku")
    assert "--character" in told.err


@pytest.mark.parametrize(
    "words",
    [
        *(["stats"], ["history"], ["mood"], ["search", "bees"], ["note", "Hm."]),
        *(["rebuild"], ["embed"], ["export", "out.jsonl"], ["forget", "--all"]),
        *(["forget", "--all-characters"], ["clear", "--yes"]),
    ],
)
def test_where_nothing_is_yet_it_says_what_begins_it(
    ltm: Shell, words: list[str]
) -> None:
    ltm(*words)

    assert ltm.code == 2
    assert ltm.err.startswith("Nothing is remembered yet in ")
    assert "ltm import" in ltm.err
    assert len(ltm.err.splitlines()) == 1


def test_encryption_is_told_to_programs(
    told: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (told.folder / f"{name}.key" for name in ("one", "two"))
    bank = {"user": "default", "character": "Miku"}

    assert cli.main(["encryption-key", str(first), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    make_key_file(second)
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(first))
    encrypted = told.json("encrypt")
    again = json.loads(told("encrypt", "--json"))
    changed = told.json("rotate-key", str(second))
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(second))
    clear = told.json("decrypt")

    assert made == {"file": str(first)}
    assert encrypted == {"encrypted": [bank]}
    assert again == {"encrypted": []}
    assert changed == {"new_key": [bank]}
    assert clear == {"in_clear": [bank]}
