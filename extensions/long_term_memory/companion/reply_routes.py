"""Replies over REST: written again, stopped, looked into; modes, and what was seen.

Owns: these routes.
Knows nothing of: models, how a prompt is put together.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from ..errors import InvalidInput
from ..web.responses import PlainJSON
from .answering import CharacterId, ConversationId, MessageId, User, sent
from .bodies import ModeBody, VisionBody
from .exchange import Exchange
from .lazy_platform import LazyPlatform
from .modes import DEFAULT
from .prompts import context_record
from .records import (
    MessageRecord,
    ModeSet,
    PromptPreview,
    ReplyContext,
    Stopped,
    VisionNoted,
)

Mode = Annotated[str, Query(max_length=32, description="In which mode.")]


class ReplyRoutes:
    """Answers what is asked of replies."""

    def __init__(self, platform: LazyPlatform, exchange: Exchange) -> None:
        """Serve a platform, whose replies the exchange makes."""
        self._platform = platform
        self._exchange = exchange

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = router.get, router.post
        post(
            "/messages/{message_id}/regenerate",
            response_model=MessageRecord,
            status_code=202,
        )(self.regenerate)
        one = "/conversations/{conversation_id}"
        post(f"{one}/stop", response_model=Stopped)(self.stop)
        get(f"{one}/context", response_model=ReplyContext)(self.context)
        router.put(f"{one}/mode", response_model=ModeSet)(self.set_mode)
        post(f"{one}/vision", response_model=VisionNoted, status_code=201)(self.see)
        get("/characters/{character_id}/prompt", response_model=PromptPreview)(
            self.preview
        )

    async def regenerate(self, user: User, message_id: MessageId) -> PlainJSON:
        """Have the newest reply written again; what comes is another swipe of it."""
        messages = await asyncio.to_thread(lambda: self._platform().messages)
        message = await asyncio.to_thread(messages.rewritable, user, message_id)
        self._exchange.replies.regenerate(user, message)
        return sent(message, status=202)

    async def stop(self, user: User, conversation_id: ConversationId) -> PlainJSON:
        """Stop the reply that comes; what was said so far is kept."""
        conversations = await asyncio.to_thread(lambda: self._platform().conversations)
        await asyncio.to_thread(conversations.row, user, conversation_id)
        stopped = self._exchange.replies.stop(user, conversation_id)
        return sent(Stopped(stopped=stopped))

    def context(self, user: User, conversation_id: ConversationId) -> PlainJSON:
        """Tell what the next reply would rest on, else what the last one would."""
        write = self._exchange.prompts.write
        prompt = write(user, conversation_id) or write(user, conversation_id, anew=True)
        if prompt is None:
            return sent(ReplyContext())
        opened = self._platform().conversations.look(user, conversation_id)
        insight = self._platform().insights.of(opened)
        return sent(ReplyContext(**context_record(prompt, insight)))

    async def set_mode(
        self, user: User, conversation_id: ConversationId, body: ModeBody
    ) -> PlainJSON:
        """Change the mode of a conversation."""
        command = f"/mode {body.mode}"
        mode = await self._exchange.command(user, conversation_id, command)
        if mode is None:
            raise InvalidInput(f"There is no mode {body.mode!r}.", field="mode")
        return sent(ModeSet(mode=mode))

    async def see(
        self, user: User, conversation_id: ConversationId, body: VisionBody
    ) -> PlainJSON:
        """Have the character remember what it saw."""
        noted = await self._exchange.see(user, conversation_id, body.vision)
        return sent(VisionNoted(memory_id=noted), status=201)

    def preview(
        self, user: User, character_id: CharacterId, mode: Mode = DEFAULT
    ) -> PlainJSON:
        """Show the system prompt of a character, as the template makes it."""
        character = self._platform().characters.get(user, character_id)
        text = self._exchange.prompts.preview(character, user, mode)
        return sent(PromptPreview(prompt=text))
