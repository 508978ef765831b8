"""What a request leaves behind that no model answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import ProxySettings, Settings, UpstreamSettings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import Answer, Stub, dies, refuses, says, sends, serving, stub_upstream

FACT = "My sister Ilse keeps bees in Bonn."
HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": FACT}]}
ERROR = {"error": {"message": "No."}}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_upstream() as made:
        yield made


def an_engine(folder: Path, url: str, per_minute: int = 0) -> Engine:
    chosen = Settings(
        upstream=UpstreamSettings(llm_base_url=url, llm_retries=0),
        proxy=ProxySettings(requests_per_minute=per_minute),
    )
    return build_engine(chosen, folder, load=HashEmbedder)


@pytest.fixture
def engine(tmp_path: Path, stub: Stub) -> Iterator[Engine]:
    made = an_engine(tmp_path, stub.url)
    yield made
    made.close()


@pytest.fixture
def url(engine: Engine) -> Iterator[str]:
    with serving(create_app(engine, engine.settings)) as address:
        yield address


def post(url: str, body: Any = HELLO, path: str = "chat/completions") -> httpx.Response:
    if isinstance(body, bytes):
        kind = {"content-type": "application/json"}
        return httpx.post(f"{url}/v1/{path}", content=body, headers=kind, timeout=30)
    return httpx.post(f"{url}/v1/{path}", json=body, timeout=30)


@pytest.mark.parametrize("base", ["", "nonsense"])
@pytest.mark.parametrize("stream", [False, True])
def test_without_a_model_nothing_is_stored(
    tmp_path: Path, base: str, stream: bool
) -> None:
    """A memory of "default" was made by whoever tried whether the server is there."""
    engine = an_engine(tmp_path, base)
    with serving(create_app(engine, engine.settings)) as url:
        answer = post(url, {**HELLO, "stream": stream})
        text = post(url, {"prompt": "A: Hi\nB:", "stop": ["\nA:"]}, "completions")

    assert (answer.status_code, text.status_code) == (503, 503)
    assert answer.json()["error"]["type"] == "no_upstream"
    assert engine.scopes() == []
    engine.close()


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"messages": [7]},
        {**HELLO, "ltm": 7},
        b'{"messages": [{"role": "user", "content": "Hi"}], "temperature": 1e999}',
        b'{"messages": [{"role": "user", "content": "Hi"}], "temperature": NaN}',
        b'{"messages": [{"role": "user", "content": "Hi"}]',
    ],
)
def test_a_request_that_is_wrong_stores_nothing(
    url: str, stub: Stub, engine: Engine, body: Any
) -> None:
    assert post(url, body).status_code == 400
    assert stub.asked == []
    assert engine.scopes() == []


def test_a_request_too_many_stores_nothing(tmp_path: Path, stub: Stub) -> None:
    engine = an_engine(tmp_path, stub.url, per_minute=1)
    with serving(create_app(engine, engine.settings)) as url:
        post(url)
        refused = post(url, {"messages": [{"role": "user", "content": "More!"}]})

    assert refused.status_code == 429
    assert said(engine) == [FACT, "Hello there."]
    engine.close()


FAULTS: dict[str, Answer] = {
    "400": refuses(400, ERROR),
    "401": refuses(401, ERROR),
    "404": refuses(404, ERROR),
    "413": refuses(413, ERROR),
    "429": refuses(429, ERROR, {"Retry-After": "99"}),
    "500": refuses(500, "oh"),
    "503": refuses(503, ERROR),
    "death": dies,
    "a page": refuses(200, "<html></html>"),
    "half a stream": sends(b'data: {"choices": [{"delta": {"content": "Onc'),
    "an error as success": refuses(200, ERROR),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stream", [False, True])
def test_what_a_model_refused_is_kept_once_however_often_it_is_sent(
    url: str, stub: Stub, engine: Engine, fault: str, stream: bool
) -> None:
    """The message stands in the client, which sends it again."""
    stub.answers.extend([FAULTS[fault], FAULTS[fault], says("How sweet.")])

    for _ in range(3):
        post(url, {**HELLO, "stream": stream})

    assert said(engine) == [FACT, "How sweet."]


@pytest.mark.parametrize("status", [600, 999])
def test_a_status_that_http_does_not_know_is_told(
    url: str, stub: Stub, status: int
) -> None:
    stub.answers.append(refuses(status, ERROR))

    answer = post(url)

    assert answer.status_code == 502
    assert answer.json() == ERROR


def said(engine: Engine) -> list[str]:
    """Return all that is remembered."""
    bank = engine.bank(Scope(user="default", character="default"))
    [chat] = bank.chats()
    host, name = chat.names[0]
    return [one.message.content for one in bank.chat(name, host=host).path()]
