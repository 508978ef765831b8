"""The interface is described to programs and people."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI, Request

from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.server.app import create_app
from long_term_memory.server.openai.client_hints import _READERS, BESIDE
from long_term_memory.server.openapi import BODIES, describe, page_of
from tests.server.test_app import ask


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    return create_app(engine, Settings())


def test_the_schema_is_there_and_names_every_body_that_is_read_by_hand(
    app: FastAPI,
) -> None:
    schema = ask(app, "GET", "/openapi.json").json()

    assert {path for path in BODIES if "v1" in path} <= set(schema["paths"])
    chat = schema["paths"]["/v1/chat/completions"]["post"]
    assert "messages" in str(chat["requestBody"])
    assert "422" not in chat["responses"]


def test_every_field_that_tells_of_a_chat_is_described(app: FastAPI) -> None:
    body = BODIES["/v1/chat/completions"]["properties"]
    spellings = {"character", "last", "conv_id"}

    assert set(body["ltm"]["properties"]) == set(_READERS) - spellings
    assert set(BESIDE) <= set(body)


def test_the_page_loads_nothing_and_shows_all_routes(app: FastAPI) -> None:
    page = ask(app, "GET", "/docs")

    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"<(script|link|img|iframe)|url\(|//", page.text[20:])
    for path in ask(app, "GET", "/openapi.json").json()["paths"]:
        assert path in page.text


def test_what_the_page_shows_is_text_and_no_markup() -> None:
    app = FastAPI(title="<b>", version="1")

    @app.post("/here", description="<script>")
    def here(request: Request, word: str) -> None: ...

    page = page_of(describe(app))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "query: word" in page
