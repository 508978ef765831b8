"""Bound what the bodies of all requests take at once.

Owns: the sum, and what is said of a request that has no room.
Knows nothing of: what a body holds, routes.

A request's messages are kept until its reply has come, so many large ones at once would
take more memory than one may.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from .middleware import App, Receive, Scope, Send
from .refusal import ProxyError

# Beside the largest request, of which there is one at a time, others have so much.
SPARE_BYTES: Final = 16_000_000
# So much of a request always has room: connections are bounded.
SMALL_BYTES: Final = 65_536
# Somebody's reply is done by then.
AGAIN_SECONDS: Final = 30


class Intake:
    """Counts what comes, and refuses a large request while there is no room."""

    def __init__(self, app: App, *, most_bytes: int, streamed: str) -> None:
        """Stand before an app.

        Args:
            app: What is asked.
            most_bytes: So much all requests under way may hold together.
            streamed: Below this path bodies go to disk as they come.
        """
        self._app = app
        self._most_bytes = most_bytes
        self._streamed = streamed
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["path"].startswith(self._streamed):
            await self._app(scope, receive, send)
            return
        held = 0

        async def receiving() -> MutableMapping[str, Any]:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            held += size
            self._held += size
            if self._held > self._most_bytes and held > SMALL_BYTES:
                raise _no_room()
            return message

        try:
            await self._app(scope, receiving, send)
        finally:
            self._held -= held


def _no_room() -> ProxyError:
    refusal = ProxyError(
        "Too many large requests are under way. Try again in a minute, or raise "
        "most_body_mb.",
        status=503,
        kind="server_busy",
    )
    refusal.retry_after = str(AGAIN_SECONDS)
    return refusal
