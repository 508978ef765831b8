"""The second act of a turn: what a message brings to mind.

Owns: putting together what messages and hand-written texts say, for one viewer.
Knows nothing of: prompts, hosts, how vectors are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ..config import RetentionSettings, Settings
from ..config.retention import SUMMARISE
from ..core.asking import Asked
from ..core.ranking import Likeness, Weights, rank
from ..core.signals import Moments, Scores, moments
from ..core.types import Query, Recalled
from ..core.view import View
from ..core.words import Near
from .hands import Hands
from .index import Index
from .memories import Memories

Slots = NDArray[np.int32]

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


def recall(
    index: Index,
    hands: Hands,
    memories: Memories,
    query: Query,
    asked: Asked,
    vector: NDArray[np.float32] | None,
    near: Mapping[int, Near],
    *,
    chat: int | None,
    visible: Sequence[int],
    chunked: Callable[[], Slots],
    settings: Settings,
    now: datetime,
) -> Recall:
    """Return what a message brings to mind; the bank's lock is held.

    Args:
        index: The bank's arrays.
        hands: What was written by hand.
        memories: Shows rows as memories.
        query: What is asked.
        asked: The same as ranking reads it.
        vector: The query's vector; None compares words only.
        near: The near words of its own; none while there is no vector.
        chat: The row of the chat that is speaking; None if it is not stored.
        visible: Message rows that the host will send anyway.
        chunked: Tells the message rows that a summary tells.
        settings: Weights and limits.
        now: The present.
    """
    options = settings.recall
    limit = options.num_memories_to_fetch if query.limit is None else query.limit
    if limit <= 0:
        return Recall()
    view = index.view(
        chat,
        other_chats=options.other_chats,
        now=now,
        idle=timedelta(seconds=settings.webui.idle_seconds),
    )
    heard = _heard(index, view, vector)
    hits = rank(
        view,
        asked,
        index.postings,
        heard,
        near=near,
        weights=Weights.of(options),
        characters=index.characters(),
        limit=limit * (SPARE if options.min_message_length else 1),
        excluded=np.union1d(
            _excluded(view, visible, hands),
            _too_old(view, settings.retention, now, chunked),
        ),
        gated=query.gated and options.gate,
        max_distance=options.max_cosine_distance,
    )
    said = [
        Recalled(memory=memory, score=hit.score, parts=hit.parts)
        for hit, memory in zip(
            hits, memories.of_rows([hit.row for hit in hits]), strict=True
        )
    ]
    long_enough = [
        item for item in said if len(item.memory.content) >= options.min_message_length
    ]
    written = _written(
        hands,
        memories,
        asked,
        vector,
        near,
        heard,
        index,
        query=query,
        settings=settings,
    )
    found = sorted([*long_enough, *written], key=lambda item: -item.score)
    places = {
        item.memory.id: int(view.slot_of[hit.row])
        for hit, item in zip(hits, said, strict=True)
    }
    return Recall(found=found[:limit], places=places, lexical_only=heard is None)


def _heard(
    index: Index, view: View, vector: NDArray[np.float32] | None
) -> Heard | None:
    if vector is None or index.vectors is None:
        return None
    return Heard(index.vectors.compare(vector, view))


def _excluded(view: View, visible: Sequence[int], hands: Hands) -> Slots:
    """Return the slots of what is visible anyway or was silenced by hand."""
    rows = np.fromiter({*visible, *hands.muted}, np.int32)
    slots = view.slots(rows)
    return slots[slots >= 0]


def _too_old(
    view: View, options: RetentionSettings, now: datetime, chunked: Callable[[], Slots]
) -> Slots:
    """Return the slots of what is too old to be recalled.

    A message whose time is unknown is not known to be old.
    """
    if not options.retention_days:
        return np.empty(0, np.int32)
    cutoff = (now - timedelta(days=options.retention_days)).timestamp()
    old = np.flatnonzero(view.said_at < cutoff).astype(np.int32)
    if options.retention_action == SUMMARISE:
        old = old[np.isin(view.rows[old], chunked())]
    return old


def _written(
    hands: Hands,
    memories: Memories,
    asked: Asked,
    vector: NDArray[np.float32] | None,
    near: Mapping[int, Near],
    heard: Heard | None,
    index: Index,
    *,
    query: Query,
    settings: Settings,
) -> list[Recalled]:
    """Recall notes and corrections."""
    if not hands.any():
        return []
    found = hands.find(
        asked,
        vector,
        near,
        postings=index.postings,
        messages=index.last_row,
        spread=heard.spread() if heard is not None else TYPICAL,
        weights=Weights.of(settings.recall),
        gated=query.gated and settings.recall.gate,
        max_distance=settings.recall.max_cosine_distance,
    )
    return [
        Recalled(memory=memories.get(key), score=score, parts=parts)
        for key, score, parts in found
        if key not in query.visible
    ]
