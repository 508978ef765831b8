"""What a client may do in conversations, whichever way it came.

Owns: that a message is stored before it is answered, commands, what is seen, typing.
Knows nothing of: sockets, routes, how replies are made.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from ..config import CompanionSettings
from ..errors import Conflict, InvalidInput, LtmError, NotFound, TooLarge, TooMany
from ..web.request_counts import RateLimiter
from .bodies import SentMessage
from .events import Event
from .hub import ORIGIN, Hub, Listener
from .lanes import Lane
from .lazy_platform import LazyPlatform
from .modes import mode_asked
from .prompts import Prompts
from .records import MessageRecord
from .replies import TYPING, Replies
from .reply_work import ReplyWork
from .resuming import Resuming

if TYPE_CHECKING:
    from .platform import Platform

MODE: Final = "conversation:mode"
SEEN: Final = "vision:noted"
RESUMING: Final = "looking for a message without its reply"

RESUMED_TOKENS: Final = 3_000
"""Of its conversation a plain WebSocket goes on with."""


class Exchange:
    """Messages in, replies out; belongs to one event loop.

    Attributes:
        lazy: The conversations.
        prompts: Write what a model is asked.
        work: Does what replies need of the memory.
        replies: Answer.
        hub: Those who listen.
        door: Threads for what a client waits for.
    """

    def __init__(
        self,
        lazy: LazyPlatform,
        prompts: Prompts,
        work: ReplyWork,
        replies: Replies,
        hub: Hub,
        door: Lane,
    ) -> None:
        """Put together what does the work."""
        self.lazy = lazy
        self.prompts = prompts
        self.replies = replies
        self.hub = hub
        self.door = door
        self.work = work
        self._resuming = Resuming(replies, self._waits)
        self._pace = RateLimiter()
        self._typing: dict[tuple[str, str], asyncio.TimerHandle] = {}

    @property
    def platform(self) -> Platform:
        """The conversations; made by the first socket or call, in a thread."""
        return self.lazy()

    @property
    def settings(self) -> CompanionSettings:
        """The settings in force."""
        return self.platform.engine.settings.companion

    async def send(
        self,
        user: str,
        conversation_id: str,
        new: SentMessage,
        *,
        origin: Listener | None = None,
        window_tokens: int | None = None,
    ) -> tuple[MessageRecord, bool]:
        """Store a message, and have it answered; durable when this returns.

        Args:
            user: Who sends it.
            conversation_id: Where.
            new: The message.
            origin: Whose socket it came by, which is told by the return alone.
            window_tokens: See `Prompts.write`.

        Returns:
            The message, and whether it is new; see `Messages.send`.

        Raises:
            LtmError: See `Messages.send`; nothing is stored then.
        """
        self.stop_typing(user, conversation_id)
        token = ORIGIN.set(origin)
        try:
            message, is_new, waits = await self.door.run(
                self._store, user, conversation_id, new
            )
        finally:
            ORIGIN.reset(token)
        if waits:
            self.replies.answer(user, conversation_id, window_tokens=window_tokens)
        return message, is_new

    def _store(
        self, user: str, conversation_id: str, new: SentMessage
    ) -> tuple[MessageRecord, bool, bool]:
        """Store a message; returns it, if it is new, and if it waits for a reply."""
        messages = self.platform.messages
        message, is_new = messages.send(user, conversation_id, new)
        # Sent again after its reply failed, or was lost with a killed server.
        return message, is_new, is_new or messages.waits(user, conversation_id)

    async def resume(
        self, user: str, conversation_id: str, *, window_tokens: int | None = None
    ) -> None:
        """Have a message answered, in its turn, whose reply a killed server lost.

        Nothing happens where this server tried before: what failed was told, and what
        was stopped is not wanted.

        Args:
            user: Who came back.
            conversation_id: Where.
            window_tokens: See `Prompts.write`.
        """
        if self.replies.was_tried(user, conversation_id):
            return
        since = self.platform.messages.waits_since
        with suppress(NotFound):
            active_at = await self.door.run(since, user, conversation_id)
            if active_at is not None:
                self._resuming.add(user, conversation_id, active_at, window_tokens)

    def expect(self, user: str, conversation_id: str) -> None:
        """Have a conversation ready for a reply, for its user came; returns at once."""
        self.work.expect(user, conversation_id)

    def resume_known(self, user: str, conversation_id: str, active_at: str) -> None:
        """Do the same where it is known that a message waits, and since when."""
        if not self.replies.was_tried(user, conversation_id):
            self._resuming.add(user, conversation_id, active_at, None)

    async def _waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message waits for a reply; not where there can be none."""
        try:
            return await self.work.waits(user, conversation_id)
        except (NotFound, Conflict):
            # It is deleted, or its character is.
            return False
        except LtmError as error:
            self.platform.engine.faults.report(RESUMING, error)
            return False

    async def command(
        self, user: str, conversation_id: str, message: str
    ) -> str | None:
        """Do what a message commands; returns the mode, None if it is no command.

        Raises:
            InvalidInput: There is no such mode.
            NotFound: There is no such conversation.
        """
        wanted = mode_asked(message)
        if wanted is None:
            return None
        await self.door.run(self._set_mode, user, conversation_id, wanted)
        told = {"conversationId": conversation_id, "mode": wanted}
        self._tell(user, conversation_id, MODE, told)
        return wanted

    def _set_mode(self, user: str, conversation_id: str, wanted: str) -> None:
        conversations = self.platform.conversations
        opened = conversations.open(user, conversation_id)
        known = {**self.prompts.modes.prompts, **opened.character.modes}
        if wanted not in known:
            raise InvalidInput(
                f"There is no mode {wanted!r}. Write /mode and one of "
                f"{', '.join(known)}.",
                field="mode",
            )
        conversations.set_mode(user, conversation_id, wanted)

    async def see(self, user: str, conversation_id: str, seen: str) -> str:
        """Remember what was seen; returns the id of the memory.

        Raises:
            InvalidInput: It is empty.
            TooLarge: It has more characters than `max_message_length`.
            TooMany: More is seen in a minute than `messages_per_minute`.
            NotFound: There is no such conversation.
            StoreError: It could not be stored.
        """
        seen = seen.strip()
        most = self.settings.max_message_length
        if not seen:
            raise InvalidInput("What was seen needs some words.", field="vision")
        if len(seen) > most:
            raise TooLarge(
                f"What was seen is told in at most {most:,} characters; this has "
                f"{len(seen):,}.",
                field="vision",
            )
        often = self.settings.messages_per_minute
        wait = ceil(self._pace.wait_seconds(user, often, monotonic()))
        if wait:
            raise TooMany(
                f"At most {often} things are seen in a minute. Wait {wait} s.",
                retry_seconds=wait,
                field="vision",
            )
        noted = await self.door.run(self._note, user, conversation_id, seen)
        told = {"conversationId": conversation_id, "memoryId": noted, "content": seen}
        self._tell(user, conversation_id, SEEN, told)
        return noted

    def _note(self, user: str, conversation_id: str, seen: str) -> str:
        opened = self.platform.conversations.open(user, conversation_id)
        text = f"{opened.character.name} saw: {seen}"
        memories = opened.bank.memories
        noted = memories.add(text)
        memories.tag(noted.id, ["vision"])
        return noted.id

    def newest(self, user: str, character_id: str | None) -> str | None:
        """Return the id of the conversation that went on last; slow if it is begun.

        Args:
            user: Whose.
            character_id: With whom; None is the newest of all, and without any one
                with the newest character.

        Returns:
            Its id; None if there is no character to talk with.

        Raises:
            NotFound: There is no such character.
        """
        conversations = self.platform.conversations
        found = conversations.newest(user, character_id)
        if found is not None:
            return found
        if character_id is None:
            characters = self.platform.characters.all(user)
            if not characters:
                return None
            character_id = characters[0].id
        return self.platform.messages.begin(user, character_id).id

    # -- typing ------------------------------------------------------------------

    def start_typing(
        self, user: str, conversation_id: str, origin: Listener | None
    ) -> None:
        """Tell the user's other sockets that he types; it ends by itself."""
        key = user, conversation_id
        known = self._typing.pop(key, None)
        if known is not None:
            known.cancel()
        else:
            self._tell_typing(user, conversation_id, True, origin)
        seconds = self.settings.typing_milliseconds / 1000
        loop = asyncio.get_running_loop()
        ending = partial(self.stop_typing, user, conversation_id, origin)
        self._typing[key] = loop.call_later(seconds, ending)

    def stop_typing(
        self, user: str, conversation_id: str, origin: Listener | None = None
    ) -> None:
        """Tell that he types no longer, if he did."""
        known = self._typing.pop((user, conversation_id), None)
        if known is not None:
            known.cancel()
            self._tell_typing(user, conversation_id, False, origin)

    def _tell_typing(
        self, user: str, place: str, is_typing: bool, origin: Listener | None
    ) -> None:
        told = {"conversationId": place, "userId": user, "isTyping": is_typing}
        self._tell(user, place, TYPING, told, but=origin)

    def _tell(
        self,
        user: str,
        place: str,
        name: str,
        told: dict[str, Any],
        *,
        but: Listener | None = None,
    ) -> None:
        event = Event(name=name, user=user, conversation_id=place, payload=told)
        self.hub.tell(event, but)

    async def close(self) -> None:
        """Stop what is under way."""
        for timer in self._typing.values():
            timer.cancel()
        self._typing.clear()
        self._resuming.close()
        await self.replies.close()
        self.work.close()
        self.door.close()
