"""The banks that an engine has in memory: at most so many for long.

Owns: which of them rests next, that there is never a second object for one that
somebody still holds, and the thread that makes room before it is wanted.
Knows nothing of: how banks are opened, hosts.

A bank that rests has let go of its files and is held by nobody here. Whoever still
works on it does so undisturbed, for its store opens them again at the next call; when
nobody does any more, it is gone from memory, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Event, Thread
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from ..core.types import Scope
from ..errors import StoreError
from .bank import Bank

T = TypeVar("T")

AHEAD: Final = 8
"""Of so many banks that may stay open one is closed before its room is wanted."""

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

    @property
    def ahead(self) -> int:
        """So many fewer than may stay are left open, so that none waits for room."""
        return self._most() // AHEAD

    def trim(self, *, ahead: bool = False) -> list[Bank]:
        """Hold the least recently used no longer, until so many are left as may stay.

        The one that was used last stays in any case.

        Args:
            ahead: Leave fewer.

        Returns:
            Those that are to rest; that takes as long as the disk does, so the engine's
            lock is let go of before.
        """
        most = max(1, self._most() - (self.ahead if ahead else 0))
        late = []
        while len(self._open) > most:
            scope, bank = self._open.popitem(last=False)
            self._resting[scope] = bank
            late.append(bank)
        return late

    @property
    def is_crowded(self) -> bool:
        """Whether more are open than are left by `trim` ahead."""
        return len(self._open) > max(1, self._most() - self.ahead)

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


class Tidier:
    """Makes room for banks in a thread of its own, before somebody waits for it."""

    def __init__(self, tidy: Callable[[], None]) -> None:
        """Make none yet; `tidy` makes it."""
        self._tidy = tidy
        self._wanted = Event()
        self._closing = False
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Have room made soon; the engine's lock is held."""
        if self._thread is None and not self._closing:
            self._thread = Thread(target=self._run, name="ltm-tidy", daemon=True)
            self._thread.start()
        self._wanted.set()

    def close(self) -> None:
        """Stop, after what is under way."""
        self._closing = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._closing:
            self._wanted.wait()
            self._wanted.clear()
            if not self._closing:
                self._tidy()


def unless_gone(tell: Callable[[], T], otherwise: T) -> T:
    """Return what is told, something else where the disk or the files are gone."""
    try:
        return tell()
    except StoreError:
        return otherwise
