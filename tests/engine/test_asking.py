"""What a program asks a chat: what stands before it, and what is no news."""

from __future__ import annotations

import pytest

from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.asking import query_in
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine

SAID = [f"Line {number}." for number in range(6)]


@pytest.fixture
def chat(engine: Engine) -> Chat:
    chat = engine.bank(Scope(user="ann", character="Mia")).chat("one", host="api")
    shown = tuple(WindowMessage(role="user", content=text) for text in SAID)
    chat.observe(Window(messages=shown, complete=True))
    return chat


def ids(chat: Chat, *texts: str) -> frozenset[str]:
    return frozenset(
        place.message.id for place in chat.path() if place.message.content in texts
    )


def test_what_stands_before_comes_from_the_chat(chat: Chat) -> None:
    query = query_in(chat, "And now?")

    assert [one.content for one in query.before] == SAID[-4:]
    assert query.visible == frozenset()


def test_what_is_told_to_stand_before_does(chat: Chat) -> None:
    before = [WindowMessage(role="assistant", content="Well.")]

    assert query_in(chat, "And now?", before=before).before == tuple(before)


def test_a_message_that_is_shown_is_neither_before_itself_nor_news(chat: Chat) -> None:
    query = query_in(chat, SAID[-1])

    assert [one.content for one in query.before] == SAID[1:5]
    assert query.visible == ids(chat, SAID[-1])


def test_the_same_words_by_somebody_else_are_another_message(chat: Chat) -> None:
    assert query_in(chat, SAID[-1], speaker="assistant").visible == frozenset()


@pytest.mark.parametrize(("count", "seen"), [(2, SAID[-2:]), (99, SAID)])
def test_as_many_as_the_prompt_holds_are_visible(
    chat: Chat, count: int, seen: list[str]
) -> None:
    assert query_in(chat, "And now?", visible=count).visible == ids(chat, *seen)


def test_ids_that_are_named_are_visible_with_the_message_itself(chat: Chat) -> None:
    named = ids(chat, SAID[0])

    assert query_in(chat, "And now?", visible=named).visible == named
    assert query_in(chat, SAID[-1], visible=named).visible == named | ids(
        chat, SAID[-1]
    )


def test_an_empty_chat_has_nothing_before(engine: Engine) -> None:
    chat = engine.bank(Scope(user="ann", character="Mia")).chat("two", host="api")

    assert query_in(chat, "Hello?", visible=3).before == ()
