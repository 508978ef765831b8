"""Keep a bank's derived data up to date: what is due, by which model, and when.

Owns: the embedders of a bank, and what a query means to the one that serves.
Knows nothing of: chats as users see them, ranking, how vectors are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...core.records import ModelInfo
from ...core.retrieval.judging import QueryEmbedding
from ...core.retrieval.query import ParsedQuery
from ...core.types import Query
from ...errors import EmbeddingError, EmbeddingMismatch
from ...models.embedder import Embedder, LazyEmbedder
from ..state.bank_state import BankState
from ..state.vectors import ModelIndex
from ..worker import LOADING_SECONDS, Worker, model_info
from .batch import embed_due, texts_of
from .embedders import Embedders
from .status import EmbeddingState, ModelPhase, Throughput, differences

BY_WORDS = "Only words are compared"
LOADING = "The embedding model is still loading; only words are compared."
NOTES_AT_ONCE = 4
"""So many texts by hand are embedded in a turn, each in some milliseconds."""
FEW = 4
"""So few messages are soon embedded, and sooner along with those of other banks."""
OUTVOTED = (
    "Another program changed the embedding model of this memory. Name the same "
    "embedding_model in both."
)


class QueryEmbedder(NamedTuple):
    """Who speaks for the vectors that serve: an embedder, or why there is none.

    Attributes:
        embedder: The embedder.
        note: One line for the user if something was amiss.
        model: Whose vectors they are.
    """

    embedder: Embedder | None = None
    note: str = ""
    model: ModelInfo | None = None


class Indexer:
    """Makes the vectors of one bank, and changes over from one model to another."""

    def __init__(self, state: BankState) -> None:
        """Look after a bank's vectors; takes its lock itself."""
        self._state = state
        self._lock = state.lock
        self._vectors = state.vectors
        self._pace = Throughput()
        self._embedders: Embedders | None = None
        self._former: LazyEmbedder | None = None
        self._worker: Worker | None = None
        self._next: tuple[Embedders, Worker] | None = None

    @property
    def worker(self) -> Worker | None:
        """The worker in force."""
        self._take_next()
        return self._worker

    def use(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker; vectors are of the wanted one as soon as can be.

        Until those are whole, the former ones serve.
        """
        with self._lock:
            self._vectors.abandon()
            self._embedders = embedders
            self._worker = worker
            noted = self._vectors.recorded()
            # Held on to, for if it is loaded it need not be loaded again.
            self._former = embedders.named(noted.source) if noted is not None else None

    def use_next(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker as soon as one is needed; no file is opened."""
        self._next = embedders, worker

    def _take_next(self) -> None:
        if self._next is None:
            return
        with self._lock:
            taken, self._next = self._next, None
            if taken is not None:
                self.use(*taken)

    def embedded(self) -> int:
        """Count the messages with a vector, in memory or still on the disk."""
        messages = self._state.messages
        known = self._vectors.serving is not None
        return messages.embedded() if known else self._vectors.stored(messages)

    def lacking(self) -> int:
        """Count the texts that wait for a vector; 0 until the embedder is there."""
        coming = self._vectors.coming
        later = 0 if coming is None or self._vectors.paused else len(coming.backlog)
        return later + (self.due_to_serve() if self._speaks() else 0)

    def work(self, embedder: Embedder, count: int) -> int:
        """Embed up to `count` due texts; return how many are still due.

        Args:
            embedder: Of the model that the settings name.
            count: Most texts.
        """
        self._attach(embedder)
        with self._lock:
            before = (self._vectors.serving, self._vectors.coming)
        try:
            return self._embed(embedder, count)
        except EmbeddingMismatch:
            with self._lock:
                # Ours may be the thread that replaced them, as a rebuild does.
                known = self._vectors.read()
                if known and before == (self._vectors.serving, self._vectors.coming):
                    raise
                self._state.serve()
            return 1

    def ahead(self, embedder: Embedder) -> list[str]:
        """Return the texts that `work` embeds next; none if they are not few.

        Whoever has an embedder that remembers may embed them along with others.
        """
        self._attach(embedder)
        with self._lock:
            serving = self._vectors.serving
            if serving is None or not _made(embedder, serving.model):
                return []
            due = len(serving.backlog)
            if not 0 < due <= FEW:
                return []
            rows = serving.backlog.take(due)
            return texts_of(self._state.store, rows, self._state.names())

    def begin(self) -> None:
        """Begin with what there is to derive, as a turn of a chat would."""
        with self._lock:
            self._state.wake()

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until everything observed has its vectors; return whether it has."""
        worker = self.worker
        return worker is None or worker.settle(timeout_seconds)

    def flush(self) -> None:
        """Move vectors that wait, of the model that serves, to where many lie."""
        with self._lock:
            if self._vectors.serving is not None:
                self._vectors.serving.table.flush()

    def due(self) -> int:
        """Count what there is to do: texts that wait, or what goes with a change."""
        vectors = self._vectors
        changes = vectors.coming is not None and not vectors.paused
        if not vectors.settled or changes or vectors.leftovers:
            return 1
        return self.lacking()

    def speaking(self) -> Embedder | None:
        """Return the embedder of the vectors that serve, if it is loaded."""
        serving = self._vectors.serving
        return None if serving is None else self._voice(serving, 0).embedder

    def voice_for(self, asked: Sequence[ParsedQuery], query: Query) -> QueryEmbedder:
        """Find who embeds the readings of a query; waits for a model if need be."""
        nothing = self._embedders is None or query.limit == 0
        if nothing or not asked[0].text.strip():
            return QueryEmbedder()
        return self._speaker(self._state.settings().embedding.wait_seconds)

    def prepare(self) -> None:
        """Bring the vectors that serve into memory, if their model is loaded."""
        if self._embedders is not None:
            self._speaker(0)

    def meant(
        self, asked: Sequence[ParsedQuery], voice: QueryEmbedder
    ) -> list[QueryEmbedding]:
        """Embed the readings of a query; without an embedder, words must do."""
        if voice.embedder is None:
            return [QueryEmbedding(note=voice.note)] * len(asked)
        try:
            self._note_now(voice.embedder)
            found = self._state.vocabulary.embed_queries(asked, voice.embedder)
        except EmbeddingError as error:
            return [QueryEmbedding(note=f"{BY_WORDS}: {error}")] * len(asked)
        return [meant._replace(note=voice.note, model=voice.model) for meant in found]

    def _note_now(self, embedder: Embedder) -> None:
        """Embed a note that was just written, here or by another program.

        It is there to be found by the next message, and no worker knows of it yet.
        """
        if 0 < len(self._state.annotations.due()) <= NOTES_AT_ONCE:
            with self._lock:
                names = self._state.names()
            self._state.annotations.embed(embedder, names)

    def still(self, meant: QueryEmbedding) -> QueryEmbedding:
        """Return what a query means, by words alone if the models changed meanwhile."""
        same = self.serves(meant.model)
        return meant if same else QueryEmbedding(note=meant.note)

    def serves(self, model: ModelInfo | None) -> bool:
        """Say whether it is vectors of this model that serve."""
        serving = self._vectors.serving
        return serving is not None and serving.model == model

    # -- the change of models ------------------------------------------------------

    def pause(self, paused: bool = True) -> None:
        """Let a change of models wait, or go on; it holds across restarts."""
        with self._lock:
            self._vectors.pause(paused)
            self._pace.begin()
            self._state.wake()

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
            for one in self._state.store.vectors.models():
                self._state.store.vectors.drop(one.model)
            self._vectors.close()
            self._attach(embedder)
        return embedder

    def embedding_state(self, wait_seconds: float = 0.0) -> EmbeddingState:
        """Tell how the bank stands with its models; waits for them so long at most."""
        self._take_next()
        if self._embedders is None:
            return EmbeddingState(phase=ModelPhase.ASLEEP, wanted="")
        voice = QueryEmbedder(None)
        if wait_seconds:
            voice = self._speaker(wait_seconds)
        wanted, error = self._loaded(self._embedders.wanted)
        with self._lock:
            vectors = self._vectors
            noted = vectors.recorded()
            serving = vectors.serving.model if vectors.serving is not None else None
            model = None if wanted is None else model_info(wanted)
            shown = serving or (noted.model if noted is not None else None)
            coming = vectors.coming
            return EmbeddingState(
                phase=self._phase(model, error),
                wanted=self._embedders.source,
                serving=shown,
                models=tuple(self._state.store.vectors.models()),
                differences=differences(model, shown) if model and shown else (),
                done=coming.linked if coming is not None else 0,
                total=coming.linked + len(coming.backlog) if coming is not None else 0,
                rate=0.0 if vectors.paused else self._pace.rate,
                note=OUTVOTED if vectors.outvoted else voice.note or error,
            )

    # -- inside ------------------------------------------------------------------

    def _given(self) -> Embedders:
        """Return what `use` gave; raises EmbeddingError before."""
        self._take_next()
        if self._embedders is None:
            raise EmbeddingError(LOADING)
        return self._embedders

    def _phase(self, wanted: ModelInfo | None, error: str) -> ModelPhase:
        vectors = self._vectors
        if vectors.coming is not None:
            return ModelPhase.PAUSED if vectors.paused else ModelPhase.CHANGING
        if vectors.serving is None:
            return ModelPhase.WORDS if error else ModelPhase.ASLEEP
        return (
            ModelPhase.READY if vectors.serving.model == wanted else ModelPhase.FORMER
        )

    def due_to_serve(self) -> int:
        """Count the texts that queries cannot be compared with yet."""
        serving = self._vectors.serving
        hands = len(self._state.annotations.due())
        return hands if serving is None else hands + len(serving.backlog)

    def _embed(self, wanted: Embedder, count: int) -> int:
        """Embed for the model that serves, then for the one that is to."""
        with self._lock:
            self._vectors.look()
            names = self._state.names()
            serving, coming = self._vectors.serving, self._vectors.coming
        if serving is None:
            return 1  # Another thread let go of them just now: they are read again.
        voice = self._voice(serving, LOADING_SECONDS)
        if voice.embedder is not None and self.due_to_serve():
            self._embed_for(serving, names, voice.embedder, count)
            self._state.annotations.embed(voice.embedder, names)
        elif coming is not None and not self._vectors.paused:
            self._pace.add(self._embed_for(coming, names, wanted, count))
            self._change_over(coming, wanted, names)
        if coming is None and self._vectors.leftovers:
            with self._lock:
                self._vectors.drop_leftovers()
        return self.lacking()

    def _change_over(
        self, coming: ModelIndex, wanted: Embedder, names: Sequence[str]
    ) -> None:
        """Let the vectors that came serve, if they are whole."""
        if len(coming.backlog):
            return
        by_hand = self._state.annotations.embedded_by(wanted, names)
        with self._lock:
            for chat in self._state.chats:
                coming.backlog.add(self._state.messages.due(coming.search, chat.row))
            if len(coming.backlog) or self._vectors.coming is not coming:
                return  # A turn came meanwhile, or another program.
            self._vectors.switch(coming, self._given().source)
            self._former = None
            self._state.serve()
            self._state.annotations.take_vectors(by_hand)
            self._vectors.drop_leftovers()

    def _embed_for(
        self,
        vectors: ModelIndex,
        names: Sequence[str],
        embedder: Embedder,
        count: int,
    ) -> int:
        store = self._state.store
        return embed_due(store, self._lock, vectors, names, embedder, count)

    def _speaker(self, wait_seconds: float) -> QueryEmbedder:
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
        serving = self._vectors.serving
        if serving is None:
            return QueryEmbedder(None, note)
        voice = self._voice(serving, 0 if loading else wait_seconds)
        if wanted is None and voice.embedder is not None and lazy.error is not None:
            words = f"Memories are found with {serving.model.name}: {lazy.error}"
            voice = QueryEmbedder(voice.embedder, words)
        elif wanted is None and voice.embedder is None:
            voice = QueryEmbedder(None, note)
        return voice._replace(model=serving.model)

    def _voice(self, serving: ModelIndex, wait_seconds: float) -> QueryEmbedder:
        """Find the embedder of the vectors that serve."""
        wanted, _ = self._loaded(self._given().wanted)
        if wanted is not None and _made(wanted, serving.model):
            return QueryEmbedder(wanted)
        try:
            former = self._former_of(serving).ready(wait_seconds)
        except EmbeddingError as error:
            return QueryEmbedder(None, _lost(serving.model, str(error)))
        if former is None:
            return QueryEmbedder(None, LOADING)
        if not _made(former, serving.model):
            other = differences(serving.model, model_info(former))
            return QueryEmbedder(None, _lost(serving.model, "; ".join(other) + "."))
        return QueryEmbedder(former)

    def _former_of(self, serving: ModelIndex) -> LazyEmbedder:
        """Find the embedder by the name that the settings had for it."""
        with self._lock:
            if self._former is None:
                noted = self._vectors.recorded()
                source = noted.source if noted is not None else serving.model.name
                self._former = self._given().named(source)
            return self._former

    def _speaks(self) -> bool:
        serving = self._vectors.serving
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
            if self._vectors.is_open(model):
                return
            before = self._vectors.serving
            self._vectors.open(model, self._given().source)
            self._pace.begin()
            if self._vectors.serving is not before:
                self._state.serve()
            for chat in self._state.chats:
                self._vectors.ask_for(self._state.messages, chat.row)


def _made(embedder: Embedder, model: ModelInfo) -> bool:
    """Whether an embedder can speak for a model's vectors; the recipe is of texts."""
    mine = (embedder.name, embedder.dimension, embedder.fingerprint)
    return mine == (model.name, model.dimension, model.fingerprint)


def _lost(model: ModelInfo, why: str) -> str:
    return (
        f"{BY_WORDS} until the memories are embedded anew: the vectors here are of "
        f"{model.name}, which cannot be used any more: {why}"
    )
