"""A message whose reply was lost with a killed server is answered, and once."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.database import FILE
from tests.server.upstreams import PATIENT, refuses, says

from .grounds import ME, a_ground, reopened
from .live import World, a_plain, a_world, an_io


def killed_before_the_reply(folder: Path, *, read: bool = False) -> str:
    """Leave a message that was acknowledged, and no reply; return where."""
    with a_ground(folder) as ground:
        ground.answer("Hello.")
        said = ground.say("Are you there?", "c1")
        if read:
            ground.platform.messages.mark_read(ME, [said.id])
        return ground.conversation.id


def said_in(world: World, place: str) -> list[str]:
    page = world.platform.messages.page(ME, place)
    return [one.content for one in page.messages]


async def join(world: World, place: str, *, replies: int = 0, **more: Any) -> list[str]:
    """Join, and return what is said: so many replies, and all in half a second more."""
    async with an_io(world.url) as io:
        assert (await io.call("conversation:join", conversationId=place, **more))["ok"]
        if replies:
            await io.until_heard("message:received", replies)
        await asyncio.sleep(0.5)
        return [one["content"] for one in io.of("message:received")]


def test_a_message_without_its_reply_is_answered_when_its_user_comes_back(
    tmp_path: Path,
) -> None:
    for folder, read in ((tmp_path / "sent", False), (tmp_path / "read", True)):
        place = killed_before_the_reply(folder, read=read)
        whole = ["Hello.", "Are you there?", "Hello there."]
        with a_world(folder) as world:

            async def go(world: World = world, place: str = place) -> None:
                both = await asyncio.gather(
                    join(world, place, replies=1), join(world, place, replies=1)
                )
                assert [*both] == [["Hello there."], ["Hello there."]]
                assert await join(world, place) == []

            asyncio.run(go())
            assert said_in(world, place) == whole
            assert len(world.stub.asked) == 1
        with a_world(folder) as world:
            assert asyncio.run(join(world, place)) == []
            assert said_in(world, place) == whole


def test_a_reply_reads_also_what_has_no_room_in_its_prompt(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        place = ground.conversation.id
        for number in range(8):
            ground.say(f"Are you there? ({number})")
    with a_world(tmp_path, context_messages=3) as world:

        async def go() -> None:
            assert await join(world, place, replies=1) == ["Hello there."]
            assert await join(world, place) == []

        asyncio.run(go())
        page = world.platform.messages.page(ME, place)
        shown = [one["content"] for one in world.stub.asked[0].body["messages"]]
        assert "Are you there? (4)" not in shown
        assert "Are you there? (5)" in shown
    assert [one.status.value for one in page.messages[:8]] == ["read"] * 8


def test_the_plain_socket_gets_the_reply_that_was_lost(tmp_path: Path) -> None:
    killed_before_the_reply(tmp_path)
    with a_world(tmp_path) as world:

        async def go() -> None:
            async with a_plain(world.url) as plain:
                frames = await plain.frames()
                assert "".join(frames[:-2]) == "Hello there."

        asyncio.run(go())


def test_a_reply_that_its_user_deleted_does_not_come_again(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        said = ground.say("Are you there?", "c1")
        ground.platform.messages.mark_read(ME, [said.id])
        ground.platform.messages.delete(ME, ground.answer("No.").id)
        place = ground.conversation.id
    with a_world(tmp_path) as world:
        assert asyncio.run(join(world, place)) == []
        new = SentMessage(content="Are you there?", client_id="c1")
        known, is_new = world.platform.messages.send(ME, place, new)
        assert not is_new
        assert not world.platform.messages.waits(ME, known.conversation_id)
        assert world.stub.asked == []


def test_a_failed_reply_is_not_asked_for_by_joining_but_by_sending_again(
    tmp_path: Path,
) -> None:
    with a_world(tmp_path) as world:
        world.stub.answers.append(refuses(500, {"error": "broken"}))
        talk = world.conversation()
        told = {"conversationId": talk.id, "content": "Hello?", "clientId": "c1"}

        async def go() -> None:
            async with an_io(world.url) as io:
                assert (await io.call("message:send", **told))["ok"]
                await io.until_heard("error")
                assert await join(world, talk.id) == []
                assert (await io.call("message:send", **told))["ok"]
                await io.until_done()

        asyncio.run(go())
        assert world.said(talk) == [("user", "Hello?"), ("character", "Hello there.")]


def test_what_was_sent_during_a_reply_is_answered_though_it_was_handed_over(
    tmp_path: Path,
) -> None:
    with a_ground(tmp_path) as ground:
        place, messages = ground.conversation.id, ground.platform.messages
        first = ground.say("The first.")
        second = ground.say("The second.")
        ground.answer("To the first.")
        messages.mark_read(ME, [first.id])
        messages.mark_delivered(ME, [second.id])
    with a_world(tmp_path) as world:
        assert asyncio.run(join(world, place, replies=1)) == ["Hello there."]
        [asked] = world.stub.asked
        assert [one["content"] for one in asked.body["messages"][1:]] == [
            "The first.",
            "To the first.",
            "The second.",
        ]


def test_what_a_lost_database_left_in_the_bank_keeps_its_order(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        place = ground.conversation.id
        ground.platform.close()
        shutil.copy(tmp_path / FILE, tmp_path / "older")
        for number in range(3):
            ground.say(f"Question {number}.")
            ground.answer(f"Answer {number}.")
    for rest in tmp_path.glob(f"{FILE}-*"):
        rest.unlink()
    shutil.copy(tmp_path / "older", tmp_path / FILE)
    with reopened(tmp_path) as platform:
        assert not platform.messages.waits(ME, place)
    with a_world(tmp_path) as world:
        assert asyncio.run(join(world, place)) == []


def test_where_nothing_can_be_answered_joining_says_nothing(tmp_path: Path) -> None:
    place = killed_before_the_reply(tmp_path)
    with a_world(tmp_path) as world:
        character = world.platform.conversations.get(ME, place).character_id
        world.platform.characters.delete(ME, character)

        async def go() -> None:
            async with an_io(world.url) as io:
                await io.call("conversation:join", conversationId=place)
                await asyncio.sleep(0.3)
                assert io.of("error") == []

        asyncio.run(go())


def test_a_conversation_that_is_forgotten_while_its_reply_comes_is_no_fault(
    tmp_path: Path,
) -> None:
    with a_world(tmp_path) as world:
        talk = world.conversation()

        async def forgotten_meanwhile(request: Any, body: Any) -> Any:
            forget = world.platform.forgotten.forget
            await asyncio.to_thread(forget, ME, talk.id)
            return await says("Nobody hears it.")(request, body)

        world.stub.answers.append(forgotten_meanwhile)

        async def go() -> None:
            async with an_io(world.url) as io:
                await io.call("message:send", conversationId=talk.id, content="Hello?")
                told = await io.until_heard("error")
                assert told["code"] == "not_found"

        asyncio.run(go())
        assert world.engine.faults.last is None


@pytest.mark.parametrize("plain", [False, True])
def test_whoever_comes_has_his_memory_opened_before_he_speaks(
    tmp_path: Path, plain: bool
) -> None:
    with a_ground(tmp_path) as ground:
        ground.say("I am off to bed.")
        ground.answer("Sleep well.")
        place = ground.conversation.id
    with a_world(tmp_path) as world:
        assert world.engine.status().open_banks == 0
        assert world.engine.embedder.state == "not loaded yet"

        async def opened() -> None:
            while world.engine.status().open_banks == 0:
                await asyncio.sleep(0.01)

        async def go() -> None:
            async with asyncio.timeout(PATIENT):
                if plain:
                    async with a_plain(world.url):
                        await opened()
                    return
                async with an_io(world.url) as io:
                    await io.call("conversation:join", conversationId=place)
                    await opened()

        asyncio.run(go())
        assert world.engine.embedder.state != "not loaded yet"
        assert world.stub.asked == []
