"""The record of recalls: bounded, without texts, gone with what is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from long_term_memory.config import RetentionSettings, Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.policy import Policy, Remembering
from long_term_memory.core.recalls import DayUsage
from long_term_memory.engine import recalls
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.recent import last_turn
from long_term_memory.errors import StoreError

from .builders import a_chat, a_request, window
from .conftest import MIKU, Clock

CAT = "> My cat is called Miso and she loves tuna more than anything."
LOVELY = "What a lovely name that is, I shall remember it!"
ASK = "> What does my cat Miso love more than anything?"
TODAY = date(2026, 11, 21)


def turn(chat: Chat, question: str = ASK) -> None:
    """Ask in a chat, and have it recorded."""
    request = a_request(question[2:])
    visible = chat.newest_ids(1)
    query = replace(request.query, visible=visible, gated=False)
    chat.note_turn(chat.compose(replace(request, query=query)))


@pytest.fixture
def asked(bank: Bank) -> Chat:
    """A chat in which the cat was asked for once, and recorded."""
    a_chat(bank, "one", CAT, LOVELY)
    bank.memories.add("It is spring.", pinned=True)
    chat = a_chat(bank, "two", ASK)
    turn(chat)
    return chat


def without_record(engine: Engine) -> None:
    engine.configure(Settings(retention=RetentionSettings(record_recalls=False)))


def test_what_stood_in_a_prompt_is_recorded_by_ids(bank: Bank, asked: Chat) -> None:
    [record] = bank.recalls.newest()

    cat = bank.memories.search("Miso loves")[-1]
    spring = bank.memories.search("spring")[0]
    assert record.asked == asked.path()[0].message.id
    assert record.chat == bank.chats()[0].id
    told = {one.id: one.block for one in record.items}
    assert told[cat.id] == "recall"
    assert told[spring.id] == "head"
    assert record.recall_tokens > 0
    assert sum(one.tokens for one in record.items) > 0
    kept = bank.state.store.metadata.with_prefix("recalled/")
    assert "tuna" not in "".join(kept.values())


def test_the_last_turn_is_told_after_a_restart(
    asked: Chat, open_engine: Callable[[], Engine]
) -> None:
    again = open_engine()

    told = last_turn(again, user="ANON", character="miku", chat="two")

    assert told is not None
    assert told.query.text == ASK[2:]
    assert (told.host, told.chat, told.scope) == ("test", "two", MIKU)
    assert CAT[2:] in told.context.recall.text
    head = told.context.head.text
    assert "[Miku always keeps in mind:\nIt is spring.\n]" in head
    assert "remembers from earlier conversations" in told.context.recall.text
    assert "record" in told.context.note
    assert last_turn(again, chat="one") is None
    assert last_turn(again, chat="three") is None
    assert last_turn(again, user="nobody") is None


def test_the_last_turns_are_told_word_for_word_until_the_program_ends(
    bank: Bank, asked: Chat, open_engine: Callable[[], Engine]
) -> None:
    request = a_request("Do you love tuna?")
    told = asked.compose(request)
    asked.note_turn(told, query=request.query)

    newest, first = bank.recalls.turns()
    read = open_engine().bank(MIKU).recalls.turns()

    assert newest.context is told
    assert newest.query is request.query
    assert first.query.text == ASK[2:]
    assert first.query.before == ()
    assert newest.number > first.number
    assert [one.number for one in read] == [newest.number, first.number]
    assert "record" in read[0].context.note


def test_a_recorded_question_is_read_with_what_stood_before_it(
    bank: Bank, open_engine: Callable[[], Engine]
) -> None:
    chat = a_chat(bank, "long", CAT, LOVELY, ASK)
    turn(chat)

    [told] = open_engine().bank(MIKU).recalls.turns()

    assert [one.content for one in told.query.before] == [CAT[2:], LOVELY]
    assert told.query.visible >= {chat.path()[2].message.id}


def test_no_prompt_is_known_word_for_word_after_a_forgetting(
    bank: Bank, engine: Engine, asked: Chat
) -> None:
    spring = bank.memories.search("spring")[0]

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(spring.id,)))

    [told] = bank.recalls.turns()
    assert "spring" not in told.context.head.text
    assert "record" in told.context.note


def test_a_preview_tells_the_same_and_leaves_no_trace(
    bank: Bank, engine: Engine, asked: Chat
) -> None:
    request = a_request(ASK[2:])
    told = asked.preview(request)
    few = replace(
        engine.settings, prompt=replace(engine.settings.prompt, head_template="")
    )

    with engine.trying(replace(few, recall=replace(few.recall, other_chats=False))):
        alone = asked.preview(request)

    assert CAT[2:] in told.recall.text
    assert CAT[2:] not in alone.recall.text
    assert engine.settings.recall.other_chats is True
    assert len(bank.recalls.newest()) == 1
    assert told == asked.compose(request)


def test_when_a_memory_was_recalled_last(bank: Bank, asked: Chat, clock: Clock) -> None:
    spring = bank.memories.search("spring")[0].id
    before = clock()
    cat = bank.memories.search("Miso loves")[-1].id
    clock.advance(days=1)
    turn(asked, "> Hello there, my old friend.")

    told = bank.recalls.last_recalled([cat, spring, "nothing"])

    assert told[spring] == clock()
    assert told[cat] in (before, clock())
    assert "nothing" not in told


def test_days_add_up_and_go_with_their_age(
    bank: Bank, asked: Chat, clock: Clock
) -> None:
    spent = DayUsage(day=TODAY, calls=1, read=100, written=20, memory=30, dollars=0.5)
    asked.note_turn(None, spent)
    asked.note_turn(None, spent)
    asked.note_turn(None, replace(spent, day=date(2026, 11, 20)))

    yesterday, today = bank.recalls.usage()
    assert (yesterday.read, today.read, today.dollars) == (100, 200, 1.0)
    assert bank.recalls.usage(since=TODAY) == [today]

    clock.advance(days=91)
    assert bank.recalls.usage() == []
    assert bank.recalls.newest() == []
    turn(asked)
    metadata = bank.state.store.metadata
    assert len(metadata.with_prefix("recalled/")) == 1
    assert metadata.with_prefix("used/") == {}


def test_only_so_many_are_kept(
    bank: Bank, asked: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalls, "MOST_RECORDS", 3)

    for _ in range(5):
        turn(asked)

    assert [one.number for one in bank.recalls.newest()][:3] == [6, 5, 4]
    assert bank.recalls.newest(limit=1)[0].number == 6


def test_switched_off_nothing_is_kept_or_told(
    engine: Engine, bank: Bank, asked: Chat
) -> None:
    without_record(engine)
    turn(asked)
    asked.note_turn(None, DayUsage(day=TODAY, calls=1))

    assert bank.recalls.newest() == []
    assert bank.recalls.usage() == []
    assert bank.recalls.last_turn() is None
    bank.recalls.clear()
    engine.configure(Settings())
    assert bank.recalls.newest() == []


@pytest.mark.parametrize("remembers", [Remembering.PAUSED, Remembering.INCOGNITO])
def test_of_a_chat_that_is_not_remembered_nothing_is_recorded(
    bank: Bank, asked: Chat, remembers: Remembering
) -> None:
    asked.set_policy(Policy(remembers=remembers))
    turn(asked)
    asked.note_turn(None, DayUsage(day=TODAY, calls=1))
    unnamed = bank.chat("", host="test")
    turn(unnamed)
    unnamed.note_turn(None, DayUsage(day=TODAY, calls=1))

    assert len(bank.recalls.newest()) == 1
    assert bank.recalls.usage() == []


def test_what_is_forgotten_leaves_the_record(bank: Bank, asked: Chat) -> None:
    spring = bank.memories.search("spring")[0].id
    cat = bank.memories.search("Miso loves")[-1].id

    Forgetting(bank.state).forget(ForgetTarget(memories=(cat,)))
    [record] = bank.recalls.newest()
    assert cat not in {one.id for one in record.items}
    assert spring in {one.id for one in record.items}

    Forgetting(bank.state).forget(ForgetTarget(memories=(spring,)))
    [record] = bank.recalls.newest()
    assert spring not in {one.id for one in record.items}

    Forgetting(bank.state).forget(ForgetTarget(memories=(record.asked,)))
    assert bank.recalls.newest() == []


def test_with_everything_goes_the_record(bank: Bank, asked: Chat) -> None:
    asked.note_turn(None, DayUsage(day=TODAY, calls=1))

    Forgetting(bank.state).forget(ForgetTarget(everything=True))

    metadata = bank.state.store.metadata
    assert not metadata.with_prefix("recalled/")
    assert not metadata.with_prefix("used/")


def test_a_swiped_away_answer_does_not_change_what_was_asked(
    bank: Bank, asked: Chat
) -> None:
    asked.observe(window(ASK, "She loves tuna, of course.", open_ended=True))
    turn(asked)

    assert bank.recalls.newest()[0].asked == asked.path()[0].message.id


def test_what_was_forgotten_meanwhile_is_not_named_when_its_reply_ends(
    bank: Bank, asked: Chat
) -> None:
    request = a_request(ASK[2:])
    context = asked.compose(replace(request, query=replace(request.query, gated=False)))
    spring = bank.memories.search("spring")[0].id
    Forgetting(bank.state).forget(ForgetTarget(memories=(spring,)))

    asked.note_turn(context, DayUsage(day=TODAY, calls=1), round_="")

    assert spring not in str(bank.state.store.metadata.with_prefix("recalled/"))
    assert [one.calls for one in bank.recalls.usage()] == [1]


def test_a_turn_is_recorded_as_of_when_it_was_composed(
    bank: Bank, asked: Chat, clock: Clock
) -> None:
    composed = clock()
    clock.advance(minutes=2)

    asked.note_turn(asked.compose(a_request(ASK[2:])), at=composed)

    assert bank.recalls.newest()[0].at == composed


def test_recall_and_usage_of_a_turn_are_kept_together_or_not_at_all(
    bank: Bank, asked: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: DayUsage) -> str:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(DayUsage, "as_text", breaks)
    before = bank.recalls.newest()

    with pytest.raises(StoreError):
        asked.note_turn(asked.compose(a_request(ASK[2:])), DayUsage(day=TODAY, calls=1))

    assert bank.recalls.newest() == before
