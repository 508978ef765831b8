"""Keep a bank's derived data up to date: what is due, by which model, and when.

Owns: the embedders of a bank, and what a query means to the one that serves.
Knows nothing of: chats as users see them, ranking, how vectors are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import RLock
from typing import NamedTuple

from ...config import Settings
from ...core.records import ModelInfo
from ...core.retrieval.judging import QueryEmbedding
from ...core.retrieval.query import ParsedQuery
from ...core.types import Query
from ...errors import EmbeddingError, EmbeddingMismatch
from ...models.embedder import Embedder, LazyEmbedder
from ...storage.protocols import BankStore
from ..state.annotations import AnnotationIndex
from ..state.chats import ChatDirectory
from ..state.messages import Index
from ..state.vector_models import Lanes
from ..state.vectors import ModelIndex
from ..state.vocabulary import VocabularyIndex
from ..summarization.summaries import Summaries
from ..worker import LOADING_SECONDS, Worker, model_info
from .embedders import Embedders
from .status import EmbeddingState, ModelPhase, Throughput, differences

BY_WORDS = "Only words are compared"
LOADING = "The embedding model is still loading; only words are compared."
NOTES_AT_ONCE = 4
"""So many texts by hand are embedded in a turn, each in some milliseconds."""
OUTVOTED = (
    "Another program changed the embedding model of this memory. Name the same "
    "embedding_model in both."
)


class Voice(NamedTuple):
    """Who speaks for the vectors that serve: an embedder, or why there is none."""

    embedder: Embedder | None
    note: str = ""


class Indexer:
    """What a bank derives of its log in the background."""

    def __init__(
        self,
        store: BankStore,
        lock: RLock,
        settings: Callable[[], Settings],
        *,
        index: Index,
        hands: AnnotationIndex,
        book: ChatDirectory,
        names: Callable[[], list[str]],
        wake: Callable[[], None],
    ) -> None:
        """Look after the bank's own parts; all are used under its lock.

        `wake` says that there may be something to derive.
        """
        self._store = store
        self._lock = lock
        self._settings = settings
        self._index = index
        self._hands = hands
        self._book = book
        self._names = names
        self._wake = wake
        self._words = VocabularyIndex(
            store, lock, wanted=lambda: bool(settings().recall.near_words_weight)
        )
        self._lanes = Lanes(store)
        self._pace = Throughput()
        self._embedders: Embedders | None = None
        self._former: LazyEmbedder | None = None
        self._worker: Worker | None = None

    def use(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker; vectors are of the wanted one as soon as can be.

        Until those are whole, the former ones serve.
        """
        with self._lock:
            self._lanes.abandon()
            self._embedders = embedders
            self._worker = worker
            noted = self._lanes.recorded()
            # Held on to, for if it is loaded it need not be loaded again.
            self._former = embedders.named(noted.source) if noted is not None else None

    def follow(self, chat: int, keep: int = 0) -> None:
        """Ask for the vectors of a chat's path from `keep` on."""
        for lane in (self._lanes.serving, self._lanes.coming):
            if lane is not None:
                lane.backlog.add(self._index.due(lane.search, chat, keep))

    def read(self) -> None:
        """Take over the vectors that another program stored."""
        if not self._lanes.read():
            self._serve()

    def embedded(self) -> int:
        """Count the messages with a vector, in memory or still on the disk."""
        known = self._lanes.serving is not None
        return self._index.embedded() if known else self._lanes.stored(self._index)

    def due(self) -> int:
        """Count the texts that wait for a vector; 0 until the embedder is there."""
        coming = self._lanes.coming
        later = 0 if coming is None or self._lanes.paused else len(coming.backlog)
        return later + (self.due_to_serve() if self._speaks() else 0)

    def derive(self, embedder: Embedder, count: int, summaries: Summaries) -> int:
        """Embed up to `count` due texts; return how many are still due."""
        self._attach(embedder)
        with self._lock:
            before = (self._lanes.serving, self._lanes.coming)
        try:
            left = self._embed(embedder, count)
        except EmbeddingMismatch:
            with self._lock:
                # Ours may be the thread that replaced them, as a rebuild does.
                known = self._lanes.read()
                if known and before == (self._lanes.serving, self._lanes.coming):
                    raise
                self._serve()
            return 1
        return left or self._learn() or summaries.work()

    def begin(self) -> None:
        """Begin with what there is to derive, as a turn of a chat would."""
        with self._lock:
            self._wake()

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until everything observed has its vectors; return whether it has."""
        return self._worker is None or self._worker.settle(timeout_seconds)

    def flush(self) -> None:
        """Move vectors that wait, of the model that serves, to where many lie."""
        with self._lock:
            if self._lanes.serving is not None:
                self._lanes.serving.table.flush()

    def waiting(self) -> bool:
        """Return whether there is something to derive."""
        lanes = self._lanes
        changes = lanes.coming is not None and not lanes.paused
        if not lanes.settled or changes or lanes.leftovers:
            return True
        return bool(self.due() or self._words.due(self._index.last_row))

    def meant(self, asked: Sequence[ParsedQuery], query: Query) -> list[QueryEmbedding]:
        """Embed the readings of a query; without an embedder, words must do."""
        nothing = self._embedders is None or query.limit == 0
        if nothing or not asked[0].text.strip():
            return [QueryEmbedding()] * len(asked)
        voice, model = self._speaker(self._settings().embedding.wait_seconds)
        if voice.embedder is None:
            return [QueryEmbedding(note=voice.note)] * len(asked)
        try:
            self._note_now(voice.embedder)
            found = self._words.embed_queries(asked, voice.embedder)
        except EmbeddingError as error:
            return [QueryEmbedding(note=f"{BY_WORDS}: {error}")] * len(asked)
        return [meant._replace(note=voice.note, model=model) for meant in found]

    def _note_now(self, embedder: Embedder) -> None:
        """Embed a note that was just written, here or by another program.

        It is there to be found by the next message, and no worker knows of it yet.
        """
        if 0 < len(self._hands.due()) <= NOTES_AT_ONCE:
            with self._lock:
                names = self._names()
            self._hands.embed(embedder, names)

    def still(self, meant: QueryEmbedding) -> QueryEmbedding:
        """Return what a query means, by words alone if the models changed meanwhile."""
        serving = self._lanes.serving
        same = serving is not None and serving.model == meant.model
        return meant if same else QueryEmbedding(note=meant.note)

    # -- the change of models ------------------------------------------------------

    def pause(self, paused: bool = True) -> None:
        """Let a change of models wait, or go on; it holds across restarts."""
        with self._lock:
            self._lanes.pause(paused)
            self._pace.begin()
            self._wake()

    def embedder(self) -> Embedder:
        """Return the embedder that the settings name, loaded.

        Raises:
            EmbeddingError: It cannot be loaded.
        """
        embedder = self._given().wanted.ready(LOADING_SECONDS)
        if embedder is None:
            raise EmbeddingError(LOADING)
        return embedder

    def embed_anew(self) -> Embedder:
        """Drop all vectors, of whatever model, and ask for those of the wanted one.

        Returns:
            The embedder; `worker` with it does the work.

        Raises:
            EmbeddingError: It cannot be loaded; nothing was dropped.
        """
        embedder = self.embedder()
        with self._lock:
            for one in self._store.vectors.models():
                self._store.vectors.drop(one.model)
            self._lanes.close()
            self._attach(embedder)
        return embedder

    def state(self, wait_seconds: float = 0.0) -> EmbeddingState:
        """Tell how the bank stands with its models; waits for them so long at most."""
        if self._embedders is None:
            return EmbeddingState(phase=ModelPhase.ASLEEP, wanted="")
        voice = Voice(None)
        if wait_seconds:
            voice, _ = self._speaker(wait_seconds)
        wanted, error = self._loaded(self._embedders.wanted)
        with self._lock:
            lanes = self._lanes
            noted = lanes.recorded()
            serving = lanes.serving.model if lanes.serving is not None else None
            model = None if wanted is None else model_info(wanted)
            shown = serving or (noted.model if noted is not None else None)
            coming = lanes.coming
            return EmbeddingState(
                phase=self._phase(model, error),
                wanted=self._embedders.source,
                serving=shown,
                models=tuple(self._store.vectors.models()),
                differences=differences(model, shown) if model and shown else (),
                done=coming.linked if coming is not None else 0,
                total=coming.linked + len(coming.backlog) if coming is not None else 0,
                rate=0.0 if lanes.paused else self._pace.rate,
                note=OUTVOTED if lanes.outvoted else voice.note or error,
            )

    # -- inside ------------------------------------------------------------------

    def _given(self) -> Embedders:
        """Return what `use` gave; raises EmbeddingError before."""
        if self._embedders is None:
            raise EmbeddingError(LOADING)
        return self._embedders

    def _phase(self, wanted: ModelInfo | None, error: str) -> ModelPhase:
        lanes = self._lanes
        if lanes.coming is not None:
            return ModelPhase.PAUSED if lanes.paused else ModelPhase.CHANGING
        if lanes.serving is None:
            return ModelPhase.WORDS if error else ModelPhase.ASLEEP
        return ModelPhase.READY if lanes.serving.model == wanted else ModelPhase.FORMER

    def due_to_serve(self) -> int:
        """Count the texts that queries cannot be compared with yet."""
        serving = self._lanes.serving
        hands = len(self._hands.due())
        return hands if serving is None else hands + len(serving.backlog)

    def _embed(self, wanted: Embedder, count: int) -> int:
        """Embed for the model that serves, then for the one that is to."""
        with self._lock:
            self._lanes.look()
            names = self._names()
            serving, coming = self._lanes.serving, self._lanes.coming
        if serving is None:
            return 1  # Another thread let go of them just now: they are read again.
        voice = self._voice(serving, LOADING_SECONDS)
        if voice.embedder is not None and self.due_to_serve():
            serving.embed(self._lock, names, voice.embedder, count)
            self._hands.embed(voice.embedder, names)
        elif coming is not None and not self._lanes.paused:
            self._pace.add(coming.embed(self._lock, names, wanted, count))
            self._change_over(coming, wanted, names)
        if coming is None:
            with self._lock:
                self._lanes.drop_leftovers()
        return self.due()

    def _change_over(
        self, coming: ModelIndex, wanted: Embedder, names: Sequence[str]
    ) -> None:
        """Let the vectors that came serve, if they are whole."""
        if len(coming.backlog):
            return
        by_hand = self._hands.embedded_by(wanted, names)
        with self._lock:
            for chat in self._book:
                coming.backlog.add(self._index.due(coming.search, chat.row))
            if len(coming.backlog) or self._lanes.coming is not coming:
                return  # A turn came meanwhile, or another program.
            self._lanes.switch(coming, self._given().source)
            self._former = None
            self._serve()
            self._hands.take_vectors(by_hand)
            self._lanes.drop_leftovers()

    def _learn(self) -> int:
        """Learn words by the model that serves; return whether there are more."""
        serving = self._lanes.serving
        if serving is None or not self._words.due(self._index.last_row):
            return 0
        embedder = self._voice(serving, 0).embedder
        if embedder is None:
            return 0
        with self._lock:
            names = self._names()
        return self._words.learn(self._index.last_row, names, embedder)

    def _speaker(self, wait_seconds: float) -> tuple[Voice, ModelInfo | None]:
        """Find who embeds queries, and whose vectors these are compared with."""
        lazy = self._given().wanted
        note = ""
        try:
            wanted = lazy.ready(wait_seconds)
            note = "" if wanted is not None else LOADING
        except EmbeddingError as error:
            wanted, note = None, f"{BY_WORDS}: {error}"
        loading = wanted is None and lazy.error is None
        # A turn that has waited for a model does not wait for many vectors as well.
        if not loading:
            self._attach(wanted)
        serving = self._lanes.serving
        if serving is None:
            return Voice(None, note), None
        voice = self._voice(serving, 0 if loading else wait_seconds)
        if wanted is None and voice.embedder is not None and lazy.error is not None:
            words = f"Memories are found with {serving.model.name}: {lazy.error}"
            voice = Voice(voice.embedder, words)
        elif wanted is None and voice.embedder is None:
            voice = Voice(None, note)
        return voice, serving.model

    def _voice(self, serving: ModelIndex, wait_seconds: float) -> Voice:
        """Find the embedder of the vectors that serve."""
        wanted, _ = self._loaded(self._given().wanted)
        if wanted is not None and _made(wanted, serving.model):
            return Voice(wanted)
        try:
            former = self._former_of(serving).ready(wait_seconds)
        except EmbeddingError as error:
            return Voice(None, _lost(serving.model, str(error)))
        if former is None:
            return Voice(None, LOADING)
        if not _made(former, serving.model):
            other = differences(serving.model, model_info(former))
            return Voice(None, _lost(serving.model, "; ".join(other) + "."))
        return Voice(former)

    def _former_of(self, serving: ModelIndex) -> LazyEmbedder:
        """Find the embedder by the name that the settings had for it."""
        with self._lock:
            if self._former is None:
                noted = self._lanes.recorded()
                source = noted.source if noted is not None else serving.model.name
                self._former = self._given().named(source)
            return self._former

    def _speaks(self) -> bool:
        serving = self._lanes.serving
        return serving is None or self._voice(serving, 0).embedder is not None

    def _loaded(self, lazy: LazyEmbedder) -> tuple[Embedder | None, str]:
        """Return an embedder if it is loaded already, or why it cannot be."""
        if lazy.error is not None:
            return None, str(lazy.error)
        return (lazy.ready(0) if lazy.state == "ready" else None), ""

    def _attach(self, wanted: Embedder | None) -> None:
        """Bring the vectors that serve, and those that are to, into memory; once."""
        model = None if wanted is None else model_info(wanted)
        with self._lock:
            if self._lanes.is_open(model):
                return
            before = self._lanes.serving
            self._lanes.open(model, self._given().source)
            self._pace.begin()
            if self._lanes.serving is not before:
                self._serve()
            for chat in self._book:
                self.follow(chat.row)

    def _serve(self) -> None:
        """Compare queries with the vectors that serve now, and with no others."""
        serving = self._lanes.serving
        self._index.vectors = None if serving is None else serving.search
        self._hands.take_vectors({})
        if serving is not None:
            self._words.attach(serving.model.dimension)


def _made(embedder: Embedder, model: ModelInfo) -> bool:
    """Whether an embedder can speak for a model's vectors; the recipe is of texts."""
    mine = (embedder.name, embedder.dimension, embedder.fingerprint)
    return mine == (model.name, model.dimension, model.fingerprint)


def _lost(model: ModelInfo, why: str) -> str:
    return (
        f"{BY_WORDS} until the memories are embedded anew: the vectors here are of "
        f"{model.name}, which cannot be used any more: {why}"
    )
