"""What is remembered and recalled, and storylines, at the command line."""

from __future__ import annotations

from .importers.foreign import put, webui_log
from .test_cli import Shell, ltm, told

__all__ = ["ltm", "told"]

SAIL = ("We set sail at dawn.", "At last!")


def test_what_is_said_for_a_chat_counts_before_what_is_said_for_all(
    told: Shell,
) -> None:
    told("policy", "--remembers", "incognito", "--budget", "500", "-c", "Miku")
    told("policy", "one", "--remembers", "paused", "--recalls-from", "all")

    chat, everybody = told.json("policy", "one"), told.json("policy")

    assert chat["set"] == {"remembers": "paused", "recalls_from": "all"}
    assert chat["in_force"]["remembers"] == "paused"
    assert chat["in_force"]["budget"] == 500
    assert everybody["set"] == {"remembers": "incognito", "budget": 500}
    assert "one is paused: nothing new is stored" in told("policy", "one")
    assert "at most 500 tokens of memory (by default)" in told("policy", "one")


def test_what_was_said_is_taken_back_by_default(told: Shell) -> None:
    told("policy", "--remembers", "paused", "--budget", "500")
    told("policy", "--remembers", "default", "--budget", "-1")

    assert told.json("policy")["set"] == {}
    assert told.json("policy")["in_force"]["remembers"] == "yes"


def test_what_no_policy_may_be_is_refused(told: Shell) -> None:
    told("policy", "--remembers", "perhaps")
    assert told.code == 2
    assert "remembers must be yes or paused or incognito" in told.err

    told("policy", "nothing")
    assert told.code == 2
    assert "has no chat" in told.err


def test_a_storyline_is_begun_filled_renamed_and_taken_away(told: Shell) -> None:
    told("story", "The voyage", "--new")
    put(told.folder / "chat/Miku/two.json", webui_log(SAIL))
    told("import", str(told.folder / "chat"))

    first, voyage = told.json("story")
    assert (first["name"], first["newest"]) == ("", False)
    assert (voyage["name"], voyage["newest"]) == ("The voyage", True)
    assert len(first["chats"]) == len(voyage["chats"]) == 1
    assert "The voyage: 1 chat, new chats join it\n  two" in told("story")

    told("story", "the voyage", "--chat", "one", "--rename", "Home")
    assert len(told.json("story", "Home")[0]["chats"]) == 2
    told("story", "Home", "--drop")
    assert told.code == 1
    assert "holds chats" in told.err
    told("story", "Empty", "--new")
    told("story", "Empty", "--drop")
    assert [one["name"] for one in told.json("story")] == ["", "Home"]


def test_a_change_needs_the_name_of_a_storyline(told: Shell) -> None:
    told("story", "--chat", "one")

    assert told.code == 2
    assert "Name the storyline" in told.err
