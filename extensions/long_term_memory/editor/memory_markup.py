"""What stands above the list of memories: undo, tags, and what is done to many.

Owns: which buttons there are, by what the list shows.
Knows nothing of: Gradio, tags of HTML (`templates` has them), what a button does.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Final

from ..engine.bank import Bank
from . import steps
from .memory_search import Choice, FoundPage
from .templates import macros
from .texts import say

# Of more a person sees the most used ones.
MOST_TAGS_SHOWN: Final = 24

_ACTS: Final = ("pin", "unpin", "hide", "unhide", "delete", "merge", "export")


def tools(bank: Bank, choice: Choice, found: FoundPage) -> str:
    """Return what stands above the list.

    Args:
        bank: Whose memories are listed.
        choice: Which.
        found: The page that is shown.
    """
    deleted = choice.shelf == "deleted"
    summaries = choice.shelf == "summary"
    acts = ("restore", "export") if deleted else _ACTS
    if summaries:
        acts = ("delete", "export")
    tags = bank.memories.tags()
    if choice.tag:
        tags.setdefault(choice.tag, 0)
    html: str = macros("memories").tools(
        steps=steps.buttons(bank),
        tags=tags.most_common(MOST_TAGS_SHOWN),
        chosen=choice.tag,
        acts=[(f"many-{do}", say(f"memories.do_{do}")) for do in acts],
        tagging=not deleted and not summaries,
        total=found.total,
        shown=len(found.memories),
        listed=_named(bank, choice),
    )
    return html


def _named(bank: Bank, choice: Choice) -> str:
    """Return a name of what is listed, whatever page of it is shown."""
    told = [
        *(bank.scope.user, bank.scope.character, choice.words, choice.shelf),
        *(choice.chat, choice.speaker, choice.since, choice.until, choice.tag),
        choice.feeling,
    ]
    return blake2b(json.dumps(told).encode(), digest_size=6).hexdigest()
