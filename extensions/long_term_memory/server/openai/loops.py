"""Refuse a call that has been here already.

Owns: reading the way of a call, and the refusal.
Knows nothing of: who sent it round, how calls are passed on.
"""

from __future__ import annotations

import json
from typing import Final

from ...models.via import LOOP_STATUS, LOOP_WORDS, WAY, is_loop, way_of
from ...web.middleware import App, Receive, Scope, Send
from ...web.openai_errors import error_body
from .answers import JSON_HEADERS, send_whole

KIND: Final = "loop_detected"


class Loops:
    """Lets calls through that come from elsewhere, and remembers their way."""

    def __init__(self, app: App) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        way = _way_of(scope) if scope["type"] == "http" else ()
        if is_loop(way):
            told = error_body(LOOP_WORDS, status=LOOP_STATUS, kind=KIND)
            await send_whole(send, LOOP_STATUS, json.dumps(told).encode(), JSON_HEADERS)
            return
        token = WAY.set(way)
        try:
            await self._app(scope, receive, send)
        finally:
            WAY.reset(token)


def _way_of(scope: Scope) -> tuple[str, ...]:
    told = (value for name, value in scope["headers"] if name == b"via")
    return way_of(b", ".join(told).decode("latin-1"))
