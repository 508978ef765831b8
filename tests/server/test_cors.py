"""Which pages of other origins may call the server."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from long_term_memory.identity.auth import Keys
from long_term_memory.identity.callers import Identify
from long_term_memory.web.middleware import OriginCheck

ALLOWED = "access-control-allow-origin"


def client() -> TestClient:
    app = Identify(PlainTextResponse("in"), keys=Keys("mine"))
    door = OriginCheck(
        app,
        host="127.0.0.1",
        origins="https://tavern.example/, https://b.example",
    )
    headers = {"Authorization": "Bearer mine"}
    return TestClient(door, base_url="http://127.0.0.1:5100", headers=headers)


WELCOME = ["http://localhost:8000", "https://127.0.0.1", "https://tavern.example"]
FOREIGN = [
    "http://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "file://localhost",
]


@pytest.mark.parametrize("origin", WELCOME)
@pytest.mark.parametrize("path", ["/api/chromadb", "/v1/models", "/api/ltm/last"])
def test_a_page_of_this_machine_may_call(origin: str, path: str) -> None:
    answer = client().post(path, headers={"origin": origin})
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == origin
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_neither_writes_nor_reads(origin: str) -> None:
    assert client().post("/api/chromadb", headers={"origin": origin}).status_code == 403
    assert ALLOWED not in client().get("/api/x", headers={"origin": origin}).headers
    assert client().get("/api/ltm/x", headers={"origin": origin}).status_code == 403


def test_the_editor_is_for_its_own_origin_alone() -> None:
    answer = client().get("/editor/", headers={"origin": WELCOME[0]})
    assert answer.status_code == 403


def test_the_question_before_a_call_is_answered_without_a_key() -> None:
    asked = {
        "origin": WELCOME[0],
        "authorization": "",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,bypass-tunnel-reminder",
    }
    answer = client().options("/api/chromadb", headers=asked)
    told = answer.headers
    assert answer.status_code == 200
    assert (
        told["access-control-allow-headers"] == asked["access-control-request-headers"]
    )
    assert "POST" in told["access-control-allow-methods"]
    assert told[ALLOWED] == WELCOME[0]


def test_a_refused_key_can_be_read_by_the_page_that_showed_it() -> None:
    headers = {"origin": WELCOME[0], "Authorization": "Bearer wrong"}
    answer = client().get("/api/modules", headers=headers)
    assert (answer.status_code, answer.headers[ALLOWED]) == (401, WELCOME[0])
