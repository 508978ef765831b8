"""The second act of a turn: what a message brings to mind.

Owns: putting together what messages and hand-written texts say, for one viewer.
Knows nothing of: prompts, hosts, how vectors are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from ..config import Settings
from ..config.retention import SUMMARISE
from ..core.asking import Asked
from ..core.gate import near_bound
from ..core.ranking import Likeness, Weights, rank
from ..core.signals import Moments, Scores, moments
from ..core.types import Query, Recalled
from ..core.view import View
from .hands import Hands
from .index import Index
from .memories import Memories
from .renewal import newer_ranked
from .words import Meant

Slots = NDArray[np.int32]
NONE: Slots = np.empty(0, np.int32)

# Where messages may be too short to be recalled, so many times more are looked at.
SPARE = 4

# How cosines spread where there is nothing to measure: MiniLM over chat messages.
TYPICAL = Moments(0.08, 0.11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What was found, best first.

    Attributes:
        places: By memory id, a number that rises along the chats.
        lexical_only: Only words were compared, for there is no embedder yet.
        note: One line for the user if something was amiss.
    """

    found: list[Recalled] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    lexical_only: bool = False
    note: str = ""


class Heard:
    """A comparison that remembers how the cosines spread."""

    def __init__(self, likeness: Likeness) -> None:
        """Wrap a comparison."""
        self._likeness = likeness
        self.precise = likeness.precise
        self.exact_turns = likeness.exact_turns
        self.windows = likeness.windows
        self.window_moments = likeness.window_moments
        self.pair_moments = likeness.pair_moments
        self._cosines: Scores | None = None

    def turns(self) -> Scores:
        """Return the cosine of each slot, computed once."""
        if self._cosines is None:
            self._cosines = self._likeness.turns()
        return self._cosines

    def spread(self) -> Moments:
        """Measure how the cosines spread."""
        cosines = self.turns()
        return moments(cosines[~np.isnan(cosines)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing to look for: as ranking reads it, and what it means."""

    asked: Asked
    meant: Meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where to look, and what to leave out.

    Attributes:
        excluded: Rows that are never recalled, muted ones among them.
        limit: Most memories for each reading.
        gated: Whether to be silent when nothing is relevant.
        max_distance: Cosine distance above which a memory is left out.
        old: Slots of messages that are too old.
    """

    view: View
    excluded: Sequence[int] = ()
    limit: int
    gated: bool = False
    max_distance: float = 2.0
    old: Slots = field(default_factory=lambda: NONE)


class Searcher:
    """Looks for readings in what a bank holds in memory; the bank's lock is held."""

    def __init__(
        self,
        index: Index,
        hands: Hands,
        memories: Memories,
        chunked: Callable[[], Slots],
    ) -> None:
        """Take the bank's own parts; `chunked` tells the rows that a summary tells."""
        self._chunked = chunked
        self._index = index
        self._hands = hands
        self._memories = memories

    def view(self, chat: int | None, settings: Settings, now: datetime) -> View:
        """Return what may be recalled in a chat."""
        return self._index.view(
            chat,
            other_chats=settings.recall.other_chats,
            now=now,
            idle=timedelta(seconds=settings.webui.idle_seconds),
        )

    def recall(
        self,
        query: Query,
        readings: Sequence[Reading],
        view: View,
        visible: Sequence[int],
        settings: Settings,
        now: datetime,
    ) -> Recall:
        """Return what a message brings to mind, best first.

        Args:
            query: What is asked.
            readings: The message, in one or in parts.
            view: What may be recalled.
            visible: Message rows that the host will send anyway.
            settings: Weights and limits.
            now: The present.
        """
        options = settings.recall
        limit = options.num_memories_to_fetch if query.limit is None else query.limit
        if limit <= 0:
            return Recall()
        look = Look(
            view=view,
            excluded=[*visible, *self._hands.muted],
            limit=limit * (SPARE if options.min_message_length else 1),
            gated=query.gated and options.gate,
            max_distance=options.max_cosine_distance,
            old=self.too_old(view, settings, now),
        )
        lists: list[list[Recalled]] = []
        places: dict[str, int] = {}
        heard = None
        for reading in readings:
            heard = self.heard(reading, view)
            said, slots = self.said(reading, heard, look, settings)
            long_enough = [
                item
                for item in said
                if len(item.memory.content) >= options.min_message_length
            ]
            written = self.written(reading, heard, look, settings)
            shown = [item for item in written if item.memory.id not in query.visible]
            ranked = sorted([*long_enough, *shown], key=lambda item: -item.score)
            lists.append(self.renewed(ranked, reading, slots, view))
            places |= slots
        return Recall(
            found=in_turns(lists)[:limit],
            places=places,
            lexical_only=heard is None,
        )

    def renewed(
        self,
        ranked: Sequence[Recalled],
        reading: Reading,
        slots: Mapping[str, int],
        view: View,
    ) -> list[Recalled]:
        """Return candidates of a reading with the newer before the older.

        Who names a day, or the first one, asks for what was said then.
        """
        if reading.asked.dates or reading.asked.beginning:
            return list(ranked)
        vectors = self._index.vectors
        return newer_ranked(ranked, reading.asked.text, slots, view, vectors)

    def too_old(self, view: View, settings: Settings, now: datetime) -> Slots:
        """Return the slots of what is too old to be recalled.

        A message whose time is unknown is not known to be old.
        """
        options = settings.retention
        if not options.retention_days:
            return NONE
        cutoff = (now - timedelta(days=options.retention_days)).timestamp()
        old = np.flatnonzero(view.said_at < cutoff).astype(np.int32)
        if options.retention_action == SUMMARISE:
            old = old[np.isin(view.rows[old], self._chunked())]
        return old

    def said(
        self, reading: Reading, heard: Heard | None, look: Look, settings: Settings
    ) -> tuple[list[Recalled], dict[str, int]]:
        """Return messages that fit, best first, and their slots by memory id."""
        hits = rank(
            look.view,
            reading.asked,
            self._index.postings,
            heard,
            near=reading.meant.near,
            weights=Weights.of(settings.recall),
            characters=self._index.characters(),
            limit=look.limit,
            excluded=_excluded(look),
            gated=look.gated,
            max_distance=look.max_distance,
        )
        memories = self._memories.of_rows([hit.row for hit in hits])
        said = [
            Recalled(memory=memory, score=hit.score, parts=hit.parts)
            for hit, memory in zip(hits, memories, strict=True)
        ]
        found = {
            memory.id: int(look.view.slot_of[hit.row])
            for hit, memory in zip(hits, memories, strict=True)
        }
        return said, found

    def written(
        self, reading: Reading, heard: Heard | None, look: Look, settings: Settings
    ) -> list[Recalled]:
        """Return notes and corrections that fit."""
        if not self._hands.any():
            return []
        found = self._hands.find(
            reading.asked,
            reading.meant.vector,
            reading.meant.near,
            postings=self._index.postings,
            messages=self._index.last_row,
            spread=heard.spread() if heard is not None else TYPICAL,
            weights=Weights.of(settings.recall),
            bound=near_bound(heard.pair_moments() if heard is not None else None),
            gated=look.gated,
            max_distance=look.max_distance,
        )
        return [
            Recalled(memory=self._memories.get(key), score=score, parts=parts)
            for key, score, parts in found
        ]

    def heard(self, reading: Reading, view: View) -> Heard | None:
        """Compare meanings; None while that cannot be done."""
        vectors, vector = self._index.vectors, reading.meant.vector
        if vector is None or vectors is None:
            return None
        return Heard(vectors.compare(vector, view))


def in_turns(lists: Sequence[Sequence[Recalled]]) -> list[Recalled]:
    """Take the best of each list in turn, what was taken before left out.

    Scores of different questions do not compare: by score, the question with more
    rare words would take all the room.
    """
    found: dict[str, Recalled] = {}
    for row in zip_longest(*lists):
        for item in row:
            if item is not None:
                found.setdefault(item.memory.id, item)
    return list(found.values())


def _excluded(look: Look) -> Slots:
    """Return the slots of what is never recalled, and of what is too old."""
    slots = look.view.slots(np.fromiter(set(look.excluded), np.int32))
    slots = slots[slots >= 0]
    return np.union1d(slots, look.old) if len(look.old) else slots
