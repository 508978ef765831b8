"""The editor's page, built when the first visitor comes.

Owns: when Gradio is imported, and the life of its app inside ours.
Knows nothing of: what is on the page.

Importing Gradio takes seconds and a hundred megabytes, which a server that only answers
programs need not spend.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from fastapi import FastAPI

from ..web.middleware import App, Receive, Scope, Send


class LazyApp:
    """An app that is built by its first request and then runs until it is closed."""

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        """Remember how; `build` runs in a thread, for it may take seconds."""
        self._build = build
        self._app: App | None = None
        self._building: asyncio.Task[App] | None = None
        self._life: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    @property
    def is_built(self) -> bool:
        """Whether a request is answered at once."""
        return self._app is not None

    @property
    def has_failed(self) -> bool:
        """Whether building it failed; the next request tries again and is told."""
        task = self._building
        return task is not None and _failed(task)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, after building the app if this is the first."""
        if self._app is None:
            await asyncio.shield(self.begin())
        assert self._app is not None
        await self._app(scope, receive, send)

    def begin(self) -> asyncio.Task[App]:
        """Build the app, unless it is being built or there; one that failed, again."""
        task = self._building
        if task is None or _failed(task):
            task = self._building = asyncio.create_task(self._start())
        return task

    async def close(self) -> None:
        """End the app's life, if it ever began."""
        self._over.set()
        if self._building is not None:
            # A thread that imports cannot be stopped; nobody waits for it.
            self._building.cancel()
            await asyncio.wait({self._building})
        if self._life is not None:
            with suppress(asyncio.CancelledError):
                await self._life

    async def _start(self) -> App:
        app = await asyncio.to_thread(_with_a_loop, self._build)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A task of its own, for the app's lifespan must be left by the task that
        # entered it, and the task of a request ends with the request.
        self._life = asyncio.create_task(self._live(app, begun))
        await asyncio.wait({begun, self._life}, return_when=asyncio.FIRST_COMPLETED)
        if self._life.done():
            self._life.result()
        self._app = app
        return app

    async def _live(self, app: FastAPI, begun: asyncio.Future[None]) -> None:
        async with app.router.lifespan_context(app):
            begun.set_result(None)
            await self._over.wait()


def _failed(task: asyncio.Task[App]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _with_a_loop(build: Callable[[], FastAPI]) -> FastAPI:
    """Build in a thread with an event loop; without, Gradio makes and leaks many."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return build()
    finally:
        asyncio.set_event_loop(None)
        loop.close()
