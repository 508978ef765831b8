"""Each answer of the model is counted, by its own word or by ours."""

from __future__ import annotations

from typing import Any

import pytest

from long_term_memory.core.types import Block, Context, Scope, Window
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.ingestion.chat_finder import ChatKey
from long_term_memory.server.metrics import Metrics
from long_term_memory.server.openai.chat_reader import read_script
from long_term_memory.server.openai.client_hints import ClientHints
from long_term_memory.server.openai.completion import Answered, PreparedRequest
from long_term_memory.server.openai.ingest import IngestedRequest
from long_term_memory.server.openai.record import UsageRecorder, body_text
from long_term_memory.server.usage import Price, Usage, UsageTotals

CHAT = {"model": "m", "messages": [{"role": "user", "content": "One two three."}]}

PASSED = PreparedRequest(body=CHAT, quiet=True)


@pytest.fixture
def recorder(engine: Engine) -> UsageRecorder:
    ledger = UsageTotals({"m": Price(1, 2)})
    return UsageRecorder(Metrics(engine), ledger, count=lambda text: len(text.split()))


def answered(**changes: Any) -> Answered:
    values: dict[str, Any] = {
        "reply": "Four five.",
        "body": CHAT,
        "text": "Four five.",
        "usage": {},
        "model": "m",
        "seconds": 1.0,
        "first_seconds": None,
    }
    return Answered(**(values | changes))


def test_the_models_own_count_is_taken(recorder: UsageRecorder) -> None:
    recorder.record(
        PASSED, answered(usage={"prompt_tokens": 1_000_000, "completion_tokens": 7})
    )

    total = recorder.totals.total
    assert (total.read, total.written) == (1_000_000, 7)
    assert total.dollars == pytest.approx(1.000014)


@pytest.mark.parametrize(
    "usage", [{}, {"prompt_tokens": None}, {"prompt_tokens": -1}, {"prompt_tokens": ""}]
)
def test_without_a_count_of_its_own_the_texts_are_counted(
    recorder: UsageRecorder, usage: dict[str, Any]
) -> None:
    recorder.record(PASSED, answered(usage=usage))

    assert recorder.totals.total == Usage(read=3, written=2, dollars=7 / 1_000_000)


def test_a_text_without_end_is_counted_roughly(recorder: UsageRecorder) -> None:
    recorder.record(PASSED, answered(text="a " * 1_000_001))

    assert recorder.totals.total.written == 2_000_002 // 4


def test_what_memory_put_in_is_told_apart(recorder: UsageRecorder) -> None:
    context = Context(head=Block(text="a", tokens=5), recall=Block(text="b", tokens=6))

    recorder.record(PreparedRequest(body=CHAT, context=context), answered())
    recorder.record(PASSED, answered())

    assert recorder.totals.total.memory == 11


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"prompt": "Once"}, "Once"),
        ({"prompt": ["a"], "messages": "no"}, ""),
        ({"messages": [{"content": None}, 5, {"content": "x"}]}, "x"),
        ({"messages": [{"content": [{"text": "x"}, {"type": "image"}, 5]}]}, "x"),
    ],
)
def test_whatever_stands_in_a_request_its_text_is_read(
    body: dict[str, Any], text: str
) -> None:
    assert body_text(body) == text


def test_a_chat_is_named_with_what_it_saved(recorder: UsageRecorder) -> None:
    turn = IngestedRequest(
        scope=Scope(user="default", character="Anna"),
        key=ChatKey("proxy", "one"),
        script=read_script([{"role": "user", "content": "Hi"}], ClientHints()),
        window=Window(messages=(), complete=False),
        number=1,
        longest=9,
    )

    recorder.record(PreparedRequest(body=CHAT, saved=40, turn=turn), answered())

    [(chat, sums)] = recorder.totals.chats(5).items()
    assert (chat, sums.saved) == ("Anna: one", 40)
