"""What a client is told when something fails.

Owns: the mapping of errors to answers, and the server's last resort.
Knows nothing of: routes, the engine.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ..errors import InvalidInput, LtmError, TooMany, places
from .middleware import App, Receive, Scope, Send
from .request_log import route_of
from .responses import PlainJSON

logger = logging.getLogger("long_term_memory")

UNEXPECTED = "Something unexpected failed; the server's log has the details."

NO_MEMORY = "The server has no memory left for this request. Send less at once."


def register(app: FastAPI) -> None:
    """Have every error of a route answered as JSON."""
    app.add_exception_handler(LtmError, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_request)


def answer(status: int, kind: str, message: str, field: str = "") -> PlainJSON:
    """Return an error as a client sees it."""
    told = {"error": error_of(kind, message, field)}
    return PlainJSON(told, status_code=status)


def error_of(kind: str, message: str, field: str = "") -> dict[str, str]:
    """Return what is told of an error: its kind, in words, and what is wrong."""
    error = {"type": kind, "message": message}
    return {**error, "field": field} if field else error


async def _ours(_: Request, error: Exception) -> PlainJSON:
    status = error.status_hint if isinstance(error, LtmError) else 500
    field = error.field if isinstance(error, InvalidInput) else ""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", type(error).__name__, error)
    response = answer(status, type(error).__name__, str(error), field)
    if isinstance(error, TooMany):
        response.headers["retry-after"] = str(error.retry_seconds)
    return response


async def _of_http(_: Request, error: Exception) -> PlainJSON:
    assert isinstance(error, HTTPException)
    kind = HTTPStatus(error.status_code).phrase.replace(" ", "")
    response = answer(error.status_code, kind, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _of_request(_: Request, error: Exception) -> PlainJSON:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    field = ".".join(str(part) for part in first.get("loc", ()))
    # Before words of our own the library says once more that they are about an error.
    told = str(first.get("msg", "is wrong")).removeprefix("Value error, ")
    words = f"{field}: {told}"
    return answer(400, "InvalidInput", words, field)


class LastResort:
    """Answers when a bug got past everything else; nothing of it reaches the client."""

    def __init__(self, app: App) -> None:
        """Stand around an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; log what fails, and answer if nothing was sent yet."""
        started = ended = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get(
                "more_body"
            )
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            return  # in the middle of its request; nobody is left to be told
        except MemoryError:
            logger.error("There was no memory left for a request.")
            if scope["type"] == "http" and not started:
                await answer(503, "NoMemory", NO_MEMORY)(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the server's last resort
            logger.error("The server failed on %s\n%s", route_of(scope), places(error))
            if scope["type"] != "http" or ended:
                return
            if started:
                # The stream stops where it is: an end that says so is all that is left.
                await send({"type": "http.response.body", "body": b""})
                return
            await answer(500, "UnexpectedError", UNEXPECTED)(scope, receive, sending)
