"""`ltm forget`: what it tells, what it asks, and that it is gone."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope

from .importers.foreign import put, webui_log
from .test_cli import ROWS, Shell

MIKU = Scope(user="default", character="Miku")


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with one chat of Miku."""
    shell = Shell(tmp_path, capsys)
    put(tmp_path / "chat/Miku/one.json", webui_log(*ROWS))
    shell("import", str(tmp_path / "chat"))
    assert shell.code == 0
    return shell


def held(shell: Shell, word: str) -> bool:
    """Whether any file holds a word."""
    files = (file for file in Path(shell.data).rglob("*") if file.is_file())
    return any(word.encode() in file.read_bytes() for file in files)


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def id_of(shell: Shell, text: str) -> str:
    found = shell.json("search", text)
    return next(str(one["id"]) for one in found if text in one["content"])


def test_one_memory_is_told_and_then_forgotten(
    told: Shell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(monkeypatch, "y\n")

    out = told("forget", id_of(told, "Mira keeps bees"))

    assert told.code == 0
    assert "Miku: 1 message." in out
    assert "some of the chat" in out
    assert "My sister Mira keeps bees." in out
    assert "Forgotten." in out
    assert not held(told, "Mira")
    assert held(told, "How many hives?")


def test_a_dry_run_only_tells(told: Shell) -> None:
    out = told("forget", "--all", "--dry-run")

    assert "Miku: 4 messages." in out
    assert "Forgotten" not in out
    assert held(told, "Mira")


@pytest.mark.parametrize("typed", ["Ann", "y"])
def test_something_big_needs_its_name_typed(
    told: Shell,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    answer(monkeypatch, f"{typed}\n")
    told("forget", "--all")
    assert told.code == 2
    assert held(told, "Mira")

    answer(monkeypatch, "Miku\n")
    told("forget", "--all")
    assert told.code == 0
    assert not held(told, "Mira")


def test_a_chat_is_forgotten_by_its_name_and_a_script_is_told_in_json(
    told: Shell,
) -> None:
    [chat] = told.json("history")

    result = told.json("forget", "--chat", chat["title"], "--yes")

    [plan] = result["plans"]
    assert (result["forgotten"], plan["messages"], plan["character"]) == (
        *(True, 4),
        "Miku",
    )
    assert plan["chats"] == [chat["title"]]
    assert not held(told, "Mira")


def test_what_one_person_said_is_forgotten_by_the_name(told: Shell) -> None:
    result = told.json("forget", "--person", "miku", "--yes")
    told("forget", "--person", "Zoe", "--dry-run")

    assert told.code == 2
    assert "Nobody called 'Zoe'" in told.err
    assert result["plans"][0]["messages"] == 2
    assert held(told, "Mira")
    assert not held(told, "How many hives?")


def test_what_was_forgotten_is_not_imported_again(told: Shell) -> None:
    told("forget", "--since", "2026-11-21", "--yes")

    told("import", str(told.folder / "chat"))

    assert told.code == 0
    assert not held(told, "Mira")


def test_all_characters_of_a_user_are_forgotten(told: Shell) -> None:
    put(told.folder / "more/chat/Ann/two.json", webui_log(*ROWS))
    told("import", str(told.folder / "more/chat"))

    result = told.json("forget", "--all-characters", "--yes")

    assert sorted(plan["character"] for plan in result["plans"]) == ["Ann", "Miku"]
    assert not held(told, "Mira")
    told("forget", "--all-characters", "--user", "nobody", "--yes")
    assert told.code == 2


def test_backups_by_hand_that_still_hold_it_are_named(told: Shell) -> None:
    told("backup")

    out = told("forget", "--all", "--yes")

    assert "This backup still holds it" in out
    assert told("forget", "--all", "--yes").startswith("Miku: there is nothing")


@pytest.mark.parametrize(
    "words", [[], ["--all", "--chat", "x"], ["--all", "--json"], ["nobody"]]
)
def test_the_impossible_is_refused(told: Shell, words: list[str]) -> None:
    told("forget", *words)

    assert told.code == 2
    assert held(told, "Mira")


def test_an_unknown_chat_is_refused(told: Shell) -> None:
    told("forget", "--chat", "nowhere", "--yes")

    assert told.code == 2
    assert "nowhere" in told.err


def test_versions_of_a_memory_are_told_and_one_is_brought_back(told: Shell) -> None:
    memory = id_of(told, "Mira keeps bees")
    with closing(build_engine(Settings(), Path(told.data))) as engine:
        memories = engine.bank(MIKU).memories
        memories.update(memory, content="My sister Mira keeps wasps.")

    out = told("versions", memory)
    assert "as it was said: My sister Mira keeps bees." in out
    assert "now: My sister Mira keeps wasps." in out

    result = told.json("versions", memory, "--restore", "1")
    assert result["now"] == "My sister Mira keeps bees."
    told("versions", memory, "--restore", "9")
    assert told.code == 2


def test_what_is_too_old_is_told_and_forgotten(told: Shell) -> None:
    told("retention")
    assert told.code == 2
    assert "to forget" in told("retention", "--days", "1", "--dry-run")

    told("retention", "--days", "36000", "--yes")
    assert held(told, "Mira")
    assert not told.json("retention", "--days", "36000", "--yes")["forgotten"]
