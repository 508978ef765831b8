"""The HTTP server's app: its routes, and what stands around them.

Owns: `create_app`.
Knows nothing of: how the engine is built, how the app is served.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.middleware import Middleware

from .. import __version__
from ..companion.lazy_platform import LazyPlatform
from ..companion.reply_process import ReplyProcess
from ..companion.router import companion_api
from ..companion.sockets import Sockets, SocketsAlone, socket_paths
from ..config import Settings
from ..core.types import TokenCounter
from ..editor.host import Host
from ..editor.uploads import clear_leftovers
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.forgetting.rounds import Rounds
from ..identity.auth import Keys, server_keys
from ..identity.callers import Identify, caller_of
from ..identity.owners import owner_of
from ..models.tokens import load_token_counter
from ..web.body_bounds import SPARE_BYTES, Intake
from ..web.errors import LastResort, register
from ..web.middleware import OriginCheck
from ..web.paths import PathAliases
from ..web.request_body import MEGABYTE
from ..web.request_log import RequestLogging
from ..web.responses import PlainJSON
from .editor_mount import EDITOR, editor_app, mount_editor
from .extras.calls import AsExtras
from .extras.calls import register as register_pages
from .extras.chromadb_api import Chroma
from .extras.routes import Extras
from .extras.smart_context import SmartContext
from .health import NAME, Health, Probe
from .kept_settings import Keeper
from .last_request import LastUses, last_router
from .lazy_app import LazyApp
from .memory_api.router import memory_api
from .metrics import Metrics
from .model_watch import watch_embedder, watch_model
from .openai.leaks import own_keys
from .openai.loops import Loops
from .openai.pipeline import CompletionPipeline
from .openai.record import UsageRecorder
from .openai.routes import Proxy, proxy_of
from .rate_limit import RequestLimit
from .resuming import resume
from .site import site_router
from .usage import UsageTotals, prices_of
from .welcome import root_of

ABOUT = "Long-term memory for role-play chat. Errors are JSON with a fitting status."


def create_app(
    engine: Engine,
    settings: Settings,
    *,
    tell: Callable[[str], None] | None = None,
    given: frozenset[str] = frozenset(),
    ahead: bool = False,
    process: ReplyProcess | None = None,
) -> FastAPI:
    """Return the server's app; the engine stays the caller's to close.

    Args:
        engine: The memory.
        settings: The server's own settings are read: its host.
        tell: Shows a line to the one who started the server: whether the model
            answers; without this nobody asks it.
        given: The settings that are named where the server is started; changed on the
            page, they hold until it ends.
        ahead: Build the page as the server starts, not when the first visitor comes.
        process: Does what replies need of the memory; the caller's to end.

    Raises:
        ConfigError: The network is listened to without a key, or a file that is named
            cannot be read.
    """
    keys = server_keys(settings, os.environ)
    clear_leftovers(engine.data_dir)
    metrics = Metrics(engine, enabled=settings.server.metrics)
    tokenizer = settings.upstream.llm_tokenizer
    count = load_token_counter(Path(tokenizer).expanduser() if tokenizer else None)
    totals = UsageTotals(prices_of(settings.server.prices), Rounds(engine).now)
    recorder = UsageRecorder(metrics, totals, count)
    memory = CompletionPipeline(
        engine, lambda: engine.settings, count=count, record=recorder.record
    )
    proxy = proxy_of(
        engine,
        memory,
        ours=own_keys(Path(settings.server.data_dir), os.environ),
        user_of=lambda request: caller_of(request).name,
        failed=lambda refusal: metrics.failed(refusal.kind, refusal.status),
    )
    base_url = f"{root_of(settings)}/v1"
    lent = Host(
        sample=True,
        # Without keys the page is every account's of this machine.
        folders=keys.needed,
        save=Keeper(engine, given).save,
        last_turns=memory.last.turns,
        base_url=base_url,
    )
    beside = process is not None
    platform = LazyPlatform(engine, is_shared=beside, brings_in=not beside)
    sockets = Sockets(engine, platform, proxy.upstream, settings, keys, count, process)
    parts = _Parts(
        engine=engine,
        proxy=proxy,
        platform=platform,
        sockets=sockets,
        probe=Probe(proxy.reach),
        editor=LazyApp(lambda: editor_app(engine, lent)),
        count=count,
    )
    app = FastAPI(
        title=NAME,
        version=__version__,
        lifespan=partial(parts.live, tell=tell, ahead=ahead),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        description=ABOUT,
        default_response_class=PlainJSON,
        middleware=_layers(engine, settings, keys, metrics),
    )
    register(app)
    register_pages(app)
    _include_routers(app, parts, memory.last, metrics, totals)
    mount_editor(app, parts.editor, base_url)
    _serve(app, site_router(app))
    # The first that are looked at: all clients come back at once.
    app.router.routes[:0] = sockets.routes()
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What lives as long as the app does."""

    engine: Engine
    proxy: Proxy
    platform: LazyPlatform
    sockets: Sockets
    probe: Probe
    editor: LazyApp
    count: TokenCounter

    @asynccontextmanager
    async def live(
        self, _: FastAPI, *, tell: Callable[[str], None] | None, ahead: bool
    ) -> AsyncIterator[None]:
        """Do what comes before the app's first request, and what at its end."""
        await asyncio.to_thread(
            guard,
            self.engine.faults,
            "removing what was left of something forgotten",
            self.engine.client_texts.finish,
            lambda: False,
        )
        if ahead:
            self.editor.begin()
        beside = self._beside(tell)
        self.sockets.open()
        yield
        await self.sockets.close()
        for task in beside:
            task.cancel()
        await self.editor.close()
        await self.probe.close()
        await self.proxy.close()
        await asyncio.to_thread(self.platform.close)

    def _beside(self, tell: Callable[[str], None] | None) -> list[asyncio.Task[None]]:
        """Begin what goes on beside the requests of a server that somebody started."""
        if tell is None:
            return []
        proxy = self.proxy
        watching = watch_model(self.probe, proxy.host(), proxy.lacking, tell)
        resuming = asyncio.to_thread(resume, self.engine)
        embedding = watch_embedder(self.engine, tell)
        opening = asyncio.to_thread(self.platform.begin)
        beside = (opening, watching, resuming, embedding)
        return [asyncio.create_task(one) for one in beside]


def _layers(
    engine: Engine, settings: Settings, keys: Keys, metrics: Metrics
) -> list[Middleware]:
    """Return what each request passes before its route, the outermost first."""
    server = settings.server
    paths = socket_paths(settings.companion)
    port = settings.companion.websocket_port
    return [
        Middleware(RequestLogging, answered=metrics.request),
        Middleware(
            OriginCheck,
            host=server.host,
            origins=server.cors_origins,
            sockets=paths,
        ),
        Middleware(SocketsAlone, port=0 if port == server.port else port, paths=paths),
        Middleware(Loops),
        Middleware(Identify, keys=keys, sockets=paths),
        Middleware(
            RequestLimit,
            per_minute=lambda: engine.settings.proxy.requests_per_minute,
        ),
        Middleware(
            Intake,
            most_bytes=MEGABYTE * server.most_body_mb + SPARE_BYTES,
            streamed=EDITOR,
        ),
        Middleware(PathAliases),
        Middleware(AsExtras),
        Middleware(LastResort),
    ]


def _include_routers(
    app: FastAPI, parts: _Parts, last: LastUses, metrics: Metrics, totals: UsageTotals
) -> None:
    """Give the app the routes of all that it serves."""
    engine, proxy = parts.engine, parts.proxy
    health = Health(
        engine,
        parts.probe,
        totals,
        model_host=proxy.host,
        embedder=proxy.embedder,
        allowed=_allowed,
    )
    chroma = Chroma(
        engine,
        user_of=lambda request: owner_of(proxy.user_of(request), ""),
        heard=SmartContext(engine).heard,
    )
    api = memory_api(
        engine,
        owner=lambda request, user: owner_of(proxy.user_of(request), user),
        last=last,
        count=parts.count,
    )
    _serve(
        app,
        proxy.router(),
        last_router(last, proxy.user_of),
        api,
        companion_api(
            parts.platform,
            parts.sockets.exchange,
            most_body_mb=engine.settings.server.most_body_mb,
        ),
        Extras(engine).router(),
        chroma.router(),
        health.router(),
        metrics.router(_allowed),
    )


def _serve(app: FastAPI, *routers: APIRouter) -> None:
    """Give an app the routes of routers as they are.

    `include_router` would read the declaration of each a second time, at the first
    request, and look for a request's route twice.
    """
    for router in routers:
        app.router.routes.extend(router.routes)


def _allowed(request: Request) -> bool:
    """Say whether a request may read what all users do."""
    return caller_of(request).is_owner
