"""The second act of a turn: what a message brings to mind.

Owns: putting together what messages and hand-written texts say, for one viewer.
Knows nothing of: prompts, hosts, how vectors are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...config import RecallSettings, Settings
from ...config.memory import NO_LIMIT
from ...config.storage import SUMMARISE
from ...core.retrieval.breadth import Subject
from ...core.retrieval.corpus import CorpusView
from ...core.retrieval.ranking import CANDIDATES, Weights, rank
from ...core.retrieval.relevance import Clues, Judgement, stands
from ...core.retrieval.selection import bounds_of, chosen, cost_of
from ...core.retrieval.signals import Moments
from ...core.text.memorable import leans_back, question_in
from ...core.types import Memory, MemoryKind, Query, Recalled
from ..state.bank_state import BankState
from .breadth import READ, naming_one, telling_of_one
from .judging import Heard, Judged, Looked, SubQuery, Unread
from .renewal import newer_ranked

Slots = NDArray[np.int32]
NONE: Slots = np.empty(0, np.int32)

# Where messages may be too short to be recalled, so many times more are looked at.
SPARE = 4

# So many candidates are read from the store at once, until what is left is too unlikely
# to be told: hundreds could be, a dozen is. What is compared with each other is
# among the first.
LOT = 32

# How cosines spread where there is nothing to measure: MiniLM over chat messages.
TYPICAL = Moments(0.08, 0.11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What was found, best first.

    Attributes:
        places: By memory id, a number that rises along the chats.
        intent: What kind of message it is; empty if nothing was looked for.
        needed: The chance that anything told helps; of several readings, the highest.
        silent: That was too low to tell anything.
        before: By memory id, what it answers and is not understood without.
        scene: Ids of what belongs together, also if the head block tells some of it.
        lexical_only: Only words were compared, for there is no embedder yet.
        note: One line for the user if something was amiss.
    """

    found: list[Recalled] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    intent: str = ""
    needed: float = 0.0
    silent: bool = False
    before: dict[str, Memory] = field(default_factory=dict)
    scene: frozenset[str] = frozenset()
    lexical_only: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Where to look, and what to leave out.

    Attributes:
        excluded: Rows that are never recalled, muted ones among them.
        here: Rows that the host shows.
        max_distance: Cosine distance above which a memory is left out.
        old: Slots of messages that are too old.
        everything: Also what is no memory, for explaining.
        count: How many messages are looked at closely.
    """

    view: CorpusView
    excluded: Sequence[int] = ()
    here: Sequence[int] = ()
    max_distance: float = 2.0
    old: Slots = field(default_factory=lambda: NONE)
    everything: bool = False
    count: int = CANDIDATES


class Searcher:
    """Looks for readings in what a bank holds in memory; the bank's lock is held."""

    def __init__(self, state: BankState) -> None:
        """Look in a bank."""
        self._state = state
        self._index = state.messages
        self._hands = state.annotations

    def view(self, chat: int | None, settings: Settings, now: datetime) -> CorpusView:
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
        readings: Sequence[SubQuery],
        view: CorpusView,
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
        limit = limit_of(query, settings)
        if limit <= 0:
            return Recall()
        look = self.look(view, visible, settings, now, limit)
        judged = [self.looked(one, look, settings).judged() for one in readings]
        silent = query.gated and options.gate and not options.fill_budget
        picks = query.gated and not (query.by_rank or options.fill_budget)
        lists: list[list[Recalled]] = []
        places: dict[str, int] = {}
        for one in judged:
            if silent and not one.judgement.speaks:
                continue
            if not query.gated:
                one = one.wanted()
            if picks and one.looked.reading.asked.all_of is not None:
                found, slots = self.whole(one, view, query, options)
            elif picks:
                found, slots = self.likely(one, view, query, options)
            else:
                found, slots = self.best(one, view, query, options, limit)
            lists.append(found)
            places |= slots
        first = max(judged, key=lambda one: one.judgement.needed)
        told = in_turns(lists)[:limit]
        return Recall(
            found=told,
            places=places,
            before=self._before([item.memory for item in told], places, view),
            intent=first.intent.kind,
            needed=first.judgement.needed,
            silent=silent and not any(one.judgement.speaks for one in judged),
            lexical_only=first.looked.embedder is None,
        )

    def look(
        self,
        view: CorpusView,
        visible: Sequence[int],
        settings: Settings,
        now: datetime,
        limit: int,
    ) -> SearchOptions:
        """Return where a recall looks, and what it leaves out; see `recall`."""
        return SearchOptions(
            view=view,
            excluded=[*visible, *self._hands.muted],
            here=visible,
            max_distance=settings.recall.max_cosine_distance,
            old=self.too_old(view, settings, now),
            count=max(CANDIDATES, limit),
        )

    def _before(
        self, found: Sequence[Memory], places: Mapping[str, int], view: CorpusView
    ) -> dict[str, Memory]:
        """Return the questions that answers are not understood without."""
        lefts = {
            memory.id: int(view.left[places[memory.id]])
            for memory in found
            if memory.id in places and not memory.edited and leans_back(memory.content)
        }
        rows = sorted(set(lefts.values()) - {0})
        asked = dict(zip(rows, self._state.memories_of(rows), strict=True))
        pairs = ((one, asked.get(lefts.get(one.id, 0))) for one in found)
        return {
            one.id: left._replace(content=question)
            for one, left in pairs
            if left is not None
            and not left.deleted
            and (left.role, left.name) != (one.role, one.name)
            and (question := question_in(left.content))
        }

    def likely(
        self, judged: Judged, view: CorpusView, query: Query, options: RecallSettings
    ) -> tuple[list[Recalled], dict[str, int]]:
        """Return what of a reading is likely enough to help, and where messages stand.

        The same as if all candidates were read.
        """
        # Which texts are too short is only known of those that were read.
        all_read = options.min_message_length > 0
        order = judged.likely(query.visible, cut=not all_read)
        read = len(order) if all_read else LOT
        found, slots = self.told(judged, view, order[:read])
        found = [item for item in found if _fits(item, query, options)]
        stood = {item.memory.id: place for place, item in enumerate(found)}
        ranked = self.renewed(found, judged.looked.reading, slots, view)
        judgement = judged.judgement
        picks = picked(ranked, judgement, stood, judged.best_of(order[read:]))
        while picks.open and read < len(order):
            more, where = self.told(judged, view, order[read : 2 * read])
            stood |= {item.memory.id: read + place for place, item in enumerate(more)}
            read, ranked, slots = 2 * read, [*ranked, *more], slots | where
            picks = picked(ranked, judgement, stood, judged.best_of(order[read:]))
        return picks.found, slots

    def whole(
        self, judged: Judged, view: CorpusView, query: Query, options: RecallSettings
    ) -> tuple[list[Recalled], dict[str, int]]:
        """Return all that tells of the one that a reading asks to be told all of."""
        reading = judged.looked.reading
        read, slots = self.told(judged, view, judged.order()[:READ])
        read = [item for item in read if _fits(item, query, options)]
        if reading.asked.all_of is not Subject.NAMED:
            needed = judged.judgement.needed
            found = telling_of_one(read, reading.asked, slots, view, needed)
            return self.renewed(found, reading, slots, view), slots
        found, where = self.likely(judged, view, query, options)
        named = naming_one(read, reading.text, slots)
        return in_turns([[*found, *named]]), slots | where

    def best(
        self,
        judged: Judged,
        view: CorpusView,
        query: Query,
        options: RecallSettings,
        limit: int,
    ) -> tuple[list[Recalled], dict[str, int]]:
        """Return the best candidates of a reading, however likely they are to help."""
        filled = options.fill_budget
        spare = SPARE if options.min_message_length else 1
        order = judged.order(filled=filled)[: limit * spare]
        found, slots = self.told(judged, view, order)
        found = [item for item in found if _fits(item, query, options)]
        if not filled:
            found = self.renewed(found, judged.looked.reading, slots, view)
        return found, slots

    def renewed(
        self,
        ranked: Sequence[Recalled],
        reading: SubQuery,
        slots: Mapping[str, int],
        view: CorpusView,
    ) -> list[Recalled]:
        """Return candidates of a reading with the newer before the older.

        Who names a day, or the first time, asks for what was said then.
        """
        if reading.asked.calls:
            return list(ranked)
        vectors = self._index.vectors
        return newer_ranked(ranked, reading.asked.text, slots, view, vectors)

    def too_old(self, view: CorpusView, settings: Settings, now: datetime) -> Slots:
        """Return the slots of what is too old to be recalled.

        A message whose time is unknown is not known to be old.
        """
        options = settings.retention
        if not options.retention_days:
            return NONE
        cutoff = (now - timedelta(days=options.retention_days)).timestamp()
        old = np.flatnonzero(view.said_at < cutoff).astype(np.int32)
        if options.retention_action == SUMMARISE:
            old = old[np.isin(view.rows[old], self._state.summaries.chunked())]
        return old

    def looked(
        self, reading: SubQuery, look: SearchOptions, settings: Settings
    ) -> Looked:
        """Look for one reading in messages and in what a person wrote."""
        heard = self.heard(reading, look.view)
        ranked = rank(
            look.view,
            reading.asked,
            self._index.postings,
            heard,
            near=reading.meant.near,
            weights=Weights.of(settings.recall),
            characters=self._index.characters(),
            excluded=_excluded(look),
            here=_slots(look.view, look.here),
            max_distance=look.max_distance,
            count=look.count,
        )
        noted = self._hands.find(
            reading.asked,
            reading.meant.vector,
            reading.meant.near,
            postings=self._index.postings,
            messages=self._index.last_row,
            spread=ranked.spread if heard is not None else TYPICAL,
            weights=Weights.of(settings.recall),
            max_distance=look.max_distance,
        )
        clues = ranked.clues
        if noted.keys:
            clues = Clues.joined(clues, noted.clues)
        model = reading.meant.model if heard is not None else None
        return Looked(
            reading=reading,
            heard=heard,
            ranked=ranked,
            noted=noted,
            clues=clues,
            embedder=model.name if model is not None else None,
        )

    def told(
        self, judged: Judged, view: CorpusView, order: Slots
    ) -> tuple[list[Recalled], dict[str, int]]:
        """Read some candidates; also return the slots of messages among them.

        Args:
            judged: What was found for a reading.
            view: What may be recalled.
            order: Their places among all candidates.
        """
        looked = judged.looked
        count = len(looked.ranked.rows)
        hits = looked.ranked.hits(order[order < count].tolist())
        said = iter(
            zip(hits, self._state.memories_of([hit.row for hit in hits]), strict=True)
        )
        cut = looked.heard.cut(looked.ranked.rows) if looked.heard else None
        chances = judged.judgement.chances[order].tolist()
        found: list[Recalled] = []
        slots: dict[str, int] = {}
        for place, chance in zip(order.tolist(), chances, strict=True):
            if place < count:
                hit, memory = next(said)
                near: tuple[float, ...] = ()
                if looked.heard is not None and cut is not None and cut[place]:
                    near = tuple(looked.heard.parts(hit.row))
                found.append(Recalled(memory, hit.score, hit.parts, chance, near))
                slots[memory.id] = int(view.slot_of[hit.row])
            else:
                memory = self._state.memory(looked.noted.keys[place - count])
                parts = looked.noted.parts[place - count]
                score = float(looked.noted.clues.score[place - count])
                found.append(Recalled(memory, score, parts, chance))
        return found, slots

    def heard(self, reading: SubQuery, view: CorpusView) -> Heard | None:
        """Compare meanings; None while that cannot be done."""
        vectors, vector = self._index.vectors, reading.meant.vector
        if vector is None or vectors is None:
            return None
        return Heard(vectors.compare(vector, view))


def limit_of(query: Query, settings: Settings) -> int:
    """Return how many memories a query may bring to mind."""
    limit = settings.recall.num_memories_to_fetch
    if query.limit is not None:
        return query.limit
    return CANDIDATES if limit == NO_LIMIT else limit


class Picks(NamedTuple):
    """Which candidates are told; `open` if of the unread ones some might be, too."""

    found: list[Recalled]
    open: bool


def picked(
    found: Sequence[Recalled],
    judgement: Judgement,
    places: Mapping[str, int],
    unread: Unread | None = None,
) -> Picks:
    """Return those that are likely enough to help.

    Args:
        found: Best first, the newer before the older.
        judgement: What is thought of the message.
        places: By memory id, where it stood by itself.
        unread: What those could be at best that follow but were not read.
    """
    needed = max(judgement.needed, 1e-6)
    stood = [places[item.memory.id] for item in found]
    helps = _carried([(item.chance or 0.0) / needed for item in found], stood)
    score = _carried([item.score for item in found], stood)
    standing = stands(np.array(helps, np.float32), np.array(score, np.float32)).tolist()
    costs = [cost_of(item.memory.content) for item in found]
    if unread is not None:
        helps, costs = [*helps, unread.helps], [*costs, 0.0]
        standing.append(unread.standing)
    told = chosen(
        helps,
        costs,
        bounds_of(judgement.foreign),
        standing=standing,
        among=len(judgement.helps),
    )
    kept = [found[place] for place in told if place < len(found)]
    return Picks(kept, len(kept) < len(told))


def _carried(values: Sequence[float], stood: Sequence[int]) -> list[float]:
    """Give what replaces another, and so stands before it, at least the other's value.

    Args:
        values: Of memories in the order in which they stand now.
        stood: Where each stood before.
    """
    after = [*accumulate(reversed(values), max)][::-1]
    first = [*accumulate(reversed(stood), min)][::-1]
    return [
        other if place > least else value
        for value, other, place, least in zip(values, after, stood, first, strict=True)
    ]


def is_too_short(memory: Memory, options: RecallSettings) -> bool:
    """Say whether a memory is too short to be told: what a person wrote never is."""
    said = memory.kind is MemoryKind.TURN and not memory.edited
    return said and len(memory.content) < options.min_message_length


def _fits(item: Recalled, query: Query, options: RecallSettings) -> bool:
    """Say whether a memory may be told."""
    memory = item.memory
    return memory.id not in query.visible and not is_too_short(memory, options)


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


def _excluded(look: SearchOptions) -> Slots:
    """Return the slots of what is never recalled, or no memory, or too old."""
    nothing = NONE if look.everything else look.view.no_memories
    return np.concatenate([_slots(look.view, look.excluded), nothing, look.old])


def _slots(view: CorpusView, rows: Iterable[int]) -> Slots:
    """Return the slots of those rows that are in view."""
    slots = view.slots(np.fromiter(set(rows), np.int32))
    return slots[slots >= 0]
