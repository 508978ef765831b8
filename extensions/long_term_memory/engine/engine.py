"""Open and close banks; know how the whole is doing.

Owns: the banks that are open, the shared embedder and worker, the settings in force.
Knows nothing of: hosts; it is told what to open stores with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import RLock

from ..config import PromptSettings, Settings
from ..core.policy import EVERYONE
from ..core.prompt.budget import BudgetPolicy, PromptPlan, PromptRoom
from ..core.text.names import name_key
from ..core.types import MemoryItem, Scope, Window
from ..errors import EmbeddingError, StoreMoved
from ..models.embedder import LazyEmbedder
from ..models.llm import Writer
from ..storage.backend import StorageBackend
from ..storage.protocols import BankStore
from .backends import Backends, classifying, reranking
from .bank import Bank
from .bank_names import Spelled, key_of
from .chat_logs import keep_journal
from .collections import Collections
from .elsewhere import Load, NoOtherProcess, OtherProcess, share_of
from .embedding.embedders import Embedders
from .faults import Clock, Faults, guard
from .forgetting.client_texts import ClientTexts
from .forgetting.daily import Daily
from .forgetting.forget import Forgetting, Told, nobody
from .forgetting.page_exports import ClearExports
from .forgetting.retention import oldest
from .ingestion.chat_finder import ChatHints, FoundChats, Located
from .knowledge.feelings import feelings_of
from .open_banks import MOVED, SHUT, Gates, Shelter, Tidier, unless_gone
from .prompt_plans import PromptPlans
from .records import EngineStatus
from .snapshot import Peek, peeking
from .summarization.retelling import retell
from .summarization.writing import WriterSource
from .timings import Timings
from .trying import as_tried
from .worker import Worker


class Engine:
    """The memory of all characters; hosts talk to this and what it hands out.

    Safe to use from any thread.
    """

    def __init__(
        self,
        settings: Settings,
        data_dir: Path,
        storage: StorageBackend,
        backends: Backends,
        clock: Clock,
        faults: Faults,
        *,
        share: float = 1.0,
    ) -> None:
        """Prepare; nothing is opened or loaded before it is needed.

        Args:
            settings: What is in force at first.
            data_dir: Where exports and backups by hand go.
            storage: Keeps the memories.
            backends: Make the models.
            clock: Tells the time, aware UTC.
            faults: Keeps what goes wrong.
            share: Of the banks that may stay open; other processes have the rest.
        """
        self._share = share
        self._elsewhere: OtherProcess = NoOtherProcess()
        self._settings = settings
        self._tried: ContextVar[Settings | None] = ContextVar("tried", default=None)
        self._data_dir = data_dir
        self.faults = faults
        self.now = clock
        self.timings = Timings()
        self.storage = storage
        self._backends = backends
        # Of the settings and the worker; nobody who wants a bank waits for it.
        self._lock = RLock()
        self._gates = Gates()
        self._banks = Shelter(lambda: self._most_banks())
        self._tidier = Tidier(self._tidy)
        self._spelled = Spelled()
        self._found = FoundChats()
        self._plans = PromptPlans()
        self._finished: list[str] = []
        self._let_in: Callable[[Scope], None] = lambda scope: None
        self._follow: Callable[[Scope], None] = lambda scope: None
        self._embedders = Embedders(backends.make_embedder, settings.embedding)
        kept = storage.collections
        self.client_texts = ClientTexts(kept, self)
        self.collections = Collections(
            kept,
            lambda: self._embedders.wanted,
            clock=clock,
            admit=self.client_texts.kept,
            oldest=lambda: oldest(self._settings.retention, clock()),
        )
        self._worker = Worker(self._embedders.wanted, faults)
        self._writer = backends.make_writer(settings.summaries)
        self._reranker = backends.make_reranker(settings)
        self._classifier = backends.make_classifier(settings)
        self._pen = WriterSource(
            lambda: self._writer, faults.report, faults.count_refused
        )
        self._daily = Daily(self)
        self.clear_exports = ClearExports(self)

    @property
    def data_dir(self) -> Path:
        """Where the memories lie."""
        return self._data_dir

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def embedder(self) -> LazyEmbedder:
        """The embedder in force; loaded by the first who wants it."""
        return self._embedders.wanted

    def configure(self, settings: Settings) -> None:
        """Put other settings in force.

        With another embedding model the memories are embedded anew in the background;
        the former vectors serve until the new ones are whole.
        """
        with self._lock:
            if settings.summaries != self._settings.summaries:
                self._writer = self._backends.make_writer(settings.summaries)
            if reranking(settings) != reranking(self._settings):
                self._reranker = self._backends.make_reranker(settings)
            if classifying(settings) != classifying(self._settings):
                self._classifier = self._backends.make_classifier(settings)
            model_changed = settings.embedding != self._settings.embedding
            self._settings = settings
            self._daily.begin()
            if not model_changed:
                return
            ended = self._worker
            ended.close()
            # Banks that still need the former one take hold of it before it goes.
            former = self._embedders.wanted
            self._embedders.change(settings.embedding)
            self._worker = Worker(self._embedders.wanted, self.faults)
        self._use_worker(ended)
        del former

    @contextmanager
    def trying(self, settings: Settings) -> Iterator[None]:
        """Let this thread see memories as other settings would show them.

        Models stay as they are, and so do the lengths of summaries, which are made
        ahead. Nothing is to be stored meanwhile.
        """
        token = self._tried.set(as_tried(settings, self._settings))
        try:
            yield
        finally:
            self._tried.reset(token)

    def bank(self, scope: Scope) -> Bank:
        """Return the bank of a scope, opened or created; see `named`.

        Raises:
            StoreError: It cannot be opened; the message says what to do.
        """
        self._worker.give_way()
        named = self.named(scope)
        bank = self._banks.used(named)
        if bank is None or not bank.state.store.in_place():
            with self._gates.alone(key_of(scope)):
                bank = self._held(self.named(scope))
        self._let_rest(self._banks.trim())
        if self._banks.is_crowded or self.storage.is_crowded:
            self._tidier.wake()
        return bank

    def share_with(self, elsewhere: OtherProcess) -> None:
        """Know of another process that works on the same banks."""
        self._elsewhere = elsewhere

    def answering(self) -> AbstractContextManager[None]:
        """Have nothing begun in the background meanwhile, for somebody waits."""
        return self._worker.answering()

    def _held(self, scope: Scope) -> Bank:
        """Return a bank as the one that was used last, opened if need be.

        Its gate is this thread's.
        """
        banks = self._banks
        if (begun := banks.begun(scope)) is not None:
            return begun
        bank = banks.used(scope) or banks.kept(scope) or banks.resting(scope)
        if bank is None or not self._is_in_place(scope, bank):
            return self._opened_anew(*self._store_of(scope))
        if self._banks.opened(scope) is None:
            self._wake(scope, bank)
        return bank

    def _store_of(self, scope: Scope) -> tuple[Scope, BankStore]:
        """Open a bank's files, or make them; return whose it is."""
        if self.storage.holds(scope):
            return scope, self.storage.open(scope)
        # One at a time for a user, and another program may have made one meanwhile.
        with self._gates.alone(name_key(scope.user)):
            self._spelled.clear()
            scope = self.named(scope)
            return scope, self.storage.open(scope)

    def find_chat(self, scope: Scope, window: Window, hints: ChatHints) -> Located:
        """Name the chat that a host shows, by what it tells and by what was found last.

        Raises:
            StoreError: The bank cannot be opened.
        """
        scope = self.named(scope)
        located = self.bank(scope).find_chat(
            window,
            hints,
            newest=self._found.newest(scope),
            contested=self._found.contested(scope),
        )
        self._found.note(scope, located)
        return located

    def plan_prompt(
        self,
        chat: Hashable,
        room: PromptRoom,
        policy: BudgetPolicy,
        settings: PromptSettings | None = None,
    ) -> PromptPlan:
        """Share a chat's prompt, in step with how it was shared last.

        Args:
            chat: Which chat, told from those of all hosts.
            room: What the host counted.
            policy: How it is done where hosts differ.
            settings: Shares and limits, if not those in force.
        """
        return self._plans.share(chat, room, policy, settings or self._settings.prompt)

    def shared(self, user: str) -> Bank:
        """Return the bank of a user's notes for all of his characters, or make it.

        Raises:
            StoreError: It cannot be opened; the message says what to do.
        """
        return self.bank(Scope(user=user, character=EVERYONE))

    def share(self, scope: Scope, memory_id: str) -> MemoryItem:
        """Copy a memory to the notes for all of the user's characters.

        Raises:
            NotFound: No memory of that bank has this id.
            StoreError: It could not be stored.
        """
        content = self.bank(scope).memories.get(memory_id).content
        notes = self.shared(scope.user).memories
        known = (one for one in notes.notes() if one.content == content)
        return next(known, None) or notes.add(content)

    def shared_notes(self, scope: Scope) -> list[MemoryItem]:
        """Return the notes for all characters that a bank's are told, oldest first."""
        everyone = Scope(user=scope.user, character=EVERYONE)
        if not self._settings.prompt.shared_notes or scope == everyone:
            return []
        if not self.storage.holds(everyone):
            return []
        bank = self.bank(everyone)
        with bank.state.lock:
            bank.state.refresh()  # Another program may have written one.
            return [one for one in bank.memories.notes() if not one.hidden]

    def _told_to_all(self, scope: Scope) -> list[MemoryItem]:
        """Return the same for a prompt, which is made also if they cannot be read."""
        return guard(
            self.faults,
            "reading the notes for all characters",
            lambda: self.shared_notes(scope),
            list,
        )

    def opened(self, scope: Scope) -> Bank | None:
        """Return a bank if it is open."""
        named = self.named(scope)
        if (bank := self._banks.opened(named)) is not None:
            return bank
        if self._gates.is_mine(key_of(scope)):
            return self._banks.begun(named)
        with self._gates.alone((SHUT, key_of(scope))):
            return self._banks.opened(named)

    def keeps_all(self, scope: Scope) -> bool:
        """Whether a bank, open or not, is known to keep whatever is said, in clear.

        Nothing is opened or waited for; where that is not certain, the answer is no.

        Args:
            scope: Just as the bank is called.
        """
        bank = self._banks.opened(scope)
        return self.storage.keeps_all(scope) if bank is None else bank.keeps_all()

    def let_in_by(
        self, let_in: Callable[[Scope], None], follow: Callable[[Scope], None]
    ) -> None:
        """Have called who keeps something beside banks, before and after forgetting."""
        self._let_in, self._follow = let_in, follow

    def let_in(self, scope: Scope) -> None:
        """Bring in what is to come into a user's banks yet.

        Raises:
            StoreError: A bank cannot take it now.
        """
        self._let_in(self.named(scope))

    def named(self, scope: Scope) -> Scope:
        """Return a scope in the spelling that was told first.

        However a name is written, it is one memory (see `text.names`); of several that
        were made before that was so, each has its own until `doctor --fix` joins them.
        """
        if self._banks.opened(scope) is not None:
            return scope
        return self._spelled.known(scope, self.storage.holds, self._all)

    def _opened_anew(self, scope: Scope, store: BankStore) -> Bank:
        """Hold a bank that nobody has; others see it when all is done for it."""
        bank = Bank(
            scope,
            store,
            settings=lambda: self._tried.get() or self._settings,
            clock=self.now,
            pen=self._pen,
            timings=self.timings,
            reranker=lambda: self._reranker,
            shared=lambda: self._told_to_all(scope),
        )
        keep_journal(
            bank.state,
            self.storage,
            lambda: self._settings.journal.readable_log,
            self.faults,
        )
        self._banks.begin(scope, bank)
        try:
            self._make_ready(scope, bank)
        finally:
            self._banks.put(scope, bank)
        self._daily.begin()
        return bank

    def _make_ready(self, scope: Scope, bank: Bank) -> None:
        """Finish what was stopped in a bank, and look for what is too old."""
        self._give_worker(bank)
        guard(
            self.faults,
            "removing what was left of something forgotten",
            lambda: self._finish_forgetting(scope),
            lambda: None,
        )
        guard(
            self.faults,
            "looking for what was stopped",
            lambda: self._go_on(scope, bank),
            lambda: None,
        )
        self._daily.look_at(scope)

    def _give_worker(self, bank: Bank) -> None:
        """Let a bank work with the worker in force, though it changes meanwhile."""
        worker = None
        while worker is not self._worker:
            worker = self._worker
            bank.use(self._embedders, worker)

    def _wake(self, scope: Scope, bank: Bank) -> None:
        """Hold a bank again that rests and is still in memory."""
        self._banks.put(scope, bank)
        bank.begin_indexing()

    def _let_rest(self, banks: Iterable[Bank]) -> None:
        """Close the files of banks that are held no longer."""
        for bank in banks:
            # Somebody may have wanted it meanwhile.
            if self._banks.opened(bank.scope) is not bank:
                bank.rest()

    def _tidy(self) -> None:
        """Close what is used least before its room is wanted."""
        self._let_rest(self._banks.trim(ahead=True))
        self.storage.make_room(self._banks.ahead)

    def _is_in_place(self, scope: Scope, bank: Bank) -> bool:
        """Whether a bank's files are where they were; if not, it is told and left."""
        if bank.state.store.in_place():
            return True
        self._banks.pop(scope)
        bank.abandon()
        self.faults.report("looking after the memories", StoreMoved(MOVED))
        return False

    def _most_banks(self) -> int:
        wanted = self._settings.durability.most_open_banks
        return self.storage.affordable(share_of(wanted, self._share))

    def _finish_forgetting(self, scope: Scope) -> None:
        """Finish a forgetting that was stopped, and say so."""
        if self.forgetting_there(scope).finish():
            self._finished.append(
                f"The memory of {scope.character}: a forgetting that had been stopped "
                "was finished"
            )

    def _go_on(self, scope: Scope, bank: Bank) -> None:
        """Say what becomes of a rebuild or a change of models that was stopped."""
        for words in bank.take_up():
            self._finished.append(f"The memory of {scope.character}: {words}")

    def forgetting(self, scope: Scope) -> Forgetting:
        """Return what forgets for good in a bank, and in its readable logs.

        Raises:
            StoreError: The bank cannot be opened; the message says what to do.
        """
        self.let_in(scope)
        return self.forgetting_there(scope, lambda: self._follow(self.named(scope)))

    def forgetting_there(self, scope: Scope, told: Told = nobody) -> Forgetting:
        """Return the same for what is in the bank by now."""
        scope = self.named(scope)
        return Forgetting(
            self.bank(scope).state,
            lambda: self.storage.chat_log(scope),
            elsewhere=self.client_texts.of(scope),
            told=told,
        )

    def peek(self, scope: Scope) -> AbstractContextManager[Peek]:
        """Look into a bank that may be closed, without opening it for chats.

        Raises:
            StoreError: It cannot be read; the message says what to do.
        """
        scope = self.named(scope)
        bank = self.opened(scope)
        state = None if bank is None else bank.state
        return peeking(state, lambda: self.storage.open(scope))

    def write_summary(self, writer: Writer) -> bool:
        """Have a model write one summary that stands in a prompt, in any open bank.

        Returns:
            Whether there was one to write.

        Raises:
            UpstreamError: The model failed; the prompt keeps what it had.
        """
        return any(
            bank.summaries.write(writer) or bank.knowledge.by_model.write(writer)
            for _, bank in self._banks.items()
        )

    def retell(self, text: str, *, wait_seconds: float) -> str:
        """Return any text in short; see `retelling`.

        Args:
            text: Blocks of `Name:` and what was said, or plain text.
            wait_seconds: Longest wait for the embedder; words are compared without it.
        """
        try:
            embedder = self.embedder.ready(wait_seconds)
        except EmbeddingError:
            embedder = None
        return retell(text, embedder, self._pen)

    def emotions(self, text: str) -> list[tuple[str, float]]:
        """Return each feeling's share of what a text shows, the strongest first.

        By its words; by its vector, too, if the default embedder is ready; or by the
        transformer that the settings name, if it can be had.

        Args:
            text: What was said and done; `*stars*` enclose what was done.
        """
        return feelings_of(text, self._classifier, self.embedder, self.faults)

    @contextmanager
    def closed(self, scopes: Collection[Scope]) -> Iterator[None]:
        """Keep banks closed meanwhile, for their files are about to be replaced.

        Whoever wants a bank waits, and gets it opened anew.
        """
        keys = [key_of(scope) for scope in scopes]
        with (
            self._gates.alone(*keys, *((SHUT, key) for key in keys)),
            self._elsewhere.closed(scopes),
        ):
            with self._lock:
                ended = self._worker
                ended.close()
                self._worker = Worker(self._embedders.wanted, self.faults)
            self._spelled.clear()
            for scope in map(self.named, scopes):
                self._banks.close(scope)
                self.storage.let_go(scope)
            self._use_worker(ended)
            yield

    def words_first(self) -> AbstractContextManager[None]:
        """Work out no meanings for a while, so that words are found the sooner."""
        return self._worker.resting()

    def _use_worker(self, ended: Worker) -> None:
        """Let all banks work with the embedders and the worker that are new.

        Those kept at rest take them when they are needed next.
        """
        kept = self._banks.all_kept()
        for bank in kept:
            bank.use_next(self._embedders, self._worker)
        due = [bank for bank in kept if ended.waits_for(bank)]
        for bank in [*self._banks.known(), *due]:
            self._give_worker(bank)
            bank.begin_indexing()

    def _all(self) -> set[Scope]:
        """Name the banks on disk, and those that are about to be there."""
        return {*(scope for scope, _ in self._banks.items()), *self.scopes()}

    def scopes(self) -> list[Scope]:
        """Name the banks on disk."""
        return self.storage.scopes()

    def status(self) -> EngineStatus:
        """Tell how the whole is doing."""
        error = self._embedders.wanted.error
        load = self.load()
        return EngineStatus(
            data_dir=self.data_dir,
            embedder=self._settings.embedding.embedding_model,
            embedder_state=self._embedders.wanted.state,
            embedder_note="" if error is None else error.for_the_owner,
            banks=unless_gone(lambda: len(self.scopes()), load.open_banks),
            open_banks=load.open_banks,
            due=load.due,
            fault=self.faults.last,
            unkept=self.storage.unkept(),
            mended=self._mended(),
            notices=self._daily.notices(),
        )

    def load(self) -> Load:
        """Tell what there is to do, also in the other process."""
        opened = [bank for _, bank in self._banks.items()]
        here = Load(
            due=sum(unless_gone(bank.due, 0) for bank in opened),
            banks_due=self._worker.waiting(),
            open_banks=len(opened),
        )
        return here.beside(self._elsewhere.load)

    def _mended(self) -> tuple[str, ...]:
        mended = tuple(
            f"The memory of {scope.character}: {words}"
            for scope, bank in self._banks.items()
            for words in unless_gone(bank.state.store.repairs, list[str]())
        )
        return mended + tuple(self._finished)

    def close(self) -> None:
        """Finish the batch under way and close all banks."""
        self._daily.close()
        self._tidier.close()
        self.clear_exports.close()
        self._gates.settle()
        self._worker.close()
        for bank in self._banks.known():
            bank.close()
        for bank in self._banks.clear():
            bank.abandon()
        self.storage.close()
        self.collections.close()
