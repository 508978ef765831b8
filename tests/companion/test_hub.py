"""Who hears what, in which order, and how much waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.companion.events import RECEIVED, Event
from long_term_memory.companion.hub import (
    MOST_WAITING,
    ORIGIN,
    RESPONSE,
    Hub,
    Listener,
)
from long_term_memory.companion.records import (
    MessageMetadata,
    MessageRecord,
    MessageStatus,
    MessageType,
    SenderType,
)

Told = list[tuple[str, dict[str, Any]]]


def message(number: int) -> MessageRecord:
    return MessageRecord(
        id=str(number),
        conversation_id="c",
        sender_id="anna",
        sender_type=SenderType.USER,
        content=f"line {number}",
        type=MessageType.TEXT,
        metadata=MessageMetadata(),
        status=MessageStatus.SENT,
        read_at=None,
        created_at="2026-01-01T00:00:00Z",
    )


def received(number: int, *, place: str = "c", user: str = "anna") -> Event:
    return Event(
        name=RECEIVED,
        user=user,
        conversation_id=place,
        payload=message(number).told(),
    )


def said(name: str, place: str = "c", **told: Any) -> Event:
    return Event(name=name, user="anna", conversation_id=place, payload=told)


class Ear:
    """A listener that keeps what it was told."""

    def __init__(self, user: str = "anna") -> None:
        self.told: Told = []
        self.lost = 0
        self.open = asyncio.Event()
        self.open.set()
        self.listener = Listener(user, self._tell, self._lose)

    async def _tell(self, name: str, payload: dict[str, Any]) -> None:
        await self.open.wait()
        self.told.append((name, payload))

    def _lose(self) -> None:
        self.lost += 1

    @property
    def ids(self) -> list[str]:
        return [told["id"] for name, told in self.told if name == RECEIVED]


def run(act: Callable[[Hub, Ear], Awaitable[None]]) -> Ear:
    """Act before a hub with one listener, and let it hear all."""

    async def go() -> Ear:
        hub, ear = Hub(), Ear()
        hub.open()
        hub.came(ear.listener)
        pump = asyncio.create_task(ear.listener.pump())
        await act(hub, ear)
        for _ in range(5):
            await asyncio.sleep(0)
        pump.cancel()
        await asyncio.wait([pump])
        return ear

    return asyncio.run(go())


def test_only_the_users_own_joined_conversations_are_heard() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        hub.tell(received(1))
        ear.listener.join("c")
        hub.tell(received(2))
        hub.tell(received(3, place="other"))
        hub.tell(received(4, user="ben"))
        ear.listener.leave("c")
        hub.tell(received(5))

    assert run(act).ids == ["2"]


def test_what_is_missed_comes_first_and_nothing_twice() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c", held=True)
        hub.tell(received(3))
        hub.tell(received(4))
        hub.tell(said("typing:indicator", isTyping=True))
        ear.listener.catch_up("c", [message(1), message(2), message(3)])
        ear.listener.caught_up("c")
        hub.tell(received(2))
        hub.tell(received(5))

    ear = run(act)
    assert ear.ids == ["1", "2", "3", "4", "5"]
    assert len(ear.told) == 6


@settings(max_examples=60)
@given(
    missed=st.integers(0, 8),
    stored=st.integers(0, 8),
    late=st.integers(0, 8),
    after=st.integers(0, 4),
)
def test_whenever_an_event_comes_a_message_is_told_once_and_in_order(
    missed: int, stored: int, late: int, after: int
) -> None:
    """`since` sees all that is stored then; its events come before or after."""
    whole = missed + stored

    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c", held=True)
        seen = max(0, whole - late)
        for number in range(missed, seen):
            hub.tell(received(number))
        ear.listener.catch_up("c", [message(one) for one in range(whole)])
        ear.listener.caught_up("c")
        for number in range(seen, whole + after):
            hub.tell(received(number))

    assert run(act).ids == [str(one) for one in range(whole + after)]


def test_who_sends_is_told_by_the_answer_alone() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c")
        ORIGIN.set(ear.listener)
        await asyncio.to_thread(hub.stored, received(1))
        await asyncio.to_thread(hub.stored, said("message:delivered", id="1"))
        ORIGIN.set(None)
        await asyncio.to_thread(hub.stored, received(2))

    ear = run(act)
    assert ear.ids == ["2"]
    assert [name for name, _ in ear.told] == ["message:delivered", RECEIVED]


def token(text: str, reply: str = "r") -> Event:
    return said(RESPONSE, type="token", messageId=reply, content=text)


def test_tokens_that_wait_are_joined() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c")
        hub.tell(said(RESPONSE, type="started", messageId="r"))
        for one in ("Hel", "lo", "."):
            hub.tell(token(one))
        hub.tell(token("Other", "s"))
        hub.tell(said(RESPONSE, type="done", messageId="r"))

    told = [(one["type"], one.get("content")) for _, one in run(act).told]
    assert told == [
        ("started", None),
        ("token", "Hello."),
        ("token", "Other"),
        ("done", None),
    ]


def test_a_socket_that_does_not_read_is_cut_off_and_takes_no_room() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c")
        ear.open.clear()
        for number in range(MOST_WAITING * 3):
            hub.tell(received(number))
        assert ear.listener.is_lost
        ear.open.set()
        await ear.listener.room()

    ear = run(act)
    assert ear.lost == 1
    assert len(ear.told) <= 1


def test_what_is_held_while_catching_up_is_bounded() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c", held=True)
        for number in range(MOST_WAITING * 2):
            hub.tell(received(number))
        ear.listener.caught_up("c")

    ear = run(act)
    assert ear.lost == 1
    assert ear.told == []


def test_there_is_room_again_once_half_was_told() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c")
        ear.open.clear()
        for number in range(MOST_WAITING):
            hub.tell(received(number))
        waiting = asyncio.create_task(ear.listener.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        ear.open.set()
        await asyncio.wait_for(waiting, 5)

    assert run(act).lost == 0


def test_a_listener_that_left_hears_nothing() -> None:
    async def act(hub: Hub, ear: Ear) -> None:
        ear.listener.join("c")
        assert len(hub) == 1
        hub.gone(ear.listener)
        hub.gone(ear.listener)
        assert len(hub) == 0
        hub.tell(received(1))

    assert run(act).told == []


def test_before_it_is_open_a_hub_tells_nobody() -> None:
    hub = Hub()

    hub.stored(received(1))

    assert len(hub) == 0


@settings(max_examples=60)
@given(rooms=st.lists(st.integers(0, 3), max_size=12))
def test_what_there_is_room_for_is_told_at_once_and_all_in_order(
    rooms: list[int],
) -> None:
    """Room comes and goes; what found none waits, and nothing overtakes it."""
    told: list[str] = []
    room = 0

    async def tell(name: str, payload: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        told.append(payload["id"])

    def now(name: str, payload: dict[str, Any]) -> bool:
        nonlocal room
        if not room:
            return False
        room -= 1
        told.append(payload["id"])
        return True

    async def go() -> None:
        nonlocal room
        listener = Listener("anna", tell, lambda: None, now=now)
        listener.join("c")
        pump = asyncio.create_task(listener.pump())
        for number, room in enumerate(rooms):
            before = [*told]
            listener.happened(received(2 * number))
            at_once = told != before
            assert at_once or not room or len(told) < 2 * number
            listener.happened(received(2 * number + 1))
            await asyncio.sleep(0)
        for _ in range(80):
            await asyncio.sleep(0)
        listener.end()
        await pump

    asyncio.run(go())
    assert told == [str(one) for one in range(2 * len(rooms))]
