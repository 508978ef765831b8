"""Forgetting for good, and what would go.

Owns: these routes.
Knows nothing of: how anything is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from ...core.forgetting.planner import ForgetPlan
from ...core.forgetting.target import ForgetTarget
from ...core.text.dates import nearest_tellable
from ...core.types import Scope
from ...engine.forgetting.across_banks import CrossBankForgetting, OtherBank
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .chats import info_of
from .schemas import answers
from .schemas.memories import ForgetBody
from .telling import plan_answer, sent


class ForgetRoutes:
    """Answers what is asked of forgetting."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        post = router.post
        post("/forget/preview", response_model=answers.ForgottenAnswer)(self.preview)
        post("/forget", response_model=answers.ForgottenAnswer)(self.forget)

    def preview(self, named: ForCharacter, body: ForgetBody) -> PlainJSON:
        """Tell what would go if this were forgotten; changes nothing."""
        scope, target = self._target(named, body)
        plan = self._banks.engine.forgetting(scope).plan(target)
        others = CrossBankForgetting(self._banks.engine, scope, target).others()
        plans = [(scope, plan)]
        if body.everywhere:
            plans = [*((one.scope, one.plan) for one in others), *plans]
        return _told(plans, others, body, forgotten=False)

    def forget(self, named: ForCharacter, body: ForgetBody) -> PlainJSON:
        """Forget for good: gone from every file, and it stays away."""
        scope, target = self._target(named, body)
        everywhere = CrossBankForgetting(self._banks.engine, scope, target)
        others = everywhere.others()
        gone = everywhere.forget(others if body.everywhere else [])
        return _told(list(gone.items()), others, body, forgotten=True)

    def _target(
        self, named: ForCharacter, body: ForgetBody
    ) -> tuple[Scope, ForgetTarget]:
        """Say it in the engine's words; raises NotFound if a chat is not there."""
        bank = self._banks.known(named)
        target = ForgetTarget(
            memories=tuple(body.memories),
            chats=tuple(info_of(bank, one).id for one in body.chats),
            since=body.since and nearest_tellable(body.since),
            until=body.until and nearest_tellable(body.until),
            names=tuple(body.names),
            by_hand=body.by_hand,
            everything=body.everything,
        )
        return bank.scope, target


def _told(
    plans: Sequence[tuple[Scope, ForgetPlan]],
    others: Sequence[OtherBank],
    body: ForgetBody,
    *,
    forgotten: bool,
) -> PlainJSON:
    also = [] if body.everywhere else sorted(one.scope.character for one in others)
    told = answers.ForgottenAnswer(
        forgotten=forgotten,
        plans=[plan_answer(scope.character, plan) for scope, plan in plans],
        also_kept_by=also,
    )
    return sent(told)
