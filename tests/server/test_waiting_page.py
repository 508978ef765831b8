"""What a visitor sees while the editor's page is being loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from time import perf_counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from long_term_memory.server.lazy_app import LazyApp
from long_term_memory.server.waiting_page import Waiting

HERE = "http://127.0.0.1:5100"
A_PERSON = {"accept": "text/html,application/xhtml+xml"}


def page() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/editor/", lambda: PlainTextResponse("the page"))
    return app


def visit(build: Callable[[], FastAPI], act: Callable[[httpx.AsyncClient], Any]) -> Any:
    """Do something with a page that `build` makes."""

    async def go() -> Any:
        lazy = LazyApp(build)
        waiting = Waiting(lazy, f"{HERE}/v1", "/editor")
        transport = httpx.ASGITransport(app=waiting, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            try:
                return await act(client)
            finally:
                await lazy.close()

    return asyncio.run(go())


def test_a_person_has_something_to_read_before_the_page_is_there() -> None:
    may_build = Event()

    def build() -> FastAPI:
        assert may_build.wait(20)
        return page()

    async def act(client: httpx.AsyncClient) -> tuple[Any, ...]:
        began = perf_counter()
        first = await client.get("/editor/", headers=A_PERSON)
        seconds = perf_counter() - began
        before = (await client.get("/editor/loading")).json()
        may_build.set()
        program = await client.get("/editor/")
        after = (await client.get("/editor/loading")).json()
        second = await client.get("/editor/", headers=A_PERSON)
        return first, seconds, before, program, after, second

    first, seconds, before, program, after, second = visit(build, act)

    assert f"{HERE}/v1" in first.text
    assert "Copy" in first.text
    assert first.headers["cache-control"] == "no-store"
    assert seconds < 10  # and not the twenty that building may take
    assert before["share"] < 1
    assert program.text == second.text == "the page"
    assert after == {"share": 1.0}


def test_a_page_that_cannot_be_built_does_not_keep_him_waiting() -> None:
    def build() -> FastAPI:
        raise ZeroDivisionError

    async def act(client: httpx.AsyncClient) -> tuple[Any, ...]:
        await client.get("/editor/", headers=A_PERSON)
        while (await client.get("/editor/loading")).json()["share"] < 1:
            await asyncio.sleep(0.01)
        return (await client.get("/editor/", headers=A_PERSON),)

    [second] = visit(build, act)

    assert second.status_code == 500


@pytest.mark.parametrize("how", ["HEAD", "GET"])
def test_programs_wait_for_the_page_itself(how: str) -> None:
    async def act(client: httpx.AsyncClient) -> Any:
        return await client.request(how, "/editor/", headers={"accept": "*/*"})

    answer = visit(page, act)

    assert "bar" not in answer.text
