"""One character's memory for one user: its chats, messages and memories.

Owns: the acts over one state, and the jobs in the background.
Knows nothing of: hosts, prompts, how vectors are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from ..config import Settings
from ..core.records import StoredChat
from ..core.types import Message, PathEntry, Scope, Window
from ..errors import NotFound, StoreError, StoreMoved
from ..models.embedder import Embedder
from ..storage.protocols import BankStore
from .chat import Chat, ChatActs
from .composer import Composer, SharedNotes
from .edit_history import EditHistory
from .embedding.embedders import Embedders
from .embedding.indexer import Indexer
from .embedding.learner import WordLearner
from .embedding.rereading import Rereading
from .embedding.status import EmbeddingState
from .faults import Clock
from .ingestion.chat_finder import ChatFinder, ChatHints, ChatKey, Located
from .ingestion.dating import learn_times
from .ingestion.observer import Observer
from .knowledge.chat_knowledge import ChatKnowledge
from .knowledge.emotion_job import EmotionJob
from .knowledge.emotions import Emotions
from .memories import Memories
from .pages import MemoryPage, PageRequest
from .policies import Policies, Storylines
from .rebuild import Rebuild, RebuildProgress, finish
from .recalls import RecallRecords
from .records import ChatInfo, ChatName, TranscriptEntry, never
from .retrieval.rerank import GetReranker
from .retrieval.retriever import Retriever
from .state.bank_state import BankState
from .state.chats import load_state
from .state.vector_models import unfinished
from .summarization.summaries import Summaries
from .summarization.writing import NO_WRITER, WriterSource
from .timings import Timings
from .transfer import LOT, BankDump, DumpLoader, carry_out, messages_of
from .undo_log import UndoLog
from .worker import BackgroundJob, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStats:
    """How much a bank holds.

    Attributes:
        messages: Messages on any path.
        notes: Notes by hand, deleted ones left out.
        embedded: Messages with a vector.
        due: Texts that wait for one.
        embedding: How it stands with the embedding models.
    """

    messages: int
    chats: int
    notes: int
    embedded: int
    due: int
    embedding: EmbeddingState


class Bank:
    """One character's memory for one user. Safe to use from any thread.

    Attributes:
        state: What it holds, for the rooms of the engine that change it as a whole.
        memories: What a person sees and edits.
        emotions: What memories show of feelings, and the moods of chats.
        edit_history: What was done to them by hand, to be undone.
        knowledge: Facts, and what is to come.
        summaries: What is told in short.
        policies: What is set for the character and its chats.
        storylines: Which chats know of each other.
        recalls: What stood in prompts, and what replies took by day.
        undo_log: What came in one go, and how it leaves again.
        indexer: Makes the vectors.
        rereading: Reads words anew that an older version read.
    """

    def __init__(
        self,
        scope: Scope,
        store: BankStore,
        *,
        settings: Callable[[], Settings],
        clock: Clock,
        pen: WriterSource = NO_WRITER,
        timings: Timings | None = None,
        reranker: GetReranker = lambda: None,
        shared: SharedNotes = list,
    ) -> None:
        """Read what is needed to answer by words; vectors follow with the embedder."""
        self._shared = shared
        self.scope = scope
        self.timings = timings or Timings()
        self.state = state = BankState(scope, store, settings=settings, clock=clock)
        self.indexer = Indexer(state)
        self.summaries = Summaries(state, pen)
        self.memories = Memories(state, self.summaries)
        self.rereading = Rereading(state)
        self.emotions = Emotions(state, lambda: self.knowledge.readings.fact_counts())
        self._emotion_job = EmotionJob(
            state, lambda: self.indexer.speaking() is not None
        )
        self.policies, self.storylines = Policies(state), Storylines(state)
        self.knowledge = ChatKnowledge(state, pen)
        facts = self.knowledge.facts
        self.recalls = RecallRecords(state, self.memories, facts.for_prompt)
        self._finder = ChatFinder(state.store, state.chats)
        observer = Observer(state, self._finder)
        retriever = Retriever(
            state, self.indexer, reranker, bearings=self.knowledge.bearings
        )
        self.undo_log = UndoLog(state, observer)
        self.edit_history = EditHistory(state, self.undo_log)
        self._acts = ChatActs(
            state=state,
            observer=observer,
            retriever=retriever,
            composer=Composer(
                state,
                retriever,
                self.summaries,
                self.memories,
                self.timings,
                shared,
                self.emotions,
                self.knowledge,
            ),
            policies=self.policies,
            recalls=self.recalls,
            timings=self.timings,
        )
        # Each works only when those before it have nothing left.
        self._jobs: tuple[BackgroundJob, ...] = (
            self.indexer,
            self._emotion_job,
            WordLearner(state, self.indexer),
            self.summaries,
            self.knowledge.by_model,
        )
        self._worker: Worker | None = None
        self._over = False

    # -- chats -------------------------------------------------------------------

    def chat(
        self,
        name: str,
        *,
        host: str,
        forked_from: str | None = None,
        gone: Callable[[str], bool] = never,
        story: str = "",
    ) -> Chat:
        """Name a chat as a host does; it is stored once it shows something.

        Args:
            name: The host's name of the chat; empty for one that is never stored.
            host: Which host, such as "webui".
            forked_from: The host's name of the chat it branched from, if known.
            gone: Whether the host no longer has a chat under an old name; then an
                equal path under a new name is that chat renamed, not a branch.
            story: Name of the storyline that it belongs to; begun if there is none.
        """
        called = ChatName(
            host=host, name=name, forked_from=forked_from, gone=gone, story=story
        )
        return Chat(self._acts, called)

    def chat_at(self, key: ChatKey, *, story: str = "") -> Chat:
        """Return the chat of a name that was found.

        Args:
            key: Its name.
            story: Name of the storyline that it belongs to, if the host told.
        """
        return self.chat(
            key.name, host=key.host, forked_from=key.forked_from, story=story
        )

    def find_chat(
        self,
        window: Window,
        hints: ChatHints,
        *,
        newest: ChatKey | None = None,
        contested: Container[ChatKey] = (),
    ) -> Located:
        """Name the chat that a window shows; see `ChatFinder.by_hints`."""
        state = self.state
        with state.lock:
            state.refresh()
            return self._finder.by_hints(
                state.admissible(window), hints, newest=newest, contested=contested
            )

    def turn(self) -> AbstractContextManager[None]:
        """Let this thread look once for what others wrote; see `BankState.turn`."""
        return self.state.turn()

    def prepare(self) -> None:
        """Have at hand what the next recall compares, for one is likely soon."""
        self.indexer.prepare()

    def has_head_notes(self) -> bool:
        """Whether anything is told in every prompt: a pin, or a note for all."""
        return bool(self._shared() or self.memories.pinned())

    def chats(self) -> list[ChatInfo]:
        """Return all chats with a message, the one seen last first."""
        state = self.state
        with state.lock:
            state.refresh()
            lengths = [
                (one, len(state.messages.path(one.row).rows)) for one in state.chats
            ]
        infos = [ChatInfo.of(chat, length) for chat, length in lengths if length]
        return sorted(infos, key=lambda info: info.seen_at, reverse=True)

    def speakers(self) -> list[tuple[str, str]]:
        """Return role and name of all who said anything, users first, by name."""
        with self.state.lock:
            self.state.refresh()
            found = self.state.messages.speakers()
        return sorted(found, key=lambda who: (who[0] != "user", who[1].casefold()))

    def all_chats(self) -> list[StoredChat]:
        """Return all chats as they are stored, those without a message too."""
        return self.state.store.chats.all()

    def rename_chat(self, chat_id: str, *, host: str, name: str) -> ChatInfo:
        """Call a chat by another name of a host's; what other hosts call it stays.

        Args:
            chat_id: Our id of it.
            host: Which host, such as "webui".
            name: What it is called there from now on; its title, too.

        Raises:
            NotFound: There is no such chat.
            Conflict: Another chat has this name.
        """
        state = self.state
        with state.lock:
            row = self._row_of(chat_id)
            kept = [one for one in state.chats[row].names if one[0] != host]
            chat = state.store.chats.rename(
                row, names=[*kept, (host, name)], title=name
            )
            state.chats.learn(chat)
            state.chats.state(row).stored = chat
            return ChatInfo.of(chat, len(state.messages.path(row).rows))

    def page(self, asked: PageRequest) -> MemoryPage:
        """Return a page of the bank's memories.

        Raises:
            NotFound: There is no such chat.
            InvalidInput: The cursor is none of ours.
        """
        messages = self.state.messages
        with self.state.lock:
            self.state.refresh()
            if asked.chat:
                path = messages.path(self._row_of(asked.chat))
                rows = sorted(path.rows.tolist())
            else:
                rows = messages.rows_on_paths()
            return self.memories.page(asked, rows)

    def _row_of(self, chat_id: str) -> int:
        """Return a chat's row; raises NotFound if there is no such chat."""
        self.state.refresh()
        for chat in self.state.chats:
            if chat.id == chat_id:
                return chat.row
        raise NotFound(f"There is no chat with the id {chat_id!r}.")

    def path(self, name: ChatName) -> list[PathEntry]:
        """Return a chat's path, oldest first; empty for one that is not stored."""
        with self.state.lock:
            return self.state.path(name)

    def path_of(self, chat_id: str) -> list[PathEntry]:
        """Return the path of one of the bank's chats, by our id, as it was said."""
        with self.state.lock:
            return load_state(self.state.store, self._stored(chat_id)).places

    def transcript(self, chat_id: str) -> Iterator[TranscriptEntry]:
        """Yield what stands in a chat, as a person left it, read in lots.

        Args:
            chat_id: Our id of one of the bank's chats.
        """
        state = self.state
        with state.lock:
            places = state.store.chats.path(self._stored(chat_id).row)
        for start in range(0, len(places), LOT):
            lot = places[start : start + LOT]
            with state.lock:
                memories = state.memories_of(place.message for place in lot)
            for place, memory in zip(lot, memories, strict=True):
                yield TranscriptEntry(memory=memory, hidden=place.hidden)

    # -- what may come in, and what came -------------------------------------------

    def admissible(self, window: Window) -> Window:
        """Return what may be kept of a window: what was heard and is not forgotten."""
        return self.state.admissible(window)

    def holds(self, message_ids: Iterable[str]) -> bool:
        """Whether the log has all of these messages."""
        wanted = set(message_ids)
        return len(self.state.store.messages.rows_of(sorted(wanted))) == len(wanted)

    def was_forgotten(self, message_id: str, text: str) -> bool:
        """Whether a message, or anything with such a text, was forgotten for good."""
        return self.state.was_forgotten(message_id, text)

    def forgot_anything(self) -> bool:
        """Whether anything was ever forgotten for good."""
        return bool(self.state.chats.forgotten)

    def keeps_all(self) -> bool:
        """Whether whatever is said is kept, and in clear, as far as is known by heart.

        Another program may have changed that since the last look.
        """
        state = self.state
        return (
            state.store.in_clear
            and not state.chats.forgotten
            and state.policies.is_unset()
        )

    def learn_times(self, name: ChatName, window: Window) -> int:
        """Give messages of a chat the times that a file tells; see `dating`."""
        return learn_times(self.state, name, window)

    def back_up(self, change: str) -> None:
        """Copy the bank before much of it changes; see `BankState.back_up`."""
        self.state.back_up(change)

    def carry_in(self, batch: str, title: str) -> DumpLoader:
        """Return what carries another bank in, as a batch that can be undone."""
        return DumpLoader(self.state, self.undo_log, batch, title)

    def carry_out(self) -> BankDump:
        """Say what the bank holds now; messages are read by `messages_of`."""
        return carry_out(self.state)

    def messages_of(self, rows: Sequence[int]) -> Iterator[Message]:
        """Yield the messages of rows, read in lots."""
        return messages_of(self.state, rows)

    # -- what is derived ---------------------------------------------------------------

    def use(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker; see `Indexer.use`."""
        self._worker = worker
        self.state.use_worker(self._wake)
        self.indexer.use(embedders, worker)

    def use_next(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker as soon as one is needed; no file is opened."""
        self.indexer.use_next(embedders, worker)

    def read(self) -> bool:
        """Take a step of what needs no embedder; return whether any was due."""
        return not self._over and (
            self.rereading.work()
            or self._emotion_job.read_words()
            or self.knowledge.work()
        )

    def ahead(self, embedder: Embedder) -> Sequence[str]:
        """Return the texts that `derive` embeds, if they are few; none otherwise."""
        return () if self._over else self.indexer.ahead(embedder)

    def derive(self, embedder: Embedder, count: int) -> int:
        """Take a step of the first job with anything left; return how much is."""
        jobs = () if self._over else self._jobs
        return next((left for job in jobs if (left := job.work(embedder, count))), 0)

    def begin_indexing(self) -> None:
        """Begin with what there is to derive, as a turn of a chat would."""
        self.indexer.begin()

    def take_up(self) -> list[str]:
        """Begin with what was stopped; say in words what becomes of it."""
        with self.state.lock:
            store = self.state.store
            self.rereading.begin()
            found = [words for words in (finish(store), unfinished(store)) if words]
        if found:
            self.begin_indexing()
        return found

    def pause_indexing(self, paused: bool = True) -> None:
        """Let a change of models wait, or go on; it holds across restarts."""
        self.indexer.pause(paused)

    def embedding_state(self, wait_seconds: float = 0.0) -> EmbeddingState:
        """Tell how the bank stands with its models; waits for them so long at most."""
        return self.indexer.embedding_state(wait_seconds)

    def rebuild(
        self,
        tell: Callable[[RebuildProgress], None] = lambda progress: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Rebuild:
        """Return what makes things anew; see `Rebuild`."""
        return Rebuild(self.state, self.indexer, self.knowledge.readings, tell, stop)

    def settle(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until everything observed has its vectors; return whether it has."""
        return self.indexer.settle(timeout_seconds)

    def due(self) -> int:
        """Count the texts that wait for a vector; 0 until the embedder is there."""
        return self.indexer.lacking()

    def stats(self) -> BankStats:
        """Count what the bank holds."""
        state = self.state
        with state.lock:
            state.refresh()
            return BankStats(
                messages=len(state.messages.rows_on_paths()),
                chats=len(self.chats()),
                notes=len(self.memories.notes()),
                embedded=self.indexer.embedded(),
                due=self.due(),
                embedding=self.embedding_state(),
            )

    # -- its files ---------------------------------------------------------------------

    def messages(self) -> int:
        """Count the messages that were ever read of it, on paths or not."""
        return self.state.messages.last_row

    def is_there(self) -> bool:
        """Whether its files, opened if they rest, are still those of this bank.

        Raises:
            StoreError: They cannot be opened.
        """
        store = self.state.store
        # Of one that was found to be gone before nothing can be opened.
        if not store.in_place():
            return False
        try:
            store.data_version()
        except StoreMoved:
            return False
        return store.in_place()

    def rest(self) -> None:
        """Let go of the files until the next call of anybody who holds this."""
        if self._worker is not None:
            self._worker.rests(self)
        self.state.store.rest()

    def close(self) -> None:
        """Let go of the files."""
        with self.state.lock:
            self.indexer.flush()
            with suppress(StoreError):
                self.knowledge.readings.keep()
            self.abandon()

    def abandon(self) -> None:
        """Let go of the files and write nothing, for they are not where they were."""
        self._over = True
        self.rereading.stop()
        if self._worker is not None:
            self._worker.leave(self)
        self.state.store.close()

    # -- inside ------------------------------------------------------------------

    def _wake(self) -> None:
        worker = self._worker = self.indexer.worker
        if worker and (
            self.rereading.due()
            or self._emotion_job.words_due()
            or self.knowledge.readings.due()
            or any(job.due() for job in self._jobs)
        ):
            worker.wake(self)

    def _stored(self, chat_id: str) -> StoredChat:
        return next(one for one in self.all_chats() if one.id == chat_id)
