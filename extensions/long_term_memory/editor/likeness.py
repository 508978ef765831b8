"""Memories that may be one, on the page: a look at pairs, and what becomes of them.

Owns: which pairs are shown, with what text for a note of both; the words told.
Knows nothing of: Gradio, tags (`templates` has them), how pairs are found.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from ..engine.alike import LEAST_ALIKE, MemoryPair, pairs_of
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.reworking import merge
from . import markup, steps
from .chances import percent
from .clicks import Click
from .memory_actions import ClickResult, PageState, tried
from .templates import joined, macros
from .texts import day, say

MOST_SHOWN: Final = 10
PASSED: Final = "keep-both"
ACTS: Final = ("merge-pair", "keep-newer", PASSED)


def look(engine: Engine, view: PageState, passed: Collection[str]) -> str:
    """Show the surest pairs that nobody has looked at yet."""
    shown: list[str] = []

    def read() -> ClickResult:
        if view.scope is None:
            return ClickResult(words=say("memories.choose_first"), failed=True)
        found = pairs_of(engine.bank(view.scope), passed=frozenset(passed))
        shown.append(_shown(found))
        return ClickResult()

    said = tried(engine, "looking for memories that are alike", read)
    return joined(said.html, *shown)


def act(engine: Engine, view: PageState, click: Click) -> ClickResult:
    """Merge a pair, or delete the older one."""
    if view.scope is None:
        return ClickResult(words=say("memories.choose_first"), failed=True)
    done = partial(_done, engine.bank(view.scope), click)
    return tried(engine, "merging memories", done)


def _done(bank: Bank, click: Click) -> ClickResult:
    before = bank.edit_history.last()
    older, _, newer = click.memory_id.partition(" ")
    if click.do == "merge-pair":
        merge(bank, [older, newer], click.text)
        words = say("many.did_merge", count=2)
    else:
        bank.memories.delete(older)
        words = say("did.deleted")
    return ClickResult(words=words, undo=steps.undo_since(bank, before))


def _shown(found: list[MemoryPair]) -> str:
    if not found:
        return markup.empty(say("alike.none"))
    html: str = macros("memories").pairs(
        items=[_item(pair) for pair in found[:MOST_SHOWN]],
        more=len(found) - MOST_SHOWN,
    )
    return html


def _item(pair: MemoryPair) -> dict[str, object]:
    is_alike = max(pair.share, pair.meaning) >= pair.replaces and (
        pair.share >= LEAST_ALIKE or bool(pair.meaning)
    )
    text = pair.newer.content
    if is_alike and len(pair.older.content) > len(text):
        text = pair.older.content
    why = say("alike.contradicts")
    if is_alike and pair.meaning:
        why = say("alike.meant", share=percent(pair.meaning))
    elif is_alike:
        why = say("alike.alike", share=percent(pair.share))
    return {
        "key": pair.key,
        "why": why,
        "text": text,
        "rows": min(6, 2 + len(text) // 80),
        "sides": [
            {
                "who": markup.who(one),
                "words": markup.shortened(one.content, 400),
                "when": day(one.happened_at or one.created_at),
            }
            for one in (pair.older, pair.newer)
        ],
    }
