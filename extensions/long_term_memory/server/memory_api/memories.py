"""Memories one by one: list, read, add, correct, pin, hide, bring back, look back.

Owns: these routes.
Knows nothing of: how memories are found for a prompt, summaries' making.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException, Query

from ...core.types import MemoryItem
from ...engine.bank import Bank
from ...engine.browsing import around
from ...engine.leafing import leaf
from ...engine.revising import Revision, add_once, revise, tag_of
from ...errors import InvalidInput, LtmError, StoreError
from ...web.errors import error_of
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .chats import info_of
from .etags import IfMatch, seen_in, with_etag
from .listing import ForList, ListWishes
from .schemas import answers
from .schemas.memories import (
    BatchBody,
    NoteBody,
    OperationBody,
    RevisionBody,
)
from .telling import detail_answer, felt_answer, felt_answers, moment, page_answer, sent

MOST_LISTED = 500
MOST_AROUND = 50

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=300,
        description="Your own id of the note: sent twice, it is one note.",
    ),
]


class MemoryRoutes:
    """Answers what is asked of single memories."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = router.get, router.post
        get("/memories", response_model=answers.PageAnswer)(self.page)
        post(
            "/memories",
            response_model=answers.MemoryAnswer,
            status_code=201,
            responses={
                200: {
                    "description": "It came before.",
                    "model": answers.MemoryAnswer,
                }
            },
        )(self.add)
        post("/memories/batch", response_model=answers.BatchAnswer)(self.batch)
        get("/memories/{memory_id}", response_model=answers.MemoryDetailAnswer)(
            self.read
        )
        router.patch("/memories/{memory_id}", response_model=answers.MemoryAnswer)(
            self.change
        )
        router.delete("/memories/{memory_id}", response_model=answers.MemoryAnswer)(
            self.delete
        )
        post("/memories/{memory_id}/restore", response_model=answers.MemoryAnswer)(
            self.restore
        )
        get("/memories/{memory_id}/around", response_model=answers.AroundAnswer)(
            self.around
        )
        get("/memories/{memory_id}/versions", response_model=answers.VersionsAnswer)(
            self.versions
        )

    def page(
        self,
        named: ForCharacter,
        wanted: ForList,
        deleted: Annotated[
            bool, Query(description="The deleted ones instead of the others.")
        ] = False,
        order: Annotated[
            Literal["newest", "oldest"],
            Query(description="oldest: messages first, then the rest."),
        ] = "newest",
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
        cursor: Annotated[
            str, Query(max_length=1_000, description="`next` of the page before.")
        ] = "",
        count: Annotated[bool, Query(description="Tell `total`, too.")] = False,
    ) -> PlainJSON:
        """List memories: notes, then summaries, then messages, each newest first."""
        bank = self._banks.known(named)
        for chat in wanted.chats:
            info_of(bank, chat)
        if order == "newest" and wanted.is_plain and not (count and wanted.chats):
            page = bank.page(wanted.asked(deleted=deleted, cursor=cursor, limit=limit))
            total = self._count(bank, wanted, deleted=deleted) if count else None
            return sent(page_answer(bank, page, total))
        found = leaf(
            bank,
            wanted.filter(),
            deleted=deleted,
            oldest_first=order == "oldest",
            cursor=cursor,
            limit=limit,
        )
        return sent(page_answer(bank, found.page, found.total if count else None))

    @staticmethod
    def _count(bank: Bank, wanted: ListWishes, *, deleted: bool) -> int:
        return sum(
            bank.memories.count(kind=one, deleted=deleted, pinned=wanted.pinned)
            for one in wanted.kinds or (None,)
        )

    def add(
        self, named: ForCharacter, body: NoteBody, idempotency_key: IdempotencyKey = ""
    ) -> PlainJSON:
        """Add a note that the character remembers; sent twice by id, it is one."""
        client_id = body.client_id or ""
        if client_id and idempotency_key and client_id != idempotency_key:
            raise InvalidInput(
                "client_id and Idempotency-Key differ: send one of them.",
                field="client_id",
            )
        bank = self._banks.made(named)
        memory, new = add_once(
            bank,
            body.content,
            pinned=body.pinned,
            client_id=client_id or idempotency_key,
        )
        return with_etag(bank, memory, 201 if new else 200)

    def batch(self, named: ForCharacter, body: BatchBody) -> PlainJSON:
        """Make several changes; each is done or refused by itself, in their order."""
        adds = any(one.op == "add" for one in body.operations)
        bank = self._banks.made(named) if adds else self._banks.known(named)
        results = [_done(bank, one) for one in body.operations]
        return sent(answers.BatchAnswer(results=results))

    def read(self, named: ForCharacter, memory_id: str) -> PlainJSON:
        """Read a memory, deleted or not; a summary, too."""
        bank = self._bank(named)
        memory = bank.memories.get(memory_id)
        recalled = bank.recalls.last_recalled([memory.id]).get(memory.id)
        return sent(detail_answer(bank, memory, recalled), etag=tag_of(memory))

    def change(
        self,
        named: ForCharacter,
        memory_id: str,
        body: RevisionBody,
        if_match: IfMatch = "",
    ) -> PlainJSON:
        """Correct, pin or lock a memory, if it is still as you have seen it."""
        expected = seen_in(if_match, needed=True)
        revision = Revision(
            content=body.content,
            pinned=body.pinned,
            locked=body.locked,
            hidden=body.hidden,
            tags=None if body.tags is None else tuple(body.tags),
        )
        bank = self._banks.known(named)
        changed = revise(bank, memory_id, revision, expected=expected)
        return with_etag(bank, changed)

    def delete(
        self, named: ForCharacter, memory_id: str, if_match: IfMatch = ""
    ) -> PlainJSON:
        """Hide a memory from recall; it can be restored. To be rid of it: forget."""
        return self._put_away(named, memory_id, if_match, deleted=True)

    def restore(
        self, named: ForCharacter, memory_id: str, if_match: IfMatch = ""
    ) -> PlainJSON:
        """Bring a deleted memory back."""
        return self._put_away(named, memory_id, if_match, deleted=False)

    def around(
        self,
        named: ForCharacter,
        memory_id: str,
        count: Annotated[
            int, Query(ge=1, le=MOST_AROUND, description="So many on either side.")
        ] = 2,
    ) -> PlainJSON:
        """Read what was said just before and after a message, and itself."""
        bank = self._bank(named)
        found = around(bank, bank.memories.get(memory_id), count)
        return sent(answers.AroundAnswer(memories=felt_answers(bank, found)))

    def versions(self, named: ForCharacter, memory_id: str) -> PlainJSON:
        """Tell what a memory said before; correct it by one to bring that back."""
        known = self._bank(named).memories.history(memory_id)
        told = [
            answers.VersionAnswer(
                content=one.content, at=moment(one.at), by_hand=one.by_hand
            )
            for one in known
        ]
        return sent(answers.VersionsAnswer(versions=told))

    def _put_away(
        self, named: ForCharacter, memory_id: str, if_match: str, *, deleted: bool
    ) -> PlainJSON:
        expected = seen_in(if_match, needed=False)
        bank, revision = self._banks.known(named), Revision(deleted=deleted)
        changed = revise(bank, memory_id, revision, expected=expected)
        return with_etag(bank, changed)

    def _bank(self, named: ForCharacter) -> Bank:
        """Return a bank that knows what other programs wrote."""
        bank = self._banks.known(named)
        bank.chats()
        return bank


def _done(bank: Bank, asked: OperationBody) -> answers.OperationAnswer:
    """Make one of several changes; what is wrong with it costs the others nothing."""
    try:
        status, memory = _do(bank, asked)
    except StoreError:
        # The others would fail as well, and nobody would know which did.
        raise
    except LtmError as error:
        field = error.field if isinstance(error, InvalidInput) else ""
        told = error_of(type(error).__name__, str(error), field)
        return answers.OperationAnswer(status=error.status_hint, error=told)
    except HTTPException as error:
        kind = HTTPStatus(error.status_code).phrase.replace(" ", "")
        told = error_of(kind, str(error.detail))
        return answers.OperationAnswer(status=error.status_code, error=told)
    return answers.OperationAnswer(status=status, memory=felt_answer(bank, memory))


def _do(bank: Bank, asked: OperationBody) -> tuple[int, MemoryItem]:
    if asked.op == "add":
        if asked.id is not None or asked.content is None:
            raise InvalidInput("add takes content and no id.", field="content")
        memory, new = add_once(
            bank,
            asked.content,
            pinned=bool(asked.pinned),
            client_id=asked.client_id or "",
        )
        return (201 if new else 200), memory
    if asked.id is None:
        raise InvalidInput(f"{asked.op} takes an id.", field="id")
    expected = seen_in(asked.if_match or "", needed=asked.op == "edit")
    revision = Revision(deleted=asked.op == "delete")
    if asked.op == "edit":
        told = (asked.content, asked.pinned, asked.locked)
        if all(one is None for one in told):
            raise InvalidInput("Name content, pinned or locked.", field="op")
        revision = Revision(
            content=asked.content, pinned=asked.pinned, locked=asked.locked
        )
    return 200, revise(bank, asked.id, revision, expected=expected)
