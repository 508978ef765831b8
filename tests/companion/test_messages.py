"""Messages: stored once and in order, read in pages, changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import (
    MessageStatus,
    MessageType,
)
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.errors import Conflict, InvalidInput, NotFound, TooMany

from .grounds import ME, Ground, a_ground


def test_a_message_is_kept_by_bank_and_platform(ground: Ground) -> None:
    sent = ground.say("My cat is called Miso.")
    ground.answer("A lazy name!")

    assert ground.said() == ground.heard() == ["My cat is called Miso.", "A lazy name!"]
    assert sent.status is MessageStatus.SENT
    assert sent.sender_id == ME
    assert [one.name for one in ground.events] == ["message:received"] * 2
    assert ground.events[0].payload["content"] == "My cat is called Miso."


def test_a_client_id_sent_twice_is_stored_once(ground: Ground) -> None:
    first = ground.say("Hello there, Miku.", "c1")
    ground.answer("Hi!")
    again = ground.say("Hello there, Miku.", "c1")

    assert again == first
    assert ground.said() == ["Hello there, Miku.", "Hi!"]
    assert len(ground.events) == 2


def test_equal_words_are_two_messages(ground: Ground) -> None:
    for text in ("Yes.", "Yes.", "Yes."):
        ground.say(text)

    assert ground.said() == ground.heard() == ["Yes."] * 3


def test_pages_go_both_ways(ground: Ground) -> None:
    ids = [ground.say(f"Line number {n} of the talk.").id for n in range(7)]
    page = ground.platform.messages.page

    newest = page(ME, ground.conversation.id, limit=3)
    older = page(ME, ground.conversation.id, limit=3, before=newest.older)
    oldest = page(ME, ground.conversation.id, limit=3, before=older.older)
    newer = page(ME, ground.conversation.id, limit=3, after=oldest.newer)

    assert [one.id for one in newest.messages] == ids[4:]
    assert [one.id for one in older.messages] == ids[1:4]
    assert [one.id for one in oldest.messages] == ids[:1]
    assert [one.id for one in newer.messages] == ids[1:4]
    assert newest.newer is None
    assert oldest.older is None


def test_a_client_gets_what_it_missed_though_its_last_message_is_gone(
    ground: Ground,
) -> None:
    first = ground.say("The first of three lines.")
    second = ground.say("The second of three lines.")
    third = ground.say("The third of three lines.")
    ground.platform.messages.delete(ME, second.id)
    since = ground.platform.messages.since

    assert since(ME, ground.conversation.id, second.id) == [third]
    assert since(ME, ground.conversation.id, first.id) == [third]
    assert since(ME, ground.conversation.id, None) == [first, third]
    assert ground.heard() == ["The first of three lines.", "The third of three lines."]


def test_the_only_message_can_be_deleted(ground: Ground) -> None:
    only = ground.say("The only line that there is.", "c9")

    ground.platform.messages.delete(ME, only.id)

    assert ground.said() == ground.heard() == []
    with pytest.raises(Conflict, match="deleted since"):
        ground.say("The only line that there is.", "c9")


def test_an_edit_is_followed_in_the_bank(ground: Ground) -> None:
    sent = ground.say("I live in Bergen.")
    ground.answer("Rainy!")

    told = ground.platform.messages.edit(ME, sent.id, "I live in Oslo.")

    assert told.content == "I live in Oslo."
    assert told.edited_at is not None
    assert ground.said() == ground.heard() == ["I live in Oslo.", "Rainy!"]


def test_a_reply_has_alternatives(ground: Ground) -> None:
    ground.say("Tell me something.")
    reply = ground.answer("First.")
    messages = ground.platform.messages

    second = messages.replace_reply(ME, reply.id, "Second.")
    assert (second.id, second.content, second.swipe, second.swipes) == (
        reply.id,
        "Second.",
        1,
        2,
    )
    back = messages.swipe(ME, reply.id, 0)

    assert (back.content, back.swipe) == ("First.", 0)
    assert ground.heard() == ["Tell me something.", "First."]
    assert messages.swipes(ME, reply.id) == ["First.", "Second."]
    ground.say("Go on, please.")
    with pytest.raises(Conflict, match="last message"):
        messages.swipe(ME, reply.id, 1)


def test_a_conversation_that_begins_with_a_swiped_reply(ground: Ground) -> None:
    reply = ground.answer("Good evening to you.")

    ground.platform.messages.replace_reply(ME, reply.id, "Good morning to you.")

    assert ground.heard() == ground.said() == ["Good morning to you."]


def test_a_clock_that_jumps_leaves_the_order_of_messages(ground: Ground) -> None:
    years = iter([2026, 2016, 2038, 2026])
    platform = Platform(
        ground.engine,
        clock=lambda: datetime(next(years), 1, 1, tzinfo=UTC),
    )
    ground.platform = platform
    lines = [f"Line {number} of what I say." for number in "abcd"]
    sent = [
        platform.messages.send(ME, ground.conversation.id, SentMessage(content=one))[0]
        for one in lines
    ]

    assert ground.said() == ground.heard() == lines
    missed = platform.messages.since(ME, ground.conversation.id, sent[0].id)
    assert [one.content for one in missed] == lines[1:]
    older = platform.messages.page(
        ME, ground.conversation.id, before=sent[2].id, limit=1
    )
    assert [one.content for one in older.messages] == [lines[1]]
    platform.close()


def test_receipts_only_go_forward(ground: Ground) -> None:
    sent = ground.say("Are you there, Miku?")
    messages = ground.platform.messages

    [delivered] = messages.mark_delivered(ME, [sent.id])
    [read] = messages.mark_read(ME, [sent.id])

    assert delivered.status is MessageStatus.DELIVERED
    assert read.read_at is not None
    assert messages.mark_delivered(ME, [sent.id]) == []
    assert messages.mark_read("anna", [sent.id]) == []
    assert messages.get(ME, sent.id).status is MessageStatus.READ
    assert [one.name for one in ground.events] == [
        "message:received",
        "message:delivered",
        "message:read",
    ]


def test_reading_all_marks_the_characters_messages(ground: Ground) -> None:
    ground.say("Tell me two things.")
    one, two = ground.answer("The first thing."), ground.answer("The second thing.")

    read = ground.platform.messages.read_all(ME, ground.conversation.id, up_to=one.id)
    rest = ground.platform.messages.read_all(ME, ground.conversation.id)

    assert [r.message_id for r in read] == [one.id]
    assert [r.message_id for r in rest] == [two.id]


def test_what_is_wrong_with_a_message_is_said_and_nothing_stored(
    ground: Ground,
) -> None:
    for text in ("", " \n", "x" * 2001):
        with pytest.raises(InvalidInput):
            ground.say(text)
    with pytest.raises(NotFound):
        ground.platform.messages.send(ME, "cnv_none", SentMessage(content="Hello?"))
    with pytest.raises(NotFound):
        ground.platform.messages.send(
            "anna", ground.conversation.id, SentMessage(content="Hello?")
        )

    assert ground.said() == ground.heard() == []


def test_a_deleted_character_can_be_read_and_not_answered(ground: Ground) -> None:
    ground.say("This is said before it.")
    ground.platform.characters.delete(ME, ground.character.id)

    with pytest.raises(Conflict, match="was deleted"):
        ground.say("This is said after it.")
    assert ground.said() == ["This is said before it."]


def test_forgotten_words_are_gone_and_not_taken_again(ground: Ground) -> None:
    secret = ground.say("My secret is the blue lantern.")
    ground.say("Something else entirely now.")
    conversations = ground.platform.conversations
    bank = conversations.look(ME, ground.conversation.id).bank
    [entry, _] = bank.path_of(bank.chats()[0].id)

    ground.engine.forgetting(bank.scope).forget(
        ForgetTarget(memories=(entry.message.id,))
    )

    [listed] = conversations.page(ME).conversations
    assert listed.title == "Something else entirely now."
    assert ground.said() == ["Something else entirely now."]
    with pytest.raises(NotFound):
        ground.platform.messages.get(ME, secret.id)
    with pytest.raises(Conflict, match="forgotten"):
        ground.say("My secret is the blue lantern.")
    assert ground.said() == ground.heard() == ["Something else entirely now."]


def test_of_what_is_forgotten_no_file_holds_a_trace(
    tmp_path: Path, ground: Ground
) -> None:
    def holding(word: str) -> list[str]:
        return [
            one.name
            for one in tmp_path.rglob("*")
            if one.is_file() and word.encode() in one.read_bytes()
        ]

    conversations = ground.platform.conversations
    conversations.change(ME, ground.conversation.id, {"title": "Lantern night"})
    new = SentMessage(content="Here it is.", media_url="https://a.org/blue.png")
    ground.platform.messages.send(ME, ground.conversation.id, new)
    ground.say("My secret is out.", client_id="secret-client-id")
    words = ("blue.png", "Lantern", "secret-client-id")
    assert all(map(holding, words))

    opened = conversations.look(ME, ground.conversation.id)
    [first, _] = opened.chat.path()
    gone = ForgetTarget(memories=(first.message.id,))
    ground.engine.forgetting(opened.bank.scope).forget(gone)
    assert ground.said() == ["My secret is out."]
    assert not holding("blue.png")

    ground.platform.forgotten.forget(ME, ground.conversation.id)
    assert not any(map(holding, words))


def test_a_pause_is_asked_for(tmp_path: Path, ground: Ground) -> None:
    with a_ground(tmp_path / "other", messages_per_minute=2) as quick:
        quick.say("One thing to say.", "c1")
        quick.say("Another thing to say.")
        quick.say("One thing to say.", "c1")

        with pytest.raises(TooMany) as refused:
            quick.say("A third thing to say.")
        assert 0 < refused.value.retry_seconds <= 60


def test_pictures_and_notes_are_messages(ground: Ground) -> None:
    new = SentMessage(
        content="A red boat in the harbour.",
        type=MessageType.IMAGE,
        media_url="https://example.org/boat.png",
    )
    sent, _ = ground.platform.messages.send(ME, ground.conversation.id, new)
    note = SentMessage(content="It began to rain.", type=MessageType.SYSTEM)
    ground.platform.messages.send(ME, ground.conversation.id, note)

    told = ground.platform.messages.get(ME, sent.id)
    assert told.type is MessageType.IMAGE
    assert told.metadata.media_url == "https://example.org/boat.png"
    assert ground.heard() == ["A red boat in the harbour.", "It began to rain."]
