"""Who hears what: the sockets of a user, and what happens in conversations.

Owns: which listener hears of which conversation, that nothing comes twice or out of
    order after a lost connection, and how much waits for one that does not read.
Knows nothing of: protocols, what events mean, where messages are kept.

All of it belongs to one event loop; `EventFeed` tells from other threads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Final

from .events import RECEIVED, Event
from .records import MessageRecord

MOST_WAITING: Final = 500
"""Events that wait for one listener; who reads so slowly is cut off, and catches up."""

KNOWN_IDS: Final = 2_000
"""Of messages that a listener was told, lest a late event tell one again."""

RESPONSE: Final = "character:response"
TOKEN: Final = "token"

Payload = dict[str, Any]
Tell = Callable[[str, Payload], Awaitable[None]]
TellNow = Callable[[str, Payload], bool]

ORIGIN: ContextVar[Listener | None] = ContextVar("companion_origin", default=None)
"""Who causes what is stored now: it learns of it by its answer, not by an event."""


def _later(_name: str, _payload: Payload) -> bool:
    """Have an event wait for its turn."""
    return False


class Listener:
    """One socket of a user."""

    def __init__(
        self,
        user: str,
        tell: Tell,
        lost: Callable[[], None],
        *,
        now: TellNow = _later,
    ) -> None:
        """Prepare; `pump` tells.

        Args:
            user: Whose socket it is.
            tell: Sends one event, and returns once there is room for another.
            lost: Is called if too much waits: the socket is to be closed.
            now: Sends one event, if there is room for it already; is asked where
                nothing waits, for a task that wakes costs more than to send.
        """
        self.user = user
        self._tell = tell
        self._lost = lost
        self._now = now
        self._is_telling = False
        self._waiting: deque[tuple[str, Payload]] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._known: dict[str, deque[str]] = {}
        self._held: dict[str, list[Event]] = {}
        self.is_lost = False

    @property
    def joined(self) -> frozenset[str]:
        """The conversations that it hears of."""
        return frozenset(self._known)

    def hear(self, name: str, payload: Payload) -> None:
        """Take an event to be told; never waits."""
        if self.is_lost:
            return
        if not (self._waiting or self._is_telling) and self._now(name, payload):
            return
        if name == RESPONSE and self._joins_last(payload):
            return
        if len(self._waiting) >= MOST_WAITING:
            self._give_up()
            return
        self._waiting.append((name, payload))
        self._news.set()
        if len(self._waiting) > MOST_WAITING // 2:
            self._room.clear()

    async def room(self) -> None:
        """Wait until half of what may wait is free."""
        await self._room.wait()

    async def pump(self) -> None:
        """Tell what is heard, in order, until cancelled or lost."""
        while not self.is_lost:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                name, payload = self._waiting.popleft()
                if len(self._waiting) <= MOST_WAITING // 2:
                    self._room.set()
                self._is_telling = True
                try:
                    await self._tell(name, payload)
                finally:
                    self._is_telling = False

    def end(self) -> None:
        """Hear nothing more: the socket is closed."""
        self.is_lost = True
        self._waiting.clear()
        self._held.clear()
        self._news.set()
        self._room.set()

    # -- conversations -----------------------------------------------------------

    def join(self, conversation_id: str, *, held: bool = False) -> None:
        """Hear of a conversation from now on.

        Args:
            conversation_id: Which.
            held: Keep what happens until `caught_up`, which comes first.
        """
        self._known.setdefault(conversation_id, deque(maxlen=KNOWN_IDS))
        if held:
            self._held.setdefault(conversation_id, [])

    def leave(self, conversation_id: str) -> None:
        """Hear of a conversation no longer."""
        self._known.pop(conversation_id, None)
        self._held.pop(conversation_id, None)

    def catch_up(self, conversation_id: str, missed: list[MessageRecord]) -> None:
        """Tell messages that were missed, each of them once."""
        for one in missed:
            self._received(conversation_id, one.id, one.told())

    def caught_up(self, conversation_id: str) -> None:
        """Tell what happened meanwhile, and from now on at once."""
        for event in self._held.pop(conversation_id, []):
            self.happened(event)

    def happened(self, event: Event) -> None:
        """Hear of what happened in a conversation, if it was joined."""
        place = event.conversation_id
        if place not in self._known:
            return
        if place in self._held:
            self._hold(self._held[place], event)
        elif event.name == RECEIVED:
            self._received(place, str(event.payload.get("id", "")), event.payload)
        else:
            self.hear(event.name, event.payload)

    def _hold(self, held: list[Event], event: Event) -> None:
        if len(held) >= MOST_WAITING:
            self._give_up()
        else:
            held.append(event)

    def _give_up(self) -> None:
        self.end()
        self._lost()

    def _received(self, place: str, message_id: str, payload: Payload) -> None:
        known = self._known.get(place)
        if known is None or message_id in known:
            return
        known.append(message_id)
        self.hear(RECEIVED, payload)

    def _joins_last(self, payload: Payload) -> bool:
        """Add a token to the one that waits last, so that few wait for a slow one."""
        if not self._waiting:
            return False
        name, last = self._waiting[-1]
        same = (
            name == RESPONSE
            and last["type"] == payload["type"] == TOKEN
            and last["messageId"] == payload["messageId"]
        )
        if same:
            joined = {**last, "content": last["content"] + payload["content"]}
            self._waiting[-1] = (name, joined)
        return same


class Hub:
    """All listeners of this process."""

    def __init__(self) -> None:
        """Start without any."""
        self._listeners: dict[str, set[Listener]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        """Return how many listen."""
        return sum(map(len, self._listeners.values()))

    def open(self) -> None:
        """Belong to the loop that runs."""
        self._loop = asyncio.get_running_loop()

    def came(self, listener: Listener) -> None:
        """Take up a listener."""
        self._listeners.setdefault(listener.user, set()).add(listener)

    def gone(self, listener: Listener) -> None:
        """Forget a listener."""
        ours = self._listeners.get(listener.user, set())
        ours.discard(listener)
        if not ours:
            self._listeners.pop(listener.user, None)

    def stored(self, event: Event) -> None:
        """Tell of what was stored; called in any thread, in the order of storing."""
        loop = self._loop
        # What became of his message is told to its sender, too.
        origin = ORIGIN.get() if event.name == RECEIVED else None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.tell, event, origin)

    def tell(self, event: Event, but: Listener | None = None) -> None:
        """Tell all listeners of the user but one, in the loop's own thread."""
        for listener in tuple(self._listeners.get(event.user, ())):
            if listener is not but:
                listener.happened(event)
