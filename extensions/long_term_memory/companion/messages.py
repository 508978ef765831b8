"""Messages of conversations: sent, answered, read, changed.

Owns: that a message is stored once, in order, and by both the bank and the database.
Knows nothing of: routes, sockets, the model.

All calls are synchronous and safe from any thread. What a client is told of a message
is told to the event feed as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil
from time import monotonic
from typing import Final, NamedTuple
from unicodedata import category

from sqlalchemy import Connection

from ..config import CompanionSettings
from ..core.types import Role, WindowMessage
from ..errors import Conflict, InvalidInput, TooLarge, TooMany
from ..importers.speech import expand
from ..web.request_counts import RateLimiter
from . import message_rows, words
from .bodies import SentMessage
from .conversations import Conversations
from .database import PlatformDatabase
from .events import DELETED, EDITED, RECEIVED, EventFeed
from .inbox import Inbox
from .locks import Locks
from .message_rows import NewRow
from .opened import OpenConversation, chat_id_of
from .people import called, name_of
from .prepared import AnyRow
from .read_messages import ReadMessages
from .records import (
    LONGEST_TEXT,
    Conversation,
    MessageMetadata,
    MessageRecord,
    MessageType,
    SenderType,
)
from .settling import Settling
from .stamps import Clock, id_of_client, moment, new_id

# Of Unicode's categories: marks that nobody sees, and spaces.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
MOST_SWIPES: Final = 100
"""Alternatives of one reply."""


class _Said(NamedTuple):
    """What a message says, and who says it."""

    content: str
    role: Role
    name: str


class Messages(ReadMessages):
    """The messages of all conversations."""

    def __init__(
        self,
        conversations: Conversations,
        database: PlatformDatabase,
        settling: Settling,
        inbox: Inbox,
        events: EventFeed,
        locks: Locks,
        *,
        settings: Callable[[], CompanionSettings],
        clock: Clock,
    ) -> None:
        """Work on these conversations, and tell of what happens."""
        super().__init__(conversations, database, settling, events, locks, clock)
        self._inbox = inbox
        self._settings = settings
        self._pace = RateLimiter()

    # -- storing -----------------------------------------------------------------

    def begin(
        self,
        user: str,
        character_id: str,
        title: str | None = None,
        *,
        greeting: int = 0,
    ) -> Conversation:
        """Begin a conversation; what the character says first is its first message.

        Args:
            user: Whose it is.
            character_id: With whom.
            title: What it is called; None takes the user's first words.
            greeting: Which one it says: 0 is the greeting, 1 the first alternate.

        Raises:
            NotFound: The user has no such character.
            InvalidInput: There is no such greeting.
        """
        character = self._conversations.character(user, character_id)
        greetings = [character.greeting, *character.alternate_greetings]
        if greeting >= len(greetings):
            raise InvalidInput(
                f"{character.name} has {len(greetings)} greetings, counted from 0.",
                field="greeting",
            )
        created = self._conversations.create(user, character_id, title)
        text = expand(
            greetings[greeting],
            user=called(user),
            character=character.name,
        )
        if text.strip():
            self.add_reply(user, created.id, text)
        return self._conversations.get(user, created.id)

    def send(
        self, user: str, conversation_id: str, new: SentMessage
    ) -> tuple[MessageRecord, bool]:
        """Store a user's message; durable when this returns.

        In the inbox, where the bank is certain to keep it; else in the bank at once.
        Tells `message:received`.

        Returns:
            The message, and whether it is new: one with a client id that was stored
            before is returned as it stands, and nothing is told.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: The character was deleted, memory is switched off there, the words
                were forgotten for good, or the message of this client id was deleted.
            InvalidInput: It is empty.
            TooLarge: It has more characters than `max_message_length`.
            TooMany: More messages in a minute than `messages_per_minute`.
            StoreError: It could not be stored; nothing was half stored.
        """
        self._check(new.content)
        message_id = (
            new_id("msg")
            if new.client_id is None
            else id_of_client(conversation_id, new.client_id)
        )
        with self._locks.of(conversation_id):
            row = NewRow(
                id=message_id,
                conversation_id=conversation_id,
                user=user,
                sender=SenderType.USER,
                type=new.type,
                created_at=self._now(),
                metadata=MessageMetadata(media_url=new.media_url),
                client_id=new.client_id,
            )
            if self._taken_in(row, new.content):
                return self._told_received(row, new.content, sender_id=user), True
            opened = self._settled(user, conversation_id)
            role: Role = "system" if new.type is MessageType.SYSTEM else "user"
            admit = partial(self._check_pace, user)
            said = _Said(new.content, role, name_of(user))
            return self._store(opened, row, said, admit)

    def add_reply(
        self,
        user: str,
        conversation_id: str,
        content: str,
        metadata: MessageMetadata | None = None,
        *,
        reply_id: str | None = None,
    ) -> MessageRecord:
        """Store a character's finished reply; tells `message:received`.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            content: Its words.
            metadata: Tokens, seconds, model, mood.
            reply_id: The id that `new_id` made for it, told to clients while it came;
                stored twice under it, it is stored once.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: See `send`.
            InvalidInput: It is empty.
        """
        _check_words(content)
        message_id = reply_id or self.new_id()
        with self._locks.of(conversation_id):
            opened = self._settled(user, conversation_id)
            row = NewRow(
                id=message_id,
                conversation_id=conversation_id,
                user=user,
                sender=SenderType.CHARACTER,
                type=MessageType.TEXT,
                created_at=self._now(),
                metadata=metadata,
            )
            said = _Said(content, "assistant", opened.character.name)
            return self._store(opened, row, said)[0]

    def new_id(self) -> str:
        """Return an id for a message that is to come."""
        return new_id("msg")

    # -- alternatives ------------------------------------------------------------

    def rewritable(self, user: str, message_id: str) -> MessageRecord:
        """Return a message that is to be written again.

        Raises:
            NotFound: The user has no such message.
            Conflict: It is a reply, and not the conversation's last message; or it has
                as many alternatives as are kept, or its character was deleted.
        """
        message = self.get(user, message_id)
        if message.sender_type is SenderType.CHARACTER:
            with self._locks.of(message.conversation_id):
                self._last_reply(user, message_id)
            _check_room(message.swipes)
        return message

    def replace_reply(
        self,
        user: str,
        message_id: str,
        content: str,
        metadata: MessageMetadata | None = None,
    ) -> MessageRecord:
        """Add an alternative to the newest reply and show it; tells `message:edited`.

        Raises:
            NotFound: The user has no such message.
            Conflict: It is no reply, or not the conversation's last message; or it has
                as many alternatives as are kept.
            InvalidInput: It is empty.
        """
        _check_words(content)
        with self._locks.of(self._conversation_of(user, message_id)):
            opened, row = self._last_reply(user, message_id)
            shown = self._swipes(opened, row)
            _check_room(len(shown))
            new = words.replace_last(opened.chat, _reply(opened, row, content))
            told = metadata or MessageMetadata()
            kept = told.model_dump(by_alias=False, exclude_none=True)
            with self._database.writing() as connection:
                message_rows.drop_swipes(connection, message_id)
                listed = [*((one, meta) for one, _, meta in shown), (new, kept)]
                for number, (words_id, meta) in enumerate(listed):
                    message_rows.add_swipe(
                        connection, message_id, number, words_id, meta
                    )
                message_rows.change(
                    connection, message_id, swipe=len(shown), metadata=kept
                )
        return self._edited(user, message_id)

    def swipe(self, user: str, message_id: str, swipe: int) -> MessageRecord:
        """Show another alternative of the newest reply; tells `message:edited`.

        Raises:
            NotFound: The user has no such message.
            Conflict: It is no reply, or not the conversation's last message.
            InvalidInput: There is no such alternative.
        """
        with self._locks.of(self._conversation_of(user, message_id)):
            opened, row = self._last_reply(user, message_id)
            shown = self._swipes(opened, row)
            if not 0 <= swipe < len(shown):
                raise InvalidInput(
                    f"This reply has {len(shown)} alternatives, counted from 0.",
                    field="swipe",
                )
            _, text, kept = shown[swipe]
            words.replace_last(opened.chat, _reply(opened, row, text))
            with self._database.writing() as connection:
                message_rows.change(
                    connection, message_id, swipe=swipe, metadata=dict(kept)
                )
        return self._edited(user, message_id)

    # -- changing ----------------------------------------------------------------

    def edit(self, user: str, message_id: str, content: str) -> MessageRecord:
        """Change a message's words; tells `message:edited`.

        Its alternatives go, for they answered other words or were other ones.

        Raises:
            NotFound: The user has no such message.
            Conflict: The new words were forgotten for good.
            InvalidInput: They are none.
            TooLarge: They are too long.
        """
        with self._locks.of(self._conversation_of(user, message_id)):
            row = self._row(user, message_id)
            is_users = row["sender"] == SenderType.USER.value
            self._check(content, None if is_users else LONGEST_TEXT)
            opened = self._settled(user, row["conversation_id"])
            # Forgotten meanwhile, it is none any more.
            self._row(user, message_id)
            words.change(opened.bank, opened.chat, message_id, content)
            with self._database.writing() as connection:
                message_rows.drop_swipes(connection, message_id)
                message_rows.change(
                    connection, message_id, edited_at=self._now(), swipe=0
                )
        return self._edited(user, message_id)

    def delete(self, user: str, message_id: str) -> None:
        """Take a message out; tells `message:deleted`.

        Raises:
            NotFound: The user has no such message.
        """
        conversation_id = self._conversation_of(user, message_id)
        with self._locks.of(conversation_id):
            opened = self._seen(user, conversation_id)
            self._row(user, message_id)
            with self._database.writing() as connection:
                message_rows.bury(connection, [message_id], self._now())
            chat_id = chat_id_of(opened.bank, opened.id)
            words.take_out(opened.bank, opened.chat, [message_id], chat_id=chat_id)
        told = {"messageId": message_id, "conversationId": conversation_id}
        self._tell(DELETED, user, conversation_id, told)

    # -- inside ------------------------------------------------------------------

    def _settled(self, user: str, conversation_id: str) -> OpenConversation:
        opened = self._conversations.open(user, conversation_id)
        self._settling.settle(opened)
        return opened

    def _taken_in(self, row: NewRow, content: str) -> bool:
        """Store a new message in the inbox, if its bank is certain to keep it."""

        def admit(connection: Connection) -> bool:
            place = row.conversation_id
            if not self._conversations.keeps_all(connection, row.user, place):
                return False
            if row.client_id is not None and message_rows.find(
                connection, row.user, row.id
            ):
                return False
            self._check_pace(row.user)
            return True

        return self._inbox.take(row, content, admit)

    def _told_received(
        self, row: NewRow, content: str, *, sender_id: str
    ) -> MessageRecord:
        message = MessageRecord(
            id=row.id,
            conversation_id=row.conversation_id,
            sender_id=sender_id,
            sender_type=row.sender,
            content=content,
            type=row.type,
            metadata=row.metadata or MessageMetadata(),
            status=row.status,
            read_at=None,
            created_at=row.created_at,
            client_id=row.client_id,
        )
        self._tell(RECEIVED, row.user, row.conversation_id, message.told())
        return message

    def _store(
        self,
        opened: OpenConversation,
        row: NewRow,
        said: _Said,
        admit: Callable[[], None] | None = None,
    ) -> tuple[MessageRecord, bool]:
        """Write a row, then its words; without these the row goes again.

        Args:
            opened: The conversation.
            row: What is new; one that stands there under its id stays as it is.
            said: Its words.
            admit: Raises if it is not to be; asked of what is new.

        Returns:
            What stands there now, and whether it is new.
        """
        known = self._placed(opened, row, admit)
        if known is not None:
            return self._standing(opened, known), False
        try:
            at = moment(row.created_at)
            shown = words.said(
                row.id, said.content, role=said.role, name=said.name, at=at
            )
            reply = row.sender is SenderType.CHARACTER
            words.append(opened.bank, opened.chat, shown, reply=reply)
        except BaseException:
            with self._database.writing() as connection:
                message_rows.drop(connection, [row.id])
            raise
        by_user = row.sender is SenderType.USER
        sender_id = row.user if by_user else opened.character.id
        return self._told_received(row, said.content, sender_id=sender_id), True

    def _placed(
        self,
        opened: OpenConversation,
        row: NewRow,
        admit: Callable[[], None] | None,
    ) -> AnyRow | None:
        """Write a row; return one that stands there under its id instead."""
        with self._database.writing(soon=True) as connection:
            known = message_rows.find(connection, row.user, row.id)
            if known is None:
                if admit is not None:
                    admit()
                message_rows.add(connection, row)
        return known

    def _standing(self, opened: OpenConversation, row: AnyRow) -> MessageRecord:
        """Return a message that was stored before; raises Conflict if it is gone."""
        told = self._told(opened, [row]) if row["deleted_at"] is None else []
        if not told:
            raise Conflict("The message with this client id was deleted since.")
        return told[0]

    def _last_reply(
        self, user: str, message_id: str
    ) -> tuple[OpenConversation, AnyRow]:
        """Return a reply that may be swiped; raises Conflict if it may not."""
        opened = self._settled(user, self._conversation_of(user, message_id))
        row = self._row(user, message_id)
        if row["sender"] != SenderType.CHARACTER.value:
            raise Conflict("This is no reply of the character.")
        path = opened.chat.path()
        if not path or words.key_of(path[-1]) != message_id:
            raise Conflict("Only the last message of a conversation can be swiped.")
        return opened, row

    def _edited(self, user: str, message_id: str) -> MessageRecord:
        message = self.get(user, message_id)
        self._tell(EDITED, user, message.conversation_id, message.told())
        return message

    def _check(self, content: str, most: int | None = None) -> None:
        """Raise InvalidInput or TooLarge if a message may not have these words.

        Args:
            content: The words.
            most: How many characters there may be; None is what a user may send.
        """
        _check_words(content)
        allowed = self._settings().max_message_length if most is None else most
        if len(content) > allowed:
            way_out = ", or raise max_message_length" if most is None else ""
            raise TooLarge(
                f"A message has at most {allowed:,} characters; this has "
                f"{len(content):,}. Send it in parts{way_out}.",
                field="content",
            )

    def _check_pace(self, user: str) -> None:
        most = self._settings().messages_per_minute
        wait = ceil(self._pace.wait_seconds(user, most, monotonic()))
        if wait:
            raise TooMany(
                f"More than {most} messages in a minute. Wait {wait} s, or raise "
                "messages_per_minute.",
                retry_seconds=wait,
            )


def _check_room(alternatives: int) -> None:
    if alternatives >= MOST_SWIPES:
        raise Conflict(f"A reply has at most {MOST_SWIPES} alternatives.")


def _check_words(content: str) -> None:
    if not any(category(one) not in _UNSEEN for one in content):
        raise InvalidInput("A message needs some words.", field="content")


def _reply(opened: OpenConversation, row: AnyRow, content: str) -> WindowMessage:
    return words.said(
        row["id"],
        content,
        role="assistant",
        name=opened.character.name,
        at=moment(row["created_at"]),
    )
