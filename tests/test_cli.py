"""The command line: what it says, and how it ends."""

from __future__ import annotations

import io
import json
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from long_term_memory import __version__, cli
from long_term_memory.cli.transfer import Stop
from long_term_memory.importers.report import ImportPhase, ImportProgress, pace
from tests.server.conftest import free_port

from .importers import foreign
from .importers.foreign import put, webui_log

COMMANDS = (
    *("serve", "import", "export", "search", "history", "stats", "doctor"),
    *("clear", "undo", "backup", "restore", "forget", "versions", "retention"),
    *("encrypt", "decrypt", "rotate-key", "note", "pin", "edit", "delete", "last"),
    *("config", "policy", "story", "share"),
)
ROWS = [("My sister Mira keeps bees.", "How many hives?"), ("Nine.", "\x1b[31mA lot.")]


class Shell:
    """Runs commands on one data directory."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.data = str(folder / "data")
        self._capsys = capsys
        self.code = 0
        self.err = ""

    def __call__(self, *words: str) -> str:
        self.code = cli.main([*words, "--data-dir", self.data])
        captured = self._capsys.readouterr()
        self.err = captured.err
        return captured.out

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def ltm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with nothing remembered yet."""
    return Shell(tmp_path, capsys)


@pytest.fixture
def told(ltm: Shell) -> Shell:
    """A shell with one chat of Miku."""
    times = ["Nov 21, 2026 10:00", "Nov 21, 2026 10:05"]
    put(ltm.folder / "chat/Miku/one.json", webui_log(*ROWS, times=times))
    ltm("import", str(ltm.folder / "chat"))
    assert ltm.code == 0
    return ltm


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ltm {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    words = capsys.readouterr().out.split()
    assert set(COMMANDS) <= set(words)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")

    assert cli.main([command, "--help"]) == 0

    assert "--data-dir" in capsys.readouterr().out


def test_help_of_serve_tells_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["serve", "--help"])

    words = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "Port to listen on. Default: 5100" in words


@pytest.mark.parametrize("arguments", [[], ["explode"], ["serve", "--nothing"]])
def test_an_unknown_command_ends_with_two(arguments: list[str]) -> None:
    assert cli.main(arguments) == 2


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--set", "gate"], "write NAME=VALUE"),
        (["--set", "gate=perhaps"], "gate must be true or false"),
        (["--set", "gaet=true"], "--set gaet: There is no setting"),
        (["--set", "gate=2"], "--set gate: gate must be"),
        (["--set", "llm-retries=99"], "llm_retries must be"),
        (["--llm-base-url", " "], "llm_base_url"),
        (["--env-file", "nowhere.env"], "nowhere.env"),
        (["--set", "prices=cheap"], "two prices"),
    ],
)
def test_a_flag_that_is_wrong_is_told(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--data-dir", str(tmp_path / "data"), "--port", str(free_port())]

    code = cli.main(["serve", *place, *words])

    assert code == 2
    assert told in capsys.readouterr().err


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


# -- import and export ---------------------------------------------------------------


def test_an_import_tells_each_file_and_how_to_take_it_back(ltm: Shell) -> None:
    inbox = ltm.folder / "in"
    put(inbox / "chat/Miku/one.json", webui_log(*ROWS))
    put(inbox / "half.json", '{"internal": [["Hi')
    put(
        inbox / "off.json",
        foreign.card(character_book={"entries": [{"enabled": False}]}),
    )

    out = ltm("import", str(inbox))

    assert ltm.code == 1
    lines = out.splitlines()
    assert any("one.json: Miku: 4 messages" in line for line in lines)
    assert any("LEFT OUT" in line and "half.json ends in" in line for line in lines)
    assert "    (1 lorebook entries are switched off)" in lines
    assert "Brought 4 messages in 1 chat and 0 notes from 3 files; 1 left out." in lines
    batch = lines[-1].rpartition(" ")[2]
    assert "Undone: 1 chat, 0 notes." in ltm("undo", batch)
    assert ltm.json("stats", "-c", "Miku")[0]["messages"] == 0


def test_a_dry_run_leaves_no_trace(ltm: Shell) -> None:
    put(ltm.folder / "chat/Miku/one.json", webui_log(*ROWS))

    out = ltm("import", str(ltm.folder / "chat"), "--dry-run")

    assert ltm.code == 0
    assert "Would bring 4 messages" in out
    assert not Path(ltm.data).exists()


def test_an_import_speaks_json(ltm: Shell) -> None:
    path = put(ltm.folder / "x.json", webui_log(*ROWS))

    report = ltm.json("import", str(path), "-c", "Miku")

    assert report["files"][0]["messages"] == 4
    assert report["batch"]
    assert ltm.err == ""


def test_old_settings_are_told_with_what_to_do(ltm: Shell) -> None:
    path = put(ltm.folder / "x.json", {"ltm_reads": {"num_memories_to_fetch": 2}})

    out = ltm("import", str(path))

    assert "settings: num_memories_to_fetch 2" in out
    assert "extension's folder" in out


def test_a_memory_goes_out_and_comes_in_elsewhere(told: Shell) -> None:
    [written] = told.json("export", str(told.folder), "-c", "Miku")

    report = told.json("import", written["path"], "--user", "bo")

    assert report["messages"] == 4
    assert told.json("stats", "--user", "bo")[0]["messages"] == 4


@pytest.mark.parametrize("format", ["jsonl", "log"])
def test_names_that_share_a_file_name_are_written_beside_each_other(
    ltm: Shell, format: str
) -> None:
    """Found by a search: the later one took the former one's place."""
    for name in ("Miku!!;~>:", "Miku!?_%])"):
        put(ltm.folder / "a.json", webui_log((f"I am told to {name}.", "Yes.")))
        ltm("import", str(ltm.folder / "a.json"), "-c", name)
    (ltm.folder / "out").mkdir()

    written = ltm.json("export", str(ltm.folder / "out"), "--all", "-f", format)

    held = {one["character"]: Path(one["path"]).read_text("utf-8") for one in written}
    assert len(held) == 2
    for name, text in held.items():
        assert json.dumps(f"I am told to {name}.")[1:-1] in text


def test_an_export_goes_to_the_terminal_or_by_the_files_name(told: Shell) -> None:
    assert "My sister Mira keeps bees." in told("export", "-", "-f", "md")
    cli.main(["export", str(told.folder / "m.csv"), "--data-dir", told.data])
    assert (told.folder / "m.csv").read_text("utf-8-sig").startswith("kind,chat")


def test_a_name_of_no_format_is_refused(told: Shell) -> None:
    """`ltm export x.pdf` wrote JSON lines into it."""
    told("export", str(told.folder / "x.pdf"), "--character", "Miku")

    assert told.code == 2
    assert ".jsonl, .csv, .md" in told.err
    assert not (told.folder / "x.pdf").exists()


def test_all_characters_need_a_folder(told: Shell) -> None:
    told("export", str(told.folder / "none"), "--all")
    assert told.code == 2
    assert "name a folder" in told.err
    assert len(told.json("export", str(told.folder), "--all")) == 1


def test_the_first_ctrl_c_ends_in_good_order_and_the_second_at_once() -> None:
    stop = Stop()

    with stop.listening():
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("done", "words"),
    [(0, ""), (50, "5 a second, 30 s left"), (10, "1 a second, 3 min left")],
)
def test_the_pace_is_worded(done: int, words: str) -> None:
    progress = ImportProgress(
        phase=ImportPhase.LEARNING, done=done, total=200, seconds=10.0
    )

    assert pace(progress) == words


# -- looking -------------------------------------------------------------------------


def test_a_search_finds_by_meaning_or_by_words(told: Shell) -> None:
    assert "My sister Mira keeps bees." in told("search", "Where are the bees?")
    assert told.json("search", "--words", "sist mir")[0]["name"] == "You"
    assert "Nothing was found" in told("search", "--words", "zebra")


def test_a_search_tells_chances_and_ids_and_takes_a_least_chance(told: Shell) -> None:
    [best, *_] = told.json("search", "Where are the bees?")

    assert 0.02 < best["chance"] <= 1
    line = told("search", "Where are the bees?").splitlines()[0]
    assert line.endswith(f"[{100 * best['chance']:.0f} %, {best['id']}]")
    assert not best["words"]
    assert "Nothing was found" in told("search", "Where are the bees?", "-t", "0.99")
    every = told.json("search", "zzzzqq", "--threshold", "0")
    assert len(told.json("search", "zzzzqq")) < len(every)


@pytest.mark.parametrize("text", ["bees", "sist mir", "Mira keeps"])
def test_a_search_finds_what_holds_its_words_whatever_its_chance(
    told: Shell, text: str
) -> None:
    [best, *_] = told.json("search", text, "--threshold", "0.99")

    assert best["content"] == "My sister Mira keeps bees."
    assert best["words"]
    assert "[holds the words, " in told("search", text, "-t", "0.99")


def test_the_best_that_holds_the_words_comes_before_the_newest(told: Shell) -> None:
    rows = [(f"There are {n} bees here. " + "Look! " * n, "Hm.") for n in range(30)]
    put(told.folder / "chat/Miku/two.json", webui_log(*rows))
    told("import", str(told.folder / "chat"))

    few = told.json("search", "bees", "--limit", "3")

    assert all(one["words"] and one["chance"] is not None for one in few)
    assert len(told.json("search", "--words", "bees", "--limit", "3")) == 3


def test_history_lists_chats_and_shows_one(told: Shell) -> None:
    assert "4 messages  one" in told("history")
    assert told.json("history")[0]["names"] == [["webui", "one"]]
    lines = told("history", "one", "--last", "2").splitlines()
    assert lines[0] == "2026-11-21 10:05  You: Nine."
    assert lines[1].endswith("Miku: \ufffd[31mA lot.")
    assert [one["position"] for one in told.json("history", "one")] == [1, 2, 3, 4]
    told("history", "two")
    assert told.code == 2
    assert "no chat 'two'" in told.err


def test_a_character_that_is_not_there_is_told(told: Shell) -> None:
    told("stats", "-c", "Ann")
    assert told.code == 2
    told("search", "x", "-c", "Ann")
    assert "'Miku'" in told.err
    path = put(told.folder / "s.json", foreign.card())
    told("import", str(path))
    told("search", "x")
    assert told.code == 2
    assert "--character" in told.err


def test_nothing_remembered_yet_is_told(ltm: Shell) -> None:
    ltm("history")

    assert ltm.code == 2
    assert "Nothing is remembered yet" in ltm.err


def test_the_doctor_checks_every_bank(told: Shell) -> None:
    out = told("doctor")

    assert told.code == 0
    assert "memory of Miku for default: 1 chat, 4 messages, 0 notes" in out
    assert "all-MiniLM-L6-v2, 384 dimensions" in out


def test_the_doctor_finds_a_damaged_bank(told: Shell) -> None:
    [database] = Path(told.data).glob("*/*/memory.sqlite3")
    database.write_bytes(b"not a database" * 100)

    findings = told.json("doctor")

    assert told.code == 1
    assert any(
        one["level"] == "FAULT" and "damaged" in one["words"] for one in findings
    )


def test_the_doctor_tells_of_a_missing_model(
    told: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_EMBEDDING_MODEL", str(told.folder / "no-model"))

    assert "FAULT embedding model" in told("doctor")


# -- changing ------------------------------------------------------------------------


def test_what_is_cleared_can_be_brought_back(told: Shell) -> None:
    path = put(told.folder / "s.json", foreign.card(name="Miku"))
    told("import", str(path))

    cleared = told.json("clear", "--yes")

    assert cleared["taken"] == 2
    assert told.json("stats")[0] == {
        "character": "Miku",
        "chats": 0,
        "messages": 0,
        "notes": 0,
        "embedded": {"all-MiniLM-L6-v2": 4},
    }
    assert "clearing of all of Miku" in told("undo")
    told("undo", cleared["batch"])
    assert told.json("stats")[0]["messages"] == 4
    assert told.json("stats")[0]["notes"] == 1


def test_one_chat_can_be_cleared(told: Shell) -> None:
    assert "Removed 1 chat of Miku" in told("clear", "one", "--yes")
    assert "nothing to remove" in told("clear", "--yes")


def test_clearing_asks_first(told: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    told("clear", "--json")
    assert told.code == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    told("clear")
    assert told.code == 1
    assert told.json("stats")[0]["messages"] == 4


def test_there_may_be_nothing_to_undo(ltm: Shell) -> None:
    assert "nothing to undo" in ltm("undo")
    ltm("undo", "abc")
    assert ltm.code == 2
