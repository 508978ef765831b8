"""What comes to a bank's mind: a message is read, looked for, and explained.

Owns: the order of a recall, and which of its steps hold the bank's lock.
Knows nothing of: prompts, hosts, how scores are made.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from ...core.retrieval.judging import SubQuery
from ...core.retrieval.query import ask
from ...core.retrieval.questions import readings
from ...core.types import Context, Explanation, Query
from ..embedding.indexer import Indexer
from ..embedding.lateness import late
from ..records import ChatName
from ..state.bank_state import BankState
from ..state.policies import Viewer
from .explain import Asking, explain
from .rerank import READ, GetReranker, reranked
from .search import Recall, Searcher, limit_of


class Retriever:
    """Reads messages and looks for them in one bank; takes the bank's lock itself."""

    def __init__(
        self, state: BankState, indexer: Indexer, reranker: GetReranker
    ) -> None:
        """Look in a bank.

        Args:
            state: The bank's.
            indexer: Embeds queries.
            reranker: Tells who reads what was found again, if anybody does.
        """
        self._state = state
        self._lock = state.lock
        self._settings = state.settings
        self._clock = state.clock
        self._index = state.messages
        self._indexer = indexer
        self._reranker = reranker
        self._searcher = Searcher(state)

    def recall(self, name: ChatName, query: Query) -> Recall:
        """Return what a message brings to mind in a chat."""
        viewer = self._viewer(name, query)
        found = self._recalled(viewer, query, self._read(query))
        with self._lock:
            self._state.wake()
        return found

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
        self, name: ChatName, query: Query, context: Context | None
    ) -> Explanation:
        """Say how a message is read, and what becomes of every candidate.

        Args:
            name: The chat's.
            query: What is asked.
            context: What was composed for it, if anything was.
        """
        viewer = self._viewer(name, query)
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

    def _viewer(self, name: ChatName, query: Query) -> Viewer:
        with self._lock:
            return Viewer(self._state.row_of(name), name, query.recalls_from)

    def _rows(self, query: Query) -> list[int]:
        """Return the rows of what the host shows."""
        return list(self._state.store.messages.rows_of(sorted(query.visible)).values())

    def _read(self, query: Query) -> list[SubQuery]:
        """Read a message, and embed it without holding the lock."""
        with self._lock:
            users = set(self._index.user_names)
            characters = {self._state.scope.character, *self._index.character_names}
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
        meant = self._indexer.meant(asked, query)
        if meant[0].vector is not None:
            # What was waited for a model is not waited for vectors as well.
            note = late(self._indexer, self._index, self._lock, until - monotonic())
            meant = [one._replace(note=one.note or note) for one in meant]
        return [
            SubQuery(text=text, asked=one, meant=means)
            for text, one, means in zip(texts, asked, meant, strict=True)
        ]

    def _still(self, read: list[SubQuery]) -> list[SubQuery]:
        """Return readings by words alone if the models changed meanwhile."""
        return [replace(one, meant=self._indexer.still(one.meant)) for one in read]
