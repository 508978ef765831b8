"""The server's routes, and who may use them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from long_term_memory import __version__
from long_term_memory.config import ServerSettings, Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput, NotFound, StoreError
from long_term_memory.server.app import create_app
from long_term_memory.server.lazy_app import LazyApp
from long_term_memory.server.site import GREETING
from long_term_memory.web.errors import LastResort, register
from long_term_memory.web.middleware import OriginCheck

HERE = "http://127.0.0.1:5100"
BROWSER = {"accept": "text/html,application/xhtml+xml"}


def ask(
    app: Any, method: str, path: str, *, host: str = HERE, **options: Any
) -> httpx.Response:
    """Send one request to an app."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=host) as client:
            return await client.request(method, path, **options)

    return asyncio.run(send())


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    return create_app(engine, Settings())


def test_health_says_what_runs(app: FastAPI) -> None:
    health = ask(app, "GET", "/health").json()

    assert health["status"] == "ok"
    assert health["version"] == __version__
    assert health["banks"] == 0
    assert health["embedder"]["name"] == "all-MiniLM-L6-v2"
    assert health["uptime_seconds"] >= 0
    assert health["last_error"] is None


def test_health_tells_the_last_error(app: FastAPI, engine: Engine) -> None:
    engine.faults.report("saving the chat", StoreError("The disk is full."))

    assert ask(app, "GET", "/health").json()["last_error"] == "The disk is full."


def test_the_root_sends_browsers_to_the_editor_and_greets_others(app: FastAPI) -> None:
    browser = ask(app, "GET", "/", headers=BROWSER)
    other = ask(app, "GET", "/")

    assert browser.status_code == 307
    assert browser.headers["location"] == "/editor/"
    assert other.json() == {
        "status": "ok",
        "message": GREETING,
        "name": "long-term-memory",
        "version": __version__,
    }


def test_an_unknown_path_is_answered_as_json(app: FastAPI) -> None:
    answer = ask(app, "GET", "/nothing")

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "NotFound"


def test_what_a_browser_asks_for_at_the_root_is_there(app: FastAPI) -> None:
    assert ask(app, "GET", "/favicon.ico").headers["content-type"] == "image/svg+xml"
    assert ask(app, "GET", "/manifest.json").json()["start_url"] == "/editor/"


def test_no_answer_may_load_anything_from_elsewhere(app: FastAPI) -> None:
    policy = ask(app, "GET", "/health").headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_the_server_answers_to_the_names_of_this_machine(
    app: FastAPI, name: str
) -> None:
    assert ask(app, "GET", "/health", host=f"http://{name}:5100").status_code == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "192.168.1.9", "localhost.", ""]
)
def test_a_name_that_a_website_pointed_here_is_refused(app: FastAPI, name: str) -> None:
    answer = ask(app, "GET", "/health", headers={"host": name})

    assert answer.status_code == 403
    assert "address it was started with" in answer.json()["error"]["message"]


def test_the_name_it_was_started_with_is_answered_too(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_API_KEY", "mine-0123456789abcdef")
    settings = replace(Settings(), server=ServerSettings(host="memory.lan"))

    app = create_app(engine, settings)

    assert ask(app, "GET", "/health", host="http://memory.lan").status_code == 200


def test_listening_everywhere_it_answers_to_addresses_but_to_no_foreign_name(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_API_KEY", "mine-0123456789abcdef")
    app = create_app(engine, replace(Settings(), server=ServerSettings(host="0.0.0.0")))

    assert ask(app, "GET", "/health", host="http://192.168.1.9").status_code == 200
    assert ask(app, "GET", "/health", host="http://evil.example").status_code == 403


async def _greet(scope: Any, receive: Any, send: Any) -> None:
    """Answer any request with 200."""
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.mark.parametrize(
    ("method", "path", "origin", "status"),
    [
        ("GET", "/health", "http://evil.example", 200),
        ("POST", "/health", "http://evil.example", 403),
        ("POST", "/health", "null", 403),
        ("POST", "/health", "http://[", 403),
        ("POST", "/health", HERE, 200),
        ("POST", "/health", "http://localhost:9999", 403),
        ("GET", "/editor/gradio_api/queue/data", "http://evil.example", 403),
        ("GET", "/editor/gradio_api/queue/data", HERE, 200),
        ("DELETE", "/health", "http://evil.example", 403),
    ],
)
def test_a_foreign_page_may_not_write_nor_use_the_editor(
    method: str, path: str, origin: str, status: int
) -> None:
    app = OriginCheck(_greet, host="127.0.0.1")

    answer = ask(app, method, path, headers={"origin": origin})

    assert answer.status_code == status


def test_a_foreign_page_may_not_open_a_socket() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:5100"), (b"origin", b"http://evil.example")]
    scope = {"type": "websocket", "path": "/x", "headers": headers}
    door = OriginCheck(_greet, host="127.0.0.1")
    asyncio.run(door(scope, _never, send))

    assert [message["type"] for message in sent] == ["websocket.close"]


async def _never() -> Any:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize(
    ("error", "status", "field"),
    [
        (InvalidInput("No text.", field="content"), 400, "content"),
        (NotFound("No such memory."), 404, None),
        (StoreError("The disk is full."), 503, None),
    ],
)
def test_our_errors_become_json_with_their_status(
    error: Exception, status: int, field: str | None
) -> None:
    app = FastAPI()
    register(app)

    @app.get("/fails")
    def fails() -> None:
        raise error

    answer = ask(app, "GET", "/fails")

    assert answer.status_code == status
    assert answer.json()["error"]["type"] == type(error).__name__
    assert answer.json()["error"]["message"] == str(error)
    assert answer.json()["error"].get("field") == field


def test_a_request_of_the_wrong_shape_names_the_field() -> None:
    app = FastAPI()
    register(app)

    @app.get("/number/{number}")
    def number(number: int) -> int:
        return number

    answer = ask(app, "GET", "/number/seven")

    assert answer.status_code == 400
    assert "number" in answer.json()["error"]["field"]


SECRET = "I hid the silver key."


class Bare:
    """An app that only fails, behind the last resort."""

    def __init__(self, fails: Callable[[], Awaitable[None]]) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await fails()

        self._app = LastResort(app)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)


def test_a_bug_is_answered_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ZeroDivisionError(SECRET)

    answer = ask(Bare(fails), "GET", "/fails")

    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "in fails" in caplog.text
    assert SECRET not in caplog.text


def test_a_bug_after_the_end_of_an_answer_adds_nothing_to_it() -> None:
    """An app within ours answers its own bugs, and raises them afterwards."""

    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"told"})
        raise ZeroDivisionError(SECRET)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(LastResort(fails)({"type": "http"}, no_body, send))

    assert [message["type"] for message in sent] == [
        "http.response.start",
        "http.response.body",
    ]


async def no_body() -> Any:
    return {"type": "http.request", "body": b""}


def test_a_bug_within_a_stream_ends_the_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def words() -> Any:
        yield b"once"
        raise ZeroDivisionError(SECRET)

    async def fails() -> StreamingResponse:
        return StreamingResponse(words())

    app = FastAPI()
    app.add_api_route("/fails", fails)
    answer = ask(LastResort(app), "GET", "/fails")

    assert answer.content == b"once"
    assert "ZeroDivisionError" in caplog.text
    assert SECRET not in caplog.text


def test_a_lazy_app_is_built_once_and_lives_until_it_is_closed() -> None:
    events: list[str] = []

    def build() -> FastAPI:
        events.append("built")

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            events.append("began")
            yield
            events.append("ended")

        app = FastAPI(lifespan=lifespan)
        app.add_api_route("/hello", lambda: "hello")
        return app

    async def visit() -> None:
        lazy = LazyApp(build)
        assert events == []
        transport = httpx.ASGITransport(app=lazy)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            answers = await asyncio.gather(*(client.get("/hello") for _ in range(3)))
        assert [answer.json() for answer in answers] == ["hello"] * 3
        await lazy.close()

    asyncio.run(visit())

    assert events == ["built", "began", "ended"]


def test_a_lazy_app_that_nobody_visited_closes_at_once() -> None:
    def build() -> FastAPI:
        raise AssertionError("nobody came")

    asyncio.run(LazyApp(build).close())


@pytest.mark.gradio
def test_the_editor_is_built_by_its_first_visitor(engine: Engine) -> None:
    app = create_app(engine, Settings())

    async def visit() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=HERE) as client,
        ):
            page = await client.get("/editor/")
            config = await client.get("/editor/config")
            asset = page.text.partition('src="./assets/')[2].partition('"')[0]
            return [page, config, await client.get(f"/editor/assets/{asset}")]

    page, config, asset = asyncio.run(visit())

    assert "gradio" in sys.modules
    assert page.status_code == 200
    assert "Long-term memory" in page.text
    assert config.json()["analytics_enabled"] is False
    assert "javascript" in asset.headers["content-type"]
