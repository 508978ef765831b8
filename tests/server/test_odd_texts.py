"""Texts that no UTF-8 can carry: what shows them to people goes on working."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .upstreams import PATIENT, refuses, says, sends, serving, stub_upstream

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with stub_upstream() as stub:
        half = b'{"data": [{"id": "\\ud83d"}], "choices": []}'
        stub.answers += [
            says("Yes ", "\ud83d."),
            sends(half, content_type="application/json"),
            refuses(418, half.decode()),
        ]
        settings = Settings(upstream=UpstreamSettings(llm_base_url=stub.url))
        engine = build_engine(settings, tmp_path, load=HashEmbedder)
        with serving(create_app(engine, settings)) as address:
            yield address
        engine.close()


def test_half_a_letter_breaks_neither_chat_nor_lists(url: str) -> None:
    asked = {
        "messages": [
            {"role": "system", "content": "You are Sera\ud83d, a guard."},
            {"role": "user", "content": "Hello \ud83d \0 there"},
        ],
        "user": "\ud83d",
        "model": "\ud83d" + "m" * 500,
        "ltm": {"chat": "\ud83d", "char": "\ud83d"},
    }

    said = post(url, asked)
    listed = [
        httpx.get(f"{url}/v1/models{path}", timeout=PATIENT) for path in ("", "/x")
    ]
    health = httpx.get(f"{url}/health", timeout=PATIENT)
    numbers = httpx.get(f"{url}/metrics", timeout=PATIENT)

    assert said.json()["choices"][0]["message"]["content"] == "Yes \ud83d."
    assert list(health.json()["usage"]["chats"]) == ["\ud83d, \ud83d: \ud83d"]
    assert listed[0].json()["data"] == [{"id": "\ud83d"}]
    assert listed[1].status_code == 418
    assert numbers.status_code == 200
    assert 'model="\ufffd' in numbers.text
    assert "m" * 200 not in numbers.text


def test_the_last_use_is_told_whatever_was_asked(url: str) -> None:
    system = {"role": "system", "content": "You are Sera, a guard."}
    post(url, {"messages": [system, {"role": "user", "content": "Hello \ud83d there"}]})

    last = httpx.get(f"{url}/api/ltm/last", timeout=PATIENT)

    assert json.loads(last.content)["asked"] == "Hello \ud83d there"


def post(url: str, body: dict[str, Any]) -> httpx.Response:
    """Send a chat as clients do that escape what they cannot write."""
    raw = json.dumps(body)
    return httpx.post(
        f"{url}/v1/chat/completions", content=raw, headers=JSON, timeout=PATIENT
    )
