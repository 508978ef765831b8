"""A real SillyTavern chats through the proxy: what is remembered, and what is not."""

from __future__ import annotations

import json
from itertools import count
from urllib.request import urlopen

import pytest

from tests.hosts.sillytavern_driver import GREETING, Tavern
from tests.hosts.stub_llm import MODEL, Failure, StubLLM
from tests.server.conftest import Running

pytestmark = [pytest.mark.sillytavern, pytest.mark.slow]

NUMBERS = count(1)
FACT = "My sister Mira keeps bees in the old mill by the river."
ABOUT_THE_FACT = "What does my sister Mira keep, and where?"


@pytest.fixture
def friend(tavern: Tavern) -> str:
    """Meet a character that nobody has talked to, in a first chat."""
    name = f"Friend {next(NUMBERS):03}"
    tavern.meet(name)
    return name


def small_talk(tavern: Tavern, turns: int = 2) -> None:
    """Say what is worth nothing."""
    for number in range(turns):
        tavern.send(f"Let us walk on for a while, {number}.")


def test_it_connects_and_lists_the_models(tavern: Tavern) -> None:
    listed = tavern.page.locator("#model_custom_select option").all_inner_texts()

    assert MODEL in listed


@pytest.mark.parametrize("streams", [True, False])
def test_a_reply_arrives_as_the_model_said_it(
    tavern: Tavern, friend: str, stub: StubLLM, streams: bool
) -> None:
    tavern.stream(streams)
    stub.plan("The bees are well, thank you; \u201cquite\u201d well \U0001f41d.")

    reply = tavern.send("How are the bees?")

    assert reply == "The bees are well, thank you; \u201cquite\u201d well \U0001f41d."
    assert stub.last["stream"] is streams
    assert "ltm" not in stub.last


def test_a_fact_of_one_chat_is_known_in_the_next(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    tavern.send(FACT)
    small_talk(tavern)
    tavern.new_chat()

    tavern.send(ABOUT_THE_FACT)

    assert "old mill" in stub.last_text()
    assert "old mill" not in "".join(line.text for line in tavern.chat())


def test_memories_are_shown_beside_the_reply_and_are_not_sent_back(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    tavern.send(FACT)
    small_talk(tavern)
    tavern.new_chat()
    tavern.send(ABOUT_THE_FACT)

    shown = tavern.chat()[-1].reasoning
    tavern.send("Thank you.")

    assert "old mill" in shown
    assert shown not in stub.last_text()


def test_a_swiped_away_reply_is_in_no_later_request(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    stub.plan("The duke drinks emerald wine.", "The duke drinks plain water.")
    tavern.send("What does the duke drink?")
    swiped = tavern.swipe()
    small_talk(tavern)
    asked = len(stub.requests)
    tavern.new_chat()

    tavern.send("What does the duke drink, do you remember?")

    assert swiped == "The duke drinks plain water."
    assert "plain water" in stub.last_text()
    assert all("emerald" not in str(one) for one in stub.requests[asked - 2 :])


def test_a_regenerated_reply_takes_the_place_of_the_first(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    stub.plan("The tower has nine floors.", "The tower has seven floors.")
    tavern.send("How many floors has the tower?")
    again = tavern.regenerate()
    small_talk(tavern)
    tavern.new_chat()

    tavern.send("How many floors has the tower, again?")

    assert again == "The tower has seven floors."
    assert "seven floors" in stub.last_text()
    assert "nine floors" not in stub.last_text()


def test_a_continued_reply_is_remembered_as_one(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    stub.plan("The key lies under", "the third step of the tower.")
    tavern.send("Where does the silver key lie?")
    whole = tavern.continue_reply()
    small_talk(tavern)
    tavern.new_chat()

    tavern.send("Where does the silver key lie, again?")

    assert whole.endswith("the third step of the tower.")
    assert whole in stub.last_text()
    assert stub.last_text().count("The key lies under") == 1


def test_what_is_written_for_the_user_is_remembered_only_when_he_sends_it(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    small_talk(tavern)
    stub.plan("I own a purple zeppelin.")
    written = tavern.impersonate()
    tavern.clear()
    tavern.send("I own a green bicycle.")
    small_talk(tavern)
    tavern.new_chat()

    tavern.send("Which vehicle do I own, a zeppelin or a bicycle?")

    assert written == "I own a purple zeppelin."
    assert "green bicycle" in stub.last_text()
    assert "purple" not in stub.last_text()


def test_an_edited_message_is_known_as_it_reads_now(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    stub.plan("A fine name for a dog; may he guard the gate of the old tower.")
    tavern.send("My dog is called Rufus.")
    tavern.edit(1, "My dog is called Balthasar.")
    small_talk(tavern)
    tavern.new_chat()

    tavern.send("What is my dog called?")

    assert "Balthasar" in stub.last_text()
    assert "Rufus" not in stub.last_text()


def test_a_deleted_message_is_forgotten_by_the_next_chat(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    small_talk(tavern)
    place = len(tavern.chat())
    tavern.send("The vault's number is 7741.")
    tavern.delete_from(place)
    small_talk(tavern)
    tavern.new_chat()

    tavern.send("What is the vault's number?")

    assert "7741" not in stub.last_text()


def test_a_branch_knows_the_common_past_and_not_its_siblings_future(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    tavern.send("My cat is called Miso.")
    small_talk(tavern)
    fork = len(tavern.chat()) - 1
    tavern.send("I moved to the city of Oslo.")
    small_talk(tavern, 1)
    trunk = tavern.chat_name()
    tavern.open_chat(trunk)

    tavern.branch(fork)
    tavern.send("In which city do I live, and what is my cat called?")

    assert "Miso" in stub.last_text()
    assert "Oslo" not in stub.last_text()


def test_each_member_of_a_group_remembers_what_was_said(
    tavern: Tavern, stub: StubLLM
) -> None:
    crew = f"Crew {next(NUMBERS):03}"
    first, second = f"{crew} Ada", f"{crew} Bo"
    tavern.gather(crew, first, second)
    tavern.send("The ship sails on the ninth of May, to Bergen.")
    tavern.send("Let us walk on for a while.")
    names = [line.name for line in tavern.chat()]

    for member in (first, second):
        tavern.slash(f'/go "{member}"')
        tavern.send("When does the ship sail, and where to?")
        assert "Bergen" in stub.last_text()

    assert {first, second} <= set(names)


@pytest.mark.parametrize("command", ["/gen", "/genraw"])
def test_a_side_job_is_neither_fed_nor_remembered(
    tavern: Tavern, friend: str, stub: StubLLM, command: str
) -> None:
    tavern.send(FACT)
    small_talk(tavern)
    tavern.new_chat()
    tavern.send("Hello again.")
    stub.plan("A painting of a crimson submarine.")

    painted = tavern.slash(f"{command} Describe what my sister Mira keeps.")
    fed = stub.last_text()
    small_talk(tavern)
    tavern.new_chat()
    tavern.send("What is on the painting of the submarine?")

    assert painted == "A painting of a crimson submarine."
    assert "old mill" not in fed
    assert "crimson" not in stub.last_text()


def test_stop_ends_the_models_work_and_what_was_seen_stays(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    stub.endless = True
    stub.plan("The road goes ever on")

    seen = tavern.send_and_stop("Tell me of the road.")
    left = stub.left.wait(5)
    stub.calm()
    tavern.send("Where does it lead?")

    assert left
    assert seen.startswith("The road goes ever on")
    assert seen in stub.last_text()


@pytest.mark.parametrize("streams", [True, False])
def test_a_model_that_fails_is_told_in_its_own_words(
    tavern: Tavern, friend: str, stub: StubLLM, streams: bool
) -> None:
    tavern.stream(streams)
    stub.failure = Failure(400, {"error": {"message": "The stub has a headache."}})
    tavern.send_in_vain(FACT)
    told = " ".join(tavern.toasts())
    stub.calm()
    tavern.clear()

    tavern.send("Are you better?")

    assert "headache" in told
    assert stub.last_text().count(FACT) == 1


@pytest.mark.parametrize("streams", [True, False])
def test_a_model_that_is_down_is_told_and_loses_nothing(
    tavern: Tavern, friend: str, stub: StubLLM, streams: bool
) -> None:
    tavern.stream(streams)
    stub.failure = Failure(0, {})
    tavern.send_in_vain(FACT)
    told = " ".join(tavern.toasts())
    stub.calm()
    tavern.clear()
    tavern.new_chat()

    tavern.send(ABOUT_THE_FACT)

    assert "cannot be reached" in told
    assert "old mill" in stub.last_text()


def test_a_summary_by_the_model_is_a_side_job(
    tavern: Tavern, friend: str, stub: StubLLM
) -> None:
    tavern.send(FACT)
    small_talk(tavern)
    stub.plan("The summary mentions a crimson submarine.")

    summary = tavern.slash("/summarize source=main prompt='Sum up.' Mira keeps bees.")
    tavern.new_chat()
    tavern.send("What is it with the crimson submarine?")

    assert "submarine" in summary
    assert stub.last_text().count("crimson") == 1


def test_the_last_turn_and_the_sums_can_be_read(
    tavern: Tavern, friend: str, stub: StubLLM, memory_server: Running
) -> None:
    tavern.send("Hello.")

    with urlopen(f"{memory_server.url}/health") as answer:
        health = json.load(answer)

    assert health["status"] == "ok"
    assert health["llm"]["reachable"] is True
    assert health["usage"]["total"]["calls"] >= 1
    assert GREETING in stub.last_text()
