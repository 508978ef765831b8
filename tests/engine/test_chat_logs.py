"""The readable log: a line a turn, and a later line for what changed."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.config import JournalSettings
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.exporters.export_job import write_logs

from .builders import a_chat, window
from .conftest import MIKU


@pytest.fixture
def engine(open_engine: Callable[[], Engine]) -> Engine:
    """An engine that keeps readable logs."""
    engine = open_engine()
    switch(engine, on=True)
    return engine


def switch(engine: Engine, *, on: bool) -> None:
    engine.configure(replace(engine.settings, journal=JournalSettings(readable_log=on)))


def logs(engine: Engine) -> list[Path]:
    return sorted(engine.data_dir.glob("*/*/logs/*.jsonl"))


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def told(path: Path) -> list[tuple[Any, ...]]:
    """Return what each line says: number, and texts; or that it is gone."""
    return [
        (one["turn"], *(said["text"] for said in one.get("said", [])))
        for one in records(path)[1:]
    ]


def test_every_turn_that_is_over_gets_a_line(engine: Engine, bank: Bank) -> None:
    chat = a_chat(bank, "Tea / 茶", "Welcome.", "> Hi.", "Hello.")
    chat.observe(window("Welcome.", "> Hi.", "Hello.", "> How are you?"))
    [path] = logs(engine)
    before = path.read_bytes()

    chat.observe(window("Welcome.", "> Hi.", "Hello.", "> How are you?", "Fine."))

    assert path.name.startswith("tea-茶.")
    assert records(path)[0]["title"] == "Tea / 茶"
    assert told(path) == [
        (1, "Welcome."),
        (2, "Hi.", "Hello."),
        (3, "How are you?", "Fine."),
    ]
    assert path.read_bytes().startswith(before)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_swiped_and_deleted_is_told_by_later_lines(
    engine: Engine, bank: Bank
) -> None:
    chat = a_chat(bank, "tea", "> Hi.", "Hello.", "> And?", "Yes.")
    chat.observe(window("> Hi.", "Hello there.", "> And?", "Yes."))
    chat.observe(window("> Hi.", "Hello there."))
    chat.observe(window("> Hi.", "Hello there."))

    [path] = logs(engine)
    assert told(path) == [
        (1, "Hi.", "Hello."),
        (2, "And?", "Yes."),
        (1, "Hi.", "Hello there."),
        (2,),
    ]
    assert records(path)[-1]["gone"]


def test_a_reply_that_may_be_swiped_waits(engine: Engine, bank: Bank) -> None:
    chat = bank.chat("tea", host="test")
    chat.observe(window("> Hi.", "Hello.", open_ended=True))
    assert logs(engine) == []
    chat.observe(window("> Hi.", "Hello."))
    assert len(logs(engine)) == 1


def test_a_log_goes_on_after_a_restart_and_beside_another_process(
    engine: Engine, bank: Bank, open_engine: Callable[[], Engine]
) -> None:
    a_chat(bank, "tea", "> Hi.", "Hello.")
    other = open_engine()
    switch(other, on=True)
    a_chat(other.bank(MIKU), "tea", "> Hi.", "Hello.", "> And?", "Yes.")
    a_chat(bank, "tea", "> Hi.", "Hello.", "> And?", "Yes.", "> So?", "So.")

    [path] = logs(engine)
    assert [line[0] for line in told(path)] == [1, 2, 3]


def test_a_line_that_was_cut_off_is_written_again(engine: Engine, bank: Bank) -> None:
    chat = a_chat(bank, "tea", "> Hi.", "Hello.", "> And?", "Yes.")
    [path] = logs(engine)
    path.write_bytes(path.read_bytes()[:-40] + b"\n")

    chat.observe(window("> Hi.", "Hello.", "> And?", "Yes.", "> So?", "So."))

    lines = path.read_text("ascii").splitlines()
    assert [json.loads(line)["turn"] for line in lines[-2:]] == [2, 3]


def test_nothing_is_written_unless_it_is_wanted(engine: Engine, bank: Bank) -> None:
    switch(engine, on=False)

    a_chat(bank, "tea", "> Hi.", "Hello.")

    assert logs(engine) == []


def test_a_log_that_cannot_be_written_costs_no_turn(engine: Engine, bank: Bank) -> None:
    [folder] = engine.data_dir.glob("*/*")
    (folder / "logs").write_text("in the way", "utf-8")

    chat = a_chat(bank, "tea", "> Hi.", "Hello.")

    assert len(chat.path()) == 2
    assert engine.faults.last is not None
    assert "readable_log" in engine.faults.last.words


def test_logs_are_written_anew_from_the_truth(
    engine: Engine, bank: Bank, tmp_path: Path
) -> None:
    a_chat(bank, "tea", "> Hi.", "Hello.").observe(window("> Hi.", "Swiped."))
    a_chat(bank, "empty", "> Only me.")

    for _ in range(2):
        [written] = write_logs(bank, tmp_path / "out")

    assert told(written.path) == [(1, "Hi.", "Swiped.")]
    assert written.bytes == written.path.stat().st_size
