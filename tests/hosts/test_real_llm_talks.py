"""Conversations before a real language model: streamed, stopped, failing.

LLM_URL names a llama.cpp server's address, such as http://127.0.0.1:8080.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator

import pytest

from tests.companion.live import World, a_plain, a_world, an_io, free_port

from .test_real_llm import PATIENT, is_busy

pytestmark = [pytest.mark.llm, pytest.mark.slow]


@pytest.fixture(scope="module")
def llm() -> str:
    return os.environ["LLM_URL"].rstrip("/")


@pytest.fixture(scope="module")
def world(llm: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("memories")
    with a_world(folder, llm_base_url=f"{llm}/v1", reply_max_tokens=48) as made:
        yield made


def test_a_reply_is_streamed_and_stored_as_it_came(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url, patience=PATIENT) as io:
            began = time.monotonic()
            await io.call(
                "message:send", conversationId=talk.id, content="Tell me of the sea."
            )
            await io.until_heard("character:response", 2)
            first = time.monotonic() - began
            await io.until_done()
            whole = time.monotonic() - began
            [reply] = io.of("message:received")
            responses = io.of("character:response")
            tokens = [one["content"] for one in responses if one["type"] == "token"]
            assert len(tokens) > 4
            assert first < whole
            assert "".join(tokens).strip() == reply["content"]
            assert 0 < reply["metadata"]["tokens"] <= 48
            assert reply["metadata"]["model"]

    asyncio.run(go())


def test_a_stopped_reply_ends_the_models_work(world: World, llm: str) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url, patience=PATIENT) as io:
            told = {"conversationId": talk.id, "content": "Tell me a long story."}
            await io.call("message:send", **told)
            await io.until_heard("character:response", 4)
            assert (await io.call("message:stop", conversationId=talk.id))["stopped"]
            await io.until_done()

    asyncio.run(go())
    end = time.monotonic() + 10
    while is_busy(llm) and time.monotonic() < end:
        time.sleep(0.1)
    assert not is_busy(llm)
    assert world.said(talk)[-1][0] == "character"


def test_the_wire_form_comes_from_a_real_model(world: World) -> None:
    world.conversation()

    async def go() -> list[str]:
        async with a_plain(world.url) as plain:
            plain.patience = PATIENT
            await plain.say(message="Hello! How are you today?")
            return await plain.frames()

    *text, emotion, _ = asyncio.run(go())
    assert len(text) > 2
    assert emotion.startswith("[EMOTION]")


def test_a_model_that_is_not_there_is_told(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("memories")
    nowhere = f"http://127.0.0.1:{free_port()}/v1"
    with a_world(folder, llm_base_url=nowhere) as world:
        talk = world.conversation()

        async def go() -> None:
            async with an_io(world.url, patience=PATIENT) as io:
                await io.call("message:send", conversationId=talk.id, content="Hi")
                fault = await io.until_heard("error")
                assert "cannot be reached" in fault["message"]

        asyncio.run(go())
