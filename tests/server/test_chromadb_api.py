"""The chromadb module, as Smart Context and pages call it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .test_app import ask

CHAT = "bench - 2026-01-01@00h00m00s"
TEXTS = [
    "My sister Mira keeps bees.",
    "The forest is quiet.",
    "The silver key is under the third step.",
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = build_engine(Settings(), tmp_path / "memories", load=HashEmbedder)
    assert made.embedder.ready(10) is not None
    yield made
    made.close()


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    return create_app(engine, engine.settings)


def call(app: FastAPI, path: str, **body: Any) -> httpx.Response:
    return ask(app, "POST", f"/api/chromadb{path}", json=body)


def message(number: int, text: str, **more: Any) -> dict[str, Any]:
    meta = json.dumps({"name": "user", "mes": text, "send_date": number})
    found = {"id": f"msg-{number}", "role": "user", "content": text, "date": number}
    return {**found, "meta": meta, **more}


def fill(app: FastAPI, chat: str = CHAT) -> list[dict[str, Any]]:
    messages = [message(number, text) for number, text in enumerate(TEXTS)]
    answer = call(app, "", chat_id=chat, messages=messages)
    assert (answer.status_code, answer.json()) == (200, {"count": 3})
    return messages


def test_what_was_stored_is_found_with_all_that_came_with_it(app: FastAPI) -> None:
    messages = fill(app)

    rows = call(app, "/query", chat_id=CHAT, query=TEXTS[2], n_results=2).json()

    assert len(rows) == 2
    distance = rows[0].pop("distance")
    assert rows[0] == messages[2]
    assert distance == pytest.approx(0, abs=1e-5)
    assert set(rows[1]) == {"id", "date", "role", "meta", "content", "distance"}
    assert distance < rows[1]["distance"] <= 4


@pytest.mark.parametrize(
    ("wanted", "found"), [(500, 3), (0, 0), (-1, 0), ("7", 1), (None, 1), (True, 1)]
)
def test_how_many_are_found(app: FastAPI, wanted: Any, found: int) -> None:
    fill(app)

    rows = call(app, "/query", chat_id=CHAT, query="key", n_results=wanted)

    assert rows.status_code == 200
    assert len(rows.json()) == found


def test_one_is_found_if_no_number_is_named_and_none_in_an_unknown_chat(
    app: FastAPI,
) -> None:
    fill(app, "")

    assert len(call(app, "/query", chat_id="", query="key").json()) == 1
    assert call(app, "/query", chat_id="unknown", query="key").json() == []


def test_a_known_id_is_replaced(app: FastAPI) -> None:
    fill(app)

    call(app, "", chat_id=CHAT, messages=[message(1, "The forest is very loud.")])
    content = call(app, "/export", chat_id=CHAT).json()["content"]

    assert [one["document"] for one in content] == [
        TEXTS[0],
        "The forest is very loud.",
        TEXTS[2],
    ]


def test_several_chats_are_asked_at_once(app: FastAPI) -> None:
    fill(app)
    fill(app, "other")
    call(app, "", chat_id="other", messages=[message(7, "A key of gold.")])
    chats = [CHAT, "missing", 5, "other", CHAT]

    rows = call(
        app, "/multiquery", chat_list=chats, query="silver key", n_results=4
    ).json()

    assert len(rows) == 4
    assert len({one["content"] for one in rows}) == 4
    assert [one["distance"] for one in rows] == sorted(one["distance"] for one in rows)


def test_a_chat_is_carried_to_another_server(app: FastAPI) -> None:
    fill(app)
    exported = call(app, "/export", chat_id=CHAT).json()

    answer = call(app, "/import", chat_id="copy", content=exported["content"])

    assert exported["chat_id"] == CHAT
    assert answer.json() == {"count": 3}
    assert call(app, "/export", chat_id="copy").json()["content"] == exported["content"]


def test_an_export_is_in_order_of_dates_of_any_kind(app: FastAPI) -> None:
    messages = [
        message(3, "c", date="2026-01-02"),
        message(2, "b", date=20),
        message(1, "a", date=3.5),
        message(0, "d", date=None),
        message(4, "e", date="2026-01-01"),
    ]
    call(app, "", chat_id=CHAT, messages=messages)

    content = call(app, "/export", chat_id=CHAT).json()["content"]

    assert [one["document"] for one in content] == ["d", "a", "b", "e", "c"]


def test_an_unknown_chat_cannot_be_exported(app: FastAPI) -> None:
    answer = call(app, "/export", chat_id="unknown")

    assert answer.status_code == 400
    assert "<p>Chat collection not found in chromadb</p>" in answer.text


def test_a_purged_chat_is_gone_and_an_unknown_one_no_fault(app: FastAPI) -> None:
    fill(app)

    for _ in range(2):
        answer = call(app, "/purge", chat_id=CHAT)
        assert (answer.status_code, answer.text) == (200, "Ok")
        assert answer.headers["content-type"].startswith("text/html")
    assert call(app, "/query", chat_id=CHAT, query="key").json() == []


def test_what_the_extras_server_failed_on_is_taken_sensibly(app: FastAPI) -> None:
    twice = [message(0, "a"), message(0, "b")]
    bare = {"id": "x", "content": "c"}

    assert call(app, "", chat_id=CHAT, messages=[]).json() == {"count": 0}
    assert call(app, "", chat_id=CHAT, messages=twice).json() == {"count": 1}
    assert call(app, "", chat_id=CHAT, messages=[bare]).json() == {"count": 1}
    [_, row] = call(app, "/query", chat_id=CHAT, query="c", n_results=9).json()[::-1]
    assert (row["role"], row["date"], row["meta"]) == ("", 0, "")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"messages": []}),
        ("", {"chat_id": 5, "messages": []}),
        ("", {"chat_id": "a"}),
        ("", {"chat_id": "a", "messages": ["text"]}),
        ("", {"chat_id": "a", "messages": [{"id": "x"}]}),
        ("", {"chat_id": "a", "messages": [{"content": "x"}]}),
        ("/query", {"chat_id": "a"}),
        ("/query", {"query": "a"}),
        ("/multiquery", {"chat_list": "a", "query": "a"}),
        ("/purge", {}),
        ("/export", {}),
        ("/import", {"chat_id": "a"}),
        ("/import", {"chat_id": "a", "content": [{"id": "x", "document": "y"}]}),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_stored(
    app: FastAPI, path: str, body: dict[str, Any]
) -> None:
    answer = call(app, path, **body)

    assert answer.status_code == 400
    assert "<p>" in answer.text
    assert call(app, "/export", chat_id="a").status_code == 400
