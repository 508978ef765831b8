"""The record: which memories stood in which prompt, and what replies took by day.

Owns: these routes.
Knows nothing of: how long it is kept, texts.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from ...core.recalls import DayUsage, RecallRecord
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .etags import with_etag
from .schemas import answers, record_answers
from .telling import moment, sent

MOST_RECORDS = 2_000


class RecordRoutes:
    """Answers what was recalled, and what is shared with all characters."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get = router.get
        get("/recalls", response_model=record_answers.RecallsAnswer)(self.recalls)
        get("/usage", response_model=record_answers.UsageAnswer)(self.usage)
        router.post("/memories/{memory_id}/share", response_model=answers.MemoryAnswer)(
            self.share
        )

    def recalls(
        self,
        named: ForCharacter,
        chat: Annotated[
            str, Query(max_length=300, description="Our id of a chat.")
        ] = "",
        memory: Annotated[
            str, Query(max_length=300, description="In which this memory stood.")
        ] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_RECORDS)] = 50,
    ) -> PlainJSON:
        """Tell which memories stood in which prompt, by ids, the newest first."""
        recalls = self._banks.known(named).recalls
        kept = recalls.newest(chat=chat, memory=memory, limit=limit)
        return sent(
            record_answers.RecallsAnswer(recalls=[_record(one) for one in kept])
        )

    def usage(
        self,
        named: ForCharacter,
        since: Annotated[
            date | None, Query(description="This day and later ones.")
        ] = None,
    ) -> PlainJSON:
        """Tell what replies took by day: tokens, and money where prices are set."""
        kept = self._banks.known(named).recalls.usage(since=since)
        return sent(record_answers.UsageAnswer(days=[_day(one) for one in kept]))

    def share(self, named: ForCharacter, memory_id: str) -> PlainJSON:
        """Copy a memory to the notes for all of the user's characters."""
        bank = self._banks.known(named)
        return with_etag(bank, self._banks.engine.share(bank.scope, memory_id))


def _record(one: RecallRecord) -> record_answers.RecordAnswer:
    return record_answers.RecordAnswer(
        number=one.number,
        at=moment(one.at),
        chat=one.chat,
        asked=one.asked,
        intent=one.intent,
        needed=one.needed,
        head_tokens=one.head_tokens,
        recall_tokens=one.recall_tokens,
        memories=[
            record_answers.RecordedAnswer(
                id=item.id, block=item.block, chance=item.chance, tokens=item.tokens
            )
            for item in one.items
        ],
    )


def _day(one: DayUsage) -> record_answers.DayAnswer:
    return record_answers.DayAnswer(
        day=one.day.isoformat(),
        calls=one.calls,
        read=one.read,
        written=one.written,
        memory=one.memory,
        saved=one.saved,
        dollars=one.dollars,
    )
