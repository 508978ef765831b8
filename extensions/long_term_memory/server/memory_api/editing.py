"""Many memories at once, each time all or none, and steps that are undone.

Owns: these routes.
Knows nothing of: how memories are kept, what a step holds.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query

from ...core.types import MemoryKind
from ...engine.bank import Bank
from ...engine.browsing import MemoryFilter
from ...engine.edit_history import StepOutcome
from ...engine.replacing import Replacing, preview, replace_all
from ...engine.revising import Revision, revise_many
from ...engine.reworking import merge, split
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .etags import with_etag
from .schemas import answers, edit_answers
from .schemas.editing import BulkBody, MergeMemoriesBody, ReplaceBody, SplitBody
from .telling import memory_answer, moment, sent

MOST_STEPS: Final = 200
MOST_SHOWN: Final = 500
"""So many changes of a preview are told; the rest is counted."""


class EditRoutes:
    """Answers what is asked of many memories at once."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = router.get, router.post
        router.patch("/memories", response_model=edit_answers.RevisedAnswer)(
            self.revise
        )
        post("/memories/merge", response_model=answers.MemoryAnswer, status_code=201)(
            self.merge
        )
        post(
            "/memories/{memory_id}/split",
            response_model=edit_answers.PartsAnswer,
            status_code=201,
        )(self.split)
        post("/memories/replace/preview", response_model=edit_answers.ReplacingAnswer)(
            self.preview
        )
        post("/memories/replace", response_model=edit_answers.RevisedAnswer)(
            self.replace
        )
        get("/tags", response_model=edit_answers.TagsAnswer)(self.tags)
        get("/steps", response_model=edit_answers.StepsAnswer)(self.steps)
        post("/steps/undo", response_model=edit_answers.SteppedAnswer)(self.undo)
        post("/steps/redo", response_model=edit_answers.SteppedAnswer)(self.redo)

    def revise(self, named: ForCharacter, body: BulkBody) -> PlainJSON:
        """Change many memories alike: all of them or none, one step to be undone."""
        changed = revise_many(
            self._bank(named), body.ids, _revision(body), expected=body.etags
        )
        return sent(edit_answers.RevisedAnswer(changed=changed))

    def merge(self, named: ForCharacter, body: MergeMemoriesBody) -> PlainJSON:
        """Make one note of several memories, which are deleted; one step."""
        bank = self._bank(named)
        note = merge(bank, body.ids, body.content, expected=body.etags)
        return with_etag(bank, note, 201)

    def split(self, named: ForCharacter, memory_id: str, body: SplitBody) -> PlainJSON:
        """Make notes of the parts of a memory, which is deleted; one step."""
        seen = None if body.etag is None else {memory_id: body.etag}
        notes = split(self._bank(named), memory_id, body.parts, expected=seen)
        told = edit_answers.PartsAnswer(memories=[memory_answer(one) for one in notes])
        return sent(told, status=201)

    def preview(self, named: ForCharacter, body: ReplaceBody) -> PlainJSON:
        """Tell what would read otherwise if a text were replaced; changes nothing."""
        found = preview(self._bank(named), _replacing(body), _wanted(body))
        told = edit_answers.ReplacingAnswer(
            changes=[
                answers.RewriteAnswer(
                    id=one.memory.id, now=one.memory.content, anew=one.content
                )
                for one in found.changes[:MOST_SHOWN]
            ],
            total=len(found.changes),
            left_out=found.left_out,
            seen=found.seen,
        )
        return sent(told)

    def replace(self, named: ForCharacter, body: ReplaceBody) -> PlainJSON:
        """Replace a text in all memories, or in some; one step to be undone."""
        changed = replace_all(
            self._bank(named), _replacing(body), _wanted(body), seen=body.seen
        )
        return sent(edit_answers.RevisedAnswer(changed=changed))

    def tags(self, named: ForCharacter) -> PlainJSON:
        """List the tags that memories have, and how many have each."""
        found = self._bank(named).memories.tags()
        told = [
            edit_answers.TagAnswer(name=name, memories=count)
            for name, count in sorted(found.items(), key=lambda one: one[0].casefold())
        ]
        return sent(edit_answers.TagsAnswer(tags=told))

    def steps(
        self,
        named: ForCharacter,
        limit: Annotated[int, Query(ge=1, le=MOST_STEPS)] = 20,
    ) -> PlainJSON:
        """List what was done by hand, the newest first, whoever did it."""
        told = [
            edit_answers.StepAnswer(
                what=one.what,
                at=moment(one.at),
                count=one.count,
                undone=one.undone,
                text=one.text,
            )
            for one in self._bank(named).edit_history.newest(limit)
        ]
        return sent(edit_answers.StepsAnswer(steps=told))

    def undo(self, named: ForCharacter) -> PlainJSON:
        """Take back the newest step; what was changed since past it is left alone."""
        return _stepped(self._bank(named).edit_history.undo())

    def redo(self, named: ForCharacter) -> PlainJSON:
        """Do the step again that was undone last."""
        return _stepped(self._bank(named).edit_history.redo())

    def _bank(self, named: ForCharacter) -> Bank:
        return self._banks.known(named)


def _revision(body: BulkBody) -> Revision:
    return Revision(
        pinned=body.pinned,
        locked=body.locked,
        deleted=body.deleted,
        hidden=body.hidden,
        tags=None if body.tags is None else tuple(body.tags),
        add_tags=tuple(body.add_tags),
        drop_tags=tuple(body.drop_tags),
    )


def _replacing(body: ReplaceBody) -> Replacing:
    return Replacing(
        find=body.find, put=body.put, regex=body.regex, match_case=body.match_case
    )


def _wanted(body: ReplaceBody) -> MemoryFilter:
    return MemoryFilter(
        kinds=frozenset(MemoryKind(one) for one in body.kinds),
        chats=frozenset(body.chats),
        names=frozenset(body.names),
        roles=frozenset(body.roles),
        since=body.since,
        until=body.until,
    )


def _stepped(done: StepOutcome) -> PlainJSON:
    told = edit_answers.SteppedAnswer(
        what=done.what,
        ids=list(done.ids),
        kept=list(done.kept),
        chats=done.chats,
        notes=done.notes,
    )
    return sent(told)
