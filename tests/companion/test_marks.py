"""How far messages came: noted at once with others, in order, whoever goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from long_term_memory.companion.marks import Mark, Marks
from long_term_memory.companion.records import MessageStatus
from long_term_memory.errors import StoreError

from .grounds import ME, Ground


class Slow:
    """Stores marks when it is let; the first batch waits for that."""

    def __init__(self) -> None:
        self.stored: list[list[str]] = []
        self.begun, self.let = threading.Event(), threading.Event()

    def write(self, marks: Sequence[Mark]) -> None:
        self.begun.set()
        assert self.let.wait(10)
        named = [one for mark in marks for one in mark.message_ids]
        if "bad" in named:
            raise StoreError("The disk is full.")
        self.stored.append(named)


def a_mark(name: str) -> Mark:
    return Mark("me", [name], MessageStatus.READ)


async def under_way(marks: Marks, slow: Slow, *names: str) -> list[asyncio.Task[None]]:
    """Note marks while the first of them is written."""
    noted = []
    for name in names:
        noted.append(asyncio.create_task(marks.note(a_mark(name))))
        await asyncio.to_thread(slow.begun.wait, 10)
        await asyncio.sleep(0)
    return noted


def test_what_comes_while_something_is_written_is_written_next_at_once() -> None:
    async def go() -> None:
        slow = Slow()
        marks = Marks(slow.write)
        noted = await under_way(marks, slow, "a", "b", "c", "d")
        assert not any(one.done() for one in noted)
        slow.let.set()
        await asyncio.gather(*noted)
        await marks.note(a_mark("e"))
        assert slow.stored == [["a"], ["b", "c", "d"], ["e"]]
        await marks.close()

    asyncio.run(go())


def test_who_goes_away_takes_nothing_with_him() -> None:
    async def go() -> None:
        slow = Slow()
        marks = Marks(slow.write)
        noted = await under_way(marks, slow, "a", "b", "c")
        noted[0].cancel()
        noted[1].cancel()
        await asyncio.sleep(0)
        slow.let.set()
        await noted[2]
        assert slow.stored == [["a"], ["b", "c"]]
        await marks.close()

    asyncio.run(go())


def test_what_cannot_be_stored_is_said_to_all_who_wait_for_it_and_to_nobody_else() -> (
    None
):
    async def go() -> None:
        slow = Slow()
        marks = Marks(slow.write)
        noted = await under_way(marks, slow, "a", "b", "bad")
        slow.let.set()
        await noted[0]
        for one in noted[1:]:
            with pytest.raises(StoreError):
                await one
        await marks.note(a_mark("c"))
        assert slow.stored == [["a"], ["c"]]
        await marks.close()

    asyncio.run(go())


def test_the_end_waits_for_what_is_to_be_noted() -> None:
    async def go() -> None:
        slow = Slow()
        marks = Marks(slow.write)
        noted = await under_way(marks, slow, "a", "b")
        ending = asyncio.create_task(marks.close())
        await asyncio.sleep(0)
        slow.let.set()
        await ending
        await asyncio.gather(*noted)
        assert slow.stored == [["a"], ["b"]]

    asyncio.run(go())


def test_marks_of_many_are_stored_in_one_go_and_told_in_their_order(
    ground: Ground,
) -> None:
    messages = ground.platform.messages
    first, second = ground.say("One."), ground.answer("Two.")
    ground.events.clear()

    told = messages.mark(
        [
            Mark(ME, [first.id], MessageStatus.DELIVERED),
            Mark("anna", [first.id, second.id], MessageStatus.DELIVERED),
            Mark(ME, [second.id, first.id], MessageStatus.READ),
            Mark(ME, [], MessageStatus.READ),
        ]
    )

    assert [(one.message_id, str(one.status)) for one in told] == [
        (first.id, "delivered"),
        (second.id, "read"),
        (first.id, "read"),
    ]
    assert [(one.name, one.payload["messageId"]) for one in ground.events] == [
        ("message:delivered", first.id),
        ("message:read", second.id),
        ("message:read", first.id),
    ]
