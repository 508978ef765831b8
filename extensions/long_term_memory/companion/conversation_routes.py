"""Conversations over REST: begun, listed, changed, put away, many at once.

Owns: these routes.
Knows nothing of: how anything is kept.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ..core.types import Scope
from ..errors import LtmError
from ..web.responses import PlainJSON
from .answering import PAGE_SIZE, ConversationId, Cursor, Limit, User, sent
from .bodies import (
    LONGEST_ID,
    BulkAction,
    ConversationBody,
    ManyBody,
    NewConversationBody,
)
from .lazy_platform import LazyPlatform
from .records import (
    BulkOutcome,
    BulkOutcomes,
    Conversation,
    ConversationPage,
    ConversationStatus,
)

_STATUS = {
    BulkAction.ACTIVATE: ConversationStatus.ACTIVE,
    BulkAction.ARCHIVE: ConversationStatus.ARCHIVED,
    BulkAction.DELETE: ConversationStatus.DELETED,
}


class ConversationRoutes:
    """Answers what is asked of conversations."""

    def __init__(self, platform: LazyPlatform) -> None:
        """Serve a platform."""
        self._platform = platform

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = router.get, router.post
        post("/conversations", response_model=Conversation, status_code=201)(
            self.create
        )
        get("/conversations", response_model=ConversationPage)(self.all)
        post("/conversations/bulk", response_model=BulkOutcomes)(self.bulk)
        one = "/conversations/{conversation_id}"
        get(one, response_model=Conversation)(self.read)
        router.put(one, response_model=Conversation)(self.change)
        router.delete(one, status_code=204)(self.delete)
        post(f"{one}/archive", response_model=Conversation)(self.archive)

    def create(self, user: User, body: NewConversationBody) -> PlainJSON:
        """Begin a conversation; the character's greeting is its first message."""
        begun = self._platform().messages.begin(
            user, body.character_id, body.title, greeting=body.greeting
        )
        return sent(begun, status=201)

    def all(
        self,
        user: User,
        status: Annotated[
            ConversationStatus | None,
            Query(description="Only these; left out, all but the deleted."),
        ] = None,
        character: Annotated[
            str | None,
            Query(max_length=LONGEST_ID, description="Only with this character."),
        ] = None,
        limit: Limit = PAGE_SIZE,
        cursor: Cursor = None,
    ) -> PlainJSON:
        """List your conversations, the one that went on last first."""
        return sent(
            self._platform().conversations.page(
                user,
                status=status,
                character_id=character,
                limit=limit,
                cursor=cursor,
            )
        )

    def read(self, user: User, conversation_id: ConversationId) -> PlainJSON:
        """Read what is known of a conversation."""
        return sent(self._platform().conversations.get(user, conversation_id))

    def change(
        self, user: User, conversation_id: ConversationId, body: ConversationBody
    ) -> PlainJSON:
        """Change title, status or metadata; status brings a deleted one back."""
        changes = body.model_dump(by_alias=False, exclude_unset=True, mode="python")
        wanted = {
            name: value
            for name, value in changes.items()
            if value is not None or name == "title"
        }
        conversations = self._platform().conversations
        return sent(conversations.change(user, conversation_id, wanted))

    def archive(self, user: User, conversation_id: ConversationId) -> PlainJSON:
        """Put a conversation out of the way; a message brings it back by a change."""
        status = {"status": ConversationStatus.ARCHIVED}
        return sent(
            self._platform().conversations.change(user, conversation_id, status)
        )

    def delete(
        self,
        user: User,
        conversation_id: ConversationId,
        forget: Annotated[
            bool, Query(description="For good: it cannot be brought back.")
        ] = False,
    ) -> Response:
        """Delete a conversation, and with it what the character remembers of it."""
        if forget:
            self._platform().forgotten.forget(user, conversation_id)
        else:
            status = {"status": ConversationStatus.DELETED}
            self._platform().conversations.change(user, conversation_id, status)
        return Response(status_code=204)

    def bulk(self, user: User, body: ManyBody) -> PlainJSON:
        """Do one thing with many conversations; each succeeds or fails by itself."""
        results = []
        forgot: set[Scope] = set()
        for conversation_id in dict.fromkeys(body.ids):
            try:
                if body.action is BulkAction.FORGET:
                    forgotten = self._platform().forgotten
                    forgot.add(forgotten.forget_alone(user, conversation_id))
                else:
                    self._do(user, conversation_id, body.action)
            except LtmError as error:
                results.append(
                    BulkOutcome(id=conversation_id, done=False, error=str(error))
                )
            else:
                results.append(BulkOutcome(id=conversation_id, done=True))
        for scope in forgot:
            self._platform().forgotten.follow(scope)
        return sent(BulkOutcomes(results=results))

    def _do(self, user: str, conversation_id: str, action: BulkAction) -> None:
        if action is BulkAction.READ:
            self._platform().messages.read_all(user, conversation_id)
        else:
            self._platform().conversations.change(
                user, conversation_id, {"status": _STATUS[action]}
            )
