"""The sample chat: it is read offline, told once, and answers its own questions."""

from __future__ import annotations

from long_term_memory.core.types import Query
from long_term_memory.editor.sample import DEMO_USER, is_told, sample, tell
from long_term_memory.engine.engine import Engine


def test_the_sample_is_a_chat_of_several_sittings_with_times_in_order() -> None:
    told = sample()
    times = [message.said_at for chat in told.chats for message in chat.messages]

    assert len(told.chats) == 6
    assert 60 <= told.length <= 80
    assert all(time is not None and time.tzinfo is not None for time in times)
    assert times == sorted(time for time in times if time is not None)
    assert times[-1] is not None
    assert times[-1] < told.now


def test_the_speakers_take_turns_and_bear_their_names() -> None:
    for chat in sample().chats:
        for before, after in zip(chat.messages, chat.messages[1:], strict=False):
            assert before.role != after.role
            assert before.name != after.name


def test_telling_it_twice_stores_it_once_and_in_a_bank_of_its_own(
    engine: Engine,
) -> None:
    assert not is_told(engine)
    tell(engine)
    bank = tell(engine)

    assert is_told(engine)
    assert [scope.user for scope in engine.scopes()] == [DEMO_USER]
    assert bank.stats().messages == sample().length
    assert len(bank.chats()) == len(sample().chats)


def test_what_was_said_in_it_is_recalled(engine: Engine) -> None:
    bank = tell(engine)
    bank.settle()

    found = bank.chat("", host="sample").recall(
        Query(text=sample().questions[1], asked_at=sample().now)
    )

    assert any("allergic to hazelnuts" in one.memory.content for one in found)
