"""The lines of Engine.IO: what is said to a client, and heard of it, at little cost.

Owns: that packets go out and come in by the short way where nothing waits, in order.
Knows nothing of: events, who connects.

The library takes a task, a bound on the time and some turns of the loop for each
packet. Where the server lends a socket's line, a packet is written at once while none
waits before it, and an event is begun as it comes; all else goes the library's way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final

import engineio
import socketio
from engineio.async_drivers.asgi import WebSocket
from engineio.packet import CLOSE, MESSAGE
from engineio.packet import Packet as Frame
from socketio.packet import ACK, EVENT

from ..web.lines import LentLine, line_of, text_frame

PONG: Final = "3"
QUICK: Final = ("42", "43")
"""How events and acknowledgements begin, for which nothing that follows waits."""

ROOT: Final = "/"
"""The namespace that everybody is in."""


def framed(told: str) -> bytes:
    """Return a packet of Socket.IO as it goes over a WebSocket."""
    return text_frame(f"{MESSAGE}{told}")


class Outbox(asyncio.Queue[Any]):
    """What waits to be sent to one client.

    The library waits for each packet with a bound on the time, for which Python begins
    a task; here what is waited for is a mere future.
    """

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._takers: deque[asyncio.Future[Any]] = deque()

    @property
    def is_idle(self) -> bool:
        """Whether somebody waits for what comes next."""
        return any(not taker.done() for taker in self._takers)

    def _put(self, item: Any) -> None:
        while self._takers:
            taker = self._takers.popleft()
            if not taker.done():
                taker.set_result(item)
                return
        super()._put(item)

    def get(self) -> asyncio.Future[Any]:  # type: ignore[override]
        """Return what comes next."""
        taker = asyncio.get_running_loop().create_future()
        if self.empty():
            self._takers.append(taker)
        else:
            taker.set_result(self.get_nowait())
        return taker


class Server(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO, over lines of ours."""

    def __init__(self, **options: Any) -> None:
        """Prepare."""
        super().__init__(**options)
        self._acts: set[asyncio.Task[None]] = set()
        self.eio.quick = self._begin

    def write(self, eio_sid: str, frame: bytes) -> bool:
        """Send what `framed` made at once; says whether that could be."""
        wire = self.eio.wires.get(eio_sid)
        return wire is not None and wire.write(frame)

    def _engineio_server_class(self) -> type[_Lines]:
        return _Lines

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        told = pkt.encode()
        if not isinstance(told, str) or not self.write(eio_sid, framed(told)):
            await super()._send_packet(eio_sid, pkt)

    def _begin(self, eio_sid: str, told: str) -> bool:
        """Begin what a packet asks for; says whether it is of the plain kind."""
        try:
            packet = self.packet_class(encoded_packet=told)
        except (ValueError, RecursionError):
            return False
        act = self._act_of(eio_sid, packet)
        if act is None:
            return False
        task = asyncio.create_task(act)
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)
        return True

    def _act_of(self, eio_sid: str, packet: Any) -> Coroutine[Any, Any, None] | None:
        sid = self.manager.sid_from_eio_sid(eio_sid, ROOT)
        told, number = packet.data, packet.id
        if (
            packet.namespace not in (None, ROOT)
            or not isinstance(told, list)
            or eio_sid in self._binary_packet
            or not self.manager.is_connected(sid, ROOT)
        ):
            return None
        act: Coroutine[Any, Any, None] | None = None
        if packet.packet_type == ACK:
            act = self._handle_ack(eio_sid, ROOT, number, told)
        elif packet.packet_type == EVENT and told and isinstance(told[0], str):
            act = self._handle_event_internal(self, sid, eio_sid, told, ROOT, number)
        return act


class _Lines(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO, whose WebSockets are ours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known: dict[str, Any] = vars(self)["_async"]
        self._async = {**known, "websocket": _Wire}
        self.wires: dict[str, _Wire] = {}
        self.quick: Callable[[str, str], bool] = lambda _sid, _told: False

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox()


class _Wire:
    """One WebSocket; made and called by Engine.IO."""

    def __init__(self, handler: Any, lines: _Lines) -> None:
        """Prepare.

        Args:
            handler: What the library does with a WebSocket, a method of its session.
            lines: All of them.
        """
        self._handler = handler
        self._session = handler.__self__
        self._lines = lines
        self._line: LentLine | None = None
        self._behind = 0

    async def __call__(self, environ: Mapping[str, Any]) -> Any:
        """Serve it to its end."""
        self._line = line_of(environ["asgi.scope"])
        # A session that was polled before is told so in the library's words.
        if self._line is None or self._session.connected:
            return await WebSocket(self._handler, self._lines)(environ)
        session, lines = self._session, self._lines
        send = environ["asgi.send"]
        await send({"type": "websocket.accept"})
        session.connected = session.upgraded = True
        lines.wires[session.sid] = self
        self._line.listen(self._came)
        writing = asyncio.create_task(self._write(send))
        try:
            await self._read(environ["asgi.receive"])
            session.queue.put_nowait(None)
            await writing
        finally:
            writing.cancel()
            del lines.wires[session.sid]
            reason = lines.reason.TRANSPORT_CLOSE
            await session.close(wait=False, abort=True, reason=reason)
        return ""

    def write(self, frame: bytes) -> bool:
        """Send a frame at once, if none waits before it."""
        line, session = self._line, self._session
        if line is None or session.closed or not session.queue.is_idle:
            return False
        return line.write(frame)

    def _came(self, told: str | None) -> bool:
        """Take what is no word to wait for, unless such a one came before."""
        most = self._lines.max_http_buffer_size
        if not self._behind and told is not None and len(told) <= most:
            if told == PONG:
                self._session.schedule_ping()
                return True
            if told.startswith(QUICK) and self._lines.quick(
                self._session.sid, told[1:]
            ):
                return True
        self._behind += 1
        return False

    async def _read(self, receive: Any) -> None:
        """Take the rest in its order, until the line is closed."""
        session = self._session
        while not session.closed:
            came = await receive()
            told = came.get("text") or came.get("bytes")
            if not told or len(told) > self._lines.max_http_buffer_size:
                return
            try:
                await session.receive(Frame(encoded_packet=told))
            except engineio.exceptions.UnknownPacketError:
                pass
            except (engineio.exceptions.EngineIOError, ValueError):
                return
            finally:
                self._behind -= 1

    async def _write(self, send: Any) -> None:
        """Send what waits, until there is no more."""
        queue = self._session.queue
        with suppress(OSError, RuntimeError):
            while (packet := await queue.get()) is not None:
                queue.task_done()
                told = packet.encode()
                kind = "bytes" if isinstance(told, bytes) else "text"
                await send({"type": "websocket.send", kind: told})
                if packet.packet_type == CLOSE:
                    break
            await send({"type": "websocket.close"})
