"""What a model thinks is shown to nobody, though its template opens the thought."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from long_term_memory.companion.thinkers import Thinkers
from tests.server.upstreams import Answer, sends

from .live import World, a_plain, a_world, an_io

THOUGHT = ("He greets", " me, I", " greet him.", "\n</th", "ink>\n\n")
OTHER = "plain-8b"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as running:
        yield running


def written(model: str, *words: str, ends: str = "stop") -> Answer:
    """Answer with words of a model."""
    events = [
        *({"model": model, "choices": [{"delta": {"content": one}}]} for one in words),
        {"model": model, "choices": [{"delta": {}, "finish_reason": ends}]},
    ]
    lines = [f"data: {json.dumps(one)}\n\n".encode() for one in events]
    return sends(*lines, b"data: [DONE]\n\n")


@pytest.mark.parametrize("model", ["deepseek-r1:8b", "Qwen3-4B-Thinking-2507", OTHER])
def test_a_thought_that_a_template_opened_is_not_streamed(
    world: World, model: str
) -> None:
    if model == OTHER:
        # Who was heard to begin so does it again.
        world.stub.answers.append(written(model, *THOUGHT, "Hm."))
    world.stub.answers.extend(written(model, *THOUGHT, "Hi", "!") for _ in "ab")
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io, a_plain(world.url) as plain:
            if model == OTHER:
                await io.call("message:send", conversationId=talk.id, content="Hey")
                await plain.frames()
                await io.until_done()
                io.heard.clear()
            await io.call("message:send", conversationId=talk.id, content="Hello")
            await io.until_done()
            told = [one.get("content", "") for one in io.of("character:response")]
            assert "".join(told) == "Hi!"
            assert "".join((await plain.frames())[:-2]) == "Hi!"
            await plain.say(message="And again")
            assert "".join((await plain.frames())[:-2]) == "Hi!"

    asyncio.run(go())
    assert [one for who, one in world.said(talk) if who == "character"][-1] == "Hi!"


def test_who_speaks_at_once_is_streamed_after_the_first_time(world: World) -> None:
    world.stub.answers.extend(written("r1-distill", "Hi", "!") for _ in "ab")
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            for count, tokens in ((1, ["Hi!"]), (2, ["Hi", "!"])):
                io.heard.clear()
                sent = {"conversationId": talk.id, "content": f"Hello {count}"}
                await io.call("message:send", **sent)
                await io.until_done()
                told = io.of("character:response")
                pieces = [one["content"] for one in told if one["type"] == "token"]
                assert "".join(pieces) == "Hi!"
                assert len(pieces) <= len(tokens)

    asyncio.run(go())


def test_a_thought_that_is_cut_off_is_no_reply(world: World) -> None:
    world.stub.answers.append(written("qwq", *THOUGHT[:3], ends="length"))
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            await io.call("message:send", conversationId=talk.id, content="Hello")
            fault = await io.until_heard("error")
            assert "LLM_MAX_TOKENS" in fault["message"]
            assert not io.of("message:received")
            assert "greets" not in json.dumps(io.of("character:response"))

    asyncio.run(go())
    assert world.said(talk) == [("user", "Hello")]


def test_a_model_is_guessed_by_its_name_and_known_by_what_it_did() -> None:
    known = Thinkers()
    guessed = ["deepseek-ai/DeepSeek-R1", "qwq:32b", "Qwen3-30B-A3B-Thinking-2507"]
    others = ["gpt-4o-mini", "mistral-7b-instruct", "llama-r12", "rethinker", ""]
    assert all(known.begins_in_thought(one) for one in guessed)
    assert not any(known.begins_in_thought(one) for one in others)

    known.heard("qwq:32b", "Hello.", whole=False)
    assert known.begins_in_thought("qwq:32b")
    known.heard("qwq:32b", "Hello.", whole=True)
    assert not known.begins_in_thought("qwq:32b")
    known.heard("qwq:32b", "Hm.</think>Hello.", whole=False)
    assert known.begins_in_thought("qwq:32b")
