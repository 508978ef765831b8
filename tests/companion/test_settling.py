"""After a kill, a copied back database or a forgetting both sides agree again."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from long_term_memory.companion import message_rows, words
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.database import FILE
from long_term_memory.companion.message_rows import NewRow
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import MessageType, SenderType
from long_term_memory.companion.stamps import id_of_client, stamp, utc_now
from long_term_memory.errors import StoreError

from .grounds import ME, Ground, a_ground, reopened


def said(platform: Platform, conversation: str) -> list[str]:
    """Return what a conversation holds."""
    page = platform.messages.page(ME, conversation, limit=200)
    return [one.content for one in page.messages]


def half_stored(ground: Ground, client_id: str) -> None:
    """Leave what a kill between the row and its words leaves."""
    row = NewRow(
        id=id_of_client(ground.conversation.id, client_id),
        conversation_id=ground.conversation.id,
        user=ME,
        sender=SenderType.USER,
        type=MessageType.TEXT,
        created_at=stamp(utc_now()),
        client_id=client_id,
    )
    with ground.platform.database.writing() as connection:
        message_rows.add(connection, row)


def test_a_row_without_words_goes_and_the_message_can_be_sent_again(
    tmp_path: Path,
) -> None:
    with a_ground(tmp_path) as ground:
        conversation = ground.conversation.id
        ground.say("This was acknowledged before the kill.", "c1")
        half_stored(ground, "c2")

    with reopened(tmp_path) as platform:
        assert said(platform, conversation) == [
            "This was acknowledged before the kill."
        ]
        assert platform.conversations.get(ME, conversation).message_count == 1
        for client_id, text in (
            ("c1", "This was acknowledged before the kill."),
            ("c2", "This was not."),
        ):
            new = SentMessage(content=text, client_id=client_id)
            platform.messages.send(ME, conversation, new)
        assert said(platform, conversation) == [
            "This was acknowledged before the kill.",
            "This was not.",
        ]


def test_a_database_that_is_an_older_copy_learns_what_the_bank_has(
    tmp_path: Path,
) -> None:
    with a_ground(tmp_path) as ground:
        conversation = ground.conversation.id
        first = ground.say("The first of the four lines.", "c1")
        ground.answer("The second of the four lines.")
    shutil.copy(tmp_path / FILE, tmp_path / "older")
    with reopened(tmp_path) as platform:
        new = SentMessage(content="The third of the four lines.", client_id="c3")
        third, _ = platform.messages.send(ME, conversation, new)
        platform.messages.add_reply(ME, conversation, "The last of the four lines.")
    for rest in tmp_path.glob(f"{FILE}-*"):
        rest.unlink()
    shutil.copy(tmp_path / "older", tmp_path / FILE)

    with reopened(tmp_path) as platform:
        since = platform.messages.since(ME, conversation, first.id)
        assert [one.content for one in since] == [
            "The second of the four lines.",
            "The third of the four lines.",
            "The last of the four lines.",
        ]
        assert since[1].id == third.id
        again, is_new = platform.messages.send(ME, conversation, new)
        assert (again.id, is_new) == (third.id, False)
        assert len(said(platform, conversation)) == 4


def test_a_bank_that_is_an_older_copy_takes_back_what_it_lost(tmp_path: Path) -> None:
    """What the bank does not hold is nowhere, and its place is kept for clients."""
    with a_ground(tmp_path) as ground:
        conversation = ground.conversation.id
        first = ground.say("The first of the three lines.")
        lost = ground.say("The second of the three lines.")
        ground.say("The third of the three lines.")
        opened = ground.platform.conversations.look(ME, conversation)
        words.take_out(opened.bank, opened.chat, [lost.id], chat_id=None)

    with reopened(tmp_path) as platform:
        since = platform.messages.since(ME, conversation, lost.id)
        assert [one.content for one in since] == ["The third of the three lines."]
        assert len(platform.messages.since(ME, conversation, first.id)) == 1


def test_a_deletion_that_was_begun_is_finished(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        conversation = ground.conversation.id
        ground.say("This one stays where it is.")
        gone = ground.say("This one is to be deleted.")
        with ground.platform.database.writing() as connection:
            message_rows.bury(connection, [gone.id], gone.created_at)

    with reopened(tmp_path) as platform:
        assert said(platform, conversation) == ["This one stays where it is."]
        opened = platform.conversations.look(ME, conversation)
        assert len(opened.chat.path()) == 1


def test_what_the_bank_refuses_leaves_no_row(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        conversation = ground.conversation.id
        ground.say("This comes before the fault.")
        memory = next(tmp_path.rglob("memory.sqlite3"))
        ground.engine.close()
        memory.write_bytes(b"no database at all " * 100)

        with pytest.raises(StoreError):
            ground.say("This cannot be stored at all.", "c2")
        with ground.platform.database.reading() as connection:
            rows = message_rows.all_of(connection, conversation)
        assert "c2" not in [row["client_id"] for row in rows]


def test_conversations_of_many_threads_keep_their_order(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        messages = ground.platform.messages
        begun = [messages.begin(ME, ground.character.id).id for _ in range(4)]

        def talk(conversation: str) -> list[str]:
            sent = []
            for number in range(12):
                new = SentMessage(
                    content=f"Line {number} of it.", client_id=f"{number}"
                )
                # Twice, as a client that got no answer does.
                messages.send(ME, conversation, new)
                sent.append(messages.send(ME, conversation, new)[0].id)
            return sent

        with ThreadPoolExecutor(8) as threads:
            told = list(threads.map(talk, begun))
        for conversation, ids in zip(begun, told, strict=True):
            page = messages.page(ME, conversation, limit=200)
            assert [one.id for one in page.messages] == ids
            opened = ground.platform.conversations.look(ME, conversation)
            assert len(opened.chat.path()) == 12
