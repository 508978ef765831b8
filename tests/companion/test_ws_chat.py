"""The plain WebSocket, before a running server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from long_term_memory.companion.prompts import FRAME_TOKENS
from long_term_memory.companion.wire import JOINER, MARKS
from long_term_memory.models.tokens import estimate_tokens
from tests.server.upstreams import piece, refuses, says, sends

from .live import ANNA, ANNAS, World, a_plain, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("memories")
    modes = folder / "modes.toml"
    modes.write_text('[modes.pirate]\nprompt = "Talk like a pirate."\n', "utf-8")
    with a_world(folder, modes_file=str(modes)) as made:
        yield made


def system_prompt(world: World) -> str:
    prompt: str = world.stub.asked[-1].body["messages"][0]["content"]
    return prompt


def test_a_reply_comes_in_exactly_the_wire_form(world: World) -> None:
    world.stub.answers.append(says("I am so ", "happy for you!"))
    talk = world.conversation()

    async def go() -> list[str]:
        async with a_plain(world.url) as plain:
            await plain.say(message="I passed the exam!")
            return await plain.frames()

    *text, emotion, end = asyncio.run(go())
    assert "".join(text) == "I am so happy for you!"
    assert all(text)
    assert emotion.startswith("[EMOTION]")
    assert emotion.removeprefix("[EMOTION]").isalpha()
    assert end == "[END]"
    # Without a word on which, it is the newest conversation.
    assert world.said(talk)[0] == ("user", "I passed the exam!")


def test_a_reply_cannot_forge_a_frame(world: World) -> None:
    world.stub.answers.append(says("[E", "ND] [EMOTION]", "angry [MODE CHANGED", "]"))
    talk = world.conversation()

    async def go() -> list[str]:
        async with a_plain(world.url) as plain:
            await plain.say(message="Say [END].")
            return await plain.frames()

    *text, _, _ = asyncio.run(go())
    together = "".join(text)
    assert not any(mark in together for mark in MARKS)
    said = "[END] [EMOTION]angry [MODE CHANGED]"
    assert together.replace(JOINER, "") == said
    # What is remembered is what was said.
    assert world.said(talk)[-1] == ("character", said)


def test_modes_change_the_prompt_and_a_file_adds_to_them(world: World) -> None:
    world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            for mode, asked in (
                ("study", "explain step by step"),
                ("pirate", "Talk like a pirate."),
            ):
                await plain.say(message=f"/mode {mode}")
                assert await plain.frame() == "[MODE CHANGED]"
                await plain.say(message="Hi")
                await plain.frames()
                assert asked in system_prompt(world)
            await plain.say(message="/mode default")
            assert await plain.frame() == "[MODE CHANGED]"
            await plain.say(message="/mode dance")
            words, end = await plain.frames()
            assert "study, chill, creative, pirate" in words
            assert end == "[END]"

    asyncio.run(go())


def test_what_is_seen_becomes_a_memory(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.say(vision="A heron stands on the jetty. [END]")
            frame = await plain.frame()
            assert frame == f"[VISION]A heron stands on the jetty. [{JOINER}END]"
            await plain.say(message="Do you remember the heron on the jetty?")
            await plain.frames()

    asyncio.run(go())
    opened = world.platform.conversations.open(talk.user_id, talk.id)
    [note] = opened.bank.memories.notes()
    assert note.content.endswith("saw: A heron stands on the jetty. [END]")
    assert "vision" in note.tags
    assert "A heron stands on the jetty" in system_prompt(world)


def test_a_failing_model_is_told_in_words_and_the_frame_ends(world: World) -> None:
    world.stub.answers.append(refuses(500, {"error": {"message": "out of [END]"}}))
    world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.say(message="Hello?")
            words, end = await plain.frames()
            assert f"out of [{JOINER}END]" in words
            assert end == "[END]"
            await plain.say(message="Hello?")
            assert (await plain.frames())[0].startswith("Hello")

    asyncio.run(go())


def test_what_broke_off_stands_apart_from_the_words_why(world: World) -> None:
    world.stub.answers.append(sends(piece("Once upon"), then="death"))
    world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.say(message="Tell me a story.")
            *said, words, end = await plain.frames()
            assert "".join(said) == "Once upon"
            assert words.startswith("\n")
            assert end == "[END]"

    asyncio.run(go())


def test_who_wants_no_more_says_stop(world: World) -> None:
    world.stub.answers.append(sends(piece("Once upon"), then="silence"))
    talk = world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.say(message="A story!")
            assert await plain.frame() == "Once upon"
            await plain.say(message="/stop")
            assert (await plain.frames())[-1] == "[END]"

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Once upon")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Hello", "is JSON"),
        ("{", "is JSON"),
        ("[]", "message"),
        ('{"message": ""}', "message"),
        ('{"message": 5}', "message"),
        ('{"message": "' + "x" * 2_001 + '"}', "2,000"),
        ('{"vision": "' + "x" * 2_001 + '"}', "2,000"),
        ("[" * 1_000, "JSON"),
    ],
    ids=["text", "half", "list", "empty", "number", "long", "long vision", "deep"],
)
def test_what_is_wrong_is_told_in_words_and_the_socket_stays(
    world: World, raw: str, words: str
) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.socket.send_str(raw)
            told, end = await plain.frames()
            assert words in told
            assert end == "[END]"
            await plain.say(message="/mode chill")
            assert await plain.frame() == "[MODE CHANGED]"

    asyncio.run(go())
    assert world.said(talk) == []


def test_a_socket_that_floods_is_closed_and_that_is_no_fault(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """What was to be told still was sent into the closed socket, and logged."""
    world.conversation()

    async def go() -> None:
        async with a_plain(world.url) as plain:
            for _ in range(200):
                if plain.socket.closed:
                    break
                await plain.socket.send_str('{"message": "/mode chill"}')
            message = await plain.socket.receive(timeout=20)
            while message.type is aiohttp.WSMsgType.TEXT:
                message = await plain.socket.receive(timeout=20)
            assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)

    for _ in range(5):
        asyncio.run(go())
    assert [one.getMessage() for one in caplog.records] == []


def test_a_character_is_named_in_the_address(world: World) -> None:
    wanted = world.conversation()
    newer = world.conversation()

    async def go() -> None:
        async with a_plain(world.url, f"?character={wanted.character_id}") as plain:
            await plain.say(message="Hi")
            await plain.frames()
        async with a_plain(world.url, "?character=none") as plain:
            assert await plain.closed() == (
                1008,
                "There is no character with the id 'none'.",
            )

    asyncio.run(go())
    assert len(world.said(wanted)) == 2
    assert world.said(newer) == []


def test_who_names_no_character_never_meets_one_that_was_deleted(world: World) -> None:
    left = world.conversation()
    gone = world.conversation()
    world.platform.characters.delete(gone.user_id, gone.character_id)

    async def go() -> None:
        async with a_plain(world.url) as plain:
            await plain.say(message="Hi")
            assert (await plain.frames())[-2] == "[EMOTION]neutral"

    asyncio.run(go())
    assert len(world.said(left)) == 2
    assert world.said(gone) == []


def test_a_page_of_another_website_opens_no_socket(world: World) -> None:
    async def go() -> None:
        for path in ("/ws/chat", "/socket.io/?EIO=4&transport=websocket"):
            for origin, opens in (
                ("https://evil.example", False),
                ("http://localhost:8000", True),
            ):
                async with aiohttp.ClientSession() as session:
                    try:
                        async with session.ws_connect(
                            world.url + path, headers={"Origin": origin}
                        ):
                            opened = True
                    except aiohttp.WSServerHandshakeError:
                        opened = False
                assert opened is opens, (path, origin)

    world.conversation()
    asyncio.run(go())


def test_without_any_character_a_word_says_how_to_make_one(tmp_path: Path) -> None:
    with a_world(tmp_path) as world:

        async def go() -> tuple[int | None, str]:
            async with a_plain(world.url) as plain:
                return await plain.closed()

        code, words = asyncio.run(go())
    assert code == 1008
    assert "POST /api/v1/characters" in words


def test_a_token_opens_ones_own_conversation_alone(tmp_path: Path) -> None:
    with a_world(tmp_path, keys=True) as world:
        mine, annas = world.conversation(), world.conversation(ANNA)

        async def go() -> None:
            for query in ("", "?token=", "?token=wrong"):
                async with a_plain(world.url, query) as plain:
                    assert (await plain.closed())[0] == 1008
            foreign = f"?token={ANNAS}&character={mine.character_id}"
            async with a_plain(world.url, foreign) as plain:
                assert (await plain.closed())[0] == 1008
            async with a_plain(world.url, f"?token={ANNAS}") as plain:
                await plain.say(message="Hi")
                await plain.frames()
            bearer: Any = {"Authorization": f"Bearer {ANNAS}"}
            async with a_plain(world.url, **bearer) as plain:
                await plain.say(message="Hi again")
                await plain.frames()

        asyncio.run(go())
        assert len(world.said(annas)) == 4
        assert world.said(mine) == []


@pytest.mark.parametrize(("lines", "length"), [(40, 25), (100, 8), (260, 1)])
def test_after_a_restart_the_conversation_goes_on(
    tmp_path: Path, lines: int, length: int
) -> None:
    with a_world(tmp_path) as world:
        talk = world.conversation()
        for number in range(lines):
            said = f"line {number}: " + "and so it went on " * length
            world.platform.messages.add_reply(talk.user_id, talk.id, said)
    with a_world(tmp_path) as world:

        async def go() -> None:
            async with a_plain(world.url) as plain:
                await plain.say(message="Where were we?")
                await plain.frames()

        asyncio.run(go())
        sent = world.stub.asked[-1].body["messages"][1:]
        assert sent[-1]["content"] == "Where were we?"
        assert sent[-2]["content"].startswith(f"line {lines - 1}")
        tokens = sum(estimate_tokens(one["content"]) + FRAME_TOKENS for one in sent)
        assert 2_800 <= tokens <= 3_000
