"""A server with conversations before a stub of a model, and clients of its sockets."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import socketio
import uvicorn

from long_term_memory.build import build_engine
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import CharacterProfile, Conversation
from long_term_memory.companion.reply_process import ReplyProcess
from long_term_memory.config import from_mapping
from long_term_memory.engine.engine import Engine
from long_term_memory.identity.auth import KEY_FILE
from long_term_memory.server.app import create_app
from long_term_memory.server.lines import LendsLine
from long_term_memory.server.run import reply_process
from long_term_memory.testing import HashEmbedder
from tests.server.upstreams import PATIENT, Stub, stub_upstream

BESIDE = os.environ.get("LTM_TEST_BESIDE") == "1"

ME, ANNA = "default", "anna"
MINE, ANNAS = "mine-0123456789abcdef", "annas-0123456789abcdef"


@dataclass
class World:
    """A server that runs, and what is behind it."""

    url: str
    stub: Stub
    engine: Engine
    platform: Platform
    numbers: Iterator[int] = field(default_factory=count)

    def conversation(self, user: str = ME, **profile: Any) -> Conversation:
        """Begin a conversation with a new character."""
        told = {"name": f"Maren {next(self.numbers)}", **profile}
        character = self.platform.characters.create(user, CharacterProfile(**told))
        return self.platform.messages.begin(user, character.id)

    def said(self, conversation: Conversation) -> list[tuple[str, str]]:
        """Return who said what, oldest first."""
        page = self.platform.messages.page(
            conversation.user_id, conversation.id, limit=200
        )
        return [(str(one.sender_type), one.content) for one in page.messages]


@contextmanager
def a_world(
    folder: Path, *, keys: bool = False, beside: bool = BESIDE, **settings: Any
) -> Iterator[World]:
    """Run a server in a thread, and a model behind it.

    Args:
        folder: Where the memories are.
        keys: Whether clients need one.
        beside: Whether a process beside it does what replies need of the memory.
        settings: Others than the usual ones.
    """
    with stub_upstream() as stub:
        port = free_port()
        told, problems = from_mapping(
            {
                "llm_base_url": stub.url,
                "llm_retries": 0,
                "messages_per_minute": 0,
                "port": port,
                "data_dir": str(folder),
                "secure": keys,
                **settings,
            }
        )
        assert not problems
        if keys:
            (folder / KEY_FILE).write_text(f"{MINE}\nanna: {ANNAS}\n", "utf-8")
            (folder / KEY_FILE).chmod(0o600)
        engine = build_engine(told, folder, load=HashEmbedder)
        process: ReplyProcess | None = None
        platform = Platform(engine, is_shared=beside, brings_in=not beside)
        ports = [one for one in (port, told.companion.websocket_port) if one]
        try:
            process = reply_process(engine) if beside else None
            with serving_at(create_app(engine, told, process=process), ports):
                yield World(f"http://127.0.0.1:{port}", stub, engine, platform)
        finally:
            if process is not None:
                process.end()
            platform.close()
            engine.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def serving_at(app: Any, ports: list[int], *, ws: Any = LendsLine) -> Iterator[None]:
    """Serve an app at ports, by uvicorn in a thread, as `ltm serve` does."""
    listening = [socket.create_server(("127.0.0.1", port)) for port in ports]
    config = uvicorn.Config(
        app,
        log_level="error",
        ws=ws,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=(listening,))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENT)
        for one in listening:
            one.close()
        # uvicorn leaves connections that a client kept to the collector; here and now,
        # not in a test that comes later and has nothing to do with them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


class Io:
    """A client of Socket.IO that keeps what it hears."""

    def __init__(self, session: aiohttp.ClientSession, patience: float) -> None:
        self.patience = patience
        self.client = socketio.AsyncClient(reconnection=False, http_session=session)
        self.heard: list[tuple[str, Any]] = []
        self._news = asyncio.Event()
        self.client.on("*", self._hear)

    async def _hear(self, name: str, told: Any = None) -> str:
        self.heard.append((name, told))
        self._news.set()
        return "taken"

    async def call(self, name: str, **told: Any) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        found: dict[str, Any] = await self.client.call(name, told, timeout=PATIENT)
        return found

    def of(self, name: str) -> list[Any]:
        """Return what was heard by a name."""
        return [told for heard, told in self.heard if heard == name]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what was heard."""
        async with asyncio.timeout(self.patience):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_heard(self, name: str, count: int = 1) -> Any:
        """Wait for an event; return what the last one told."""
        await self.until(lambda: len(self.of(name)) >= count)
        return self.of(name)[-1]

    async def until_done(self, count: int = 1) -> None:
        """Wait until so many replies are whole."""

        def done() -> bool:
            responses = self.of("character:response")
            return sum(one["type"] == "done" for one in responses) >= count

        await self.until(done)


@asynccontextmanager
async def an_io(
    url: str,
    token: str = "",
    *,
    path: str = "socket.io",
    patience: float = PATIENT,
) -> Any:
    """Connect a client."""
    auth = {"token": token} if token else None
    # Its own session would stay open where a connection is refused.
    async with aiohttp.ClientSession() as session:
        io = Io(session, patience)
        await io.client.connect(
            url,
            auth=auth,
            socketio_path=path,
            transports=["websocket"],
            # A server that was started just now has its database to open first.
            wait_timeout=int(PATIENT),
        )
        try:
            yield io
        finally:
            await io.client.disconnect()


class Plain:
    """A client of the plain WebSocket."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket_
        self.patience = PATIENT

    async def say(self, **told: Any) -> None:
        """Send a frame."""
        await self.socket.send_str(json.dumps(told))

    async def frame(self) -> str:
        """Return the next frame."""
        found = await self.socket.receive_str(timeout=self.patience)
        return found

    async def frames(self, last: str = "[END]") -> list[str]:
        """Return the frames up to one."""
        found = [await self.frame()]
        while found[-1] != last:
            found.append(await self.frame())
        return found

    async def closed(self) -> tuple[int | None, str]:
        """Wait until the server closes; return its code and words."""
        message = await self.socket.receive(timeout=PATIENT)
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return message.data, str(message.extra)


@asynccontextmanager
async def a_plain(url: str, query: str = "", **headers: str) -> AsyncIterator[Plain]:
    """Connect a client of the plain WebSocket."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/ws/chat{query}", headers=headers) as socket_,
    ):
        yield Plain(socket_)
