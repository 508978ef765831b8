"""Services that docs/clients.md names, each with what it alone does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from aiohttp import web

from long_term_memory.llm.addresses import base_of

from .proxies import World, proxy_in, world
from .upstreams import PATIENT, Answer, end_of_stream, piece, refuses, sends

ASKED = {"messages": [{"role": "user", "content": "What is my cat called?"}]}


@pytest.fixture
def here() -> Iterator[World]:
    with world() as made:
        yield made


def lacking(here: World, wanted: str, *listed: str) -> str:
    """Ask what a service that lists some models lacks of the one that is wanted."""
    models = [{"id": name, "object": "model"} for name in listed]
    here.stub.answers.append(refuses(200, {"object": "list", "data": models}))
    here.change(llm_model=wanted)

    async def ask() -> str:
        proxy = proxy_in(here)
        found = await proxy.lacking()
        await proxy.close()
        return found

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("wanted", "listed", "missing"),
    [
        ("llama3.2", "llama3.2:latest", ""),  # Ollama
        ("llama3.2:1b", "llama3.2:latest", "llama3.2:1b"),
        ("gemini-3.5-flash-lite", "models/gemini-3.5-flash-lite", ""),  # Gemini
        ("openai/gpt-oss-120b", "openai/gpt-oss-120b", ""),  # Groq, OpenRouter
        ("mine", "koboldcpp/Tiefighter.Q4_K_M", "mine"),
    ],
)
def test_a_model_is_found_in_the_way_its_service_lists_it(
    here: World, wanted: str, listed: str, missing: str
) -> None:
    assert lacking(here, wanted, listed) == missing


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1"),
        ("http://127.0.0.1:5001/v1/", "http://127.0.0.1:5001/v1"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://api.groq.com", "https://api.groq.com/openai/v1"),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
    ],
)
def test_each_address_is_asked_where_the_service_is(written: str, asked: str) -> None:
    assert base_of(written) == asked


def groq(request: web.Request, body: Any) -> Any:
    """Refuse what Groq refuses: names of speakers, and several replies."""
    named = any("name" in one for one in body["messages"])
    if named or body.get("n", 1) != 1:
        wrong = {"message": "property 'messages.0.name' is unsupported"}
        return refuses(400, {"error": wrong})(request, body)
    return sends(piece("Miso."), end_of_stream())(request, body)


ROUTED: Answer = sends(
    b": OPENROUTER PROCESSING\n\n",
    b": OPENROUTER PROCESSING\n\n",
    piece("Mi"),
    piece("so."),
    end_of_stream(),
)


@pytest.mark.parametrize("answer", [groq, ROUTED], ids=["Groq", "OpenRouter"])
def test_a_streamed_reply_comes_and_is_kept(here: World, answer: Answer) -> None:
    here.stub.answers.append(answer)

    with httpx.stream(
        "POST",
        f"{here.url}/v1/chat/completions",
        json={**ASKED, "stream": True},
        timeout=PATIENT,
    ) as reply:
        text = reply.read().decode()
    here.memory.wait_for_the_end()

    assert reply.status_code == 200
    assert here.memory.kept == ["Miso."]
    assert text.endswith("data: [DONE]\n\n")


def test_a_fault_amid_a_stream_is_told_and_no_reply(here: World) -> None:
    """OpenRouter tells it in an event, for the status was sent long before."""
    fault = {
        "error": {"code": "server_error", "message": "Provider disconnected"},
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
    }
    event = b"data: " + json.dumps(fault).encode() + b"\n\n"
    here.stub.answers.append(sends(piece("Mi"), event, b"data: [DONE]\n\n"))

    with httpx.stream(
        "POST",
        f"{here.url}/v1/chat/completions",
        json={**ASKED, "stream": True},
        timeout=PATIENT,
    ) as reply:
        text = reply.read().decode()

    assert "Provider disconnected" in text
