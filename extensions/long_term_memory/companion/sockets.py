"""The companion's sockets, put together, and where they are served.

Owns: their paths, the port of their own, opening and closing them.
Knows nothing of: what goes over them.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

import socketio
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from ..config import CompanionSettings, Settings
from ..core.types import TokenCounter
from ..engine.engine import Engine
from ..errors import ConfigError
from ..identity.auth import Keys
from ..identity.callers import caller_by_token
from ..llm.upstream import Upstream
from ..web.answering import answer
from ..web.middleware import App, Receive, Scope, Send, is_under
from .database import check_address
from .exchange import Exchange
from .hub import Hub
from .lanes import AT_THE_DOOR, Lane
from .lazy_platform import LazyPlatform
from .prompt_template import read_template
from .prompts import Prompts
from .replies import Replies
from .reply_acts import ReplyActs
from .reply_process import ReplyProcess
from .reply_work import ReplyWork, WorkHere
from .socket_io import SocketIo
from .streaming import ReplyModel
from .work_beside import WorkBeside
from .ws_chat import PATH, WsChat

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]{1,64}){1,8}")
_TAKEN: Final = ("/v1", "/api", "/editor", "/docs", "/health", "/metrics", "/ws")
# One letter takes four bytes at the most, written as JSON six; the frame has room, too.
_BYTES_A_LETTER: Final = 6
_SPARE_BYTES: Final = 16_384


FULL: Final = "Too many sockets are open. Try again in a minute."


class Sockets:
    """Socket.IO and the plain WebSocket of one server.

    Attributes:
        exchange: Takes messages and has them answered, for routes as for sockets.
    """

    def __init__(
        self,
        engine: Engine,
        lazy: LazyPlatform,
        upstream: Upstream,
        settings: Settings,
        keys: Keys,
        count: TokenCounter,
        process: ReplyProcess | None = None,
    ) -> None:
        """Put together; `open` begins.

        Args:
            engine: The memory.
            lazy: The conversations, made when they are needed.
            upstream: The connection to the language model, which others may share.
            settings: Of the start: files and paths are read now.
            keys: Whose tokens are known.
            count: Counts tokens.
            process: Does what replies need of the memory; None does it here.

        Raises:
            ConfigError: A file that is named has a fault, or the path or the database
                is none.
        """
        companion = settings.companion
        check_address(companion.companion_database)
        prompts = Prompts(
            lazy,
            read_template(_path(companion.prompt_file)),
            count,
        )
        self._hub = Hub()
        model = ReplyModel(upstream, lambda: engine.settings)
        door = Lane("door", AT_THE_DOOR)
        work: ReplyWork = WorkHere(engine, ReplyActs(lazy, prompts), door)
        if process is not None:
            work = WorkBeside(process, work, lazy, door)
        replies = Replies(lazy, lazy.modes, work, model, self._hub)
        self.exchange = Exchange(lazy, prompts, work, replies, self._hub, door)
        caller = partial(caller_by_token, keys=keys)
        self._path = socket_io_path(companion)
        self._socket_io = SocketIo(
            self.exchange,
            caller,
            most_bytes=most_frame_bytes(companion),
            most_sessions=settings.server.most_connections,
        )
        self._ws_chat = WsChat(self.exchange, caller)
        self._leave = lazy.events.on_event(self._hub.stored)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of both."""
        serves = socketio.ASGIApp(self._socket_io.server, socketio_path=self._path)
        polled = _Polled(serves, self._socket_io)
        return [
            WebSocketRoute(PATH, self._ws_chat.serve),
            # Some clients leave out the slash at the end.
            Route(self._path, polled),
            Mount(self._path, app=polled),
        ]

    def open(self) -> None:
        """Belong to the loop that runs."""
        self._hub.open()
        self._socket_io.open()

    async def close(self) -> None:
        """Store what replies said so far, and close all sockets."""
        self._leave()
        await self.exchange.close()
        await self._socket_io.close()


class _Polled:
    """Passes on what clients of Socket.IO send, and no other request."""

    def __init__(self, app: App, sessions: SocketIo) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say which there are."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "POST"):
            await answer(scope, send, 405, "Socket.IO is asked by GET and POST.")
        elif b"sid=" not in scope["query_string"] and self._sessions.is_full:
            # Each begins a session, which outlives its connection.
            if scope["type"] == "http":
                await answer(scope, send, 503, FULL)
            else:
                await send({"type": "websocket.close", "code": 1013, "reason": FULL})
        else:
            await self._app(scope, receive, send)


def socket_io_path(settings: CompanionSettings) -> str:
    """Return where Socket.IO is served, without a slash at the end.

    Raises:
        ConfigError: It is no path, or another one's.
    """
    path = settings.websocket_path.rstrip("/")
    if not _PATH.fullmatch(path) or is_under({"path": path}, _TAKEN):
        raise ConfigError(
            f"websocket_path: {settings.websocket_path!r} is no path of its own. Write "
            "one such as /socket.io, of letters, digits and - . _ ~, and none of "
            f"{', '.join(_TAKEN)}."
        )
    return path


def socket_paths(settings: CompanionSettings) -> tuple[str, ...]:
    """Return the paths of all sockets; raises ConfigError as `socket_io_path`."""
    return PATH, socket_io_path(settings)


def most_frame_bytes(settings: CompanionSettings) -> int:
    """Return the most bytes of one frame: the longest message has room."""
    return settings.max_message_length * _BYTES_A_LETTER + _SPARE_BYTES


class SocketsAlone:
    """Lets nothing but sockets through at a port of their own."""

    def __init__(self, app: App, *, port: int, paths: tuple[str, ...]) -> None:
        """Stand before an app.

        Args:
            app: What is guarded.
            port: The sockets' own; 0 if they have none.
            paths: Where sockets are served.
        """
        self._app = app
        self._port = port
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that there is nothing."""
        server = scope.get("server")
        ours = self._port and server is not None and server[1] == self._port
        if not ours or is_under(scope, self._paths):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await answer(scope, send, 404, "At this port there are sockets alone.")
        else:
            await self._app(scope, receive, send)


def _path(name: str) -> Path | None:
    return Path(name).expanduser() if name else None
