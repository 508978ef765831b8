"""The command line: what it says, and how it ends."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from long_term_memory import __version__, cli


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"ltm {__version__}\n"


def test_help_explains_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["serve", "--help"])

    words = " ".join(capsys.readouterr().out.split())
    assert "Port to listen on. Default: 5100" in words
    assert "--data-dir" in words
    assert "--config FILE" in words


@pytest.mark.parametrize("arguments", [[], ["explode"], ["serve", "--nothing"]])
def test_an_unknown_command_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 2


def test_bad_settings_are_all_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("recall_tokens: many\nnothing_known: 1\n", "utf-8")

    code = cli.main(["serve", "--port", "99999", "--config", str(file)])

    told = capsys.readouterr().err
    assert code == 2
    assert "port" in told
    assert "recall_tokens" in told
    assert "nothing_known" in told
    assert "Traceback" not in told


def test_a_missing_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve", "--config", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml" in capsys.readouterr().err


def test_the_package_runs_as_a_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["long_term_memory", "--version"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("long_term_memory", run_name="__main__")

    assert ended.value.code == 0
    assert __version__ in capsys.readouterr().out
