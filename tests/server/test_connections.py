"""Clients that are slow, too many, or gone."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from long_term_memory.server import connections as watching
from long_term_memory.server.connections import Connections, allowed_seconds
from long_term_memory.web.body_bounds import Intake
from long_term_memory.web.errors import LastResort

from .upstreams import PATIENT

PATIENCE = 0.6
MEGABYTE = 1_000_000


class Served(NamedTuple):
    """A server with little patience."""

    port: int
    connections: Connections

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, first: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), PATIENT)
        client.sendall(first)
        return client


def an_app() -> FastAPI:
    app = FastAPI(
        middleware=[
            Middleware(Intake, most_bytes=2 * MEGABYTE, streamed="/disk"),
            Middleware(LastResort),
        ]
    )

    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    async def endless(request: Request) -> StreamingResponse:
        async def much() -> Any:
            while True:
                await asyncio.sleep(0.001)
                yield bytes(MEGABYTE)

        return StreamingResponse(much())

    async def quiet(opened: WebSocket) -> None:
        await opened.accept()
        await opened.receive()

    app.router.routes.append(WebSocketRoute("/socket", quiet))
    app.add_route("/echo", echo, methods=["POST"])
    app.add_route("/endless", endless, methods=["GET"])
    return app


@contextmanager
def served(most: int = 100, patience: float = PATIENCE) -> Iterator[Served]:
    connections = Connections(most=most, patience_seconds=patience)
    listening = socket.create_server(("127.0.0.1", 0))
    accept: Any = connections.accept
    config = uvicorn.Config(
        an_app(),
        http=accept,
        ws="wsproto",
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield Served(listening.getsockname()[1], connections)
    finally:
        server.should_exit = True
        thread.join(PATIENT)
        listening.close()


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with served() as made:
        yield made


def head(length: int) -> bytes:
    return (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n" % length
    )


def drip(client: socket.socket, drops: bytes, pause: float = 0.05) -> float:
    """Send byte by byte until the server has enough; return the seconds it took."""
    began = time.monotonic()
    client.settimeout(0.01)
    for drop in drops:
        try:
            client.sendall(bytes([drop]))
            if client.recv(1, socket.MSG_PEEK) is not None:
                break
        except TimeoutError:
            time.sleep(pause)
        except OSError:
            break
    client.settimeout(PATIENT)
    return time.monotonic() - began


@pytest.mark.parametrize(
    "first",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", head(1_000_000)],
    ids=["nothing", "line", "header", "body"],
)
def test_who_sends_by_drops_is_dropped_and_told(here: Served, first: bytes) -> None:
    client = here.open(first)

    seconds = drip(client, b"a" * 2_000)
    told = client.recv(65_536)
    client.close()

    assert seconds < PATIENT
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"did not come within 0.6 seconds" in told


def test_who_says_nothing_is_dropped(here: Served) -> None:
    client = here.open()

    assert client.recv(65_536).startswith(b"HTTP/1.1 408 ")
    client.close()


def test_a_large_body_has_the_time_that_it_needs() -> None:
    patience = 5 * PATIENCE
    with served(patience=patience) as here:
        client = here.open(head(500_000))
        for _ in range(10):
            client.sendall(b"a" * 50_000)
            time.sleep(patience / 9)

        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        client.close()


def test_many_requests_one_after_another_are_as_welcome_as_one(here: Served) -> None:
    """The patience is each request's own: a connection may stay for hours."""
    with httpx.Client(timeout=PATIENT) as client:
        end = time.monotonic() + 4 * PATIENCE
        while time.monotonic() < end:
            assert client.post(f"{here.url}/echo", content=b"abc").text == "3"
            time.sleep(0.05)


def test_a_head_without_an_end_is_refused(here: Served) -> None:
    client = here.open(b"GET / HTTP/1.1\r\n")
    told = b""
    try:
        for _ in range(100):
            client.sendall(b"X-A: " + b"a" * 2_000 + b"\r\n")
        told = client.recv(65_536)
    except OSError:
        pass
    client.close()

    assert told == b"" or told.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_too_many_connections_give_way_to_one_that_asks() -> None:
    with served(most=8) as here:
        idle = [here.open(b"GET / ") for _ in range(20)]
        time.sleep(0.1)

        answer = httpx.post(f"{here.url}/echo", content=b"abc", timeout=PATIENT)

        assert answer.text == "3"
        assert len(here.connections) <= 8
        first = idle[0].recv(65_536)
        assert first.startswith(b"HTTP/1.1 503 ")
        assert b"Too many connections" in first
        for client in idle:
            client.close()


def test_who_is_being_answered_does_not_give_way() -> None:
    with served(most=2) as here:
        busy = [here.open(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n") for _ in "ab"]
        for client in busy:
            assert client.recv(1_000).startswith(b"HTTP/1.1 200 ")

        late = here.open()

        assert late.recv(65_536).startswith(b"HTTP/1.1 503 ")
        for client in (*busy, late):
            client.close()


def test_sockets_count_as_long_as_they_are_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "SOCKET_LOOK_SECONDS", 0.1)
    asked = (
        b"GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    with served(most=2) as here:
        sockets = [here.open(asked) for _ in "ab"]
        for client in sockets:
            assert client.recv(1_000).startswith(b"HTTP/1.1 101 ")
        time.sleep(1)
        late = here.open()
        assert late.recv(65_536).startswith(b"HTTP/1.1 503 ")
        late.close()
        sockets.pop().close()
        ends = time.monotonic() + PATIENT
        while len(here.connections) > 1 and time.monotonic() < ends:
            time.sleep(0.05)
        assert (
            httpx.post(f"{here.url}/echo", content=b"abc", timeout=PATIENT).text == "3"
        )
        sockets.pop().close()


def test_the_time_grows_with_what_came() -> None:
    assert allowed_seconds(0, 20) == 20
    assert allowed_seconds(50_000, 20) == 21


def test_who_leaves_in_the_middle_of_a_body_leaves_no_words(
    here: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client = here.open(head(1_000) + b"abc")
            time.sleep(0.05)
            client.close()
        time.sleep(0.2)

    assert caplog.text == ""


def test_large_bodies_have_room_one_at_a_time(here: Served) -> None:
    first = here.open(head(1_800_000) + b"a" * 1_700_000)
    time.sleep(0.2)

    with pytest.raises(httpx.HTTPStatusError, match="5"):
        httpx.post(
            f"{here.url}/echo", content=bytes(900_000), timeout=PATIENT
        ).raise_for_status()
    small = httpx.post(f"{here.url}/echo", content=bytes(50_000), timeout=PATIENT)

    assert small.text == "50000"
    first.sendall(b"a" * 100_000)
    assert first.recv(65_536).startswith(b"HTTP/1.1 200 ")
    first.close()
    assert (
        httpx.post(f"{here.url}/echo", content=bytes(900_000), timeout=PATIENT).text
        == "900000"
    )
