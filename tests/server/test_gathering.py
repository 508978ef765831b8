"""A stream as the one answer that was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from long_term_memory.llm.sse import DONE, LONGEST_EVENT, event
from long_term_memory.server.openai.gathering import whole_of


def events(*deltas: dict[str, Any], **more: Any) -> bytes:
    told = [
        event({"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta}]})
        for delta in deltas
    ]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"} | more]}
    return b"".join([*told, event(last), DONE])


def first(raw: bytes, *, texts: bool = False) -> Any:
    told = whole_of(raw, texts=texts)
    assert told is not None
    return told["choices"][0]


def test_texts_and_thoughts_are_put_together() -> None:
    pieces = [
        {"reasoning": "H"},
        {"reasoning": "m"},
        {"content": "By"},
        {"content": "e"},
    ]

    assert first(events(*pieces)) == {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "reasoning": "Hm", "content": "Bye"},
    }


def test_a_call_of_a_tool_has_all_its_arguments() -> None:
    begun = {"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}
    calls: list[Any] = [
        [begun],
        [{"index": 0, "function": {"arguments": '{"a"'}}],
        [{"index": 0, "function": {"arguments": ": 1}"}}, "odd"],
        [{"id": "b", "function": "odd"}],
        None,
    ]

    choice = first(
        events(*({"tool_calls": call} for call in calls), finish_reason="tool_calls")
    )

    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    whole, second = choice["message"]["tool_calls"]
    assert (whole["id"], whole["type"]) == ("a", "function")
    assert whole["function"] == {"name": "f", "arguments": '{"a": 1}'}
    assert second["id"] == "b"


def test_a_text_to_continue_is_answered_by_a_text() -> None:
    raw = event({"choices": [{"index": 0, "text": "Once"}], "usage": {"n": 1}})

    told = whole_of(raw, texts=True)

    assert told is not None
    assert told["object"] == "text_completion"
    assert told["choices"] == [{"index": 0, "text": "Once", "finish_reason": "stop"}]
    assert told["usage"] == {"n": 1}


def test_an_error_within_a_stream_is_the_answer() -> None:
    error = {"error": {"message": "Too long"}}

    assert whole_of(event({"choices": []}) + event(error), texts=False) == error
    assert whole_of(b"event: error\ndata: {}\n\n", texts=False) is None


def test_choices_are_kept_apart() -> None:
    raw = b"".join(
        event({"choices": [{"index": index, "delta": {"content": text}}, None]})
        for index, text in [(1, "No"), (0, "Yes"), (1, "pe")]
    )

    told = whole_of(raw, texts=False)

    assert told is not None
    said = [choice["message"]["content"] for choice in told["choices"]]
    assert said == ["Yes", "Nope"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"data: \n\n",
        b"data: {\n\n",
        b": " + b"x" * LONGEST_EVENT + b"x" * 100_000,
        b'data: {"a": "' + json.dumps([0] * 3_000_000).encode() + b"\n\n",
    ],
    ids=["empty", "page", "nothing", "cut", "endless", "values"],
)
def test_what_is_no_stream_is_none(raw: bytes) -> None:
    assert whole_of(raw, texts=False) is None
