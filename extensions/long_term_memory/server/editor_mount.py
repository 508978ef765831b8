"""The editor's page inside the server: built by Gradio, and mounted.

Owns: how the page is made an app, and what stands before it.
Knows nothing of: what is on the page, when it is built.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from fastapi import FastAPI

from ..editor.host import Host
from ..editor.uploads import Uploads
from ..engine.engine import Engine
from ..web.middleware import App, Receive, Scope, Send
from .editor_routes import OnlyNeeded
from .lazy_app import LazyApp
from .page_calls import PageCalls
from .waiting_page import Waiting

EDITOR: Final = "/editor"
# So many of the page's events may wait; a page that is opened asks a dozen things.
MOST_EVENTS: Final = 128
NEVER: Final = 10**9
# System fonts: a page of this machine asks no one else for anything.
FONTS: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS: Final = (
    *("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"),
)


def mount_editor(app: FastAPI, editor: LazyApp, base_url: str) -> None:
    """Put the page into the server's app, behind the page that is there at once.

    Args:
        app: The server's.
        editor: The page, which may not be built yet.
        base_url: What is pasted into a client.
    """
    waiting = Waiting(editor, base_url, EDITOR)
    app.mount(EDITOR, Remounted(OnlyNeeded(waiting, EDITOR)))


def editor_app(engine: Engine, lent: Host) -> FastAPI:
    """Build the editor's page as an app; this imports Gradio.

    Args:
        engine: Whose memories are shown.
        lent: What the server lends the page, but for the place of uploads.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Else it sums up all events so far after each one, for nobody.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(NEVER)
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
