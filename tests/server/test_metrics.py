"""The numbers that Prometheus reads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from long_term_memory.config import ServerSettings, Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import StoreError
from long_term_memory.server.app import create_app
from long_term_memory.server.metrics import MOST_MODELS, Metrics
from long_term_memory.server.usage import Usage
from long_term_memory.web.request_log import RequestLogging

Labels = tuple[tuple[str, str], ...]


def samples(metrics: Metrics) -> dict[tuple[str, Labels], float]:
    """Read the page as Prometheus does."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.page().decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(engine: Engine) -> None:
    metrics = Metrics(engine)

    metrics.request("/health", "GET", 200, 0.2)
    metrics.request("/health", "GET", 200, 0.2)

    found = samples(metrics)
    labels = (("method", "GET"), ("route", "/health"), ("status", "200"))
    assert found["ltm_requests_total", labels] == 2
    assert found["ltm_request_seconds_sum", (("route", "/health"),)] == 0.4


def test_what_the_model_did_not_answer_is_counted_by_kind(engine: Engine) -> None:
    metrics, silent = Metrics(engine), Metrics(engine, enabled=False)
    labels = (("kind", "upstream_timeout"), ("status", "504"))

    metrics.failed("upstream_timeout", 504)
    silent.failed("upstream_timeout", 504)

    assert samples(metrics)["ltm_upstream_failures_total", labels] == 1
    assert ("ltm_upstream_failures_total", labels) not in samples(silent)


def test_the_acts_of_memory_are_timed(engine: Engine) -> None:
    metrics = Metrics(engine)
    chat = engine.bank(Scope(user="u", character="c")).chat("one", host="test")

    hi = WindowMessage(role="user", content="Hi", name="You")
    chat.observe(Window(messages=(hi,), complete=True))

    found = samples(metrics)
    assert found["ltm_memory_seconds_count", (("act", "observe"),)] == 1
    assert found["ltm_banks", (("state", "open"),)] == 1
    assert found["ltm_queue", (("queue", "embedding"),)] >= 0
    assert found["ltm_queue", (("queue", "banks"),)] >= 0


def test_a_reply_is_counted_in_tokens_dollars_and_seconds(engine: Engine) -> None:
    metrics = Metrics(engine)
    usage = Usage(read=100, written=20, memory=30, saved=50, dollars=0.5)

    metrics.reply("m", usage, 2.0, 0.3)
    metrics.reply("m", usage, 2.0, None)

    found = samples(metrics)
    kinds = {
        kind: found["ltm_tokens_total", (("kind", kind), ("model", "m"))]
        for kind in ("read", "written", "memory", "saved")
    }
    assert kinds == {"read": 200, "written": 40, "memory": 60, "saved": 100}
    assert found["ltm_cost_dollars_total", (("model", "m"),)] == 1.0
    assert found["ltm_upstream_seconds_count", (("until", "first_text"),)] == 1
    assert found["ltm_upstream_seconds_count", (("until", "end"),)] == 2


def test_however_many_models_clients_name_few_are_told_apart(engine: Engine) -> None:
    metrics = Metrics(engine)

    for number in range(MOST_MODELS + 5):
        metrics.reply(f"m{number}", Usage(read=1), 1.0, None)

    found = samples(metrics)
    models = {dict(labels).get("model") for _, labels in found} - {None}
    assert len(models) == MOST_MODELS + 1
    assert found["ltm_tokens_total", (("kind", "read"), ("model", "other"))] == 5


def test_failures_are_counted_by_what_was_being_done(engine: Engine) -> None:
    metrics = Metrics(engine)

    engine.faults.report("saving the chat", StoreError("The disk is full."))

    doing = (("doing", "saving the chat"),)
    assert samples(metrics)["ltm_failures_total", doing] == 1


def test_switched_off_nothing_is_counted(engine: Engine) -> None:
    metrics = Metrics(engine, enabled=False)

    metrics.request("/health", "GET", 200, 0.2)
    metrics.reply("m", Usage(read=1), 1.0, None)

    assert not any(name == "ltm_requests_total" for name, _ in samples(metrics))
    assert not any(name == "ltm_tokens_total" for name, _ in samples(metrics))


@pytest.mark.parametrize(
    ("address", "enabled", "status"),
    [("127.0.0.1", True, 200), ("10.0.0.9", True, 403), ("127.0.0.1", False, 404)],
)
def test_the_numbers_are_read_on_this_machine_alone(
    engine: Engine, address: str, enabled: bool, status: int
) -> None:
    server = ServerSettings(metrics=enabled)
    app = create_app(engine, replace(Settings(), server=server))

    async def read() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(address, 5))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1"
        ) as client:
            await client.get("/health")
            return await client.get("/metrics")

    answer = asyncio.run(read())

    assert answer.status_code == status
    assert (b'route="/health"' in answer.content) is (status == 200)


def test_a_made_up_method_is_no_label_of_its_own(engine: Engine) -> None:
    """1,500 of them took 12 MB for as long as the server ran."""
    metrics = Metrics(engine)
    watch = RequestLogging(_answers, answered=metrics.request)
    for number in range(300):
        scope = {"type": "http", "method": f"M{number}", "path": "/", "headers": []}
        asyncio.run(watch(scope, _nothing, _ignored))

    page = metrics.page().decode()
    assert 'method="other",route="other",status="200"} 300.0' in page
    assert "M299" not in page


async def _answers(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _nothing() -> Any:
    raise AssertionError


async def _ignored(message: Any) -> None:
    del message
