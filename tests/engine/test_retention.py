"""Memories are kept only so long as a person wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from threading import enumerate as threads

import pytest

from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.daily import Daily
from long_term_memory.engine.forgetting.retention import too_old
from long_term_memory.storage.sqlite.layout import bank_folder

from .builders import a_request, recalled, texts, window
from .conftest import MIKU, Clock

OTHER = Scope(user="anon", character="Ben")
OLD = "My cat is called Miso and sleeps on the piano."


def retain(engine: Engine, days: int, action: str) -> None:
    settings = engine.settings
    retention = replace(
        settings.retention, retention_days=days, retention_action=action
    )
    engine.configure(replace(settings, retention=retention))


@pytest.fixture
def old(bank: Bank, clock: Clock) -> Bank:
    """A bank with a chat of long ago."""
    lines = (f"> {OLD}", "What a clever cat.", "> My harp is broken.", "Oh no.")
    bank.chat("one", host="test").observe(window(*lines, at=clock.now))
    bank.memories.add("A note.")
    clock.advance(days=40)
    assert bank.settle(20)
    return bank


def test_everything_is_kept_unless_asked_otherwise(engine: Engine, old: Bank) -> None:
    assert OLD in recalled(old.chat("two", host="test"), "What is my cat called?")
    assert too_old(engine.settings.retention, engine.now()) is None


def test_what_is_archived_is_kept_but_not_recalled(engine: Engine, old: Bank) -> None:
    retain(engine, 30, "archive")

    chat = old.chat("two", host="test")
    assert OLD not in recalled(chat, "What is my cat called?")
    assert len(texts(old.chat("one", host="test"))) == 4
    retain(engine, 50, "archive")
    assert OLD in recalled(chat, "What is my cat called?")


def test_what_is_too_old_is_announced_then_forgotten_once_a_day_but_nothing_by_hand(
    engine: Engine, old: Bank, open_engine: Callable[[], Engine], clock: Clock
) -> None:
    [_, _, harp, _] = old.chat("one", host="test").path()
    old.memories.pin(harp.message.id)
    engine.close()
    told: list[tuple[str, ...]] = []

    def opened() -> Bank:
        again = open_engine()
        # The bank is opened after the settings are in force, as in any program.
        retain(again, 30, "forget")
        bank = again.bank(MIKU)
        told.append(again.status().notices)
        return bank

    assert len(texts(opened().chat("one", host="test"))) == 4
    assert len(texts(opened().chat("one", host="test"))) == 4
    clock.advance(days=1)
    bank = opened()
    assert texts(bank.chat("one", host="test")) == ["My harp is broken."]
    assert len(bank.memories.notes()) == 1
    bank.chat("three", host="test").observe(
        window("> One more old line that came late.", at=clock.now.replace(year=2020))
    )
    assert len(texts(opened().chat("three", host="test"))) == 1
    clock.advance(days=2)
    assert texts(opened().chat("three", host="test")) == []

    [[announced], no, [done], *_] = told
    assert "3 messages older than 30 days are forgotten for good from" in announced
    assert "3 messages older than 30 days were forgotten for good" in done
    assert no == ()
    assert OLD not in announced + done


def test_another_age_is_announced_anew_and_so_is_one_that_was_off(
    engine: Engine, old: Bank, clock: Clock
) -> None:
    daily = Daily(engine)

    def looked(days: int) -> int:
        retain(engine, days, "forget")
        daily.look()
        clock.advance(days=1)
        return len(texts(old.chat("one", host="test")))

    assert [looked(days) for days in (35, 30, 0, 30)] == [4, 4, 4, 4]
    assert looked(30) == 0


def test_banks_that_nobody_opens_are_looked_at_and_left_closed(
    engine: Engine, old: Bank, open_engine: Callable[[], Engine], clock: Clock
) -> None:
    engine.bank(OTHER).memories.add("There is nothing old here.")
    engine.close()
    again = open_engine()
    daily = Daily(again)
    retain(again, 30, "forget")

    daily.look()
    [told] = daily.notices()
    assert again.status().open_banks == 0
    clock.advance(days=1)
    daily.look()

    assert "Miku" in told
    assert again.status().open_banks == 1
    assert again.bank(MIKU).chat("one", host="test").path() == []


def test_a_running_program_looks_by_itself_once_it_is_wanted(
    engine: Engine, old: Bank
) -> None:
    looked = Event()

    class Watched(Daily):
        def look(self) -> None:
            super().look()
            looked.set()

    daily = Watched(engine, first=0.001, again=3600)
    daily.begin()
    before = [thread.name for thread in threads()]
    retain(engine, 30, "forget")
    daily.begin()

    assert looked.wait(20)
    daily.close()
    assert "ltm-daily" not in before
    assert "from tomorrow on" in "".join(daily.notices())
    assert len(texts(old.chat("one", host="test"))) == 4


def test_a_bank_that_cannot_be_read_is_told_and_does_not_stop_the_others(
    engine: Engine, old: Bank, open_engine: Callable[[], Engine]
) -> None:
    broken = bank_folder(engine.data_dir, OTHER)
    engine.bank(OTHER)
    engine.close()
    (broken / "memory.sqlite3").write_bytes(b"This is another program's." * 400)
    again = open_engine()
    retain(again, 30, "forget")
    daily = Daily(again)

    daily.look()

    assert "Miku" in "".join(daily.notices())
    assert again.faults.last is not None
    assert again.faults.last.what == "forgetting what is too old"


def test_what_is_summarised_is_recalled_until_a_summary_tells_it(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    lines = [f"> {OLD}", *(f"> I carried box {n} to Bergen." for n in range(59))]
    old = bank.chat("one", host="test")
    old.observe(window(*lines, at=clock.now))
    clock.advance(days=40)
    assert bank.settle(20)
    retain(engine, 30, "summarise")
    other = bank.chat("two", host="test")
    assert OLD in recalled(other, "What is my cat called?")

    query = Query(text="Hm?", visible=old.newest_ids(20))
    old.compose(a_request("Hm?", query=query, summary_tokens=1000))
    assert bank.settle(20)

    assert bank.summaries.listed()
    assert OLD not in recalled(other, "What is my cat called?")
