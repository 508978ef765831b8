"""Tokens and money are summed by chat and in all."""

from __future__ import annotations

import pytest

from long_term_memory.config import Settings
from long_term_memory.errors import ConfigError
from long_term_memory.server import usage
from long_term_memory.server.usage import Price, Usage, UsageTotals, price_of, prices_of

PRICES = {"gpt-4o": Price(2.5, 10), "gpt-4o-mini": Price(0.15, 0.6)}


def test_the_price_list_that_is_shipped_is_sound() -> None:
    prices = prices_of(Settings().server.prices)

    assert prices["gpt-4o-mini"] == Price(0.15, 0.60)
    assert len(prices) >= 5


def test_a_price_list_may_be_folded_over_lines_and_end_in_a_comma() -> None:
    assert prices_of("A 1 2,\n  b 0 0.5 , ") == {"a": (1, 2), "b": (0, 0.5)}


@pytest.mark.parametrize("text", ["a", "a 1", "a 1 x", "a -1 2", "a nan 1", "a 1 2 3"])
def test_a_price_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="two prices"):
        prices_of(text)


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("gpt-4o-mini", PRICES["gpt-4o-mini"]),
        ("GPT-4o", PRICES["gpt-4o"]),
        ("gpt-4o-2024-08-06", PRICES["gpt-4o"]),
        ("openai/gpt-4o-mini-2024-07-18", PRICES["gpt-4o-mini"]),
        ("gpt-4o-audio", Price(0, 0)),
        ("", Price(0, 0)),
    ],
)
def test_a_release_costs_what_its_model_costs(model: str, price: Price) -> None:
    assert price_of(model, PRICES) == price


def test_a_call_is_summed_in_its_chat_and_in_all() -> None:
    ledger = UsageTotals(PRICES)

    ledger.note("Anna", "gpt-4o", Usage(read=1_000_000, written=100_000, memory=9))
    ledger.note("Anna", "gpt-4o", Usage(read=1, saved=5))
    noted = ledger.note("", "free", Usage(read=10))

    assert noted.dollars == 0
    assert ledger.total.read == 1_000_011
    [(chat, sums)] = ledger.chats(9).items()
    assert (chat, sums.calls, sums.memory, sums.saved) == ("Anna", 2, 9, 5)
    assert sums.dollars == pytest.approx(3.5, abs=1e-4)


def test_the_newest_chats_come_first_and_the_oldest_goes() -> None:
    ledger = UsageTotals({})
    for number in range(usage.MOST_CHATS + 1):
        ledger.note(f"chat {number}", "", Usage())
    ledger.note("chat 5", "", Usage())

    assert ledger.count() == usage.MOST_CHATS
    assert list(ledger.chats(2)) == ["chat 5", f"chat {usage.MOST_CHATS}"]
    assert "chat 0" not in ledger.chats(usage.MOST_CHATS)
    assert ledger.total.calls == usage.MOST_CHATS + 2
