"""The threads in which the companion works."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from threading import Event

import pytest

from long_term_memory.companion.lanes import Lane

WHO: ContextVar[str] = ContextVar("who", default="nobody")


async def _until(busy: Event) -> None:
    while not busy.is_set():
        await asyncio.sleep(0.001)


def test_what_is_urgent_goes_before_what_waits() -> None:
    async def told() -> None:
        lane = Lane("tried", 1)
        busy, go, done = Event(), Event(), list[str]()

        def block() -> None:
            busy.set()
            go.wait(10)

        first = asyncio.create_task(lane.run(block))
        await _until(busy)
        lane.run_last(done.append, "unheard")
        waiting = [
            asyncio.create_task(lane.run(done.append, "prompt")),
            asyncio.create_task(lane.run(done.append, "another prompt")),
            asyncio.create_task(lane.run_first(done.append, "reply")),
        ]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(first, *waiting)
        await lane.run(done.append, "later")
        told = ["reply", "prompt", "another prompt"]
        assert done in ([*told, "unheard", "later"], [*told, "later", "unheard"])
        lane.close()

    asyncio.run(told())


def test_it_works_in_the_context_of_who_asks_and_tells_what_fails() -> None:
    async def told() -> None:
        lane = Lane("tried", 1)
        WHO.set("somebody")
        assert await lane.run(WHO.get) == "somebody"
        with pytest.raises(ZeroDivisionError):
            await lane.run(divmod, 1, 0)
        lane.close()

    asyncio.run(told())


def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    async def told() -> None:
        lane = Lane("tried", 1)
        busy, go, done = Event(), Event(), list[str]()

        def block() -> None:
            busy.set()
            go.wait(10)

        first = asyncio.create_task(lane.run(block))
        await _until(busy)
        given_up = asyncio.create_task(lane.run(done.append, "given up"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        go.set()
        await first
        await lane.run(done.append, "next")
        assert done == ["next"]
        lane.close()

    asyncio.run(told())


def test_it_ends_without_what_nobody_waits_for() -> None:
    async def told() -> None:
        lane = Lane("tried", 1)
        busy, go, done = Event(), Event(), list[str]()

        def block() -> None:
            busy.set()
            go.wait(10)

        first = asyncio.create_task(lane.run(block))
        await _until(busy)
        lane.run_last(done.append, "unheard")
        waiting = asyncio.create_task(lane.run(done.append, "heard"))
        await asyncio.sleep(0)
        lane.close()
        go.set()
        await asyncio.gather(first, waiting)
        lane._pool.shutdown()
        assert done == ["heard"]

    asyncio.run(told())
