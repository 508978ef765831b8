"""Leafing through some of a bank's memories, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from long_term_memory.core.types import MemoryKind, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.browsing import MemoryFilter, browse

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
