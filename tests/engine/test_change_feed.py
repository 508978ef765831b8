"""What changed since somebody looked."""

from __future__ import annotations

import pytest

from long_term_memory.engine.bank import Bank
from long_term_memory.engine.change_feed import MOST_GONE, ChangeFeed, ChangeLog, Key
from long_term_memory.errors import InvalidInput

from .builders import a_chat, window


def key(name: str) -> Key:
    return Key("memory", name)


def told(log: ChangeLog, cursor: str) -> list[tuple[str, bool]]:
    found = log.since(cursor)
    assert not found.reset
    return [(one.key.id, one.gone) for one in found.changed]


def test_each_change_is_told_once_to_each_who_has_not_seen_it() -> None:
    log = ChangeLog("a")
    log.take({key("x"): "1"})
    first = log.since("")
    assert (first.reset, first.changed) == (True, ())

    log.take({key("x"): "2", key("y"): "1"})
    second = log.since(first.cursor).cursor
    assert sorted(told(log, first.cursor)) == [("x", False), ("y", False)]
    log.take({key("y"): "2"})
    assert told(log, second) == [("x", True), ("y", False)]
    assert told(log, first.cursor) == [("x", True), ("y", False)]
    log.take({key("x"): "1", key("y"): "2"})
    assert told(log, second) == [("y", False), ("x", False)]
    assert told(log, log.since(second).cursor) == []


def test_who_knows_another_log_or_too_old_a_one_reads_everything_again() -> None:
    log = ChangeLog("a")
    log.take({key("x"): "1"})
    first = log.since("").cursor

    for cursor in ("b.1", "a.99", f"a.{'9' * 90}"):
        assert log.since(cursor).reset
    for cursor in ("a", "a.", ".1", "a.b", "a.-1"):
        with pytest.raises(InvalidInput):
            log.since(cursor)
    log.take({key(f"n{number}"): "1" for number in range(MOST_GONE + 9)})
    middle = log.since("").cursor
    log.take({})
    assert log.since(first).reset
    assert log.since(middle).reset
    assert len(told(log, log.since("").cursor)) == 0


def test_a_bank_tells_of_notes_summaries_and_chats(bank: Bank) -> None:
    feed = ChangeFeed()
    note = bank.memories.add("Nuts.")
    cursor = feed.since(bank, "").cursor

    chat = a_chat(bank, "one", *(f"> On day {at} I paid Bram." for at in range(60)))
    [info] = bank.chats()
    bank.summaries.make_now(info.id)
    bank.memories.pin(note.id)
    found = feed.since(bank, cursor)
    ids = {one.key.id for one in found.changed if one.key.kind == "memory"}
    assert Key("chat", info.id) in {one.key for one in found.changed}
    assert note.id in ids
    assert len(ids) > 1
    again = feed.since(bank, found.cursor)
    assert again.changed == ()

    chat.observe(window(*(f"> On day {at} I paid Bram." for at in range(59))))
    assert Key("chat", info.id) in {
        one.key for one in feed.since(bank, again.cursor).changed
    }
