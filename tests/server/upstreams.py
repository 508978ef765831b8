"""A language model of a test's making, and the proxy before it, on real sockets.

Owns: both servers' threads, and how the model answers.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx
import uvicorn
from aiohttp import web

PATIENT = 60.0


class Asked(NamedTuple):
    """A request that reached the model."""

    path: str
    headers: dict[str, str]
    body: Any
    raw_path: str = ""


Answer = Callable[[web.Request, Any], Awaitable[web.StreamResponse]]


def piece(text: str, **more: Any) -> bytes:
    """Return an event as a model sends it."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    told = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stub",
        "choices": [{**choice, **more}],
    }
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def end_of_stream(usage: Mapping[str, int] | None = None) -> bytes:
    choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
    told: dict[str, Any] = {"object": "chat.completion.chunk", "choices": [choice]}
    if usage:
        told["usage"] = usage
    return b"data: " + json.dumps(told).encode() + b"\n\ndata: [DONE]\n\n"


def says(*words: str, usage: Mapping[str, int] | None = None) -> Answer:
    """Answer with words, streamed or whole as the request asks."""

    async def answer(request: web.Request, body: Any) -> web.StreamResponse:
        if isinstance(body, dict) and body.get("stream"):
            events = [*map(piece, words), end_of_stream(usage)]
            return await sends(*events)(request, body)
        message = {"role": "assistant", "content": "".join(words)}
        choice = {"index": 0, "message": message, "text": "".join(words)}
        told = {"object": "chat.completion", "choices": [choice], "usage": usage}
        return web.json_response(told)

    return answer


def sends(
    *parts: bytes, then: str = "end", content_type: str = "text/event-stream"
) -> Answer:
    """Answer with bytes, each in a packet of its own.

    Args:
        parts: The bytes.
        then: What comes after: "end", "death" of the connection, or "silence".
        content_type: Of the answer.
    """

    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
            await asyncio.sleep(0.002)
        if then == "silence":
            await asyncio.Event().wait()
        if then == "death":
            assert request.transport is not None
            request.transport.abort()
        return response

    return answer


def refuses(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with an error."""

    async def answer(_: web.Request, __: Any) -> web.StreamResponse:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if text.startswith("<") else "application/json"
        return web.Response(
            status=status, text=text, content_type=kind, headers=headers
        )

    return answer


async def hangs(_: web.Request, __: Any) -> web.StreamResponse:
    """Take a request and never answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def dies(request: web.Request, _: Any) -> web.StreamResponse:
    """Take a request and close the connection without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass(slots=True)
class Stub:
    """The model: what it was asked and what it will answer.

    Attributes:
        url: Where it listens.
        asked: The requests, oldest first.
        answers: Those to come.
        usual: When they are used up; "Hello there." if it is None.
        left: Set when somebody went away before the end of an answer.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    usual: Answer | None = None
    left: threading.Event = field(default_factory=threading.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        raw = await request.read()
        body = json.loads(raw) if raw else None
        path, raw_path = request.path, request.raw_path
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(path, headers, body, raw_path))
        usual = self.usual or says("Hello", " there.")
        answer = self.answers.popleft() if self.answers else usual
        try:
            return await answer(request, body)
        except (asyncio.CancelledError, ConnectionResetError):
            self.left.set()
            raise


@contextmanager
def stub_upstream() -> Iterator[Stub]:
    """Run a model in a thread."""
    stub = Stub()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    over = asyncio.Event()

    async def run() -> None:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{path:.*}", stub.handle)
        runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        stub.url = f"http://{host}:{port}"
        ready.set()
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(PATIENT)
    try:
        yield stub
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(PATIENT)
        loop.close()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an app by uvicorn in a thread; yield its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="error", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENT)
        listening.close()


class Vanishing:
    """A client that can leave in the middle of an answer."""

    def __init__(self, url: str, path: str, body: Mapping[str, Any]) -> None:
        """Send a request."""
        address = httpx.URL(url)
        self._socket = socket.create_connection((address.host, address.port or 80))
        self._socket.settimeout(PATIENT)
        raw = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {address.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + raw)

    def read_until(self, wanted: bytes) -> bytes:
        """Read until some bytes have come."""
        read = b""
        while wanted not in read:
            part = self._socket.recv(65536)
            assert part, read
            read += part
        return read

    def leave(self) -> None:
        """Close the connection."""
        self._socket.close()
