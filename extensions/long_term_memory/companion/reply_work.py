"""Where the acts of replies are done: in this process, or in one beside it.

Owns: what both offer, and how it is done here.
Knows nothing of: what the acts do.

Here one thread makes all replies, for Python runs one thread at a time: many would only
take turns, at every call to SQLite, and each would be done later than one after the
other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol, TypeVar

from ..engine.engine import Engine
from ..engine.faults import guard
from ..errors import LtmError
from .lanes import Lane
from .records import MessageRecord
from .reply_acts import Draft, ModelPrompt, ReplyActs

T = TypeVar("T")

EXPECTING: Final = "opening a conversation"

REPLYING: Final = 1
"""Threads that write prompts and store replies."""


class ReplyWork(Protocol):
    """Does what replies need of the memory; belongs to one event loop.

    Each raises as its act does; see `ReplyActs`.
    """

    async def question(
        self, user: str, conversation_id: str, window_tokens: int | None, *, anew: bool
    ) -> ModelPrompt | None:
        """Return what a model is asked."""

    async def store(self, draft: Draft) -> str:
        """Store a reply, before all that is not begun; returns its feeling's word."""

    async def waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message waits for a reply."""

    async def missed(
        self, user: str, conversation_id: str, message_id: str, limit: int
    ) -> list[MessageRecord]:
        """Return what came after a message."""

    def expect(self, user: str, conversation_id: str) -> None:
        """Have a conversation opened once nobody is answered; returns at once.

        What cannot be opened is told to whoever says something there.
        """

    def close(self) -> None:
        """Begin nothing any more."""


class WorkHere:
    """Does it in threads of this process."""

    def __init__(self, engine: Engine, acts: ReplyActs, door: Lane) -> None:
        """Prepare.

        Args:
            engine: The memory.
            acts: What is done.
            door: Threads for what a client waits for; the caller's to close.
        """
        self._engine = engine
        self._acts = acts
        self._door = door
        self._lane = Lane("replies", REPLYING)

    async def question(
        self, user: str, conversation_id: str, window_tokens: int | None, *, anew: bool
    ) -> ModelPrompt | None:
        """Return what a model is asked."""
        return await self._lane.run(
            self._waited_for,
            lambda: self._acts.question(
                user, conversation_id, window_tokens, anew=anew
            ),
        )

    async def store(self, draft: Draft) -> str:
        """Store a reply, before all that is not begun; returns its feeling's word."""
        return await self._lane.run_first(
            self._waited_for, lambda: self._acts.store(draft)
        )

    async def waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message waits for a reply."""
        return await self._door.run(self._acts.waits, user, conversation_id)

    async def missed(
        self, user: str, conversation_id: str, message_id: str, limit: int
    ) -> list[MessageRecord]:
        """Return what came after a message."""
        return await self._door.run(
            self._acts.missed, user, conversation_id, message_id, limit
        )

    def expect(self, user: str, conversation_id: str) -> None:
        """Have a conversation opened once nobody is answered; returns at once."""
        self._lane.run_last(self._expected, user, conversation_id)

    def close(self) -> None:
        """Begin nothing any more."""
        self._lane.close()

    def _expected(self, user: str, conversation_id: str) -> None:
        def expect() -> None:
            with suppress(LtmError):
                self._acts.expect(user, conversation_id)

        guard(self._engine.faults, EXPECTING, expect, lambda: None)

    def _waited_for(self, act: Callable[[], T]) -> T:
        """Do something for which somebody waits, while nothing is read aside."""
        with self._engine.answering():
            return act()
