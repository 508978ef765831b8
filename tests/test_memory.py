"""The calls of programs: by the library, and by the client before a real server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from long_term_memory.client import MemoryClient
from long_term_memory.errors import (
    ConfigError,
    InvalidInput,
    NotFound,
    UpstreamError,
)
from long_term_memory.memory import Memory
from long_term_memory.memory_values import CharacterCalls, ChatCalls, ChatMessage

from .server.conftest import running

CAT = {"role": "user", "content": "My cat is called Pickle."}
AnyMemory = Memory | MemoryClient

REPLY = {"role": "assistant", "content": "A lovely name."}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server for all tests of this file; each has a character of its own."""
    with running(tmp_path_factory.mktemp("served")) as started:
        yield started.url


@pytest.fixture(params=["library", "client"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyMemory]:
    if request.param == "library":
        with Memory(tmp_path / "memories") as opened:
            yield opened
        return
    with MemoryClient(request.getfixturevalue("server")) as client:
        yield client


@pytest.fixture
def mia(memory: AnyMemory) -> CharacterCalls:
    return memory.character(f"Mia {uuid4().hex}")


def test_what_was_told_in_one_chat_is_told_in_the_next(mia: CharacterCalls) -> None:
    mia.chat("one").observe([CAT, REPLY])

    blocks = mia.chat("two").compose("What is my cat called?")

    assert "Pickle" in blocks.recall
    assert blocks.recall_tokens > 0
    assert blocks.head.count("Pickle") == 1  # as a fact
    assert blocks.text == f"{blocks.head}\n\n{blocks.recall}"
    assert blocks.recalled[0].entry.text == CAT["content"]


def test_small_talk_brings_nothing(mia: CharacterCalls) -> None:
    mia.chat("one").observe([CAT, REPLY])

    assert mia.chat("two").compose("Hi!").recall == ""


def test_a_message_that_was_shown_before_it_is_answered_is_not_repeated(
    mia: CharacterCalls,
) -> None:
    chat = mia.chat("one")
    chat.observe([CAT])

    assert chat.compose(str(CAT["content"])).recall == ""


def test_blocks_keep_to_their_tokens(mia: CharacterCalls) -> None:
    for number in range(30):
        mia.note(f"The {number}th thing about the cat is that it sleeps.", pinned=True)
        mia.note(f"My cat did trick number {number} on the roof.")

    for tokens in (0, 60, 200, 900):
        blocks = mia.chat("one").compose("What tricks does my cat do?", tokens=tokens)
        assert blocks.head_tokens + blocks.recall_tokens <= tokens


def test_pinned_notes_stand_in_the_head(mia: CharacterCalls) -> None:
    mia.note("Ann is allergic to nuts.", pinned=True)

    assert "allergic to nuts" in mia.chat("one").compose("Hi!").head


def test_an_edited_message_is_followed(mia: CharacterCalls) -> None:
    chat = mia.chat("one")
    chat.observe([{**CAT, "id": "1"}, {**REPLY, "id": "2"}])

    found = chat.observe(
        [{"role": "user", "content": "My cat is called Olive.", "id": "1"}, REPLY]
    )

    assert (found.added, found.removed, found.length) == (1, 1, 2)
    assert not mia.search("Pickle")
    assert [message.content for message in chat.messages()] == [
        "My cat is called Olive.",
        "A lovely name.",
    ]


def test_a_draft_that_is_replaced_is_not_remembered(mia: CharacterCalls) -> None:
    chat = mia.chat("one")
    chat.observe(
        [CAT, {"role": "assistant", "content": "Dig under the mill."}], draft=True
    )

    found = chat.observe(
        [CAT, {"role": "assistant", "content": "Dig under the oak."}], draft=True
    )

    assert (found.added, found.removed, found.length) == (1, 1, 2)
    assert not mia.search("mill")
    assert mia.search("oak")


def test_what_is_said_live_has_its_time_and_what_is_brought_has_none(
    mia: CharacterCalls,
) -> None:
    long_ago = mia.chat("old")
    long_ago.observe([CAT, REPLY])
    assert [message.said_at for message in long_ago.messages()] == [None, None]

    long_ago.observe([CAT, REPLY, {"role": "user", "content": "I am back."}])

    said = long_ago.messages()[-1].said_at
    assert said is not None
    assert datetime.now(UTC) - said < timedelta(minutes=1)


def test_notes_are_made_corrected_pinned_and_taken_back(mia: CharacterCalls) -> None:
    note = mia.note("Ann is alergic to nuts.")

    fixed = mia.edit(note.id, "Ann is allergic to nuts.")
    assert mia.pin(note.id).pinned
    assert not mia.pin(note.id, pinned=False).pinned
    mia.delete(note.id)

    assert fixed.text == "Ann is allergic to nuts."
    assert mia.entries(kind="note") == []
    assert [one.id for one in mia.entries(kind="note", deleted=True)] == [note.id]
    assert mia.restore(note.id) == mia.get(note.id)


def test_forgetting_says_first_what_goes(mia: CharacterCalls) -> None:
    mia.chat("one").observe([CAT, REPLY])
    [chat] = mia.chats()

    before = mia.forget(chat=chat.id, preview=True)
    assert not before.done
    assert before.messages == 2
    assert before.examples[0] == CAT["content"]
    assert mia.search("Pickle")

    gone = mia.forget(chat=chat.id)

    assert gone.done
    assert gone.chats == ("one",)
    assert not mia.search("Pickle")
    assert not mia.chats()


@pytest.mark.parametrize("span", [{"since": 1}, {"until": 1}])
def test_a_span_is_forgotten(mia: CharacterCalls, span: dict[str, int]) -> None:
    now = datetime.now(UTC)
    mia.chat("one").observe(
        [
            {**CAT, "said_at": now - timedelta(days=9)},
            {"role": "user", "content": "Bees hum.", "said_at": now},
        ]
    )
    edge = {name: now - timedelta(days=days) for name, days in span.items()}

    assert mia.forget(**edge).messages == 1  # type: ignore[arg-type]

    left = "Pickle" if "since" in span else "Bees"
    assert left in mia.entries()[0].text


def test_characters_are_listed_for_each_user(memory: AnyMemory) -> None:
    one, two = f"Mia {uuid4().hex}", f"Rex {uuid4().hex}"
    memory.character(one).note("One.")
    memory.character(two, user="anna").note("Two.")

    assert one in memory.characters()
    assert two not in memory.characters()
    assert two in memory.characters(user="anna")


def test_it_may_be_called_from_many_threads(mia: CharacterCalls) -> None:
    def turn(number: int) -> int:
        chat = mia.chat(f"chat {number % 4}")
        chat.compose(f"Do you know thing {number}?")
        return len(mia.note(f"Thing {number} is known.").id)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(turn, range(40)))

    assert len(mia.entries(kind="note", limit=100)) == 40


def test_settings_are_given_by_name(tmp_path: Path) -> None:
    with Memory(tmp_path, settings={"num_memories_to_fetch": 1}) as memory:
        mia = memory.character("Mia")
        mia.note("My cat is called Pickle.")
        mia.note("My cat eats fish.")
        mia.note("My cat sleeps all day.")

        assert len(mia.chat("one").compose("Tell me of my cat.").recalled) == 1


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="num_memories"):
        Memory(tmp_path, settings={"num_memories_to_fetch": "many"})


WRONG: list[tuple[Any, str]] = [
    ({"role": "user"}, "lacks its content"),
    ({"content": "Hi"}, "lacks its role"),
    ({"role": "tool", "content": "Hi"}, "'tool'"),
    ({"role": "user", "content": 5}, "is a text"),
    ({"role": "user", "content": "Hi", "mood": "glad"}, "no 'mood'"),
    (
        ChatMessage(role="user", content="Hi", said_at=datetime(2026, 1, 1)),
        "needs its zone",
    ),
]


@pytest.mark.parametrize(("message", "words"), WRONG)
def test_a_wrong_message_is_named_and_nothing_is_stored(
    mia: CharacterCalls, message: Any, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        mia.chat("one").observe([CAT, message])

    assert mia.chat("one").messages() == []


def test_what_makes_no_sense_is_refused(memory: AnyMemory, mia: CharacterCalls) -> None:
    with pytest.raises(InvalidInput):
        memory.character("  ")
    with pytest.raises(InvalidInput):
        mia.chat("")
    with pytest.raises(InvalidInput):
        mia.recall("cat", limit=0)
    with pytest.raises(InvalidInput):
        mia.forget()
    with pytest.raises(InvalidInput):
        mia.forget(since=datetime(2026, 1, 1))
    with pytest.raises(InvalidInput):
        mia.entries(kind="dream")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        mia.get("nothing")
    with pytest.raises(NotFound):
        mia.forget("nothing")


def test_it_has_the_calls_that_tools_and_clients_share(mia: CharacterCalls) -> None:
    chat: ChatCalls = mia.chat("one")

    assert chat.observe([CAT]).added == 1


def test_a_server_that_is_not_there_is_named() -> None:
    with (
        MemoryClient("http://127.0.0.1:9") as client,
        pytest.raises(UpstreamError, match="Is it running"),
    ):
        client.characters()


def test_what_is_no_memory_server_is_told() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text="<html>"))
    with (
        MemoryClient(transport=transport) as client,
        pytest.raises(UpstreamError, match="no memory server"),
    ):
        client.characters()


def test_a_key_is_sent_and_a_refusal_is_told() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer secret"
        error = {"type": "Unauthorized", "message": "Send a key."}
        return httpx.Response(401, json={"error": error})

    transport = httpx.MockTransport(refuse)
    with (
        MemoryClient(api_key="secret", transport=transport) as client,
        pytest.raises(UpstreamError, match="Send a key"),
    ):
        client.character("Mia").entries()
