"""Numbers for Prometheus.

Owns: what is counted, under which names, and the page that shows it.
Knows nothing of: what the numbers mean to memory, who may read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from ..engine.engine import Engine
from ..errors import NotFound
from ..models.text import valid_unicode
from ..web.errors import answer
from .usage import Usage

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# Recall takes milliseconds, a reply minutes.
STEP_SECONDS: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0),
)
REPLY_SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
# Clients choose the model's name; so many are told apart.
MOST_MODELS: Final = 20
LONGEST_NAME: Final = 100


class Metrics:
    """Counters of one server."""

    def __init__(self, engine: Engine, *, enabled: bool = True) -> None:
        """Count from zero; the engine tells how long its acts take.

        Args:
            engine: Whose queues and failures are shown.
            enabled: If false nothing is counted.
        """
        self.enabled = enabled
        self._registry = CollectorRegistry()
        self._models: set[str] = set()
        self._requests = Counter(
            "ltm_requests",
            "Answered requests.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._request_seconds = self._histogram(
            "ltm_request_seconds", "From request to end of answer.", "route"
        )
        self._act_seconds = self._histogram(
            "ltm_memory_seconds",
            "Acts of memory: observe, recall, and compose, which recalls, too.",
            "act",
            STEP_SECONDS,
        )
        self._model_seconds = self._histogram(
            "ltm_upstream_seconds",
            "From asking the model to its first text and to its end.",
            "until",
        )
        self._upstream_failures = Counter(
            "ltm_upstream_failures",
            "Calls that the model did not answer, or not to the end.",
            ("kind", "status"),
            registry=self._registry,
        )
        self._tokens = Counter(
            "ltm_tokens",
            "Tokens the model read and wrote, memory's among them, and those saved.",
            ("kind", "model"),
            registry=self._registry,
        )
        self._dollars = Counter(
            "ltm_cost_dollars",
            "What the model cost by the price list.",
            ("model",),
            registry=self._registry,
        )
        self._registry.register(_OfEngine(engine))
        ProcessCollector(registry=self._registry)
        if enabled:
            engine.timings.tell(self._act)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        if self.enabled:
            self._requests.labels(route, method, str(status)).inc()
            self._request_seconds.labels(route).observe(seconds)

    def reply(
        self, model: str, usage: Usage, seconds: float, first: float | None
    ) -> None:
        """Count a reply of the model.

        Args:
            model: Which.
            usage: What it took.
            seconds: Until its end.
            first: Until its first text, if it came in pieces.
        """
        if not self.enabled:
            return
        self._model_seconds.labels("end").observe(seconds)
        if first is not None:
            self._model_seconds.labels("first_text").observe(first)
        model = self._known(model)
        for kind in ("read", "written", "memory", "saved"):
            self._tokens.labels(kind, model).inc(getattr(usage, kind))
        self._dollars.labels(model).inc(usage.dollars)

    def failed(self, kind: str, status: int) -> None:
        """Count a call that the model did not answer."""
        if self.enabled:
            self._upstream_failures.labels(kind, str(status)).inc()

    def router(self, allowed: Callable[[Request], bool]) -> APIRouter:
        """Return the route of the page.

        Args:
            allowed: Whether a request may read it: it names models and habits.
        """
        router = APIRouter(tags=["health"])

        @router.get("/metrics", response_class=Response)
        def metrics(request: Request) -> Response:
            """Show the numbers to Prometheus: on this machine, or with the key."""
            if not self.enabled:
                raise NotFound("Nothing is counted: the setting `metrics` is off.")
            if not allowed(request):
                return answer(
                    403, "Refused", "Read the numbers on this machine, or with the key."
                )
            return Response(self.page(), media_type=MEDIA_TYPE)

        return router

    def page(self) -> bytes:
        """Return all numbers in Prometheus' format."""
        return generate_latest(self._registry)

    def _act(self, act: str, seconds: float) -> None:
        self._act_seconds.labels(act).observe(seconds)

    def _known(self, model: str) -> str:
        model = valid_unicode(model[:LONGEST_NAME])
        if len(self._models) < MOST_MODELS:
            self._models.add(model)
        return model if model in self._models else "other"

    def _histogram(
        self,
        name: str,
        about: str,
        label: str,
        buckets: tuple[float, ...] = REPLY_SECONDS,
    ) -> Histogram:
        return Histogram(
            name, about, (label,), buckets=buckets, registry=self._registry
        )


class _OfEngine(Collector):
    """What the engine knows itself, read when somebody looks."""

    def __init__(self, engine: Engine) -> None:
        """Look at an engine."""
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        """Yield queues, banks and failures."""
        now = self._engine.status()
        queue = GaugeMetricFamily(
            "ltm_queue", "Work that waits, by kind.", labels=["queue"]
        )
        queue.add_metric(["embedding"], now.due)
        queue.add_metric(["banks"], self._engine.load().banks_due)
        yield queue
        banks = GaugeMetricFamily("ltm_banks", "Banks of memories.", labels=["state"])
        banks.add_metric(["on_disk"], now.banks)
        banks.add_metric(["open"], now.open_banks)
        yield banks
        failures = CounterMetricFamily(
            "ltm_failures", "What failed, by what was being done.", labels=["doing"]
        )
        for doing, count in self._engine.faults.counts().items():
            failures.add_metric([doing], count)
        yield failures
