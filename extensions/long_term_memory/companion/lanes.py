"""The threads in which the companion works.

Owns: that who waits for a message to be stored does not wait behind replies, nor a
    reply that is whole behind those that begin.
Knows nothing of: what is done in them.

Python runs one thread at a time, so few of them write replies: many would only take
turns, and each message that is to be stored would wait for a turn of every one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_THE_DOOR: Final = 4
"""Threads that store what comes in, and look up what is asked for."""

PROMPTING: Final = 2
"""Threads that write prompts."""

STORING: Final = 2
"""Threads that store replies, which do not wait behind the prompts of others."""


class Lane:
    """Some threads of its own; they begin when they are needed."""

    def __init__(self, name: str, most: int) -> None:
        """Begin none yet."""
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=f"ltm-{name}")

    async def run(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do something in one of them, in the context of who asks."""
        call = partial(copy_context().run, act, *args, **named)
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def close(self) -> None:
        """Let them end."""
        self._pool.shutdown(wait=False)
