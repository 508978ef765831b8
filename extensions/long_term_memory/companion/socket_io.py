"""Socket.IO: who connects, what a client may send, what it is told.

Owns: the events' names and forms, acknowledgements, catching up.
Knows nothing of: how messages are stored and answered.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, NamedTuple

import socketio
from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from ..errors import InvalidInput, LtmError
from ..identity.callers import Caller, Role
from .bodies import SentMessage
from .exchange import Exchange
from .flood import WORDS, FloodGate
from .hub import Listener
from .lines import Server, framed
from .modes import is_stop
from .people import user_of
from .records import SenderType
from .replies import ERROR, error_payload

JOIN: Final = "conversation:join"
LEAVE: Final = "conversation:leave"
SEND: Final = "message:send"
STOP: Final = "message:stop"
TYPING_START: Final = "typing:start"
TYPING_STOP: Final = "typing:stop"
RECEIVED: Final = "message:received"

MOST_SOCKETS_OF_ONE: Final = 200
"""Of one user at once."""

MOST_JOINED: Final = 200
"""Conversations that one socket hears of."""

MOST_EXPECTED: Final = 3
"""Conversations of one socket whose memory is opened before anything is said there; who
joins all that he has speaks in few of them."""

MOST_UNACKNOWLEDGED: Final = 100
"""Messages for whose acknowledgement is waited; a client that never sends any is told
all the same, and nothing more is kept for it."""

MOST_QUEUED: Final = 100
"""Packets that wait for a socket that does not read, beside those of its listener."""

CONNECT_SECONDS: Final = 10.0
"""A session that has not said by then who it is, is closed."""
SWEEP_SECONDS: Final = 1.0

PONG_SECONDS: Final = 60
"""A client that says nothing for so long after it was asked is gone; under load its
word may lie there for a while before it is read."""

CATCH_UP_PAGE: Final = 100
LOOK_SECONDS: Final = 0.05

Answer = dict[str, Any]


@dataclass(slots=True)
class _Socket:
    """One connected client; `session` is its line's name in the library."""

    listener: Listener
    pump: asyncio.Task[None]
    session: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    gate: FloodGate = field(default_factory=FloodGate)
    unacknowledged: int = 0


class _Told(NamedTuple):
    """An event as it is sent, written once for all who hear it."""

    payload: dict[str, Any]
    body: str
    frame: bytes


class SocketIo:
    """Serves Socket.IO; belongs to one event loop."""

    def __init__(
        self,
        exchange: Exchange,
        caller: Callable[[HTTPConnection, str], Caller],
        *,
        most_bytes: int,
        most_sessions: int,
    ) -> None:
        """Prepare.

        Args:
            exchange: Takes messages, and tells of replies.
            caller: Says who asks, by a connection and a token.
            most_bytes: Of one frame.
            most_sessions: Of all clients at once, known or not yet.
        """
        self._most = most_sessions
        self._sweeping: asyncio.Task[None] | None = None
        self._exchange = exchange
        self._caller = caller
        self._sockets: dict[str, _Socket] = {}
        self._of: Counter[str] = Counter()
        self._told: _Told | None = None
        self.server = Server(
            async_mode="asgi",
            # What a client does takes its turn here: while one event is worked on, the
            # next ones are read, and its word that it is still there.
            async_handlers=True,
            ping_timeout=PONG_SECONDS,
            # Foreign pages are refused at the door.
            cors_allowed_origins=[],
            max_http_buffer_size=most_bytes,
        )
        self._take_events()

    def _take_events(self) -> None:
        server = self.server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        for name, act in {
            JOIN: self._join,
            LEAVE: self._leave,
            SEND: self._send,
            STOP: self._stop,
            TYPING_START: self._typing_start,
            TYPING_STOP: self._typing_stop,
        }.items():
            server.on(name, self._guarded(act))
        server.on("*", self._unknown)

    @property
    def is_full(self) -> bool:
        """Whether no client may begin a session now."""
        return len(self.server.eio.sockets) >= self._most

    def open(self) -> None:
        """Belong to the loop that runs."""
        self._sweeping = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        """Close all sockets."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for sid in [*self._sockets]:
            await self.server.disconnect(sid)
        await self.server.shutdown()

    # -- connections -------------------------------------------------------------

    async def _connect(
        self, sid: str, environ: Mapping[str, Any], auth: object = None
    ) -> None:
        told = auth.get("token") if isinstance(auth, Mapping) else None
        token = told if isinstance(told, str) else ""
        caller = self._caller(HTTPConnection(environ["asgi.scope"]), token)
        if caller.role is Role.NOBODY:
            raise socketio.exceptions.ConnectionRefusedError(caller.reason)
        if not self._exchange.lazy.is_made:
            # Made while this waits: by the server's start, or by who came first.
            await self._exchange.door.run(self._exchange.lazy)
        user = user_of(caller)
        ours = self._of[user]
        if ours >= MOST_SOCKETS_OF_ONE:
            raise socketio.exceptions.ConnectionRefusedError(
                f"{ours} sockets of yours are open. Close one."
            )
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        line = self.server.eio.sockets.get(eio_sid)
        if line is None or line.closed:
            raise socketio.exceptions.ConnectionRefusedError("The line is closed.")
        listener = Listener(
            user,
            self._teller(sid),
            lambda: self._cut_off(sid),
            now=self._teller_now(sid, line),
        )
        pump = asyncio.create_task(listener.pump())
        self._sockets[sid] = _Socket(listener, pump, eio_sid)
        self._of[user] += 1
        self._exchange.hub.came(listener)

    async def _sweep(self) -> None:
        """Close sessions that never said who they are."""
        since: dict[str, float] = {}
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = monotonic()
            known = {one.session for one in self._sockets.values()}
            unknown = set(self.server.eio.sockets) - known
            since = {one: since.get(one, now) for one in unknown}
            for one, begun in since.items():
                if now - begun > CONNECT_SECONDS:
                    socket = self.server.eio.sockets.pop(one)
                    # A client that never reads is not waited for.
                    await socket.close(wait=False)
                    await socket.queue.put(None)

    async def _disconnect(self, sid: str, *_: object) -> None:
        found = self._sockets.pop(sid, None)
        if found is not None:
            user = found.listener.user
            self._of[user] -= 1
            if not self._of[user]:
                del self._of[user]
            self._exchange.hub.gone(found.listener)
            found.listener.end()
            found.pump.cancel()

    def _cut_off(self, sid: str) -> None:
        """Close a socket that does not read, or floods."""
        self.server.start_background_task(self.server.disconnect, sid)

    def _teller(self, sid: str) -> Callable[[str, dict[str, Any]], Awaitable[None]]:
        async def tell(name: str, payload: dict[str, Any]) -> None:
            found = self._sockets.get(sid)
            if found is None:
                return
            await self._room(sid)
            if (
                not _wants_word(name, payload)
                or found.unacknowledged >= MOST_UNACKNOWLEDGED
            ):
                await self.server.emit(name, payload, to=sid)
            else:
                found.unacknowledged += 1
                taken = self._acknowledged(found, payload["id"])
                await self.server.emit(name, payload, to=sid, callback=taken)

        return tell

    def _teller_now(self, sid: str, line: Any) -> Callable[[str, dict[str, Any]], bool]:
        """Return what sends an event at once, if there is room for it."""
        write = self.server.write

        def tell(name: str, payload: dict[str, Any]) -> bool:
            if line.queue.qsize() >= MOST_QUEUED:
                return False
            told, number = self._written(name, payload), ""
            frame = told.frame
            if _wants_word(name, payload) and (number := self._number(sid, payload)):
                frame = framed(f"2{number}{told.body}")
            if not write(line.sid, frame):
                line.queue.put_nowait(Frame(MESSAGE, f"2{number}{told.body}"))
            return True

        return tell

    def _number(self, sid: str, payload: Mapping[str, Any]) -> str:
        """Return under which number a client acknowledges a message; empty if not."""
        found = self._sockets.get(sid)
        if found is None or found.unacknowledged >= MOST_UNACKNOWLEDGED:
            return ""
        found.unacknowledged += 1
        taken = self._acknowledged(found, payload["id"])
        return str(self.server.manager._generate_ack_id(sid, taken))

    def _written(self, name: str, payload: dict[str, Any]) -> _Told:
        """Return an event as it is sent; written once for all who hear it."""
        if self._told is None or self._told.payload is not payload:
            body = json.dumps([name, payload], separators=(",", ":"))
            self._told = _Told(payload, body, framed(f"2{body}"))
        return self._told

    def _acknowledged(
        self, found: _Socket, message_id: str
    ) -> Callable[..., Awaitable[None]]:
        async def taken(*_: object) -> None:
            found.unacknowledged -= 1
            await self._exchange.replies.received(found.listener.user, [message_id])

        return taken

    async def _room(self, sid: str) -> None:
        """Wait while packets wait in the library, which knows no bound."""
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        while (socket := self.server.eio.sockets.get(eio_sid)) is not None:
            if socket.queue.qsize() < MOST_QUEUED:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _guarded(
        self, act: Callable[[Listener, Mapping[str, Any]], Awaitable[Answer]]
    ) -> Callable[..., Awaitable[Answer | None]]:
        """Return what takes an event: counts it, and answers what is wrong with it."""

        async def take(sid: str, told: object = None, *_: object) -> Answer | None:
            found = self._sockets.get(sid)
            if found is None:
                return None
            if not found.gate.lets_in():
                flood = {"code": "flood", "message": WORDS}
                await self.server.emit(ERROR, flood, to=sid)
                self._cut_off(sid)
                return {"ok": False, "error": flood}
            try:
                if not isinstance(told, Mapping):
                    raise InvalidInput("An event carries an object.")
                # One after the other, so that messages keep their order.
                async with found.turn:
                    return {"ok": True, **await act(found.listener, told)}
            except LtmError as error:
                named = told if isinstance(told, Mapping) else {}
                fault = _fault(error, named)
            await self.server.emit(ERROR, fault, to=sid)
            return {"ok": False, "error": fault}

        return take

    async def _unknown(self, name: str, sid: str, *told: object) -> Answer | None:
        """Answer an event that is none of ours; its client may wait for a word."""

        async def refuse(*_: object) -> Answer:
            raise InvalidInput(f"There is no event {name[:100]!r}.")

        return await self._guarded(refuse)(sid, {}, *told)

    # -- events ------------------------------------------------------------------

    async def _join(self, listener: Listener, told: Mapping[str, Any]) -> Answer:
        place, last = _text(told, "conversationId"), told.get("lastMessageId")
        if last is not None and not isinstance(last, str):
            raise InvalidInput("lastMessageId is a text.", field="lastMessageId")
        if len(listener.joined | {place}) > MOST_JOINED:
            raise InvalidInput(
                f"A socket hears of at most {MOST_JOINED} conversations. Leave one.",
                field="conversationId",
            )
        is_new_here = place not in listener.joined
        if last is not None:
            listener.join(place, held=True)
        try:
            missed = await self._joined(listener, place, last)
        except LtmError:
            if is_new_here:
                listener.leave(place)
            raise
        finally:
            listener.caught_up(place)
        return {"missed": missed}

    async def _joined(self, listener: Listener, place: str, last: str | None) -> int:
        """Look how a conversation stands; returns how many messages were told of it."""
        look, user = self._exchange.platform.messages.standing, listener.user
        found = await self._exchange.door.run(look, user, place, last)
        missed = 0
        if last is None:
            listener.join(place)
        elif not found.is_newest:
            missed = await self._catch_up(listener, place, last)
        if found.waits:
            self._exchange.resume_known(user, place, found.active_at)
        if len(listener.joined) <= MOST_EXPECTED:
            self._exchange.expect(user, place)
        return missed

    async def _catch_up(self, listener: Listener, place: str, last: str) -> int:
        """Tell what came after a message; what comes meanwhile is held."""
        count = 0
        while True:
            missed = await self._exchange.work.missed(
                listener.user, place, last, CATCH_UP_PAGE
            )
            count += len(missed)
            listener.catch_up(place, missed)
            if len(missed) < CATCH_UP_PAGE or listener.is_lost:
                return count
            last = missed[-1].id
            await listener.room()

    async def _leave(self, listener: Listener, told: Mapping[str, Any]) -> Answer:
        listener.leave(_text(told, "conversationId"))
        return {}

    async def _send(self, listener: Listener, told: Mapping[str, Any]) -> Answer:
        place = _text(told, "conversationId")
        fields = {name: one for name, one in told.items() if name != "conversationId"}
        try:
            new = SentMessage.model_validate(fields)
        except ValidationError as error:
            raise _invalid(error) from None
        if is_stop(new.content):
            row = self._exchange.platform.conversations.row
            await self._exchange.door.run(row, listener.user, place)
            return await self._stop(listener, told)
        mode = await self._exchange.command(listener.user, place, new.content)
        if mode is not None:
            return {"mode": mode}
        is_new_here = place not in listener.joined
        if is_new_here:
            listener.join(place)
        try:
            message, _ = await self._exchange.send(
                listener.user, place, new, origin=listener
            )
        except LtmError:
            if is_new_here:
                listener.leave(place)
            raise
        return {"message": message.told()}

    async def _stop(self, listener: Listener, told: Mapping[str, Any]) -> Answer:
        place = _text(told, "conversationId")
        return {"stopped": self._exchange.replies.stop(listener.user, place)}

    async def _typing_start(
        self, listener: Listener, told: Mapping[str, Any]
    ) -> Answer:
        place = _joined_place(listener, told)
        self._exchange.start_typing(listener.user, place, listener)
        return {}

    async def _typing_stop(self, listener: Listener, told: Mapping[str, Any]) -> Answer:
        place = _joined_place(listener, told)
        self._exchange.stop_typing(listener.user, place, listener)
        return {}


def _wants_word(name: str, payload: Mapping[str, Any]) -> bool:
    """Say whether a client is to acknowledge an event: it is a reply."""
    return name == RECEIVED and payload.get("senderType") == SenderType.CHARACTER


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 200:
        raise InvalidInput(f"{name} is missing, or no text.", field=name)
    return found


def _joined_place(listener: Listener, told: Mapping[str, Any]) -> str:
    place = _text(told, "conversationId")
    if place not in listener.joined:
        raise InvalidInput("Join the conversation first.", field="conversationId")
    return place


def _invalid(error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    return InvalidInput(f"{name}: {first['msg']}.", field=name)


def _fault(error: LtmError, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a client is told of a fault, with what names its event."""
    named = {
        name: told[name]
        for name in ("conversationId", "clientId")
        if isinstance(told.get(name), str)
    }
    return {**error_payload(error), **named}
