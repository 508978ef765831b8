"""Which chat a request goes on with, by what a person does in a client."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from long_term_memory.core.types import Scope
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .tavern import GREETING, MODES, Mode, Said, Tavern, a_memory

BEES = "My sister Mira keeps bees in the old mill by the river."
KEY = "I hid the silver key under the third step of the tower."
SERAPHINA = Scope(user="default", character="Seraphina")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[CompletionPipeline]:
    with a_memory(tmp_path) as made:
        yield made


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> Mode:
    found: Mode = request.param
    return found


@pytest.fixture
def tavern(memory: CompletionPipeline, mode: Mode) -> Tavern:
    return Tavern(memory, mode)


def paths(memory: CompletionPipeline, scope: Scope = SERAPHINA) -> list[list[str]]:
    """Return what each chat of a bank holds, the newest first."""
    bank = memory._engine.bank(scope)
    assert bank.settle(20)
    found = []
    for info in bank.chats():
        host, name = info.names[0]
        places = bank.chat(name, host=host).path()
        found.append([place.message.content for place in places if not place.hidden])
    return found


def ask(tavern: Tavern, text: str) -> str:
    """Ask in a new chat; return what the model was sent."""
    assert tavern.memory._engine.bank(SERAPHINA).settle(20)
    return tavern.again().send(text)


def test_a_chat_that_goes_on_is_one_chat(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send(KEY, "I shall not tell.")

    assert paths(memory) == [[line.text for line in tavern.lines]]


def test_a_fact_of_one_chat_is_in_the_next_ones_request(tavern: Tavern) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send("Let us walk on.", "Gladly.")

    assert "old mill" in ask(tavern, "What does my sister Mira keep, and where?")


@pytest.mark.parametrize("reply", ["I promise you a boat of cedar.", "I promise you a"])
def test_a_last_reply_is_known_in_a_new_chat_that_begins_at_once(
    tavern: Tavern, reply: str
) -> None:
    """Also as much of it as was written before Stop."""
    tavern.send("What do I get?", "Nothing.")
    tavern.swipe(reply)

    asked = ask(tavern, "What did you promise me, a boat?")

    assert reply in asked
    assert "Nothing." not in asked


def test_what_the_window_shows_is_not_told_again(tavern: Tavern) -> None:
    tavern.send(BEES, "How lovely.")

    assert tavern.send("Where does Mira keep her bees?").count("old mill") == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_swiped_away_reply_is_in_no_request(
    tavern: Tavern, memory: CompletionPipeline, number: int
) -> None:
    if number == 2:
        tavern.send("Hello there.", "Welcome.")
    tavern.send("What does the duke drink?", "The duke drinks emerald wine.")
    tavern.swipe("The duke drinks plain water.")
    tavern.send("Thank you, good to know.", "Gladly.")

    asked = ask(tavern, "What does the duke drink, water or wine?")

    assert "plain water" in asked
    assert "emerald" not in asked
    assert len(paths(memory)) == 2


def test_of_a_swipe_that_nobody_answered_the_last_one_counts(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send("What does the duke drink?", "Emerald wine.")
    for reply in ("Plain water.", "Warm milk."):
        tavern.swipe(reply)

    assert paths(memory) == [[line.text for line in tavern.lines]]


@pytest.mark.parametrize("prefill", [False, True])
def test_a_continued_reply_is_one_message(
    tavern: Tavern, memory: CompletionPipeline, prefill: bool
) -> None:
    tavern.send("Where is the key?", "It lies")
    tavern.go_on("under the third step.", prefill=prefill)
    assert paths(memory)[0][-1] == "It lies under the third step."

    tavern.send("Thank you.", "Gladly.")

    assert paths(memory) == [[line.text for line in tavern.lines]]


def test_an_impersonated_line_is_not_the_characters(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.impersonate("I wonder what Mira is doing.")
    assert paths(memory) == [[line.text for line in tavern.lines]]

    tavern.send("I wonder what Mira does today.", "She sleeps.")

    assert paths(memory) == [[line.text for line in tavern.lines]]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_edit_is_followed(
    tavern: Tavern, memory: CompletionPipeline, at: int
) -> None:
    tavern.send(BEES, "How lovely, bees in a mill!")
    tavern.send(KEY, "I shall not tell.")
    tavern.edit(at, tavern.lines[at].text.replace("mill", "barn") + " Truly.")
    tavern.send("Let us walk on.", "Gladly.")

    assert paths(memory) == [[line.text for line in tavern.lines]]


def test_an_edited_first_line_leaves_nothing_behind(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.delete(1)
    tavern.edit(1, BEES.replace("old mill", "red barn"))
    tavern._generate("regenerate", "A red barn!")
    tavern.lines.append(Said("assistant", "A red barn!"))

    if tavern.mode == "text":
        # Nothing tells it from another client's chat, so both are kept.
        assert [BEES in path for path in paths(memory)].count(True) == 1
        assert [line.text for line in tavern.lines] in paths(memory)
        return
    assert paths(memory) == [[line.text for line in tavern.lines]]
    assert "old mill" not in ask(tavern, "Where does my sister Mira keep her bees?")


def test_an_edit_of_a_short_first_line_is_followed_where_a_later_line_stands(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    """Neither the line nor its reply tells anything; what was said after it does."""
    tavern.send("Hi", "Hello, stranger.")
    tavern.send(BEES, "How lovely.")
    tavern.edit(1, "Hey you")
    tavern.send("Let us walk on.", "Gladly.")

    assert paths(memory) == [[line.text for line in tavern.lines]]


def test_an_edit_of_a_short_first_line_alone_keeps_both(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send("Hi", "Hello, stranger.")
    tavern.edit(1, "Hey you")
    tavern.send("Let us walk on.", "Gladly.")

    if tavern.mode == "text":
        assert sorted(map(len, paths(memory))) == [3, 5]
        return
    assert paths(memory) == [[line.text for line in tavern.lines]]


def test_an_edited_line_whose_reply_broke_off_leaves_nothing_behind(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    """The client keeps what it got of a reply that was cut; memory kept none of it."""
    tavern.send(BEES, None)
    tavern.lines.append(Said("assistant", "How lo", "Seraphina"))
    tavern.edit(1, BEES.replace("old mill", "red barn"))
    tavern.send("Let us walk on.", "Gladly.")

    if tavern.mode == "text":
        assert sorted(map(len, paths(memory))) == [2, 5]
        return
    assert paths(memory) == [[line.text for line in tavern.lines]]
    assert "old mill" not in ask(tavern, "Where does my sister Mira keep her bees?")


def test_deleted_messages_are_in_no_later_request(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.send("The duke drinks emerald wine every evening.", "Does he?")
    tavern.delete(2)
    tavern.send(KEY, "I shall not tell.")

    assert paths(memory) == [[line.text for line in tavern.lines]]
    assert "emerald" not in ask(tavern, "What does the duke drink in the evening?")


def long_chat(tavern: Tavern) -> None:
    """Say six telling things."""
    for number, thing in enumerate(("lute", "harp", "drum", "horn", "bell", "flute")):
        tavern.send(f"My cousin number {number} plays the {thing}.", f"A {thing}, oh!")


def test_a_branch_knows_the_common_past_and_not_its_siblings_future(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    long_chat(tavern)
    branch = tavern.branch(5)
    branch.window = 3
    branch.send("Let us walk on to the market.", "Gladly.")

    asked = branch.send("Which cousin plays the flute, and which plays the lute?")

    assert "number 0 plays the lute" in asked
    assert "number 5 plays the flute" not in asked
    assert "flute, oh" not in asked


def test_a_parent_goes_on_after_its_branch(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    long_chat(tavern)
    branch = tavern.branch(5)
    branch.send("A purple dragon sat on the roof.", "Oh!")

    tavern.send("Let us go on here.", "Gladly.")
    tavern.window = 6
    asked = tavern.send("What sat on the roof, a dragon?", "I do not know.")

    assert "purple" not in asked
    assert [line.text for line in tavern.lines] in paths(memory)
    assert [line.text for line in branch.lines] in paths(memory)


def test_a_window_that_slides_keeps_what_it_no_longer_shows(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.window = 6
    long_chat(tavern)

    asked = tavern.send("Which cousin of mine plays the lute?")

    assert paths(memory) == [[line.text for line in tavern.lines]]
    assert "plays the lute." in asked


def test_two_chats_that_begin_with_the_same_greeting_are_two(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send("Hi", "Hello, stranger.")
    tavern.send(BEES, "How lovely.")
    other = tavern.again()
    other.send("Hi", "Be greeted.")
    other.send(KEY, "I shall not tell.")

    assert len(paths(memory)) == 2
    assert {len(path) for path in paths(memory)} == {5}


def test_a_job_on_the_side_is_neither_stored_nor_fed(
    tavern: Tavern, memory: CompletionPipeline
) -> None:
    tavern.send(BEES, "How lovely.")
    tavern.window = 1
    before = paths(memory)

    asked = tavern.job("What does Mira keep in the old mill? Paint it.", "Bees.")
    raw = tavern.raw("Which colour has Mira's mill?", "Red.")

    assert paths(memory) == before
    assert BEES not in asked + raw
    assert tavern.prepared is not None
    assert tavern.prepared.quiet


def test_a_restart_loses_no_thread(tmp_path: Path, mode: Mode) -> None:
    with a_memory(tmp_path) as memory:
        tavern = Tavern(memory, mode)
        tavern.send(BEES, "How lovely.")
        tavern.send(KEY, "I shall not tell.")
    with a_memory(tmp_path) as memory:
        tavern.memory = memory
        tavern.swipe("My lips are sealed.")
        tavern.send("Let us walk on.", "Gladly.")

        assert paths(memory) == [[line.text for line in tavern.lines]]


def test_each_of_a_group_remembers_what_all_heard(
    memory: CompletionPipeline, mode: Mode
) -> None:
    group = Tavern(memory, mode, members=("Bram", "Seraphina"), character="Bram")
    group.lines = [Said("assistant", "Hm. Speak.", "Bram")]
    group.lines.append(Said("user", BEES, "Tester"))
    group.speak("Bram", "Bees. In a mill.")
    group.speak("Seraphina", "How lovely, Bram!")
    group.lines.append(Said("user", KEY, "Tester"))
    group.speak("Bram", "Hm.")

    said = [line.text for line in group.lines]
    for member in group.members:
        scope = Scope(user="default", character=member)
        assert paths(memory, scope) == [said]
    ids = [
        [memory_.id for memory_ in memory._engine.bank(scope).memories.list()]
        for scope in (SERAPHINA, Scope(user="default", character="Bram"))
    ]
    assert sorted(ids[0]) == sorted(ids[1])
    alone = Tavern(memory, mode, character="Seraphina")
    assert "old mill" in alone.send("Where does Mira keep her bees, in a mill?")


def test_users_do_not_hear_of_each_other(
    memory: CompletionPipeline, mode: Mode
) -> None:
    alice = Tavern(memory, mode, key="alice")
    alice.send(BEES, "How lovely.")
    alice.send("Let us walk on.", "Gladly.")
    question = "Where does my sister Mira keep her bees?"

    for stranger in (
        Tavern(memory, mode, key="bob"),
        Tavern(memory, mode, key="bob", extra={"user": "alice"}),
        Tavern(memory, mode, key="bob", chat=alice.chat),
        Tavern(memory, mode, extra={"user": "bob"}),
    ):
        assert "old mill" not in stranger.send(question)
    assert "old mill" in alice.again().send(question)


def test_a_greeting_alone_makes_no_chat_of_another(
    memory: CompletionPipeline,
) -> None:
    first, second = Tavern(memory), Tavern(memory)
    first.send(BEES, "How lovely.")
    second.send(KEY, "I shall not tell.")

    assert sorted(map(len, paths(memory))) == [3, 3]
    assert all(path[0] == GREETING for path in paths(memory))


def test_requests_at_once_make_no_chat_twice(memory: CompletionPipeline) -> None:
    taverns = [Tavern(memory, mode) for mode in ("text", "body") for _ in range(4)]
    for number, tavern in enumerate(taverns):
        tavern.lines.append(Said("user", f"My boat number {number} is called Nena."))
        tavern.lines.append(Said("assistant", f"Boat {number}, Nena, aye."))

    def chat(tavern: Tavern) -> None:
        for turn in range(3):
            tavern.send(f"On the {turn}th day the wind was {tavern.chat}.", "Aye.")

    with ThreadPoolExecutor(len(taverns)) as pool:
        list(pool.map(chat, taverns))

    shown = sorted([line.text for line in tavern.lines] for tavern in taverns)
    assert sorted(paths(memory)) == shown


@pytest.mark.parametrize(("mode", "chats"), [("body", 2), ("extension", 1)])
def test_a_chat_whose_id_no_branch_bears_has_none(
    memory: CompletionPipeline, mode: Mode, chats: int
) -> None:
    trunk = Tavern(memory, mode)
    for number in range(4):
        said = f"Line {number} of what I say about bees."
        trunk.send(said, f"Reply {number} of yours is here.")
    other = trunk.branch(3)
    other.chat = trunk.chat

    other.send("Something quite different now.", "Yes indeed so.")
    other.send("And more of the different.", "Oh, I see it.")

    assert len(paths(memory)) == chats
