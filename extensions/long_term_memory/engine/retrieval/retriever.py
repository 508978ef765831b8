"""What comes to a bank's mind: a message is read, looked for, and explained.

Owns: the order of a recall, and which of its steps hold the bank's lock.
Knows nothing of: prompts, hosts, how scores are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import RLock
from time import monotonic

from ...config import Settings
from ...core.retrieval.query import ask
from ...core.retrieval.questions import readings
from ...core.types import Context, Explanation, Query, Scope
from ...storage.protocols import BankStore
from ..embedding.indexer import Indexer
from ..embedding.lateness import late
from ..faults import Clock
from ..memories import Memories
from ..state.annotations import AnnotationIndex
from ..state.messages import Index
from ..state.policies import PolicyDirectory, Viewer
from .explain import Asking, explain
from .judging import SubQuery
from .rerank import READ, GetReranker, reranked
from .search import Recall, Searcher, Slots, limit_of


class Retriever:
    """Reads messages and looks for them in one bank; takes the bank's lock itself."""

    def __init__(
        self,
        scope: Scope,
        store: BankStore,
        lock: RLock,
        settings: Callable[[], Settings],
        clock: Clock,
        *,
        index: Index,
        hands: AnnotationIndex,
        memories: Memories,
        policies: PolicyDirectory,
        withheld: Callable[[Viewer], frozenset[str]],
        upkeep: Indexer,
        chunked: Callable[[], Slots],
        reranker: GetReranker,
    ) -> None:
        """Take the bank's own parts; all are used under its lock."""
        self._scope = scope
        self._store = store
        self._lock = lock
        self._settings = settings
        self._clock = clock
        self._index = index
        self._upkeep = upkeep
        self._reranker = reranker
        self._searcher = Searcher(index, hands, memories, policies, withheld, chunked)

    def recall(self, viewer: Viewer, query: Query) -> Recall:
        """Return what a message brings to mind in a chat.

        Args:
            viewer: The chat.
            query: What is asked.
        """
        return self._recalled(viewer, query, self._read(query))

    def _recalled(self, viewer: Viewer, query: Query, read: list[SubQuery]) -> Recall:
        """Look for readings, and have the best read again if that is wanted."""
        settings = self._settings()
        limit = limit_of(query, settings)
        reranker = self._reranker() if limit > 0 else None
        wide = query if reranker is None else replace(query, limit=max(limit, READ))
        with self._lock:
            read = self._still(read)
            now = self._clock()
            found = self._searcher.recall(
                wide,
                read,
                viewer,
                self._rows(query),
                settings,
                now,
            )
        found = replace(found, note=read[0].meant.note)
        if reranker is None:
            return found
        text, seconds = read[0].asked.text, settings.recall.rerank_seconds
        found = reranked(found, text, reranker, seconds=seconds)
        return replace(found, found=found.found[:limit])

    def explain(
        self, viewer: Viewer, query: Query, context: Context | None
    ) -> Explanation:
        """Say how a message is read, and what becomes of every candidate.

        Args:
            viewer: The chat.
            query: What is asked.
            context: What was composed for it, if anything was.
        """
        read = self._read(query)
        recall = self._recalled(viewer, query, read)
        with self._lock:
            read = self._still(read)
            asking = Asking(
                query=query,
                readings=read,
                viewer=viewer,
                settings=self._settings(),
                now=self._clock(),
                here=self._rows(query),
                context=context,
            )
            return explain(self._searcher, self._index, asking, recall)

    def _rows(self, query: Query) -> list[int]:
        """Return the rows of what the host shows."""
        return list(self._store.messages.rows_of(sorted(query.visible)).values())

    def _read(self, query: Query) -> list[SubQuery]:
        """Read a message, and embed it without holding the lock."""
        with self._lock:
            users = set(self._index.user_names)
            characters = {self._scope.character, *self._index.character_names}
        texts = readings(query.text, query.before)
        asked = [
            ask(
                text,
                speaker=query.speaker,
                user_names=users,
                character_names=characters,
                now=(query.asked_at or self._clock()).astimezone(),
            )
            for text in texts
        ]
        until = monotonic() + self._settings().embedding.wait_seconds
        meant = self._upkeep.meant(asked, query)
        if meant[0].vector is not None:
            # What was waited for a model is not waited for vectors as well.
            note = late(self._upkeep, self._index, self._lock, until - monotonic())
            meant = [one._replace(note=one.note or note) for one in meant]
        return [
            SubQuery(text=text, asked=one, meant=means)
            for text, one, means in zip(texts, asked, meant, strict=True)
        ]

    def _still(self, read: list[SubQuery]) -> list[SubQuery]:
        """Return readings by words alone if the models changed meanwhile."""
        return [replace(one, meant=self._upkeep.still(one.meant)) for one in read]
