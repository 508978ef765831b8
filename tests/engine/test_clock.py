"""A clock that jumps back: the order of what was said holds, and no age is absurd."""

from __future__ import annotations

from collections.abc import Callable

from long_term_memory.core.types import Query
from long_term_memory.engine.engine import Engine

from .builders import a_chat, a_request, texts, window
from .conftest import MIKU, Clock

LINES = ["> My cat is called Miso.", "A fine name.", "> She is grey.", "Lovely."]


def test_order_and_ages_hold_when_the_clock_jumps_back(
    open_engine: Callable[[], Engine], clock: Clock
) -> None:
    bank = open_engine().bank(MIKU)
    chat = a_chat(bank, "one", *LINES[:2])
    clock.advance(days=-400)

    chat.observe(window(*LINES))
    note = bank.memories.add("Miso is afraid of rain.")
    bank.memories.update(note.id, content="Miso is afraid of thunder.")
    assert bank.settle(20)

    bank = open_engine().bank(MIKU)
    chat = bank.chat("one", host="test")
    assert texts(chat) == [line.removeprefix("> ") for line in LINES]
    assert bank.memories.get(note.id).content == "Miso is afraid of thunder."
    context = bank.chat("two", host="test").compose(a_request("What is my cat called?"))
    assert "Miso" in context.recall.text


def test_a_reply_from_the_future_is_recalled_elsewhere(
    open_engine: Callable[[], Engine], clock: Clock
) -> None:
    """It counts as final once somebody answers, whatever the clock says."""
    bank = open_engine().bank(MIKU)
    a_chat(bank, "one", *LINES)
    clock.advance(days=-1)

    found = bank.chat("two", host="test").recall(Query(text="my cat Miso", gated=False))

    assert "My cat is called Miso." in [one.memory.content for one in found]
