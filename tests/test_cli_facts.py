"""`ltm facts` and `ltm due`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.testing import ScriptedLLM

from .test_cli import Shell, ltm

__all__ = ["ltm"]

LINES = (
    "My sister is called Ana.",
    "I'm allergic to peanuts.",
    "I live in Oslo.",
    "I moved to Rome.",
    "exam on 2040-03-02, statistics",
)


@pytest.fixture
def known(ltm: Shell) -> Shell:
    """A memory in which facts were told."""
    engine = build_engine(Settings(), Path(ltm.data))
    bank = engine.bank(Scope(user="default", character="Miku"))
    shown = tuple(WindowMessage(role="user", name="Anna", content=x) for x in LINES)
    bank.chat("one", host="test").observe(Window(messages=shown, complete=True))
    engine.close()
    return ltm


def test_facts_are_listed_and_changed(known: Shell) -> None:
    listed = known("facts", "-c", "Miku", "--past")
    assert "peanuts" in listed
    assert "before: Anna lives in Oslo" in listed
    [nuts] = [one for one in known.json("facts") if "peanuts" in one["content"]]

    assert "locked" in known("facts", nuts["id"][:6], "--lock")
    assert "All nuts." in known("facts", nuts["id"][:6], "--edit", "All nuts.")
    assert "All nuts." in known("facts", "--person", "Anna")
    known("facts", nuts["id"], "--no-lock")
    assert "deleted" in known("facts", nuts["id"], "--delete")
    assert "peanuts" in known("facts", "--deleted")
    known("facts", nuts["id"], "--restore")
    others = [one["id"] for one in known.json("facts") if "Ana" in one["content"]]
    merged = known("facts", nuts["id"], "--merge", others[0], "--edit", "Both.")
    assert "Both." in merged
    assert known("facts", "--category", "promise") == "No such fact is known.\n"


def test_how_much_a_model_was_given_is_told_below(ltm: Shell) -> None:
    fact = {"text": "Anna has a harp from grandmother Ilse.", "about": "Anna"}
    drawn = json.dumps({"facts": [fact | {"category": "possession", "source": 1}]})
    engine = build_engine(Settings(), Path(ltm.data))
    bank = engine.bank(Scope(user="default", character="Miku"))
    lines = ["The harp in our hall came down from grandmother Ilse.", *"abcdefg"]
    shown = tuple(WindowMessage(role="user", name="Anna", content=x) for x in lines)
    bank.chat("one", host="test").observe(Window(messages=shown, complete=True))
    assert bank.knowledge.by_model.write(ScriptedLLM(drawn))
    engine.close()

    told = ltm("facts", "-c", "Miku")
    assert "given 6 of the messages; 1 facts of its" in told
    assert "not kept" not in told
    assert "of no use" not in told


def test_what_of_a_model_was_not_kept_is_told_by_another_program(ltm: Shell) -> None:
    """The counts lived and died with the server."""
    fact = {"text": "Anna is a friend of Gandalf.", "about": "Anna"}
    false = json.dumps({"facts": [fact | {"category": "relationship", "source": 1}]})
    for answer in (false, "I see no facts here, sorry!", false):
        engine = build_engine(Settings(), Path(ltm.data))
        bank = engine.bank(Scope(user="default", character="Miku"))
        lines = [f"{answer[:9]} the {one} came down from Ilse." for one in "abcdefgh"]
        shown = tuple(WindowMessage(role="user", name="Anna", content=x) for x in lines)
        known = {one.title for one in bank.chats()}
        chat = bank.chat(f"chat {len(known)}", host="test")
        chat.observe(Window(messages=shown, complete=True))
        assert bank.knowledge.by_model.write(ScriptedLLM(answer))
        engine.close()

    told = ltm("facts", "-c", "Miku")
    assert "Of what it wrote, 2 were not kept: its message does not hold" in told
    assert "of no use: 1. The last: What the language model" in told


def test_what_is_asked_of_no_fact_is_refused(known: Shell) -> None:
    known("facts", "zzzz", "--lock")
    assert known.code == 2
    assert "ltm facts" in known.err
    known("facts", "--lock")
    assert known.code == 2
    known("due", "zzzz")
    assert known.code == 2


def test_what_is_due_is_listed_and_called_off(known: Shell) -> None:
    [due] = known.json("due")
    assert due["first"] == "2040-03-02"
    assert "(off)" in known("due", due["id"][:8], "--off")
    assert "(coming)" in known("due", due["id"], "--no-off", "--chat", "one")
