"""Reading a model's stream in passing: as cheap as can be, and never wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.llm.sse import DONE, ReplyReader, event, reply_of

TEXTS = st.lists(
    st.text() | st.sampled_from(["assistant", '"', "\\", '\\"', "\n\n", "data: ", "😀"])
)


def chunk(text: str, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}}
    return {"id": "c", "model": "m", "choices": [{**choice, "finish_reason": None}]} | (
        more
    )


def sent(told: Any, *, ascii_only: bool, spaced: bool) -> bytes:
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(told, ensure_ascii=ascii_only, separators=separators)
    return b"data: " + text.encode("utf-8", "backslashreplace") + b"\n\n"


@given(TEXTS, st.booleans(), st.booleans(), st.integers(1, 300))
def test_the_text_is_that_of_the_events_however_they_arrive(
    texts: list[str], ascii_only: bool, spaced: bool, size: int
) -> None:
    texts = ["\u2603", *texts]  # Else they might tell what was told before.
    raw = b"".join(
        sent(chunk(text), ascii_only=ascii_only, spaced=spaced) for text in texts
    )
    reader = ReplyReader()

    passed = b"".join(
        reader.feed(raw[at : at + size]) for at in range(0, len(raw), size)
    )

    assert passed == raw
    assert reader.text == "".join(texts)
    assert not reader.broken


def test_letters_outside_of_unicode_are_put_together() -> None:
    """A model may cut an emoji into two events, each of half a pair."""
    reader = ReplyReader()
    for half in ("\ud83d", "\ude00"):
        reader.feed(event(chunk(half)))

    assert reader.text == "😀"


def test_bytes_that_are_no_letters_are_read_as_such() -> None:
    reader = ReplyReader()
    plain = event(chunk("X"))

    reader.feed(plain + plain.replace(b"X", b"\xff"))

    assert reader.text == "X\ufffd"


def test_an_event_that_says_more_is_read_whole() -> None:
    reader = ReplyReader()
    for text in ("a", "b"):
        reader.feed(event(chunk(text)))
    ends = chunk("c", usage={"total_tokens": 3})
    ends["choices"][0]["finish_reason"] = "length"

    reader.feed(event(ends))

    assert reader.text == "abc"
    assert reader.finished
    assert reader.usage == {"total_tokens": 3}
    assert not reader.done
    reader.feed(DONE)
    assert reader.done


def test_an_error_after_text_is_seen() -> None:
    reader = ReplyReader()
    reader.feed(event(chunk("a")) * 2 + event({"error": {"message": "x"}}))

    assert reader.failed


@pytest.mark.parametrize(
    "told",
    [
        {"choices": None},
        {"choices": [None, 7]},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": [{"index": 0, "delta": {"content": None}}]},
        {"choices": [{"index": 0, "delta": {"content": [1]}}]},
        {"choices": [{"index": 1, "delta": {"content": "other"}}]},
        {"anything": 1},
    ],
)
def test_events_without_text_are_no_text(told: Any) -> None:
    reader = ReplyReader()

    assert reader.feed(event(told)) == event(told)

    assert reader.text == ""
    assert not reader.any_text
    assert not reader.broken


def test_text_completions_are_read() -> None:
    reader = ReplyReader()
    for text in ("One", " two", " three"):
        reader.feed(event({"choices": [{"index": 0, "text": text}]}))

    assert reader.text == "One two three"
    assert reply_of({"choices": [{"text": "whole"}]}) == "whole"


def test_other_fields_and_comments_pass() -> None:
    reader = ReplyReader()
    raw = b": wait\n\nevent: x\nid: 7\n" + event(chunk("a")) + b"\n\n\n\n"

    assert reader.feed(raw) == raw
    assert reader.text == "a"


def test_data_over_several_lines_is_one_event() -> None:
    reader = ReplyReader()

    reader.feed(b'data: {"choices": [{"index": 0,\ndata: "text": "a"}]}\n\n')

    assert reader.text == "a"
