"""What a memory said before: shown beside what it says now, and brought back.

Owns: the comparison word by word, and which version a click means.
Knows nothing of: Gradio, tags (`templates` has them), how versions are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ..engine.memories import Memories
from ..engine.versions import Version
from ..errors import NotFound
from .markup import shortened
from .templates import macros
from .texts import day, say

# Longer texts are shown without a comparison, which would take seconds.
MOST_WORDS = 2_000
MOST_CHARACTERS = 50_000
# Older ones say little; they are kept all the same.
MOST_VERSIONS = 20

_WORDS = re.compile(r"\s+|\w+|[^\w\s]+")


def shown(memories: Memories, memory_id: str) -> str:
    """Return all that a memory said before, newest first, each with its changes.

    Raises:
        NotFound: No memory has this id.
    """
    now = memories.get(memory_id).content
    versions = list(enumerate(memories.history(memory_id)))[::-1]
    items = [_item(number, one, now) for number, one in versions[:MOST_VERSIONS]]
    hint = say("memories.struck_out" if versions else "memories.never_else")
    html: str = macros("memories").versions(memory_id, items, hint)
    return html


def bring_back(memories: Memories, memory_id: str, number: str) -> None:
    """Have a memory say again what it said; what it says now becomes a version.

    Args:
        memories: Whose they are.
        memory_id: Which memory.
        number: Which version, as its button names it.

    Raises:
        NotFound: There is no such memory or version.
    """
    versions = memories.history(memory_id)
    known = {str(place): version for place, version in enumerate(versions)}
    if number not in known:
        raise NotFound(say("memories.version_gone"))
    memories.update(memory_id, content=known[number].content)


def compared(old: str, new: str) -> str:
    """Return what a text said, with what it no longer says and what is new marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    too_long = max(len(before), len(after)) > MOST_WORDS
    if too_long or len(old + new) > MOST_CHARACTERS:
        parts = [("same", shortened(old))]
    else:
        parts = list(_parts(before, after))
    html: str = macros("memories").compared(parts)
    return html


def _parts(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        gone, new = "".join(before[start:end]), "".join(after[new_start:new_end])
        if gone == new:
            yield "same", gone
        else:
            yield "gone", gone
            yield "new", new


def _item(number: int, version: Version, now: str) -> dict[str, object]:
    return {
        "number": number,
        "when": day(version.at),
        "who": say("memories.by_hand" if version.by_hand else "memories.as_said"),
        "words": compared(version.content, now),
        "same": version.content == now,
    }
