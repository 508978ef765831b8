"""What comes to a bank's mind: a message is read, looked for, and what fits is told.

Owns: the order of a recall, which of its steps hold the bank's lock, and putting
together what messages and hand-written texts say, for one viewer.
Knows nothing of: prompts, hosts, how scores and vectors are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from ...config import RecallSettings, Settings
from ...config.memory import NO_LIMIT
from ...config.storage import SUMMARISE
from ...core.later import Later
from ...core.retrieval.all_of_one import READ, naming_one, telling_of_one
from ...core.retrieval.breadth import Subject
from ...core.retrieval.corpus import CorpusView
from ...core.retrieval.judging import Judged, Looked, SubQuery
from ...core.retrieval.note_ranking import RecallNote, rank_notes
from ...core.retrieval.picking import in_turns, is_too_short, picked
from ...core.retrieval.query import parse_query
from ...core.retrieval.questions import split_questions
from ...core.retrieval.ranking import CANDIDATES, rank
from ...core.retrieval.relevance import Clues
from ...core.retrieval.renewal import newer_ranked
from ...core.retrieval.signals import SIGNALS, Bearings, SignalSpec, weigh
from ...core.retrieval.similarity import Moments
from ...core.retrieval.vector_index import Comparison
from ...core.text.dates import nearest_tellable
from ...core.text.memorable import leans_back, question_in
from ...core.types import MemoryItem, Query, Recalled
from ...models.intent import load_intent_model
from ...models.relevance import load_relevance_model
from ..embedding.indexer import Indexer
from ..embedding.lateness import late
from ..records import ChatName, RecallResult
from ..state.bank_state import BankState
from ..state.policies import Sight, Viewer
from .heard import HeardMessage, kind_of
from .rerank import READ as RERANKED
from .rerank import GetReranker, reranked

Slots = NDArray[np.int32]
BearingsFor = Callable[[Viewer], Bearings | None]
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
class SearchOptions:
    """Where to look, and what to leave out.

    Attributes:
        excluded: Rows that are never recalled, muted ones among them.
        here: Rows that the host shows.
        withheld: Keys of what was written by hand and is not for this chat.
        max_distance: Cosine distance above which a memory is left out.
        old: Slots of messages that are too old.
        everything: Also what is no memory, for explaining.
        count: How many messages are looked at closely.
        bearings: Returns what messages tell that still holds; see `rank`.
    """

    view: CorpusView
    excluded: Sequence[int] = ()
    here: Sequence[int] = ()
    withheld: frozenset[str] = frozenset()
    max_distance: float = 2.0
    old: Slots = field(default_factory=lambda: NONE)
    everything: bool = False
    count: int = CANDIDATES
    bearings: Bearings | None = None


class Retriever:
    """Reads messages and looks for them in one bank; takes the bank's lock itself.

    Whoever calls another method than `recall`, `read` and `find` holds the lock.
    """

    def __init__(
        self,
        state: BankState,
        indexer: Indexer,
        reranker: GetReranker,
        signals: Sequence[SignalSpec] = SIGNALS,
        bearings: BearingsFor = lambda viewer: None,
    ) -> None:
        """Look in a bank.

        Args:
            state: The bank's.
            indexer: Embeds queries.
            reranker: Tells who reads what was found again, if anybody does.
            signals: By which messages are scored.
            bearings: Tells what messages tell that still holds for a chat.
        """
        self.state = state
        self.signals = signals
        self._indexer = indexer
        self._reranker = reranker
        self._bearings = bearings
        self._index = state.messages

    def recall(self, name: ChatName, query: Query) -> RecallResult:
        """Return what a message brings to mind in a chat."""
        viewer = self.viewer(name, query)
        heard = self.heard(query)
        found = self.nothing(viewer, query, heard)
        if found is None:
            found = self.find(viewer, query, self.embedded(heard))
        with self.state.lock:
            self.state.wake()
        return found

    def viewer(self, name: ChatName, query: Query) -> Viewer:
        """Say which chat asks, after taking over what others wrote."""
        with self.state.lock:
            return Viewer(self.state.row_of(name), name, query.recalls_from)

    def read(self, query: Query) -> list[SubQuery]:
        """Read a message, and embed it without holding the lock."""
        return self.embedded(self.heard(query))

    def heard(self, query: Query) -> HeardMessage:
        """Read a message, and find who embeds it, without holding the lock."""
        state = self.state
        with state.lock:
            users = set(self._index.user_names)
            characters = {state.scope.character, *self._index.character_names}
        texts = split_questions(query.text, query.before)
        asked = [
            parse_query(
                text,
                speaker=query.speaker,
                user_names=users,
                character_names=characters,
                now=nearest_tellable(query.asked_at or state.clock()).astimezone(),
            )
            for text in texts
        ]
        until = monotonic() + state.settings().embedding.wait_seconds
        return HeardMessage(texts, asked, self._indexer.voice_for(asked, query), until)

    def embedded(self, heard: HeardMessage) -> list[SubQuery]:
        """Embed what was read of a message, without holding the lock."""
        meant = self._indexer.meant(heard.asked, heard.voice)
        self.state.waited()
        if meant[0].vector is not None:
            # What was waited for a model is not waited for vectors as well.
            left = heard.until - monotonic()
            note = late(self._indexer, self._index, self.state.lock, left)
            meant = [one._replace(note=one.note or note) for one in meant]
        return [
            SubQuery(text=text, asked=one, meant=means)
            for text, one, means in zip(heard.texts, heard.asked, meant, strict=True)
        ]

    def nothing(
        self, viewer: Viewer, query: Query, heard: HeardMessage
    ) -> RecallResult | None:
        """Return what `find` would, where nothing is there that could be found.

        In a young chat all that was said stands in the prompt. Then nothing is
        embedded, which is most of the work, unless somebody asks what kind of message
        it is.

        Returns:
            None if something may be found.
        """
        settings = self.state.settings()
        limit = limit_of(query, settings)
        if limit <= 0:
            return None
        with self.state.lock:
            self.state.refresh()
            visible, now = self.rows(viewer, query), self.state.clock()
            look = self._where(viewer, visible, settings, now, limit)
            if self._notes(look) or not _all_is_excluded(look):
                return None
            serves = self._indexer.serves(heard.voice.model)
        voice = heard.voice.embedder if serves else None
        options = settings.recall
        return RecallResult(
            kind=Later(partial(kind_of, heard.texts, heard.asked, voice)),
            silent=query.gated and options.gate and not options.fill_budget,
            lexical_only=voice is None,
            note=heard.voice.note,
        )

    def find(
        self, viewer: Viewer, query: Query, read: Sequence[SubQuery]
    ) -> RecallResult:
        """Look for readings, and have the best read again if that is wanted.

        Args:
            viewer: The chat that asks.
            query: What is asked.
            read: The message, in one or in parts.
        """
        settings = self.state.settings()
        limit = limit_of(query, settings)
        reranker = self._reranker() if limit > 0 else None
        wide = query if reranker is None else replace(query, limit=max(limit, RERANKED))
        with self.state.lock:
            self.state.refresh()  # While it was embedded, others wrote, or failed to.
            found = self._found(wide, self.still(read), viewer, settings)
        found = replace(found, note=read[0].meant.note)
        if reranker is None:
            return found
        text, seconds = read[0].asked.text, settings.recall.rerank_seconds
        items, note = reranked(found.found, text, reranker, seconds=seconds)
        return replace(found, found=items[:limit], note=found.note or note)

    def still(self, read: Sequence[SubQuery]) -> list[SubQuery]:
        """Return readings by words alone if the models changed meanwhile."""
        return [replace(one, meant=self._indexer.still(one.meant)) for one in read]

    def rows(self, viewer: Viewer, query: Query) -> list[int]:
        """Return the rows of what the host shows."""
        return list(self.state.rows_shown(viewer.row, query.visible))

    def view(
        self,
        viewer: Viewer,
        settings: Settings,
        now: datetime,
        *,
        whatever_is_set: bool = False,
    ) -> CorpusView:
        """Return what may be recalled in a chat, or could if nothing were set."""
        sight = Sight() if whatever_is_set else self.state.policies.sight(viewer)
        return self._index.view(
            viewer.row,
            hidden=sight.hidden,
            now=now,
            idle=timedelta(seconds=settings.webui.idle_seconds),
        )

    def _found(
        self,
        query: Query,
        readings: Sequence[SubQuery],
        viewer: Viewer,
        settings: Settings,
    ) -> RecallResult:
        """Return what readings bring to mind, best first."""
        options = settings.recall
        limit = limit_of(query, settings)
        if limit <= 0:
            return RecallResult()
        now = self.state.clock()
        look = self.look(viewer, self.rows(viewer, query), settings, now, limit)
        view = look.view
        judged = [self.judged(one, look, settings) for one in readings]
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
        return RecallResult(
            found=told,
            places=places,
            before=self._before([item.memory for item in told], places, view),
            kind=first.intent.kind,
            needed=first.judgement.needed,
            silent=silent and not any(one.judgement.speaks for one in judged),
            lexical_only=first.looked.embedder is None,
        )

    def look(
        self,
        viewer: Viewer,
        visible: Sequence[int],
        settings: Settings,
        now: datetime,
        limit: int,
    ) -> SearchOptions:
        """Return where a recall looks, and what it leaves out; see `recall`."""
        look = self._where(viewer, visible, settings, now, limit)
        return replace(look, bearings=self._bearings(viewer))

    def _where(
        self,
        viewer: Viewer,
        visible: Sequence[int],
        settings: Settings,
        now: datetime,
        limit: int,
    ) -> SearchOptions:
        """Return the same without what messages tell that still holds."""
        view = self.view(viewer, settings, now)
        return SearchOptions(
            view=view,
            excluded=[*visible, *self.state.annotations.muted],
            here=visible,
            withheld=self.state.withheld.keys(viewer),
            max_distance=settings.recall.max_cosine_distance,
            old=self.too_old(view, settings, now),
            count=max(CANDIDATES, limit),
        )

    def _notes(self, look: SearchOptions) -> list[RecallNote]:
        """Return what was written by hand and may be recalled."""
        return [
            one
            for one in self.state.annotations.notes()
            if one.key not in look.withheld
        ]

    def _before(
        self, found: Sequence[MemoryItem], places: Mapping[str, int], view: CorpusView
    ) -> dict[str, MemoryItem]:
        """Return the questions that answers are not understood without."""
        lefts = {
            memory.id: int(view.left[places[memory.id]])
            for memory in found
            if memory.id in places and not memory.edited and leans_back(memory.content)
        }
        rows = sorted(set(lefts.values()) - {0})
        asked = dict(zip(rows, self.state.memories_of(rows), strict=True))
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
            old = old[np.isin(view.rows[old], self.state.summaries.chunked())]
        return old

    def looked(
        self, reading: SubQuery, look: SearchOptions, settings: Settings
    ) -> Looked:
        """Look for one reading in messages and in what a person wrote."""
        compared = self.compared(reading, look.view)
        signals = weigh(settings.recall, self.signals)
        ranked = rank(
            look.view,
            reading.asked,
            self._index.postings,
            compared,
            near=reading.meant.near,
            signals=signals,
            characters=self._index.characters(),
            excluded=_excluded(look),
            here=_slots(look.view, look.here),
            shares=self.state.emotions.shares,
            bearings=look.bearings,
            max_distance=look.max_distance,
            count=look.count,
        )
        noted = rank_notes(
            self._notes(look),
            reading.asked,
            reading.meant.vector,
            near=reading.meant.near,
            postings=self._index.postings,
            messages=self._index.last_row,
            spread=ranked.spread if compared is not None else TYPICAL,
            signals=signals,
            max_distance=look.max_distance,
        )
        clues = ranked.clues
        if noted.keys:
            clues = Clues.joined(clues, noted.clues)
        model = reading.meant.model if compared is not None else None
        return Looked(
            reading=reading,
            compared=compared,
            ranked=ranked,
            noted=noted,
            clues=clues,
            embedder=model.name if model is not None else None,
        )

    def judged(
        self, reading: SubQuery, look: SearchOptions, settings: Settings
    ) -> Judged:
        """Look for one reading, and say how likely the candidates are to help."""
        looked = self.looked(reading, look, settings)
        return looked.judged(load_intent_model(), load_relevance_model())

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
            zip(hits, self.state.memories_of([hit.row for hit in hits]), strict=True)
        )
        compared = looked.compared
        cut = compared.cut(looked.ranked.rows) if compared is not None else None
        chances = judged.judgement.chances[order].tolist()
        found: list[Recalled] = []
        slots: dict[str, int] = {}
        for place, chance in zip(order.tolist(), chances, strict=True):
            if place < count:
                hit, memory = next(said)
                near: tuple[float, ...] = ()
                if compared is not None and cut is not None and cut[place]:
                    near = tuple(compared.parts(hit.row))
                found.append(Recalled(memory, hit.score, hit.parts, chance, near))
                slots[memory.id] = int(view.slot_of[hit.row])
            else:
                memory = self.state.memory(looked.noted.keys[place - count])
                parts = looked.noted.parts[place - count]
                score = float(looked.noted.clues.score[place - count])
                found.append(Recalled(memory, score, parts, chance))
        return found, slots

    def compared(self, reading: SubQuery, view: CorpusView) -> Comparison | None:
        """Compare meanings; None while that cannot be done."""
        vectors, vector = self._index.vectors, reading.meant.vector
        if vector is None or vectors is None:
            return None
        return vectors.compare(vector, view)


def limit_of(query: Query, settings: Settings) -> int:
    """Return how many memories a query may bring to mind."""
    limit = settings.recall.num_memories_to_fetch
    if query.limit is not None:
        return query.limit
    return CANDIDATES if limit == NO_LIMIT else limit


def _fits(item: Recalled, query: Query, options: RecallSettings) -> bool:
    """Say whether a memory may be told."""
    memory = item.memory
    return memory.id not in query.visible and not is_too_short(memory, options)


def _excluded(look: SearchOptions) -> Slots:
    """Return the slots of what is never recalled, or no memory, or too old."""
    nothing = NONE if look.everything else look.view.no_memories
    return np.concatenate([_slots(look.view, look.excluded), nothing, look.old])


def _all_is_excluded(look: SearchOptions) -> bool:
    """Say whether no message is left that could be recalled."""
    left = np.ones(len(look.view), np.bool_)
    left[_excluded(look)] = False
    return not left.any()


def _slots(view: CorpusView, rows: Iterable[int]) -> Slots:
    """Return the slots of those rows that are in view."""
    slots = view.slots(np.fromiter(set(rows), np.int32))
    return slots[slots >= 0]
