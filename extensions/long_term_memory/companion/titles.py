"""What a conversation is called until somebody names it.

Owns: which of its words make a title.
Knows nothing of: where a title is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..core.text.sanitise import one_line
from ..core.types import PathEntry

LONGEST: Final = 60
# "Hi!" names nothing, so a later one of the first turns may.
TURNS: Final = 3
TELLING_WORDS: Final = 3


def title_of(path: Sequence[PathEntry]) -> str:
    """Return a title from the user's first messages; empty if there is none yet.

    Args:
        path: The conversation's messages, oldest first.
    """
    first: list[str] = []
    for entry in path:
        if entry.message.role == "user":
            # What is done in play stands between asterisks.
            first.append(one_line(entry.message.content.replace("*", "")))
        if len(first) == TURNS:
            break
    telling = [text for text in first if len(text.split()) >= TELLING_WORDS]
    return _cut(next(iter(telling or first), ""))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST - 1]
    words = head.rsplit(" ", 1)[0]
    return (words if len(words) > LONGEST // 2 else head).rstrip(" ,;:.-") + "…"
