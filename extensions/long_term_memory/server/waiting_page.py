"""A page that is there at once, while the editor's own is being loaded.

Owns: what it shows, and how far the loading is.
Knows nothing of: what is on the editor's page.

Importing Gradio takes seconds. Its progress is counted in modules, for these are what
the time goes into.
"""

from __future__ import annotations

import json
import sys
from html import escape
from importlib import resources
from typing import Final

from ..web.middleware import Receive, Scope, Send
from .lazy_app import LazyApp

# Counted in a server that loaded Gradio 6 and built the page; 4.37 has fewer.
MODULES: Final = 1150
# The rest is building the page, which no count tells of.
MOST_SHARE: Final = 0.95
LOADING: Final = "/loading"


class Waiting:
    """Stands before the editor, and answers who would have to wait for it."""

    def __init__(self, editor: LazyApp, base_url: str, mounted_at: str) -> None:
        """Stand before the editor.

        Args:
            editor: The page, which may not be there yet.
            base_url: What is pasted into a client.
            mounted_at: Where the page is.
        """
        self._app = editor
        self._at = mounted_at
        self._before = len(sys.modules)
        root = resources.files(__package__ or __name__.rpartition(".")[0])
        text = (root / "waiting.html").read_text(encoding="utf-8")
        self._page = text.replace("BASE_URL", escape(base_url)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once if the page is not there; else pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "") + self._at)
        if path == LOADING:
            told = json.dumps({"share": self._share()}).encode()
            await _answer(send, b"application/json", told)
        elif path in ("", "/") and _is_visit(scope) and self._may_wait():
            self._app.begin()
            await _answer(send, b"text/html; charset=utf-8", self._page)
        else:
            await self._app(scope, receive, send)

    def _may_wait(self) -> bool:
        return not (self._app.is_built or self._app.has_failed)

    def _share(self) -> float:
        if not self._may_wait():
            return 1.0  # The page opens itself anew, and shows itself or the fault.
        loaded = len(sys.modules) - self._before
        return round(min(loaded / MODULES, MOST_SHARE), 3)


def _is_visit(scope: Scope) -> bool:
    """Say whether a person opens the page; programs get the page itself."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accepted


async def _answer(send: Send, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
