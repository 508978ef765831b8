"""The plain WebSocket at `/ws/chat`.

Owns: how a socket finds its conversation, and its reading and writing.
Knows nothing of: what stands in frames (see `wire`), how replies are made.

Frames that fail are answered in words, followed by `[END]`: the wire form has nothing
else that a client would understand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import InvalidInput, LtmError
from ..identity.callers import Caller, Role
from ..web.json_bounds import read_json
from ..web.lines import line_of, text_frame
from .bodies import SentMessage
from .exchange import MODE, RESUMED_TOKENS, SEEN, Exchange
from .flood import WORDS, FloodGate
from .hub import RESPONSE, TOKEN, Listener
from .modes import is_stop
from .people import user_of
from .replies import DONE, ERROR, error_payload
from .wire import (
    END,
    MODE_CHANGED,
    ReplyFrames,
    emotion_frame,
    read_frame,
    told_apart,
    vision_frame,
)

PATH: Final = "/ws/chat"
REFUSED: Final = 1008
TOO_SLOW: Final = 1013
MOST_VALUES: Final = 100
NOBODY_THERE: Final = (
    "There is no character to talk with yet. Make one by POST /api/v1/characters."
)


class WsChat:
    """Serves `/ws/chat`."""

    def __init__(
        self, exchange: Exchange, caller: Callable[[WebSocket, str], Caller]
    ) -> None:
        """Prepare.

        Args:
            exchange: Takes messages, and tells of replies.
            caller: Says who asks, by a connection and a token.
        """
        self._exchange = exchange
        self._caller = caller

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it closes."""
        await socket.accept()
        caller = self._caller(socket, socket.query_params.get("token", ""))
        if caller.role is Role.NOBODY:
            await _close(socket, REFUSED, caller.reason)
            return
        user = user_of(caller)
        try:
            conversation = await self._exchange.door.run(
                self._exchange.newest,
                user,
                socket.query_params.get("character") or None,
            )
        except LtmError as error:
            await _close(socket, REFUSED, str(error))
            return
        if conversation is None:
            await _close(socket, REFUSED, NOBODY_THERE)
            return
        await _Connection(self._exchange, socket, user, conversation).serve()


class _Connection:
    """One socket and its conversation."""

    def __init__(
        self, exchange: Exchange, socket: WebSocket, user: str, place: str
    ) -> None:
        self._exchange = exchange
        self._socket = socket
        self._user = user
        self._place = place
        self._frames = ReplyFrames()
        self._has_begun = False
        self._gate = FloodGate()
        self._is_flooded = False
        self._slow = asyncio.Event()
        self._line = line_of(socket.scope)
        self._listener = Listener(user, self._tell, self._slow.set, now=self._tell_now)

    async def serve(self) -> None:
        """Read and write until either ends."""
        hub, listener = self._exchange.hub, self._listener
        listener.join(self._place)
        hub.came(listener)
        await self._exchange.resume(
            self._user, self._place, window_tokens=RESUMED_TOKENS
        )
        self._exchange.expect(self._user, self._place)
        tasks = [
            asyncio.create_task(one)
            for one in (self._read(), listener.pump(), self._slow.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.gone(listener)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        # Not before: what is told still would run into the end.
        if self._is_flooded:
            await _close(self._socket, REFUSED, WORDS)
        if self._slow.is_set():
            await _close(self._socket, TOO_SLOW, "Too much waits to be read.")
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                # A client that left is no fault.
                with suppress(WebSocketDisconnect, OSError):
                    raise error

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self._gate.lets_in():
                self._is_flooded = True
                return
            raw = message.get("text")
            raw = message.get("bytes") or b"" if raw is None else raw.encode()
            try:
                await self._take(raw)
            except LtmError as error:
                self._listener.hear(ERROR, error_payload(error, self._place))

    async def _take(self, raw: bytes) -> None:
        """Do what a frame asks."""
        try:
            told = read_json(raw, MOST_VALUES)
        except ValueError as error:
            raise InvalidInput(f"A frame is JSON, and this is none: {error}") from None
        frame = read_frame(told)
        exchange, user, place = self._exchange, self._user, self._place
        if frame.vision:
            await exchange.see(user, place, frame.vision)
        elif is_stop(frame.message):
            exchange.replies.stop(user, place)
        elif await exchange.command(user, place, frame.message) is None:
            await exchange.send(
                user,
                place,
                SentMessage(content=frame.message),
                origin=self._listener,
                window_tokens=RESUMED_TOKENS,
            )

    async def _tell(self, name: str, payload: dict[str, Any]) -> None:
        """Write an event in the wire form."""
        for frame in self._frames_of(name, payload):
            if frame:
                await self._socket.send_text(frame)

    def _tell_now(self, name: str, payload: dict[str, Any]) -> bool:
        """Write an event by the line that is lent, if there is room already."""
        line = self._line
        # Before the frames are made, for a reply's are made once.
        if line is None or not line.has_room:
            return False
        frames = [text_frame(one) for one in self._frames_of(name, payload) if one]
        return not frames or line.write(b"".join(frames))

    def _frames_of(self, name: str, payload: dict[str, Any]) -> list[str]:
        if name == MODE:
            return [MODE_CHANGED]
        if name == SEEN:
            return [vision_frame(payload["content"])]
        if name == ERROR:
            words = told_apart(payload["message"])
            # Apart from what was said before it broke off.
            apart = f"\n{words}" if self._has_begun else words
            self._has_begun = False
            return [self._frames.end(), apart, END]
        if name != RESPONSE:
            return []
        if payload["type"] == TOKEN:
            self._has_begun = True
            return [self._frames.feed(payload["content"])]
        if payload["type"] == DONE:
            self._has_begun = False
            return [self._frames.end(), emotion_frame(payload["emotion"]), END]
        return []


async def _close(socket: WebSocket, code: int, words: str) -> None:
    # A reason has room for 123 bytes.
    reason = words.encode()[:120].decode("utf-8", "ignore")
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code, reason)
