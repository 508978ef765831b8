"""Leafing through some of a bank's memories, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from long_term_memory.core.types import MemoryKind, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.browsing import MemoryFilter, around, browse

from .conftest import Clock

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def told(bank: Bank, clock: Clock) -> Bank:
    """Two chats of several speakers, with and without times; some touched by hand."""
    for chat in ("one", "two"):
        shown = tuple(
            WindowMessage(
                role="assistant" if place % 2 else "user",
                name=("Sam", "Anna", "Alex", "Bert")[place % 4],
                content=f"Line {place} of {chat}",
                said_at=None
                if place % 3 == 0
                else datetime(2026, 3, place + 1, tzinfo=UTC),
                position=place,
            )
            for place in range(12)
        )
        bank.chat(chat, host="test").observe(Window(messages=shown, complete=True))
    bank.memories.add("A note", pinned=True)
    clock.advance(seconds=1)
    bank.memories.add("Another")
    first, second, third, *_ = bank.memories.list(kind=MemoryKind.TURN)
    bank.memories.pin(first.id)
    bank.memories.update(second.id, content="Corrected")
    bank.memories.delete(third.id)
    return bank


def test_what_is_listed_is_what_the_filter_wants(told: Bank) -> None:
    """Every filter, read from columns, finds what looking at each memory finds."""
    chats = frozenset({told.chats()[0].id})
    filters = [
        MemoryFilter(kinds=kinds, chats=here, names=names, roles=roles, pinned=pinned)
        for kinds, here, names, roles, pinned in product(
            (frozenset(), frozenset({MemoryKind.TURN}), frozenset({MemoryKind.NOTE})),
            (frozenset(), chats),
            (frozenset(), frozenset({"Sam", "Bert"})),
            (frozenset(), frozenset({"user"})),
            (None, True, False),
        )
    ] + [
        MemoryFilter(since=since, until=until, edited=edited)
        for since, until, edited in product(
            (None, MARCH.replace(day=5)), (None, APRIL), (None, True, False)
        )
    ]
    for wanted, deleted in product(filters, (False, True)):
        every = told.memories.list(deleted=deleted, limit=100)
        expected = [one for one in every if wanted.wants(one)]

        found = browse(told, wanted, deleted=deleted, limit=100)

        assert list(found.memories) == expected
        assert found.total == len(expected)


def test_pages_follow_one_another_without_gap(told: Bank) -> None:
    every = told.memories.list(limit=100)

    pages = [browse(told, offset=at, limit=5) for at in range(0, 30, 5)]

    assert [one for page in pages for one in page.memories] == every
    assert {page.total for page in pages} == {len(every)}


def test_a_branch_lists_what_it_shares(bank: Bank) -> None:
    lines = [
        WindowMessage(role="user", name="Sam", content=f"Line {place}", position=place)
        for place in range(3)
    ]
    for name, count in (("one", 3), ("branch", 2)):
        chat = bank.chat(name, host="test", forked_from="one")
        chat.observe(Window(messages=tuple(lines[:count]), complete=True))
    lengths = {
        one.title: browse(bank, MemoryFilter(chats=frozenset({one.id}))).total
        for one in bank.chats()
    }

    assert lengths == {"one": 3, "branch": 2}


def test_who_spoke_is_known_by_role_and_name(told: Bank) -> None:
    assert told.speakers() == [
        ("user", "Alex"),
        ("user", "Sam"),
        ("assistant", "Anna"),
        ("assistant", "Bert"),
    ]


def test_the_other_way_round_each_page_has_the_oldest_first(told: Bank) -> None:
    newest = browse(told, limit=100)
    pages = [
        browse(told, oldest_first=True, offset=offset, limit=10).memories
        for offset in range(0, newest.total + 10, 10)
    ]

    assert [one for page in pages for one in page] == list(newest.memories)[::-1]


def test_hidden_and_tagged_ones_are_listed_by_themselves(told: Bank) -> None:
    note, *_ = told.memories.notes()
    said = told.memories.list(kind=MemoryKind.TURN)[5]
    for one in (note, said):
        told.memories.hide(one.id)
        told.memories.tag(one.id, ["Sea"])

    for wanted in (MemoryFilter(hidden=True), MemoryFilter(tag="sea")):
        found = browse(told, wanted)
        assert {one.id for one in found.memories} == {note.id, said.id}
    assert browse(told, MemoryFilter(hidden=False)).total == browse(told).total - 2


def test_what_stands_around_a_message_is_told(told: Bank) -> None:
    said = told.memories.list(kind=MemoryKind.TURN, limit=1)[0]
    shown = around(told, said, 2)

    assert shown[-1].id == said.id
    assert len(shown) == 3
    assert around(told, told.memories.notes()[0], 2) == []
    assert around(told, said._replace(id="unknown"), 2) == []
    swiped = told.memories.list(kind=MemoryKind.TURN)[0]
    other = next(one.id for one in told.chats() if one.id != swiped.chat)
    assert around(told, swiped._replace(chat=other), 2) == []
