"""A page of a bank's memories, whatever comes or goes while somebody turns pages.

Owns: the order of memories in lists, and where the next page begins.
Knows nothing of: stores, who reads.

Notes come first, then summaries, then what was said, each the newest first. A cursor
names the last memory of a page by its place in this order, not by a count: what is
added meanwhile stands before it, and what goes leaves no gap.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from ..core.types import MemoryItem, MemoryKind
from ..errors import InvalidInput

# A row has as many digits as 64 bits.
MOST_DIGITS: Final = 19
ORDER: Final = (MemoryKind.NOTE, MemoryKind.SUMMARY, MemoryKind.TURN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which memories are wanted.

    Attributes:
        kinds: Of these kinds; all of them if it is empty.
        deleted: The deleted ones instead of the others.
        pinned: Pinned ones alone.
        chat: Our id of a chat: only what was said in it or tells of it; empty for all.
        cursor: What the page before said; empty for the first one.
        limit: So many at the most.
    """

    kinds: frozenset[MemoryKind] = frozenset()
    deleted: bool = False
    pinned: bool = False
    chat: str = ""
    cursor: str = ""
    limit: int = 50

    def wants(self, kind: MemoryKind) -> bool:
        """Say whether memories of a kind are wanted."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPage:
    """Some memories; `cursor` is that of the next page, empty if this is the last."""

    memories: tuple[MemoryItem, ...]
    cursor: str = ""


class Place(NamedTuple):
    """A memory's place in the order: what comes later is less.

    Attributes:
        kind: Which part of the order it stands in.
        at: When it was made, as text; empty for what was said.
        key: Its id, or the row of what was said.
    """

    kind: MemoryKind
    at: str
    key: str


def cursor_of(place: Place) -> str:
    """Return a place as a caller keeps it."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_in(cursor: str) -> Place | None:
    """Return the place that a cursor means, None for the beginning.

    Raises:
        InvalidInput: It is none of ours.
    """
    if not cursor:
        return None
    try:
        told = json.loads(urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError):
        told = None
    match told:
        case [str(kind), str(at), str(key)] if kind in set(ORDER):
            place = Place(MemoryKind(kind), at, key)
            if place.kind is not MemoryKind.TURN or _is_row(key):
                return place
    raise InvalidInput("The cursor is none that was given out here.", field="cursor")


def made(
    memories: Iterable[MemoryItem], after: Place | None, *, oldest_first: bool = False
) -> Iterator[MemoryItem]:
    """Yield notes or summaries, the newest first, that come after a place."""
    ordered = sorted(memories, key=_when, reverse=not oldest_first)
    return (
        one
        for one in ordered
        if after is None
        or (_when(one) > after[1:] if oldest_first else _when(one) < after[1:])
    )


def said(
    rows: Sequence[int], after: Place | None, *, oldest_first: bool = False
) -> Iterator[int]:
    """Yield rows of messages, the newest first, that come after a place.

    Args:
        rows: Rising.
        after: The place.
        oldest_first: The other way round.
    """
    if oldest_first:
        begin = 0 if after is None else bisect_right(rows, int(after.key))
        return islice(rows, begin, None)
    end = len(rows) if after is None else bisect_left(rows, int(after.key))
    return (rows[at] for at in range(end - 1, -1, -1))


def place_of(memory: MemoryItem, row: int | None = None) -> Place:
    """Return a memory's place; of what was said the row must be known."""
    if row is not None:
        return Place(memory.kind, "", str(row))
    return Place(memory.kind, *_when(memory))


def _is_row(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) <= MOST_DIGITS


def _when(memory: MemoryItem) -> tuple[str, str]:
    return memory.created_at.isoformat(), memory.id
