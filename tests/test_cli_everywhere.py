"""`ltm forget --everywhere`: what several characters heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from .importers.foreign import put, webui_log
from .test_cli import ROWS, Shell
from .test_cli_forget import held

SAID = "My sister Mira keeps bees."


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with the same chat of two characters."""
    shell = Shell(tmp_path, capsys)
    for character in ("Miku", "Ben"):
        put(tmp_path / f"chat/{character}/one.json", webui_log(*ROWS))
    shell("import", str(tmp_path / "chat"))
    assert shell.code == 0
    return shell


def words(shell: Shell, *more: str) -> tuple[str, ...]:
    found = shell.json("search", SAID, "-c", "Miku")
    memory = next(str(one["id"]) for one in found if SAID in one["content"])
    return ("forget", memory, "-c", "Miku", "--yes", *more)


def test_who_else_keeps_it_is_told(told: Shell) -> None:
    out = told(*words(told))

    assert told.code == 0
    assert "Also kept by: Ben (1 message). --everywhere makes them forget it" in out
    assert held(told, "Mira")


def test_everywhere_is_everywhere(told: Shell) -> None:
    out = told(*words(told, "--everywhere"))

    assert told.code == 0
    assert "Ben: 1 message." in out
    assert "Miku: 1 message." in out
    assert "Also kept" not in out
    assert not held(told, "Mira")


def test_a_script_is_told_too(told: Shell) -> None:
    planned = told.json(*words(told, "--dry-run"))
    done = told.json(*words(told, "--everywhere"))

    assert planned["also_kept_by"] == ["Ben"]
    assert [one["character"] for one in done["plans"]] == ["Ben", "Miku"]
    assert done["also_kept_by"] == []
