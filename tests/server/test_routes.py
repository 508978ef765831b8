"""The Extras API: modules, summaries, feelings, vectors, and how faults are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from long_term_memory.build import build_engine
from long_term_memory.config import ExtrasSettings, ServerSettings, Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .test_app import ask

POSTS = ["/api/summarize", "/api/classify", "/api/embeddings/compute"]
# What SillyTavern's page and its own server send along.
PAGE = {
    "Origin": "http://127.0.0.1:8000",
    "Bypass-Tunnel-Reminder": "bypass",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = build_engine(Settings(), tmp_path / "memories", load=HashEmbedder)
    yield made
    made.close()


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    return create_app(engine, engine.settings)


def post(app: FastAPI, path: str, body: Any, **options: Any) -> httpx.Response:
    return ask(app, "POST", path, json=body, headers=PAGE, **options)


def offering(engine: Engine, modules: str) -> FastAPI:
    settings = replace(engine.settings, extras=ExtrasSettings(enable_modules=modules))
    engine.configure(settings)
    return create_app(engine, settings)


def test_the_page_learns_the_modules_and_may_read_the_answer(app: FastAPI) -> None:
    answer = ask(app, "GET", "/api/modules", headers=PAGE)

    assert answer.json() == {
        "modules": ["chromadb", "classify", "embeddings", "summarize"]
    }
    assert answer.headers["access-control-allow-origin"] == PAGE["Origin"]
    assert float(answer.headers["x-request-duration"]) >= 0
    assert ask(app, "GET", "/api/extensions").json() == {"extensions": []}


def test_the_page_may_ask_first_without_a_key(engine: Engine) -> None:
    settings = replace(
        engine.settings,
        server=ServerSettings(secure=True, data_dir=str(engine.data_dir)),
    )
    asked = {
        "Origin": PAGE["Origin"],
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    app = create_app(engine, settings)

    before = ask(app, "OPTIONS", "/api/classify", headers=asked)
    without = post(app, "/api/classify", {"text": "Hello."})

    assert before.status_code == 200
    assert (
        before.headers["access-control-allow-headers"] == "authorization,content-type"
    )
    assert "POST" in before.headers["access-control-allow-methods"]
    assert without.status_code == 401
    assert without.json() == {"error": "401: Invalid API key"}
    key = (engine.data_dir / "api_key.txt").read_text().strip()
    shown = {**PAGE, "Authorization": f"Bearer {key}"}
    assert ask(app, "GET", "/api/modules", headers=shown).status_code == 200


def test_only_what_is_enabled_and_here_is_listed(engine: Engine) -> None:
    app = offering(engine, "Classify,caption, summarize,classify")

    assert ask(app, "GET", "/api/modules").json() == {
        "modules": ["classify", "summarize"]
    }
    refused = post(app, "/api/embeddings/compute", {"text": "x"})
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    assert "<p>Module 'embeddings' not enabled in config</p>" in refused.text
    assert post(app, "/api/classify", {"text": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("/api/caption", "caption"),
        ("/api/image/models", "sd"),
        ("/api/tts/speakers", "silero-tts"),
        ("/api/talkinghead/load", "talkinghead"),
    ],
)
def test_modules_that_are_not_ours_are_off(
    app: FastAPI, path: str, module: str
) -> None:
    answer = post(app, path, {})

    assert answer.status_code == 403
    assert f"<p>Module '{module}' not enabled in config</p>" in answer.text


def test_a_text_is_told_in_short(app: FastAPI) -> None:
    text = "Mira keeps bees in the old mill by the river. The silver key is under it."

    summary = post(app, "/api/summarize", {"text": text, "params": {}}).json()[
        "summary"
    ]

    assert 0 < len(summary) < len(text)
    assert post(app, "/api/summarize", {"text": ""}).json() == {"summary": ""}


def test_a_feeling_comes_with_all_labels_the_strongest_first(app: FastAPI) -> None:
    body = {"text": "I am so happy to see you again!"}

    found = post(app, "/api/classify", body).json()["classification"]
    labels = ask(app, "GET", "/api/classify/labels").json()["labels"]

    assert found[0]["label"] == "joy"
    assert sorted(one["label"] for one in found) == labels
    assert len(labels) == 28
    scores = [one["score"] for one in found]
    assert scores == sorted(scores, reverse=True)


def test_texts_are_embedded_alone_and_in_lists(app: FastAPI) -> None:
    one = post(app, "/api/embeddings/compute", {"text": "A key."}).json()["embedding"]
    two = post(app, "/api/embeddings/compute", {"text": ["A key.", "A cat."]}).json()

    assert two["embedding"][0] == one
    assert len(two["embedding"]) == 2
    assert sum(value**2 for value in one) == pytest.approx(1)
    none = post(app, "/api/embeddings/compute", {"text": []})
    assert none.json() == {"embedding": []}


def test_an_embedder_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    def fails() -> Embedder:
        raise EmbeddingError("Its weights are missing.")

    engine = build_engine(Settings(), tmp_path, load=fails)
    app = create_app(engine, engine.settings)

    answer = post(app, "/api/embeddings/compute", {"text": "x"})

    assert answer.status_code == 503
    assert "weights are missing" in answer.text
    assert post(app, "/api/summarize", {"text": "A cat sat."}).status_code == 200
    engine.close()


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", [{"foo": 1}, {"text": None}, {"text": 5}])
def test_a_missing_text_is_told(app: FastAPI, path: str, body: Any) -> None:
    answer = post(app, path, body)

    assert answer.status_code == 400
    assert "<title>400 Bad Request</title>" in answer.text
    assert '<p>"text"' in answer.text


def test_a_list_of_other_things_is_no_list_of_texts(app: FastAPI) -> None:
    assert post(app, "/api/embeddings/compute", {"text": ["a", 5]}).status_code == 400


@pytest.mark.parametrize("path", [*POSTS, "/api/chromadb", "/api/chromadb/query"])
def test_what_is_no_json_is_refused_with_its_status(app: FastAPI, path: str) -> None:
    json = {"content-type": "application/json"}
    form = {"content-type": "text/plain"}

    assert ask(app, "POST", path, content=b"{", headers=json).status_code == 400
    assert ask(app, "POST", path, content=b"[]", headers=json).status_code == 400
    assert ask(app, "POST", path, content=b"{}", headers=form).status_code == 415
    assert ask(app, "POST", path, content=b"{}").status_code == 415
    assert ask(app, "GET", path).status_code == 405


def test_a_huge_body_is_refused(engine: Engine) -> None:
    settings = replace(engine.settings, server=ServerSettings(most_body_mb=1))
    engine.configure(settings)
    app = create_app(engine, settings)

    answer = post(app, "/api/classify", {"text": "x" * 1_100_000})

    assert answer.status_code == 413
    assert "<title>413" in answer.text


def test_large_answers_are_packed_for_who_can_unpack_them(app: FastAPI) -> None:
    body = {"text": ["A key.", "A cat.", "A step."]}

    packed = post(app, "/api/embeddings/compute", body)
    plain = ask(
        app,
        "POST",
        "/api/embeddings/compute",
        json=body,
        headers={"Accept-Encoding": "identity"},
    )

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_only_its_own_calls_are_packed_and_timed(app: FastAPI) -> None:
    for path in ("/health", "/api/ltm/last", "/openapi.json"):
        answer = ask(app, "GET", path, headers={"Accept-Encoding": "gzip"})
        assert "x-request-duration" not in answer.headers
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", POSTS[:2])
def test_a_text_that_no_model_takes_is_refused(app: FastAPI, path: str) -> None:
    answer = post(app, path, {"text": "a" * 200_001})

    assert answer.status_code == 413
    assert "send it in parts" in answer.text


def test_more_texts_than_are_embedded_at_once_are_refused(app: FastAPI) -> None:
    answer = post(app, "/api/embeddings/compute", {"text": ["a"] * 2_049})

    assert answer.status_code == 413
    assert "more than 2048 texts" in answer.text
