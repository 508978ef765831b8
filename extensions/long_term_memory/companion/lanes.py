"""The threads in which the companion works.

Owns: that who waits for a message to be stored does not wait behind replies, nor a
    reply that is whole behind those that begin.
Knows nothing of: what is done in them.

Python runs one thread at a time, so one of them makes all replies: many would only take
turns, at every call to SQLite, and each would be done later than one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_THE_DOOR: Final = 2
"""Threads that store what comes in, and look up what is asked for."""

REPLYING: Final = 1
"""Threads that write prompts and store replies."""

Errand = tuple[bool, int, Callable[[], Any], "Future[Any]"]


class Lane:
    """Some threads of its own; they begin when they are needed."""

    def __init__(self, name: str, most: int) -> None:
        """Begin none yet."""
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=f"ltm-{name}")
        self._waiting: PriorityQueue[Errand] = PriorityQueue()
        self._numbers = count()

    async def run(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do something in one of them, in the context of who asks."""
        return await self._run(partial(act, *args, **named), last=True)

    async def run_first(
        self, act: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> T:
        """Do the same before all that waits there."""
        return await self._run(partial(act, *args, **named), last=False)

    def close(self) -> None:
        """Let them end, once all that waits is done."""
        self._pool.shutdown(wait=False)

    async def _run(self, act: Callable[[], T], *, last: bool) -> T:
        done: Future[T] = Future()
        call = partial(copy_context().run, act)
        self._waiting.put((last, next(self._numbers), call, done))
        self._pool.submit(self._work)
        return await asyncio.wrap_future(done)

    def _work(self) -> None:
        """Do what is first by now; as often as something is put there."""
        _, _, call, done = self._waiting.get_nowait()
        if not done.set_running_or_notify_cancel():
            return
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            done.set_exception(error)
        else:
            done.set_result(result)
