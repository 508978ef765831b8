"""What a person would read is what is remembered, in the shapes that back ends send.

Owns: how the corpus is served and asked. The shapes stand in `corpus/`, made by hand
from what the services document: streams, whole replies, requests and texts to continue,
each with what must be remembered of it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from long_term_memory.build import build_engine
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.llm.sse import ReplyReader
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import Answer, Stub, serving, stub_upstream

CORPUS = Path(__file__).parent / "corpus"
USERS = count(1)
ASKED = "Tell me of your family, Mara."
EVENTS = "text/event-stream"
JSON = "application/json"


def corpus(name: str) -> list[Any]:
    """Return the cases of one kind, as parameters."""
    cases = json.loads((CORPUS / f"{name}.json").read_text("ascii"))
    return [pytest.param(case, id=case["name"]) for case in cases]


def raw_of(case: dict[str, Any]) -> bytes:
    """Return the bytes of a stream."""
    return b"".join(
        event.encode()
        if isinstance(event, str)
        else b"data: " + dumped(event, case).encode("utf-8", "surrogatepass") + b"\n\n"
        for event in case["events"]
    )


def dumped(told: Any, case: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=not case.get("unicode"))


def answers(raw: bytes, case: dict[str, Any], kind: str) -> Answer:
    """Answer with bytes, as the case has them sent."""
    headers = {"Content-Type": case.get("type", kind)}
    if case.get("encoding"):
        headers["Content-Encoding"] = case["encoding"]
        raw = gzip.compress(raw)
    size = case.get("size", len(raw))

    async def answer(request: web.Request, _: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        if not headers["Content-Type"]:
            response.headers.popall("Content-Type")
        await response.prepare(request)
        for at in range(0, len(raw), size):
            await response.write(raw[at : at + size])
        return response

    return answer


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with stub_upstream() as made:
        yield made


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, stub: Stub) -> Iterator[Engine]:
    upstream = UpstreamSettings(llm_base_url=stub.url)
    folder = tmp_path_factory.mktemp("corpus")
    made = build_engine(Settings(upstream=upstream), folder, load=HashEmbedder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(engine: Engine) -> Iterator[str]:
    with serving(create_app(engine, engine.settings)) as address:
        yield address


def ask(url: str, path: str, body: dict[str, Any]) -> tuple[str, httpx.Response]:
    """Ask as a user of one's own; return who that was, and the answer."""
    user = f"user {next(USERS)}"
    answer = httpx.post(f"{url}/v1/{path}", json={**body, "user": user}, timeout=30)
    return user, answer


def remembered(engine: Engine, user: str) -> list[str]:
    """Return all that is remembered of a user's only chat."""
    [scope] = [one for one in engine.scopes() if one.user == user]
    bank = engine.bank(scope)
    [chat] = bank.chats()
    host, name = chat.names[0]
    path = bank.chat(name, host=host).path()
    return [f"{one.message.role}: {one.message.content}" for one in path]


def asking(**more: Any) -> dict[str, Any]:
    system = {"role": "system", "content": "You are Mara."}
    return {"messages": [system, {"role": "user", "content": ASKED}], **more}


def expected(case: dict[str, Any]) -> list[str]:
    said = [] if case["remembered"] is None else [f"assistant: {case['remembered']}"]
    return [f"user: {ASKED}", *said]


@pytest.mark.parametrize("case", corpus("streams"))
def test_of_a_stream_is_remembered_what_a_person_would_read(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    stub.answers.append(answers(raw_of(case), case, EVENTS))

    user, answer = ask(url, "chat/completions", asking(stream=True))

    assert answer.status_code == 200
    assert remembered(engine, user) == expected(case)


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("case", corpus("streams"))
def test_a_stream_passes_byte_by_byte_and_reads_alike_however_it_is_cut(
    case: dict[str, Any], size: int
) -> None:
    raw = raw_of(case)
    whole, cut = ReplyReader(), ReplyReader()
    whole.feed(raw)

    passed = [
        cut.feed(raw[at : at + size]) for at in range(0, len(raw), size) if not cut.done
    ]
    end = cut.end()
    whole.end()

    assert cut.text == whole.text
    assert (cut.finished, cut.failed) == (whole.finished, whole.failed)
    assert raw.startswith(b"".join(passed))
    if not cut.done:
        assert (b"".join(passed) + end).rstrip(b"\n") == raw.rstrip(b"\n")


@pytest.mark.parametrize("case", corpus("replies"))
def test_of_a_whole_reply_is_remembered_what_a_person_would_read(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    raw = (case.get("prefix", "") + json.dumps(case["body"])).encode()
    stub.answers.append(answers(raw, case, JSON))

    user, answer = ask(url, "chat/completions", asking())

    assert answer.content == raw
    assert remembered(engine, user) == expected(case)


@pytest.mark.parametrize("case", corpus("replies"))
def test_a_whole_reply_reads_alike_where_a_stream_was_asked_for(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    raw = (case.get("prefix", "") + json.dumps(case["body"])).encode()
    stub.answers.append(answers(raw, case, JSON))

    user, answer = ask(url, "chat/completions", asking(stream=True))

    assert answer.headers["content-type"].startswith(EVENTS)
    assert remembered(engine, user) == expected(case)


@pytest.mark.parametrize("case", corpus("streams"))
def test_a_stream_reads_alike_where_a_whole_reply_was_asked_for(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    raw = raw_of(case)
    reader = ReplyReader()
    reader.feed(raw)
    reader.end()
    stub.answers.append(answers(raw, case, EVENTS))

    user, answer = ask(url, "chat/completions", asking())

    assert remembered(engine, user) == expected(case)
    if not reader.failed:
        [choice] = [one for one in answer.json()["choices"] if one["index"] == 0]
        assert (choice["message"]["content"] or "") == reader.text
        assert answer.headers["content-type"] == JSON


@pytest.mark.parametrize("case", corpus("requests"))
def test_of_a_request_is_remembered_what_was_said(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    user, _ = ask(url, "chat/completions", {"messages": case["messages"]})

    named = any(" Anna:" in line for line in case["remembered"])
    *held, reply = remembered(engine, user)
    assert [line.replace(" Anna:", ":") for line in held] == [
        line.replace(" Anna:", ":").replace(" Mara:", ":")
        for line in case["remembered"]
    ]
    assert reply == "assistant: Hello there."
    if named:
        assert names(engine, user) == {"Anna", "Mara"}


def names(engine: Engine, user: str) -> set[str]:
    bank = engine.bank(Scope(user=user, character="Mara"))
    host, name = bank.chats()[0].names[0]
    return {one.message.name for one in bank.chat(name, host=host).path()}


@pytest.mark.parametrize("case", corpus("prompts"))
def test_of_a_text_to_continue_is_remembered_what_was_said(
    url: str, stub: Stub, engine: Engine, case: dict[str, Any]
) -> None:
    ltm = {"char": "Mara", "user": "Anna"}

    user, _ = ask(url, "completions", {"prompt": case["prompt"], "ltm": ltm})

    assert remembered(engine, user) == [*case["remembered"], "assistant: Hello there."]
