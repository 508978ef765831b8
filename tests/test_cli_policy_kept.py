"""What was set, the storylines and the record, through backups, keys and rebuilding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from long_term_memory import cli
from long_term_memory.build import build_engine
from long_term_memory.config import EncryptionSettings, Settings
from long_term_memory.core.policy import Policy, RecallsFrom, Remembering
from long_term_memory.core.recalls import DayUsage
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.testing import HashEmbedder

from .engine.builders import a_request
from .test_cli import Shell
from .test_cli_forget import held

MIKU = Scope(user="default", character="Miku")
SECRET = "I hid the silver key below the old oak tree of my brother."


def said(*texts: str) -> Window:
    shown = [WindowMessage(role="user", content=text) for text in texts]
    return Window(messages=tuple(shown), complete=True)


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell with two chats of Miku's, in two storylines, and all that can be set."""
    shell = Shell(tmp_path, capsys)
    in_bank(shell, live)
    return shell


def live(bank: Bank) -> None:
    bank.chat("one", host="test").observe(said("My cat is called Miso, a lazy one."))
    story = bank.storylines.begin("The brass winter")
    two = bank.chat("two", host="test")
    two.observe(said("My dog Bruno is afraid of thunder."))
    bank.policies.set_character(Policy(budget=700))
    [one] = [chat for chat in bank.chats() if chat.title == "one"]
    bank.policies.set_chat(one.id, Policy(recalls_from=RecallsFrom.ALL))
    bank.chat("later", host="test").set_policy(Policy(remembers=Remembering.PAUSED))
    bank.chat("later", host="test").observe(said(SECRET))
    bank.chat("closed", host="test").set_policy(Policy(position="BEFORE_LAST_MESSAGE"))
    context = two.compose(a_request("What is my dog called?"))
    today = bank.recalls.today()
    two.note_turn(context, DayUsage(day=today, calls=1, read=100, dollars=0.25))
    assert bank.storylines.get(story.id).chats


def in_bank(shell: Shell, act: Callable[[Bank], Any], key_file: str = "") -> Any:
    chosen = Settings(encryption=EncryptionSettings(encryption_key_file=key_file))
    engine = build_engine(chosen, Path(shell.data), load=HashEmbedder)
    try:
        return act(engine.bank(MIKU))
    finally:
        engine.close()


def what_is_kept(bank: Bank) -> list[Any]:
    """Return all that was set and recorded, and that it holds."""
    bank.chat("later", host="test").observe(said(SECRET))
    bank.chat("branch", host="test").observe(said(SECRET))
    assert bank.memories.search("silver key") == []
    return [
        bank.policies.character(),
        [bank.policies.chat(one.id) for one in bank.chats()],
        [bank.chat(name, host="test").policy for name in ("later", "closed", "other")],
        bank.storylines.all(),
        bank.recalls.newest(),
        bank.recalls.usage(),
    ]


def test_a_backup_brings_all_of_it_back(told: Shell) -> None:
    before = in_bank(told, what_is_kept)
    assert [len(part) for part in before[1:]] == [2, 3, 2, 1, 1]
    told("backup", "--to", str(told.folder / "kept"))
    in_bank(told, change_all)
    assert in_bank(told, what_is_kept) != before

    told("restore", str(told.folder / "kept"), "--yes")

    assert told.code == 0
    assert in_bank(told, what_is_kept) == before


def change_all(bank: Bank) -> None:
    bank.policies.set_character(Policy())
    bank.chat("closed", host="test").set_policy(Policy())
    for chat in bank.chats():
        bank.policies.set_chat(chat.id, Policy(budget=1))
        bank.storylines.move(chat.id, "")
    bank.recalls.clear()


def test_encrypted_all_of_it_is_kept_and_nothing_readable(
    told: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = in_bank(told, what_is_kept)
    files = [told.folder / name for name in ("first.key", "second.key")]
    for file in files:
        assert cli.main(["encryption-key", str(file)]) == 0
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(files[0]))
    assert held(told, "brass winter")

    told("encrypt")

    for readable in ("brass winter", "BEFORE_LAST_MESSAGE", "paused", "recall_tokens"):
        assert not held(told, readable), readable
    assert in_bank(told, what_is_kept, str(files[0])) == before
    told("backup", "--to", str(told.folder / "kept"))
    told("rotate-key", str(files[1]))
    assert in_bank(told, what_is_kept, str(files[1])) == before
    monkeypatch.setenv("LTM_ENCRYPTION_KEY_FILE", str(files[0]))
    told("restore", str(told.folder / "kept"), "--yes")
    assert in_bank(told, what_is_kept, str(files[0])) == before
    told("decrypt")
    assert in_bank(told, what_is_kept) == before


def test_rebuilding_changes_nothing_that_was_set(told: Shell) -> None:
    before = in_bank(told, what_is_kept)

    told("rebuild", "--character", "Miku")

    assert told.code == 0, told.err

    assert in_bank(told, what_is_kept) == before
