"""The threads in which the companion works.

Owns: that who waits for a message to be stored does not wait behind replies, nor a
    reply that is whole behind those that begin.
Knows nothing of: what is done in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_THE_DOOR: Final = 2
"""Threads that store what comes in, and look up what is asked for."""

_SOON: Final = 0
_IN_TURN: Final = 1
_UNHEARD: Final = 2


class _Errand(NamedTuple):
    """Something to be done, in its order.

    Attributes:
        order: The lower goes before the higher.
        number: The earlier goes before the later.
        call: Does it.
        done: What came of it.
    """

    order: int
    number: int
    call: Callable[[], Any]
    done: Future[Any]


class Lane:
    """Some threads of its own; they begin when they are needed."""

    def __init__(self, name: str, most: int) -> None:
        """Begin none yet."""
        self._is_closed = False
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=f"ltm-{name}")
        self._waiting: PriorityQueue[_Errand] = PriorityQueue()
        self._numbers = count()

    async def run(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do something in one of them, in the context of who asks."""
        return await asyncio.wrap_future(self._put(_IN_TURN, act, *args, **named))

    async def run_first(
        self, act: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> T:
        """Do the same before all that waits there."""
        return await asyncio.wrap_future(self._put(_SOON, act, *args, **named))

    def run_last(self, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> None:
        """Have it done after all that waits there, unless it ends before.

        Nobody hears what comes of it.
        """
        self._put(_UNHEARD, act, *args, **named)

    def close(self) -> None:
        """Let them end, once all that somebody waits for is done."""
        self._is_closed = True
        self._pool.shutdown(wait=False)

    def _put(
        self, order: int, act: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> Future[T]:
        done: Future[T] = Future()
        call = partial(copy_context().run, act, *args, **named)
        self._waiting.put(_Errand(order, next(self._numbers), call, done))
        begun: list[_Errand] = []
        self._pool.submit(self._work, begun).add_done_callback(partial(_tell, begun))
        return done

    def _work(self, begun: list[_Errand]) -> Any:
        """Do what is first by now; as often as something is put there."""
        first = self._waiting.get_nowait()
        begun.append(first)
        if self._is_closed and first.order == _UNHEARD:
            return None
        return first.call() if first.done.set_running_or_notify_cancel() else None


def _tell(begun: list[_Errand], ended: Future[Any]) -> None:
    """Tell who waits for what was begun how it ended."""
    done = begun[0].done
    if done.cancelled():
        return
    if (error := ended.exception()) is not None:
        done.set_exception(error)
    else:
        done.set_result(ended.result())
