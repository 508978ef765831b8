"""Find and replace on the page: what would be changed, and doing it.

Owns: the preview, and the words for what was done.
Knows nothing of: Gradio, tags (`templates` has them), how it is found and replaced.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.replacing import (
    ReplacePreview,
    Replacing,
    Rewritten,
    preview,
    replace_all,
)
from . import markup, steps
from .clicks import Click
from .earlier import compared
from .memory_actions import ClickResult, PageState, tried
from .memory_search import filter_of
from .templates import joined, macros
from .texts import say

MOST_SHOWN: Final = 20


def look(engine: Engine, view: PageState, asked: Replacing) -> str:
    """Show what would be changed in what the list is filtered for."""
    shown: list[str] = []

    def read() -> ClickResult:
        if view.scope is None:
            return ClickResult(words=say("memories.choose_first"), failed=True)
        told = preview(engine.bank(view.scope), asked, filter_of(view))
        shown.append(_shown(told))
        return ClickResult()

    said = tried(engine, "looking for what would be replaced", read)
    return joined(said.html, *shown)


def replace(
    engine: Engine, view: PageState, asked: Replacing, click: Click
) -> ClickResult:
    """Replace what the preview showed, unless something of it is another by now."""
    if view.scope is None:
        return ClickResult(words=say("memories.choose_first"), failed=True)
    act = partial(_replaced, engine.bank(view.scope), view, asked, click.text)
    return tried(engine, "replacing in memories", act)


def _replaced(bank: Bank, view: PageState, asked: Replacing, seen: str) -> ClickResult:
    before = bank.edit_history.last()
    count = replace_all(bank, asked, filter_of(view), seen=seen)
    return ClickResult(
        words=say("replace.did", count=count), undo=steps.undo_since(bank, before)
    )


def _shown(told: ReplacePreview) -> str:
    if not told.changes:
        words = say("replace.nothing")
        if told.left_out:
            words += say("replace.left_out", count=told.left_out)
        return markup.empty(words)
    html: str = macros("memories").replacing(
        items=[_item(one) for one in told.changes[:MOST_SHOWN]],
        count=len(told.changes),
        more=len(told.changes) - MOST_SHOWN,
        left_out=told.left_out,
        seen=told.seen,
    )
    return html


def _item(one: Rewritten) -> dict[str, str]:
    return {
        "who": markup.who(one.memory),
        "words": compared(one.memory.content, one.content),
    }
