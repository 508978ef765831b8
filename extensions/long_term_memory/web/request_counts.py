"""How often one user may ask.

Owns: the requests of the last minute, by user.
Knows nothing of: what is asked, clocks: the time is handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Final

MINUTE: Final = 60.0
# Beyond this, users who have not asked for a minute are forgotten, and further ones are
# counted as one: whoever makes names up takes no room.
MANY_USERS: Final = 1000
_OTHERS: Final = object()


class RateLimiter:
    """Counts the requests of each user over the last minute."""

    def __init__(self) -> None:
        """Start with no request."""
        self._asked: dict[Hashable, deque[float]] = {}

    def wait_seconds(self, user: Hashable, most: int, now: float) -> float:
        """Count a request and return 0, or return how long its user has to wait.

        Args:
            user: Who asks.
            most: Requests in a minute; 0 sets no limit.
            now: A clock's seconds.
        """
        if not most:
            return 0.0
        if user not in self._asked and len(self._asked) >= MANY_USERS:
            self._forget(now)
            user = user if len(self._asked) < MANY_USERS else _OTHERS
        asked = self._asked.setdefault(user, deque())
        while asked and asked[0] <= now - MINUTE:
            asked.popleft()
        if len(asked) >= most:
            return asked[len(asked) - most] + MINUTE - now
        asked.append(now)
        return 0.0

    def __len__(self) -> int:
        """Return how many users are remembered."""
        return len(self._asked)

    def _forget(self, now: float) -> None:
        for user, asked in list(self._asked.items()):
            if not asked or asked[-1] <= now - MINUTE:
                del self._asked[user]
