"""Summaries: how they stand, making them, and what they would read if made anew.

Owns: these routes.
Knows nothing of: how summaries are made; they are read, edited and locked as memories.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .chats import info_of
from .etags import with_etag
from .schemas import answers
from .schemas.memories import MakeBody, PreviewBody
from .telling import rewrites_answer, sent, summary_answer


class SummaryRoutes:
    """Answers what is asked of summaries."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        post = router.post
        router.get("/summaries", response_model=answers.SummariesAnswer)(self.listed)
        post("/summaries/make", response_model=answers.MadeAnswer)(self.make)
        post("/summaries/preview", response_model=answers.RewritesAnswer)(self.preview)
        post("/summaries/{memory_id}/make", response_model=answers.MemoryAnswer)(
            self.regenerate
        )

    def listed(
        self,
        named: ForCharacter,
        chat: Annotated[
            str, Query(max_length=300, description="Our id of a chat.")
        ] = "",
    ) -> PlainJSON:
        """List the summaries that are told now, and what chats' last prompts had."""
        bank = self._banks.known(named)
        chats = [info_of(bank, chat)] if chat else bank.chats()
        heads = {one.id: bank.summaries.last_head(one.id) for one in chats}
        told = answers.SummariesAnswer(
            summaries=[
                summary_answer(one) for one in bank.summaries.listed(chat or None)
            ],
            heads={key: head.text for key, head in heads.items() if head is not None},
        )
        return sent(told)

    def make(self, named: ForCharacter, body: MakeBody) -> PlainJSON:
        """Make what is due in a chat, or all that nobody wrote anew."""
        bank = self._banks.known(named)
        chat = info_of(bank, body.chat).id
        made = bank.summaries.make_anew if body.anew else bank.summaries.make_now
        return sent(answers.MadeAnswer(made=made(chat)))

    def preview(self, named: ForCharacter, body: PreviewBody) -> PlainJSON:
        """Tell what summaries would read if they were made anew; changes nothing."""
        bank = self._banks.known(named)
        chat = info_of(bank, body.chat).id
        if body.id is not None:
            bank.memories.get(body.id)
        found = bank.summaries.changes(chat, key=body.id or "")
        return sent(rewrites_answer(found))

    def regenerate(self, named: ForCharacter, memory_id: str) -> PlainJSON:
        """Make a summary anew; what was written by hand in it is gone."""
        bank = self._banks.known(named)
        bank.chats()
        listed = bank.summaries.listed()
        chat = next((one.chat for one in listed if one.memory.id == memory_id), None)
        bank.memories.regenerate(memory_id)
        if chat is not None:
            bank.summaries.make_now(chat)
        return with_etag(bank, bank.memories.get(memory_id))
