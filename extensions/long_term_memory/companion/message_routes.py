"""Messages over REST: sent, read in pages, changed, found.

Owns: these routes.
Knows nothing of: how anything is kept, models.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ..web.responses import PlainJSON
from .answering import PAGE_SIZE, ConversationId, Limit, MessageId, User, sent
from .bodies import LONGEST_ID, EditBody, ReadBody, SentMessage, SwipeBody
from .exchange import Exchange
from .lazy_platform import LazyPlatform
from .records import (
    MessagePage,
    MessageRecord,
    Receipts,
    SearchResults,
    SwipeList,
)

MOST_HITS = 100
Pivot = Annotated[str | None, Query(max_length=LONGEST_ID)]


class MessageRoutes:
    """Answers what is asked of messages."""

    def __init__(self, platform: LazyPlatform, exchange: Exchange) -> None:
        """Serve a platform; what is sent is answered by way of the exchange."""
        self._platform = platform
        self._exchange = exchange

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, put = router.get, router.put
        of_it = "/conversations/{conversation_id}/messages"
        router.post(
            of_it,
            response_model=MessageRecord,
            status_code=201,
            responses={200: {"model": MessageRecord, "description": "Sent before."}},
        )(self.send)
        get(of_it, response_model=MessagePage)(self.page)
        put(f"{of_it}/read", response_model=Receipts)(self.mark_read)
        one = "/messages/{message_id}"
        get(one, response_model=MessageRecord)(self.read)
        put(one, response_model=MessageRecord)(self.edit)
        router.delete(one, status_code=204)(self.delete)
        get(f"{one}/swipes", response_model=SwipeList)(self.swipes)
        put(f"{one}/swipe", response_model=MessageRecord)(self.swipe)
        get("/search", response_model=SearchResults)(self.search)

    async def send(
        self, user: User, conversation_id: ConversationId, body: SentMessage
    ) -> PlainJSON:
        """Send a message, which is stored when this answers; the reply comes later.

        With a client id, sending it again changes nothing: that is answered by 200 and
        the message as it stands.
        """
        message, is_new = await self._exchange.send(user, conversation_id, body)
        return sent(message, status=201 if is_new else 200)

    def page(
        self,
        user: User,
        conversation_id: ConversationId,
        limit: Limit = PAGE_SIZE,
        before: Pivot = None,
        after: Pivot = None,
    ) -> PlainJSON:
        """Read messages, oldest first: the newest, or those next to one."""
        return sent(
            self._platform().messages.page(
                user, conversation_id, limit=limit, before=before, after=after
            )
        )

    def mark_read(
        self,
        user: User,
        conversation_id: ConversationId,
        body: ReadBody | None = None,
    ) -> PlainJSON:
        """Note that you read the character's messages: up to one, or all."""
        up_to = None if body is None else body.up_to
        found = self._platform().messages.read_all(user, conversation_id, up_to=up_to)
        return sent(Receipts(receipts=found))

    def read(self, user: User, message_id: MessageId) -> PlainJSON:
        """Read a message."""
        return sent(self._platform().messages.get(user, message_id))

    def edit(self, user: User, message_id: MessageId, body: EditBody) -> PlainJSON:
        """Change a message's words; the memory follows."""
        return sent(self._platform().messages.edit(user, message_id, body.content))

    def delete(self, user: User, message_id: MessageId) -> Response:
        """Take a message out; the memory follows."""
        self._platform().messages.delete(user, message_id)
        return Response(status_code=204)

    def swipes(self, user: User, message_id: MessageId) -> PlainJSON:
        """Read the alternatives of a reply."""
        messages = self._platform().messages
        shown = messages.get(user, message_id)
        listed = messages.swipes(user, message_id)
        return sent(SwipeList(message_id=shown.id, swipe=shown.swipe, swipes=listed))

    def swipe(self, user: User, message_id: MessageId, body: SwipeBody) -> PlainJSON:
        """Show another alternative of the newest reply; the memory follows."""
        return sent(self._platform().messages.swipe(user, message_id, body.swipe))

    def search(
        self,
        user: User,
        q: Annotated[
            str,
            Query(min_length=1, max_length=1_000, description="Words, or a question."),
        ],
        character: Pivot = None,
        limit: Annotated[int, Query(ge=1, le=MOST_HITS)] = 20,
    ) -> PlainJSON:
        """Find your messages by their words and by what they mean."""
        found = self._platform().search.find(
            user, q, character_id=character, limit=limit
        )
        return sent(found)
