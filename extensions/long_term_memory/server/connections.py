"""Bound what a client's connection may take: time, room, and how many there are.

Owns: when a client counts as too slow, and who gives way when there are too many.
Knows nothing of: requests' meaning, routes, who asks.

uvicorn waits for a request as long as bytes of it come, be it one a minute, and has no
bound on connections that ask nothing.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.server import ServerState

# A line of a telephone is faster; whoever sends less holds up on purpose.
SLOWEST_BYTES_PER_SECOND: Final = 50_000
# Cookies and a long path have room; h11 allows a quarter, httptools anything.
MOST_HEAD_BYTES: Final = 65_536
# Who has its answer may send the rest of its request for so long.
LINGER_SECONDS: Final = 5.0
# An answer that nobody reads is held for so long.
UNREAD_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.5
# What became a socket is looked at so often, to see whether it is there still.
SOCKET_LOOK_SECONDS: Final = 2.0
# What was said last is given so long to leave.
LAST_SECONDS: Final = 1.0


def allowed_seconds(received_bytes: int, patience_seconds: float) -> float:
    """Return how long a client may take for what it has sent so far."""
    return patience_seconds + received_bytes / SLOWEST_BYTES_PER_SECOND


class Connections:
    """All connections of a server."""

    def __init__(self, *, most: int, patience_seconds: float) -> None:
        """Prepare.

        Args:
            most: So many are open at once.
            patience_seconds: How long a request may take to come, beside the time for
                its size.
        """
        self.most = most
        self.patience_seconds = patience_seconds
        self._open: set[Connection] = set()

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def accept(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> Connection:
        """Return what handles a new connection; uvicorn calls this."""
        spoken: Any = AutoHTTPProtocol
        speaks = spoken(config, server_state, app_state, _loop)
        return Connection(self, speaks)

    def admit(self, one: Connection) -> bool:
        """Take a connection up, in place of the one that waits longest if need be."""
        if len(self._open) >= self.most:
            waiting = [other for other in self._open if other.is_waiting]
            if not waiting:
                return False
            min(waiting, key=lambda other: other.since).drop(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open."
            )
        self._open.add(one)
        return True

    def leave(self, one: Connection) -> None:
        """Forget a connection that was closed."""
        self._open.discard(one)


class Connection(asyncio.Protocol):
    """One connection: what comes goes to uvicorn's protocol, as long as it comes.

    Attributes:
        since: The loop's time since when a request is waited for.
    """

    def __init__(self, all_of_them: Connections, speaks: Any) -> None:
        """Stand before uvicorn's protocol."""
        self._all = all_of_them
        self._speaks = speaks
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._cycle: Any = None
        self._received = 0
        self._head = 0
        self._unread_since: float | None = None
        self._next: asyncio.TimerHandle | None = None
        self.since = self._loop.time()

    @property
    def is_waiting(self) -> bool:
        """Whether no whole request is there that is being answered."""
        if self._is_socket():
            return False
        cycle = self._speaks.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch."""
        # uvloop's has all of it, but does not say so.
        self._transport = cast(asyncio.Transport, transport)
        self._speaks.connection_made(transport)
        if self._all.admit(self):
            self._next = self._loop.call_later(LOOK_SECONDS, self._look)
        else:
            words = "Too many connections are open. Try again in a minute."
            self.drop(HTTPStatus.SERVICE_UNAVAILABLE, words)

    def data_received(self, data: bytes) -> None:
        """Hand on what came, unless it is a head without an end."""
        self._received += len(data)
        before = self._speaks.cycle
        self._speaks.data_received(data)
        if self._speaks.cycle is not before or (before and before.more_body):
            self._head = 0
            return
        self._head += len(data)
        if self._head > MOST_HEAD_BYTES and self.is_waiting:
            words = f"The headers take more than {MOST_HEAD_BYTES} bytes."
            self.drop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, words)

    def eof_received(self) -> None:
        """Hand on that no more comes."""
        self._speaks.eof_received()

    def pause_writing(self) -> None:
        """Note since when nothing is read."""
        self._unread_since = self._loop.time()
        self._speaks.pause_writing()

    def resume_writing(self) -> None:
        """Note that it is read again."""
        self._unread_since = None
        self._speaks.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no longer."""
        self._end()
        self._speaks.connection_lost(exc)

    def drop(self, status: HTTPStatus, words: str) -> None:
        """Say why, if nothing was answered yet, and close."""
        transport, cycle = self._transport, self._speaks.cycle
        self._end()
        if transport is None or transport.is_closing():
            return
        if cycle is None or (cycle.response_complete or not cycle.response_started):
            transport.write(_last_words(status, words))
        transport.close()
        self._loop.call_later(LAST_SECONDS, transport.abort)

    def _end(self) -> None:
        self._all.leave(self)
        if self._next is not None:
            self._next.cancel()

    def _look(self) -> None:
        """See whether the client is still worth waiting for."""
        transport = self._transport
        if transport is None:
            self._end()
            return
        if self._is_socket():
            # It counts, but others watch it; nobody tells us when it ends.
            if transport.is_closing():
                self._end()
            else:
                self._next = self._loop.call_later(SOCKET_LOOK_SECONDS, self._look)
            return
        self._next = self._loop.call_later(LOOK_SECONDS, self._look)
        now, cycle = self._loop.time(), self._speaks.cycle
        if cycle is not self._cycle or not self.is_waiting or self._is_held_back():
            self._cycle, self.since, self._received = cycle, now, 0
        if self._unread_since is not None and now - self._unread_since > UNREAD_SECONDS:
            self._end()
            transport.abort()
            return
        patience = self._all.patience_seconds
        if cycle is not None and cycle.response_complete and cycle.more_body:
            patience = min(patience, LINGER_SECONDS)
            late = now - self.since > patience
        else:
            late = now - self.since > allowed_seconds(self._received, patience)
        if late and self.is_waiting:
            words = f"The request did not come within {patience:g} seconds."
            self.drop(HTTPStatus.REQUEST_TIMEOUT, words)

    def _is_socket(self) -> bool:
        """Say whether another protocol is spoken now."""
        transport = self._transport
        return transport is not None and transport.get_protocol() is not self

    def _is_held_back(self) -> bool:
        """Say whether it is us who do not read."""
        return bool(self._speaks.flow.read_paused)


def _last_words(status: HTTPStatus, words: str) -> bytes:
    """Return an answer to a request that is not there as a whole."""
    told = {"error": {"type": status.phrase.replace(" ", ""), "message": words}}
    body = json.dumps(told).encode("ascii")
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
