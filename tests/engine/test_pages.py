"""Pages of memories go on where they ended, whatever comes or goes meanwhile."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable

import pytest

from long_term_memory.core.types import MemoryKind
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.pages import PageRequest, place_in
from long_term_memory.errors import Conflict, InvalidInput, NotFound

from .builders import a_chat, texts, window
from .conftest import MIKU, Clock


def walked(bank: Bank, **asked: object) -> list[str]:
    """Read all pages of two; return the texts."""
    found, cursor = [], ""
    while True:
        page = bank.page(PageRequest(cursor=cursor, limit=2, **asked))  # type: ignore[arg-type]
        found += [one.content for one in page.memories]
        cursor = page.cursor
        if not cursor:
            return found


def test_pages_hold_what_the_list_holds_in_its_order(bank: Bank, clock: Clock) -> None:
    a_chat(bank, "one", *(f"> Line {number}" for number in range(5)))
    for number in range(3):
        clock.advance(seconds=1)
        bank.memories.add(f"Note {number}", pinned=number == 1)
    [first, *_] = bank.memories.list(kind=MemoryKind.TURN)
    bank.memories.delete(first.id)

    for asked in ({}, {"deleted": True}, {"pinned": True}):
        listed = [one.content for one in bank.memories.list(**asked)]  # type: ignore[arg-type]
        assert walked(bank, **asked) == listed
    turns = frozenset({MemoryKind.TURN})
    assert len(walked(bank, kinds=turns)) == 4


def test_a_page_of_one_chat_is_that_chats_alone(bank: Bank) -> None:
    a_chat(bank, "one", "> Here", "There")
    other = a_chat(bank, "two", "> Elsewhere", "Nowhere")
    bank.memories.add("A note")
    [info] = [one for one in bank.chats() if one.title == "two"]

    assert walked(bank, chat=info.id) == ["Nowhere", "Elsewhere"]
    bank.memories.pin(other.path()[0].message.id)
    assert walked(bank, chat=info.id, pinned=True) == ["Elsewhere"]
    with pytest.raises(NotFound):
        walked(bank, chat="unknown")


def test_what_was_seen_last_may_go_and_the_next_page_is_the_same(
    bank: Bank, clock: Clock
) -> None:
    for number in range(4):
        bank.memories.add(f"Note {number}")
        clock.advance(seconds=1)
    first = bank.page(PageRequest(limit=2))
    after = bank.page(PageRequest(limit=2, cursor=first.cursor))

    bank.memories.delete(first.memories[-1].id)
    bank.memories.add("Newer")

    assert bank.page(PageRequest(limit=2, cursor=first.cursor)) == after


@pytest.mark.parametrize(
    "told",
    [
        *(b"x", b"[]", b"{}", b'["turn", "", "x"]', b'["fact", "", "1"]', b"[" * 9000),
        b'["turn", "", "' + b"9" * 20 + b'"]',
    ],
)
def test_a_cursor_of_somebody_elses_is_refused(bank: Bank, told: bytes) -> None:
    with pytest.raises(InvalidInput):
        place_in(urlsafe_b64encode(told).decode())
    with pytest.raises(InvalidInput):
        bank.page(PageRequest(cursor="no base64 \u2026"))


def test_a_chat_is_called_otherwise_and_goes_on_under_that_name(bank: Bank) -> None:
    a_chat(bank, "one", "> Here", "There")
    a_chat(bank, "two", "> Elsewhere", "Nowhere")
    [info] = [one for one in bank.chats() if one.title == "one"]

    renamed = bank.rename_chat(info.id, host="test", name="uno")

    assert (renamed.id, renamed.title) == (info.id, "uno")
    bank.chat("uno", host="test").observe(window("> Here", "There", "> And on"))
    assert len(bank.chat("uno", host="test").path()) == 3
    assert bank.chat("one", host="test").path() == []
    assert len(bank.chats()) == 2
    with pytest.raises(Conflict):
        bank.rename_chat(info.id, host="test", name="two")
    with pytest.raises(NotFound):
        bank.rename_chat("unknown", host="test", name="x")


def test_a_name_that_went_to_another_chat_is_that_one_s_elsewhere_too(
    open_engine: Callable[[], Engine],
) -> None:
    here, there = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(here, "one", "> Here", "There")
    a_chat(here, "two", "> Elsewhere", "Nowhere")
    known = {chat.title: chat.id for chat in there.chats()}

    here.rename_chat(known["two"], host="test", name="three")
    here.rename_chat(known["one"], host="test", name="two")

    assert texts(there.chat("two", host="test")) == ["Here", "There"]
    assert texts(there.chat("three", host="test")) == ["Elsewhere", "Nowhere"]


def test_what_was_swiped_away_and_deleted_can_be_found_again(bank: Bank) -> None:
    chat = a_chat(bank, "one", "> Here", "There")
    bank.memories.delete(chat.path()[1].message.id)
    chat.observe(window("> Here", "Elsewhere"))

    assert walked(bank, deleted=True) == ["There"]
    assert [one.content for one in bank.memories.list(deleted=True)] == ["There"]
