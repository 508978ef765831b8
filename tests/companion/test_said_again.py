"""What a character says again stays, though the same was forgotten once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from long_term_memory.companion import words
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import CharacterProfile, ConversationStatus
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.policy import Policy, Remembering
from long_term_memory.core.types import PathEntry, Scope, Window, WindowMessage
from long_term_memory.errors import Conflict
from long_term_memory.exporters.export_job import write
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import
from tests.server.upstreams import PATIENT, says

from .grounds import ME, Ground, a_ground, an_engine, reopened
from .live import World, a_world, an_io

SCOPE = Scope(user=ME, character="Maren")
GREETING = "Come in out of the rain, and mind the stairs."
REPLY = "Hello! How can I help you today?"
SECRET = "The key of the shed lies under the third blue stone."
OTHER = "I see. Would you like to tell me more about it?"


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Ground]:
    """Lend a new conversation after the same one was forgotten."""
    with a_ground(tmp_path) as ground:
        maren = CharacterProfile(name="Maren", greeting=GREETING)
        character = ground.platform.characters.create(ME, maren)
        ground.character = character
        talk_anew(ground)
        told(ground)
        ground.platform.forgotten.forget(ME, ground.conversation.id)
        talk_anew(ground)
        yield ground


def talk_anew(ground: Ground) -> None:
    """Begin a conversation with the character."""
    ground.conversation = ground.platform.messages.begin(ME, ground.character.id)


def told(ground: Ground) -> None:
    """Have the words said that are forgotten."""
    ground.say("Hi!")
    ground.answer(REPLY)
    ground.say(SECRET)
    reply = ground.answer(OTHER)
    ground.platform.messages.replace_reply(ME, reply.id, f"{OTHER} {OTHER}")


def path_of(ground: Ground) -> list[PathEntry]:
    return ground.platform.conversations.look(ME, ground.conversation.id).chat.path()


def said_in(platform: Platform, place: str) -> list[str]:
    return [one.content for one in platform.messages.page(ME, place).messages]


def test_a_greeting_begins_each_conversation(again: Ground) -> None:
    assert again.said() == again.heard() == [GREETING]
    other = again.platform.messages.begin(ME, again.character.id)
    assert said_in(again.platform, other.id) == [GREETING]


def test_what_the_character_says_may_be_edited_to_the_same_again(
    again: Ground, tmp_path: Path
) -> None:
    [greeting] = again.platform.messages.page(ME, again.conversation.id).messages
    for text in ("Come in.", GREETING.upper(), REPLY):
        again.platform.messages.edit(ME, greeting.id, text)
        assert again.said() == again.heard() == [text]
    shutil.copytree(tmp_path, tmp_path.with_name("copy"))
    with reopened(tmp_path.with_name("copy")) as platform:
        assert said_in(platform, again.conversation.id) == [REPLY]


def test_a_greeting_that_is_short_does_so_too(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        profile = CharacterProfile(name="Maren", greeting="Hey!")
        ground.character = ground.platform.characters.create(ME, profile)
        for _ in range(3):
            talk_anew(ground)
            ground.say("Hi!")
            assert ground.said() == ground.heard() == ["Hey!", "Hi!"]
            ground.platform.forgotten.forget(ME, ground.conversation.id)


def test_a_reply_stays_through_all_that_comes_after_it(again: Ground) -> None:
    messages = again.platform.messages
    again.say("Hi!")
    again.answer(REPLY)
    sent = again.say("Nothing much, it is the rain.")
    reply = again.answer(OTHER)
    messages.replace_reply(ME, reply.id, f"{OTHER} {OTHER}")
    messages.replace_reply(ME, reply.id, "Ah, the rain.")
    whole = [GREETING, "Hi!", REPLY, "Nothing much, it is the rain.", "Ah, the rain."]
    assert again.said() == again.heard() == whole

    messages.swipe(ME, reply.id, 1)
    messages.edit(ME, sent.id, "Nothing, it is the weather.")
    whole[3:] = ["Nothing, it is the weather.", f"{OTHER} {OTHER}"]
    assert again.said() == again.heard() == whole

    messages.swipe(ME, reply.id, 0)
    messages.delete(ME, sent.id)
    again.say("So.")
    whole[3:] = [OTHER, "So."]
    assert again.said() == again.heard() == whole


def test_it_stays_after_a_kill_and_where_the_conversation_comes_back(
    again: Ground, tmp_path: Path
) -> None:
    again.say("Hi!")
    again.answer(REPLY)
    place = again.conversation.id
    copy = tmp_path / "killed"
    shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("killed"))
    with reopened(copy) as platform:
        change = platform.conversations.change
        change(ME, place, {"status": ConversationStatus.DELETED})
        change(ME, place, {"status": ConversationStatus.ACTIVE})
        platform.messages.send(ME, place, SentMessage(content="So."))

        assert said_in(platform, place) == [GREETING, "Hi!", REPLY, "So."]


def test_it_stays_where_something_else_is_forgotten_and_all_is_read_anew(
    again: Ground,
) -> None:
    again.say("My bicycle is locked with four sevens.")
    again.answer(REPLY)
    [_, other, _] = path_of(again)
    gone = ForgetTarget(memories=(other.message.id,))
    again.engine.forgetting(SCOPE).forget(gone)

    again.engine.bank(SCOPE).rebuild().run()
    again.say("So.")

    assert again.said() == again.heard() == [GREETING, REPLY, "So."]


def test_a_file_of_ours_leaves_it_where_it_is_and_brings_it_back(
    again: Ground, tmp_path: Path
) -> None:
    again.say("Hi!")
    again.answer(REPLY)
    whole = again.heard()
    bank = again.engine.bank(SCOPE)
    file = write(bank, "jsonl", tmp_path / "maren.jsonl").path

    assert Import(again.engine, ImportOptions()).run([file]).messages == 0
    assert again.heard() == whole

    bank.undo_log.clear("b1", "a clearing")
    assert again.heard() == []
    Import(again.engine, ImportOptions()).run([file])
    assert again.heard() == whole


def test_what_the_user_says_again_stays_away_if_it_tells(again: Ground) -> None:
    sent = again.say("Hi!")

    with pytest.raises(Conflict, match="forgotten for good"):
        again.say(SECRET.upper())
    with pytest.raises(Conflict, match="forgotten for good"):
        again.platform.messages.edit(ME, sent.id, SECRET)

    assert again.said() == again.heard() == [GREETING, "Hi!"]


def test_what_is_forgotten_again_is_gone_again(again: Ground, tmp_path: Path) -> None:
    again.say("Hi!")
    again.answer(REPLY)
    kept = talk_beside(again)
    again.platform.forgotten.forget(ME, again.conversation.id)

    assert said_in(again.platform, kept) == ["What a storm that was!"]
    traces = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one for one in traces if REPLY.encode() in one.read_bytes()] == []
    talk_anew(again)
    assert again.said() == [GREETING]


def talk_beside(ground: Ground) -> str:
    """Have another conversation, with the same greeting."""
    place = ground.platform.messages.begin(ME, ground.character.id).id
    ground.platform.messages.send(
        ME, place, SentMessage(content="What a storm that was!")
    )
    return place


def test_a_reply_that_another_program_forgets_does_not_come_back(
    again: Ground, tmp_path: Path
) -> None:
    """Though it is in the window of what is said next."""
    again.say("Hi!")
    again.answer(REPLY)
    chat = again.platform.conversations.open(ME, again.conversation.id).chat
    path = path_of(again)
    with closing(an_engine(tmp_path)) as other:
        gone = ForgetTarget(memories=(path[-1].message.id,))
        other.forgetting(SCOPE).forget(gone)

    chat.observe(words._window(path))

    assert again.heard() == again.said() == [GREETING, "Hi!"]


def test_a_host_that_still_shows_it_does_not_bring_it_back(again: Ground) -> None:
    again.say("Hi!")
    again.answer(REPLY)
    there = again.engine.bank(SCOPE).chat("old", host="another")
    texts = (GREETING, "Hi!", REPLY, SECRET, OTHER, "So.")
    shown = tuple(WindowMessage(role="assistant", content=one) for one in texts)

    there.observe(Window(messages=shown, complete=True))

    assert [one.message.content for one in there.path()] == ["So."]
    assert again.heard() == [GREETING, "Hi!", REPLY]


def test_what_was_refused_while_nothing_was_remembered_can_be_said_then(
    again: Ground,
) -> None:
    policies = again.engine.bank(SCOPE).policies
    line = "The ferry was late again today."
    policies.set_character(Policy(remembers=Remembering.PAUSED))
    for _ in range(2):
        with pytest.raises(Conflict, match="set not to remember"):
            again.say(line)
    policies.set_character(Policy())

    again.say(line)

    assert again.said() == again.heard() == [GREETING, line]
    assert again.engine.bank(SCOPE).state.policies.is_unset()


def test_calls_and_sockets_go_on_after_a_forgetting(tmp_path: Path) -> None:
    with a_world(tmp_path) as world:
        world.stub.usual = says(REPLY)
        with httpx.Client(base_url=f"{world.url}/api/v1", timeout=PATIENT) as rest:
            maren = {"name": "Maren", "greeting": GREETING}
            character = rest.post("/characters", json=maren).json()["id"]
            for number in range(3):
                begun = rest.post("/conversations", json={"characterId": character})
                assert begun.status_code == 201, begun.text
                place = f"/conversations/{begun.json()['id']}"
                asyncio.run(answered(world, begun.json()["id"]))
                shown = rest.get(f"{place}/messages").json()["messages"]
                assert [one["content"] for one in shown] == [GREETING, "Hi!", REPLY]
                line = {"content": SECRET}
                sent = rest.post(f"{place}/messages", json=line)
                assert sent.status_code == (409 if number else 201)
                assert rest.delete(f"{place}?forget=true").status_code == 204


async def answered(world: World, place: str) -> None:
    """Say something, and wait for the whole reply."""
    async with an_io(world.url) as io:
        assert (await io.call("conversation:join", conversationId=place))["ok"]
        told = {"conversationId": place, "content": "Hi!"}
        assert (await io.call("message:send", **told))["ok"]
        await io.until_done()
