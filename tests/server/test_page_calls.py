"""What one call of the editor's page may hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine
from long_term_memory.server import page_calls
from long_term_memory.server.app import create_app
from long_term_memory.server.page_calls import MOST_CALL_BYTES, PageCalls
from tests.editor.attacks import serving

JOIN = "/editor/gradio_api/queue/join"
UPLOAD = "/editor/gradio_api/upload"
SECRET = "I hid the silver key."


class Page:
    """An app that reads what it is sent; notes how much that was."""

    def __init__(self) -> None:
        self.read = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            self.read += len(message.get("body", b""))
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


class Sent:
    """A request whose body comes in pieces, without an end if these have none."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.taken = 0
        self.status = 0

    async def receive(self) -> dict[str, Any]:
        piece = next(self._pieces, None)
        self.taken += len(piece or b"")
        body = {"body": piece or b"", "more_body": piece is not None}
        return {"type": "http.request", **body}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


def sent(
    path: str, pieces: Iterator[bytes], *, free_bytes: int = 1 << 40
) -> tuple[Page, Sent]:
    page, request = Page(), Sent(pieces)
    door = PageCalls(
        page, events={1, 2}, folder=Path(), free_bytes=lambda _: free_bytes
    )
    scope = {"type": "http", "method": "POST", "path": path}
    with suppress(ConnectionError):
        asyncio.run(door(scope, request.receive, request.send))
    return page, request


def call(**more: Any) -> bytes:
    return json.dumps({"data": [], "fn_index": 1, "session_hash": "s", **more}).encode()


def endless(piece: bytes = b"a" * 1_000_000) -> Iterator[bytes]:
    while True:
        yield piece


def test_a_call_reaches_the_page_whole() -> None:
    body = call(data=["x" * 100_000])
    page, request = sent(JOIN, iter([body[:10], body[10:]]))

    assert (page.read, request.status) == (len(body), 200)


def test_a_call_without_an_end_is_not_read_to_it() -> None:
    page, request = sent(JOIN, endless())

    assert (page.read, request.status) == (0, 413)
    assert request.taken <= MOST_CALL_BYTES + 1_000_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[[[[", 400),
        (b'{"data":' + b"[" * 100_000, 400),
        (b'{"data":[' + b"[]," * 400_000 + b"[]]}", 413),
        (call(data=[10**4000]), 413),
        (b'{"fn_index":1e400}', 413),
        (b'{"fn_index":NaN}', 400),
        (call(fn_index=3), 404),
        (call(fn_index=-1), 404),
        (call(fn_index=None), 404),
        (call(fn_index="1"), 404),
        (b"[1]", 404),
    ],
)
def test_what_the_page_cannot_bear_does_not_reach_it(body: bytes, status: int) -> None:
    page, request = sent(JOIN, iter([body]))

    assert (page.read, request.status) == (0, status)


def test_an_upload_ends_where_it_is_too_large_or_the_disk_is_full() -> None:
    small = sent(UPLOAD, iter([b"a" * 1000]))
    full = sent(UPLOAD, endless(), free_bytes=page_calls.SPARE_DISK_BYTES - 1)
    large = sent(UPLOAD, endless(b"a" * 100_000_000))

    assert [request.status for _, request in (small, full, large)] == [200, 507, 413]
    assert full[0].read == 0
    assert large[0].read <= page_calls.MOST_UPLOAD_BYTES


@pytest.mark.slow
def test_what_a_page_was_sent_stands_in_no_log(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Gradio printed each event's fault, and in its words what the event was sent."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    file = {"path": f"/x/{SECRET}", "meta": {"_type": "gradio.FileData"}}
    with (
        serving(create_app(engine, Settings())) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        events = client.get("/editor/config").json()["dependencies"]
        events = [one for one in events if one["backend_fn"]]
        for event in events:
            for data in ([SECRET] * 40, [SECRET], [[SECRET]] * len(event["inputs"])):
                client.post(JOIN, json=body_of(event, data))
            client.post(JOIN, json=body_of(event, [file] * len(event["inputs"])))
        wrong = client.post(JOIN, json=body_of({"id": 99_999}, []))
        answers = told(client)

    printed = capfd.readouterr()
    assert wrong.status_code == 404
    assert len(answers) > 100
    assert "The page was asked what it cannot do" in caplog.text
    assert SECRET not in printed.err + printed.out + caplog.text
    assert "Traceback" not in printed.err


def body_of(event: Any, data: list[Any]) -> dict[str, Any]:
    return {"data": data, "fn_index": event["id"], "session_hash": "s"}


def told(client: httpx.Client) -> list[str]:
    """Return what the page answers, until all events are done."""
    way = "/editor/gradio_api/queue/data?session_hash=s"
    with client.stream("GET", way) as stream:
        return [line for line in stream.iter_lines() if line.startswith("data:")]
