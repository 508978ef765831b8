"""The HTTP server's app: its routes, and what stands around them.

Owns: `create_app`.
Knows nothing of: how the engine is built, how the app is served.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.middleware import Middleware

from .. import __version__
from ..config import Settings
from ..editor.host import Host
from ..editor.uploads import Uploads, clear_leftovers
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.forgetting.rounds import Rounds
from ..models.tokens import load_token_counter
from .auth import server_keys
from .body_bounds import SPARE_BYTES, Intake
from .editor_mount import LazyApp
from .editor_routes import OnlyNeeded
from .errors import LastResort, register
from .extras.calls import AsExtras
from .extras.calls import register as register_pages
from .extras.chromadb_api import Chroma
from .extras.routes import Extras
from .extras.smart_context import SmartContext
from .health import NAME, Health, Probe
from .identity import Identify, caller_of
from .kept_settings import Keeper
from .last_request import last_router
from .metrics import Metrics
from .middleware import App, Doorkeeper, Receive, Scope, Send
from .model_watch import watch_embedder, watch_model
from .openai.addresses import Spellings
from .openai.leaks import own_keys
from .openai.loops import Loops
from .openai.pipeline import ChatMemory
from .openai.record import Tally
from .openai.request import MEGABYTE
from .openai.routes import Proxy, proxy_of
from .openapi import describe, page_of
from .page_calls import PageCalls
from .rate_limit import RequestLimit
from .request_log import Watch
from .responses import PlainJSON
from .resuming import resume
from .usage import Ledger, prices_of
from .waiting_page import Waiting
from .welcome import root_of

ABOUT = "Long-term memory for role-play chat. Errors are JSON with a fitting status."
EDITOR = "/editor"
# So many of the page's events may wait; a page that is opened asks a dozen things.
MOST_EVENTS = 128
# System fonts: a page of this machine asks no one else for anything.
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
# A bookmark in the page's accent colour.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="#14b8a6" d="M4 1h8a1 1 0 0 1 1 1v13l-5-4-5 4V2a1 1 0 0 1 1-1z"/></svg>'
)


def create_app(
    engine: Engine,
    settings: Settings,
    *,
    tell: Callable[[str], None] | None = None,
    given: frozenset[str] = frozenset(),
    ahead: bool = False,
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

    Raises:
        ConfigError: The network is listened to without a key, or a file that is named
            cannot be read.
    """
    keys = server_keys(settings, os.environ)
    clear_leftovers(engine.data_dir)
    metrics = Metrics(engine, enabled=settings.server.metrics)
    tokenizer = settings.upstream.llm_tokenizer
    count = load_token_counter(Path(tokenizer).expanduser() if tokenizer else None)
    prices = prices_of(settings.server.prices)
    ledger = Ledger(prices, Rounds(engine).now)
    memory = ChatMemory(engine, lambda: engine.settings, count=count)
    tally = Tally(metrics, ledger, count, keep=memory.counted)
    lent = Host(
        sample=True,
        # Without keys the page is every account's of this machine.
        folders=keys.needed,
        save=Keeper(engine, given).save,
        last_turns=memory.last.turns,
        base_url=f"{root_of(settings)}/v1",
    )
    editor = LazyApp(lambda: editor_app(engine, lent))
    proxy = proxy_of(
        engine,
        memory,
        ours=own_keys(Path(settings.server.data_dir), os.environ),
        user_of=lambda request: caller_of(request).name,
        observed=tally,
        failed=lambda refusal: metrics.failed(refusal.kind, refusal.status),
    )

    def allowed(request: Request) -> bool:
        """Say whether a request may read what all users do."""
        return caller_of(request).is_owner

    probe = Probe(proxy.reach)
    health = Health(
        engine,
        probe,
        tally.ledger,
        model_host=proxy.host,
        embedder=proxy.embedder,
        allowed=allowed,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(
            guard,
            engine.faults,
            "removing what was left of something forgotten",
            engine.client_texts.finish,
            lambda: False,
        )
        if ahead:
            editor.begin()
        beside = _beside(tell, engine, probe, proxy)
        yield
        for task in beside:
            task.cancel()
        await editor.close()
        await probe.close()
        await proxy.close()

    app = FastAPI(
        title=NAME,
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        description=ABOUT,
        default_response_class=PlainJSON,
        middleware=[
            Middleware(Watch, answered=metrics.request),
            Middleware(
                Doorkeeper,
                host=settings.server.host,
                origins=settings.server.cors_origins,
            ),
            Middleware(Loops),
            Middleware(Identify, keys=keys),
            Middleware(
                RequestLimit,
                per_minute=lambda: engine.settings.proxy.requests_per_minute,
            ),
            Middleware(
                Intake,
                most_bytes=MEGABYTE * settings.server.most_body_mb + SPARE_BYTES,
                streamed=EDITOR,
            ),
            Middleware(Spellings),
            Middleware(AsExtras),
            Middleware(LastResort),
        ],
    )
    register(app)
    register_pages(app)
    app.include_router(proxy.router())
    app.include_router(last_router(memory, proxy.user_of))
    app.include_router(Extras(engine).router())
    chroma = Chroma(
        engine,
        user_of=lambda request: memory.owner(proxy.user_of(request), ""),
        heard=SmartContext(engine).heard,
    )
    app.include_router(chroma.router())
    app.include_router(health.router())
    app.include_router(metrics.router(allowed))
    waiting = Waiting(editor, f"{root_of(settings)}/v1", EDITOR)
    app.mount(EDITOR, Remounted(OnlyNeeded(waiting, EDITOR)))

    @app.get("/", response_class=PlainJSON)
    def root(request: Request) -> Response:
        """Greet programs; send people to the editor."""
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{EDITOR}/", status_code=307)
        return PlainJSON({"status": "ok", "name": NAME, "version": __version__})

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return describe(app)

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page_of(describe(app)))

    @app.get("/manifest.json", include_in_schema=False)
    def manifest() -> dict[str, str]:
        """Answer what the editor's page asks for at the server's root."""
        return {"name": NAME, "start_url": f"{EDITOR}/", "display": "browser"}

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    return app


def _beside(
    tell: Callable[[str], None] | None, engine: Engine, probe: Probe, proxy: Proxy
) -> list[asyncio.Task[None]]:
    """Begin what goes on beside the requests of a server that somebody started."""
    if tell is None:
        return []
    watching = watch_model(probe, proxy.host(), proxy.lacking, tell)
    resuming = asyncio.to_thread(resume, engine)
    embedding = watch_embedder(engine, tell)
    return [asyncio.create_task(one) for one in (watching, resuming, embedding)]


def editor_app(engine: Engine, lent: Host) -> FastAPI:
    """Build the editor's page as an app; this imports Gradio.

    Args:
        engine: Whose memories are shown.
        lent: What the server lends the page, but for the place of uploads.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    uploads = Uploads(engine.data_dir)
    # Else it keeps them in a folder that everybody may look into, for good.
    os.environ["GRADIO_TEMP_DIR"] = str(uploads.landing)
    import gradio as gr

    from ..editor.page import standalone
    from ..editor.tracebacks import tell_places_alone

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        os.environ.pop("GRADIO_TEMP_DIR", None)
        uploads.close()

    tell_places_alone()
    blocks = standalone(engine, replace(lent, uploads=uploads))
    blocks.queue(max_size=MOST_EVENTS)
    theme = gr.themes.Default(
        primary_hue="teal", neutral_hue="slate", font=FONTS, font_mono=MONO_FONTS
    )
    app: FastAPI = gr.mount_gradio_app(
        FastAPI(openapi_url=None, lifespan=lifespan),
        blocks,
        path=EDITOR,
        theme=theme,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=True,
    )
    # A mounted page is one that has not begun to Gradio, which then takes any file
    # for an upload.
    blocks.has_launched = True
    events = {number for number, event in blocks.fns.items() if event.fn}
    app.add_middleware(PageCalls, events=events, folder=uploads.folder)
    return app


class Remounted:
    """Gives an app mounted by us the whole path, for it mounts itself below again."""

    def __init__(self, app: App) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take our mount's prefix out of the root path again."""
        root = scope.get("root_path", "").removesuffix(EDITOR)
        path = scope["path"]
        whole = path if path.startswith(root + EDITOR) else f"{root}{EDITOR}{path}"
        await self._app({**scope, "root_path": root, "path": whole}, receive, send)
