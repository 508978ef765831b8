"""Forgetting for good on the page: what would go, the word to type, and what stays.

Owns: what is looked at before, that no more goes than was looked at; and that a turn
    that holds something forgotten is no longer shown.
Knows nothing of: Gradio, HTML (`forget_markup`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..core.forgetting.planner import ForgetPlan
from ..core.forgetting.target import ForgetTarget
from ..core.text.names import is_same_name
from ..core.types import MemoryItem, MemoryKind, Recalled, Scope
from ..engine.browsing import MemoryFilter, browse
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from ..engine.forgetting.across_banks import CrossBankForgetting
from ..engine.maintenance.backups import remembering
from ..errors import Conflict
from .texts import say

MOST_LISTED: Final = 100
"""So many memories at the most are listed one by one, to keep some of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to be forgotten, as it was looked at.

    Attributes:
        scope: Whose memory.
        target: What of it.
        everywhere: Whether in the memories of the user's other characters, too.
        word: What has to be typed.
        plans: What would go, by the characters' names, this one's first.
        others: Names of characters that keep it, and how many messages.
        backups: Backups by hand that still hold it.
        items: What was named, where it is little enough to keep some of it.
    """

    scope: Scope
    target: ForgetTarget
    everywhere: bool
    word: str
    plans: tuple[tuple[str, ForgetPlan], ...]
    others: tuple[tuple[str, int], ...] = ()
    backups: tuple[str, ...] = ()
    items: tuple[MemoryItem, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anything would go."""
        return any(plan for _, plan in self.plans)

    def is_typed(self, text: str) -> bool:
        """Whether the word was typed, however it is written."""
        return is_same_name(text.strip(), self.word)


def look(
    engine: Engine, scope: Scope, target: ForgetTarget, *, everywhere: bool = False
) -> Asked:
    """Tell what would go; changes nothing.

    Args:
        engine: Where the memories are.
        scope: Whose memory.
        target: What of it.
        everywhere: Whether in the memories of the user's other characters, too.

    Raises:
        NotFound: There is no such memory or chat.
        StoreError: A memory cannot be read.
    """
    plan = engine.forgetting(scope).plan(target)
    others = CrossBankForgetting(engine, scope, target).others() if plan else []
    plans = [(scope.character, plan)]
    if everywhere:
        plans += [(one.scope.character, one.plan) for one in others]
    scopes = [scope, *(one.scope for one in others if everywhere)]
    backups = {path for one in scopes for path in remembering(engine, one)}
    return Asked(
        scope=scope,
        target=target,
        everywhere=everywhere,
        # What is typed for all of a character is hard to type by mistake.
        word=scope.character if target.everything else say("forget.word"),
        plans=tuple(plans),
        others=tuple((one.scope.character, one.plan.messages) for one in others),
        backups=tuple(sorted(backups)) if plan else (),
        items=_listed(engine, scope, target) if plan else (),
    )


def _listed(
    engine: Engine, scope: Scope, target: ForgetTarget
) -> tuple[MemoryItem, ...]:
    """Return what a chat, a person or a span of time means, if that is not much."""
    if not (target.chats or target.in_part):
        return ()
    kinds = {MemoryKind.TURN} | (
        set() if target.chats or target.names else {MemoryKind.NOTE}
    )
    wanted = MemoryFilter(
        kinds=frozenset(kinds),
        chats=frozenset(target.chats),
        names=frozenset(target.names),
        since=target.since,
        until=target.until,
    )
    found = browse(engine.bank(scope), wanted, oldest_first=True, limit=MOST_LISTED)
    return found.memories if found.total <= MOST_LISTED else ()


def forget(engine: Engine, asked: Asked) -> str:
    """Forget what was looked at; return what to say.

    Raises:
        NotFound: There is no such memory or chat any more.
        Conflict: Other messages, notes or changes by hand would go by now; nothing
            was forgotten.
        StoreError: As `Forgetting.forget`.
    """
    whole = replace(asked.target, keep=())
    now = look(engine, asked.scope, whole, everywhere=asked.everywhere)
    if _lost(now) != _lost(asked):
        raise Conflict(say("forget.other_now"))
    across = CrossBankForgetting(engine, asked.scope, asked.target)
    gone = across.forget(across.others() if asked.everywhere else [])
    messages = sum(plan.messages for plan in gone.values())
    told = say("forget.done", messages=say("common.messages", count=messages))
    return told + stays(asked.backups)


def _lost(asked: Asked) -> list[tuple[str, ForgetPlan]]:
    """Return what would be missed; what is made of it comes and goes by itself."""
    return [
        (name, replace(plan, summaries=0, client_texts=0)) for name, plan in asked.plans
    ]


def stays(backups: Sequence[str]) -> str:
    """Say where it can still be found."""
    if not backups:
        return say("forget.stays_elsewhere")
    return say("forget.stays_in", files=say("common.comma").join(backups))


def holds_forgotten(engine: Engine, turn: LastTurn) -> bool:
    """Whether something that a turn shows was forgotten since."""
    bank = engine.bank(turn.scope)
    if not bank.forgot_anything():
        return False
    context = turn.context
    items = (*context.head.items, *context.recall.items, *context.left_out)
    return bank.was_forgotten("", turn.query.text) or any(
        _is_gone(engine, turn.scope, item) for item in items
    )


def _is_gone(engine: Engine, scope: Scope, item: Recalled) -> bool:
    """Whether a memory is there no more; one summary takes another's place."""
    bank = engine.bank(scope)
    if item.memory.kind in (MemoryKind.SUMMARY, MemoryKind.FACT):
        return not bank.holds(item.memory.sources)
    known = bank.memories.find(item.memory.id)
    told = (one.id for one in engine.shared_notes(scope))
    return known is None and item.memory.id not in told
