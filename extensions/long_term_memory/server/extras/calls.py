"""How calls of the Extras API are read and refused.

Owns: the checks of a body, the page that an error is, what stands around an answer.
Knows nothing of: which calls there are.

Clients of the Extras server were made for Flask's error pages: one of them shows what
stands in the first paragraph.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from html import escape
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware

from ...config import Settings
from ...web.middleware import App, Receive, Scope, Send
from ...web.refusal import ProxyError
from ...web.request_body import read_body

LEAST_BYTES: Final = 1_000
_JSON: Final = "application/json"
_OURS: Final = "/api/"
_NOT_OURS: Final = "/api/ltm"


class ExtrasRefusal(Exception):
    """A call that is wrong, with the status and the words that its client reads."""

    def __init__(self, status: int, words: str) -> None:
        """Say what is wrong."""
        super().__init__(words)
        self.status = status


def register(app: FastAPI) -> None:
    """Have refusals answered as pages."""
    app.add_exception_handler(ExtrasRefusal, _page)


async def body_of(request: Request, settings: Settings) -> dict[str, Any]:
    """Return a call's JSON object; raises ExtrasRefusal if it has none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON and not kind.endswith("+json"):
        raise ExtrasRefusal(
            415, f"The Content-Type must be {_JSON}, not {kind[:100] or 'none'}"
        )
    try:
        return await read_body(request, settings.server.most_body_mb)
    except ProxyError as refusal:
        raise ExtrasRefusal(refusal.status, str(refusal)) from refusal


async def _page(_: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, ExtrasRefusal)
    title = f"{error.status} {HTTPStatus(error.status).phrase}"
    return HTMLResponse(
        "<!doctype html>\n<html lang=en>\n"
        f"<title>{title}</title>\n<h1>{HTTPStatus(error.status).phrase}</h1>\n"
        f"<p>{escape(str(error), quote=False)}</p>\n",
        status_code=error.status,
    )


class AsExtras:
    """Packs the answers of these calls, and tells how long each took."""

    def __init__(
        self, app: App, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Stand around an app; streams of the proxy pass by."""
        self._app = app
        self._packed = GZipMiddleware(app, minimum_size=LEAST_BYTES)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path = scope.get("path", "")
        ours = path.startswith(_OURS) and not path.startswith(_NOT_OURS)
        if scope["type"] != "http" or not ours:
            await self._app(scope, receive, send)
            return
        begun = self._clock()

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                took = f"{self._clock() - begun:.6f}".encode()
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-duration", took),
                ]
            await send(message)

        await self._packed(scope, receive, sending)
