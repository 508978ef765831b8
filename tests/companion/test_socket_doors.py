"""Whatever is sent over a socket, by its key it tells and changes its user's alone."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.companion.records import CharacterProfile, Conversation

from .live import ANNA, ANNAS, ME, MINE, World, a_plain, a_world, an_io

EVENTS = 150
NAMES = (
    *("conversation:join", "conversation:leave", "message:send", "message:stop"),
    *("typing:start", "typing:stop", "message:received", "message:read", "none"),
)
ODD: tuple[Any, ...] = (None, "", 7, [], {}, "x" * 300, {"$ne": ""}, True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path, keys=True) as running:
        yield running


def talks_of(world: World, user: str) -> list[Conversation]:
    """Begin two conversations that hold a word of their user's alone."""
    begun = []
    for number in "ab":
        profile = CharacterProfile(name=f"Maren {number}", greeting=f"Hello, qz{user}.")
        character = world.platform.characters.create(user, profile)
        begun.append(world.platform.messages.begin(user, character.id))
    return begun


def an_event(
    chance: random.Random, user: str, own: list[str], others: list[str], seen: list[str]
) -> tuple[str, Any]:
    """Return an event with ids of anybody, or with what is none."""
    name = chance.choice(NAMES)
    place = chance.choice(own if chance.random() < 0.4 else others)
    told: Any = {"conversationId": place}
    if name == "conversation:join" and chance.random() < 0.5:
        told["lastMessageId"] = chance.choice(seen)
    if name == "message:send":
        told["content"] = chance.choice([f"More qz{user}.", "/mode study", ""])
        told["clientId"] = chance.choice(["c1", "c2", chance.choice(seen)])
    if chance.random() < 0.15:
        told[chance.choice([*told])] = chance.choice(ODD)
    return name, chance.choice(ODD) if chance.random() < 0.05 else told


def everything(world: World, talks: list[Conversation]) -> list[Any]:
    """Return what is kept of conversations."""
    return [
        (world.said(one), world.platform.conversations.open(one.user_id, one.id).mode)
        for one in talks
    ]


def test_whatever_is_sent_reaches_nobody_else(world: World) -> None:
    chance = random.Random(11)
    talks = {ME: talks_of(world, ME), ANNA: talks_of(world, ANNA)}
    ids = {user: [one.id for one in found] for user, found in talks.items()}
    seen = [
        one.id
        for user, found in talks.items()
        for talk in found
        for one in world.platform.messages.page(user, talk.id).messages
    ]
    before = everything(world, talks[ME])

    async def go() -> None:
        async with AsyncExitStack() as open_:
            me = await open_.enter_async_context(an_io(world.url, MINE))
            # Each may send so many at once.
            hers = [
                await open_.enter_async_context(an_io(world.url, ANNAS)) for _ in "abc"
            ]
            plain = await open_.enter_async_context(
                a_plain(world.url, f"?token={ANNAS}")
            )
            for place in ids[ME]:
                await me.call("conversation:join", conversationId=place)
            quiet = len(me.heard)
            answers = []
            for at in range(EVENTS):
                name, told = an_event(chance, ANNA, ids[ANNA], ids[ME], seen)
                client = hers[at % len(hers)].client
                if name in NAMES[6:]:
                    await client.emit(name, told)
                else:
                    answers.append(await client.call(name, told))
                if at % 40 == 0:
                    await plain.say(message="More qzanna.", conversationId=ids[ME][0])
            taken = sum(one["ok"] for one in answers)
            assert 0.1 * EVENTS < taken < 0.9 * EVENTS
            assert f"qz{ME}" not in json.dumps([answers, *(one.heard for one in hers)])
            assert len(me.heard) == quiet

            more = {"conversationId": ids[ME][0], "content": f"Mine, qz{ME}."}
            assert (await me.call("message:send", **more))["ok"]
            await me.until_done()
            assert f"qz{ME}" not in json.dumps([one.heard for one in hers])
            assert "qzanna" not in json.dumps(me.heard)

    asyncio.run(go())
    after = everything(world, talks[ME])
    assert after[1] == before[1]
    assert after[0][0][:-2] == before[0][0]
    assert "qzanna" not in json.dumps(after)


def test_a_key_that_is_none_or_another_ones_opens_nothing(world: World) -> None:
    [talk, _] = talks_of(world, ME)

    async def go() -> None:
        for query in (
            "",
            "?token=",
            f"?token={MINE[:-1]}",
            f"?token={ANNAS}&character={talk.character_id}",
            f"?token={ANNAS}&character={talk.id}",
        ):
            async with a_plain(world.url, query) as plain:
                code, words = await plain.closed()
                assert code == 1008
                assert "qz" not in words

    asyncio.run(go())
