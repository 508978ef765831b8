"""What would be forgotten, as HTML: counts, samples, and the field for the word.

Owns: which values stand in the template `forget`.
Knows nothing of: Gradio, the engine, tags (`templates` has them).
"""

from __future__ import annotations

from typing import Final

from ..core.forgetting.planner import ForgetPlan
from .forgetting import Asked, stays
from .markup import MAX_NAME_CHARS, shortened
from .templates import macros
from .texts import day, say

MOST_TITLES: Final = 10
MAX_SAMPLE_CHARS: Final = 200
COUNTS: Final = (
    *("messages", "copies", "notes", "corrections", "summaries", "locked"),
    "client_texts",
)


def question(asked: Asked, memory_id: str = "") -> str:
    """Return what would go, and the field for the word.

    Args:
        asked: What was looked at.
        memory_id: What its buttons are about; empty where that is known.
    """
    if not asked.anything:
        nothing: str = macros("forget").nothing(say("forget.nothing"))
        return nothing
    html: str = macros("forget").question(
        [_plan(name, plan) for name, plan in asked.plans if plan],
        _items(asked),
        _also(asked),
        stays(asked.backups),
        asked.word,
        memory_id,
    )
    return html


def _items(asked: Asked) -> list[dict[str, object]]:
    """Return what is listed one by one, and whether it is meant."""
    return [
        {
            "id": one.id,
            "goes": one.id not in asked.target.keep,
            "text": shortened(" ".join(one.content.split()), MAX_SAMPLE_CHARS),
            "who": shortened(one.name, MAX_NAME_CHARS),
            "when": day(one.happened_at or one.created_at),
        }
        for one in asked.items
    ]


def _plan(name: str, plan: ForgetPlan) -> dict[str, object]:
    counts = [
        (say(f"forget.count_{what}"), f"{count:,}")
        for what in COUNTS
        if (count := getattr(plan, what))
    ]
    return {
        "name": shortened(name, MAX_NAME_CHARS),
        "counts": counts,
        "chats": _titles(plan.chats),
        "touched": _titles(plan.touched),
        "samples": [
            shortened(" ".join(text.split()), MAX_SAMPLE_CHARS)
            for text in plan.examples
        ],
        "more": max(0, plan.messages - len(plan.examples)),
    }


def _titles(titles: tuple[str, ...]) -> str:
    named = [shortened(one, MAX_NAME_CHARS) for one in titles[:MOST_TITLES]]
    more = len(titles) - len(named)
    if more:
        named.append(say("forget.more_chats", count=more))
    return say("common.comma").join(named)


def _also(asked: Asked) -> str:
    """Say who keeps it, if it is left to them."""
    if asked.everywhere or not asked.others:
        return ""
    who = [
        say("forget.keeps", name=shortened(name, MAX_NAME_CHARS), count=count)
        for name, count in asked.others
    ]
    return say("forget.also_kept", who=say("common.comma").join(who))
