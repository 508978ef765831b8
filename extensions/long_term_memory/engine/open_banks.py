"""The banks that an engine has in memory: at most so many for long.

Owns: which of them rests next, that there is never a second object for one that
somebody still holds, who opens one while others wait, and the threads that make room
before it is wanted.
Knows nothing of: how banks are opened, hosts.

A bank that rests has let go of its files and is held by nobody here. Whoever still
works on it does so undisturbed, for its store opens them again at the next call; when
nobody does any more, it is gone from memory, too. Small ones are kept a while longer:
who comes back in time finds what was read of it, if nobody wrote to its files since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Condition, Lock, Semaphore, Thread, get_ident
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from ..core.types import Scope
from ..errors import StoreError
from .bank import Bank

T = TypeVar("T")

AHEAD: Final = 8
"""Of so many banks that may stay open one is closed before its room is wanted."""

AT_ONCE: Final = 3
"""So many are closed at once, for each waits for the disk most of the time."""

SHUT: Final = "shut"
"""Says of a bank that its files are about to be replaced."""

KEPT: Final = 16
"""For each bank that may stay open so many small ones at rest stay in memory, some
0.06 MB each."""

SMALL: Final = 400
"""Messages of a bank that is small."""

MOVED = (
    "The files of a memory were moved, deleted or replaced while it was open. What is "
    "there now is used from this turn on; stop this program before you move them."
)


class Shelter:
    """Open banks, the least recently used first; safe to use from any thread.

    Its lock is never held while a file is opened or closed.
    """

    def __init__(self, most: Callable[[], int]) -> None:
        """Hold nothing yet; `most` says how many may stay."""
        self._most = most
        self._lock = Lock()
        self._begun: dict[Scope, Bank] = {}
        self._open: OrderedDict[Scope, Bank] = OrderedDict()
        self._resting: WeakValueDictionary[Scope, Bank] = WeakValueDictionary()
        # The one that came to rest last is last; all of them rest.
        self._kept: OrderedDict[Scope, Bank] = OrderedDict()

    def opened(self, scope: Scope) -> Bank | None:
        """Return a bank that is open."""
        return self._open.get(scope)

    def used(self, scope: Scope) -> Bank | None:
        """Return a bank that is open, as the one that was used last."""
        with self._lock:
            bank = self._open.get(scope)
            if bank is not None:
                self._open.move_to_end(scope)
            return bank

    def resting(self, scope: Scope) -> Bank | None:
        """Return a bank that rests, if somebody still has it in memory."""
        with self._lock:
            return self._resting.get(scope)

    def kept(self, scope: Scope) -> Bank | None:
        """Return a bank that was kept at rest, if its files are still that bank's.

        Nobody is told if they are not, for nobody works on it.

        Raises:
            StoreError: They cannot be opened.
        """
        with self._lock:
            bank = self._kept.get(scope)
        if bank is None or bank.is_there():
            return bank
        self.pop(scope)
        bank.abandon()
        return None

    def begun(self, scope: Scope) -> Bank | None:
        """Return a bank that is being opened; for the one who opens it alone."""
        return self._begun.get(scope)

    def begin(self, scope: Scope, bank: Bank) -> None:
        """Know of a bank that is being opened, until it is put."""
        with self._lock:
            self._begun[scope] = bank

    def put(self, scope: Scope, bank: Bank) -> None:
        """Hold a bank as the one that was used last."""
        with self._lock:
            self._begun.pop(scope, None)
            self._resting.pop(scope, None)
            self._kept.pop(scope, None)
            self._open[scope] = bank
            self._open.move_to_end(scope)

    def pop(self, scope: Scope) -> Bank | None:
        """Hold a bank no longer, nor remember it; return it if it is in memory."""
        with self._lock:
            resting = self._resting.pop(scope, None)
            self._kept.pop(scope, None)
            return self._open.pop(scope, None) or resting

    def close(self, scope: Scope) -> None:
        """Close a bank for good, if it is in memory."""
        is_open = self.opened(scope) is not None
        bank = self.pop(scope)
        if bank is not None and is_open:
            bank.close()
        elif bank is not None:
            # One that rests has nothing to write, and may be past reading.
            bank.abandon()

    @property
    def ahead(self) -> int:
        """So many fewer than may stay are left open, so that none waits for room."""
        return self._most() // AHEAD

    def trim(self, *, ahead: bool = False) -> Iterator[Bank]:
        """Hold the least recently used no longer, until so many are left as may stay.

        The one that was used last stays in any case.

        Args:
            ahead: Leave fewer.

        Yields:
            One after the other of those that are to rest, which takes as long as the
            disk does; several threads share them.
        """
        most = max(1, self._most() - (self.ahead if ahead else 0))
        while (late := self._late(most)) is not None:
            yield late

    def _late(self, most: int) -> Bank | None:
        with self._lock:
            if len(self._open) <= most:
                return None
            scope, bank = self._open.popitem(last=False)
            self._resting[scope] = bank
            self._keep(scope, bank)
            return bank

    def _keep(self, scope: Scope, bank: Bank) -> None:
        """Keep a bank in memory that is to rest, if it is small; lock is held."""
        if bank.messages() <= SMALL:
            self._kept[scope] = bank
            while len(self._kept) > KEPT * self._most():
                self._kept.popitem(last=False)

    @property
    def is_crowded(self) -> bool:
        """Whether more are open than are left by `trim` ahead."""
        return len(self._open) > max(1, self._most() - self.ahead)

    def items(self) -> list[tuple[Scope, Bank]]:
        """Return the open ones."""
        with self._lock:
            return list(self._open.items())

    def known(self) -> list[Bank]:
        """Return all that are open, being opened, or at rest and not kept here."""
        with self._lock:
            held = [*self._open.values(), *self._begun.values()]
            resting = [
                bank for scope, bank in self._resting.items() if scope not in self._kept
            ]
            return [*held, *resting]

    def all_kept(self) -> list[Bank]:
        """Return all that rest and are kept here."""
        with self._lock:
            return list(self._kept.values())

    def clear(self) -> list[Bank]:
        """Hold nothing any more; return what was kept and rests."""
        with self._lock:
            kept = list(self._kept.values())
            self._open.clear()
            self._resting.clear()
            self._kept.clear()
            return kept


class Gates:
    """One thread at a time for each of many things; nobody waits for another thing."""

    def __init__(self) -> None:
        """Let everybody in."""
        self._changed = Condition()
        self._inside: dict[Hashable, list[int]] = {}

    @contextmanager
    def alone(self, *things: Hashable) -> Iterator[None]:
        """Wait until no other thread is at any of these, and keep others out.

        All are taken at once, so that two that want the same never wait for each other.
        May be nested, for what is held already.
        """
        me = get_ident()
        with self._changed:
            self._changed.wait_for(
                lambda: all(self._inside.get(one, [me])[0] == me for one in things)
            )
            for one in things:
                self._inside.setdefault(one, []).append(me)
        try:
            yield
        finally:
            with self._changed:
                for one in things:
                    self._inside[one].pop()
                    if not self._inside[one]:
                        del self._inside[one]
                self._changed.notify_all()

    def is_mine(self, thing: Hashable) -> bool:
        """Whether this thread is at something."""
        with self._changed:
            return self._inside.get(thing, [0])[0] == get_ident()

    def settle(self) -> None:
        """Wait until no other thread is at anything."""
        me = get_ident()
        with self._changed:
            self._changed.wait_for(
                lambda: all(who[0] == me for who in self._inside.values())
            )


class Tidier:
    """Makes room for banks in threads of its own, before somebody waits for it."""

    def __init__(self, tidy: Callable[[], None]) -> None:
        """Make none yet; `tidy` makes it, and several may be at it at once."""
        self._tidy = tidy
        self._lock = Lock()
        self._wanted = Semaphore(0)
        self._closing = False
        self._threads: list[Thread] = []

    def wake(self) -> None:
        """Have room made soon."""
        with self._lock:
            if not self._threads and not self._closing:
                self._start()
        self._wanted.release()

    def _start(self) -> None:
        self._threads = [
            Thread(target=self._run, name="ltm-tidy", daemon=True)
            for _ in range(AT_ONCE)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, after what is under way."""
        self._closing = True
        self._wanted.release(AT_ONCE)
        for thread in self._threads:
            thread.join(timeout=10)

    def _run(self) -> None:
        while self._wanted.acquire() and not self._closing:
            self._tidy()


def unless_gone(tell: Callable[[], T], otherwise: T) -> T:
    """Return what is told, something else where the disk or the files are gone."""
    try:
        return tell()
    except StoreError:
        return otherwise
