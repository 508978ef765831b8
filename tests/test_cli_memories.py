"""Changing memories, settings and dates at the command line, and its help."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from long_term_memory import cli
from long_term_memory.cli.app import GROUPS, app
from long_term_memory.cli.dates import moment
from long_term_memory.cli.examples import EXAMPLES
from long_term_memory.cli.last import for_people
from long_term_memory.cli.search import line_of
from long_term_memory.cli.transfer import usable_now
from long_term_memory.config.saved_settings import SAVED_FILE
from long_term_memory.core.types import MemoryItem, MemoryKind
from long_term_memory.errors import InvalidInput
from long_term_memory.server.last_request import as_json
from tests.server.conftest import EXTENSIONS, free_port, running

from .importers.foreign import put, webui_log
from .server.test_last_request import a_use
from .test_cli import ROWS, Shell, ltm, told

__all__ = ["ltm", "told"]

NOW = datetime(2026, 11, 25, 15, 30)  # a Wednesday


def test_a_note_is_remembered_changed_deleted_and_brought_back(told: Shell) -> None:
    added = told.json("note", "Mira is allergic to nuts.", "-c", "Miku")
    told("pin", added["id"])
    changed = told.json("edit", added["id"], "Mira is allergic to figs.")
    deleted = told("delete", added["id"])
    gone = told("search", "figs", "--words")
    restored = told("undo", added["id"])

    assert added["kind"] == "note"
    assert changed["pinned"]
    assert changed["content"] == "Mira is allergic to figs."
    assert f"ltm undo {added['id']}" in deleted
    assert "figs" not in gone
    assert "figs" in restored
    assert "figs" in told("search", "figs", "--words")


def test_what_was_done_by_hand_last_is_undone_and_done_again(told: Shell) -> None:
    added = told.json("note", "Mira is allergic to nuts.", "-c", "Miku")["id"]
    told("tag", added, "food, Mira")
    assert "Hidden" in told("hide", added)

    assert "Undone: hide (1 memory)" in told("undo", "last", "-c", "Miku")
    assert told.json("undo", "last", "-c", "Miku")["ids"] == [added]
    assert told.json("redo", "-c", "Miku")["what"] == "tag"
    assert "Done again: hide" in told("redo", "-c", "Miku")
    assert told("redo", "-c", "Miku") == ""
    assert "nothing to do again" in told.err


def test_a_message_is_corrected_by_its_id_whoever_remembers_it(told: Shell) -> None:
    [line] = [one for one in told.json("history", "one") if "bees" in one["content"]]

    told("edit", line["id"], "My sister Mira keeps wasps.")

    assert told.code == 0
    assert "wasps" in told("history", "one")
    assert "bees" in told("versions", line["id"])


def test_the_beginning_of_an_id_is_enough(told: Shell) -> None:
    added = told.json("note", "Mira is allergic to nuts.", "-c", "Miku")["id"]

    edited = told.json("edit", added[:6], "Mira is allergic to figs.")
    told("delete", added[:6])
    before = told("versions", added[:6])
    back = told.json("undo", added[:6])

    assert edited["id"] == back["id"] == added
    assert "nuts" in before


def test_an_id_of_which_too_little_is_typed_means_no_memory(told: Shell) -> None:
    added = told.json("note", "Mira is allergic to nuts.", "-c", "Miku")["id"]

    for typed in (added[:3], ""):
        assert told("delete", typed) == ""
        assert told.code == 2
        assert "no memory" in told.err


@pytest.mark.parametrize(
    "words", [["pin", "x1"], ["edit", "x1", "a"], ["delete", "x1"], ["undo", "x1"]]
)
def test_an_id_that_nobody_has_is_told(told: Shell, words: list[str]) -> None:
    assert told(*words) == ""
    assert told.code == 2
    assert "x1" in told.err


def test_where_nothing_is_remembered_yet_it_says_what_begins_it(ltm: Shell) -> None:
    for words in (["search", "bees"], ["stats"], ["note", "Hm.", "-c", "Miku"]):
        ltm(*words)

        assert ltm.code == 2
        assert "Nothing is remembered yet" in ltm.err
        assert "ltm import" in ltm.err

    ltm("stats", "--user", "Nobody")
    assert "Nothing of 'Nobody'" in ltm.err


def test_a_name_that_is_nearly_right_is_asked_back(told: Shell) -> None:
    for words in (["search", "bees"], ["note", "Hm."], ["stats"], ["export", "-"]):
        told(*words, "-c", "Mikku")

        assert told.code == 2
        assert "Did you mean 'Miku'?" in told.err


def test_a_setting_is_changed_for_good_and_set_back(ltm: Shell) -> None:
    ltm("config", "recall_tokens", "800")
    [kept] = ltm.json("config", "recall-tokens")
    ltm("config", "recall_tokens", "--reset")
    [back] = ltm.json("config", "recall_tokens")

    assert (kept["value"], kept["from"]) == (800, SAVED_FILE)
    assert (back["value"], back["from"]) == (1000, "default")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["recall_tokens", "many"], "whole number"),
        (["recall_tokns"], "Did you mean 'recall_tokens'"),
        (["summary_endpoint", "http://evil.example"], "LTM_SUMMARY_ENDPOINT"),
        (["llm_base_url", "http://evil.example"], "LTM_LLM_BASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_kept_is_refused(
    ltm: Shell, words: list[str], reason: str
) -> None:
    ltm("config", *words)

    assert ltm.code == 2
    assert reason in ltm.err
    assert not (Path(ltm.data) / SAVED_FILE).exists()


def test_a_saved_file_of_others_names_no_address(ltm: Shell) -> None:
    """A folder of memories may come from somebody else."""
    Path(ltm.data).mkdir()
    text = "llm_base_url: http://evil.example\nrecall_tokens: 700\ngate: perhaps\n"
    (Path(ltm.data) / SAVED_FILE).write_text(text, "utf-8")

    shown = {one["name"]: one["value"] for one in ltm.json("config")}

    assert shown["llm_base_url"] == ""
    assert shown["recall_tokens"] == 700
    assert shown["gate"] is True
    assert "llm_base_url" in ltm.err
    assert "gate" in ltm.err


def test_what_the_environment_sets_wins_over_what_is_saved(
    ltm: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ltm("config", "recall_tokens", "800")
    monkeypatch.setenv("LTM_RECALL_TOKENS", "300")

    [shown] = ltm.json("config", "recall_tokens")
    said = ltm("config", "recall_tokens", "900")

    assert (shown["value"], shown["from"]) == (300, "environment")
    assert "that wins" in said


def test_a_file_that_is_no_settings_is_told_and_costs_nothing(ltm: Shell) -> None:
    Path(ltm.data).mkdir()
    (Path(ltm.data) / SAVED_FILE).write_text("[broken", "utf-8")

    ltm("stats")

    assert "cannot be read as settings" in ltm.err
    assert "Traceback" not in ltm.err


def test_last_says_so_if_no_server_runs(ltm: Shell) -> None:
    ltm("last", "--port", str(free_port()))

    assert ltm.code == 1
    assert "ltm serve" in ltm.err
    assert len(ltm.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-03", datetime(2026, 11, 3)),
        ("2026-11-03 18:30", datetime(2026, 11, 3, 18, 30)),
        ("2026-11-03T18:30:01", datetime(2026, 11, 3, 18, 30, 1)),
        ("now", NOW),
        ("today", datetime(2026, 11, 25)),
        ("Yesterday", datetime(2026, 11, 24)),
        ("tomorrow", datetime(2026, 11, 26)),
        ("monday", datetime(2026, 11, 23)),
        ("last wednesday", datetime(2026, 11, 18)),
        ("this week", datetime(2026, 11, 23)),
        ("last week", datetime(2026, 11, 16)),
        ("last month", datetime(2026, 10, 1)),
        ("last year", datetime(2025, 1, 1)),
        ("3 days ago", datetime(2026, 11, 22)),
        ("a week  ago", datetime(2026, 11, 18)),
        ("9 months ago", datetime(2026, 2, 25)),
        ("2 hours ago", datetime(2026, 11, 25, 13, 30)),
    ],
)
def test_moments_are_typed_as_people_say_them(typed: str, meant: datetime) -> None:
    assert moment(typed, NOW) == meant


def test_of_a_day_that_a_month_lacks_the_last_is_meant() -> None:
    assert moment("a month ago", datetime(2026, 3, 31)) == datetime(2026, 2, 28)


@pytest.mark.parametrize(
    "typed", ["", "soon", "2026-13-01", "9999 years ago", "mañana"]
)
def test_what_is_no_moment_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(InvalidInput, match="yesterday"):
        moment(typed, NOW)


def test_forgetting_takes_words_for_dates(told: Shell) -> None:
    none = told.json("forget", "--since", "yesterday", "--until", "tomorrow", "-n")
    told("forget", "--since", "soon", "-n")

    assert none
    assert told.code == 2
    assert "'soon' is not a date" in told.err


def test_every_command_has_an_example_that_can_be_typed() -> None:
    commands = {name for group in GROUPS.values() for name in group}
    whole: Any = typer.main.get_command(app)

    assert EXAMPLES.keys() == commands
    for name, examples in EXAMPLES.items():
        for example in examples:
            program, command, *words = shlex.split(example)
            assert (program, command) == ("ltm", name)
            # Raises if there is no such option, or an argument is missing.
            whole.commands[name].make_context(name, words)


def test_the_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["note", "--help"])

    assert "ltm note" in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str) -> None:
    asked = {
        "_LTM_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "ltm hist",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "ltm hist",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }

    ran = subprocess.run(
        [sys.executable, "-m", "long_term_memory"],
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS), **asked},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "history" in ran.stdout


def test_what_is_told_of_the_last_turn_is_json(told: Shell) -> None:
    """An error ends with its code, not with half an object."""
    out = told("last", "--port", str(free_port()), "--json")

    assert out == ""
    assert json.dumps(told.code) == "1"


def test_an_import_may_leave_meanings_to_the_server(ltm: Shell) -> None:
    put(ltm.folder / "chat/Miku/one.json", webui_log(*ROWS))

    said = ltm("import", str(ltm.folder / "chat"), "--no-wait")

    assert "Found by words at once" in said
    assert "bees" in ltm("search", "bees", "--words")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(10, "in a moment"), (70, "about 1 minute."), (540, "about 9 minutes.")],
)
def test_it_says_when_an_import_is_whole(seconds: float, words: str) -> None:
    assert words in usable_now(seconds)


def test_last_asks_the_server_that_runs(ltm: Shell, tmp_path: Path) -> None:
    with running(tmp_path / "served", "--secure") as server:
        port = server.url.rpartition(":")[2]
        code = cli.main(["last", "--port", port, "--data-dir", str(server.data_dir)])
    assert code == 2  # not refused for want of the key, and there was no request yet


def test_what_the_last_turn_was_is_told_in_lines() -> None:
    told = for_people(as_json(a_use()))

    assert "Asked: Hi?" in told
    assert "Brought to mind" in told


def test_the_last_turn_tells_the_chance_and_the_reasons_in_words() -> None:
    turn = as_json(a_use())
    [memory] = turn["recall"]["memories"]
    memory |= {"chance": 0.746, "signals": {"lexical": 4.8, "speaker": -1.5}}
    turn["at"] = "2026-11-29T09:57:00+00:00"

    told = for_people(turn)

    assert "[75 % likely to help, shared words +4.8, who -1.5]" in told
    assert f"{datetime.fromisoformat(turn['at']).astimezone():%Y-%m-%d %H:%M}" in told


def test_a_message_without_a_time_or_name_says_when_it_came_and_who_spoke() -> None:
    memory = MemoryItem(
        id="m", kind=MemoryKind.TURN, content="Hm.", role="user", created_at=NOW
    )

    assert line_of(memory) == "2026-11-25 15:30  user: Hm."
