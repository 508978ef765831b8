"""Bring a conversation's rows and its words together: after a crash, after forgetting.

Owns: what becomes of a message that only one of the two has.
Knows nothing of: clients, events.

What waits in the inbox comes in first. A row whose words do not wait there is written
before them, so of a server that was killed between the two the row goes: nobody was
told that it was stored. Words without a row (the database is an
older copy) get one again. A row whose words were there once, and are no more, was
forgotten: only its place is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, RowMapping

from ..core.types import PathEntry
from ..engine.engine import Engine
from ..engine.forgetting.rounds import Rounds
from ..errors import StoreError
from ..lru import Lru
from . import message_rows, words
from .database import PlatformDatabase
from .inbox import Inbox
from .message_rows import NewRow
from .opened import OpenConversation, chat_id_of
from .records import MessageStatus, MessageType, SenderType
from .stamps import Clock, stamp
from .tables import conversations

KNOWN: Final = 50_000
"""So many conversations are known to be settled; of others it is seen anew."""


class Settling:
    """Settles each conversation once, and again whenever its bank forgot something."""

    def __init__(
        self, engine: Engine, database: PlatformDatabase, inbox: Inbox, clock: Clock
    ) -> None:
        """Know of none that is settled."""
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._rounds = Rounds(engine)
        self._settled: Lru[str, str] = Lru(KNOWN)

    def settle(self, opened: OpenConversation) -> bool:
        """Settle a conversation; who calls holds its lock.

        Returns:
            Whether anything was changed.

        Raises:
            StoreError: What waits for its bank cannot be brought in now.
        """
        self._inbox.drain(opened)
        round_ = self._rounds.now(opened.bank.scope)
        if self._settled.get(opened.id) == round_:
            return False
        changed = self._bring_together(opened)
        self._settled.put(opened.id, round_)
        return changed

    def waits_for(self, conversation_id: str) -> bool:
        """Say whether anything waits to be brought into a conversation's bank."""
        return self._inbox.waits_for(conversation_id)

    def bring_in(self, opened: OpenConversation) -> None:
        """Bring in what waits for a conversation; who calls holds its lock.

        Raises:
            StoreError: It cannot be brought in now.
        """
        self._inbox.drain(opened)

    def leave_no_trace(self) -> None:
        """Leave nothing of what was brought in outside of the banks.

        Raises:
            StoreError: Somebody stands in the way.
        """
        self._inbox.empty_journal(unseen=True)

    def _bring_together(self, opened: OpenConversation) -> bool:
        self._inbox.drain(opened, unseen=True)
        path = opened.chat.path()
        with self._database.reading() as connection:
            rows = message_rows.all_of(connection, opened.id)
        dead = {row["id"] for row in rows if row["deleted_at"] is not None}
        if unfinished := [
            words.key_of(one) for one in path if words.key_of(one) in dead
        ]:
            chat_id = chat_id_of(opened.bank, opened.id)
            words.take_out(opened.bank, opened.chat, unfinished, chat_id=chat_id)
            path = opened.chat.path()
        there = {words.key_of(one) for one in path}
        lost = [row for row in rows if row["id"] not in there | dead]
        known = {row["id"] for row in rows}
        if not lost and there <= known:
            return False
        # A chat that was merely cleared still has its name.
        is_gone = any(one["settled"] for one in lost) and not (
            path or chat_id_of(opened.bank, opened.id)
        )
        with self._database.writing() as connection:
            message_rows.drop(
                connection, [one["id"] for one in lost if not one["settled"]]
            )
            message_rows.bury(
                connection,
                [one["id"] for one in lost if one["settled"]],
                stamp(self._clock()),
            )
            if is_gone:
                # What it was called by hand, and was said to be about.
                connection.execute(
                    conversations.update()
                    .where(conversations.c.id == opened.id)
                    .values(title=None, metadata={})
                )
            if not there <= known:
                self._adopt(connection, opened, path, rows)
        if any(one["settled"] for one in lost):
            # Forgotten, and so is what was known of them; later, where somebody reads.
            with suppress(StoreError):
                self._database.empty_journal()
        return True

    def _adopt(
        self,
        connection: Connection,
        opened: OpenConversation,
        path: Sequence[PathEntry],
        rows: Sequence[RowMapping],
    ) -> None:
        """Give rows to words that have none, and all rows their places anew."""
        known = {row["id"] for row in rows}
        places: dict[str, int] = {}
        last_reply = max(
            (at for at, one in enumerate(path, 1) if _is_reply(one)), default=0
        )
        for place, entry in enumerate(path, 1):
            key = words.key_of(entry)
            if key in known:
                places[key] = place
            else:
                new = _row_of(opened, entry, answered=place < last_reply)
                message_rows.adopt(connection, new, place)
        # What is gone keeps the place behind what stood before it.
        before = 0
        for row in rows:
            before = places.setdefault(row["id"], before)
        message_rows.move(connection, places)


def _is_reply(entry: PathEntry) -> bool:
    return entry.message.role == "assistant"


def _row_of(opened: OpenConversation, entry: PathEntry, *, answered: bool) -> NewRow:
    message = entry.message
    by_user = not _is_reply(entry)
    system = message.role == "system"
    return NewRow(
        id=words.key_of(entry),
        conversation_id=opened.id,
        user=opened.user,
        sender=SenderType.USER if by_user else SenderType.CHARACTER,
        type=MessageType.SYSTEM if system else MessageType.TEXT,
        created_at=stamp(message.said_at or message.seen_at),
        # Else all of them would wait for a reply.
        status=MessageStatus.READ if by_user and answered else MessageStatus.SENT,
    )
