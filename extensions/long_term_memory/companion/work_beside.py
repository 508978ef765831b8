"""The acts of replies, done by the process beside this one.

Owns: what is looked up here nevertheless, and what becomes of replies if that process
    cannot be had.
Knows nothing of: how the two talk, what the acts do.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from .lanes import Lane
from .lazy_platform import LazyPlatform
from .records import MessageRecord
from .reply_acts import Draft, ModelPrompt
from .reply_process import ReplyProcess, ReplyProcessError
from .reply_work import ReplyWork


class WorkBeside:
    """Has them done there, or here once that process was given up."""

    def __init__(
        self, process: ReplyProcess, here: ReplyWork, lazy: LazyPlatform, door: Lane
    ) -> None:
        """Prepare.

        Args:
            process: Does it.
            here: Does it, if there is no process.
            lazy: The conversations.
            door: Threads for what a client waits for.
        """
        self._process = process
        self._here = here
        self._lazy = lazy
        self._door = door
        process.tell_events(lazy.events)

    async def question(
        self, user: str, conversation_id: str, window_tokens: int | None, *, anew: bool
    ) -> ModelPrompt | None:
        """Return what a model is asked."""
        if self._is_alone():
            return await self._here.question(
                user, conversation_id, window_tokens, anew=anew
            )
        asked: ModelPrompt | None = await self._ask(
            "question", user, conversation_id, window_tokens, anew
        )
        return asked

    async def store(self, draft: Draft) -> str:
        """Store a reply, before all that is not begun; returns its feeling's word."""
        if self._is_alone():
            return await self._here.store(draft)
        # A swipe that was stored before the process ended would be stored twice.
        feeling: str = await self._ask("store", draft, again=not draft.is_swipe)
        return feeling

    async def waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message waits for a reply."""
        if self._is_alone():
            return await self._here.waits(user, conversation_id)
        waits: bool = await self._ask("waits", user, conversation_id)
        return waits

    async def missed(
        self, user: str, conversation_id: str, message_id: str, limit: int
    ) -> list[MessageRecord]:
        """Return what came after a message."""
        is_newest = self._lazy().messages.is_newest
        if await self._door.run(is_newest, user, conversation_id, message_id):
            return []
        if self._is_alone():
            return await self._here.missed(user, conversation_id, message_id, limit)
        missed: list[MessageRecord] = await self._ask(
            "missed", user, conversation_id, message_id, limit
        )
        return missed

    def expect(self, user: str, conversation_id: str) -> None:
        """Have a conversation opened once nobody is answered; returns at once."""
        if self._is_alone():
            self._here.expect(user, conversation_id)
            return
        with suppress(ReplyProcessError):
            self._process.ask("expect", user, conversation_id)

    def close(self) -> None:
        """Begin nothing any more; the process is ended by who started it."""
        self._here.close()

    async def _ask(self, act: str, *args: Any, again: bool = True) -> Any:
        """Have an act done, and once more if the process ended meanwhile."""
        try:
            return await asyncio.wrap_future(self._process.ask(act, *args))
        except ReplyProcessError:
            if not again or self._process.is_given_up:
                raise
        return await asyncio.wrap_future(self._process.ask(act, *args))

    def _is_alone(self) -> bool:
        """Whether it is to be done here, where then what was said is brought in."""
        if not self._process.is_given_up:
            return False
        self._lazy().arriving.begin()
        return True
