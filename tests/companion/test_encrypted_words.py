"""What is said to an encrypted character lies in clear at no moment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from long_term_memory import cli
from long_term_memory.core.types import Scope
from long_term_memory.engine.maintenance.encryption import encryption_of
from tests.server.upstreams import Answer, says

from .live import ME, World, a_plain, a_world, an_io
from .test_forgotten_words import files_with

ASKED, ANSWERED, SEEN = "heliotrope", "wisteria", "larkspur"
WORDS = (ASKED, ANSWERED, SEEN)


class Looking:
    """A model that looks into a folder while it is asked, and while it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.looks = 0
        self.found: list[str] = []

    def look(self) -> None:
        self.looks += 1
        for word in WORDS:
            self.found += [f"{word}: {one}" for one in files_with(self.folder, word)]

    def says(self, *words: str) -> Answer:
        async def answer(request: web.Request, body: Any) -> web.StreamResponse:
            assert ASKED in str(body)
            await asyncio.to_thread(self.look)
            told = await says(*words)(request, body)
            await asyncio.to_thread(self.look)
            return told

        return answer


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[World]:
    """A server with a key."""
    key = tmp_path / "key"
    assert cli.main(["encryption-key", str(key)]) == 0
    folder = tmp_path / "data"
    folder.mkdir()
    with a_world(folder, encryption_key_file=str(key), readable_log=True) as world:
        yield world


def test_nothing_said_is_in_clear_while_it_is_sent_answered_or_afterwards(
    secret: World,
) -> None:
    folder = secret.engine.data_dir
    model = Looking(folder)
    secret.stub.usual = model.says("I shall water ", f"the {ANSWERED}.")
    conversation = secret.conversation()
    at = conversation.id

    async def talk() -> None:
        async with an_io(secret.url) as io:
            await io.call("conversation:join", conversationId=at)
            for number in range(1, 4):
                sent = f"My {ASKED} number {number} needs water."
                told = await io.call("message:send", conversationId=at, content=sent)
                assert told["ok"]
                # Acknowledged, and not answered yet.
                await asyncio.to_thread(model.look)
                await io.until_done(number)
        async with a_plain(secret.url, f"?character={conversation.character_id}") as to:
            await to.say(vision=f"A {SEEN} on the sill.")
            assert SEEN in await to.frame()
            await to.say(message=f"And the last {ASKED}?")
            await to.frames()
        model.look()

    asyncio.run(talk())
    messages, [*_, last] = secret.platform.messages, secret.said(conversation)
    assert ANSWERED in last[1]
    reply = messages.page(ME, at, limit=1).messages[0]
    messages.replace_reply(ME, reply.id, f"No, the {ANSWERED} is dry.")
    messages.edit(ME, reply.id, f"Yes, the {ANSWERED} is dry.")
    assert secret.platform.search.find(ME, ASKED, character_id=None, limit=5).hits
    assert secret.platform.knowledge.of(ME, conversation.character_id)
    model.look()

    [scope] = secret.engine.scopes()
    assert encryption_of(secret.engine).is_encrypted(scope)
    assert isinstance(scope, Scope)
    assert model.looks >= 9
    assert model.found == []


def test_a_word_in_clear_would_have_been_found(tmp_path: Path) -> None:
    """The same without a key: the look tells of it, so it is worth something."""
    assert "LTM_ENCRYPTION_KEY" not in os.environ
    with a_world(tmp_path) as world:
        model = Looking(tmp_path)
        world.stub.usual = model.says(f"The {ANSWERED}.")
        conversation = world.conversation()

        async def talk() -> None:
            async with an_io(world.url) as io:
                at = conversation.id
                await io.call("message:send", conversationId=at, content=ASKED)
                await io.until_done()

        asyncio.run(talk())
        model.look()

        assert {one.split(":")[0] for one in model.found} == {ASKED, ANSWERED}
