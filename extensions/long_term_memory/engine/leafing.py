"""A page of some of a bank's memories, whatever comes or goes meanwhile.

Owns: putting a filter and a cursor together.
Knows nothing of: what a filter means (`browsing`), what a cursor holds (`pages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from ..core.types import MemoryItem, MemoryKind
from .bank import Bank
from .browsing import MemoryFilter, rows_that
from .pages import ORDER, MemoryPage, Place, cursor_of, made, place_in, place_of, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page, and how many memories are on all pages together."""

    page: MemoryPage
    total: int


def leaf(
    bank: Bank,
    wanted: MemoryFilter,
    *,
    deleted: bool = False,
    oldest_first: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> Leaf:
    """Return a page: notes, then summaries, then what was said, each newest first.

    Args:
        bank: Whose memories.
        wanted: Which; a chat's are all that stand on its path.
        deleted: The deleted ones instead of the others.
        oldest_first: The other way round: what was said first, then the rest.
        cursor: What the page before said; empty for the first one.
        limit: How many at the most.

    Raises:
        InvalidInput: The cursor is none of ours.
    """
    after = place_in(cursor)
    state = bank.state
    found: list[tuple[Place, MemoryItem]] = []
    with state.lock:
        state.refresh()
        listed = bank.memories.apart(None, deleted=deleted, pinned=bool(wanted.pinned))
        apart = [one for one in listed if wanted.wants(one)]
        rows = rows_that(bank, wanted, deleted=deleted).tolist()
        kinds = ORDER[::-1] if oldest_first else ORDER
        for kind in kinds[kinds.index(after.kind) if after else 0 :]:
            here = after if after and after.kind is kind else None
            if kind is not MemoryKind.TURN:
                own = (one for one in apart if one.kind is kind)
                found += [
                    (place_of(one), one)
                    for one in made(own, here, oldest_first=oldest_first)
                ]
                continue
            lines = said(rows, here, oldest_first=oldest_first)
            lot = [*islice(lines, max(0, limit + 1 - len(found)))]
            read = zip(lot, state.memories_of(lot), strict=True)
            found += [(place_of(one, row), one) for row, one in read]
    shown = found[:limit]
    cursor = cursor_of(shown[-1][0]) if len(found) > limit else ""
    page = MemoryPage(memories=tuple(one for _, one in shown), cursor=cursor)
    return Leaf(page=page, total=len(apart) + len(rows))
