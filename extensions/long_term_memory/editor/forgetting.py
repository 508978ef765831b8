"""Forgetting for good on the page: what a person is told before it, and after.

Owns: these words; and that a turn that holds something forgotten is no longer shown.
Knows nothing of: Gradio, HTML.
"""

from __future__ import annotations

from ..core.forgetting.planner import ForgetTarget
from ..core.types import MemoryKind, Recalled, Scope
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from .texts import say


def told(engine: Engine, scope: Scope, memory_id: str) -> str:
    """Say what goes with a memory.

    Raises:
        NotFound: No memory has this id.
        InvalidInput: It is a summary.
    """
    plan = engine.forgetting(scope).plan(ForgetTarget(memories=(memory_id,)))
    more = [
        say(f"forget.{what}", count=count)
        for what, count in (
            ("copies", plan.copies),
            ("corrections", plan.corrections),
            ("summaries", plan.summaries),
        )
        if count
    ]
    if not more:
        return say("forget.sure")
    return say("forget.sure") + say(
        "forget.along", things=say("common.comma").join(more)
    )


def forget(engine: Engine, scope: Scope, memory_id: str) -> str:
    """Forget a memory; return what to say.

    Raises:
        NotFound: No memory has this id.
        InvalidInput: It is a summary.
    """
    engine.forgetting(scope).forget(ForgetTarget(memories=(memory_id,)))
    return say("forget.done")


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
    if item.memory.kind is MemoryKind.SUMMARY:
        return not bank.holds(item.memory.sources)
    known = bank.memories.find(item.memory.id)
    told = (one.id for one in engine.shared_notes(scope))
    return known is None and item.memory.id not in told
