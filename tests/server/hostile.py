"""Ten thousand requests that nobody means well, drawn from a seed.

Owns: what they look like, and how they are sent.
Knows nothing of: what the server should do with them.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import random
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from aiohttp import web

from .upstreams import Answer, dies, end_of_stream, piece, refuses, says, sends

MEGABYTE: Final = 1_000_000
PATHS: Final = (
    *("/", "/health", "/metrics", "/docs", "/v1/models", "/models"),
    *("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/api/modules"),
    *("/api/summarize", "/api/chromadb", "/api/ltm/last", "/nothing"),
)
# A friend's first visit loads Gradio; pages of others must not.
PAGES: Final = (*PATHS, "/editor", "/editor/", "/editor/gradio_api/queue/join")
TRICKS: Final = ("..", "%2e%2e", "..%2f", "%252e%252e%252f", "%3f", "%23", ";", "%5c")
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class Attack(NamedTuple):
    """One request as it is sent.

    Attributes:
        parts: The bytes, in pieces.
        pause_seconds: Between the pieces.
        leaves: Closes the connection without reading.
    """

    parts: tuple[bytes, ...]
    pause_seconds: float = 0.0
    leaves: bool = False


def head(method: str, path: str, *lines: str, length: int | None = None) -> bytes:
    """Return a request's first part."""
    told = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines]
    if length is not None:
        told.append(f"Content-Length: {length}")
    return "\r\n".join([*told, "Connection: close", "", ""]).encode("latin-1")


def post(path: str, body: bytes, *lines: str) -> bytes:
    kind = "Content-Type: application/json"
    return head("POST", path, kind, *lines, length=len(body)) + body


class Enemy:
    """Draws attacks; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        """Begin."""
        self._chance = random.Random(seed)

    def attack(self) -> Attack:
        """Return the next one."""
        kinds: list[tuple[int, Callable[[], Attack]]] = [
            (20, self._method),
            (20, self._path),
            (15, self._page),
            (15, self._headers),
            (15, self._body),
            (3, self._chat),
            (6, self._leaves),
            (1, self._drops),
        ]
        weights = [weight for weight, _ in kinds]
        [(_, kind)] = self._chance.choices(kinds, weights)
        return kind()

    def _word(self, length: int = 8) -> str:
        return "".join(self._chance.choices(LETTERS, k=length))

    def _any_path(self) -> str:
        return self._chance.choice(PATHS)

    def _method(self) -> Attack:
        method = self._chance.choice([self._word().upper(), *METHODS])
        path = self._chance.choice([f"/{self._word()}", self._any_path()])
        return Attack((head(method, path, length=0),))

    def _path(self) -> Attack:
        parts = self._chance.choices([*TRICKS, "admin", "keys", self._word()], k=4)
        where = self._chance.choice(["/v1/models/", "/models/", "/v1/chat/", "/v1/"])
        return Attack((head("GET", where + "/".join(parts)),))

    def _page(self) -> Attack:
        """A page of another website."""
        site = self._chance.choice(
            ["https://evil.example", "http://127.0.0.1:5100.evil.example", "null"]
        )
        asks = "Access-Control-Request-Method: POST"
        lines = self._chance.choice(
            [
                (f"Origin: {site}",),
                (f"Origin: {site}", asks),
                ("Sec-Fetch-Site: cross-site",),
            ]
        )
        method = self._chance.choice(["GET", "OPTIONS", "POST", "HEAD"])
        path = self._chance.choice(PAGES)
        return Attack((head(method, path, *lines, length=0),))

    def _headers(self) -> Attack:
        key = base64.b64encode(self._word().encode()).decode()
        lines = self._chance.choice(
            [
                [f"X-{self._word()}: {self._word(50)}" for _ in range(60)],
                [f"X-Long: {'a' * 40_000}"],
                [f"Authorization: Bearer {self._word()}"] * 2,
                [f"Authorization: Basic {key}", f"X-Ltm-User-Id: {self._word()}"],
                [f"Content-Length: {self._word()}"],
                ["Transfer-Encoding: chunked, gzip"],
                ["Via: 1.1 nobody", f"Cookie: {self._word(2000)}"],
                ["Upgrade: websocket", "Connection: Upgrade"],
                [f"Host: {self._word()}.example"],
                ["Expect: 100-continue"],
            ]
        )
        return Attack((head("GET", self._any_path(), *lines),))

    def _body(self) -> Attack:
        path = self._chance.choice(
            [path for path in PATHS if path.startswith(("/v1/", "/api/"))]
        )
        body = self._chance.choice(
            [
                b"{",
                b"\xff\xfe\x00",
                b"[" * 5_000,
                b'{"a":' * 3_000,
                b'{"messages": [{"role": "user", "content": ' + b"9" * 6_000 + b"}]}",
                b'{"messages": [1, null, "x"]}',
                b'{"messages": {"a": 1}, "ltm": []}',
                b'{"messages": [{}], "ltm": {"group": "' + b"x" * 900 + b'"}}',
                json.dumps({"messages": [{"content": "\ud800"}], "x": "\x00"}).encode(),
                b'{"prompt": [[[]]], "input": {}, "text": 1, "chat_id": []}',
            ]
        )
        return Attack((post(path, body),))

    def _chat(self) -> Attack:
        """A chat with a model that answers as it likes, by one who reads or leaves."""
        body = self._request(stream=self._chance.random() < 0.7)
        leaves = self._chance.random() < 0.3
        return Attack((post("/v1/chat/completions", body),), leaves=leaves)

    def somebody(self) -> Attack:
        """A user, characters and a chat that nobody has heard of."""
        group = [self._word() for _ in range(self._chance.randint(1, 3))]
        told = {"char": group[0], "chat": self._word(), "user_id": self._word()}
        if len(group) > 1:
            told["group"] = group  # type: ignore[assignment]
        body = self._request(ltm=told, model=self._word())
        return Attack((post("/v1/chat/completions", body),))

    def _request(self, **more: Any) -> bytes:
        said = [
            {"role": "system", "content": f"You are {self._word()}."},
            {"role": "user", "content": f"{self._word()} {self._word()} again?"},
        ]
        return json.dumps({"messages": said, **more}).encode()

    def _leaves(self) -> Attack:
        body = self._request()
        raw = head(
            "POST",
            "/v1/chat/completions",
            "Content-Type: application/json",
            length=len(body) + 1_000,
        )
        return Attack((raw + body,), leaves=True)

    def _drops(self) -> Attack:
        """A request that never comes to its end."""
        raw = head(
            "POST",
            "/v1/chat/completions",
            "Content-Type: application/json",
            length=1_000_000,
        )
        whole = self._chance.random() < 0.5
        first = raw if whole else raw[:40]
        drops = (b"a",) * 40 if not whole else (b" ",) * 40
        return Attack((first, *drops), pause_seconds=0.25)

    def heavy(self) -> list[Attack]:
        """Return the large ones, a few of each."""
        chat = "/v1/chat/completions"
        message = b'{"role":"user","content":"a"},'
        many = b'{"messages":[' + message * 1_000_000 + b"{}]}"
        keys = b"{" + b",".join(b'"k%d":1' % one for one in range(1_000_000)) + b"}"
        lists = b'{"messages":[' + b"[]," * 10_000_000 + b"[]]}"
        text = b'{"messages":[{"role":"user","content":"' + b"a" * 30 * MEGABYTE
        announced = head(
            "POST", chat, "Content-Type: application/json", length=100 * MEGABYTE
        )
        chunk = b"%x\r\n" % MEGABYTE + b"a" * MEGABYTE + b"\r\n"
        chunked = head(
            "POST",
            chat,
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
        )
        return [
            Attack((post(chat, many),)),
            Attack((post(chat, keys),)),
            Attack((post(chat, lists),)),
            Attack((post(chat, text + b'"}]}'),)),
            Attack((announced, b"a" * 70 * MEGABYTE)),
            Attack((chunked, *[chunk] * 100)),
        ] * 2


def model_of(chance: random.Random) -> Answer:
    """Return a model that answers as it likes, mostly in peace."""
    odd = (
        _huge_event,
        _endless_header,
        _bomb,
        _remarks,
        dies,
        refuses(999, "{}"),
        refuses(204, ""),
        refuses(429, "{}", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}),
        refuses(503, "{}", {"Retry-After": "nan"}),
        refuses(520, "[" * 900 + "]" * 900),
        sends(piece("Once"), then="death"),
        sends(*[piece("word ")] * 50, end_of_stream()),
    )

    async def answer(request: web.Request, body: Any) -> web.StreamResponse:
        if chance.random() < 0.05:
            return await chance.choice(odd)(request, body)
        return await says("Hello", " there.")(request, body)

    return answer


async def _huge_event(request: web.Request, _: Any) -> web.StreamResponse:
    """Send forty megabytes without the end of a line."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for _ in range(40):
        await response.write(b"a" * MEGABYTE)
    return response


async def _endless_header(request: web.Request, _: Any) -> web.StreamResponse:
    transport = request.transport
    assert transport is not None
    transport.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * MEGABYTE)
    transport.close()
    return web.Response()


async def _bomb(request: web.Request, _: Any) -> web.StreamResponse:
    """Send a hundred megabytes of nothing, packed."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return web.Response(body=BOMB, headers=headers)


async def _remarks(request: web.Request, _: Any) -> web.StreamResponse:
    return await sends(*[b": still here\n\n"] * 100)(request, None)


BOMB: Final = gzip.compress(bytes(100 * MEGABYTE), 1)


async def send(port: int, attack: Attack) -> bytes:
    """Send an attack and return the beginning of what comes back."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return b""
    try:
        for part in attack.parts:
            writer.write(part)
            await writer.drain()
            if attack.pause_seconds:
                await asyncio.sleep(attack.pause_seconds)
        if attack.leaves:
            await asyncio.sleep(0.002)
            return b""
        first = await reader.read(65_536)
        while await reader.read(1 << 18):
            pass
        return first
    except OSError:
        return b""
    finally:
        writer.transport.abort()
