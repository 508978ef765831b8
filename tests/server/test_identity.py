"""Who asks is decided once, and nobody ever becomes somebody else."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest
from fastapi import Request
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.identity.auth import Keys
from long_term_memory.identity.callers import (
    CALLER,
    INVALID_KEY,
    NOBODY,
    NOT_NEAR,
    THE_OWNER,
    Access,
    Identify,
    Role,
    access_of,
    caller_in,
    caller_of,
)

MINE, ANNAS, BENS = "mine-0123456789", "annas-0123456789", "bens-0123456789"
KEYS = Keys(MINE, people={ANNAS: "anna", BENS: "ben"})
AT_HOME = Keys(MINE, needed=False)
Headers = list[tuple[bytes, bytes]]


def basic(password: str, name: str = "me") -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def header(value: str, name: str = "authorization") -> Headers:
    return [(name.encode(), value.encode("latin-1", "replace"))]


def who(headers: Headers, keys: Keys = KEYS, **more: bool) -> str:
    """Name who asks: a person, his role, or what he is refused with."""
    found = caller_in(headers, keys, page=more.get("page", False), near=True)
    if found.role is Role.NOBODY:
        return str(found.status)
    return found.name or found.role.value


def test_a_key_says_who_asks() -> None:
    shown = {key: who(header(f"Bearer {key}")) for key in (MINE, ANNAS, BENS)}

    assert shown == {MINE: "owner", ANNAS: "anna", BENS: "ben"}


def test_two_headers_do_not_make_a_person_the_owner() -> None:
    """The check once read the last, the routes the first."""
    for first, second in (("rubbish", ANNAS), (ANNAS, MINE), (ANNAS, ANNAS), ("", "")):
        pair = header(f"Bearer {first}") + header(f"Bearer {second}")
        assert who(pair) == who(pair, AT_HOME) == "400"
        assert who([(b"Authorization", pair[0][1]), pair[1]]) == "400"


@pytest.mark.parametrize(
    "value",
    [
        *("", "Bearer", "Bearer ", f"Bearer {MINE}x", f"Token {MINE}", MINE, "é"),
        *(f"Bearer\t{MINE}", f"Bearer:{MINE}", f"Bearer\xa0{MINE}", basic(MINE)),
    ],
)
def test_what_shows_no_key_of_ours_is_nobodys(value: str) -> None:
    assert who(header(value)) == "401"
    assert who(header(value), AT_HOME) == "owner"


@pytest.mark.parametrize(
    "value",
    [
        *(f"Bearer {ANNAS}, Bearer {MINE}", f"Bearer {ANNAS},{MINE}", "Bearer é"),
        *(f"Bearer {ANNAS} {MINE}", f"Basic x, Bearer {MINE}", f"x, Bearer {MINE}"),
        *(f"Bearer {MINE}\x00", f"Bearer {MINE}\n", f"Bearer {ANNAS};é"),
    ],
)
def test_what_holds_more_than_one_key_is_refused(value: str) -> None:
    assert who(header(value)) == who(header(value), AT_HOME) == "400"


def test_a_page_has_the_key_as_its_password() -> None:
    for key, name in ((MINE, "owner"), (ANNAS, "anna"), ("wrong", "401"), ("", "401")):
        assert who(header(basic(key)), page=True) == name
        assert who(header(basic(key, "mine: anna")), page=True) in ("401", name)
    assert who(header("Basic !"), page=True) == "401"
    assert who(header("Basic /w=="), page=True) == "401"


@pytest.mark.parametrize(
    "names",
    [
        ("x-ltm-user-id", "x-ltm-user-id"),
        ("x-ltm-user-id", "X-LTM-User_ID"),
        ("x-openwebui-user-id", "X-OpenWebUI-User-Id"),
        ("x-ltm-chat", "x-ltm-chat"),
    ],
)
def test_what_is_told_twice_of_a_chat_is_refused(names: tuple[str, str]) -> None:
    twice = header("anna", names[0]) + header("anna", names[1])

    assert who(header(f"Bearer {MINE}") + twice) == "400"


def test_a_server_without_keys_answers_its_own_machine_alone() -> None:
    far = caller_in([], AT_HOME, page=False, near=False)

    assert (far.role, far.status, far.reason) == (Role.NOBODY, 403, NOT_NEAR)
    assert caller_in(header(f"Bearer {MINE}"), AT_HOME, page=False, near=False) == (
        THE_OWNER
    )


WORD = st.sampled_from([MINE, ANNAS, BENS, "sk-of-the-model", "wrong", "", "anna", "é"])
SCHEME = st.sampled_from(["Bearer", "bearer", "BEARER", "Basic", "Token", ""])
SPACE = st.sampled_from([" ", "  ", "\t", "", ",", ", ", ":"])
VALUE = st.one_of(
    st.builds(lambda a, b, c: f"{a}{b}{c}", SCHEME, SPACE, WORD),
    st.builds(lambda a, b, c, d: f"{a} {b}{c}{d}", SCHEME, WORD, SPACE, WORD),
    st.builds(basic, WORD, WORD),
    WORD,
)
NAME = st.sampled_from(
    "authorization;Authorization;AUTHORIZATION;proxy-authorization;x-api-key;api-key;"
    "x-authorization;cookie;x-ltm-user-id;X-Ltm-User;x-user;x-forwarded-user;"
    "x-forwarded-for;x-real-ip;forwarded;remote-user".split(";")
)


@given(
    key=st.sampled_from(["", ANNAS, BENS, "wrong"]),
    scheme=st.sampled_from(["Bearer", "bearer", "Basic"]),
    more=st.lists(st.tuples(NAME, VALUE), max_size=4),
    at=st.integers(0, 4),
    page=st.booleans(),
)
@example(key=ANNAS, scheme="Bearer", more=[("authorization", "x")], at=1, page=False)
def test_whatever_else_is_sent_nobody_becomes_somebody_else(
    key: str, scheme: str, more: list[tuple[str, str]], at: int, page: bool
) -> None:
    """Who has a key is that person or refused; who has another's key is that one."""
    value = basic(key) if scheme == "Basic" else f"{scheme} {key}"
    headers = [pair for name, told in more for pair in header(told, name)]
    headers[at:at] = header(value) if key else []
    asked = [told for name, told in headers if name.lower() == b"authorization"]

    found = who(headers, page=page)

    shown = {
        name
        for secret, name in ((MINE, "owner"), (ANNAS, "anna"), (BENS, "ben"))
        if any(secret.encode() in told or _in_basic(told, secret) for told in asked)
    }
    assert found in {"400", "401"} | (shown if len(asked) == 1 else set())
    if key in (ANNAS, BENS) and scheme != "Basic" and found != "400":
        assert found == {ANNAS: "anna", BENS: "ben"}[key]


def _in_basic(told: bytes, secret: str) -> bool:
    return any(
        told.endswith(basic(secret, name).encode()[6:])
        for name in (
            "me",
            MINE,
            ANNAS,
            BENS,
            "sk-of-the-model",
            "wrong",
            "",
            "anna",
            "é",
        )
    )


@pytest.mark.parametrize(
    ("path", "access"),
    [
        *(("/", Access.OPEN), ("/health", Access.OPEN), ("//health", Access.OWNER)),
        *(("/v1/models", Access.PEOPLE), ("//models//x", Access.PEOPLE)),
        *(("/chat/completions", Access.PEOPLE), ("/api/ltm/last", Access.PEOPLE)),
        *(("/docs", Access.PEOPLE), ("/health/llm", Access.PEOPLE)),
        *(("/editor", Access.OWNER), ("/editor/x", Access.OWNER)),
        *(("/metrics", Access.OWNER), ("/x", Access.OWNER), ("", Access.OWNER)),
    ],
)
def test_a_path_that_nobody_thought_of_is_the_owners(path: str, access: Access) -> None:
    assert access_of(path) is access


class Inside:
    """An app that notes who came in."""

    def __init__(self) -> None:
        self.came: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.came.append(scope[CALLER].name or scope[CALLER].role.value)


def knock(path: str, key: str, kind: str = "http") -> tuple[list[str], list[Any]]:
    """Return who got in, and what was sent."""
    inside, sent = Inside(), []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    headers = header(f"Bearer {key}") if key else []
    scope = {"type": kind, "path": path, "headers": headers, "client": ("10.0.0.1", 1)}
    asyncio.run(Identify(inside, keys=KEYS)(scope, receive, send))
    return inside.came, sent


@pytest.mark.parametrize("path", ["/editor", "/editor/config", "/metrics", "/x"])
def test_what_shows_everybodys_is_for_the_owner_alone(path: str) -> None:
    assert knock(path, MINE)[0] == ["owner"]
    for key, status in ((ANNAS, 403), ("wrong", 401), ("", 401)):
        came, sent = knock(path, key)
        assert (came, sent[0]["status"]) == ([], status)


def test_a_socket_is_the_owners_alone() -> None:
    assert knock("/editor/x", MINE, "websocket")[0] == ["owner"]
    for key in (ANNAS, "wrong", ""):
        for path in ("/editor/x", "/", "/health", "/v1/x"):
            came, sent = knock(path, key, "websocket")
            assert (came, sent[0]["type"]) == ([], "websocket.close")


def test_a_browser_is_asked_for_the_key_where_a_page_is() -> None:
    for path, asked in (("/editor/", True), ("/docs", True), ("/v1/models", False)):
        _, sent = knock(path, "")
        assert (b"www-authenticate" in dict(sent[0]["headers"])) == asked


def test_clients_are_refused_in_the_shape_that_they_know() -> None:
    [plain, openai] = [
        json.loads(knock(path, "")[1][1]["body"]) for path in ("/api/x", "//models")
    ]
    assert plain == {"error": INVALID_KEY}
    assert openai["error"]["code"] == "invalid_api_key"
    assert openai["error"]["type"] == "invalid_request_error"
    assert openai["error"]["message"] == INVALID_KEY


def test_a_request_that_passed_no_door_is_nobodys() -> None:
    assert caller_of(Request({"type": "http"})) is NOBODY
