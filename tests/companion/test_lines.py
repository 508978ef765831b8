"""Packets keep their order whichever way they go, and lines end with their session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import socketio
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Message, Request, TextMessage

from long_term_memory.companion.lines import Server
from long_term_memory.server.lines import LendsLine
from long_term_memory.web.lines import text_frame
from tests.companion.live import free_port, serving_at
from tests.server.upstreams import PATIENT

PATH = "/socket.io/?EIO=4&transport=websocket"
MOST_BYTES = 20_000
Lived = Callable[[aiohttp.ClientWebSocketResponse, Server], Awaitable[None]]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Connect to the namespace that everybody is in."""
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as line:
        assert (await line.receive_str(timeout=PATIENT)).startswith("0{")
        await line.send_str("40")
        assert (await line.receive_str(timeout=PATIENT)).startswith("40{")
        yield line


def an_echo() -> Server:
    """Return a server that acknowledges by saying the same, and tells it once more."""
    server = Server(
        async_mode="asgi", cors_allowed_origins=[], max_http_buffer_size=MOST_BYTES
    )

    async def say(sid: str, told: Any) -> Any:
        await server.emit("said", told, to=sid)
        return told

    async def leave(sid: str) -> None:
        await server.eio.disconnect(server.manager.eio_sid_from_sid(sid, "/"))

    server.on("connect", lambda *_: None)
    server.on("leave", leave)
    server.on("say", say)
    return server


def live(act: Lived, ws: Any = LendsLine) -> None:
    """Connect to an echo, and do something."""
    server, port = an_echo(), free_port()

    async def go() -> None:
        async with asyncio.timeout(PATIENT):
            async with connected(f"http://127.0.0.1:{port}{PATH}") as line:
                await act(line, server)

    with serving_at(socketio.ASGIApp(server), [port], ws=ws):
        asyncio.run(go())


async def heard(line: aiohttp.ClientWebSocketResponse, count: int) -> list[str]:
    return [await line.receive_str(timeout=PATIENT) for _ in range(count)]


WAYS = pytest.mark.parametrize("ws", [LendsLine, "wsproto"])


@WAYS
def test_what_is_sent_at_once_is_answered_in_its_order(ws: Any) -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, _: Server) -> None:
        for number in range(50):
            await line.send_str(f'42{number}["say",{number}]')
        found = await heard(line, 100)
        said = [json.loads(one[2:])[1] for one in found if one.startswith("42")]
        acks = [one for one in found if one.startswith("43")]
        assert said == [*range(50)]
        assert acks == [f"43{number}[{number}]" for number in range(50)]

    live(act, ws)


@WAYS
def test_a_message_in_parts_comes_before_what_is_sent_behind_it(ws: Any) -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, _: Server) -> None:
        asked = [
            Message(data='421["say",', message_finished=False),
            Message(data="1]"),
            Message(data='422["say",2]'),
        ]
        whole = open_client()
        assert line._conn is not None
        transport = line._conn.transport
        assert transport is not None
        transport.write(b"".join(whole.send(one) for one in asked))
        found = await heard(line, 4)
        assert [one for one in found if one.startswith("43")] == ["431[1]", "432[2]"]

    live(act, ws)


def open_client() -> WSConnection:
    """Return a client's end of a line that is open."""
    client, server = (
        WSConnection(ConnectionType.CLIENT),
        WSConnection(ConnectionType.SERVER),
    )
    server.receive_data(client.send(Request(host="here", target="/")))
    assert [*server.events()]
    client.receive_data(server.send(AcceptConnection()))
    assert [*client.events()]
    return client


def test_a_word_that_makes_no_sense_ends_its_line_alone() -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, server: Server) -> None:
        async with connected(str(line._response.url)) as other:
            await line.send_str("no packet")
            ended = await line.receive(timeout=PATIENT)
            assert ended.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
            await other.send_str('421["say",1]')
            assert (await heard(other, 2))[-1] == "431[1]"
            assert len(server.eio.sockets) == 1

    live(act)


def test_an_event_that_is_none_changes_nothing() -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, _: Server) -> None:
        for told in ('42["say"', "42", "42{}", "43", '42/other,1["say",1]', "42[1]"):
            await line.send_str(told)
        await line.send_str('427["say",7]')
        assert (await heard(line, 2))[-1] == "437[7]"

    live(act)


def test_who_is_told_to_go_is_gone_on_both_ends() -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, server: Server) -> None:
        await line.send_str('42["leave"]')
        assert await line.receive_str(timeout=PATIENT) == "1"
        ended = await line.receive(timeout=PATIENT)
        assert ended.type is aiohttp.WSMsgType.CLOSE
        while server.eio.wires or server.eio.sockets:
            await asyncio.sleep(0.01)

    live(act)


def test_a_text_of_too_many_bytes_is_not_taken() -> None:
    async def act(line: aiohttp.ClientWebSocketResponse, _: Server) -> None:
        await line.send_str(f'421["say","{"x" * MOST_BYTES}"]')
        ended = await line.receive(timeout=PATIENT)
        assert ended.type is aiohttp.WSMsgType.CLOSE

    live(act)


def test_a_session_that_is_polled_may_become_a_line() -> None:
    server, port = an_echo(), free_port()

    async def go() -> Any:
        async with aiohttp.ClientSession() as session:
            client = socketio.AsyncClient(reconnection=False, http_session=session)
            await client.connect(f"http://127.0.0.1:{port}")
            assert client.transport() == "websocket"
            found = await client.call("say", "one", timeout=PATIENT)
            await client.disconnect()
            return found

    with serving_at(socketio.ASGIApp(server), [port]):
        assert asyncio.run(go()) == "one"


@pytest.mark.parametrize("length", [0, 1, 125, 126, 0xFFFF, 0x10000])
def test_a_frame_is_read_as_the_text_that_it_holds(length: int) -> None:
    text = "é" * (length // 2) + "x" * (length % 2)
    client = open_client()
    client.receive_data(text_frame(text))
    told = [one.data for one in client.events() if isinstance(one, TextMessage)]
    assert "".join(told) == text
