"""Requests of the shapes that a real SillyTavern sent, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import Stub, serving, stub_upstream

# Each letter is a message of its role; SillyTavern sends the header without a key.
NODE = {"User-Agent": "node-fetch", "Authorization": "Bearer", "Accept": "*/*"}
COMMON = {
    "model": "stub-model",
    "temperature": 1,
    "max_tokens": 300,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "top_p": 1,
}
ROLES = {"s": "system", "a": "assistant", "u": "user"}
MAIN = "Write Sera's next reply in a fictional chat between Sera and Tester."
OPENING = (MAIN, "Sera guards the forest.", "[Start a new Chat]")
CONTINUE = "[Continue your last message without repeating its original content.]"
AS_USER = (
    "[Write your next reply from the point of view of Tester, using the chat history.]"
)
SUMMARIZE = "Ignore previous instructions. Summarize the most important facts."
ONLY_BRAM = "[Write the next reply only as Bram.]"
GROUP = "[Start a new group chat. Group members: Bram, Sera]"


class Recorded(NamedTuple):
    """A request.

    Attributes:
        shape: Its messages' roles, behind the three of the prompt.
        tail: What stands behind them.
        lines: How many messages the chat then has, the reply among them; 0 for a job.
        body: What else it says.
        start: The mark of the chat's beginning.
    """

    shape: str
    lines: int
    tail: str = ""
    body: dict[str, Any] = {}  # noqa: RUF012 - never changed
    start: str = "[Start a new Chat]"


STREAM = {"stream": True}
WHOLE = {"stream": False}
MACROS = {"char": "Sera", "user": "Tester", "type": "normal", "chat": "x00000000"}
RECORDED = {
    "first turn": Recorded("a u", 3, body=STREAM),
    "third turn": Recorded("a u a u a u", 7, body=STREAM),
    "not streamed": Recorded("a u a u", 5, body=WHOLE),
    "continue": Recorded("a u a", 3, CONTINUE, STREAM),
    "continue, prefilled": Recorded("a u a", 3, body=STREAM),
    "impersonate": Recorded("a u a", 3, AS_USER, STREAM),
    "summarize": Recorded("a u a", 0, SUMMARIZE, WHOLE),
    "quiet with history": Recorded("a u a", 0, "What colour is the sky?", WHOLE),
    "several replies": Recorded("a u", 3, body={**STREAM, "n": 2}),
    "injected below": Recorded("a u a s u", 5, body=STREAM),
    "after a deletion": Recorded("a u a a u", 6, body=STREAM),
    "group": Recorded("a a u", 4, ONLY_BRAM, STREAM, GROUP),
    "macros": Recorded("a u", 3, body={**STREAM, "ltm": {**MACROS, "last_id": "1"}}),
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_upstream() as made:
        yield made


@pytest.fixture
def engine(tmp_path: Path, stub: Stub) -> Iterator[Engine]:
    upstream = UpstreamSettings(llm_base_url=stub.url)
    made = build_engine(Settings(upstream=upstream), tmp_path, load=HashEmbedder)
    yield made
    made.close()


@pytest.fixture
def url(engine: Engine) -> Iterator[str]:
    with serving(create_app(engine, engine.settings)) as address:
        yield address


def messages_of(told: Recorded) -> list[dict[str, str]]:
    opening = (*OPENING[:2], told.start)
    found = [{"role": "system", "content": text} for text in opening]
    for number, letter in enumerate(told.shape.split()):
        text = f"This is what was said as number {number}."
        found.append({"role": ROLES[letter], "content": text})
    if told.tail:
        found.append({"role": "system", "content": told.tail})
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_is_answered_in_the_recorded_shape(
    url: str, stub: Stub, engine: Engine, name: str
) -> None:
    told = RECORDED[name]
    body = {"messages": messages_of(told), **COMMON, **told.body}

    answer = httpx.post(
        f"{url}/v1/chat/completions", json=body, headers=NODE, timeout=30
    )

    kind = "text/event-stream" if body["stream"] else "application/json"
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    if body["stream"]:
        assert answer.text.endswith("data: [DONE]\n\n")
    else:
        assert {"object", "choices"} <= set(answer.json())
    [asked] = stub.asked
    assert "authorization" not in asked.headers
    # Nothing is recalled in a first chat, so all goes on as it came.
    assert asked.body == {key: body[key] for key in body if key != "ltm"}
    assert kept(engine, told) == told.lines


def kept(engine: Engine, told: Recorded) -> int:
    """Count the messages of the only chat, 0 if none was kept."""
    speaker = "Bram" if told.tail == ONLY_BRAM else "Sera"
    scopes = {scope.character for scope in engine.scopes()}
    assert scopes == ({"Bram", "Sera"} if told.start == GROUP else scopes & {"Sera"})
    if not scopes:
        return 0
    [chat] = engine.bank(Scope(user="default", character=speaker)).chats()
    return chat.messages
