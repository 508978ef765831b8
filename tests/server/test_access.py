"""Who may ask what: the table in docs/http-api.md, held against every real route."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI

from long_term_memory.build import build_engine
from long_term_memory.config import ServerSettings, Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.identity.auth import KEY_FILE
from long_term_memory.identity.callers import INVALID_KEY, OWNERS_ALONE, TWO_KEYS
from long_term_memory.server.app import create_app
from long_term_memory.server.lazy_app import LazyApp
from long_term_memory.testing import HashEmbedder
from long_term_memory.web.middleware import FOREIGN

DOCS = Path(__file__).resolve().parents[2] / "docs" / "http-api.md"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MINE, ANNAS, BENS = (f"{name}-0123456789abcdef" for name in ("mine", "annas", "bens"))
HOST = (b"host", b"127.0.0.1:5100")
EDITOR = "/editor"
# Long enough for a thread to load nothing and a model that is not set to be missed.
PATIENT_SECONDS = 60.0


class Row(NamedTuple):
    """A row of the table."""

    patterns: tuple[str, ...]
    methods: frozenset[str]
    nobody: str
    person: str
    owner: str

    def is_of(self, path: str) -> bool:
        return any(fnmatchcase(path, one) for one in self.patterns)


def table() -> list[Row]:
    text = DOCS.read_text("utf-8").partition("| Path | Methods | Without a key |")[2]
    rows = []
    for line in text.splitlines()[2:]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        paths, methods = re.findall(r"`([^`]+)`", cells[0]), cells[1].split(", ")
        rows.append(Row(tuple(paths), frozenset(methods), *cells[2:5]))
    return rows


class Answer(NamedTuple):
    """How a request was answered, as far as the first of it tells."""

    status: int
    words: str

    @property
    def got_in(self) -> bool:
        refusals = (INVALID_KEY, OWNERS_ALONE, FOREIGN, TWO_KEYS)
        return not any(one in self.words for one in refusals)


async def ask(
    app: FastAPI,
    method: str,
    path: str,
    *headers: tuple[str, str],
    kind: str = "http",
) -> Answer:
    """Ask without a body, and leave as soon as the answer begins."""
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [HOST, *((a.encode(), b.encode("latin-1")) for a, b in headers)],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 5100),
        "subprotocols": [],
    }
    if kind == "websocket":
        del scope["method"]
    begun: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    parts: list[bytes] = []
    ended = asyncio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        if kind == "websocket":
            return {"type": "websocket.connect"}
        found = next(asked, None)
        if found is None:
            await ended.wait()
            return {"type": "http.disconnect"}
        return found

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                ended.set()
        elif not begun.done():
            begun.set_result(message)

    work = asyncio.create_task(app(scope, receive, send))
    await asyncio.wait(
        {work, begun}, timeout=PATIENT_SECONDS, return_when="FIRST_COMPLETED"
    )
    if begun.done() and not ended.is_set():
        await asyncio.wait({work}, timeout=0.05)
    ended.set()
    if not work.done():
        work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    first: dict[str, Any] = begun.result() if begun.done() else {"type": "silence"}
    if first["type"] != "http.response.start":
        sockets = {"websocket.accept": 101, "websocket.close": 403}
        return Answer(sockets.get(str(first["type"]), 0), "")
    return Answer(first["status"], b"".join(parts).decode("utf-8", "replace"))


def lazy_in(app: Any) -> LazyApp | None:
    """Return the page's app, which its first visitor builds, from what is around it."""
    while app is not None and not isinstance(app, LazyApp):
        app = getattr(app, "_app", None)
    return app


def routes_of(routes: Any, before: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Yield path and methods of every route, those of mounted apps too."""
    for route in routes:
        inner: Any = getattr(route, "original_router", None)
        inner = inner or getattr(route, "app", None)
        here = before + getattr(route, "path", "")
        if (lazy := lazy_in(inner)) is not None:
            page: Any = lazy._app
            assert page is not None
            yield here, frozenset(METHODS)
            yield from routes_of(page.routes)
        elif getattr(route, "methods", None):
            yield here, frozenset(route.methods)
        elif hasattr(inner, "routes"):
            yield from routes_of(inner.routes, here)
        else:
            # Files, or a socket.
            yield here, frozenset({"GET"})


def filled(path: str) -> str:
    """Return a path of a route with something in its places."""
    return re.sub(r"\{[^}]*\}", "x", path)


@asynccontextmanager
async def served(engine: Engine, settings: Settings) -> Any:
    app = create_app(engine, settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("LTM_API_KEY", raising=False)
    keys = f"{MINE}\nanna: {ANNAS}\nben: {BENS}\n"
    (tmp_path / KEY_FILE).write_text(keys, encoding="utf-8")
    (tmp_path / KEY_FILE).chmod(0o600)
    settings = Settings(server=ServerSettings(secure=True, data_dir=str(tmp_path)))
    engine = build_engine(settings, tmp_path, load=HashEmbedder)
    yield engine, settings
    engine.close()


def bearer(key: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {key}")


Sent = tuple[tuple[str, str], ...]
# Everybody, by what he sends; those of one kind are answered alike.
NOBODY: list[Sent] = [
    (),
    (bearer("wrong"),),
    (bearer(""),),
    (("authorization", ANNAS),),
]
NOBODY += [(("x-api-key", MINE),)]
NOBODY += [
    (("proxy-authorization", f"Bearer {MINE}"),),
    (("cookie", f"key={MINE}"),),
    (("x-ltm-user-id", "anna"),),
]
PEOPLE: list[Sent] = [(bearer(ANNAS),), (bearer(BENS), ("x-api-key", MINE))]
PEOPLE += [(("Authorization", f"bEaReR  {ANNAS}"), ("x-ltm-user-id", "ben"))]
OWNER: list[Sent] = [(bearer(MINE),), (("AUTHORIZATION", f"BEARER {MINE} "),)]
TWICE: list[Sent] = [(bearer("x"), bearer(ANNAS)), (bearer(ANNAS), bearer(MINE))]
TWICE += [(bearer(MINE), ("Authorization", "")), (bearer(f"{ANNAS},Bearer {MINE}"),)]
FOREIGNERS = [("origin", "http://evil.example"), ("origin", "null")]
FOREIGNERS += [("origin", "http://127.0.0.1:5100.evil.example")]
FOREIGNERS += [("sec-fetch-site", "cross-site")]
AT_HOME = [("origin", "http://127.0.0.1:5100"), ("sec-fetch-site", "same-origin")]


@pytest.mark.gradio
@pytest.mark.slow
def test_every_route_answers_as_the_table_says(place: Any) -> None:
    rows = table()

    async def everything() -> tuple[int, list[str]]:
        async with served(*place) as app:
            # Without a key nothing of the page is loaded.
            await ask(app, "GET", "/editor/")
            await ask(app, "OPTIONS", "/editor/", bearer(MINE))
            await ask(app, "GET", "/editor/", bearer(MINE), FOREIGNERS[3])
            [page] = [r for r in app.routes if getattr(r, "path", "") == EDITOR]
            lazy = lazy_in(getattr(page, "app", None))
            assert lazy is not None
            assert lazy._app is None
            assert (await ask(app, "GET", "/editor/", bearer(MINE))).status == 200
            found = dict.fromkeys(routes_of(app.routes))
            wrong = [line async for line in _wrong(app, rows, found)]
            return len(found), wrong

    count, wrong = asyncio.run(everything())
    assert count > 60
    assert wrong == []


async def _wrong(app: FastAPI, rows: list[Row], found: Any) -> Any:
    """Yield what differs from the table, route by route."""
    seen: set[int] = set()
    for route, methods in found:
        path = filled(route)
        mine = [number for number, row in enumerate(rows) if row.is_of(path)]
        if len(mine) != 1:
            yield f"{route} stands in {len(mine)} rows"
            continue
        row = rows[mine[0]]
        seen |= set(mine)
        if not methods - {"OPTIONS", "HEAD"} <= row.methods:
            yield f"{route} answers {methods}, the table has {row.methods}"
        for method in METHODS:
            async for line in _of_one(app, row, method, path):
                yield f"{method} {path}: {line}"
    for number in set(range(len(rows))) - seen:
        yield f"{rows[number].patterns} is no route"


async def _of_one(app: FastAPI, row: Row, method: str, path: str) -> Any:
    answered = method in row.methods
    for cell, callers in (
        (row.nobody, NOBODY),
        (row.person, PEOPLE),
        (row.owner, OWNER),
    ):
        for sent in callers:
            told = await ask(app, method, path, *sent)
            refused = cell if cell.isdigit() else ""
            if told.got_in == bool(refused) or (
                refused and str(told.status) != refused
            ):
                yield f"{sent} was answered {told}, not {cell!r}"
            if not refused and not answered and told.status not in (404, 405):
                yield f"{sent} was answered {told}, and the table has no such method"
    for sent in TWICE:
        if (told := await ask(app, method, path, *sent)).status != 400:
            yield f"{sent} was answered {told}"
    for origin in FOREIGNERS:
        told = await ask(app, method, path, bearer(MINE), origin)
        open_to_all = row.nobody.startswith("yes") and method in ("GET", "HEAD")
        if told.got_in != open_to_all:
            yield f"{origin} was answered {told}"
    for origin in AT_HOME:
        told = await ask(app, method, path, bearer(MINE), origin)
        if not told.got_in:
            yield f"{origin} was answered {told}"
    for odd, status in (("OPTIONS", 200), ("TRACE", 405), ("get", 405), ("GETS", 405)):
        if (told := await ask(app, odd, path)).status != status:
            yield f"{odd} was answered {told}"


def test_other_paths_and_sockets_are_the_owners(place: Any) -> None:
    async def everything() -> Any:
        async with served(*place) as app:
            for path in ("/no/such", "//health", "/HEALTH", "/Editor", "/v1x", "/api"):
                told = [
                    (await ask(app, "GET", path, *sent)).status
                    for sent in (NOBODY[0], PEOPLE[0], OWNER[0])
                ]
                assert told == [401, 403, 404], path
            for path in ("/", "/v1/models", "/editor/x"):
                for sent in (*NOBODY, *PEOPLE, *TWICE):
                    socket = await ask(app, "", path, *sent, kind="websocket")
                    assert socket.status == 403

    asyncio.run(everything())


def test_only_the_owner_has_the_embedding_model_loaded(place: Any) -> None:
    async def everything() -> Any:
        async with served(*place) as app:
            path = "/health/embed?probe=true"
            told = [await ask(app, "GET", path, bearer(key)) for key in (ANNAS, MINE)]
            assert [one.status for one in told] == [403, 200]
            assert '"dimension"' in told[1].words

    asyncio.run(everything())


def test_without_keys_this_machine_is_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LTM_API_KEY", raising=False)
    settings = Settings(server=ServerSettings(data_dir=str(tmp_path)))
    engine = build_engine(settings, tmp_path, load=HashEmbedder)

    async def everything() -> Any:
        async with served(engine, settings) as app:
            for sent in ((), (bearer("sk-of-the-model"),)):
                assert (await ask(app, "GET", "/metrics", *sent)).status == 200
            assert (await ask(app, "GET", "/metrics", *TWICE[0])).status == 400

    asyncio.run(everything())
    engine.close()


def test_a_key_anywhere_but_in_its_header_is_none(place: Any) -> None:
    async def everything() -> Any:
        async with served(*place) as app:
            for name in ("key", "api_key", "access_token", "authorization", "password"):
                told = await ask(app, "GET", f"/metrics?{name}={MINE}")
                assert told.status == 401, name
                for header in (("cookie", f"{name}={MINE}"), (f"x-{name}", MINE)):
                    told = await ask(app, "GET", "/metrics", header)
                    assert told.status == 401, header
            assert (await ask(app, "GET", "/metrics", bearer(MINE))).status == 200

    asyncio.run(everything())
