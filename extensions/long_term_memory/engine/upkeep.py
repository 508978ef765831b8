"""Keep a bank's derived data up to date: what is due, by which model, and when.

Owns: the embedder of a bank, its backlog, and what a query means to that embedder.
Knows nothing of: chats as users see them, ranking, how vectors are stored.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from ..config import Settings
from ..core.asking import Asked
from ..core.types import Query
from ..errors import EmbeddingError
from ..models.embedder import Embedder, LazyEmbedder
from ..stores.base import (
    BankStore,
)
from ..stores.records import (
    ModelInfo,
)
from .chats import ChatBook
from .derive import Backlog, Worker, model_info
from .embed import embed_due
from .hands import Hands
from .index import Index
from .summarise import Summaries
from .words import Meant, Words

LOADING = "The embedding model is still loading; only words are compared."


class Upkeep:
    """What a bank derives of its log in the background."""

    def __init__(
        self,
        store: BankStore,
        lock: RLock,
        settings: Callable[[], Settings],
        *,
        index: Index,
        hands: Hands,
        book: ChatBook,
        names: Callable[[], list[str]],
    ) -> None:
        """Look after the bank's own parts; all are used under its lock."""
        self._store = store
        self._lock = lock
        self._settings = settings
        self._index = index
        self._hands = hands
        self._book = book
        self._names = names
        self._words = Words(
            store, lock, wanted=lambda: bool(settings().recall.near_words_weight)
        )
        self._backlog = Backlog()
        self._embedder: LazyEmbedder | None = None
        self._worker: Worker | None = None
        self._model: ModelInfo | None = None

    def use(self, embedder: LazyEmbedder, worker: Worker) -> None:
        """Take an embedder and a worker; vectors are of that model from now on."""
        with self._lock:
            self._embedder = embedder
            self._worker = worker
            self._model = None
            self._index.detach()
            self._backlog.clear()

    def follow(self, chat: int, keep: int = 0) -> None:
        """Ask for the vectors of a chat's path from `keep` on."""
        self._backlog.add(self._index.due(chat, keep))

    def due(self) -> int:
        """Count the texts that wait for a vector; 0 until the embedder is there."""
        return len(self._backlog) + len(self._hands.due())

    def derive(self, embedder: Embedder, count: int, summaries: Summaries) -> int:
        """Embed up to `count` due texts; return how many are still due."""
        self._attach(embedder)
        with self._lock:
            names = self._names()
        embed_due(
            self._store, self._lock, self._index, self._backlog, names, embedder, count
        )
        self._hands.embed(embedder, names)
        return (
            self.due()
            or self._words.learn(self._index.last_row, names, embedder)
            or summaries.work(embedder)
        )

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until everything observed has its vectors; return whether it has."""
        return self._worker is None or self._worker.settle(timeout_seconds)

    def waiting(self) -> bool:
        """Return whether there is something to derive."""
        due = len(self._backlog) or self._hands.due() or self._model is None
        return bool(due or self._words.due(self._index.last_row))

    def meant(self, asked: Asked, query: Query) -> Meant:
        """Embed a query; while there is no embedder, words must do, and it says so."""
        if self._embedder is None or not asked.text.strip() or query.limit == 0:
            return Meant()
        try:
            embedder = self._embedder.ready(self._settings().embedding.wait_seconds)
            if embedder is None:
                return Meant(note=LOADING)
            self._attach(embedder)
            return self._words.embed_query(asked.text, asked.words, embedder)
        except EmbeddingError as error:
            return Meant(note=f"Only words are compared: {error}")

    def _attach(self, embedder: Embedder) -> None:
        """Bring the model's vectors into memory, once."""
        model = model_info(embedder)
        with self._lock:
            if self._model == model:
                return
            self._index.attach(self._store, model)
            self._words.attach(model.dimension)
            self._model = model
            for chat in self._book:
                self.follow(chat.row)
