"""How far messages came, noted together with what is to be noted at the same moment.

Owns: that what comes while something is written is written next, all at once, in order.
Knows nothing of: the database, who is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .lanes import Lane
from .records import MessageStatus


class Mark(NamedTuple):
    """How far some messages of a user came: delivered, or read."""

    user: str
    message_ids: Sequence[str]
    status: MessageStatus


class Marks:
    """Notes marks in a thread of its own; belongs to one event loop."""

    def __init__(self, write: Callable[[Sequence[Mark]], object]) -> None:
        """Prepare.

        Args:
            write: Stores marks in one go; called in a thread.
        """
        self._write = write
        self._lane = Lane("marks", 1)
        self._turn = asyncio.Lock()
        self._waiting: list[Mark] = []
        self._next: asyncio.Task[None] | None = None

    async def note(self, mark: Mark) -> None:
        """Return when a mark is stored.

        Raises:
            StoreError: It is not, nor is what was noted with it.
        """
        self._waiting.append(mark)
        if self._next is None:
            self._next = asyncio.create_task(self._write_all())
        # Others wait for it, too.
        await asyncio.shield(self._next)

    async def close(self) -> None:
        """Note what waits, and let the thread end."""
        if self._next is not None:
            await asyncio.wait([self._next])
        async with self._turn:
            self._lane.close()

    async def _write_all(self) -> None:
        async with self._turn:
            marks, self._waiting, self._next = self._waiting, [], None
            await self._lane.run(self._write, marks)
