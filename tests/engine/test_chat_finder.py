"""Which chat a host shows that does not say so: one answer, whoever asks."""

from __future__ import annotations

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query, Window
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.ingestion.chat_finder import ChatHints

from .builders import a_chat, texts, window
from .conftest import MIKU

CAT = "> My cat is called Miso and she loves tuna."
LOVELY = "What a lovely name for a cat, tell me more!"
OSLO = "> I moved to Oslo for work last spring."
COLD = "Is it cold in Oslo at this time of the year?"
BEES = "> My sister keeps bees in an old mill."
MILL = "I would love to see that mill one day."
GREEN = "> The walls of my flat are painted green."
HOSTS = ("proxy", "webui-api", "a third one")


def show(engine: Engine, host: str, shown: Window, **hints: str) -> Chat:
    """Show a window as a host does that names no chat, and return its chat."""
    bank = engine.bank(MIKU)
    located = engine.find_chat(MIKU, shown, ChatHints(host=host, **hints))  # type: ignore[arg-type]
    chat = bank.chat_at(located.key)
    chat.observe(located.whole(shown))
    return chat


def part(*lines: str) -> Window:
    """Show lines as a client does that may leave out the oldest."""
    return window(*lines, complete=False)


def lengths(engine: Engine) -> list[int]:
    return sorted(info.messages for info in engine.bank(MIKU).chats())


@pytest.mark.parametrize("host", HOSTS)
def test_a_chat_without_a_name_is_found_by_its_text(engine: Engine, host: str) -> None:
    for shown in (part(CAT), part(CAT, LOVELY, OSLO), part(CAT, LOVELY, OSLO, COLD)):
        show(engine, host, shown)
    again = part(CAT, LOVELY, OSLO, COLD)  # the same window once more
    show(engine, host, again)

    show(engine, host, part("> Something new entirely."))

    assert lengths(engine) == [1, 4]


@pytest.mark.parametrize("host", HOSTS)
def test_deleted_lines_are_followed_whichever_host_shows_it(
    engine: Engine, host: str
) -> None:
    """The webui's API took this for another chat, the proxy did not."""
    show(engine, host, part(CAT, LOVELY, OSLO, COLD, BEES, MILL))

    chat = show(engine, host, part(CAT, LOVELY, OSLO, COLD, GREEN))

    assert lengths(engine) == [5]
    assert texts(chat)[-1] == GREEN[2:]


@pytest.mark.parametrize("host", HOSTS)
def test_so_they_are_where_a_reply_is_shown_in_the_next_window_alone(
    engine: Engine, host: str
) -> None:
    """The webui's API tells no reply; then any chat seemed to be two clients'."""
    talk = (CAT, LOVELY, OSLO, COLD, BEES, MILL)
    for count in (1, 3, 5):
        show(engine, host, part(*talk[:count]))

    show(engine, host, part(*talk[:4], GREEN))

    assert lengths(engine) == [5]


@pytest.mark.parametrize("host", HOSTS)
def test_a_long_chat_is_not_taken_over_by_one_that_begins_alike(
    engine: Engine, host: str
) -> None:
    show(engine, host, part("> Hi", "Hello!", "> How are you?", "Fine.", "> Good."))

    show(engine, host, part("> Hi"))

    assert lengths(engine) == [1, 5]


def test_a_chat_goes_on_at_another_host(engine: Engine) -> None:
    """Who changes his client goes on with what he said."""
    show(engine, "webui-api", part(CAT, LOVELY, OSLO, COLD))

    chat = show(engine, "proxy", part(CAT, LOVELY, OSLO, COLD, BEES))

    assert lengths(engine) == [5]
    assert texts(chat)[-1] == BEES[2:]


def test_what_the_webui_follows_by_its_files_is_left_to_it(
    engine: Engine, bank: Bank
) -> None:
    own = bank.chat("by its file", host="webui")
    own.observe(window(CAT, LOVELY, OSLO, COLD))

    show(engine, "proxy", part(CAT, LOVELY, OSLO, COLD, BEES))

    assert texts(own) == [line.removeprefix("> ") for line in (CAT, LOVELY, OSLO, COLD)]


@pytest.mark.parametrize("host", HOSTS)
def test_a_branch_has_the_past_that_its_window_no_longer_shows(
    engine: Engine, host: str
) -> None:
    said = [f"> I have been to town number {number}." for number in range(4)]
    talk = [line for one in said for line in (one, f"Oh, {one[2:]}")]
    show(engine, host, part(*talk, CAT, LOVELY, OSLO, COLD, BEES, MILL))

    chat = show(engine, host, part(*talk[4:], GREEN))

    assert texts(chat)[:4] == [line.removeprefix("> ") for line in talk[:4]]
    assert len(engine.bank(MIKU).chats()) == 2


def test_a_client_s_id_finds_a_chat_whatever_it_shows(engine: Engine) -> None:
    show(engine, "proxy", part(CAT, LOVELY), chat="one")

    chat = show(engine, "proxy", part(CAT, LOVELY, OSLO), chat="one")
    other = show(engine, "proxy", part(CAT, LOVELY, OSLO), chat="two")

    assert [len(chat.path()), len(other.path())] == [3, 3]
    assert len(engine.bank(MIKU).chats()) == 2


@pytest.mark.parametrize("host", HOSTS)
def test_a_chat_of_which_lines_were_forgotten_is_still_that_chat(
    engine: Engine, bank: Bank, host: str
) -> None:
    """Its client shows them as long as it keeps its own file.

    The proxy took it for another chat, and kept what was left of it twice.
    """
    talk = ("> Hi", "Hello!", BEES, "Oh.")
    show(engine, host, part(*talk))
    assert bank.settle(20)
    chat = a_chat(bank, "another", "> What do you know of bees?")
    [bees, *_] = chat.recall(Query(text=BEES, gated=False))
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(bees.memory.id,)))

    show(engine, host, part(*talk, "> Thanks."))

    assert lengths(engine) == [1, 4]
