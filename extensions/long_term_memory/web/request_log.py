"""What the server logs: for people, or as JSON, a line a request; no message text.

Owns: the id of a request, the form of a line.
Knows nothing of: routes, what is logged by others.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from traceback import extract_tb
from typing import Any, Final, TextIO
from uuid import uuid4

from ..errors import LtmError, places
from .middleware import METHODS, App, Receive, Scope, Send

logger = logging.getLogger("long_term_memory")
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
HEADER: Final = b"x-request-id"
# Route, method, status, seconds.
Answered = Callable[[str, str, int, float], None]
# Given beside a message, and taken over into its line.
FIELDS: Final = ("method", "route", "status", "seconds")


class TextFormatter(logging.Formatter):
    """Writes a record for people; of an error its places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an error arose."""
        line = f"{record.levelname}: {_message(record)}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{places(error)}"


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; of an error that is not ours no words, only its place."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds")
        line: dict[str, Any] = {
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= {
            name: getattr(record, name) for name in FIELDS if hasattr(record, name)
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            if isinstance(error, LtmError):
                line["words"] = str(error)
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in extract_tb(error.__traceback__)
            ]
        return json.dumps(line)


def _message(record: logging.LogRecord) -> str:
    """Return what is logged; asyncio shows a failed task with its error's words."""
    message = record.getMessage()
    return message.partition("\n")[0] if record.name == "asyncio" else message


def _thread_ended(told: threading.ExceptHookArgs) -> None:
    """Log a thread's end by an error; Python itself would print the error's words."""
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        logger.error("A thread failed.\n%s", places(told.exc_value))


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log where a library warns; in its words stands what it was given."""
    logger.warning("%s in %s:%d", category.__name__, filename, lineno)


class ToStderr(logging.Handler):
    """Writes to the error stream that there is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as one text; a stream that is closed takes none."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


def set_up(form: str) -> None:
    """Have everything logged in a form: "text" or "json"; others' lines go this way."""
    as_json = form == "json"
    handler = ToStderr()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    threading.excepthook = _thread_ended
    warnings.showwarning = _warned
    root.setLevel(logging.WARNING)
    if as_json:
        logger.setLevel(logging.INFO)


class RequestLogging:
    """Gives every request an id, and tells of its answer: to the log and a counter."""

    def __init__(self, app: App, *, answered: Answered) -> None:
        """Stand around an app."""
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its id is a header of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex
        token = REQUEST_ID.set(request_id)
        began, status = perf_counter(), 0

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (HEADER, request_id.encode())]
                message["headers"] = headers
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._tell(scope, status, perf_counter() - began)
            REQUEST_ID.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_of(scope), scope["method"]
        # What a client makes up is no label that a counter keeps.
        method = method if method in METHODS else "other"
        self._answered(route, method, status, seconds)
        if logger.isEnabledFor(logging.INFO):
            known = {"method": method, "route": route, "status": status}
            logger.info("answered", extra={**known, "seconds": round(seconds, 4)})


def route_of(scope: Scope) -> str:
    """Return a request's route as it is declared; other paths are all one."""
    route = scope.get("route")
    return str(getattr(route, "path", "") or "other")
