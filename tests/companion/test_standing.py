"""How a conversation stands for who comes back, looked up in one go."""

from __future__ import annotations

import pytest

from long_term_memory.companion.message_rows import Standing
from long_term_memory.companion.records import ConversationStatus
from long_term_memory.errors import NotFound

from .grounds import ME, Ground


def standing(ground: Ground, seen: str | None = None) -> Standing:
    return ground.platform.messages.standing(ME, ground.conversation.id, seen)


def test_nothing_waits_where_nothing_was_said(ground: Ground) -> None:
    found = standing(ground)

    assert not found.waits
    assert not found.is_newest
    assert found.active_at == ground.conversation.updated_at


def test_what_nobody_answered_waits_until_it_is(ground: Ground) -> None:
    said = ground.say("Are you there?")
    assert standing(ground).waits

    reply = ground.answer("Yes.")
    # Answered, and yet nobody told that its reply began.
    assert standing(ground).waits
    ground.platform.messages.mark_read(ME, [said.id])
    assert not standing(ground).waits

    ground.platform.messages.delete(ME, reply.id)
    assert not standing(ground).waits


def test_who_saw_the_newest_misses_nothing(ground: Ground) -> None:
    first, second = ground.say("one"), ground.answer("two")

    assert not standing(ground, first.id).is_newest
    assert standing(ground, second.id).is_newest
    assert not standing(ground, "msg_of_nobody").is_newest

    ground.platform.messages.delete(ME, second.id)
    assert standing(ground, first.id).is_newest
    assert standing(ground, second.id).is_newest


def test_a_message_of_another_conversation_was_not_seen_here(ground: Ground) -> None:
    messages = ground.platform.messages
    said = ground.say("Here.")
    other = messages.begin(ME, ground.character.id)

    assert not messages.standing(ME, other.id, said.id).is_newest
    assert not messages.standing(ME, other.id).waits


def test_a_conversation_that_is_gone_is_none_to_who_saw_it(ground: Ground) -> None:
    said = ground.say("Bye.")
    conversations = ground.platform.conversations
    gone = {"status": ConversationStatus.DELETED}
    conversations.change(ME, ground.conversation.id, gone)

    assert standing(ground).status == ConversationStatus.DELETED.value
    with pytest.raises(NotFound, match="is deleted"):
        standing(ground, said.id)
    with pytest.raises(NotFound, match="There is no conversation"):
        ground.platform.messages.standing("anna", ground.conversation.id)
