"""What a memory said before: shown beside what it says now, and brought back.

Owns: the comparison word by word, its HTML, and which version a click means.
Knows nothing of: Gradio, how versions are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape

from ..engine.memories import Memories
from ..engine.versions import Version
from ..errors import NotFound
from .markup import button, day, shortened

# Longer texts are shown without a comparison, which would take seconds.
MOST_WORDS = 2_000
MOST_CHARACTERS = 50_000
# Older ones say little; they are kept all the same.
MOST_VERSIONS = 20

EXPLAINED = "Struck out is what it no longer says, underlined what is new since."
NOTHING = "It has not said anything else."
_WORDS = re.compile(r"\s+|\w+|[^\w\s]+")


def shown(memories: Memories, memory_id: str) -> str:
    """Return all that a memory said before, newest first, each with its changes.

    Raises:
        NotFound: No memory has this id.
    """
    now = memories.get(memory_id).content
    versions = list(enumerate(memories.history(memory_id)))[::-1]
    items = "".join(
        _item(memory_id, number, version, now)
        for number, version in versions[:MOST_VERSIONS]
    )
    close = button("cancel", memory_id, "Close")
    hint = EXPLAINED if versions else NOTHING
    return (
        '<div class="ltm-earlier"><h4>Earlier versions</h4>'
        f'<p class="ltm-hint">{hint}</p><ol class="ltm-cards">{items}</ol>'
        f'<div class="ltm-buttons">{close}</div></div>'
    )


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
        raise NotFound("This version is not kept any more.")
    memories.update(memory_id, content=known[number].content)


def compared(old: str, new: str) -> str:
    """Return what a text said, with what it no longer says and what is new marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS or len(old + new) > MOST_CHARACTERS:
        return escape(shortened(old))
    return "".join(_parts(before, after))


def _parts(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        gone, new = "".join(before[start:end]), "".join(after[new_start:new_end])
        if gone == new:
            yield escape(gone)
            continue
        yield f"<del>{escape(gone)}</del>" if gone else ""
        yield f"<ins>{escape(new)}</ins>" if new else ""


def _item(memory_id: str, number: int, version: Version, now: str) -> str:
    when = escape(day(version.at))
    who = "by hand" if version.by_hand else "as it was said"
    back = (
        '<button type="button" class="ltm-button" data-ltm-do="bring-back" '
        f'data-ltm-id="{escape(memory_id)}" data-ltm-text="{number}" '
        f'aria-label="Bring back: {when}">Bring back</button>'
    )
    same = version.content == now
    state = '<span class="ltm-mark">as it is now</span>' if same else back
    return (
        f'<li class="ltm-card"><div class="ltm-meta"><span>{when}</span>'
        f"<span>{who}</span></div>"
        f'<p class="ltm-words">{compared(version.content, now)}</p>'
        f'<div class="ltm-buttons">{state}</div></li>'
    )
