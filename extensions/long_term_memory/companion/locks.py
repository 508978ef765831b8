"""One at a time in each conversation.

Owns: a lock for each, in bounded room.
Knows nothing of: what is done under it.
"""

from __future__ import annotations

import threading
from typing import Final

# So many conversations go on at once without waiting for each other, chance apart.
LOCKS: Final = 512


class Locks:
    """Locks by name; two names may share one."""

    def __init__(self) -> None:
        """Make them."""
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def of(self, name: str) -> threading.RLock:
        """Return the lock of a name; its holder may take it again."""
        return self._locks[hash(name) % LOCKS]
