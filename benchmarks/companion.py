"""Conversations under load: many people at once, a server that is killed, lost lines.

Run: `PYTHONPATH=extensions:. python -m benchmarks.companion` (about seven minutes);
smaller by flags: `--people 50 --seconds 40 --kills 1`.
Each person has a key, a character and a socket of Socket.IO, and sends a message every
20 to 40 seconds to a model of our making that answers 30 tokens in a second. The server
is killed (`kill -9`) and clients are cut at random. At the end every acknowledged
message must be stored once and in order, and have come to its person once.
Beside it, in the same run, stands an echo server with the same libraries that appends
and fsyncs each message. Says nothing of the plain WebSocket, nor of how good replies
are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import socketio
import uvicorn
from aiohttp import web

HERE = Path(__file__).resolve().parent.parent
TOKENS, TOKEN_SECONDS = 30, 1 / 30
PATIENT = 60.0
MARK = re.compile(r"#(\d+-\d+)")
ASKED: dict[str, float] = {}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer as a model: 30 tokens in a second."""
    if request.method != "POST":
        return web.json_response({"data": []})
    newest = (await request.json())["messages"][-1]["content"]
    if found := MARK.search(newest):
        ASKED.setdefault(found[1], time.monotonic())
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    # A server that is killed reads no more.
    with suppress(ConnectionResetError):
        for number in range(TOKENS):
            choice = {"index": 0, "delta": {"content": f"word{number} "}}
            await response.write(
                b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"
            )
            await asyncio.sleep(TOKEN_SECONDS)
        last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        await response.write(b"data: " + json.dumps(last).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
    return response


@dataclass
class Person:
    """One person: what was sent, acknowledged and heard."""

    number: int
    key: str
    place: str = ""
    last: str | None = None
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    sent_at: dict[str, float] = field(default_factory=dict)
    reconnects: int = 0


class Server:
    """The server in a process of its own, which can be killed and come again."""

    def __init__(self, folder: Path, model: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [
            *(sys.executable, "-m", "long_term_memory", "serve", "--secure"),
            *("--port", str(self.port), "--data-dir", str(folder)),
            *("--llm-base-url", model, "--set", "messages_per_minute=0"),
            *("--set", "most_connections=20000"),
        ]
        self._process: asyncio.subprocess.Process | None = None
        self.most_mb = 0.0

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env={**os.environ, "PYTHONPATH": str(HERE / "extensions")},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENT
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < end:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/health"):
                        return
                await asyncio.sleep(0.1)
        raise SystemExit("The server did not start.")

    async def end(self, how: signal.Signals) -> None:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        self.most_mb = max(self.most_mb, int(found[1]) / 1024 if found else 0.0)
        self._process.send_signal(how)
        await self._process.wait()


async def prepare(server: Server, people: list[Person]) -> None:
    """Make a character and a conversation for each."""
    async with aiohttp.ClientSession() as session:
        for one in people:
            headers = {"Authorization": f"Bearer {one.key}"}
            url = f"{server.url}/api/v1"
            async with session.post(
                f"{url}/characters", json={"name": "Maren"}, headers=headers
            ) as made:
                character = (await made.json())["id"]
            told = {"characterId": character}
            async with session.post(
                f"{url}/conversations", json=told, headers=headers
            ) as made:
                one.place = (await made.json())["id"]


async def connected(
    url: str, one: Person, until: float, act: Callable[[Any], Awaitable[None]]
) -> None:
    """Keep a person connected until the end, whatever happens."""
    while time.monotonic() < until:
        client = socketio.AsyncClient(reconnection=False)

        @client.on("message:received")
        async def received(told: dict[str, Any]) -> str:
            one.heard.append(told["id"])
            one.last = told["id"]
            return "taken"

        with suppress(
            socketio.exceptions.SocketIOError, aiohttp.ClientError, TimeoutError
        ):
            await client.connect(url, auth={"token": one.key}, transports=["websocket"])
            told = {"conversationId": one.place, "lastMessageId": one.last}
            await client.call("conversation:join", told, timeout=PATIENT)
            await act(client)
        with suppress(socketio.exceptions.SocketIOError, aiohttp.ClientError):
            await client.disconnect()
        one.reconnects += 1
        await asyncio.sleep(random.uniform(0.2, 1.0))


async def live(
    url: str, one: Person, until: float, pause: tuple[float, float], cuts: float
) -> None:
    """Send as a person does; a message without an answer is sent again."""
    pending: list[str] = []

    async def talk(client: Any) -> None:
        while time.monotonic() < until and client.connected:
            if not pending:
                await asyncio.sleep(random.uniform(*pause))
                pending.append(f"{one.number}-{len(one.acknowledged)}")
            mark = pending[0]
            began = time.monotonic()
            one.sent_at.setdefault(mark, began)
            told = {
                "conversationId": one.place,
                "content": f"The boat is late again. #{mark}",
                "clientId": mark,
            }
            said = await client.call("message:send", told, timeout=PATIENT)
            if not said["ok"]:
                continue
            one.waits.append(time.monotonic() - began)
            one.acknowledged.append((mark, said["message"]["id"]))
            pending.clear()
            if random.random() < cuts:
                return

    await connected(url, one, until, talk)


async def check(server: Server, people: list[Person]) -> list[str]:
    """Return what is wrong with what was kept."""
    wrong = []
    async with aiohttp.ClientSession() as session:
        for one in people:
            stored: list[str] = []
            after: str | None = ""
            headers = {"Authorization": f"Bearer {one.key}"}
            url = f"{server.url}/api/v1/conversations/{one.place}/messages?limit=200"
            newest = None
            while after is not None:
                where = url if newest is None else f"{url}&before={newest}"
                async with session.get(where, headers=headers) as got:
                    page = await got.json()
                stored = [told["id"] for told in page["messages"]] + stored
                newest = after = page["older"]
            kept = [known for _, known in one.acknowledged]
            if [known for known in stored if known in set(kept)] != kept:
                wrong.append(f"{one.number}: lost, doubled or out of order")
            if len(one.heard) != len(set(one.heard)):
                wrong.append(f"{one.number}: a message came twice")
    return wrong


async def echo(people: int, seconds: float, pause: tuple[float, float]) -> list[float]:
    """Return the waits of as many clients of a server that appends and fsyncs."""
    server = socketio.AsyncServer(async_mode="asgi", async_handlers=False)
    with tempfile.TemporaryFile() as file:

        def keep(text: str) -> None:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())

        @server.on("message:send")
        async def send(_: str, told: dict[str, Any]) -> dict[str, Any]:
            await asyncio.to_thread(keep, json.dumps(told))
            return {"ok": True, "message": {"id": told["clientId"]}}

        @server.on("conversation:join")
        async def join(_: str, told: dict[str, Any]) -> dict[str, Any]:
            return {"ok": True}

        port = free_port()
        config = uvicorn.Config(
            socketio.ASGIApp(server), port=port, log_level="error", ws="wsproto"
        )
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running.serve())
        while not running.started:
            await asyncio.sleep(0.05)
        crowd = [Person(number, "", "echo") for number in range(people)]
        until = time.monotonic() + seconds
        url = f"http://127.0.0.1:{port}"
        await asyncio.gather(*(live(url, one, until, pause, 0.0) for one in crowd))
        running.should_exit = True
        await serving
        return [wait for one in crowd for wait in one.waits]


def said(name: str, waits: list[float]) -> None:
    """Print median and 99th hundredth."""
    if not waits:
        print(f"{name}: none")
        return
    ordered = sorted(waits)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    at95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"{name}: median {statistics.median(ordered) * 1000:.1f} ms, "
        f"p95 {at95 * 1000:.1f} ms, p99 {high * 1000:.1f} ms, {len(ordered)} of them"
    )


async def run(args: argparse.Namespace, folder: Path) -> int:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    people = [
        Person(number, f"key-{number:06d}-0123456789abcdef")
        for number in range(args.people)
    ]
    lines = [f"person{one.number}: {one.key}\n" for one in people]
    keys = folder / "api_key.txt"
    keys.write_text("owner-0123456789abcdef\n" + "".join(lines), "utf-8")
    keys.chmod(0o600)
    server = Server(folder, f"http://{host}:{port}/v1")
    await server.start()
    await prepare(server, people)
    until = time.monotonic() + args.seconds
    pause = (args.least_pause, args.most_pause)
    crowd = [
        asyncio.create_task(live(server.url, one, until, pause, args.cuts))
        for one in people
    ]
    for _ in range(args.kills):
        await asyncio.sleep(args.seconds / (args.kills + 1))
        await server.end(signal.SIGKILL)
        await server.start()
    await asyncio.gather(*crowd)
    wrong = await check(server, people)
    await server.end(signal.SIGINT)
    await runner.cleanup()
    sent = sum(len(one.acknowledged) for one in people)
    print(
        f"{args.people} people, {args.seconds} s, {args.kills} kills, {sent} messages"
    )
    print(f"reconnects: {sum(one.reconnects for one in people)}")
    said("send to acknowledged", [wait for one in people for wait in one.waits])
    asked = [
        ASKED[mark] - one.sent_at[mark]
        for one in people
        for mark in one.sent_at
        if mark in ASKED
    ]
    said("send to the model being asked, kills included", asked)
    said("echo with fsync", await echo(args.people, min(60, args.seconds), pause))
    print(f"server's memory at most: {server.most_mb:.0f} MB")
    print("\n".join(wrong) or "nothing lost, nothing doubled, order kept")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--cuts", type=float, default=0.1)
    parser.add_argument("--least-pause", type=float, default=20)
    parser.add_argument("--most-pause", type=float, default=40)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
