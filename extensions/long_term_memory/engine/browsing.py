"""Leafing through memories: some of them, so many pages on, and how many there are.

Owns: choosing among all of a bank without reading what is not shown.
Knows nothing of: words and meanings (`finding` looks for them), who leafs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..core.records import Annotation
from ..core.text.tags import has_tag
from ..core.types import MemoryItem, MemoryKind
from .bank import Bank
from .state.bank_state import BankState

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFilter:
    """Which memories are wanted; what is empty or None leaves nothing out.

    Attributes:
        chats: Our ids of chats that they were heard in.
        names: Who said it.
        emotions: Labels of which the strongest of a message is one; notes and summaries
            have none.
        since, until: When it was said or, failing that, first known; `until` is not in.
        tag: It has this one, however that is written.
    """

    kinds: frozenset[MemoryKind] = frozenset()
    chats: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    emotions: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    pinned: bool | None = None
    edited: bool | None = None
    hidden: bool | None = None
    tag: str = ""

    def wants(self, memory: MemoryItem) -> bool:
        """Say whether a memory is wanted."""
        at = memory.happened_at or memory.created_at
        return (
            (not self.kinds or memory.kind in self.kinds)
            and (not self.chats or memory.chat in self.chats)
            and (not self.names or memory.name in self.names)
            and (not self.roles or memory.role in self.roles)
            and (not self.emotions or memory.kind is MemoryKind.TURN)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and self.pinned in (None, memory.pinned)
            and self.edited in (None, memory.edited)
            and self.hidden in (None, memory.hidden)
            and (not self.tag or has_tag(memory.tags, self.tag))
        )


ALL: Final = MemoryFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Some memories, and how many are wanted in all."""

    memories: tuple[MemoryItem, ...]
    total: int


def browse(
    bank: Bank,
    wanted: MemoryFilter = ALL,
    *,
    deleted: bool = False,
    oldest_first: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Listing:
    """Return memories: notes, then summaries, then what was said, each newest first.

    Args:
        bank: Whose.
        wanted: Which; a chat's are all that stand on its path.
        deleted: The deleted ones instead of the others.
        oldest_first: The other way round: what was said first, then the rest.
        offset: How many to pass over.
        limit: How many at the most.
    """
    state = bank.state
    kind = next(iter(wanted.kinds)) if len(wanted.kinds) == 1 else None
    with state.lock:
        state.refresh()
        listed = bank.memories.apart(kind, deleted=deleted, pinned=bool(wanted.pinned))
        apart = [one for one in listed if wanted.wants(one)]
        rows = rows_that(bank, wanted, deleted=deleted)[::-1]
        total = len(apart) + len(rows)
        # Counted from the other end, a page is as many from the front.
        end = max(0, total - offset) if oldest_first else offset + limit
        start = max(0, end - limit)
        here = apart[start:end]
        lot = rows[max(0, start - len(apart)) : max(0, end - len(apart))]
        found = [*here, *state.memories_of(lot.tolist())]
    return Listing(memories=tuple(found[::-1] if oldest_first else found), total=total)


def around(bank: Bank, memory: MemoryItem, count: int) -> list[MemoryItem]:
    """Return what was said just before and after a message, and itself, in its chat.

    Args:
        bank: Whose.
        memory: What was said; nothing is returned of what stands in no chat.
        count: How many at the most on either side.
    """
    state = bank.state
    with state.lock:
        state.refresh()
        rows = state.store.messages.rows_of([memory.id])
        chat = next((one.row for one in state.chats if one.id == memory.chat), None)
        if chat is None or memory.id not in rows:
            return []
        path = state.messages.path(chat).rows
        places = np.flatnonzero(path == rows[memory.id])
        if not len(places):
            return []
        at = int(places[0])
        return state.memories_of(path[max(0, at - count) : at + count + 1].tolist())


def rows_that(bank: Bank, wanted: MemoryFilter, *, deleted: bool = False) -> Rows:
    """Return the rows of messages that are wanted, rising; see `browse`."""
    if wanted.kinds and MemoryKind.TURN not in wanted.kinds:
        return np.empty(0, np.int32)
    with bank.state.lock:
        return _rows(bank, wanted, deleted=deleted)


def _rows(bank: Bank, wanted: MemoryFilter, *, deleted: bool) -> Rows:
    state = bank.state
    shown = bank.memories.turn_rows(deleted=deleted, pinned=wanted.pinned is True)
    rows = np.array(shown, np.int32)
    if wanted.pinned is False:
        rows = rows[~np.isin(rows, _touched(bank, lambda hand: hand.pinned))]
    if wanted.edited is not None:
        edited = _touched(bank, lambda hand: hand.content is not None)
        rows = rows[np.isin(rows, edited) == wanted.edited]
    if wanted.hidden is not None:
        hidden = _touched(bank, lambda hand: hand.hidden)
        rows = rows[np.isin(rows, hidden) == wanted.hidden]
    if wanted.tag:
        tagged = _touched(bank, lambda hand: has_tag(hand.tags, wanted.tag))
        rows = rows[np.isin(rows, tagged)]
    if wanted.chats:
        paths = [state.messages.path(row).rows for row in _chats(state, wanted)]
        rows = rows[np.isin(rows, np.concatenate([np.empty(0, np.int32), *paths]))]
    if wanted.names or wanted.roles:
        rows = state.messages.said_by(
            rows,
            lambda role, name: (
                (not wanted.roles or role in wanted.roles)
                and (not wanted.names or name in wanted.names)
            ),
        )
    if wanted.emotions:
        rows = bank.emotions.showing(rows, wanted.emotions)
    if wanted.since is not None or wanted.until is not None:
        rows = _between(state, rows, wanted)
    return rows


def _touched(bank: Bank, how: Callable[[Annotation], bool]) -> list[int]:
    """Return the rows of messages to which somebody did something."""
    hands = (one for one in bank.memories.hands() if one.kind is MemoryKind.TURN)
    keys = [hand.key for hand in hands if how(hand)]
    return list(bank.state.store.messages.rows_of(keys).values())


def _chats(state: BankState, wanted: MemoryFilter) -> list[int]:
    known = set(state.messages.chats())
    return [
        one.row for one in state.chats if one.id in wanted.chats and one.row in known
    ]


def _between(state: BankState, rows: Rows, wanted: MemoryFilter) -> Rows:
    """Return what was said in a time; of what has none it counts when it was heard."""
    at = state.messages.columns.said_at[rows]
    unknown = np.flatnonzero(np.isnan(at))
    if len(unknown):
        heard = state.store.messages.get(rows[unknown].tolist())
        at = at.copy()
        at[unknown] = [heard[int(row)].seen_at.timestamp() for row in rows[unknown]]
    since = -np.inf if wanted.since is None else wanted.since.timestamp()
    until = np.inf if wanted.until is None else wanted.until.timestamp()
    return rows[(at >= since) & (at < until)]
