"""What says the same as another line is told once, and as it was said last.

Owns: when two messages say the same.
Knows nothing of: prompts, scores, which of them is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from ..text.panels import speech_of
from ..text.tokenizer import MAX_CHARACTERS
from ..types import MemoryItem, MemoryKind, Recalled

DUPLICATE_WORDS: Final = 4
"""A run of fewer words, such as "Yes.", is no duplicate of a longer remark."""

_FILLERS: Final = frozenset(
    "a an the so well oh ah um uh just really very and but haha hahaha lol btw yeah "
    "yes ok okay hey hi please also then der die das ein eine einen und aber ja na "
    "halt mal echt doch".split()
)
"""What says nothing by itself; pronouns, figures and "not" all say something."""


class _Said(NamedTuple):
    """What one line says: its words, and these without fillers."""

    speaker: str
    words: str
    bare: str


def distinct(items: Iterable[Recalled]) -> list[Recalled]:
    """Return the items without empty ones and those that another one says as well.

    That is the same words by the same speaker, or a run of words within them. Of the
    same words the newest stands, in the place of the best, and what would be replaced
    by another of them is replaced by it.

    Args:
        items: Best first.
    """
    kept: list[tuple[_Said, Recalled]] = []
    places: dict[str, int] = {}
    for item in items:
        said = _said(item.memory)
        if not said.words.strip():
            continue
        at = next((at for at, (one, _) in enumerate(kept) if _same(said, one)), None)
        if at is not None:
            known, best = kept[at]
            newest = max(best, item, key=lambda one: _when(one.memory))
            told = best._replace(
                memory=newest.memory, superseded_by=newest.superseded_by
            )
            kept[at], places[item.memory.id] = (known, told), at
        elif not any(_within(said, one) for one, _ in kept):
            places[item.memory.id] = len(kept)
            kept.append((said, item))
    shown = {one: kept[at][1].memory.id for one, at in places.items()}
    return [
        item._replace(superseded_by=shown.get(item.superseded_by, item.superseded_by))
        for _, item in kept
    ]


def repeated(items: Iterable[Recalled]) -> list[bool]:
    """Say of each item whether one before it says the same words by the same speaker.

    Args:
        items: Best first.
    """
    known: set[tuple[str, str]] = set()
    found: list[bool] = []
    for item in items:
        said = _said(item.memory)
        found.append((said.speaker, said.bare) in known)
        known.add((said.speaker, said.bare))
    return found


def _said(memory: MemoryItem) -> _Said:
    content = memory.content[:MAX_CHARACTERS]
    if memory.kind is MemoryKind.TURN and not memory.edited:
        content = speech_of(content)
    words = re.findall(r"\w+", content.casefold())
    bare = [one for one in words if one not in _FILLERS] or words
    return _Said(memory.name, f" {' '.join(words) or content} ", " ".join(bare))


def _same(one: _Said, other: _Said) -> bool:
    if one.speaker != other.speaker:
        return False
    return one.words == other.words or bool(one.bare and one.bare == other.bare)


def _within(said: _Said, other: _Said) -> bool:
    """Say whether one says, in a run of words, nothing but what another one says."""
    if said.speaker != other.speaker or len(said.words.split()) < DUPLICATE_WORDS:
        return False
    return said.words in other.words


def _when(memory: MemoryItem) -> datetime:
    return memory.happened_at or memory.created_at
