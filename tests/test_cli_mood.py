"""`ltm mood`, and memories by what they show."""

from __future__ import annotations

import pytest

from .importers.foreign import put, webui_log
from .test_cli import Shell, ltm

__all__ = ["ltm"]

ROWS = [
    ("I am so happy to see you again!", "*slams the door* I am furious. How dare you!"),
    ("The door is open.", "I am scared, something is out there."),
]


@pytest.fixture
def told(ltm: Shell) -> Shell:
    """A shell with one chat of Miku."""
    put(ltm.folder / "chat/Miku/one.json", webui_log(*ROWS))
    ltm("import", str(ltm.folder / "chat"))
    return ltm


def test_the_mood_of_a_chat_and_of_its_speakers_is_told(told: Shell) -> None:
    lines = told("mood").splitlines()
    found = told.json("mood", "one", "-c", "Miku")

    assert lines[0].startswith("one: ")
    assert lines[1].startswith("  Miku: fear (fear), intensity ")
    assert found["chat"] == "one"
    assert found["speakers"][0]["name"] == "Miku"
    assert found["messages"] == 4
    assert set(found["shares"]) >= {"anger", "neutral"}


def test_a_chat_that_there_is_not_is_asked_back(told: Shell) -> None:
    told("mood", "onne")
    assert told.code == 2
    assert "Did you mean 'one'?" in told.err


def test_a_character_without_a_chat_says_so(told: Shell) -> None:
    told("clear", "--yes")
    told("mood")

    assert told.code == 2
    assert "Miku has no chat yet." in told.err


def test_search_and_history_leave_out_what_does_not_show_a_feeling(
    told: Shell,
) -> None:
    found = told.json("search", "door", "--words", "--emotion", "anger")
    [scared] = told("history", "one", "--emotion", "fear").splitlines()

    assert [one["emotion"] for one in found] == ["anger"]
    assert found[0]["importance"] > 0
    assert "scared" in scared
    told("search", "door", "--emotion", "hunger")
    assert told.code == 2
    assert "There is no emotion 'hunger'" in told.err
