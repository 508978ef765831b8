"""The proxy with a memory that says what it is told to."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from long_term_memory.config import Settings, UpstreamSettings
from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.errors import EmbeddingError
from long_term_memory.llm.upstream import Upstream
from long_term_memory.models.embedder import Embedder
from long_term_memory.server.openai.completion import (
    TEXT,
    Answered,
    ClientCall,
    PreparedRequest,
)
from long_term_memory.server.openai.leaks import OwnKeys
from long_term_memory.server.openai.memory_threads import MemoryThreads
from long_term_memory.server.openai.routes import Proxy
from long_term_memory.web.errors import LastResort
from long_term_memory.web.paths import PathAliases

from .upstreams import PATIENT, Stub, serving, stub_upstream

# As long as those that the server makes; "ours" is another.
OUR_KEY = "5520c0ffee5520c0ffee5520c0ffee55"
REMEMBERED = {"role": "system", "content": "[Anna's cat is called Miso.]"}


@dataclass(slots=True)
class Memory:
    """Puts one message in front, and keeps what it is told."""

    note: str = ""
    seen: list[ClientCall] = field(default_factory=list)
    observed: list[Answered] = field(default_factory=list)
    kept: list[str | None] = field(default_factory=list)
    fails: bool = False
    goes_on: threading.Event = field(default_factory=threading.Event)
    keeps: threading.Event = field(default_factory=threading.Event)
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    finished: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(0)
    )

    def prepare(self, call: ClientCall) -> PreparedRequest:
        assert self.goes_on.wait(PATIENT)
        self.seen.append(call)
        self.asked.release()
        if self.fails:
            raise KeyError("a bug")
        if call.path == TEXT:
            prompt = f"{REMEMBERED['content']}\n{call.body['prompt']}"
            return PreparedRequest(body={**call.body, "prompt": prompt}, note=self.note)
        messages = [REMEMBERED, *call.body["messages"]]
        return PreparedRequest(body={**call.body, "messages": messages}, note=self.note)

    def finish(self, prepared: PreparedRequest, answered: Answered) -> None:
        assert self.keeps.wait(PATIENT)
        if not prepared.quiet:
            self.kept.append(answered.reply)
        if answered.usage is not None:
            self.observed.append(answered)
        self.finished.release()

    def wait_until_asked(self) -> None:
        assert self.asked.acquire(timeout=PATIENT)

    def wait_for_the_end(self) -> None:
        assert self.finished.acquire(timeout=PATIENT)


@dataclass(slots=True)
class World:
    """The proxy that runs, and all around it."""

    url: str
    stub: Stub
    memory: Memory
    faults: Faults
    settings: Settings
    failed: list[tuple[str, int]]
    embedder: Embedder | None = None
    slept: list[float] = field(default_factory=list)

    def change(self, **upstream: Any) -> None:
        """Change settings of the upstream group."""
        from dataclasses import replace

        changed = replace(self.settings.upstream, **upstream)
        self.settings = replace(self.settings, upstream=changed)

    def load(self) -> Embedder:
        if self.embedder is None:
            raise EmbeddingError("There is no model; install one.")
        return self.embedder


@contextmanager
def world(limit_seconds: float = PATIENT) -> Iterator[World]:
    """Run a model, and the proxy before it."""
    with stub_upstream() as stub:
        faults, memory = Faults(utc_now), Memory()
        memory.goes_on.set()
        memory.keeps.set()
        settings = Settings(upstream=UpstreamSettings(llm_base_url=stub.url))
        made = World("", stub, memory, faults, settings, [])
        with serving(app_of(made, limit_seconds)) as url:
            made.url = url
            try:
                yield made
            finally:
                memory.goes_on.set()
                memory.keeps.set()


def proxy_in(made: World, limit_seconds: float = PATIENT) -> Proxy:
    """Return the proxy of a world; whoever has it closes it."""

    async def sleep(seconds: float) -> None:
        made.slept.append(seconds)

    upstream = Upstream(lambda: made.settings.upstream, sleep=sleep, chance=lambda: 0.5)
    threads = MemoryThreads(
        made.memory, made.faults, limit_seconds=lambda: limit_seconds
    )
    return Proxy(
        lambda: made.settings,
        upstream,
        threads,
        embedder=made.load,
        ours=OwnKeys(["ours", OUR_KEY]),
        user_of=lambda request: request.headers.get("x-user", ""),
        failed=lambda refusal: made.failed.append((refusal.kind, refusal.status)),
    )


def app_of(made: World, limit_seconds: float) -> FastAPI:
    proxy = proxy_in(made, limit_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await proxy.close()

    app = FastAPI(
        lifespan=lifespan, middleware=[Middleware(LastResort), Middleware(PathAliases)]
    )
    app.include_router(proxy.router())
    return app
