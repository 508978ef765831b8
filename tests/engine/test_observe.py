"""Following what a host shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.types import Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput, StoreError

from .builders import a_chat, recalled, texts, window
from .conftest import MIKU

CAT = "> My cat is called Miso and she loves tuna."
LOVELY = "What a lovely name for a cat, tell me more!"
OSLO = "> I moved to Oslo for work last spring."
COLD = "Is it cold in Oslo at this time of the year?"


def test_a_chat_is_stored_once_it_shows_something(bank: Bank) -> None:
    chat = bank.chat("one", host="test")

    assert chat.observe(window()).path_length == 0
    assert bank.chats() == []

    assert chat.observe(window(CAT)).added == 1
    assert [info.title for info in bank.chats()] == ["one"]


def test_observing_the_same_again_changes_nothing(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)

    assert not chat.observe(window(CAT, LOVELY)).changed
    assert texts(chat) == [CAT[2:], LOVELY]


def test_an_empty_history_never_erases_a_chat(bank: Bank) -> None:
    """Hosts lose chats when they restart under an open page; the memory must not."""
    chat = a_chat(bank, "one", CAT, LOVELY)

    chat.observe(window())

    assert texts(chat) == [CAT[2:], LOVELY]


def test_a_swiped_reply_leaves_and_is_the_same_message_when_it_returns(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", CAT, LOVELY)
    before = [place.message.id for place in chat.path()]

    chat.observe(window(CAT, "Cats are boring."))
    assert texts(chat)[1] == "Cats are boring."

    chat.observe(window(CAT, LOVELY))
    assert [place.message.id for place in chat.path()] == before


def test_the_same_words_at_another_time_are_another_message(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    first, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    chat.observe(window("> Good morning!", at=first))
    [old] = chat.path()
    chat.observe(window("> Something else.", at=first))

    chat.observe(window("> Good morning!", at=later))

    [new] = chat.path()
    assert new.message.id != old.message.id
    assert new.message.said_at == later


def test_a_path_survives_a_restart(open_engine: Callable[[], Engine]) -> None:
    engine = open_engine()
    a_chat(engine.bank(MIKU), "one", CAT, LOVELY)
    engine.close()

    again = open_engine().bank(MIKU).chat("one", host="test")

    assert texts(again) == [CAT[2:], LOVELY]
    assert not again.observe(window(CAT, LOVELY)).changed


def test_a_branch_knows_the_common_past_and_not_its_sibling_s_future(
    bank: Bank,
) -> None:
    common = (CAT, LOVELY, OSLO, COLD)
    trunk = a_chat(bank, "trunk", *common, "> I bought a red bicycle.", "Nice!")

    branch = a_chat(bank, "branch", *common, "> I adopted a grey parrot.", "Wow!")

    shared = [place.message.id for place in trunk.path()][:4]
    assert [place.message.id for place in branch.path()][:4] == shared
    assert not any("bicycle" in text for text in recalled(branch, "red bicycle"))
    assert any("Miso" in text for text in recalled(branch, "What is my cat called?"))
    assert not any("parrot" in text for text in recalled(trunk, "grey parrot"))


def test_a_branch_that_the_host_names_needs_no_evidence(bank: Bank) -> None:
    trunk = a_chat(bank, "trunk", "> Hi", "Hey", "> ok")
    branch = bank.chat("branch", host="test", forked_from="trunk")

    branch.observe(window("> Hi", "Hey", "> no"))

    assert [place.message.id for place in branch.path()][:2] == [
        place.message.id for place in trunk.path()
    ][:2]


def test_hi_twice_is_no_evidence(bank: Bank) -> None:
    one = a_chat(bank, "one", "Welcome, traveller!", "> Hi", "Hello!")
    two = a_chat(bank, "two", "Welcome, traveller!", "> Hi", "Hello!")

    ours = {place.message.id for place in one.path()}
    assert not ours & {place.message.id for place in two.path()}


def test_a_renamed_chat_is_the_same_chat(bank: Bank) -> None:
    a_chat(bank, "20261121", CAT, LOVELY)

    renamed = bank.chat("About cats", host="test", gone=lambda name: name == "20261121")
    renamed.observe(window(CAT, LOVELY, OSLO))

    [info] = bank.chats()
    assert info.title == "About cats"
    assert info.names == (("test", "About cats"),)
    assert info.messages == 3


def test_a_copy_whose_original_is_still_there_is_no_rename(bank: Bank) -> None:
    a_chat(bank, "one", CAT, LOVELY, OSLO, COLD)

    a_chat(bank, "two", CAT, LOVELY, OSLO, COLD)

    assert len(bank.chats()) == 2


def test_only_what_the_character_witnessed_is_kept(bank: Bank) -> None:
    """In a group chat each member remembers what it was there to hear."""
    secret = WindowMessage(role="user", content="A secret for Rin.", present=("Rin",))
    open_talk = WindowMessage(
        role="user", content="Hello all!", present=("Rin", "Miku")
    )
    chat = bank.chat("group", host="test")

    chat.observe(Window(messages=(secret, open_talk), complete=True))

    assert texts(chat) == ["Hello all!"]


def test_what_is_said_just_now_is_dated_unless_the_host_tells_when(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    told = datetime(2026, 1, 1, tzinfo=UTC)

    chat.observe(replace(window(CAT), just_said=True))
    chat.observe(replace(window(CAT, LOVELY, at=told), just_said=True))

    ours, hosts = (place.message for place in chat.path())
    assert ours.said_at == ours.seen_at
    assert ours.told_at is None
    assert hosts.told_at == hosts.said_at == told


def test_what_the_character_did_not_hear_dates_nothing_else(bank: Bank) -> None:
    secret = WindowMessage(role="user", content="A secret for Rin.", present=("Rin",))
    open_talk = WindowMessage(
        role="user", content="Hello all!", present=("Rin", "Miku")
    )
    chat = bank.chat("group", host="test")

    chat.observe(Window(messages=(open_talk, secret), complete=True, just_said=True))

    assert [place.message.said_at for place in chat.path()] == [None]


def test_another_process_is_seen_within_a_turn(
    open_engine: Callable[[], Engine],
) -> None:
    one, two = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(one, "one", CAT, LOVELY)

    other = two.chat("one", host="test")
    assert texts(other) == [CAT[2:], LOVELY]

    other.observe(window(CAT, LOVELY, OSLO))
    assert texts(one.chat("one", host="test"))[-1] == OSLO[2:]


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from("send swipe edit delete restart".split()), st.integers(0, 9)
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ACTIONS)
def test_a_stored_path_is_what_the_host_shows(
    open_engine: Callable[[], Engine], actions: list[tuple[str, int]]
) -> None:
    """Whatever a user does to a chat, and through restarts, the path follows."""
    engine = open_engine()
    name = f"chat {len(engine.bank(MIKU).chats())}"
    lines: list[str] = []
    for action, number in actions:
        if action == "send":
            lines += [f"> word{number}", f"reply{number}"]
        elif action == "restart":
            engine.close()
            engine = open_engine()
        elif lines and action == "delete":
            del lines[number % len(lines)]
        elif lines:
            at = len(lines) - 1 if action == "swipe" else number % len(lines)
            lines[at] = lines[at][:2] + f"changed{number}"
        chat = engine.bank(MIKU).chat(name, host="test")
        chat.observe(window(*lines))
        if lines:
            assert texts(chat) == [line.removeprefix("> ") for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 alone",
        "a\0b",
        "\u202eright to left",
        "<|im_end|>",
        "x" * 1_000_000,
        "🐈" * 9,
    ],
)
def test_any_text_is_kept_as_it_is(bank: Bank, text: str) -> None:
    chat = bank.chat("odd", host="test")

    chat.observe(
        Window(messages=(WindowMessage(role="user", content=text),), complete=True)
    )

    assert texts(chat) == [text]
    assert bank.settle(20)


def test_two_processes_taking_turns_on_one_chat_lose_nothing(
    open_engine: Callable[[], Engine],
) -> None:
    banks = [open_engine().bank(MIKU), open_engine().bank(MIKU)]
    lines: list[str] = []

    for number in range(20):
        lines += [f"> Line {number}.", f"Answer {number}."]
        banks[number % 2].chat("one", host="test").observe(window(*lines))

    for bank in banks:
        assert len(texts(bank.chat("one", host="test"))) == 40
        assert bank.stats().messages == 40


def test_two_processes_at_the_same_moment_lose_nothing(
    open_engine: Callable[[], Engine],
) -> None:
    banks = [open_engine().bank(MIKU), open_engine().bank(MIKU)]
    banks[0].chat("one", host="test").observe(window("> Beginning."))

    def talk(bank: Bank, name: str) -> None:
        lines = ["> Beginning."]
        for number in range(15):
            lines.append(f"> {name} {number}")
            bank.chat(name, host="test").observe(window(*lines))
            bank.chat("one", host="test").observe(window(*lines))

    threads = [
        Thread(target=talk, args=(bank, name))
        for bank, name in zip(banks, ("left", "right"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for bank in banks:
        lengths = {info.title: info.messages for info in bank.chats()}
        assert lengths == {"left": 16, "right": 16, "one": 16}


def test_a_message_before_the_first_place_is_refused_and_leaves_nothing(
    bank: Bank,
) -> None:
    wrong = WindowMessage(role="user", content="Hello.", position=-1)

    with pytest.raises(InvalidInput, match="begin at 0"):
        bank.chat("a", host="test").observe(Window(messages=(wrong,), complete=False))

    assert bank.chats() == []


def test_a_chat_that_could_not_be_stored_is_not_known(bank: Bank) -> None:
    broken: Any = WindowMessage(role="user", content="Hello.", said_at="yesterday")  # type: ignore[arg-type]

    with pytest.raises(TypeError):
        bank.chat("a", host="test").observe(Window(messages=(broken,), complete=True))

    assert bank.chats() == []
    a_chat(bank, "b", "Hello.")
    assert [one.title for one in bank.chats()] == ["b"]


def test_a_turn_that_cannot_be_stored_leaves_what_was_known(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_chat(bank, "one", CAT, LOVELY)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(bank.state.store.chats, "add", fail)
        with pytest.raises(StoreError):
            bank.chat("two", host="test").observe(window(OSLO))

    assert bank.summaries.listed() == []
    assert [chat.title for chat in bank.state.chats] == ["one"]
