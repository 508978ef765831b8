"""Bodies, answers and events that are too much, or odd."""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from typing import Any

import httpx
import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st

from long_term_memory.llm.event_bounds import EventBuffer, is_only_remarks
from long_term_memory.llm.sse import LONGEST_EVENT
from long_term_memory.llm.upstream import seconds_of
from long_term_memory.web.json_bounds import (
    MOST_VALUES,
    TooMuch,
    holds_more_than,
    read_json,
)

from .proxies import World, world
from .upstreams import end_of_stream, piece, refuses, says, sends

CHAT = "/v1/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "Hello?"}], "model": "small"}
STREAM = {**HELLO, "stream": True}
MEGABYTE = 1_000_000
SOON = 40.0


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def here(shared: World) -> World:
    shared.stub.asked.clear()
    shared.stub.answers.clear()
    shared.change(llm_base_url=shared.stub.url, llm_retries=0, llm_silence_seconds=600)
    return shared


def post(here: World, body: Any) -> httpx.Response:
    return httpx.post(f"{here.url}{CHAT}", json=body, timeout=60)


def post_raw(here: World, raw: bytes) -> httpx.Response:
    kind = {"Content-Type": "application/json"}
    return httpx.post(f"{here.url}{CHAT}", content=raw, headers=kind, timeout=60)


# -- what a client sends ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"messages":[' + b'{"role":"user"},' * 1_000_000 + b"{}]}", "values"),
        (b"{" + b'"key":1,' * 1_000_000 + b'"a":1}', "values"),
        (b'{"messages":[' + b"[]," * 5_000_000 + b"[]]}", "values"),
        (b'{"messages":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}", "values"),
        (b'{"messages":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "nested too deeply"),
        (b'{"seed":' + b"9" * 5_000_000 + b"}", "more than 100 digits"),
        (b'{"seed":-' + b"9" * 200 + b"}", "more than 100 digits"),
    ],
    ids=["messages", "keys", "lists", "deep and many", "deep", "number", "minus"],
)
def test_a_body_that_is_too_much_is_refused_in_time(
    here: World, raw: bytes, words: str
) -> None:
    began = time.monotonic()

    answer = post_raw(here, raw)

    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
    assert time.monotonic() - began < SOON
    assert here.stub.asked == []


def test_a_body_that_is_announced_too_large_is_not_waited_for(here: World) -> None:
    address = httpx.URL(here.url)
    head = (
        f"POST {CHAT} HTTP/1.1\r\nHost: {address.host}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80), 10) as client:
        client.sendall(head.encode() + b"{")
        told = client.recv(65_536)
        while b"most_body_mb" not in told and (more := client.recv(65_536)):
            told += more  # The words may come in a packet of their own.

    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"most_body_mb" in told


def test_commas_in_texts_are_no_values() -> None:
    text = ',{["' * MOST_VALUES + "\\"
    raw = json.dumps({"a": text}).encode()

    assert read_json(raw) == {"a": text}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@given(value=JSON, ascii_only=st.booleans())
@example(value=['\\"', "\\", '"', ",[{"], ascii_only=False)
def test_what_is_counted_is_what_stands_outside_of_texts(
    value: Any, ascii_only: bool
) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    count = marks(value)

    assert not holds_more_than(raw, count)
    assert count == 0 or holds_more_than(raw, count - 1)


def marks(value: Any) -> int:
    """Count what `read_json` counts, from the value itself."""
    if isinstance(value, dict):
        return max(len(value), 1) + sum(map(marks, value.values()))
    if isinstance(value, list):
        return max(len(value), 1) + sum(map(marks, value))
    return 0


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(ValueError):
        read_json(raw)


def test_a_request_that_says_a_thing_twice_is_refused() -> None:
    """Of two programs that read it one would take the first, the other the last."""
    twice = b'{"messages": [{"role": "user"}], "user": "anna", "user": "ben"}'
    inside = b'{"ltm": {"user_id": "anna", "user_id": "ben"}}'

    for raw in (twice, inside):
        with pytest.raises(ValueError, match="stands twice"):
            read_json(raw, unique=True)
    assert read_json(twice)["user"] == "ben"


def test_a_text_of_numbers_without_end_is_too_much() -> None:
    with pytest.raises(TooMuch, match="digits"):
        read_json(b"1" * 101)
    assert read_json(b"1" * 100) == int("1" * 100)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": [{"role": "user", "content": "a b. " * 1_100_000}]}),
        (CHAT, {"messages": [{"role": "user", "content": "Hi"}] * 20_001}),
        ("/v1/completions", {"prompt": "Anna: Hi\n" * 600_000}),
    ],
    ids=["letters", "messages", "prompt"],
)
def test_what_no_model_takes_goes_on_without_memory(
    here: World, path: str, body: dict[str, Any]
) -> None:
    seen = len(here.memory.seen)

    answer = httpx.post(f"{here.url}{path}", json=body, timeout=60)

    assert answer.status_code == 200
    assert here.stub.asked[0].body == body
    assert len(here.memory.seen) == seen
    assert here.faults.last is not None
    assert "went on without memory" in here.faults.last.words


# -- what a model sends ----------------------------------------------------------------


def streams_much(part: bytes, count: int, kind: str = "text/event-stream") -> Any:
    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        for _ in range(count):
            await response.write(part)
        return response

    return answer


@pytest.mark.parametrize(
    ("part", "count", "words"),
    [
        (b"a" * MEGABYTE, 40, "an event of it has no end"),
        (b": " + b"a" * MEGABYTE, 40, "an event of it has no end"),
        (b": still here\n" * 10_000, 400, "an event of it has no end"),
        (b"data: " + b"[]," * 300_000, 40, "an event of it has no end"),
        (b"data: [" + b"[]," * 400_000 + b"[]]\n\n", 2, "300000 values"),
        (piece("word " * 20_000), 800, "it has no end"),
    ],
    ids=["event", "remark", "remarks", "lists", "bomb", "reply"],
)
def test_a_stream_without_an_end_is_given_up(
    here: World, part: bytes, count: int, words: str
) -> None:
    here.stub.answers.append(streams_much(part, count))
    began = time.monotonic()

    answer = post(here, STREAM)

    assert words in answer.text[-1_000:]
    assert answer.text.endswith("data: [DONE]\n\n")
    assert time.monotonic() - began < SOON


def test_an_answer_without_an_end_is_given_up(here: World) -> None:
    here.stub.answers.append(streams_much(b" " * MEGABYTE, 80, "application/json"))

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert "more than 32 MB" in answer.json()["error"]["message"]


def test_a_small_answer_has_room_beside_large_ones(here: World) -> None:
    """The model of these tests says everything twice in an answer."""
    filled, over = threading.Event(), threading.Event()

    async def fills(request: web.Request, _: Any) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for _ in range(31):
            await answer.write(b" " * MEGABYTE)
        filled.set()
        while not over.is_set():
            await asyncio.sleep(0.01)
        return answer

    here.stub.answers.extend([fills, says("a" * 700_000), says("a" * 400_000)])
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(post, here, HELLO)
        assert filled.wait(20)
        # What was written is read at once.
        time.sleep(0.3)
        large, small = post(here, HELLO), post(here, HELLO)
        over.set()
        first.result()

    assert (large.status_code, small.status_code) == (502, 200)


def test_what_is_packed_is_bounded_by_what_it_holds(here: World) -> None:
    bomb = gzip.compress(bytes(200 * MEGABYTE), 1)

    async def answer(_: web.Request, __: Any) -> web.StreamResponse:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return web.Response(body=bomb, headers=headers)

    here.stub.answers.append(answer)

    told = post(here, HELLO)

    assert told.status_code == 502
    assert told.json()["error"]["message"]


def test_a_header_without_an_end_is_given_up(here: World) -> None:
    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * MEGABYTE)
        request.transport.close()
        return web.Response()

    here.stub.answers.append(answer)

    assert post(here, HELLO).status_code == 502


def test_remarks_alone_are_silence(here: World) -> None:
    """Comments keep a connection open; a model that writes nothing else hangs."""
    here.change(llm_silence_seconds=0.3)

    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for _ in range(1_000):
            await response.write(b": still here\n\n")
            await asyncio.sleep(0.05)
        return response

    here.stub.answers.append(answer)
    began = time.monotonic()

    told = post(here, STREAM)

    assert "sent nothing for 0.3 seconds" in told.text
    assert time.monotonic() - began < SOON


def test_remarks_between_words_pass(here: World) -> None:
    remark = b": still here\n\n"
    here.stub.answers.append(sends(remark, piece("Once"), remark, end_of_stream()))

    told = post(here, STREAM)

    assert told.content.count(remark) == 2
    assert here.memory.kept[-1] == "Once"


@given(
    parts=st.lists(
        st.sampled_from([b"data: a", b"\n", b"\r", b"\r\n", b"\n\n", b": x", b""]),
        max_size=40,
    ),
    cuts=st.lists(st.integers(0, 100), max_size=10),
)
def test_however_a_stream_is_cut_all_of_it_is_handed_on(
    parts: list[bytes], cuts: list[int]
) -> None:
    whole = b"".join(parts)
    ends = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    buffer = EventBuffer()

    taken = [buffer.take(whole[a:b]) for a, b in pairwise(ends)]

    assert b"".join(taken) + buffer.rest() == whole
    assert buffer.broken == ""


def test_a_long_event_is_read_in_linear_time() -> None:
    buffer, part = EventBuffer(), b"a" * 1_000
    began = time.process_time()

    for _ in range(LONGEST_EVENT // 1_000):
        assert buffer.take(part) == b""

    assert time.process_time() - began < 2
    assert buffer.take(b"\n\n") == b"a" * LONGEST_EVENT + b"\n\n"


def test_remarks_are_told_from_events() -> None:
    assert is_only_remarks(b": a\n\n: b\n\n")
    assert not is_only_remarks(b": a\n\ndata: b\n\n")
    assert not is_only_remarks(b"data: b\n\n")


# -- odd answers -----------------------------------------------------------------------

ODD_WAITS = [
    *("nan", "inf", "-inf", "-5", "1e999", "9" * 400, "infinity", "1_000", "0x10"),
    *("Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "soon"),
    *(
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Mon, 29 Nov 2026 05:00:00",
        "",
        " ",
        "\u0663",
    ),
]


@pytest.mark.parametrize("told", ODD_WAITS)
@pytest.mark.parametrize("status", [429, 503])
def test_a_word_on_when_to_ask_again_is_never_a_fault(
    here: World, told: str, status: int
) -> None:
    error = {"error": {"message": "Busy"}}
    encoded = told.encode("utf-8").decode("utf-8", "surrogateescape")
    here.stub.answers.append(refuses(status, error, {"Retry-After": encoded}))

    answer = post(here, HELLO)

    assert answer.status_code == status
    assert answer.json() == error


@given(told=st.text() | st.sampled_from(ODD_WAITS))
def test_a_wait_is_a_number_or_none(told: str) -> None:
    seconds = seconds_of(told)

    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


@pytest.mark.parametrize("status", [*range(201, 207), 299, 304, 600, 799, 999])
def test_a_status_that_is_none_is_told_as_a_fault_of_the_model(
    here: World, status: int
) -> None:
    here.stub.answers.append(refuses(status, ""))

    answer = post(here, HELLO)

    assert answer.status_code == 502
    assert f"answered {status}: " in answer.json()["error"]["message"]
    assert "llm_base_url" in answer.json()["error"]["message"]


@settings(max_examples=60, deadline=None)
@given(status=st.integers(0, 999), reason=st.sampled_from([b"", b"OK", b"\xff"]))
def test_any_first_line_of_an_answer_is_answered_sensibly(
    shared: World, status: int, reason: bytes
) -> None:
    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        assert request.transport is not None
        line = b"HTTP/1.1 %03d %s\r\n" % (status, reason)
        request.transport.write(line + b"Content-Length: 2\r\n\r\n{}")
        request.transport.close()
        return web.Response()

    shared.change(llm_base_url=shared.stub.url, llm_retries=0, llm_silence_seconds=2)
    shared.stub.answers.clear()
    shared.stub.answers.append(answer)

    told = post(shared, HELLO)

    wanted = status if 400 <= status < 600 else 502
    assert told.status_code in (wanted, 502, 504)
    assert told.json()["error"]["message"]
