"""How much one person may ask: in a minute, and at once.

Owns: which requests count, and the bounds at the door.
Knows nothing of: what is asked, how requests are counted.

A person is bound by his key, whomever he says he speaks for. The owner's front end
speaks for many: its requests to the model count by the user that each names, which the
proxy learns from the body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Final

from ..identity.callers import CALLER, THE_OWNER, Caller
from ..web.answering import answer
from ..web.middleware import App, Receive, Scope, Send
from ..web.paths import canonical
from ..web.request_counts import RateLimiter

# A page has a chat, its summaries and its vectors under way; nobody needs so many.
MOST_AT_ONCE: Final = 32
_WORKING: Final = ("/v1/", "/api/")
# Lists that cost nothing, with which clients try whether the server is there.
_IDLE: Final = frozenset({"/api/modules", "/api/extensions", "/api/classify/labels"})
# These count what costs a reply: messages, by `messages_per_minute`.
_CONVERSATIONS: Final = "/api/v1/"
_NAMING: Final = frozenset({"/v1/chat/completions", "/v1/completions"})


class RequestLimit:
    """Holds back who asks too much."""

    def __init__(self, app: App, *, per_minute: Callable[[], int]) -> None:
        """Stand before an app; `per_minute` returns the most, 0 for no limit."""
        self._app = app
        self._per_minute = per_minute
        self._pace = RateLimiter()
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say when to come again."""
        path = canonical(scope.get("path", ""))
        if not (scope["type"] == "http" and path.startswith(_WORKING)):
            await self._app(scope, receive, send)
            return
        caller: Caller = scope.get(CALLER, THE_OWNER)
        if refusal := self._refusal(caller, path):
            wait, words = refusal
            await answer(scope, send, 429, words, retry_after=wait)
            return
        self._under_way[caller.name] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[caller.name] -= 1
            if not self._under_way[caller.name]:
                del self._under_way[caller.name]

    def _refusal(self, caller: Caller, path: str) -> tuple[int, str] | None:
        """Return how long to wait and why; None if the request may go on."""
        if not caller.is_owner and self._under_way[caller.name] >= MOST_AT_ONCE:
            return 1, f"{MOST_AT_ONCE} requests of yours are under way. Wait for one."
        if path in _IDLE or path.startswith(_CONVERSATIONS):
            return None
        if caller.is_owner and path in _NAMING:
            return None
        most = self._per_minute()
        wait = ceil(self._pace.wait_seconds(caller.name, most, monotonic()))
        return (wait, too_many(most, wait)) if wait else None


def too_many(most: int, wait_seconds: int) -> str:
    """Say that somebody asked too often."""
    return (
        f"More than {most} requests in a minute. Wait {wait_seconds} seconds, or raise "
        "requests_per_minute."
    )
