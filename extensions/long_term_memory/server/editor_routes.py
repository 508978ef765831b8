"""The few of Gradio's routes that the editor's page needs; the rest is closed.

Owns: which these are, in every Gradio that the server runs with.
Knows nothing of: what the page shows.

Others serve files by their path, fetch addresses, take recordings and start programs.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ..web.middleware import App, Receive, Scope, Send

_NAME: Final = r"[\w-]{1,64}"
_READ: Final = (
    *("/", "/loading", "/config/?", "/theme\\.css", "/robots\\.txt", "/favicon\\.ico"),
    *("/manifest\\.json", r"/(?:assets|static)/[\w./+~-]{1,300}"),
    *("{api}/info/?", "{api}/app_id/?", "{api}/login_check/?", "{api}/startup-events"),
    *("{api}/queue/data", "{api}/upload_progress", "{api}/heartbeat/" + _NAME),
)
_CALLED: Final = ("{api}/queue/join", "{api}/upload", "{api}/cancel", "{api}/reset/?")


def _any_of(routes: tuple[str, ...]) -> re.Pattern[str]:
    # Before Gradio 5 its interface stood at the root.
    api = "(?:/gradio_api)?"
    return re.compile("|".join(route.replace("{api}", api) for route in routes))


OPEN: Final = {
    "GET": _any_of(_READ),
    "HEAD": _any_of(_READ),
    "POST": _any_of(_CALLED),
}
REFUSED: Final = {
    "error": {"type": "NotFound", "message": "The editor's page has no such part."}
}


def is_open(method: str, path: str) -> bool:
    """Say whether the page needs a route; `path` is as the page's app sees it."""
    known = OPEN.get(method)
    return known is not None and known.fullmatch(path) is not None


class OnlyNeeded:
    """Lets through to the editor's app what its page needs."""

    def __init__(self, app: App, mounted_at: str) -> None:
        """Stand before an app that is mounted at a path."""
        self._app = app
        self._at = mounted_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that there is no such route."""
        path = scope["path"].removeprefix(scope.get("root_path", "") + self._at)
        if scope["type"] == "http" and is_open(scope["method"], path or "/"):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _refuse(send)
        else:
            await send({"type": "websocket.close", "code": 1008})


async def _refuse(send: Send) -> None:
    body = json.dumps(REFUSED).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
