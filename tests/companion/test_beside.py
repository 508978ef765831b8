"""Replies over sockets, made by a process beside the server."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from long_term_memory.core.types import Scope
from tests.server.upstreams import PATIENT, says

from .live import ME, World, a_plain, a_world, an_io


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("beside"), beside=True) as made:
        yield made


def names_of(heard: list[tuple[str, Any]]) -> list[str]:
    """Return what was heard, by name, with how far responses came."""
    return [
        f"{name} {told['type']}" if name == "character:response" else name
        for name, told in heard
        if name != "typing:indicator"
    ]


def test_every_event_comes_in_its_order_and_to_all_sockets(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io, an_io(world.url) as other:
            for one in (io, other):
                await one.call("conversation:join", conversationId=talk.id)
            sent = await io.call(
                "message:send", conversationId=talk.id, content="Are you there?"
            )
            assert sent["ok"]
            for one in (io, other):
                await one.until_done()
                await one.until_heard("message:delivered", 2)
            events = names_of(io.heard)
            assert events[:3] == [
                "message:delivered",
                "message:read",
                "character:response started",
            ]
            # Its client's word that it came may be told before the end.
            end = events.index("character:response done")
            assert events.index("message:received") < end
            received = other.of("message:received")
            assert [one["content"] for one in received] == [
                "Are you there?",
                "Hello there.",
            ]

    asyncio.run(go())
    assert world.said(talk)[-2:] == [
        ("user", "Are you there?"),
        ("character", "Hello there."),
    ]


def test_a_reply_is_kept_though_the_process_dies_while_it_comes(world: World) -> None:
    goes_on = threading.Event()

    async def slowly(request: Any, body: Any) -> Any:
        await asyncio.to_thread(goes_on.wait, PATIENT)
        return await says("Nothing is lost.")(request, body)

    world.stub.answers.append(slowly)
    talk = world.conversation()
    checks = world.engine.storage.checks
    assert checks is not None
    [character] = [
        one for one in world.platform.characters.all(ME) if one.id == talk.character_id
    ]

    async def go() -> None:
        async with an_io(world.url) as io:
            asked = len(world.stub.asked)
            await io.call("message:send", conversationId=talk.id, content="Hello?")
            while len(world.stub.asked) == asked:
                await asyncio.sleep(0.01)
            found = checks.open_in(Scope(user=ME, character=character.memory_name))
            for pid in {*found} - {os.getpid()}:
                os.kill(pid, signal.SIGKILL)
            goes_on.set()
            await io.until_done()
            assert io.of("error") == []

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Nothing is lost.")


def test_a_reply_is_written_again_and_swiped(world: World) -> None:
    world.stub.answers.extend([says("One."), says("Two.")])
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io, httpx.AsyncClient(timeout=PATIENT) as web:
            await io.call("message:send", conversationId=talk.id, content="Count!")
            await io.until_done()
            reply = io.of("message:received")[-1]["id"]
            path = f"{world.url}/api/v1/messages/{reply}"
            assert (await web.post(f"{path}/regenerate")).status_code == 202
            edited = await io.until_heard("message:edited")
            assert (edited["content"], edited["swipes"]) == ("Two.", 2)
            await io.until_done(2)

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Two.")


def test_a_plain_socket_is_answered_too(world: World) -> None:
    talk = world.conversation()

    async def go() -> list[str]:
        where = f"?character={talk.character_id}"
        async with a_plain(world.url, where) as plain:
            await plain.say(message="Hello?")
            return await plain.frames()

    frames = asyncio.run(go())
    assert "".join(one for one in frames if not one.startswith("[")) == "Hello there."
