"""A bank's files are taken away while it is opened again: that is told, as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from long_term_memory.errors import StoreError, StoreMoved
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.handles import Handles

from .builders import KEY, a_chat, say

Act = Callable[[], object]


class Meddling(Handles):
    """Does something just before a file is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.do: Act = lambda: None

    def make_room(self) -> None:
        super().make_room()
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
