"""What users said and no bank holds yet: on disk, and soon in its bank.

Owns: that a message is stored at the price of one write to the disk, which those who
    send at once share; bringing it into its bank, in order and once; that its words are
    nowhere else then.
Knows nothing of: who may send what, clients, how banks are opened.

A message is taken in only where its bank is certain to keep it. What a bank refuses all
the same (another program had it forget just these words, or remember nothing from now
on) is deleted, and clients are told.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from ..errors import Conflict, LtmError, StoreError
from . import message_rows, words
from .database import PlatformDatabase
from .events import DELETED, Event, EventFeed
from .message_rows import NewRow
from .opened import OpenConversation
from .people import name_of
from .prepared import AnyRow, Prepared
from .records import MessageType
from .stamps import Clock, moment, stamp
from .tables import inbox as table
from .tables import messages

_OF_IT: Final = Prepared(
    select(table.c.words, messages.c.id, messages.c.type, messages.c.created_at)
    .join(messages, messages.c.id == table.c.message_id)
    .where(table.c.conversation_id == bindparam("place_of"))
    .order_by(messages.c.place)
)
_WAITING: Final = (
    select(table.c.conversation_id, messages.c.user)
    .join(messages, messages.c.id == table.c.message_id)
    .distinct()
)


class Arrival(NamedTuple):
    """A conversation with messages that no bank holds yet.

    Attributes:
        since: When the first of them came, by the clock that never jumps.
    """

    user: str
    since: float


class Inbox:
    """Messages on their way into banks; safe to use from any thread.

    Whoever puts into a conversation, or drains it, holds its lock.
    """

    def __init__(
        self, database: PlatformDatabase, events: EventFeed, clock: Clock
    ) -> None:
        """Keep them in a database; nothing is opened."""
        self._database = database
        self._events = events
        self._clock = clock
        self._turn = threading.Lock()
        self._asked: deque[_Asked] = deque()
        self._reading = threading.Lock()
        self._waiting: dict[str, Arrival] | None = None
        self._is_clean = True
        self._told: Callable[[], None] = lambda: None

    def on_put(self, told: Callable[[], None]) -> None:
        """Have called whoever brings in what nobody else does."""
        self._told = told

    @property
    def is_filled_elsewhere(self) -> bool:
        """Whether messages are put there without a word to this process."""
        return False

    @property
    def is_used(self) -> bool:
        """Whether it was asked for anything since the start."""
        return self._waiting is not None

    # -- taking in ---------------------------------------------------------------

    def take(
        self, row: NewRow, content: str, admit: Callable[[Connection], bool]
    ) -> bool:
        """Store a message, durably, with all that are sent at the same moment.

        Args:
            row: The message.
            content: Its words.
            admit: Says whether it may be taken in, or raises why it may not be sent.

        Returns:
            Whether it was.

        Raises:
            LtmError: As `admit`; nothing is stored.
            StoreError: It could not be stored.
        """
        asked = _Asked(row, content, admit)
        self._asked.append(asked)
        with self._turn:
            if not asked.is_over:
                self._write(asked)
        if asked.error is not None:
            raise asked.error
        if asked.is_taken:
            self._is_clean = False
            self._note(row.conversation_id, row.user)
            self._told()
        return asked.is_taken

    def _note(self, place: str, user: str) -> None:
        """Note that something waits."""
        self.waiting().setdefault(place, Arrival(user, monotonic()))

    def _write(self, ours: _Asked) -> None:
        """Write ours and what else waits, in one go."""
        taken = [ours]
        try:
            with self._database.writing() as connection:
                ours.run(connection)
                # Not before: what comes while another one writes goes along.
                while self._asked:
                    one = self._asked.popleft()
                    if one is not ours and not one.is_over:
                        taken.append(one)
                        one.run(connection)
        except StoreError as error:
            for one in taken:
                one.error = error
        for one in taken:
            one.is_over = True

    # -- bringing in -------------------------------------------------------------

    def waiting(self) -> dict[str, Arrival]:
        """Return the conversations for which anything waits, by their ids."""
        found = self._waiting
        if found is not None:
            return found
        with self._reading:
            if self._waiting is None:
                self._waiting = self._left()
            return self._waiting

    def look(self) -> None:
        """Take up what another program put there."""
        waiting = self.waiting()
        for place, found in self._left().items():
            waiting.setdefault(place, found)

    def put_off(self, place: str, since: float) -> None:
        """Have the messages of a conversation wait as if they came at a time."""
        waiting = self.waiting()
        if (found := waiting.get(place)) is not None:
            waiting[place] = Arrival(found.user, since)

    def waits_for(self, conversation_id: str) -> bool:
        """Say whether anything waits for a conversation."""
        return conversation_id in self.waiting()

    def drain(self, opened: OpenConversation, *, unseen: bool = False) -> None:
        """Bring what waits for a conversation into its bank.

        Args:
            opened: The conversation.
            unseen: Look for what another program put there, too.

        Raises:
            StoreError: The bank cannot take it now; it waits on.
        """
        waiting = self.waiting()
        found = waiting.pop(opened.id, None)
        if found is None:
            if not unseen:
                return
            found = Arrival(opened.user, monotonic())
        try:
            self._bring(opened)
        except BaseException:
            waiting[opened.id] = found
            raise

    def empty_journal(self, *, unseen: bool = False) -> None:
        """Leave nothing in the database's files of words that were brought in.

        Args:
            unseen: Also of what another process may have brought in.

        Raises:
            StoreError: Somebody reads an older state.
        """
        if self._is_clean and not unseen:
            return
        self._is_clean = True
        try:
            self._database.empty_journal()
        except BaseException:
            self._is_clean = False
            raise

    # -- inside ------------------------------------------------------------------

    def _left(self) -> dict[str, Arrival]:
        if not self._database.is_there:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(_WAITING).all()
        return {place: Arrival(user, monotonic()) for place, user in rows}

    def _bring(self, opened: OpenConversation) -> None:
        with self._database.reading() as connection:
            rows = _OF_IT.all(connection, place_of=opened.id)
        if not rows:
            return
        refused = []
        there = {words.key_of(one) for one in opened.chat.path()}
        for row in rows:
            # A process that was killed in between has brought it already.
            if row["id"] not in there and not self._keeps(opened, row):
                refused.append(row["id"])
        ids = [row["id"] for row in rows]
        # A machine without power may bring them once more, which changes nothing.
        with self._database.writing(soon=not refused) as connection:
            message_rows.brought_in(connection, ids)
            if refused:
                message_rows.bury(connection, refused, stamp(self._clock()))
        self._is_clean = False
        for one in refused:
            told = {"messageId": one, "conversationId": opened.id}
            self._events.tell(
                Event(
                    name=DELETED,
                    user=opened.user,
                    conversation_id=opened.id,
                    payload=told,
                )
            )

    def _keeps(self, opened: OpenConversation, row: AnyRow) -> bool:
        by_system = row["type"] == MessageType.SYSTEM.value
        shown = words.said(
            row["id"],
            row["words"].decode("utf-8", "surrogatepass"),
            role="system" if by_system else "user",
            name=name_of(opened.user),
            at=moment(row["created_at"]),
        )
        try:
            words.append(opened.bank, opened.chat, shown, reply=False)
        except Conflict:
            return False
        return True


class _Asked:
    """A message that somebody waits for to be stored."""

    def __init__(
        self, row: NewRow, content: str, admit: Callable[[Connection], bool]
    ) -> None:
        self._row = row
        self._content = content
        self._admit = admit
        self.is_taken = False
        self.is_over = False
        self.error: BaseException | None = None

    def run(self, connection: Connection) -> None:
        """Write it, or note why not; only a fault of the database stops the others."""
        try:
            self.is_taken = self._admit(connection)
        except LtmError as error:
            self.error = error
        if self.is_taken:
            message_rows.take_in(connection, self._row, self._content)
