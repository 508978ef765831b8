"""Only what the API has is ever asked of the model, and never with a key of ours."""

from __future__ import annotations

import base64
import json
import random
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from long_term_memory.llm.addresses import model_path
from long_term_memory.server.openai.leaks import OwnKeys, own_keys

from .proxies import OUR_KEY as KEY
from .proxies import World, world
from .upstreams import PATIENT, Asked, refuses

CALLS = {"/v1/models", "/v1/chat/completions", "/v1/completions"}
NAMED = re.compile(r"/v1/models((?:/[A-Za-z0-9._~:@%+=,()-]+)+)")
OFTEN = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def here(shared: World) -> World:
    shared.stub.asked.clear()
    return shared


def call(url: str, method: str, target: bytes, *lines: bytes, body: bytes = b"") -> int:
    """Send a target as it is; return the answer's status, 0 if there was none."""
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    head = [
        method.encode() + b" " + target + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Connection: close",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        *lines,
    ]
    with socket.create_connection((address.hostname, address.port), 20) as client:
        client.sendall(b"\r\n".join([*head, b"", b""]) + body)
        answer = b""
        while part := client.recv(65_536):
            answer += part
    return int(answer[9:12] or 0)


# -- paths -----------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("..", ".", "...", "", "admin", "keys", "v1", "models", "chat", "completions"),
        *(
            "gpt-4",
            "llama3:8b",
            "org",
            "a b",
            "ü",
            "\uff0e\uff0e",
            "%2e",
            "%2f",
            "~",
            "x;y",
        ),
    ]
)
GAPS = st.sampled_from(["/", "//", "\\", "?", "#", ";", "&", "\r\n", "\0", "\t", "%"])
STARTS = st.sampled_from(
    [
        *("/v1/models/", "/models/", "/v1/v1/models/", "//v1//models/", "/v1/models"),
        *(
            "/v1/chat/completions/models/",
            "/v1/chat/../",
            "/v1/",
            "/",
            "/v1/completions/",
        ),
    ]
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])


def as_it_is(text: str) -> str:
    return text


def in_percent(text: str) -> str:
    return quote(text, safe="")


def in_small_percent(text: str) -> str:
    return in_percent(text).lower()


def every_letter(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


CODED = st.lists(
    st.sampled_from([as_it_is, in_percent, in_small_percent, every_letter]), max_size=3
)


@st.composite
def targets(draw: st.DrawFn) -> bytes:
    """Draw a path with tricks, each part encoded in some way, and up to three times."""
    path = draw(STARTS)
    for _ in range(draw(st.integers(0, 6))):
        part = draw(PIECES) + draw(GAPS)
        for code in draw(CODED):
            part = code(part)
        path += part
    return quote(path, safe="/%\\?#;&~:@.").encode()


def is_allowed(raw: str) -> bool:
    """Say whether the model may be asked this: nothing in it leads elsewhere."""
    if raw in CALLS:
        return True
    named = NAMED.fullmatch(raw)
    plain = unquote(raw)
    return (
        named is not None
        and unquote(plain) == plain
        and not set(plain) & set("\\?#;%")
        and plain.isascii()
        and plain.isprintable()
        and all(part.strip(". ") for part in plain.split("/")[1:])
    )


@OFTEN
@given(method=METHODS, target=targets())
@example(method="GET", target=b"/v1/models/..%2f..%2fadmin%2fkeys")
@example(method="GET", target=b"/v1/models/%2e%2e/%2e%2e/admin")
@example(method="GET", target=b"/v1/models/a%3fb=c")
@example(method="GET", target=b"/v1/models/%252e%252e%252fadmin")
@example(method="GET", target=b"/v1/models/..;/admin")
@example(method="GET", target=b"/v1/chat/completions/../../admin")
@example(method="GET", target=b"/v1/models?next=/admin")
def test_no_spelling_of_a_path_reaches_more_than_the_api(
    here: World, method: str, target: bytes
) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "prompt": "Hi"})

    status = call(here.url, method, target, body=body.encode())

    assert status != 500
    asked = [one.raw_path for one in here.stub.asked]
    assert [path for path in asked if not is_allowed(path)] == []
    here.stub.asked.clear()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("gpt-4o", "gpt-4o"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("llama3:8b", "llama3:8b"),
        ("My%20Model%20(Q4).gguf", "My%20Model%20(Q4).gguf"),
        ("accounts/fireworks/models/x", "accounts/fireworks/models/x"),
    ],
)
def test_real_names_of_models_pass(here: World, name: str, raw: str) -> None:
    here.stub.answers.append(refuses(200, {"id": "x"}))

    assert httpx.get(f"{here.url}/v1/models/{name}", timeout=PATIENT).status_code == 200
    assert here.stub.asked[0].raw_path == f"/v1/models/{raw}"


@pytest.mark.parametrize("name", ["..", "a/..", "a/", "", "a?b", "ä", "a" * 301, "a%b"])
def test_what_is_no_name_is_told_with_the_way_out(name: str) -> None:
    with pytest.raises(ValueError, match="GET /v1/models lists"):
        model_path(name)


# -- keys ------------------------------------------------------------------------------


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def in_url_base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def in_hex(text: str) -> str:
    return text.encode().hex()


DISGUISES: list[Callable[[str], str]] = [
    as_it_is,
    str.upper,
    every_letter,
    in_base64,
    in_url_base64,
    in_hex,
    lambda key: f"Bearer {key}",
    lambda key: f"Basic {in_base64('anna:' + key)}",
    lambda key: f"one, {key}, two",
    lambda key: f"https://x.example/?api_key={key}&a=b",
    lambda key: in_percent(in_base64(f":{key}")),
    lambda key: json.dumps({"k": key}),
    lambda key: f'token="{key}"',
]
NAMES = st.sampled_from(
    [
        *("authorization", "x-authorization", "x-auth-token", "x-api-key", "x-token"),
        *("http-referer", "http-referer-x", "referer", "cookie", "openai-organization"),
        *("anthropic-beta", "helicone-auth", "proxy-authorization", "x-forwarded-for"),
        *("x-ltm-chat", "x-my-own", "api-key", "x-original-url", "forwarded"),
    ]
)
FIELDS = st.sampled_from(["user", "api_key", "metadata", "ltm", "user_id", "conv_id"])


@OFTEN
@given(
    name=NAMES,
    field=FIELDS,
    first=st.sampled_from(DISGUISES),
    # In capitals base64 says something else.
    then=st.sampled_from([one for one in DISGUISES if one is not str.upper]),
    twice=st.booleans(),
)
def test_no_key_of_ours_reaches_the_model(
    here: World,
    name: str,
    field: str,
    first: Callable[[str], str],
    then: Callable[[str], str],
    twice: bool,
) -> None:
    shown = then(first(KEY)) if twice else first(KEY)
    told = {"chat": shown} if field == "ltm" else shown
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], field: told})
    line = f"{name}: {shown}".encode()
    path = quote(shown, safe="").encode()

    call(here.url, "POST", b"/v1/chat/completions", line, body=body.encode())
    call(here.url, "GET", b"/v1/models?key=" + path, line)
    call(here.url, "GET", b"/v1/models/" + path, line)

    assert here.stub.asked
    for asked in here.stub.asked:
        assert not told_in(asked, shown)
        assert not told_in(asked, KEY)
    here.stub.asked.clear()


def told_in(asked: Asked, key: str) -> bool:
    body = {**(asked.body or {}), "messages": None, "memory": None}
    told = [asked.raw_path, unquote(asked.raw_path), json.dumps(body)]
    told += [f"{name}: {value}" for name, value in asked.headers.items()]
    return any(key.lower() in text.lower() for text in told)


def test_headers_that_lead_elsewhere_or_tell_of_the_way_do_not_go_on(
    here: World,
) -> None:
    kept = {
        **{"Cookie": "a=b", "X-Forwarded-For": "10.0.0.1", "Forwarded": "for=x"},
        **{"X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", "X-Host": "evil"},
        **{"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"},
        **{"HTTP-Referer-More": "x", "TE": "trailers", "Proxy-Authorization": "x"},
        **{"X-Long": "a" * 5_000, "X-Real-IP": "10.0.0.1", "Referer": "http://x/"},
    }

    httpx.get(
        f"{here.url}/v1/models",
        headers={**kept, "HTTP-Referer": "http://me/"},
        timeout=PATIENT,
    )

    [asked] = here.stub.asked
    assert asked.headers.keys().isdisjoint(name.lower() for name in kept)
    assert asked.headers["http-referer"] == "http://me/"


def test_who_chats_is_not_told_to_the_model(here: World) -> None:
    person = {
        **{"X-OpenWebUI-User-Name": "Ann", "X-OpenWebUI-User-Email": "ann@x.example"},
        **{"X-OpenWebUI-User-Id": "7f3a", "X-OpenWebUI-User-Role": "admin"},
        **{"X-OpenWebUI-Chat-Id": "c0ffee", "X-OpenWebUI-User-Jwt": "e30.e30."},
    }
    body = {"messages": [{"role": "user", "content": "Hi"}]}

    asked_for = httpx.post(
        f"{here.url}/v1/chat/completions",
        json=body,
        headers={**person, "X-Title": "Open WebUI"},
        timeout=PATIENT,
    )

    assert asked_for.status_code == 200
    [asked] = here.stub.asked
    assert asked.headers.keys().isdisjoint(name.lower() for name in person)
    assert asked.headers["x-title"] == "Open WebUI"


def test_a_redirect_gets_no_key(here: World) -> None:
    here.stub.answers.append(refuses(302, "", {"Location": f"{here.stub.url}/admin"}))

    answer = httpx.get(f"{here.url}/v1/models", timeout=PATIENT)

    assert answer.status_code == 502
    assert len(here.stub.asked) == 1


def test_keys_are_ours_whether_or_not_they_are_asked_for(
    tmp_path: Path,
) -> None:
    (tmp_path / "api_key.txt").write_text(
        "# mine\n0123456789abcdef\nanna: fedcba9876\n\n"
    )
    environ = {"LTM_API_KEY": "aaaabbbbcccc", "GROQ_API_KEY": "gsk_of_another"}

    ours = own_keys(tmp_path, environ)

    for key in ("0123456789abcdef", "fedcba9876", "aaaabbbbcccc", "gsk_of_another"):
        assert ours.held_by(f"Bearer {key}")
    assert not ours.held_by("Bearer sk-of-the-client")
    assert not own_keys(tmp_path / "none", {}).held_by("anything")


@pytest.mark.parametrize(
    "written",
    [
        lambda key: base64.b64encode(key.encode("utf-16-le")).decode(),
        lambda key: base64.b64encode(base64.b64encode(key.encode())).decode(),
        lambda key: base64.b32encode(key.encode()).decode(),
        lambda key: base64.b32encode(f"anna:{key}".encode()).decode().rstrip("="),
        lambda key: "".join(f"\\u{ord(one):04x}" for one in key),
        lambda key: json.dumps("".join(f"\\x{ord(one):02X}" for one in key)),
        lambda key: "".join(f"={ord(one):02X}" for one in key),
        lambda key: "".join(f"&#{ord(one)};" for one in key),
        lambda key: "".join(f"&#x{ord(one):X};" for one in key),
        lambda key: ":".join(f"{ord(one):02X}" for one in key),
        lambda key: " ".join(f"0x{ord(one):02x}" for one in key),
        " ".join,
        "-".join,
        "\0".join,
        "%00".join,
        lambda key: f"{key[:7]}\n {key[7:]}",
    ],
)
def test_a_key_is_known_as_programs_write_it(written: Callable[[str], str]) -> None:
    ours = OwnKeys([KEY])
    shown = written(KEY)

    assert ours.held_by(f"x-token: {shown}")
    assert ours.without({"model": "m", "metadata": {"k": shown}}) == {"model": "m"}


def test_many_and_long_fields_are_looked_through_in_time() -> None:
    """Each once took milliseconds, and nobody else was answered meanwhile."""
    ours = OwnKeys([KEY])
    packed = base64.b64encode(random.Random(1).randbytes(12_000)).decode()
    long = {f"k{number}": packed for number in range(1_000)}
    many = {f"k{number}": "abcdefgh" for number in range(100_000)}

    began = time.process_time()
    assert ours.without(long) == long
    assert ours.without(many) == many
    assert ours.without({**many, "a": KEY}) == many
    assert time.process_time() - began < 4


@given(text=st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert not OwnKeys([KEY]).held_by(text)
