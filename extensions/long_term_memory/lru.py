"""A bounded dictionary that drops what was used least recently.

Owns: the order of use, the bound, its lock.
Knows nothing of: what it holds.

functools.lru_cache remembers calls; this is for what is put in, looked over and taken
out again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lru(Generic[K, V]):
    """At most so many entries, the most recently used. Safe to use from any thread."""

    def __init__(self, capacity: int) -> None:
        """Start empty.

        Args:
            capacity: Most entries; at least 1.
        """
        self._capacity = capacity
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def put(self, key: K, value: V) -> None:
        """Keep a value as the one used last."""
        with self._lock:
            self._put(key, value)

    def get(self, key: K) -> V | None:
        """Return a value, used now; None if there is none."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """Return a value, used now; it is made, briefly, if there is none."""
        with self._lock:
            value = self._entries[key] if key in self._entries else make()
            self._put(key, value)
            return value

    def update(self, key: K, change: Callable[[V | None], V]) -> V:
        """Put what becomes of a value (None if there is none), and return it."""
        with self._lock:
            value = change(self._entries.get(key))
            self._put(key, value)
            return value

    def drop(self, key: K, value: V) -> None:
        """Take an entry out, unless another value has been put meanwhile."""
        with self._lock:
            if self._entries.get(key) is value:
                del self._entries[key]

    def clear(self) -> None:
        """Take all entries out."""
        with self._lock:
            self._entries.clear()

    def items(self) -> list[tuple[K, V]]:
        """Return all entries, the most recently used first."""
        with self._lock:
            return list(reversed(self._entries.items()))

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def _put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
