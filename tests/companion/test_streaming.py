"""A reply as a model streams it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from aiohttp import web

from long_term_memory.companion.streaming import (
    MANY,
    EventReader,
    ReplyModel,
    WrittenReply,
    asked,
)
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.errors import UpstreamError
from long_term_memory.llm.upstream import Upstream
from tests.server.upstreams import (
    Stub,
    dies,
    end_of_stream,
    piece,
    refuses,
    says,
    sends,
    stub_upstream,
)

ASKED = [{"role": "user", "content": "Hello?"}]


@pytest.fixture(scope="module")
def model() -> Iterator[Stub]:
    with stub_upstream() as stub:
        yield stub


def written(
    stub: Stub,
    *,
    pieces: int | None = None,
    heard: Callable[[], object] = lambda: None,
) -> tuple[list[str], WrittenReply]:
    """Return the pieces of a reply, all or the first few, and the whole.

    `heard` is called with each piece.
    """
    settings = Settings(
        upstream=UpstreamSettings(llm_base_url=stub.url, llm_silence_seconds=5)
    )
    reply = WrittenReply()

    async def go() -> list[str]:
        async def sleep(_: float) -> None:
            return

        upstream = Upstream(lambda: settings.upstream, sleep=sleep)
        found = []
        try:
            coming = ReplyModel(upstream, lambda: settings).write(ASKED, reply)
            async for one in coming:
                found.append(one)
                heard()
                if len(found) == pieces:
                    break
            await coming.aclose()
        finally:
            await upstream.close()
        return found

    return asyncio.run(go()), reply


def test_pieces_come_as_they_are_written(model: Stub) -> None:
    heard = threading.Semaphore(0)

    async def one_by_one(request: web.Request, _: object) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for word in ("Hel", "lo", " the", "re."):
            await response.write(piece(word))
            assert await asyncio.to_thread(heard.acquire, timeout=30)
        await response.write(end_of_stream({"completion_tokens": 4}))
        return response

    model.answers.append(one_by_one)

    pieces, reply = written(model, heard=heard.release)

    assert pieces == ["Hel", "lo", " the", "re."]
    assert reply == WrittenReply(
        text="Hello there.", model="stub", tokens=4, finished=True
    )


def test_a_model_is_asked_with_the_defaults_that_builders_know(model: Stub) -> None:
    model.answers.append(says("Hi"))
    written(model)

    body = model.asked[-1].body
    assert body["messages"] == ASKED
    assert body["stream"] is True
    assert (body["max_tokens"], body["temperature"], body["top_p"]) == (500, 0.8, 0.9)
    assert body["frequency_penalty"] == body["presence_penalty"] == 0.3
    assert "model" not in body
    assert "stop" not in body


def test_what_is_set_is_asked_for() -> None:
    settings = Settings()
    companion = replace(settings.companion, reply_temperature=-1.0, reply_max_tokens=9)
    upstream = replace(settings.upstream, llm_model="qwen")
    settings = replace(settings, companion=companion, upstream=upstream)

    body = asked(settings, ASKED, ["\nAnna:"])

    assert "temperature" not in body
    assert (body["max_tokens"], body["model"]) == (9, "qwen")
    assert body["stop"] == ["\nAnna:"]


def test_who_stops_listening_ends_the_models_work(model: Stub) -> None:
    model.left.clear()
    words = [piece(f"word{n} ") for n in range(10_000)]
    model.answers.append(sends(*words))

    pieces, reply = written(model, pieces=3)

    assert len(pieces) == 3
    assert reply.text.startswith("word0 word1 word2")
    assert not reply.finished
    assert model.left.wait(10)


def test_an_answer_that_comes_whole_is_one_piece(model: Stub) -> None:
    async def whole(request: object, body: dict[str, object]) -> object:
        return await says("All at once.")(request, {**body, "stream": False})  # type: ignore[arg-type]

    model.answers.append(whole)  # type: ignore[arg-type]

    pieces, reply = written(model)

    assert pieces == ["All at once."]
    assert reply.finished


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (sends(piece("Hel"), then="death"), "broke off"),
        (sends(piece("Hel"), then="end"), "broke off"),
        (
            sends(piece("Hel"), b'data: {"error": {"message": "no"}}\n\n'),
            "broke off with an error",
        ),
        (refuses(400, {"error": {"message": "too long"}}), "too long"),
        (sends(b'{"odd": 1}', content_type="application/json"), "no reply"),
        (sends(b"{no json", content_type="application/json"), "no reply"),
    ],
    ids=["death", "no end", "error", "refusal", "odd", "no json"],
)
def test_a_model_that_fails_is_told_in_words(
    model: Stub, answer: object, told: str
) -> None:
    model.answers.append(answer)  # type: ignore[arg-type]

    with pytest.raises(UpstreamError, match=told):
        written(model)


def test_a_call_is_tried_again_while_nothing_has_come(model: Stub) -> None:
    model.answers.extend([dies, refuses(503, "busy"), says("There.")])

    assert written(model)[0] == ["There."]


def test_without_a_model_nobody_is_asked() -> None:
    with pytest.raises(UpstreamError, match="No language model is set"):
        written(Stub())


def test_a_reply_that_talks_of_the_end_of_streams_does_not_end() -> None:
    reader = EventReader()
    said = 'say "data: [DONE]" now'

    events = reader.feed(piece(said))

    assert events[0]["choices"][0]["delta"]["content"] == said
    assert not reader.done
    reader.feed(end_of_stream())
    assert reader.done


def test_of_many_replies_at_once_the_words_of_a_moment_come_together() -> None:
    """Where few are written each word comes as it is; nothing is lost of either."""
    words = [f"word{n} " for n in range(40)]

    async def slowly(request: web.Request, body: object) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for one in words:
            await response.write(piece(one))
            await asyncio.sleep(0.01)
        await response.write(end_of_stream())
        return response

    async def pieces_of(count: int, url: str) -> list[list[str]]:
        settings = Settings(upstream=UpstreamSettings(llm_base_url=url))
        upstream = Upstream(lambda: settings.upstream)
        model = ReplyModel(upstream, lambda: settings)

        async def one() -> list[str]:
            return [piece async for piece in model.write(ASKED, WrittenReply())]

        found = await asyncio.gather(*(one() for _ in range(count)))
        await upstream.close()
        return found

    with stub_upstream() as stub:
        stub.answers.extend([slowly] * (MANY + 2))
        [alone] = asyncio.run(pieces_of(1, stub.url))
        many = asyncio.run(pieces_of(MANY + 1, stub.url))

    assert {"".join(one) for one in [alone, *many]} == {"".join(words)}
    # One of them may have begun late, and have ended alone.
    assert sorted(map(len, many))[MANY // 2] < len(words) // 2 < len(alone)


def test_events_of_several_lines_are_read_as_those_of_one() -> None:
    told = [b'data: {"a":\ndata: 1}\n\n', b'data: {"b": 2}\n\n', b": x\ndata: {}\n\n"]

    for first in (0, 1):
        raw = b"".join(told[first:] + told[:first])
        assert len(EventReader().feed(raw)) == 3
    assert EventReader().feed(b'data: {"a": 1}\n\ndata: {no}\n\n') == [{"a": 1}]


def test_events_may_be_cut_anywhere() -> None:
    raw = (piece("Häl") + piece("lo")).replace(b"\n\n", b"\r\n\r\n")
    for at in range(len(raw)):
        reader = EventReader()
        events = [*reader.feed(raw[:at]), *reader.feed(raw[at:]), *reader.end()]
        said = [one["choices"][0]["delta"]["content"] for one in events]
        assert said == ["Häl", "lo"]
