"""Routes whose declarations are read when somebody asks for them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from long_term_memory.web.late_routes import LateRoute


@pytest.fixture
def route_and_app() -> tuple[LateRoute, FastAPI]:
    router = APIRouter(prefix="/doubled", route_class=LateRoute)

    @router.get("/{number}")
    def doubled(number: int) -> dict[str, int]:
        return {"is": 2 * number}

    app = FastAPI()
    app.router.routes.extend(router.routes)
    [route] = router.routes
    assert isinstance(route, LateRoute)
    return route, app


def ask(app: FastAPI, method: str, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as it:
            return await it.request(method, path)

    return asyncio.run(asked())


def test_the_first_request_and_those_after_it_are_answered(
    route_and_app: tuple[LateRoute, FastAPI],
) -> None:
    route, app = route_and_app
    assert not hasattr(route, "dependant")

    first = ask(app, "GET", "/doubled/2")
    kept = route.dependant

    assert first.json() == {"is": 4}
    assert ask(app, "GET", "/doubled/3").json() == {"is": 6}
    assert ask(app, "GET", "/doubled/three").status_code == 422
    assert route.dependant is kept


def test_another_method_is_refused_as_on_any_route(
    route_and_app: tuple[LateRoute, FastAPI],
) -> None:
    _, app = route_and_app

    answer = ask(app, "HEAD", "/doubled/2")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
