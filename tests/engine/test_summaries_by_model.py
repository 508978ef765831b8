"""A language model may write summaries; what it wrote is kept by its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from long_term_memory.core.types import Window
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Backends, Engine
from long_term_memory.engine.guard import Faults
from long_term_memory.errors import UpstreamError
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.testing import HashEmbedder, InMemoryBackend, ScriptedLLM

from .builders import a_chat, window
from .conftest import MIKU, TWENTIES, Clock
from .test_summaries import lines, summaries, tiers, told


@pytest.fixture
def llm() -> ScriptedLLM:
    return ScriptedLLM()


@pytest.fixture
def stores() -> InMemoryBackend:
    return InMemoryBackend()


def an_engine(llm: ScriptedLLM | None, stores: InMemoryBackend, clock: Clock) -> Engine:
    backends = Backends(
        make_embedder=lambda settings: LazyEmbedder(HashEmbedder),
        make_writer=lambda settings: llm,
    )
    return Engine(TWENTIES, Path("nowhere"), stores, backends, clock, Faults(clock))


@pytest.fixture
def engine(llm: ScriptedLLM, stores: InMemoryBackend, clock: Clock) -> Iterator[Engine]:
    engine = an_engine(llm, stores, clock)
    yield engine
    engine.close()


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return engine.bank(MIKU)


def test_the_model_is_asked_once_and_its_words_are_told(
    bank: Bank, llm: ScriptedLLM
) -> None:
    llm.enqueue("<think>Hm.</think>They moved boxes.", "More boxes followed.")
    chat = a_chat(bank, "one", *lines(60))

    head = told(bank, chat, sent=30)
    again = told(bank, chat, sent=30)

    assert "They moved boxes." in head
    assert again == head
    # The chunk that is told, and the one that will be told next.
    assert len(llm.history) == 2
    instruction, text = llm.history[0]
    assert "at most 90 words" in instruction
    assert text.startswith("Anon: Yesterday I moved 0 boxes")
    assert [one.maker for one in bank.summaries.listed()] == ["model", "model"]
    assert {one.model for one in bank.summaries.listed()} == {"scripted"}


def test_what_a_model_wrote_is_replayed_when_its_messages_return(
    bank: Bank, llm: ScriptedLLM
) -> None:
    llm.enqueue("First.", "Second.", "About the letter.")
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)

    chat.observe(window("> Yesterday I burnt a letter.", *lines(60)[1:]))
    assert "About the letter." in told(bank, chat, sent=30)
    chat.observe(window(*lines(60)))

    assert told(bank, chat, sent=30) == before
    assert len(llm.history) == 3


def test_a_model_that_fails_leaves_the_extract_and_rests(
    bank: Bank, engine: Engine, llm: ScriptedLLM, clock: Clock
) -> None:
    llm.enqueue(UpstreamError("It answered 500."))
    chat = a_chat(bank, "one", *lines(60))

    head = told(bank, chat, sent=30)

    assert "Yesterday I moved" in head
    assert engine.faults.last is not None
    assert "500" in engine.faults.last.words
    assert len(llm.history) == 1

    clock.advance(minutes=6)
    llm.enqueue("It works again.", "Second.")
    assert "It works again." in told(bank, chat, sent=30)


def test_a_summary_by_hand_is_not_given_to_the_model(
    bank: Bank, llm: ScriptedLLM
) -> None:
    llm.enqueue("First.", "Second.", "Third.")
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]

    bank.memories.update(first.id, content="By hand.")

    assert "By hand." in told(bank, chat, sent=30)
    assert len(llm.history) == 2


def test_regenerating_asks_the_model_again(bank: Bank, llm: ScriptedLLM) -> None:
    llm.enqueue("First.", "Second.", "Better.")
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]

    bank.memories.regenerate(first.id)

    assert "Better." in told(bank, chat, sent=30)


def test_of_a_long_past_only_what_is_told_is_written(
    bank: Bank, llm: ScriptedLLM
) -> None:
    """Three hundred messages cost a handful of calls, not one for each chunk."""
    llm.enqueue(*(f"Text {number}." for number in range(20)))
    chat = a_chat(bank, "one", *lines(330))

    told(bank, chat, sent=30)

    in_prompt = [one for one in bank.summaries.listed() if one.in_prompt]
    assert {one.maker for one in in_prompt} == {"model"}
    # The fifteen chunks that are told, and no chapter or story.
    assert len(llm.history) == 15
    assert {tier for tier, _, _ in tiers(bank)} == {"chunk"}


def test_an_idle_host_lends_its_model_one_summary_at_a_time(
    stores: InMemoryBackend, clock: Clock
) -> None:
    engine = an_engine(None, stores, clock)
    bank = engine.bank(MIKU)
    chat = a_chat(bank, "one", *lines(60))
    assert "Yesterday" in told(bank, chat, sent=30)
    lent = ScriptedLLM("By the host.", "Second.")

    assert engine.write_summary(lent)
    assert "By the host." in told(bank, chat, sent=30)
    assert engine.write_summary(lent)
    assert not engine.write_summary(lent)
    engine.close()


def test_a_text_that_is_much_too_long_is_cut_at_a_sentence(
    bank: Bank, llm: ScriptedLLM
) -> None:
    llm.enqueue("They moved boxes again and again. " * 80, "Second.")
    chat = a_chat(bank, "one", *lines(60))

    told(bank, chat, sent=30)

    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]
    assert len(first.content) < 1000
    assert first.content.endswith("again. …")


def test_times_of_the_host_are_written_as_days(bank: Bank, llm: ScriptedLLM) -> None:
    llm.enqueue("They moved boxes.", "Second.")
    chat = bank.chat("one", host="test")
    at = datetime(2026, 5, 8, 12, 0, tzinfo=UTC)
    shown = window(*lines(60)).messages
    timed = tuple(
        one._replace(said_at=at + timedelta(minutes=place))
        for place, one in enumerate(shown)
    )
    chat.observe(Window(messages=timed, complete=True))

    assert "[8 May 2026] They moved boxes." in told(bank, chat, sent=30)
    assert summaries(bank)[-1].happened_at == at
