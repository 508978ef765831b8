"""Who may talk to the server: programs and pages of this machine, no foreign website.

Owns: the checks of `Host` and `Origin`, and the headers that keep a page by itself.
Knows nothing of: routes, the engine.

A server on the loopback address is reached by every website that the user visits, by
two ways: a name that the site's owner points at 127.0.0.1 (then `Host` is that name),
and a request from the site's page (then `Origin` is the site).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
# What pages of this machine, such as SillyTavern's, may call from their own origin.
SHARED = ("/api/", "/v1/")
METHODS = b"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

# All comes from here and goes nowhere else; Gradio's page needs inline code and styles.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Doorkeeper:
    """Lets requests through that are for this server and from its own pages."""

    def __init__(
        self, app: App, *, host: str, guarded: Iterable[str], origins: str = ""
    ) -> None:
        """Stand before an app.

        Args:
            app: What is guarded.
            host: The address that the server listens on.
            guarded: Paths below which a foreign origin may not even read.
            origins: Those that are as welcome as this machine's, separated by commas.
        """
        self._app = app
        self._names = LOOPBACK_NAMES | {host.lower()}
        self._every_address = host in EVERY_ADDRESS
        self._guarded = tuple(guarded)
        self._origins = {one.strip().rstrip("/").lower() for one in origins.split(",")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await _refuse(scope, send, refusal)
            return
        shared = self._cross(scope)
        if shared and _is_preflight(scope):
            await _allow(scope, send, shared)
            return
        await self._app(scope, receive, _with_headers(send, shared))

    def _cross(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return what tells a browser that the page may read the answer."""
        origin = dict(scope["headers"]).get(b"origin", b"")
        if scope["type"] == "http" and self._is_welcome(
            origin.decode("latin-1"), scope
        ):
            return [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        return []

    def _is_welcome(self, origin: str, scope: Scope) -> bool:
        if not origin or not scope["path"].startswith(SHARED):
            return False
        return _is_of_this_machine(origin) or origin.lower() in self._origins

    def _refusal(self, scope: Scope) -> str:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if not self._is_ours(host):
            return (
                f"This server does not answer to the name {host[:100]!r}. Call it by "
                "the address it was started with."
            )
        origin = headers.get(b"origin")
        if origin is None or origin.partition("://")[2].lower() == host.lower():
            return ""
        if scope["type"] == "http" and self._is_welcome(origin, scope):
            return ""
        reads = scope.get("method") in READING
        inside = any(scope["path"].startswith(path) for path in self._guarded)
        if reads and not inside:
            return ""
        return "Pages of other websites may not use this server."

    def _is_ours(self, host: str) -> bool:
        name = _name_of(host)
        if name in self._names:
            return True
        # Asked to listen on every address, we cannot know them all. A foreign name is
        # what an attack by a website needs; a bare address is none.
        return self._every_address and _is_address(name)


def _name_of(host: str) -> str:
    """Return the name of a Host header without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_of_this_machine(origin: str) -> bool:
    """Say whether a page comes from this machine, from whichever port."""
    scheme, _, rest = origin.partition("://")
    return (
        scheme in ("http", "https")
        and "@" not in rest
        and (_name_of(rest) in LOOPBACK_NAMES)
    )


def _is_preflight(scope: Scope) -> bool:
    asked = dict(scope["headers"])
    return scope["method"] == "OPTIONS" and b"access-control-request-method" in asked


async def _allow(scope: Scope, send: Send, shared: list[tuple[bytes, bytes]]) -> None:
    """Answer a browser's question before a call."""
    wanted = dict(scope["headers"]).get(b"access-control-request-headers", b"")
    headers = [*shared, (b"access-control-allow-methods", METHODS), *HEADERS]
    if wanted:
        headers.append((b"access-control-allow-headers", wanted))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(scope: Scope, send: Send, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": words})
        return
    body = json.dumps({"error": {"type": "Refused", "message": words}}).encode()
    headers = [(b"content-type", b"application/json"), *HEADERS]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send, shared: Iterable[tuple[bytes, bytes]] = ()) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS, *shared]
        await send(message)

    return sending
