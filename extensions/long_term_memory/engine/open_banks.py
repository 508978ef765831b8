"""The banks that an engine has in memory: at most so many for long.

Owns: which of them rests next, and that there is never a second object for one that
somebody still holds.
Knows nothing of: how banks are opened, hosts.

A bank that rests has let go of its files and is held by nobody here. Whoever still
works on it does so undisturbed, for its store opens them again at the next call; when
nobody does any more, it is gone from memory, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from ..core.types import Scope
from ..errors import StoreError
from .bank import Bank

T = TypeVar("T")

MOVED = (
    "The files of a memory were moved, deleted or replaced while it was open. What is "
    "there now is used from this turn on; stop this program before you move them."
)


class Shelter:
    """Open banks, the least recently used first; the engine's lock guards it."""

    def __init__(self, most: Callable[[], int]) -> None:
        """Hold nothing yet; `most` says how many may stay."""
        self._most = most
        self._open: OrderedDict[Scope, Bank] = OrderedDict()
        self._resting: WeakValueDictionary[Scope, Bank] = WeakValueDictionary()

    def opened(self, scope: Scope) -> Bank | None:
        """Return a bank that is open."""
        return self._open.get(scope)

    def used(self, scope: Scope) -> Bank | None:
        """Return a bank that is open, as the one that was used last."""
        bank = self._open.get(scope)
        if bank is not None:
            self._open.move_to_end(scope)
        return bank

    def resting(self, scope: Scope) -> Bank | None:
        """Return a bank that rests, if somebody still has it in memory."""
        return self._resting.get(scope)

    def put(self, scope: Scope, bank: Bank) -> None:
        """Hold a bank as the one that was used last."""
        self._resting.pop(scope, None)
        self._open[scope] = bank
        self._open.move_to_end(scope)

    def pop(self, scope: Scope) -> Bank | None:
        """Hold a bank no longer, nor remember it; return it if it is in memory."""
        resting = self._resting.pop(scope, None)
        return self._open.pop(scope, None) or resting

    def trim(self) -> None:
        """Let the least recently used rest, until so many are left as may stay.

        The one that was used last stays in any case.
        """
        while len(self._open) > max(1, self._most()):
            scope, bank = self._open.popitem(last=False)
            self._resting[scope] = bank
            bank.rest()

    def items(self) -> list[tuple[Scope, Bank]]:
        """Return the open ones."""
        return list(self._open.items())

    def known(self) -> list[Bank]:
        """Return the open ones, and those that rest and are still in memory."""
        return [*self._open.values(), *self._resting.values()]

    def clear(self) -> None:
        """Hold nothing any more."""
        self._open.clear()
        self._resting.clear()


def unless_gone(tell: Callable[[], T], otherwise: T) -> T:
    """Return what is told, something else where the disk or the files are gone."""
    try:
        return tell()
    except StoreError:
        return otherwise
