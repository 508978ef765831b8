"""Who may talk to the server: programs and pages of this machine, no foreign website.

Owns: the checks of method, `Host` and `Origin`, and the headers that keep a page by
    itself.
Knows nothing of: routes, the engine, keys.

A server on the loopback address is reached by every website that the user visits, by
two ways: a name that the site's owner points at 127.0.0.1 (then `Host` is that name),
and a request from the site's page (then `Origin` is the site, or, where a browser sends
none, `Sec-Fetch-Site` says that it is another one's).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple

from .origins import (
    LOOPBACK_NAMES,
    HostPort,
    Origin,
    host_in,
    is_address,
    is_own,
    origin_in,
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
# These tell nothing of a chat and load nothing: without a key, and to any page.
OPEN = frozenset({"/", "/health", "/manifest.json", "/favicon.ico"})
# What pages of this machine, such as SillyTavern's, may call from their own origin.
SHARED = ("/api/", "/v1/")
# What people open by a link.
PAGES = ("/editor", "/docs")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
READING = frozenset({"GET", "HEAD"})
ALLOW = ", ".join(METHODS).encode()

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
NOT_ONE_HOST = "A request must name one host, and this does not."
FOREIGN = "Pages of other websites may not use this server."
# Followed from our own page, the link is no foreign one's.
LINK = (
    "<!doctype html><meta charset=utf-8><title>Long-term memory</title>"
    "<p>Another website led here. If you meant to open this page: "
    "<a href=''>open it</a>.</p>"
)


class _Refusal(NamedTuple):
    """What a request is refused with."""

    words: str
    status: int = 403


class OriginCheck:
    """Lets requests through that are for this server and from its own pages."""

    def __init__(
        self, app: App, *, host: str, origins: str = "", sockets: tuple[str, ...] = ()
    ) -> None:
        """Stand before an app.

        Args:
            app: What is guarded.
            host: The address that the server listens on.
            origins: Those that are as welcome as this machine's, separated by commas.
            sockets: Paths of sockets that pages of these origins may open.
        """
        self._app = app
        self._sockets = sockets
        own = host_in(f"[{host}]" if ":" in host else host)
        self._names = LOOPBACK_NAMES | {own.name if own else host.lower()}
        self._every_address = host in EVERY_ADDRESS
        self._origins = {one.strip().rstrip("/").lower() for one in origins.split(",")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(scope, send, refusal)
            return
        shared = self._cross(scope)
        if scope.get("method") == "OPTIONS":
            # A question about a call is no reason to load or to ask anything.
            await _allow(scope, send, shared)
            return
        await self._app(scope, receive, _with_headers(send, shared))

    def _cross(self, scope: Scope) -> Headers:
        """Return what tells a browser that the page may read the answer."""
        if scope["type"] == "http" and self._is_welcome(scope):
            [origin] = values_of(scope, b"origin")
            return [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        return []

    def _is_welcome(self, scope: Scope) -> bool:
        told = values_of(scope, b"origin")
        if len(told) != 1 or not self._is_shared(scope):
            return False
        text = told[0].decode("latin-1")
        origin = origin_in(text)
        if origin is not None and origin.name in LOOPBACK_NAMES:
            return True
        return bool(text) and text.lower() in self._origins

    def _is_shared(self, scope: Scope) -> bool:
        if is_under(scope, self._sockets):
            return True
        return scope["type"] == "http" and bool(scope["path"].startswith(SHARED))

    def _refusal(self, scope: Scope) -> _Refusal | None:
        hosts = values_of(scope, b"host")
        if len(hosts) > 1:
            return _Refusal(NOT_ONE_HOST, 400)
        named = hosts[0].decode("latin-1") if hosts else ""
        host = host_in(named)
        if host is None or not self._is_ours(host.name):
            return _Refusal(
                f"This server does not answer to the name {named[:100]!r}. Call it by "
                "the address it was started with."
            )
        if scope["type"] == "http" and scope["method"] not in METHODS:
            return _Refusal("This server knows no such method.", 405)
        if self._is_from_here(scope, host):
            return None
        reads = scope.get("method") in (*READING, "OPTIONS")
        if reads and scope["path"] in OPEN:
            return None
        return _Refusal(FOREIGN)

    def _is_from_here(self, scope: Scope, host: HostPort) -> bool:
        """Say whether a program asks, or a page that may."""
        told = values_of(scope, b"origin")
        if len(told) > 1:
            return False
        if not told:
            return not _is_led_here(scope)
        if self._is_welcome(scope):
            return True
        origin = origin_in(told[0].decode("latin-1"))
        return origin is not None and _is_own(origin, host, scope)

    def _is_ours(self, name: str) -> bool:
        if name in self._names:
            return True
        # Asked to listen on every address, we cannot know them all. A foreign name is
        # what an attack by a website needs; a bare address is none.
        return self._every_address and is_address(name)


def is_under(scope: Mapping[str, Any], paths: Iterable[str]) -> bool:
    """Say whether a request is for one of some paths, or for what lies below it."""
    path = scope.get("path", "")
    return any(path == one or path.startswith(f"{one}/") for one in paths)


def values_of(scope: Scope, name: bytes) -> list[bytes]:
    """Return all values of a header, however its name is written."""
    return [value for key, value in scope["headers"] if key.lower() == name]


def _is_own(origin: Origin, host: HostPort, scope: Scope) -> bool:
    default = "http" if scope["type"] == "http" else "ws"
    return is_own(origin, host, scope.get("scheme", default))


def _is_led_here(scope: Scope) -> bool:
    """Say whether a browser asks for another website's page, by its own word.

    Pictures, frames and links of foreign pages come without `Origin`. Programs and old
    browsers say nothing; a person's link from another page of this machine is his.
    """
    sites = set(values_of(scope, b"sec-fetch-site"))
    if sites <= {b"none", b"same-origin"}:
        return False
    return sites != {b"same-site"} or not _is_visit(scope)


def _is_visit(scope: Scope) -> bool:
    """Say whether a person goes to one of our pages, as by a link."""
    return (
        scope.get("method") in READING
        and scope["path"].rstrip("/") in PAGES
        and values_of(scope, b"sec-fetch-mode") == [b"navigate"]
        and values_of(scope, b"sec-fetch-dest") == [b"document"]
    )


async def _allow(scope: Scope, send: Send, shared: Headers) -> None:
    """Answer a browser's question before a call, and any other about methods."""
    headers = [*shared, (b"allow", ALLOW), *HEADERS]
    if shared:
        headers.append((b"access-control-allow-methods", ALLOW))
        for wanted in values_of(scope, b"access-control-request-headers")[:1]:
            headers.append((b"access-control-allow-headers", wanted))
    await send_whole(send, 200, b"", headers)


async def _refuse(scope: Scope, send: Send, refusal: _Refusal) -> None:
    if scope["type"] == "websocket":
        words = refusal.words.encode()[:120].decode("utf-8", "ignore")
        await send({"type": "websocket.close", "code": 1008, "reason": words})
        return
    if refusal.words == FOREIGN and _is_visit(scope):
        html = (b"content-type", b"text/html; charset=utf-8")
        await send_whole(send, 403, LINK.encode(), [html, *HEADERS])
        return
    error = {"type": "Refused", "message": refusal.words}
    headers = [(b"content-type", b"application/json"), *HEADERS]
    if refusal.status == 405:
        headers.append((b"allow", ALLOW))
    body = json.dumps({"error": error}).encode()
    await send_whole(send, refusal.status, body, headers)


async def send_whole(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a short answer in one piece."""
    length = (b"content-length", str(len(body)).encode())
    head = {"type": "http.response.start", "status": status}
    await send({**head, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send, shared: Iterable[tuple[bytes, bytes]] = ()) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS, *shared]
        await send(message)

    return sending
