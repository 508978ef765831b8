"""Replies that a killed server left undone: made a few at a time, the newest first.

Owns: which wait, and how many are made at once.
Knows nothing of: sockets, how a reply is made.

After a restart all clients come back at once, and many of them wait for a reply. Made
all together they would hold up each other, and whoever sends something new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, NamedTuple

from .replies import Replies

AT_ONCE: Final = 8
"""Replies that are made at once; what somebody sends now is answered beside them."""

Place = tuple[str, str]


class _Waiting(NamedTuple):
    """How long ago a conversation went on, and how much of it is shown."""

    active_at: str
    window_tokens: int | None


class Resuming:
    """Has conversations answered that wait since before the start; of one loop."""

    def __init__(
        self, replies: Replies, waits: Callable[[str, str], Awaitable[bool]]
    ) -> None:
        """Prepare.

        Args:
            replies: Make them.
            waits: Whether a conversation still waits for a reply.
        """
        self._replies = replies
        self._waits = waits
        self._waiting: dict[Place, _Waiting] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(
        self,
        user: str,
        conversation_id: str,
        active_at: str,
        window_tokens: int | None,
    ) -> None:
        """Have a conversation answered in its turn; returns at once.

        Args:
            user: Whose it is.
            conversation_id: Which.
            active_at: When it went on last; the newest is first.
            window_tokens: See `Prompts.write`.
        """
        self._waiting[user, conversation_id] = _Waiting(active_at, window_tokens)
        if len(self._tasks) < AT_ONCE:
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Begin no more of them."""
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    async def _work(self) -> None:
        while self._waiting:
            place = max(self._waiting, key=lambda one: self._waiting[one].active_at)
            window_tokens = self._waiting.pop(place).window_tokens
            tried = partial(self._replies.was_tried, *place)
            if tried() or not await self._waits(*place) or tried():
                continue
            self._replies.answer(*place, window_tokens=window_tokens)
            await self._replies.made(*place)
