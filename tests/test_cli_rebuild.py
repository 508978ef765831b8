"""`ltm rebuild`, `ltm embed` and what `ltm stats` tells of models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .importers.foreign import put, webui_log
from .test_cli import Shell

ROWS = [("My sister Mira keeps bees.", "How many hives?"), ("Nine.", "A lot.")]
MODEL = "all-MiniLM-L6-v2"


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with one chat of Miku."""
    shell = Shell(tmp_path, capsys)
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))
    shell("import", str(tmp_path / "chat"))
    assert shell.code == 0
    return shell


def test_everything_is_made_anew(told: Shell) -> None:
    before = told("search", "bees")

    out = told("rebuild")

    assert told.code == 0
    assert out == (
        "Miku: rebuilt the words of 4 messages, 4 vectors, the feelings of 4 messages, "
        "the facts of 4 messages, 0 summaries\n"
    )
    assert told("search", "bees") == before


def test_one_thing_is_made_anew_and_told_to_programs(told: Shell) -> None:
    out = told("rebuild", "--what", "words", "--character", "Miku", "--json")

    assert json.loads(out) == [{"character": "Miku", "words": 4}]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ("rebuild", "--what", "walls"),
            "words, vectors, emotions, facts, summaries, all; not 'walls'",
        ),
        (("rebuild", "--character", "Nobody"), "There is no memory of 'Nobody'"),
        (("embed", "--pause", "--resume"), "not both"),
    ],
)
def test_the_impossible_is_refused(
    told: Shell, words: tuple[str, ...], complaint: str
) -> None:
    told(*words)

    assert told.code == 2
    assert complaint in told.err


def test_embedding_waits_until_all_is_there(told: Shell) -> None:
    assert told("embed") == f"Miku: vectors of {MODEL}\n"

    told("embed", "--pause")
    assert told.code == 0
    [facts] = json.loads(told("embed", "--resume", "--json"))
    assert facts == {
        "character": "Miku",
        "phase": "ready",
        "model": MODEL,
        "wanted": MODEL,
        "done": 0,
        "total": 0,
        "note": "",
    }


def test_without_a_model_embedding_fails_and_says_why(
    told: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told("rebuild", "--what", "words")
    monkeypatch.setenv("LTM_EMBEDDING_MODEL", str(tmp_path / "nothing"))

    out = told("embed")

    assert told.code == 0
    assert out.startswith(f"Miku: vectors of {MODEL}, not of {tmp_path}")
    told("rebuild")
    assert told.code == 1
    assert json.loads(told("stats", "--json"))[0]["embedded"] == {MODEL: 4}


def test_stats_tell_whose_vectors_there_are(told: Shell) -> None:
    assert told("stats") == (
        f"Miku: 1 chat, 4 messages, 0 notes; texts embedded: 4 by {MODEL}\n"
    )
