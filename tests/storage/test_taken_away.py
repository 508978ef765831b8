"""A bank's files are taken away while it is opened again: that is told, as it is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from long_term_memory.core.records import CollectionEntry
from long_term_memory.errors import StoreError, StoreMoved
from long_term_memory.storage.sqlite.bank import SqliteBank, open_bank
from long_term_memory.storage.sqlite.collections import SqliteCollections
from long_term_memory.storage.sqlite.handles import Handles

from .builders import KEY, a_chat, say

Act = Callable[[], object]


class Meddling(Handles):
    """Does something just before a file is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.do: Act = lambda: None

    def make_room(self, wanted: int = 1) -> None:
        super().make_room(wanted)
        self.do()


@pytest.mark.parametrize("moment", ["before it is opened", "while it is opened"])
@pytest.mark.parametrize("gone", ["folder", "database"])
def test_what_is_taken_away_while_it_is_opened_again_is_told_as_moved(
    tmp_path: Path, moment: str, gone: str
) -> None:
    """It ended with FileNotFoundError, past whoever says that nothing is kept."""
    folder = tmp_path / "bank"
    handles = Meddling()
    told: list[StoreError | None] = []
    meddle: list[Act] = []

    def keys() -> bytes:
        for do in meddle:
            do()
        return KEY

    folder.mkdir(mode=0o700)
    bank = open_bank(
        folder,
        keys=keys,
        handles=handles,
        outcome=lambda path, error: told.append(error),
    )
    chat = a_chat(bank).row
    say(bank, chat, "Hello.")
    assert bank.rest()

    def take_away() -> None:
        if gone == "folder":
            shutil.rmtree(folder, ignore_errors=True)
        else:
            for file in folder.glob("memory.sqlite3*"):
                file.unlink()

    if moment.startswith("before"):
        handles.do = take_away
    else:
        meddle.append(take_away)

    with pytest.raises(StoreMoved):
        say(bank, chat, "Goodbye.")

    assert isinstance(told[-1], StoreMoved)
    assert not bank.in_place()
    bank.close()


@cache
def once_connected() -> list[Act]:
    """Return what is done just after SQLite opened its next file, and only then.

    Python tells so whoever listens to its audit; nobody can stop listening, so there
    is one listener for all tests.
    """
    acts: list[Act] = []

    def listen(event: str, told: tuple[object, ...]) -> None:
        if event == "sqlite3.connect/handle" and acts:
            acts.pop()()

    sys.addaudithook(listen)
    return acts


def texts(bank: SqliteBank) -> list[str]:
    [chat] = bank.chats.all()
    rows = [place.message for place in bank.chats.path(chat.row)]
    found = bank.messages.get(rows)
    return [found[row].content for row in rows]


@pytest.mark.parametrize("moment", ["at first", "after a rest"])
def test_a_copy_that_takes_the_place_while_it_is_opened_is_not_written_into(
    tmp_path: Path, moment: str
) -> None:
    """What was written went into the copy's journal, and that was played into it.

    Then the copy was damaged, or told of messages that it does not hold.
    """
    folder, copy = tmp_path / "bank", tmp_path / "copy"
    told: list[StoreError | None] = []

    def opened() -> SqliteBank:
        return open_bank(folder, outcome=lambda path, error: told.append(error))

    folder.mkdir(mode=0o700)
    bank = opened()
    chat = a_chat(bank).row
    say(bank, chat, "Hello.")
    assert bank.rest()
    shutil.copytree(folder, copy)
    for number in range(20):
        say(bank, chat, f"{number}: and so the evening went on. " * 40)

    def put_copy_there() -> None:
        folder.rename(tmp_path / "elsewhere")
        copy.rename(folder)

    if moment == "at first":
        bank.close()
    else:
        assert bank.rest()
    once_connected().append(put_copy_there)
    with pytest.raises(StoreMoved):
        say(bank if moment == "after a rest" else opened(), chat, "Goodbye.")
    bank.close()

    there = opened()
    assert texts(there) == ["Hello."]
    there.check_values()
    say(there, chat, "Hello again.")
    there.close()
    assert texts(opened()) == ["Hello.", "Hello again."]


def test_texts_of_clients_are_not_written_into_a_copy_that_takes_their_place(
    tmp_path: Path,
) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"

    def entry(number: int) -> CollectionEntry:
        text = f"{number}: a silver key. " * 200
        return CollectionEntry(
            id=str(number), role="user", date=0, meta="{}", content=text
        )

    store = SqliteCollections(data)
    store.put("me", "chat", [entry(0)])
    store.close()
    shutil.copytree(data, copy)
    store = SqliteCollections(data)
    store.put("me", "chat", [entry(number) for number in range(1, 20)])
    store.close()

    def put_copy_there() -> None:
        data.rename(tmp_path / "elsewhere")
        copy.rename(data)

    once_connected().append(put_copy_there)
    with pytest.raises(StoreMoved):
        SqliteCollections(data).put("me", "chat", [entry(20)])

    there = SqliteCollections(data)
    assert [one.id for one in there.entries("me", "chat") or ()] == ["0"]
    there.put("me", "chat", [entry(1)])
    there.close()
