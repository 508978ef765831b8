"""What is logged of a request: its id and how it went, never what was said."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from long_term_memory.engine.faults import Faults, guard, utc_now
from long_term_memory.errors import StoreError
from long_term_memory.web.request_log import (
    JsonFormatter,
    RequestLogging,
    TextFormatter,
    set_up,
)

SECRET = "I hid the silver key."


class Kept(logging.Handler):
    """Keeps lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Kept]:
    logger = logging.getLogger("long_term_memory")
    kept, level = Kept(), logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(kept)
    logger.setLevel(level)


def asked(app: Any, path: str, **options: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1"
        ) as client:
            return await client.post(path, **options)

    return asyncio.run(send())


def test_a_request_has_an_id_in_its_answer_and_in_all_its_lines(log: Kept) -> None:
    told: list[tuple[str, str, int]] = []
    app = FastAPI()

    @app.post("/say/{place}")
    async def say(place: int) -> int:
        logging.getLogger("long_term_memory").warning("Something of note.")
        return place

    watch = RequestLogging(app, answered=lambda *known: told.append(known[:3]))
    answer = asked(watch, "/say/7?text=" + SECRET, json={"text": SECRET})

    first, second = map(json.loads, log.lines)
    assert first["request_id"] == second["request_id"]
    assert answer.headers["x-request-id"] == first["request_id"]
    assert (second["route"], second["status"]) == ("/say/{place}", 200)
    assert second["seconds"] >= 0
    assert told == [("/say/{place}", "POST", 200)]
    assert SECRET not in "".join(log.lines)


def test_a_path_that_is_no_route_is_not_logged_as_it_came(log: Kept) -> None:
    answer = asked(RequestLogging(FastAPI(), answered=lambda *_: None), f"/{SECRET}")

    [line] = map(json.loads, log.lines)
    assert answer.status_code == 404
    assert line["route"] == "other"


def test_an_unforeseen_error_is_logged_by_its_place_alone(log: Kept) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        logging.getLogger("long_term_memory").error("It failed.", exc_info=error)

    [line] = map(json.loads, log.lines)
    assert line["error"] == "ValueError"
    assert "test_request_log.py" in line["where"][0]
    assert SECRET not in log.lines[0]


def test_an_error_of_ours_is_logged_with_its_words(log: Kept) -> None:
    error = StoreError("The disk is full.")
    logging.getLogger("long_term_memory").error("It failed.", exc_info=error)

    assert json.loads(log.lines[0])["words"] == "The disk is full."


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_no_form_of_the_log_holds_the_words_of_a_foreign_error(
    formatter: logging.Formatter,
) -> None:
    said = SECRET
    try:
        try:
            raise KeyError(said)
        except KeyError as error:
            raise ValueError(f"it failed on {said}") from error
    except ValueError as error:
        record = logging.LogRecord(
            "asyncio",
            logging.ERROR,
            "",
            0,
            "It failed.",
            None,
            (type(error), error, None),
        )
    line = formatter.format(record)

    assert "It failed." in line
    assert "test_request_log.py" in line
    assert "ValueError" in line
    assert SECRET not in line


def test_a_bug_is_reported_by_its_places_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = SECRET
    faults = Faults(utc_now)

    def fails() -> None:
        raise ValueError(said)

    guard(faults, "saving the chat", fails, lambda: None)

    assert "ValueError" in caplog.text
    assert "in fails" in caplog.text
    assert SECRET not in caplog.text
    assert faults.last is not None
    assert SECRET not in faults.last.for_the_owner


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_task_that_nobody_waited_for_is_logged_without_its_words(
    formatter: logging.Formatter,
) -> None:
    """Asyncio writes the task's error into the message itself."""
    said, lines = SECRET, list[str]()

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    async def fails() -> None:
        raise ValueError(said)

    async def forgets() -> None:
        task = asyncio.create_task(fails())
        await asyncio.wait({task})
        del task
        gc.collect()

    handler = Lines()
    logging.getLogger("asyncio").addHandler(handler)
    try:
        asyncio.run(forgets())
    finally:
        logging.getLogger("asyncio").removeHandler(handler)

    assert "never retrieved" in lines[0]
    assert SECRET not in "".join(lines)


def test_set_up_decides_how_everything_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = SECRET
    root, ours = logging.getLogger(), logging.getLogger("long_term_memory")
    before = (root.handlers, root.level, ours.level)
    hook, warned = threading.excepthook, warnings.showwarning

    def fails() -> None:
        raise ValueError(said)

    try:
        set_up("text")
        [handler] = root.handlers
        assert isinstance(handler.formatter, TextFormatter)
        assert ours.level == before[2]
        set_up("json")
        [handler] = root.handlers
        assert isinstance(handler.formatter, JsonFormatter)
        root.handlers = before[0]
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
        assert "in fails" in caplog.text
        warnings.showwarning(said, UserWarning, "library.py", 7)
        assert "UserWarning in library.py:7" in caplog.text
        assert SECRET not in caplog.text
    finally:
        threading.excepthook, warnings.showwarning = hook, warned
        root.handlers, root.level = before[0], before[1]
        ours.setLevel(before[2])


def test_other_traffic_passes_untouched() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        raise AssertionError

    watch = RequestLogging(app, answered=lambda *_: None)
    asyncio.run(watch({"type": "lifespan"}, receive, send))

    assert seen == ["lifespan"]
