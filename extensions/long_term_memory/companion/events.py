"""What happened, told to whoever listens in this process.

Owns: the names of events, and that each listener hears each event once, in order.
Knows nothing of: sockets, who is connected.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

RECEIVED: Final = "message:received"
DELIVERED: Final = "message:delivered"
READ: Final = "message:read"
EDITED: Final = "message:edited"
DELETED: Final = "message:deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened in a conversation.

    Attributes:
        name: What, one of the names above.
        user: Whose conversation it is; only this user may hear of it.
        conversation_id: Which.
        payload: What clients are told, as JSON has it.
    """

    name: str
    user: str
    conversation_id: str
    payload: dict[str, Any]


class EventFeed:
    """Tells listeners of events; safe to use from any thread."""

    def __init__(self) -> None:
        """Start without listeners."""
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Event], None]] = []

    def on_event(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Have each event told from now on; returns what ends that.

        The callback is called in the thread that stored what happened, after it was
        stored, and must return at once: an asyncio listener hands over with
        `loop.call_soon_threadsafe`.
        """
        with self._lock:
            self._listeners = [*self._listeners, callback]
        return lambda: self._leave(callback)

    def tell(self, event: Event) -> None:
        """Tell of an event."""
        for listener in self._listeners:
            listener(event)

    def _leave(self, callback: Callable[[Event], None]) -> None:
        with self._lock:
            self._listeners = [one for one in self._listeners if one is not callback]
