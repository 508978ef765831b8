"""Hosts and origins are read strictly, and other websites reach nothing."""

from __future__ import annotations

import asyncio
from ipaddress import IPv6Address
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.web.middleware import OPEN, OriginCheck
from long_term_memory.web.origins import (
    HostPort,
    Origin,
    host_in,
    is_loopback,
    is_own,
    origin_in,
)

HOST = b"127.0.0.1:5520"
HERE = f"http://{HOST.decode()}"
SITE = b"sec-fetch-site"

NO_HOSTS = [
    *("", " ", ":80", "localhost.", ".localhost", "a..b", "localhost:", "localhost:0"),
    *("localhost:65536", "localhost:-1", "localhost:٣", "localhost:5 5", "a b", "a,b"),
    *("127.0.0.1:5520:80", "127.0.0.1:5520@evil", "evil@localhost", "http://localhost"),
    *(
        "localhost/x",
        "localhost?x",
        "localhost#x",
        "localhost\\x",
        "localhost\n",
        "::1",
    ),
    *(
        "::1",
        "[::1",
        "::1]",
        "[::1]x",
        "[::1%eth0]",
        "[127.0.0.1]",
        "[:::1]",
        "[]",
        "éa",
        "*",
    ),
    *("%6cocalhost", "localhost:080000", "localhost\x00", "\tlocalhost"),
]


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_not_exactly_one_host_is_none(text: str) -> None:
    assert host_in(text) is None
    assert origin_in(f"http://{text}") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("localhost", HostPort("localhost")),
        ("LocalHost:5100", HostPort("localhost", 5100)),
        ("my_box.lan:65535", HostPort("my_box.lan", 65535)),
        ("[::1]:80", HostPort("::1", 80)),
        ("[0:0:0:0:0:0:0:1]", HostPort("::1")),
        ("[FE80::A]", HostPort("fe80::a")),
    ],
)
def test_a_host_is_read_in_small_letters(text: str, place: HostPort) -> None:
    assert host_in(text) == place


@pytest.mark.parametrize(
    "text",
    [
        *(
            "null",
            "",
            "localhost",
            "//localhost",
            "ftp://localhost",
            "file://localhost",
        ),
        *("http:localhost", "http:///localhost", "http://localhost/", "http://a/b"),
        *(" http://localhost", "http://localhost ", "http://localhost, http://b"),
        *("http://127.0.0.1:5520.evil.example", "http://evil@localhost"),
        *("http://localhost http://b", "javascript://localhost", "https://[::1"),
    ],
)
def test_what_is_not_exactly_one_origin_is_none(text: str) -> None:
    assert origin_in(text) is None


def test_an_origin_has_a_port_told_or_not() -> None:
    assert origin_in("HTTP://LOCALHOST") == Origin("http", "localhost", 80)
    assert origin_in("https://[::1]") == Origin("https", "::1", 443)
    assert origin_in("http://b:8000") == Origin("http", "b", 8000)


@pytest.mark.parametrize(
    ("origin", "host", "scheme", "own"),
    [
        ("http://127.0.0.1:5520", "127.0.0.1:5520", "http", True),
        ("http://127.0.0.1:5520", "127.0.0.1:5520", "ws", True),
        ("http://127.0.0.1:5521", "127.0.0.1:5520", "http", False),
        ("http://localhost:5520", "127.0.0.1:5520", "http", False),
        ("http://127.0.0.1", "127.0.0.1:80", "http", True),
        ("https://127.0.0.1", "127.0.0.1", "http", False),
        ("https://memory.lan", "memory.lan", "https", True),
        ("https://memory.lan", "memory.lan", "wss", True),
        # What ends HTTPS before us may not tell.
        ("https://memory.lan", "memory.lan", "http", True),
        ("http://memory.lan", "memory.lan", "https", False),
        ("https://memory.lan:8443", "memory.lan", "https", False),
    ],
)
def test_a_page_is_our_own_by_host_port_and_scheme(
    origin: str, host: str, scheme: str, own: bool
) -> None:
    page, place = origin_in(origin), host_in(host)
    assert page is not None
    assert place is not None
    assert is_own(page, place, scheme) == own


@pytest.mark.parametrize(
    ("name", "near"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("LOCALHOST", True)),
        *(("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False), ("10.0.0.1", False)),
        *(("0.0.0.0", False), ("::", False), ("localhost.evil", False), ("", False)),
    ],
)
def test_an_address_of_this_machine_alone_is_known(name: str, near: bool) -> None:
    assert is_loopback(name) == near


# -- at the door -----------------------------------------------------------------------


class Inside:
    """An app that counts who got in."""

    def __init__(self) -> None:
        self.reached = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached += 1
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})


def knocked(
    headers: list[tuple[bytes, bytes]],
    *,
    method: str = "GET",
    path: str = "/v1/models",
    kind: str = "http",
    scheme: str = "",
    host: str = "127.0.0.1",
) -> tuple[bool, int, dict[bytes, bytes]]:
    """Return whether a request got in, and the answer's status and headers."""
    inside, sent = Inside(), []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    scope = {"type": kind, "path": path, "headers": headers}
    if kind == "http":
        scope["method"] = method
    if scheme:
        scope["scheme"] = scheme
    door = OriginCheck(inside, host=host, origins="https://tavern.example")
    asyncio.run(door(scope, receive, send))
    first = sent[0] if sent else {}
    return (
        inside.reached > 0,
        first.get("status", 0),
        dict(first.get("headers", ())),
    )


# Parts that hosts and origins are made of, put together in every way.
PART = st.sampled_from(
    "127.0.0.1;localhost;[::1];evil.example;5520;80;:;.;@;/;http://;https://;LOCALHOST;"
    "null; ;,;%;\\;#;?;::1".split(";")
)
MADE = st.lists(PART, min_size=1, max_size=6).map("".join)


@given(text=MADE)
@example("http://127.0.0.1:5520.evil.example")
@example("http://evil@localhost")
@example("http://127.0.0.1:5520:80")
@example("http://127.0.0.1:5520/../evil.example")
def test_no_origin_but_our_own_and_this_machines_gets_in(text: str) -> None:
    """A stricter reading by the standard's own parser agrees."""
    origin = text.encode()
    headers = [(b"host", HOST), (b"origin", origin)]
    shared, _, told = knocked(headers, method="POST", path="/v1/chat/completions")
    editor, *_ = knocked(headers, method="POST", path="/editor/x")
    socket, *_ = knocked(headers, path="/editor/x", kind="websocket")

    scheme, _, rest = text.partition("://")
    name, colon, port = rest.rpartition(":")
    if not (colon and port.isdigit() and port.isascii()):
        name, port = rest, "80" if scheme == "http" else "443"
    names = {"127.0.0.1", "localhost", "[::1]"}
    near = scheme in ("http", "https") and name.lower() in names and int(port) < 65536
    near = near and int(port) > 0
    assert shared == near
    assert told.get(b"access-control-allow-origin") == (origin if near else None)
    own = text in (HERE, f"{HERE}")
    assert editor == socket == own


@given(text=MADE)
def test_no_host_but_this_machines_is_answered(text: str) -> None:
    got_in, status, _ = knocked([(b"host", text.encode())])

    bare, _, port = text.rpartition(":")
    if bare.endswith(":") or not port.isdigit() or not 0 < int(port) < 65536:
        bare = text
    is_ours = bare.lower() in {"127.0.0.1", "localhost", "[::1]"}
    assert got_in == is_ours
    assert is_ours or status == 403


@given(number=st.integers(0, 2**128 - 1))
def test_listening_on_every_address_bare_ones_are_answered(number: int) -> None:
    address = IPv6Address(number)
    for text in (str(address), address.exploded.upper()):
        assert knocked([(b"host", f"[{text}]:1".encode())], host="::")[0]
        assert not knocked([(b"host", f"[{text}].evil".encode())], host="::")[0]


@pytest.mark.parametrize("name", [b"host", b"origin", b"HOST", b"Origin"])
def test_a_doubled_host_or_origin_is_refused(name: bytes) -> None:
    """Whoever stands before us may read the other one."""
    plain = [(b"host", HOST), (b"origin", HERE.encode())]
    for value in (HOST, HERE.encode(), b"evil.example", b""):
        for headers in ([*plain, (name, value)], [(name, value), *plain]):
            got_in, status, _ = knocked(headers, method="POST", path="/v1/embeddings")
            assert not got_in
            assert status in (400, 403)


@pytest.mark.parametrize("path", ["/editor/", "/docs", "/v1/models", "/api/ltm/last"])
@pytest.mark.parametrize("site", [b"cross-site", b"same-site", b"NONE", b""])
def test_what_a_foreign_page_embeds_loads_nothing(path: str, site: bytes) -> None:
    got_in, status, _ = knocked([(b"host", HOST), (SITE, site)], path=path)

    assert (got_in, status) == (False, 403)


@pytest.mark.parametrize("path", sorted(OPEN))
def test_whether_the_server_is_there_any_page_may_see(path: str) -> None:
    foreign = [(b"host", HOST), (b"origin", b"http://evil.example")]
    assert knocked(foreign, path=path)[0]
    assert not knocked(foreign, path=path, method="POST")[0]


def visit(site: bytes) -> list[tuple[bytes, bytes]]:
    mode = [(b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document")]
    return [(b"host", HOST), (SITE, site), *mode]


def test_a_link_of_this_machine_opens_the_page_and_a_foreign_one_asks_first() -> None:
    assert knocked(visit(b"same-site"), path="/editor/")[0]
    assert knocked(visit(b"none"), path="/editor/")[0]

    got_in, status, told = knocked(visit(b"cross-site"), path="/editor/")
    assert (got_in, status) == (False, 403)
    assert told[b"content-type"].startswith(b"text/html")
    assert not knocked(visit(b"same-site"), path="/v1/models")[0]
    frame = [*visit(b"same-site")[:-1], (b"sec-fetch-dest", b"iframe")]
    assert not knocked(frame, path="/editor/")[0]


@given(method=st.text(st.characters(codec="ascii"), max_size=12))
@example("get")
@example("TRACE")
@example("PROPFIND")
def test_a_made_up_method_ends_at_the_door(method: str) -> None:
    got_in, status, told = knocked([(b"host", HOST)], method=method)

    known = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
    assert got_in == (method in known)
    if method == "OPTIONS":
        assert status == 200
    elif not got_in:
        assert status == 405
        assert b"GET" in told[b"allow"]


@pytest.mark.parametrize("path", ["/editor/", "/v1/models", "/health", "/no/such"])
def test_a_question_about_methods_loads_nothing(path: str) -> None:
    got_in, status, told = knocked([(b"host", HOST)], method="OPTIONS", path=path)

    assert (got_in, status) == (False, 200)
    assert b"access-control-allow-methods" not in told
