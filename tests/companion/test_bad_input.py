"""What cannot be meant is refused at the door, and leaves nothing behind."""

from __future__ import annotations

import pytest

from long_term_memory.companion import messages as module
from long_term_memory.errors import Conflict, InvalidInput, TooLarge

from .grounds import ME, Ground
from .test_queries import me
from .test_rest import Client, say, talk

__all__ = ["me"]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060", "\ufeff\u00a0\0"])
def test_a_message_in_which_nothing_can_be_seen_is_refused(
    ground: Ground, text: str
) -> None:
    with pytest.raises(InvalidInput):
        ground.say(text)
    with pytest.raises(InvalidInput):
        ground.answer(text)
    assert ground.said() == []


@pytest.mark.parametrize("text", ["\U0001f408", "…", "?", "\ue000", "\U0001fae8"])
def test_one_sign_is_a_message(ground: Ground, text: str) -> None:
    ground.say(text)
    assert ground.said() == [text]


@pytest.mark.parametrize("length", [2_001, 100_001, 300_000])
def test_a_message_that_is_too_long_is_413_however_long_it_is(
    me: Client, length: int
) -> None:
    _, conversation = talk(me)
    of_it = f"/conversations/{conversation}/messages"
    sent = say(me, conversation, "The ferry was late.")["id"]

    told = me.refused(413, "POST", of_it, {"content": "x" * length})
    assert f"{length:,}" in told
    me.refused(413, "PUT", f"/messages/{sent}", {"content": "x" * length})

    found = me.told("GET", of_it)["messages"]
    assert [one["content"] for one in found] == ["The ferry was late."]


def test_a_reply_may_be_longer_and_has_an_end(ground: Ground) -> None:
    reply = ground.answer("Once upon a time.")
    messages = ground.platform.messages
    messages.edit(ME, reply.id, "x" * 100_000)
    with pytest.raises(TooLarge):
        messages.edit(ME, reply.id, "x" * 100_001)
    assert [len(one) for one in ground.said()] == [100_000]


def test_what_cannot_be_written_again_is_refused_at_once(me: Client) -> None:
    """It was accepted, and failed where only a socket heard of it."""
    made = {"name": "Maren", "greeting": "Come in."}
    character = me.told("POST", "/characters", made)["id"]
    begun = me.told("POST", "/conversations", {"characterId": character})
    of_it = f"/conversations/{begun['id']}/messages"
    [greeting] = me.told("GET", of_it)["messages"]
    sent = say(me, begun["id"], "Good evening.")["id"]

    again = f"/messages/{greeting['id']}/regenerate"
    assert "last message" in me.refused(409, "POST", again)
    me.refused(400, "POST", f"/messages/{sent}/regenerate")

    assert me.ask("DELETE", f"/messages/{sent}").status_code == 204
    assert me.ask("DELETE", f"/characters/{character}").status_code == 204
    assert "deleted" in me.refused(409, "POST", again)


def test_a_reply_with_as_many_alternatives_as_are_kept_is_not_asked_for(
    ground: Ground,
) -> None:
    reply = ground.answer("One.")
    messages = ground.platform.messages
    assert messages.rewritable(ME, reply.id).id == reply.id
    for number in range(module.MOST_SWIPES - 1):
        messages.replace_reply(ME, reply.id, f"Number {number}.")
    with pytest.raises(Conflict, match="alternatives"):
        messages.rewritable(ME, reply.id)
