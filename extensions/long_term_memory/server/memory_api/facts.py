"""Facts, and what is due: listing them, and changing them by hand.

Owns: these routes.
Knows nothing of: how facts are read, when something is due.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ...core.forgetting.target import ForgetTarget
from ...core.knowledge.facts import Category, KnownFact
from ...engine.forgetting.across_banks import CrossBankForgetting
from ...engine.knowledge.coming import DueItem
from ...engine.knowledge.facts import FactChange, FactItem, tag_of_fact
from ...engine.knowledge.model_facts import ModelFactsStatus
from ...errors import InvalidInput, NotFound
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .etags import IfMatch, seen_in
from .schemas import answers
from .schemas.facts import (
    DueAnswer,
    DueBody,
    DuesAnswer,
    FactAnswer,
    FactBody,
    FactMergeBody,
    FactsAnswer,
    FactsByModelAnswer,
    FormerFactAnswer,
)
from .telling import moment, plan_answer, sent

OneChat = Annotated[
    str,
    Query(
        max_length=300,
        description="Our id of a chat: what is known in it. Left out, what is known in "
        "any chat.",
    ),
]


class FactRoutes:
    """Answers what is asked of facts and of what is due."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post, patch = router.get, router.post, router.patch
        get("/facts", response_model=FactsAnswer)(self.list)
        post("/facts/merge", response_model=FactAnswer)(self.merge)
        get("/facts/{fact_id}", response_model=FactAnswer)(self.read)
        patch("/facts/{fact_id}", response_model=FactAnswer)(self.change)
        router.delete("/facts/{fact_id}", response_model=FactAnswer)(self.delete)
        post("/facts/{fact_id}/restore", response_model=FactAnswer)(self.restore)
        post("/facts/{fact_id}/forget", response_model=answers.ForgottenAnswer)(
            self.forget
        )
        get("/due", response_model=DuesAnswer)(self.due)
        patch("/due/{due_id}", response_model=DueAnswer)(self.call_off)

    def list(
        self,
        named: ForCharacter,
        person: Annotated[
            str, Query(max_length=300, description="Only of this one.")
        ] = "",
        category: Annotated[
            Category | None, Query(description="Only of this kind.")
        ] = None,
        past: Annotated[bool, Query(description="Also what holds no more.")] = False,
        deleted: Annotated[
            bool, Query(description="The deleted ones instead of the others.")
        ] = False,
        chat: OneChat = "",
    ) -> PlainJSON:
        """List facts, by person and in the order of first mention."""
        known = self._banks.known(named).knowledge
        found = known.facts.all(
            known.viewer_of(chat),
            person=person,
            category=category,
            past=past,
            deleted=deleted,
        )
        by_model = _by_model(known.by_model.status())
        return sent(FactsAnswer(facts=[_fact(one) for one in found], by_model=by_model))

    def read(self, named: ForCharacter, fact_id: str, chat: OneChat = "") -> PlainJSON:
        """Read a fact, deleted or not."""
        known = self._banks.known(named).knowledge
        return _told(known.facts.get(fact_id, known.viewer_of(chat)))

    def change(
        self,
        named: ForCharacter,
        fact_id: str,
        body: FactBody,
        if_match: IfMatch = "",
        chat: OneChat = "",
    ) -> PlainJSON:
        """Correct or lock a fact, if it is still as you have seen it."""
        expected = seen_in(if_match, needed=True)
        if body.content is None and body.locked is None:
            raise InvalidInput("Name content or locked.", field="content")
        known = self._banks.known(named).knowledge
        change = FactChange(content=body.content, locked=body.locked)
        viewer = known.viewer_of(chat)
        return _told(known.facts.revise(fact_id, change, viewer, expected=expected))

    def delete(
        self,
        named: ForCharacter,
        fact_id: str,
        if_match: IfMatch = "",
        chat: OneChat = "",
    ) -> PlainJSON:
        """Tell a fact no more; it can be restored. To be rid of it: forget."""
        return self._put_away(named, fact_id, if_match, chat, deleted=True)

    def restore(
        self,
        named: ForCharacter,
        fact_id: str,
        if_match: IfMatch = "",
        chat: OneChat = "",
    ) -> PlainJSON:
        """Bring a deleted fact back, as the chats tell it."""
        return self._put_away(named, fact_id, if_match, chat, deleted=False)

    def merge(
        self, named: ForCharacter, body: FactMergeBody, chat: OneChat = ""
    ) -> PlainJSON:
        """Make several facts one."""
        known = self._banks.known(named).knowledge
        viewer = known.viewer_of(chat)
        return _told(known.facts.merge(body.into, body.others, body.content, viewer))

    def forget(
        self, named: ForCharacter, fact_id: str, chat: OneChat = ""
    ) -> PlainJSON:
        """Forget for good all messages that tell a fact, and what is by hand of it."""
        bank = self._banks.known(named)
        viewer = bank.knowledge.viewer_of(chat)
        item = bank.knowledge.facts.get(fact_id, viewer)
        bank.knowledge.facts.drop_by_hand(item, viewer)
        if not item.sources:
            return sent(
                answers.ForgottenAnswer(forgotten=True, plans=[], also_kept_by=[])
            )
        target = ForgetTarget(memories=item.sources)
        everywhere = CrossBankForgetting(self._banks.engine, bank.scope, target)
        others = everywhere.others()
        gone = everywhere.forget([])
        told = answers.ForgottenAnswer(
            forgotten=True,
            plans=[plan_answer(scope.character, plan) for scope, plan in gone.items()],
            also_kept_by=sorted(one.scope.character for one in others),
        )
        return sent(told)

    def due(self, named: ForCharacter, chat: OneChat = "") -> PlainJSON:
        """List what is or was to come, with what became of it."""
        known = self._banks.known(named).knowledge
        found = known.coming.all(known.viewer_of(chat))
        return sent(DuesAnswer(due=[_due(one) for one in found]))

    def call_off(
        self, named: ForCharacter, due_id: str, body: DueBody, chat: OneChat = ""
    ) -> PlainJSON:
        """Speak of something no more, or take that back."""
        known = self._banks.known(named).knowledge
        viewer = known.viewer_of(chat)
        known.coming.call_off(due_id, viewer, off=body.off)
        found = (one for one in known.coming.all(viewer) if one.thread.id == due_id)
        item = next(found, None)
        if item is None:
            raise NotFound(f"There is nothing to come with the id {due_id!r}.")
        return sent(_due(item))

    def _put_away(
        self,
        named: ForCharacter,
        fact_id: str,
        if_match: str,
        chat: str,
        *,
        deleted: bool,
    ) -> PlainJSON:
        expected = seen_in(if_match, needed=False)
        known = self._banks.known(named).knowledge
        viewer, change = known.viewer_of(chat), FactChange(deleted=deleted)
        return _told(known.facts.revise(fact_id, change, viewer, expected=expected))


def _by_model(status: ModelFactsStatus) -> FactsByModelAnswer:
    return FactsByModelAnswer(
        asked=status.asked,
        kept=status.kept,
        waiting=status.waiting,
        refused={reason.value: count for reason, count in status.refused.items()},
        failures=status.failures,
        last_failure=status.last_failure,
        rests_until=moment(status.rests_until) if status.rests_until else None,
    )


def _told(item: FactItem) -> PlainJSON:
    return sent(_fact(item), etag=tag_of_fact(item))


def _fact(item: FactItem) -> FactAnswer:
    known = item.known
    return FactAnswer(
        id=item.id,
        content=item.text,
        person=item.person,
        about=known.fact.about if known else None,
        category=item.category.value if item.category else None,
        confidence=known.fact.confidence if known else None,
        first_mentioned=moment(known.first_mentioned) if known else None,
        last_reinforced=moment(known.last_reinforced) if known else None,
        reinforcement_count=0 if known is None else known.reinforcement_count,
        valid=known is None or known.valid,
        promoted=item.promoted,
        locked=item.locked,
        deleted=item.deleted,
        sources=list(item.sources),
        history=[] if known is None else [_former(one) for one in known.history],
        etag=tag_of_fact(item),
    )


def _former(one: KnownFact) -> FormerFactAnswer:
    return FormerFactAnswer(
        content=one.fact.text,
        first_mentioned=moment(one.first_mentioned),
        superseded_at=moment(one.superseded_at) if one.superseded_at else None,
        sources=list(one.fact.sources),
    )


def _due(item: DueItem) -> DueAnswer:
    thread = item.thread
    return DueAnswer(
        id=thread.id,
        content=thread.text,
        first=thread.first.isoformat() if thread.first else None,
        last=thread.last.isoformat() if thread.last else None,
        story=thread.story,
        said_by=thread.said.name or thread.said.role,
        said_at=moment(thread.said.at) if thread.said.at else None,
        state=item.state.value,
        sources=list(thread.sources),
        closed_by=item.closed_by,
    )
