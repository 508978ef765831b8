"""After a restart the replies that are missing come a few at a time, newest first."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

from long_term_memory.companion.replies import Replies
from long_term_memory.companion.resuming import AT_ONCE, Resuming

from .grounds import ME, a_ground
from .live import a_world, an_io


class SlowReplies:
    """Makes replies that end when they are told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.tried: set[str] = set()
        self.most = 0
        self._going: dict[str, asyncio.Event] = {}

    def was_tried(self, user: str, place: str) -> bool:
        return place in self.tried

    def answer(
        self, user: str, place: str, *, window_tokens: int | None = None
    ) -> None:
        self.begun.append(place)
        self.tried.add(place)
        self._going[place] = asyncio.Event()
        self.most = max(self.most, len(self._going))

    async def made(self, user: str, place: str) -> None:
        await self._going[place].wait()
        del self._going[place]

    async def end_all(self) -> None:
        while self._going:
            for one in self._going.values():
                one.set()
            await asyncio.sleep(0)


async def resumed(replies: SlowReplies, gone: frozenset[str] = frozenset()) -> None:
    async def waits(user: str, place: str) -> bool:
        return place not in gone

    resuming = Resuming(cast(Replies, replies), waits)
    for number in range(50):
        resuming.add(ME, f"cnv_{number:02}", f"2026-01-01T00:00:{number:02}", None)
    for _ in range(5):
        await asyncio.sleep(0)
    await replies.end_all()
    for _ in range(5):
        await asyncio.sleep(0)
    resuming.close()


def test_a_few_are_made_at_once_and_the_newest_first() -> None:
    replies = SlowReplies()
    asyncio.run(resumed(replies))

    assert replies.most == AT_ONCE
    assert replies.begun == sorted(replies.begun, reverse=True)
    assert len(replies.begun) == 50


def test_what_was_answered_meanwhile_or_is_gone_is_left_out() -> None:
    replies = SlowReplies()
    replies.tried.add("cnv_49")
    asyncio.run(resumed(replies, frozenset({"cnv_48"})))

    assert {"cnv_48", "cnv_49"}.isdisjoint(replies.begun)
    assert len(replies.begun) == 48


def test_who_comes_back_and_missed_nothing_opens_no_memory(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        said = ground.say("Are you there?")
        ground.platform.messages.mark_read(ME, [said.id])
        last, place = ground.answer("Yes.").id, ground.conversation.id
    with a_world(tmp_path) as world:

        async def go() -> None:
            async with an_io(world.url) as io:
                told = {"conversationId": place, "lastMessageId": last}
                assert (await io.call("conversation:join", **told))["missed"] == 0

        before = world.engine.status().open_banks
        asyncio.run(go())
        assert world.engine.status().open_banks == before


def test_a_memory_that_cannot_be_read_stops_no_other_reply(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        ground.say("Are you there?")
        place = ground.conversation.id
    [file] = tmp_path.glob("*/*/memory.sqlite3")
    for one in file.parent.glob("memory.sqlite3*"):
        one.unlink()
    file.write_bytes(b"This is no database. " * 100)
    with a_world(tmp_path) as world:

        async def go() -> None:
            async with an_io(world.url) as io:
                assert (await io.call("conversation:join", conversationId=place))["ok"]
                while not world.engine.faults.counts():
                    await asyncio.sleep(0.02)

        asyncio.run(asyncio.wait_for(go(), 20))
        assert world.stub.asked == []
