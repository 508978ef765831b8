"""Which modules one recall walks through, and that a signal needs nothing in them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import FrameType

from long_term_memory.config import RecallSettings, Settings
from long_term_memory.config.option import option
from long_term_memory.core.retrieval.signals import SIGNALS, SignalSpec, Stage
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.records import ChatName
from long_term_memory.engine.retrieval.explain import explain
from long_term_memory.engine.retrieval.retriever import Retriever

from .builders import a_chat

CAT = "> My cat is called Miso and she loves tuna."
ASKED = Query(text="What does my cat Miso love?")

WALK = {
    "chat",
    "retrieval.retriever",
    "embedding.indexer",
    "embedding.lateness",
    "knowledge.chat_knowledge",
    "knowledge.fact_hands",
    "knowledge.facts",
    "knowledge.known",
    "knowledge.message_readings",
    "knowledge.model_facts",
    "state.annotations",
    "state.bank_state",
    "state.chats",
    "state.memories",
    "state.messages",
    "state.policies",
    "state.vector_models",
    "state.vocabulary",
    "state.withheld",
    "worker",
}
"""All that is the walk's; who is told the time, the settings, and that it is over, is
beside it."""

ENGINE = "long_term_memory.engine."
VALUES = "records"

BESIDE = {"<lambda>", "utc_now", "wake"}


def walked(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Return each function of the engine that an act enters, with its module."""
    entered: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        name = str(frame.f_globals["__name__"])
        if event == "call" and ENGINE in name and not _is_beside(frame):
            function = frame.f_code.co_name
            entered.append((name.removeprefix(ENGINE), function))

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return entered


def _is_beside(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name in BESIDE and ENGINE in frame.f_globals["__name__"]:
            return True
        frame = frame.f_back
    return False


def test_a_recall_walks_through_few_modules_and_two_recalls(bank: Bank) -> None:
    chat = a_chat(bank, "one", CAT)
    bank.memories.add("Anon is allergic to peanuts.")
    assert bank.settle(20)
    chat.recall(ASKED)

    entered = walked(lambda: chat.recall(ASKED))

    assert {module for module, _ in entered} - {VALUES} == WALK
    recalls = [one for one in entered if one[1] == "recall"]
    assert recalls == [("chat", "recall"), ("retrieval.retriever", "recall")]


SHORT = SignalSpec(
    name="short",
    label="short",
    help="Short messages are remembered",
    weight_label="Shortness",
    stage=Stage.ALL,
    score=lambda given: 1 / (1 + given.view.length),
    of_note=lambda note: 1.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreSettings(RecallSettings):
    """The settings of recall, and what one more signal counts for."""

    short_weight: float = option(30.0, "Weight of shortness.", within=(-100, 100))


def test_a_new_signal_is_in_what_a_bank_recalls_and_explains(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    note = bank.memories.add("Anon's cat Miso loves tuna.")
    assert bank.settle(20)
    told = replace(Settings(), recall=MoreSettings())
    bank.state.settings = lambda: told
    retriever = Retriever(bank.state, bank.indexer, lambda: None, (*SIGNALS, SHORT))
    new = ChatName(host="test", name="new", gone=lambda _: False)

    found = {one.memory.id: one for one in retriever.recall(new, ASKED).found}
    explained = explain(retriever, new, ASKED, None)

    assert found[note.id].parts.of("short") == 30
    said = next(one for one in found.values() if one.memory.id != note.id)
    assert 0 < said.parts.of("short") < 30
    assert abs(said.score - sum(said.parts.values.values())) < 1e-4
    for one in explained.candidates:
        signals = {signal.name: signal for signal in one.signals}
        assert signals["short"].weight == 30
        assert signals["short"].part == found[one.memory.id].parts.of("short")
