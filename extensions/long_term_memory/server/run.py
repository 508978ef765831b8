"""Serve the app until it is told to stop.

Owns: uvicorn, the order of closing, and what is printed.
Knows nothing of: routes, where settings come from.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from ..build import allow_files, build_engine, shown_to_others
from ..companion.reply_process import ReplyProcess, command_of
from ..config import Settings
from ..config.companion import ALWAYS, AUTO
from ..engine.engine import Engine
from ..errors import ConfigError
from ..warming import warm_up
from .collecting import collect_at_rest
from .preflight import (
    check_addresses,
    check_folder,
    give_memory_back,
    take_short_turns,
)
from .running import Running
from .welcome import root_of, show_page, welcome

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

# A page that is open holds a stream; it must not hold up the end.
GRACE_SECONDS = 3
USED_TWICE = (
    "Note: another server uses these memories, too: {other}. Each shows the last turns "
    "of its own chats alone. If you want one, stop the other; for memories apart, name "
    "another folder with --data-dir."
)

MANY_PEOPLE: Final = 16
"""Where so many have a key, replies are made in a process of their own."""

SHARE_BESIDE: Final = 0.25
"""Of the banks that may stay open, where another process makes the replies."""

logger = logging.getLogger("long_term_memory")


def serve(
    settings: Settings,
    tell: Callable[[str], None],
    *,
    given: frozenset[str] = frozenset(),
    open_page: bool = False,
) -> None:
    """Serve until interrupted; what was opened is closed in any case.

    Args:
        settings: All settings.
        tell: Shows a text to the one who started the server.
        given: The settings that are named where the server is started.
        open_page: Open the page in the browser, and load it at once.

    Raises:
        ConfigError: The address cannot be listened on, the key file not read, the
            folder not written to, or an address that is set is none.
        StoreError: It cannot be told in the folder that a server uses it.
    """
    from ..identity.auth import server_keys
    from ..web.request_log import set_up
    from .shutdown import PunctualServer

    allow_files()
    give_memory_back()
    take_short_turns()
    # Refused before anything is opened.
    check_addresses(settings)
    check_folder(Path(settings.server.data_dir))
    keys = server_keys(settings, os.environ)
    with ExitStack() as ending:
        host, port = settings.server.host, settings.server.port
        listening = [ending.enter_context(listen(host, port))]
        of_sockets = settings.companion.websocket_port
        if of_sockets not in (0, port):
            listening.append(ending.enter_context(listen(host, of_sockets)))
        set_up(settings.server.log_format)
        if shown := shown_to_others(Path(settings.server.data_dir)):
            logger.warning("%s", shown)
        running = Running(Path(settings.server.data_dir))
        ending.callback(running.end)
        other = running.begin(root_of(settings))
        beside = is_reply_process_wanted(settings, keys.people)
        share = SHARE_BESIDE if beside else 1.0
        engine = build_engine(settings, Path(settings.server.data_dir), share=share)
        ending.callback(engine.close)
        process = reply_process(engine) if beside else None
        if process is not None:
            ending.callback(process.end)
            process.begin()
        from .app import create_app

        app = create_app(
            engine, settings, tell=tell, given=given, ahead=open_page, process=process
        )
        config = _config(app, settings)
        tell(welcome(settings))
        if other:
            tell(USED_TWICE.format(other=other))
        if open_page:
            show_page(settings)
        # uvicorn ends in good order and then raises the signal again; left to the
        # system, SIGTERM would end us before the engine is closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        collect_at_rest()
        warm_up()
        with suppress(KeyboardInterrupt):
            PunctualServer(config).run(sockets=listening)


def is_reply_process_wanted(settings: Settings, people: int) -> bool:
    """Say whether replies are made in a process of their own.

    Args:
        settings: All settings.
        people: How many have a key.
    """
    wanted = settings.companion.reply_process
    return wanted == ALWAYS or (wanted == AUTO and people >= MANY_PEOPLE)


def reply_process(engine: Engine) -> ReplyProcess:
    """Return the process that does what replies need of an engine's memory."""
    process = ReplyProcess(
        command_of("server.reply_main"),
        lambda: engine.settings,
        engine.data_dir,
        engine.faults,
    )
    engine.share_with(process)
    return process


def _config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how an app is served."""
    import uvicorn

    from ..companion.socket_io import PONG_SECONDS
    from ..companion.sockets import most_frame_bytes
    from .connections import Connections
    from .lines import LendsLine

    connections = Connections(
        most=settings.server.most_connections,
        patience_seconds=settings.server.request_seconds,
    )
    return uvicorn.Config(
        app,
        http=cast(Any, connections.accept),
        log_level="warning",
        # Its lines go the way of all others, without the words of foreign errors.
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws=LendsLine,
        ws_max_size=most_frame_bytes(settings.companion),
        # Frames are a word long: to compress them takes longer than to send them, and
        # 300 kB a socket.
        ws_per_message_deflate=False,
        # A word that lies there unread while much is done is no sign of absence.
        ws_ping_timeout=PONG_SECONDS,
        server_header=False,
    )


def listen(host: str, port: int) -> socket.socket:
    """Take the address, so that a taken one is told before anything is opened.

    Raises:
        ConfigError: It is taken, not ours, or not allowed; says what to do.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(address[:2], family=family)
        # Whoever connects has it from here. Else an answer's second part waits for the
        # client's word on the first, which most systems hold back for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise ConfigError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. Perhaps "
            "the server runs already; else choose others with --host and --port."
        ) from error
