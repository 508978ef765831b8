"""Socket.IO, driven by python-socketio's own client before a running server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import socketio

from long_term_memory.companion import socket_io
from long_term_memory.companion.flood import BURST
from tests.server.upstreams import PATIENT, dies, piece, refuses, says, sends

from .live import ANNA, ANNAS, ME, MINE, World, a_world, an_io, free_port

LONG = "x" * 2_001
HERE = "(the conversation at hand)"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("memories")
    with a_world(folder, typing_milliseconds=200) as made:
        yield made


def test_a_message_is_acknowledged_answered_and_told_to_every_socket(
    world: World,
) -> None:
    world.stub.answers.append(says("I am ", "fine."))
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as mine, an_io(world.url) as other:
            for one in (mine, other):
                joined = await one.call("conversation:join", conversationId=talk.id)
                assert joined == {"ok": True, "missed": 0}
            sent = await mine.call(
                "message:send",
                conversationId=talk.id,
                content="How are you?",
                type="text",
                clientId="c1",
            )
            message = sent["message"]
            assert sent["ok"]
            assert message["content"] == "How are you?"
            assert (message["status"], message["clientId"]) == ("sent", "c1")
            await mine.until_done()
            await other.until_done()

            names = [name for name, _ in mine.heard]
            assert names.index("message:delivered") < names.index("message:read")
            # The finished reply comes as a message; what he sent he knows.
            [reply] = mine.of("message:received")
            assert (reply["senderType"], reply["content"]) == (
                "character",
                "I am fine.",
            )
            responses = mine.of("character:response")
            assert responses[0]["type"] == "started"
            assert responses[-1]["type"] == "done"
            streamed = "".join(one.get("content", "") for one in responses)
            assert streamed == "I am fine."
            assert {one["messageId"] for one in responses} == {reply["id"]}
            both = [one["content"] for one in other.of("message:received")]
            assert both == ["How are you?", "I am fine."]
            typing = [one["isTyping"] for one in mine.of("typing:indicator")]
            assert typing == [True, False]
            # A socket acknowledged it, so it was delivered.
            await mine.until(
                lambda: any(
                    one["messageId"] == reply["id"]
                    for one in mine.of("message:delivered")
                )
            )

    asyncio.run(go())
    assert world.said(talk) == [("user", "How are you?"), ("character", "I am fine.")]


def test_what_a_model_thinks_is_neither_streamed_nor_stored(world: World) -> None:
    world.stub.answers.append(
        says("<th", "ink>He greets", " me.</thi", "nk>", "Hi", "!")
    )
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            await io.call("message:send", conversationId=talk.id, content="Hello")
            await io.until_done()
            tokens = [one.get("content", "") for one in io.of("character:response")]
            assert "".join(tokens) == "Hi!"

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Hi!")


def test_the_same_client_id_is_stored_and_answered_once(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            told = {"conversationId": talk.id, "content": "Hi", "clientId": "once"}
            first = await io.call("message:send", **told)
            await io.until_done()
            again = await io.call("message:send", **told)
            assert again["message"]["id"] == first["message"]["id"]
            await asyncio.sleep(0.2)
            assert len(io.of("message:received")) == 1

    asyncio.run(go())
    assert len(world.said(talk)) == 2


def test_after_a_lost_connection_what_was_missed_comes_once_and_in_order(
    world: World,
) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            sent = await io.call("message:send", conversationId=talk.id, content="1")
            await io.until_done()
        for number in range(2, 7):
            world.platform.messages.add_reply(ME, talk.id, f"line {number}")
        async with an_io(world.url) as io:
            joined = await io.call(
                "conversation:join",
                conversationId=talk.id,
                lastMessageId=sent["message"]["id"],
            )
            assert joined == {"ok": True, "missed": 6}
            await io.until_heard("message:received", 6)
            again = await io.call("message:send", conversationId=talk.id, content="7")
            assert again["ok"]
            await io.until_done()
            told = [one["content"] for one in io.of("message:received")]
            assert told == [
                "Hello there.",
                *(f"line {number}" for number in range(2, 7)),
                "Hello there.",
            ]

    asyncio.run(go())


def test_typing_is_told_to_the_others_and_ends_by_itself(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as mine, an_io(world.url) as other:
            for one in (mine, other):
                await one.call("conversation:join", conversationId=talk.id)
            await mine.call("typing:start", conversationId=talk.id)
            await mine.call("typing:start", conversationId=talk.id)
            await other.until_heard("typing:indicator", 2)
            told = other.of("typing:indicator")
            assert [one["isTyping"] for one in told] == [True, False]
            assert {one["userId"] for one in told} == {ME}
            await mine.call("typing:start", conversationId=talk.id)
            await mine.call("typing:stop", conversationId=talk.id)
            await other.until_heard("typing:indicator", 4)
            assert mine.of("typing:indicator") == []

    asyncio.run(go())


def test_who_left_hears_no_more(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as mine, an_io(world.url) as other:
            await other.call("conversation:join", conversationId=talk.id)
            await other.call("conversation:leave", conversationId=talk.id)
            await mine.call("message:send", conversationId=talk.id, content="Hi")
            await mine.until_done()
            assert other.heard == []

    asyncio.run(go())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refuses(500, {"error": {"message": "out of memory"}}), "out of memory"),
        (dies, "cannot be reached"),
        (sends(piece("Half a "), then="death"), "broke off"),
        (says(), "without a word"),
    ],
    ids=["refuses", "dies", "breaks off", "says nothing"],
)
def test_a_failing_model_is_told_and_the_message_can_be_sent_again(
    world: World, answer: Any, words: str
) -> None:
    world.stub.answers.append(answer)
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            told = {"conversationId": talk.id, "content": "Hello?", "clientId": "mine"}
            assert (await io.call("message:send", **told))["ok"]
            fault = await io.until_heard("error")
            assert words in fault["message"]
            assert fault["conversationId"] == talk.id
            # Which message is to be sent again, and which reply will not come.
            assert fault["clientId"] == "mine"
            assert fault["messageId"].startswith("msg_")
            assert io.of("typing:indicator")[-1]["isTyping"] is False
            assert (await io.call("message:send", **told))["ok"]
            await io.until_done()

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Hello there.")


@pytest.mark.parametrize(
    ("event", "said"), [("message:stop", {}), ("message:send", {"content": " /Stop"})]
)
def test_a_stopped_reply_is_kept_as_far_as_it_came(
    world: World, event: str, said: dict[str, str]
) -> None:
    world.stub.answers.append(sends(piece("Once upon"), then="silence"))
    world.stub.left.clear()
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            await io.call("message:send", conversationId=talk.id, content="A story!")
            await io.until_heard("character:response", 2)
            stopped = await io.call(event, conversationId=talk.id, **said)
            assert stopped == {"ok": True, "stopped": True}
            await io.until_done()
            again = await io.call(event, conversationId=talk.id, **said)
            assert again == {"ok": True, "stopped": False}

    asyncio.run(go())
    assert world.said(talk)[-1] == ("character", "Once upon")
    assert world.stub.left.wait(10)


def test_what_is_sent_while_a_reply_comes_is_answered_after_it(world: World) -> None:
    goes_on = threading.Event()

    async def slowly(request: Any, body: Any) -> Any:
        await asyncio.to_thread(goes_on.wait, 10)
        return await says("First.")(request, body)

    world.stub.answers.extend([slowly, says("Second.")])
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            await io.call("message:send", conversationId=talk.id, content="One")
            await io.until_heard("typing:indicator")
            await io.call("message:send", conversationId=talk.id, content="Two")
            goes_on.set()
            await io.until_done(2)

    asyncio.run(go())
    assert [text for _, text in world.said(talk)] == ["One", "Two", "First.", "Second."]


def test_a_mode_is_set_by_a_message_that_is_not_stored(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            await io.call("conversation:join", conversationId=talk.id)
            told = {"conversationId": talk.id, "content": "/mode study"}
            assert await io.call("message:send", **told) == {
                "ok": True,
                "mode": "study",
            }
            mode = await io.until_heard("conversation:mode")
            assert mode == {"conversationId": talk.id, "mode": "study"}
            told["content"] = "/mode party"
            refused = await io.call("message:send", **told)
            assert "default, study, chill, creative" in refused["error"]["message"]

    asyncio.run(go())
    assert world.said(talk) == []


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        ("message:send", None, "invalid_input"),
        ("message:send", "text", "invalid_input"),
        ("message:send", {"content": "Hi"}, "invalid_input"),
        ("message:send", {"conversationId": "none", "content": "Hi"}, "not_found"),
        ("message:send", {"conversationId": 7, "content": "Hi"}, "invalid_input"),
        ("message:send", {"conversationId": HERE, "content": ""}, "invalid_input"),
        ("message:send", {"conversationId": HERE, "content": 5}, "invalid_input"),
        (
            "message:send",
            {"conversationId": HERE, "content": LONG},
            "too_large",
        ),
        (
            "message:send",
            {"conversationId": HERE, "content": "Hi", "type": "dance"},
            "invalid_input",
        ),
        (
            "message:send",
            {"conversationId": HERE, "content": "Hi", "odd": 1},
            "invalid_input",
        ),
        ("conversation:join", {"conversationId": "none"}, "not_found"),
        (
            "conversation:join",
            {"conversationId": HERE, "lastMessageId": 5},
            "invalid_input",
        ),
        (
            "conversation:join",
            {"conversationId": HERE, "lastMessageId": "none"},
            "not_found",
        ),
        ("typing:start", {}, "invalid_input"),
        ("message:sent", {}, "invalid_input"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(
    world: World, name: str, told: Any, code: str
) -> None:
    talk = world.conversation()
    if isinstance(told, dict) and told.get("conversationId") is HERE:
        told = {**told, "conversationId": talk.id}

    async def go() -> None:
        async with an_io(world.url) as io:
            answer = await io.client.call(name, told)
            assert answer["ok"] is False
            fault = await io.until_heard("error")
            assert fault == answer["error"]
            assert (fault["code"], bool(fault["message"])) == (code, True)

    asyncio.run(go())
    assert world.said(talk) == []


def test_who_never_acknowledges_is_told_all_and_has_received_none(world: World) -> None:
    talk = world.conversation()
    url = f"{world.url}/socket.io/?EIO=4&transport=websocket"

    async def go() -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as raw:
            await raw.send_str("40")
            heard = ""
            for number in range(3):
                told = {"conversationId": talk.id, "content": f"Hello, {number}."}
                await raw.send_str(f"42{json.dumps(['message:send', told])}")
                while heard.count('"senderType":"character"') <= number:
                    heard += await raw.receive_str(timeout=PATIENT)

    asyncio.run(go())
    page = world.platform.messages.page(ME, talk.id)
    assert [one.status for one in page.messages] == ["read", "sent"] * 3


def test_a_socket_that_floods_is_cut_off(world: World) -> None:
    talk = world.conversation()

    async def go() -> None:
        async with an_io(world.url) as io:
            for _ in range(BURST * 2):
                if io.client.connected:
                    await io.client.emit("typing:start", {"conversationId": talk.id})
            await io.until(
                lambda: any(one["code"] == "flood" for one in io.of("error"))
            )
            async with asyncio.timeout(10):
                await io.client.wait()
            assert not io.client.connected

    asyncio.run(go())


def test_a_second_port_serves_sockets_alone(tmp_path: Path) -> None:
    second = free_port()
    with a_world(tmp_path, websocket_port=second, websocket_path="/io") as world:
        talk = world.conversation()
        at_second = f"http://127.0.0.1:{second}"

        async def go() -> None:
            import aiohttp

            async with aiohttp.ClientSession() as session:
                async with session.get(f"{at_second}/health") as answer:
                    assert answer.status == 404
                    assert "sockets alone" in await answer.text()
                async with session.get(f"{world.url}/health") as answer:
                    assert answer.status == 200
            for url in (at_second, world.url):
                async with an_io(url, path="io") as io:
                    await io.call("message:send", conversationId=talk.id, content="Hi")
                    await io.until_done()

        asyncio.run(go())


def test_keys_open_ones_own_conversations_alone(tmp_path: Path) -> None:
    with a_world(tmp_path, keys=True) as world:
        mine, annas = world.conversation(), world.conversation(ANNA)

        async def go() -> None:
            for token in ("", "wrong", "wrong-key-of-nobody", "ä"):
                with pytest.raises(socketio.exceptions.ConnectionError):
                    async with an_io(world.url, token):
                        pass
            async with an_io(world.url, ANNAS) as anna, an_io(world.url, MINE) as me:
                for io, own, foreign in ((anna, annas, mine), (me, mine, annas)):
                    told = {"conversationId": foreign.id, "content": "Hi"}
                    for name in ("conversation:join", "message:send"):
                        refused = await io.call(name, **told)
                        assert refused["error"]["code"] == "not_found"
                    await io.call("conversation:join", conversationId=own.id)
                sent = await anna.call(
                    "message:send", conversationId=annas.id, content="Hi"
                )
                assert sent["message"]["senderId"] == ANNA
                await anna.until_done()
                assert me.of("message:received") == []

        asyncio.run(go())
        assert world.said(mine) == []


def test_a_session_that_never_says_who_it_is_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_io, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(socket_io, "SWEEP_SECONDS", 0.1)

    async def go(world: World) -> None:
        address = f"{world.url}/socket.io/?EIO=4&transport="
        async with (
            an_io(world.url) as io,
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}websocket") as mute,
        ):
            began = await session.get(f"{address}polling")
            told = (await began.text())[1:]
            await asyncio.sleep(1)
            assert [(await mute.receive()).type for _ in "abc"][-1] in (
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
            )
            polled = f"{address}polling&sid={json.loads(told)['sid']}"
            assert (await session.get(polled)).status == 400
            # Who said it stays.
            talk = world.conversation()
            assert (await io.call("conversation:join", conversationId=talk.id))["ok"]

    with a_world(tmp_path) as world:
        asyncio.run(go(world))


def test_sessions_are_bounded_whatever_they_say(tmp_path: Path) -> None:
    async def go(world: World) -> None:
        address = f"{world.url}/socket.io/?EIO=4&transport="
        async with aiohttp.ClientSession() as session:
            begun = [await session.get(f"{address}polling") for _ in range(9)]
            assert [one.status for one in begun] == [*[200] * 8, 503]
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(f"{address}websocket")

    with a_world(tmp_path, most_connections=8) as world:
        asyncio.run(go(world))


def test_a_socket_is_read_on_while_its_message_is_stored(tmp_path: Path) -> None:
    """Else its word that it is there would lie unread, and it be taken for gone."""
    with a_world(tmp_path) as world:
        talk = world.conversation()

        async def go() -> None:
            async with an_io(world.url) as io:
                told = {"conversationId": talk.id, "content": "Hi"}
                with world.platform.database.writing():
                    await io.client.emit("message:send", told)
                    for _ in range(BURST * 2):
                        await io.client.emit("typing:stop", told)
                    await io.until(
                        lambda: any(one["code"] == "flood" for one in io.of("error"))
                    )

        asyncio.run(go())


def test_what_is_sent_without_waiting_keeps_its_order(world: World) -> None:
    world.stub.answers.clear()
    talk = world.conversation()
    words = [f"line {number}" for number in range(12)]

    async def go() -> None:
        async with an_io(world.url) as io:
            for one in words:
                told = {"conversationId": talk.id, "content": one}
                await io.client.emit("message:send", told)
            answered = await io.call("conversation:join", conversationId=talk.id)
            assert answered["ok"]

    asyncio.run(go())
    # Of the server itself: what it brings into the bank just now no other one sees.
    path = f"{world.url}/api/v1/conversations/{talk.id}/messages"
    told = httpx.get(path, timeout=PATIENT).json()["messages"]
    assert [one["content"] for one in told if one["senderType"] == "user"] == words
