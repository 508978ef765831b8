"""A language model may look for facts, too; what rules found stands meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from long_term_memory.config.knowledge import FactSettings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.model_facts import FactFault
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults
from long_term_memory.engine.knowledge.model_facts import ModelFacts
from long_term_memory.errors import UpstreamError
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.models.llm import Writer
from long_term_memory.testing import HashEmbedder, InMemoryBackend, ScriptedLLM

from .builders import a_chat, window
from .conftest import MIKU, TWENTIES, Clock

SAID = (
    "> hello there",
    "Hello! Come in.",
    "> The harp in our hall came down from grandmother Ilse.",
    "What a harp!",
    "> I live in Bergen.",
    "Far north, then.",
    "> more tea please",
    "Here you are.",
    "> thank you",
    "Any time.",
)
HARP = "Anon has a harp from grandmother Ilse."


@pytest.fixture
def llm() -> ScriptedLLM:
    return ScriptedLLM()


@pytest.fixture
def stores() -> InMemoryBackend:
    return InMemoryBackend()


def an_engine(llm: Writer | None, stores: InMemoryBackend, clock: Clock) -> Engine:
    backends = Backends(
        make_embedder=lambda settings: LazyEmbedder(HashEmbedder),
        make_writer=lambda settings: llm,
    )
    # Only a test asks the model, not the worker in the background.
    off = replace(TWENTIES, facts=FactSettings(facts_by_model=False))
    return Engine(off, Path("nowhere"), stores, backends, clock, Faults(clock))


@pytest.fixture
def engine(llm: ScriptedLLM, stores: InMemoryBackend, clock: Clock) -> Iterator[Engine]:
    engine = an_engine(llm, stores, clock)
    yield engine
    engine.close()


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return engine.bank(MIKU)


def drawn(*facts: tuple[str, int]) -> str:
    """Return the answer of a model that draws facts from lines."""
    told = [
        {
            "text": text,
            "about": "Anon",
            "category": "possession",
            "source": line,
            "confidence": 0.9,
        }
        for text, line in facts
    ]
    return json.dumps({"facts": told})


def work(bank: Bank, engine: Engine) -> ModelFacts:
    """Have the model asked, step by step, until nothing is left for it now."""
    bank.settle()
    engine.configure(TWENTIES)
    by_model = bank.knowledge.by_model
    while by_model.work(HashEmbedder(), 1):
        pass
    return by_model


def texts(bank: Bank, chat: Chat) -> list[str]:
    """Return the facts of a chat."""
    viewer = bank.knowledge.viewer_of("")
    return [one.text for one in bank.knowledge.facts.all(viewer)]


def test_what_a_model_finds_stands_beside_what_rules_found(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn((HARP, 3), ("Anon lives in Bergen.", 5)))
    chat = a_chat(bank, "one", *SAID)

    status = work(bank, engine).status()

    found = texts(bank, chat)
    assert HARP in found
    assert found.count("Anon lives in Bergen.") == 1
    assert (status.asked, status.kept, status.waiting) == (8, 1, 0)
    assert status.refused == {FactFault.KNOWN: 1}
    assert len(llm.history) == 1


def test_the_end_of_a_chat_that_may_be_swiped_is_not_shown_to_a_model(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn())
    a_chat(bank, "one", *SAID)

    work(bank, engine)

    [(_, text)] = llm.history
    assert "more tea please" in text
    assert "thank you" not in text


def test_a_model_is_not_asked_for_a_few_messages(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    a_chat(bank, "one", *SAID[:6])

    assert work(bank, engine).status().asked == 0
    assert llm.history == []


def test_what_was_swiped_away_is_told_no_more(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn((HARP, 3)))
    chat = a_chat(bank, "one", *SAID)
    work(bank, engine)
    assert HARP in texts(bank, chat)

    chat.observe(window(*SAID[:2], "> The hall is empty.", *SAID[3:]))

    assert HARP not in texts(bank, chat)


@pytest.mark.parametrize(
    "answer", ["I see no facts here, sorry!", '{"facts": [{"te', "Keine Ahnung.", "42"]
)
def test_an_answer_that_is_none_is_counted_and_told_and_not_asked_for_again(
    bank: Bank, engine: Engine, llm: ScriptedLLM, answer: str
) -> None:
    llm.enqueue(answer)
    chat = a_chat(bank, "one", *SAID)

    status = work(bank, engine).status()

    assert (status.failures, status.kept) == (1, 0)
    assert "makes no sense" in status.last_failure
    assert "Anon lives in Bergen." in texts(bank, chat)
    assert len(llm.history) == 1
    assert engine.faults.last is not None
    assert "makes no sense" in engine.faults.last.words
    assert engine.faults.last.what == "having facts drawn"


def test_a_model_that_fails_rests_and_is_asked_again(
    bank: Bank, engine: Engine, llm: ScriptedLLM, clock: Clock
) -> None:
    llm.enqueue(UpstreamError("It is too late."), drawn((HARP, 3)))
    chat = a_chat(bank, "one", *SAID)

    status = work(bank, engine).status()
    assert status.failures == 1
    assert status.rests_until is not None
    assert bank.knowledge.by_model.due() == 0
    assert "Anon lives in Bergen." in texts(bank, chat)

    clock.advance(minutes=6)
    assert work(bank, engine).status().kept == 1
    assert bank.knowledge.by_model.status().rests_until is None
    assert HARP in texts(bank, chat)


def test_refused_facts_are_counted_where_people_look(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn(("Anon is a friend of Gandalf.", 3)))
    a_chat(bank, "one", *SAID)

    assert work(bank, engine).status().refused == {FactFault.NAME: 1}
    assert any(FactFault.NAME in one for one in engine.faults.counts())


def test_it_is_kept_across_a_restart_and_a_rebuild(
    llm: ScriptedLLM, stores: InMemoryBackend, clock: Clock
) -> None:
    llm.enqueue(drawn((HARP, 3), ("Anon is a friend of Gandalf.", 3)))
    first = an_engine(llm, stores, clock)
    work_on = first.bank(MIKU)
    a_chat(work_on, "one", *SAID)
    work(work_on, first)
    work_on.knowledge.readings.read_anew()

    second = an_engine(None, stores, clock)
    bank = second.bank(MIKU)
    assert bank.knowledge.by_model.status().refused == {FactFault.NAME: 1}

    assert HARP in [
        one.text for one in bank.knowledge.facts.all(bank.knowledge.viewer_of(""))
    ]
    first.close()
    second.close()


def test_a_forgotten_message_takes_its_facts_along(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn((HARP, 3)))
    chat = a_chat(bank, "one", *SAID)
    work(bank, engine)
    source = next(one for one in chat.path() if "harp" in one.message.content)

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(source.message.id,)))

    assert HARP not in texts(bank, chat)
    assert bank.knowledge.by_model.status().kept == 0


def test_it_can_be_switched_off(bank: Bank, engine: Engine, llm: ScriptedLLM) -> None:
    a_chat(bank, "one", *SAID)

    assert bank.knowledge.by_model.due() == 0
    assert not bank.knowledge.by_model.write(llm)
    assert llm.history == []


def test_what_was_deleted_by_hand_is_not_shown_to_a_model(
    bank: Bank, engine: Engine, llm: ScriptedLLM
) -> None:
    llm.enqueue(drawn())
    chat = a_chat(bank, "one", *SAID, "> bye", "Bye!")
    source = next(one for one in chat.path() if "harp" in one.message.content)
    bank.memories.delete(source.message.id)

    work(bank, engine)

    assert "harp in our hall" not in llm.history[0][1]
