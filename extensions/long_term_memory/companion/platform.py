"""What the companion is made of, put together.

Owns: which part knows which.
Knows nothing of: routes, sockets.
"""

from __future__ import annotations

from typing import Final

from ..engine.engine import Engine
from .arriving import Arriving
from .cards import Cards
from .characters import Characters
from .conversations import Conversations
from .database import PlatformDatabase
from .events import EventFeed
from .forgotten import ForgottenConversations
from .inbox import Inbox
from .insights import Insights
from .knowledge import UserKnowledge
from .locks import Locks, SharedLocks
from .messages import Messages
from .modes import Modes, read_modes
from .search import MessageSearch
from .settling import Settling
from .shared_inbox import SharedInbox
from .stamps import Clock, utc_now

LOCKS_FILE: Final = "companion.lock"


class Platform:
    """All of the companion's ground; its database is opened by the first call.

    Attributes:
        engine: The memory.
        events: Tells what happens.
        database: What is no memory.
        characters: The characters.
        cards: Makes characters out of cards.
        insights: What conversations are about.
        conversations: The conversations.
        inbox: What users said and no bank holds yet.
        arriving: Brings what users said into the banks.
        forgotten: Lets go of conversations that are forgotten.
        messages: Their messages.
        search: Finds messages.
        knowledge: What characters know of their users.
    """

    def __init__(
        self,
        engine: Engine,
        events: EventFeed | None = None,
        *,
        modes: Modes | None = None,
        clock: Clock = utc_now,
        is_shared: bool = False,
        brings_in: bool = True,
    ) -> None:
        """Put together; nothing is opened.

        Args:
            engine: The memory.
            events: Tells what happens.
            modes: Of conversations; those that come with the program if None.
            clock: Tells the time, aware UTC.
            is_shared: Two processes of one server work on the conversations.
            brings_in: Whether this one brings messages in that nobody else does.
        """
        self.engine = engine
        self.events = events or EventFeed()
        url = engine.settings.companion.companion_database
        self.database = PlatformDatabase(engine.data_dir, url)
        self.characters = Characters(self.database, clock)
        self.cards = Cards(engine, self.characters)
        make_inbox = SharedInbox if is_shared else Inbox
        inbox = self.inbox = make_inbox(self.database, self.events, clock)
        settling = Settling(engine, self.database, inbox, clock)
        locks = self._locks = (
            SharedLocks(engine.data_dir / LOCKS_FILE) if is_shared else Locks()
        )
        self.insights = Insights(modes or read_modes(None))
        self.conversations = Conversations(
            engine,
            self.database,
            self.characters,
            settling,
            locks,
            self.insights,
            clock,
        )
        self.arriving = Arriving(
            self.conversations, inbox, engine.faults, brings_in=brings_in
        )
        self.messages = Messages(
            self.conversations,
            self.database,
            settling,
            inbox,
            self.events,
            locks,
            settings=lambda: engine.settings.companion,
            clock=clock,
        )
        self.forgotten = ForgottenConversations(
            engine, self.database, self.conversations, self.characters, settling, locks
        )
        engine.let_in_by(
            lambda scope: self.arriving.leave_no_trace(scope.user),
            self.forgotten.follow,
        )
        self.search = MessageSearch(
            self.conversations, self.characters, self.messages, self.arriving
        )
        self.knowledge = UserKnowledge(
            self.conversations, self.characters, self.arriving
        )

    def close(self) -> None:
        """Bring in what waits, and let go of the database."""
        self.arriving.close()
        self.database.close()
        self._locks.close()
