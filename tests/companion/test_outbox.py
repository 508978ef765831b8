"""What waits to be sent to a client comes once and in order."""

from __future__ import annotations

import asyncio

from long_term_memory.companion.lines import Outbox


def test_what_comes_is_taken_in_order_by_whoever_waits() -> None:
    async def go() -> list[int]:
        box = Outbox()
        box.put_nowait(1)
        first = await box.get()
        waiting = [asyncio.ensure_future(box.get()) for _ in "ab"]
        for number in (2, 3, 4):
            await box.put(number)
        return [first, *await asyncio.gather(*waiting), box.get_nowait()]

    assert asyncio.run(go()) == [1, 2, 3, 4]


def test_who_waited_too_long_takes_nothing_from_the_next() -> None:
    async def go() -> int:
        box = Outbox()
        try:
            await asyncio.wait_for(box.get(), 0.01)
        except TimeoutError:
            box.put_nowait(7)
        found: int = await box.get()
        return found

    assert asyncio.run(go()) == 7
