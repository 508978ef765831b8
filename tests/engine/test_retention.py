"""Memories are kept only so long as a person wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.retention import too_old

from .builders import a_request, recalled, texts, window
from .conftest import MIKU, Clock

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


def test_what_is_too_old_is_forgotten_once_a_day_but_nothing_by_hand(
    engine: Engine, old: Bank, open_engine: Callable[[], Engine], clock: Clock
) -> None:
    [_, _, harp, _] = old.chat("one", host="test").path()
    old.memories.pin(harp.message.id)
    engine.close()

    def opened() -> Bank:
        again = open_engine()
        # The bank is opened after the settings are in force, as in any program.
        retain(again, 30, "forget")
        return again.bank(MIKU)

    bank = opened()
    assert texts(bank.chat("one", host="test")) == ["My harp is broken."]
    assert bank.memories.count_notes() == 1
    bank.chat("three", host="test").observe(
        window("> One more old line that came late.", at=clock.now.replace(year=2020))
    )
    assert len(texts(opened().chat("three", host="test"))) == 1
    clock.advance(days=2)
    assert texts(opened().chat("three", host="test")) == []


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
