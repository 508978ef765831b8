"""Messages of conversations: sent, answered, read, changed.

Owns: that a message is stored once, in order, and by both the bank and the database.
Knows nothing of: routes, sockets, the model.

All calls are synchronous and safe from any thread.
"""

from __future__ import annotations

from collections.abc import Sequence

from .conversations import Conversations
from .events import EventFeed
from .records import Message, MessageMetadata, MessagePage, NewMessage


class Messages:
    """The messages of all conversations."""

    def __init__(self, conversations: Conversations, events: EventFeed) -> None:
        """Work on these conversations, and tell of what happens."""
        self._conversations = conversations
        self._events = events

    def send(
        self, user: str, conversation_id: str, new: NewMessage
    ) -> tuple[Message, bool]:
        """Store a user's message; durable in bank and database when this returns.

        Tells `message:received`.

        Returns:
            The message, and whether it is new: one with a client id that was stored
            before is returned as it stands, and nothing is told.

        Raises:
            NotFound: The user has no such conversation, or it is deleted.
            Conflict: The character was deleted, memory is switched off there, or the
                words were forgotten for good; or the client id is of another message.
            InvalidInput: It is empty, or too long.
            TooMany: More messages in a minute than `messages_per_minute`.
            StoreError: It could not be stored; nothing was half stored.
        """
        raise NotImplementedError

    def add_reply(
        self,
        user: str,
        conversation_id: str,
        content: str,
        metadata: MessageMetadata | None = None,
        *,
        reply_id: str | None = None,
    ) -> Message:
        """Store a character's finished reply; tells `message:received`.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            content: Its words.
            metadata: Tokens, seconds, model, mood.
            reply_id: The id that `new_id` made for it, told to clients while it came;
                stored twice under it, it is stored once.
        """
        raise NotImplementedError

    def new_id(self) -> str:
        """Return an id for a message that is to come."""
        raise NotImplementedError

    def replace_reply(
        self,
        user: str,
        message_id: str,
        content: str,
        metadata: MessageMetadata | None = None,
    ) -> Message:
        """Add an alternative to the newest reply and show it; tells `message:edited`.

        Raises:
            NotFound: The user has no such message.
            Conflict: It is not the conversation's last message, or no reply.
        """
        raise NotImplementedError

    def swipe(self, user: str, message_id: str, swipe: int) -> Message:
        """Show another alternative of the newest reply; tells `message:edited`."""
        raise NotImplementedError

    def swipes(self, user: str, message_id: str) -> list[str]:
        """Return the words of all alternatives of a reply, in their order."""
        raise NotImplementedError

    def get(self, user: str, message_id: str) -> Message:
        """Return a message; raises NotFound."""
        raise NotImplementedError

    def page(
        self,
        user: str,
        conversation_id: str,
        *,
        limit: int = 50,
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
        raise NotImplementedError

    def since(
        self, user: str, conversation_id: str, message_id: str | None, *, limit: int
    ) -> list[Message]:
        """Return what came after the message that a client saw last, oldest first.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            message_id: The message; None from the beginning. It may be deleted since.
            limit: How many at the most.
        """
        raise NotImplementedError

    def recent(self, user: str, conversation_id: str, count: int) -> list[Message]:
        """Return the newest messages, oldest first."""
        raise NotImplementedError

    def mark_delivered(self, user: str, message_ids: Sequence[str]) -> list[Message]:
        """Note that messages arrived; returns those that changed.

        Tells `message:delivered`.
        """
        raise NotImplementedError

    def mark_read(self, user: str, message_ids: Sequence[str]) -> list[Message]:
        """Note that messages were read; see `mark_delivered`. Tells `message:read`."""
        raise NotImplementedError

    def read_all(
        self, user: str, conversation_id: str, *, up_to: str | None = None
    ) -> list[Message]:
        """Note that the user read the character's messages, up to one or all."""
        raise NotImplementedError

    def edit(self, user: str, message_id: str, content: str) -> Message:
        """Change a message's words; tells `message:edited`."""
        raise NotImplementedError

    def delete(self, user: str, message_id: str) -> None:
        """Take a message out; tells `message:deleted`."""
        raise NotImplementedError
