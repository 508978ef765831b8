"""Messages as clients read them, and how far they came.

Owns: pages, what a client missed, alternatives, receipts.
Knows nothing of: how a message is stored, routes, sockets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..errors import InvalidInput, NotFound
from . import message_rows, words
from .conversations import GONE, Conversations, no_conversation
from .database import PlatformDatabase
from .events import DELIVERED, READ, Event, EventFeed
from .locks import Locks
from .marks import Mark
from .opened import OpenConversation
from .prepared import AnyRow
from .records import (
    MOST_ON_PAGE,
    PAGE,
    ConversationStatus,
    MessageMetadata,
    MessagePage,
    MessageRecord,
    MessageStatus,
    MessageType,
    Receipt,
    SenderType,
)
from .settling import Settling
from .stamps import Clock, stamp

_TOLD_AS: Final = {MessageStatus.DELIVERED: DELIVERED, MessageStatus.READ: READ}


class ReadMessages:
    """What can be read of the messages of all conversations."""

    def __init__(
        self,
        conversations: Conversations,
        database: PlatformDatabase,
        settling: Settling,
        events: EventFeed,
        locks: Locks,
        clock: Clock,
    ) -> None:
        """Read these conversations, and tell of receipts."""
        self._conversations = conversations
        self._database = database
        self._settling = settling
        self._events = events
        self._clock = clock
        self._locks = locks

    # -- reading -----------------------------------------------------------------

    def get(self, user: str, message_id: str) -> MessageRecord:
        """Return a message; raises NotFound."""
        row = self._row(user, message_id)
        opened = self._seen(user, row["conversation_id"])
        for told in self._told(opened, [row]):
            return told
        raise no_message(message_id)

    def page(
        self,
        user: str,
        conversation_id: str,
        *,
        limit: int = PAGE,
        before: str | None = None,
        after: str | None = None,
    ) -> MessagePage:
        """Return messages, oldest first: the newest, or those around a message.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            limit: How many at the most.
            before: Id of a message; those before it, the nearest.
            after: The same; those after it.

        Raises:
            NotFound: There is no such conversation, or message in it.
            InvalidInput: Both `before` and `after` are given.
        """
        if before is not None and after is not None:
            raise InvalidInput("Name before or after, not both.", field="before")
        opened = self._seen(user, conversation_id)
        pivot = self._place(user, conversation_id, before if after is None else after)
        with self._database.reading() as connection:
            rows = message_rows.around(
                connection,
                conversation_id,
                before=pivot if after is None else None,
                after=pivot if after is not None else None,
                limit=limit + 1,
            )
        more = len(rows) > limit
        rows = rows[:limit] if after is not None else rows[-limit:]
        told = self._told(opened, rows)
        first, last = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
        return MessagePage(
            messages=told,
            older=first if after is not None or more else None,
            newer=last if before is not None or (after is not None and more) else None,
        )

    def since(
        self,
        user: str,
        conversation_id: str,
        message_id: str | None,
        *,
        limit: int = MOST_ON_PAGE,
    ) -> list[MessageRecord]:
        """Return what came after the message that a client saw last, oldest first.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            message_id: The message; None from the beginning. It may be deleted since.
            limit: How many at the most.

        Raises:
            NotFound: There is no such conversation, or there never was such a message.
        """
        if self.is_newest(user, conversation_id, message_id):
            return []
        opened = self._seen(user, conversation_id)
        place = self._place(user, conversation_id, message_id) or 0
        with self._database.reading() as connection:
            rows = message_rows.around(
                connection, conversation_id, after=place, limit=limit
            )
        return self._told(opened, rows)

    def waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message of the user waits for a reply that never was stored.

        Raises:
            NotFound: There is no such conversation, or it is deleted.
            Conflict: Its character was deleted.
        """
        opened = self._conversations.open(user, conversation_id)
        with self._locks.of(conversation_id):
            self._settling.settle(opened)
        with self._database.reading() as connection:
            return message_rows.waits(connection, user, conversation_id)

    def waits_since(self, user: str, conversation_id: str) -> str | None:
        """Return when a conversation went on last that may wait for a reply.

        No bank is opened: `waits` says for sure. None of one that does not wait.

        Raises:
            NotFound: There is no such conversation.
        """
        found = self.standing(user, conversation_id)
        return found.active_at if found.waits else None

    def standing(
        self, user: str, conversation_id: str, seen: str | None = None
    ) -> message_rows.Standing:
        """Return how a conversation stands for a client that comes back.

        No bank is opened; a deleted one is as good as none to who saw something of it.

        Args:
            user: Whose it is.
            conversation_id: Which.
            seen: The message that the client saw last.

        Raises:
            NotFound: There is no such conversation.
        """
        with self._database.reading() as connection:
            found = message_rows.standing(connection, user, conversation_id, seen)
        if found is None:
            raise no_conversation(conversation_id)
        if seen is not None and found.status == ConversationStatus.DELETED.value:
            raise NotFound(GONE)
        return found

    def recent(self, opened: OpenConversation, count: int) -> list[MessageRecord]:
        """Return the newest messages of a conversation, oldest first."""
        with self._locks.of(opened.id):
            self._settling.settle(opened)
        with self._database.reading() as connection:
            rows = message_rows.around(connection, opened.id, limit=count)
            swipes = message_rows.swipes_of(connection, [row["id"] for row in rows])
        return self._with_words(opened, rows, swipes)

    def waiting_before(self, message_id: str) -> list[str]:
        """Return the ids of the user's messages before one that no reply has read."""
        with self._database.reading() as connection:
            return message_rows.waits_before(connection, message_id)

    # -- receipts ----------------------------------------------------------------

    def mark_delivered(self, user: str, message_ids: Sequence[str]) -> list[Receipt]:
        """Note that messages arrived; returns what changed.

        Of ids that are not the user's nothing is noted. Tells `message:delivered`.
        """
        return self.mark([Mark(user, message_ids, MessageStatus.DELIVERED)])

    def mark_read(self, user: str, message_ids: Sequence[str]) -> list[Receipt]:
        """Note that messages were read; see `mark_delivered`. Tells `message:read`."""
        return self.mark([Mark(user, message_ids, MessageStatus.READ)])

    def mark(self, marks: Sequence[Mark]) -> list[Receipt]:
        """Note how far messages came, in one go; see `mark_delivered`.

        Raises:
            StoreError: It could not be stored; nothing of it was.
        """
        if not any(one.message_ids for one in marks):
            return []
        now = self._now()
        with self._database.writing(soon=True) as connection:
            came = [message_rows.advance(connection, one, now) for one in marks]
        receipts = []
        for mark, rows in zip(marks, came, strict=True):
            for row in rows:
                receipts.append(_receipt(mark.status, row, now))
                told = receipts[-1].told()
                name = _TOLD_AS[mark.status]
                self._tell(name, mark.user, row["conversation_id"], told)
        return receipts

    def read_all(
        self, user: str, conversation_id: str, *, up_to: str | None = None
    ) -> list[Receipt]:
        """Note that the user read the character's messages, up to one or all.

        Raises:
            NotFound: There is no such conversation, or message in it.
        """
        self._seen(user, conversation_id)
        place = self._place(user, conversation_id, up_to)
        with self._database.reading() as connection:
            ids = message_rows.unread(connection, user, conversation_id, place)
        return self.mark_read(user, ids)

    def swipes(self, user: str, message_id: str) -> list[str]:
        """Return the words of all alternatives of a message, in their order.

        Raises:
            NotFound: The user has no such message.
        """
        row = self._row(user, message_id)
        with self._locks.of(row["conversation_id"]):
            opened = self._seen(user, row["conversation_id"])
            return [text for _, text, _ in self._swipes(opened, row)]

    # -- inside ------------------------------------------------------------------

    def _seen(self, user: str, conversation_id: str) -> OpenConversation:
        opened = self._conversations.look(user, conversation_id)
        with self._locks.of(conversation_id):
            self._settling.settle(opened)
        return opened

    def _row(self, user: str, message_id: str) -> AnyRow:
        """Return a message that stands; raises NotFound."""
        with self._database.reading() as connection:
            row = message_rows.find(connection, user, message_id)
        if row is None or row["deleted_at"] is not None:
            raise no_message(message_id)
        return row

    def _conversation_of(self, user: str, message_id: str) -> str:
        found: str = self._row(user, message_id)["conversation_id"]
        return found

    def _place(
        self, user: str, conversation_id: str, message_id: str | None
    ) -> int | None:
        """Return where a message of a conversation stands, or stood."""
        if message_id is None:
            return None
        with self._database.reading() as connection:
            row = message_rows.find(connection, user, message_id)
        if row is None or row["conversation_id"] != conversation_id:
            raise no_message(message_id)
        place: int = row["place"]
        return place

    def is_newest(
        self, user: str, conversation_id: str, message_id: str | None
    ) -> bool:
        """Say whether nothing stands behind a message, without a look into the bank.

        Raises:
            NotFound: There is no such conversation, or it is deleted.
        """
        return self.standing(user, conversation_id, message_id or "").is_newest

    def _swipes(
        self, opened: OpenConversation, row: AnyRow
    ) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Return the bank's id, the words and what is known of each alternative."""
        with self._database.reading() as connection:
            kept = message_rows.swipes_of(connection, [row["id"]]).get(row["id"], [])
        found = [
            (one["words"], text, one["metadata"])
            for one in kept
            if (text := words.text_of(opened.bank, one["words"])) is not None
        ]
        here = [one for one in opened.chat.path() if words.key_of(one) == row["id"]]
        if here and here[0].message.id not in [one for one, _, _ in found]:
            now = here[0].message
            found.append((now.id, now.content, row["metadata"]))
        return found

    def _told(
        self, opened: OpenConversation, rows: Sequence[AnyRow]
    ) -> list[MessageRecord]:
        """Tell of messages whose words are there."""
        with self._database.reading() as connection:
            swipes = message_rows.swipes_of(connection, [row["id"] for row in rows])
        return self._with_words(opened, rows, swipes)

    def _with_words(
        self,
        opened: OpenConversation,
        rows: Sequence[AnyRow],
        swipes: Mapping[str, Sequence[AnyRow]],
    ) -> list[MessageRecord]:
        """Tell of messages whose words are there, by the alternatives of each."""
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        texts = words.texts_of(opened.bank, opened.chat.path(), ids)
        if len(texts) < len(ids):
            # Sent since the bank was looked into.
            with self._locks.of(opened.id):
                self._settling.bring_in(opened)
            texts = words.texts_of(opened.bank, opened.chat.path(), ids)
        return [
            message_of(
                opened, row, texts[row["id"]], swipes=len(swipes.get(row["id"], "1"))
            )
            for row in rows
            if row["id"] in texts
        ]

    def _tell(
        self, name: str, user: str, conversation_id: str, payload: dict[str, Any]
    ) -> None:
        self._events.tell(
            Event(
                name=name, user=user, conversation_id=conversation_id, payload=payload
            )
        )

    def _now(self) -> str:
        return stamp(self._clock())


def no_message(message_id: str) -> NotFound:
    """Return what is said of a message that a user does not have."""
    return NotFound(f"There is no message with the id {message_id!r}.")


def _receipt(status: MessageStatus, row: AnyRow, now: str) -> Receipt:
    return Receipt(
        message_id=row["id"],
        conversation_id=row["conversation_id"],
        status=status,
        read_at=now if status is MessageStatus.READ else None,
    )


def message_of(
    opened: OpenConversation, row: Mapping[Any, Any], content: str, *, swipes: int
) -> MessageRecord:
    """Tell of a message: its row, its words, and how many alternatives it has."""
    by_user = row["sender"] == SenderType.USER.value
    return MessageRecord(
        id=row["id"],
        conversation_id=row["conversation_id"],
        sender_id=row["user"] if by_user else opened.character.id,
        sender_type=SenderType(row["sender"]),
        content=content,
        type=MessageType(row["type"]),
        metadata=MessageMetadata(**row["metadata"]),
        status=MessageStatus(row["status"]),
        read_at=row["read_at"],
        created_at=row["created_at"],
        client_id=row["client_id"],
        swipes=swipes,
        swipe=row["swipe"],
        edited_at=row["edited_at"],
    )
