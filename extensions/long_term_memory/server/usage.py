"""Tokens and money, by chat and in all.

Owns: the price list, what a call costs, and the sums since the server began.
Knows nothing of: requests, the model, how tokens are counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, NamedTuple

from ..core.types import Scope
from ..errors import ConfigError
from ..lru import Lru

MILLION: Final = 1_000_000
# Chats that are remembered one by one; older ones are in the sums alone.
MOST_CHATS: Final = 1000
# A dated or numbered release of a model costs what the model costs.
_RELEASE: Final = re.compile(r"-(\d[\w.-]*|latest|preview[\w.-]*)")


class Price(NamedTuple):
    """Dollars for a million tokens."""

    read: float
    written: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What calls took.

    Attributes:
        calls: How many.
        read: Tokens that the model read.
        written: Tokens that it wrote.
        memory: Tokens among those read that memory put in.
        saved: Tokens that need not be read, because memory told them in short.
        dollars: What it cost; models without a price count as free.
    """

    calls: int = 1
    read: int = 0
    written: int = 0
    memory: int = 0
    saved: int = 0
    dollars: float = 0.0

    def plus(self, other: Usage) -> Usage:
        """Return both together."""
        return Usage(
            calls=self.calls + other.calls,
            read=self.read + other.read,
            written=self.written + other.written,
            memory=self.memory + other.memory,
            saved=self.saved + other.saved,
            dollars=self.dollars + other.dollars,
        )


NOTHING: Final = Usage(calls=0)


def prices_of(text: str) -> dict[str, Price]:
    """Read a price list: `model 0.15 0.60, other-model 1 2`.

    Raises:
        ConfigError: A line is no model with two prices.
    """
    found = {}
    for line in filter(None, (part.strip() for part in text.split(","))):
        try:
            name, read, written = line.split()
            price = Price(float(read), float(written))
        except ValueError:
            price = Price(-1, -1)
        if not (0 <= price.read < MILLION and 0 <= price.written < MILLION):
            raise ConfigError(
                f"prices: {line[:60]!r} is no model with two prices, such as "
                "gpt-4o-mini 0.15 0.60."
            )
        found[name.lower()] = price
    return found


def price_of(model: str, prices: Mapping[str, Price]) -> Price:
    """Return a model's price; a release's is its model's, an unknown one's nothing."""
    name = model.lower().rpartition("/")[2]
    if name in prices:
        return prices[name]
    for known in sorted(prices, key=len, reverse=True):
        if name.startswith(known) and _RELEASE.fullmatch(name[len(known) :]):
            return prices[known]
    return Price(0, 0)


class ChatStamp(NamedTuple):
    """Whose chat it is, and how often its bank had forgotten something."""

    scope: Scope
    round: str


class _Used(NamedTuple):
    """What a chat took, and whose it was when it was used last, if that is told."""

    usage: Usage
    stamp: ChatStamp | None


def _added(known: _Used | None, usage: Usage, stamp: ChatStamp | None) -> _Used:
    if known is None:
        return _Used(usage, stamp)
    return _Used(known.usage.plus(usage), stamp or known.stamp)


class UsageTotals:
    """The sums; safe to use from any thread.

    A chat's name may be forgotten with it, so none is told that is older than the last
    forgetting of its bank.
    """

    def __init__(
        self,
        prices: Mapping[str, Price],
        round_of: Callable[[Scope], str] = lambda scope: "",
    ) -> None:
        """Begin with nothing.

        Args:
            prices: What models cost.
            round_of: Returns how often a bank forgot something.
        """
        self._prices = dict(prices)
        self._round_of = round_of
        self._lock = Lock()
        self._total = NOTHING
        self._chats: Lru[str, _Used] = Lru(MOST_CHATS)

    def note(
        self, chat: str, model: str, usage: Usage, stamp: ChatStamp | None = None
    ) -> Usage:
        """Add a call to its chat and return it with its cost.

        Args:
            chat: Which chat, for people; empty for a call that belongs to none.
            model: Which model answered.
            usage: What it took.
            stamp: Whose chat it is.
        """
        price = price_of(model, self._prices)
        cost = (usage.read * price.read + usage.written * price.written) / MILLION
        usage = replace(usage, dollars=cost)
        with self._lock:
            self._total = self._total.plus(usage)
        if chat:
            self._chats.update(chat, lambda known: _added(known, usage, stamp))
        return usage

    @property
    def total(self) -> Usage:
        """All calls together."""
        with self._lock:
            return self._total

    def chats(self, limit: int) -> dict[str, Usage]:
        """Return the chats that were used last, the newest first."""
        found: dict[str, Usage] = {}
        for chat, used in self._chats.items():
            if len(found) >= limit:
                break
            stamp = used.stamp
            if stamp is None or self._round_of(stamp.scope) == stamp.round:
                found[chat] = used.usage
            else:  # Its sums stay in all.
                self._chats.drop(chat, used)
        return found

    def count(self) -> int:
        """Count the chats."""
        return len(self._chats)
