"""The clients of `benchmarks.companion`: a crowd in one loop, as cheap as can be.

Both protocols are spoken by hand over aiohttp's WebSocket, for a library's own client
takes more time of a token's event than the server does. Each person sends one message
after the other, each with a mark that is found again in what was stored; a message
without an answer is sent again under the same client id, where the protocol has one.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

TOKENS, TOKEN_SECONDS = 30, 1 / 30
PATIENT = 60.0
QUIET = 15.0
MARK = re.compile(r"#(\d+-\d+)")
Answers = dict[int, asyncio.Future[Any]]
GONE = (aiohttp.ClientError, OSError, TimeoutError, ConnectionError)


class Asked(NamedTuple):
    """When a model was asked for a message, and when it was done."""

    began: float
    ended: float


class Model:
    """Answers as a language model: 30 tokens in a second."""

    def __init__(self) -> None:
        """Know of no message yet."""
        self.asked: dict[str, Asked] = {}
        self.at_once = self.most_at_once = 0
        self._told: list[bytes] = []
        for number in range(TOKENS):
            self._told.append(_event({"content": f"word{number} "}))
        self._last = _event({}, finish_reason="stop") + b"data: [DONE]\n\n"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if request.method != "POST":
            return web.json_response({"data": []})
        began = time.monotonic()
        newest = (await request.json())["messages"][-1]["content"]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        # A server that is killed reads no more.
        with suppress(ConnectionResetError):
            for told in self._told:
                await response.write(told)
                await asyncio.sleep(TOKEN_SECONDS)
            await response.write(self._last)
        self.at_once -= 1
        if found := MARK.search(newest):
            self.asked[found[1]] = Asked(began, time.monotonic())
        return response


def _event(delta: dict[str, Any], **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, **more}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


class Sent(NamedTuple):
    """A message that was acknowledged: its mark, and its id where it is told."""

    mark: str
    id: str


@dataclass
class Person:
    """One person: what was sent, acknowledged and heard."""

    number: int
    key: str
    place: str = ""
    last: str | None = None
    acknowledged: list[Sent] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    fanned: list[float] = field(default_factory=list)
    began: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    disturbed: set[str] = field(default_factory=set)
    reconnects: int = 0


class Plan(NamedTuple):
    """How a crowd behaves: until when, its pauses, how often it is cut."""

    until: float
    pause: tuple[float, float]
    cuts: float

    @property
    def goes_on(self) -> bool:
        """Whether it is not over yet."""
        return time.monotonic() < self.until


class Client(ABC):
    """One person's sockets, whatever becomes of the server."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, one: Person, plan: Plan
    ) -> None:
        """Prepare; `live` connects."""
        self.one = one
        self.plan = plan
        self._session = session
        self._url = url
        self._pending = ""
        self._sent = 0
        self._calls = 0

    async def live(self) -> None:
        """Send as a person does, and come back after each lost connection."""
        while self.plan.goes_on:
            with suppress(*GONE):
                async with self._session.ws_connect(self.address()) as socket:
                    await self.talk(socket)
            self._note_disturbed()
            self.one.reconnects += 1
            await asyncio.sleep(random.uniform(0.2, 1.0))

    async def next_mark(self) -> str:
        """Pause, and return the mark of what is to be said; again if it was not."""
        if not self._pending:
            await asyncio.sleep(random.uniform(*self.plan.pause))
            self._pending = f"{self.one.number}-{self._sent}"
            self._sent += 1
            self.one.began[self._pending] = time.monotonic()
        return self._pending

    def _note_disturbed(self) -> None:
        """Count the time of no message over which the line was lost."""
        one = self.one
        if self._pending:
            one.disturbed.add(self._pending)
        elif one.acknowledged and one.acknowledged[-1].mark not in one.whole:
            one.disturbed.add(one.acknowledged[-1].mark)

    def done(self, message_id: str) -> None:
        """Note that what was pending was acknowledged."""
        self.one.acknowledged.append(Sent(self._pending, message_id))
        if self._pending not in self.one.disturbed:
            self.one.waits.append(time.monotonic() - self.one.began[self._pending])
        self._pending = ""

    def cut(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Cut the line now and then, without a word to the other end.

        Raises:
            ConnectionError: It was cut.
        """
        if random.random() < self.plan.cuts:
            socket._response.close()
            raise ConnectionError

    @abstractmethod
    def address(self) -> str:
        """Return where to connect."""

    @abstractmethod
    async def talk(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Talk until the end, the socket's or the plan's."""


class IoClient(Client):
    """Speaks Socket.IO, version 4 of Engine.IO."""

    def address(self) -> str:
        """Return where Socket.IO is."""
        return f"{self._url}/socket.io/?EIO=4&transport=websocket"

    async def talk(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Join, and send one after the other."""
        answers: Answers = {}
        reading = asyncio.create_task(self._read(socket, answers))
        try:
            await self._join(socket, answers, self.one.last)
            while self.plan.goes_on and not reading.done():
                mark = await self.next_mark()
                content = f"The boat is late again. #{mark}"
                told = {"content": content, "clientId": mark}
                said = await self._call(socket, answers, "message:send", told)
                if said["ok"]:
                    self.done(said["message"]["id"])
                    self.cut(socket)
        finally:
            reading.cancel()

    async def watch(self) -> None:
        """Hear what comes, on a second socket."""
        while self.plan.goes_on:
            with suppress(*GONE):
                async with self._session.ws_connect(self.address()) as socket:
                    await self.listen(socket)
            await asyncio.sleep(random.uniform(0.2, 1.0))

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Join, and note what the user's other socket sent."""
        answers: Answers = {}
        reading = asyncio.create_task(self._read(socket, answers, aside=True))
        try:
            await self._join(socket, answers, None)
            await asyncio.wait(
                [reading], timeout=max(0, self.plan.until - time.monotonic())
            )
        finally:
            reading.cancel()

    async def _join(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answers: Answers,
        last: str | None,
    ) -> None:
        connected = answers[0] = asyncio.get_running_loop().create_future()
        await socket.send_str("40" + json.dumps({"token": self.one.key}))
        await asyncio.wait_for(connected, PATIENT)
        await self._call(socket, answers, "conversation:join", {"lastMessageId": last})

    async def _call(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answers: Answers,
        name: str,
        told: dict[str, Any],
    ) -> Any:
        self._calls += 1
        number = self._calls
        answers[number] = asyncio.get_running_loop().create_future()
        told = {"conversationId": self.one.place, **told}
        await socket.send_str(f"42{number}" + json.dumps([name, told]))
        return await asyncio.wait_for(answers[number], PATIENT)

    async def _read(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answers: Answers,
        *,
        aside: bool = False,
    ) -> None:
        async for frame in socket:
            told = frame.data
            if told.startswith('42["character:response"'):
                continue
            if told == "2":
                await socket.send_str("3")
            elif told.startswith("40"):
                answers.pop(0).set_result(None)
            elif told.startswith("43"):
                at = told.index("[")
                answers.pop(int(told[2:at])).set_result(json.loads(told[at:])[0])
            elif (at := told.find('["message:received"')) >= 0:
                message = json.loads(told[at:])[1]
                if aside:
                    self._saw(message["content"])
                else:
                    self._received(message)
                if at > 2:
                    await socket.send_str(f"43{told[2:at]}[]")
        for answer in answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError())

    def _saw(self, text: str) -> None:
        """Note on the second socket that a message came there."""
        if (found := MARK.search(text)) and found[1] not in self.one.disturbed:
            self.one.fanned.append(time.monotonic() - self.one.began[found[1]])

    def _received(self, message: dict[str, Any]) -> None:
        one = self.one
        one.heard.append(message["id"])
        one.last = message["id"]
        if message.get("senderType") == "character" and one.acknowledged:
            one.whole.setdefault(one.acknowledged[-1].mark, time.monotonic())


class PlainClient(Client):
    """Speaks the plain WebSocket: a message is acknowledged by its reply."""

    def address(self) -> str:
        """Return where the plain WebSocket is."""
        return f"{self._url}/ws/chat?token={self.one.key}"

    async def talk(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Send one after the other, each once the one before was answered.

        What was not answered before the line was lost is answered now, if it was
        stored; else it is said anew under another mark, for there are no client ids.
        """
        if self._pending and await self._answered(socket, QUIET):
            self.done("")
        self._pending = ""
        while self.plan.goes_on:
            mark = await self.next_mark()
            told = {"message": f"The boat is late again. #{mark}"}
            await socket.send_str(json.dumps(told))
            if not await self._answered(socket, PATIENT):
                return
            self.one.whole[mark] = time.monotonic()
            self.done("")
            self.cut(socket)

    async def _answered(
        self, socket: aiohttp.ClientWebSocketResponse, seconds: float
    ) -> bool:
        """Wait for the end of a reply; says whether it came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for frame in socket:
                    if frame.data == "[END]":
                        return True
                raise ConnectionError
        return False
