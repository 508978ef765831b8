"""One character's memory for one user: its chats, messages and memories.

Owns: the lock, the chats in memory, and keeping index and backlog in step with the
store.
Knows nothing of: hosts, prompts, how vectors are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import RLock
from typing import NamedTuple
from uuid import uuid4

import numpy as np

from ..config import Settings
from ..core.policy import Remembering
from ..core.records import ROUND, Hand, StoredChat
from ..core.retrieval.supersession import forget_reads
from ..core.types import Context, Explanation, PathEntry, Query, Scope, Window
from ..errors import Conflict
from ..models.embedder import Embedder
from ..storage.protocols import BankStore
from .chat import BankStats, Chat, ChatInfo
from .compose import Drawn, Request, Tales, before_tokens, compose, story_tokens
from .embedding.embedders import Embedders
from .embedding.indexer import Indexer
from .embedding.rereading import Rereading
from .faults import Clock
from .ingestion.observe import ChatState, Observation, continues, follow
from .memories import Memories
from .policies import Policies, Setting, Storylines
from .recalls import RecallRecords
from .records import ChatName, never
from .retrieval.rerank import GetReranker
from .retrieval.retriever import Retriever
from .retrieval.search import Recall
from .state.annotations import AnnotationIndex
from .state.chats import ChatDirectory
from .state.inside import Inside
from .state.messages import Index, Path
from .state.policies import PolicyDirectory, Viewer
from .state.withheld import Withholding
from .summarization.past import Past
from .summarization.summaries import Summaries
from .summarization.tales import NO_TALE
from .summarization.writing import NO_PEN, Pen
from .timings import Timings
from .worker import Worker

UNKNOWN = -1


class Followed(NamedTuple):
    """What became of a window: the chat if it changed, from which place on."""

    state: ChatState | None
    observation: Observation
    keep: int


class Bank:
    """One character's memory for one user. Safe to use from any thread."""

    def __init__(
        self,
        scope: Scope,
        store: BankStore,
        *,
        settings: Callable[[], Settings],
        clock: Clock,
        pen: Pen = NO_PEN,
        timings: Timings | None = None,
        reranker: GetReranker = lambda: None,
    ) -> None:
        """Read what is needed to answer by words; vectors follow with the embedder."""
        self.scope = scope
        self.timings = timings or Timings()
        self._store = store
        self._settings = settings
        self._clock = clock
        self._lock = RLock()
        self._index = Index()
        self._hands = AnnotationIndex()
        self._book = ChatDirectory(store)
        self.rules = PolicyDirectory(store, self._book, settings, clock)
        setting = Setting(
            store,
            self._lock,
            book=self._book,
            directory=self.rules,
            refresh=self._refresh,
        )
        self.policies = Policies(setting)
        self.storylines = Storylines(setting)
        self._drawn = Drawn()
        self.upkeep = Indexer(
            store,
            self._lock,
            settings,
            index=self._index,
            hands=self._hands,
            book=self._book,
            names=self._names,
            wake=self._wake,
        )
        self._worker: Worker | None = None
        self._over = False
        with store.reading():
            self._version = store.data_version()
            self.summaries = Summaries(
                store,
                self._lock,
                clock,
                settings,
                index=self._index,
                names=self._names,
                chat_id=lambda row: self._book[row].id,
                pen=pen,
            )
            self._reload()
            self.rules.read()
            self.memories = Memories(
                store,
                self._lock,
                clock,
                chat_of=self._chat_id_of,
                on_path=self._index.rows_on_paths,
                changed=self._hand_changed,
                summaries=self.summaries,
            )
            self._hands.replace(self.memories.hands(), store.messages.rows_of)
        self._past = Past(
            store,
            settings,
            clock,
            index=self._index,
            book=self._book,
            policies=self.rules,
            summaries=self.summaries,
            memories=self.memories,
        )
        self._withheld = Withholding(
            store, self.memories.hands, self._index, self.rules
        )
        self._mind = Retriever(
            scope,
            store,
            self._lock,
            settings,
            clock,
            index=self._index,
            hands=self._hands,
            memories=self.memories,
            policies=self.rules,
            withheld=self._withheld.keys,
            upkeep=self.upkeep,
            chunked=self.summaries.shelf.chunked,
            reranker=reranker,
        )
        self.recalls = RecallRecords(
            scope,
            store,
            self._lock,
            settings,
            clock,
            book=self._book,
            policies=self.rules,
            memories=self.memories,
            refresh=self._refresh,
        )
        self.inside = Inside(
            store=store,
            lock=self._lock,
            now=clock,
            book=self._book,
            names=self._names,
            reload=self._reload_all,
            read_again=self._read_again,
        )
        self.rereading = Rereading(self.inside)

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
        return Chat(
            self,
            ChatName(
                host=host, name=name, forked_from=forked_from, gone=gone, story=story
            ),
        )

    def chat_showing(self, window: Window, *, host: str) -> Chat:
        """Find the chat that a window continues, by its text alone; else a new one.

        A window continues a chat if all but its newest message stand at the end of
        that chat's path, where at most the last reply may be missing (it is being
        regenerated).
        """
        with self._lock:
            self._refresh()
            window = self._book.heard(window, self.scope.character)
            for chat in self._book:
                names = [name for known_host, name in chat.names if known_host == host]
                if names and continues(self._book.state(chat.row).places, window):
                    return self.chat(names[0], host=host)
        return self.chat(uuid4().hex, host=host)

    def chats(self) -> list[ChatInfo]:
        """Return all chats with a message, the one seen last first."""
        with self._lock:
            self._refresh()
            lengths = [(one, len(self._index.path(one.row).rows)) for one in self._book]
        infos = [ChatInfo.of(chat, length) for chat, length in lengths if length]
        return sorted(infos, key=lambda info: info.seen_at, reverse=True)

    def path(self, name: ChatName) -> list[PathEntry]:
        """Return a chat's path, oldest first; empty for one that is not stored."""
        with self._lock:
            self._refresh()
            row = self._book.row_of(name)
            return [] if row is None else list(self._book.state(row).places)

    def observe(
        self, name: ChatName, window: Window, *, by_hand: bool = False
    ) -> Observation:
        """Follow what a host shows of a chat; see `Chat.observe`.

        Args:
            name: The chat.
            window: What is shown.
            by_hand: Whether a person brings it, as in a file; then it is kept even
                while the character is not to remember.
        """
        with self._lock:
            state, observation, keep = self._write(name, window, by_hand=by_hand)
            if state is not None:
                self._followed(state, keep)
            return observation

    def _write(self, name: ChatName, window: Window, *, by_hand: bool) -> Followed:
        """Store what a window changes, whatever other processes write meanwhile."""
        self._refresh()
        try:
            with suppress(Conflict):
                return self._place(name, window, by_hand=by_hand)
            # Another process wrote between our look and our write: look again, alone.
            self._book.forget(self._book.row_of(name))
            self._version = UNKNOWN
            with self._store.exclusive():
                self._refresh()
                return self._place(name, window, by_hand=by_hand)
        except BaseException:
            # What was not written must not be taken for known.
            self._book.clear()
            self._version = UNKNOWN
            raise

    def _admissible(self, name: ChatName, window: Window, *, by_hand: bool) -> Window:
        """Return what may be kept of a window; nothing where none is to be."""
        window = self._book.heard(window, self.scope.character)
        viewer = Viewer(self._book.row_of(name), name)
        if by_hand or self.rules.in_force(viewer).remembers is Remembering.YES:
            return self.rules.without_unheard(window)
        if name.name:
            self.rules.leave_out(window)
        return replace(window, messages=())

    def _place(self, name: ChatName, window: Window, *, by_hand: bool) -> Followed:
        """Store what a window changes; no chat if it changes nothing."""
        window = self._admissible(name, window, by_hand=by_hand)
        if not window.messages or not name.name:
            return Followed(None, Observation(path_length=len(self.path(name))), 0)
        row = self._book.row_of(name)
        now = self._clock()
        self.rules.join_by_hint(Viewer(row, name))
        if row is None:
            state = self._book.adopt(name, window, now)
        else:
            state = self._book.state(row)
        observation, keep = follow(self._store, state, window, now, self._book.onward)
        if observation.changed or keep < observation.path_length:
            self._book.moved(state, now)
        elif row is not None:
            return Followed(None, observation, keep)
        return Followed(state, observation, 0 if row is None else keep)

    # -- recall and compose ------------------------------------------------------

    def recall(self, name: ChatName, query: Query) -> Recall:
        """Return what a message brings to mind in a chat."""
        found = self._mind.recall(self._viewer(name, query), query)
        with self._lock:
            self._wake()
        return found

    def explain(
        self, name: ChatName, query: Query, context: Context | None = None
    ) -> Explanation:
        """Say why a message brings to mind what it does; see `Chat.explain`."""
        return self._mind.explain(self._viewer(name, query), query, context)

    def _viewer(self, name: ChatName, query: Query) -> Viewer:
        return Viewer(self._known(name), name, query.recalls_from)

    def _known(self, name: ChatName) -> int | None:
        """Take over what others wrote; return a chat's row, None if it has none."""
        with self._lock:
            self._refresh()
            return self._book.row_of(name)

    def compose(self, name: ChatName, request: Request) -> Context:
        """Return the blocks that memory adds to the prompt."""
        rules = self.policies.in_force_named(name)
        request = request.within(rules.budget)
        with self._lock:
            round_ = self._store.metadata.get(ROUND)
        with self.timings.of("recall"):
            found = self.recall(name, request.query)
        with self._lock:
            drawn = self._drawn
            visible = self._store.messages.rows_of(sorted(request.query.visible))
            row = self._book.row_of(name)
            viewer = self._viewer(name, request.query)
            withheld = self._withheld.keys(viewer)
            tales = self._tales(row, visible.values(), request)
            if not tales.retold.memories:
                found = self._past.going_on(row, request, found)
            pinned = [one for one in self.memories.pinned() if one.id not in withheld]
            self._wake()
        settings, now = self._settings(), self._clock()
        made = compose(request, found, pinned, tales, settings, now, drawn)
        made = replace(made, position=rules.position)
        return self.summaries.shown(row, made, round_)

    def _tales(
        self, row: int | None, visible: Iterable[int], request: Request
    ) -> Tales:
        """Return what a chat is told of what was."""
        settings = self._settings()
        room = before_tokens(request, settings)
        before = self._past.lived(row, room)
        own = story_tokens(request, settings, before)
        story = self.summaries.story(row, visible, own)
        retold = NO_TALE
        if self._past.is_asked(request):
            room = request.recall_tokens
            earlier = self._past.lived(row, room if request.alone else 0)
            retold = earlier.then(self.summaries.retold(row, room))
        return Tales(before=before, story=story, retold=retold)

    def has_past(self, name: ChatName) -> bool:
        """Say whether a chat is told of others that came before it."""
        if not self._settings().summaries.before_this_chat:
            return False
        row = self._known(name)
        with self._lock:
            return self._past.any(row)

    # -- upkeep ------------------------------------------------------------------

    def use(self, embedders: Embedders, worker: Worker) -> None:
        """Take embedders and a worker; see `Indexer.use`."""
        self._worker = worker
        self.upkeep.use(embedders, worker)

    def derive(self, embedder: Embedder, count: int) -> int:
        """Embed up to `count` due texts; return how many are still due."""
        return 0 if self._over else self.upkeep.derive(embedder, count, self.summaries)

    def settle(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until everything observed has its vectors; return whether it has."""
        return self.upkeep.settle(timeout_seconds)

    def due(self) -> int:
        """Count the texts that wait for a vector; 0 until the embedder is there."""
        return self.upkeep.due()

    def stats(self) -> BankStats:
        """Count what the bank holds."""
        with self._lock:
            self._refresh()
            return BankStats(
                messages=len(self._index.rows_on_paths()),
                chats=len(self.chats()),
                notes=self.memories.count_notes(),
                embedded=self.upkeep.embedded(),
                due=self.due(),
                embedding=self.upkeep.state(),
            )

    def rest(self) -> None:
        """Let go of the files until the next call of anybody who holds this."""
        if self._worker is not None and not self._worker.able:
            self._worker.leave(self)  # An embedder that never comes must not hold it.
        self._store.rest()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self.upkeep.flush()
            self.abandon()

    def abandon(self) -> None:
        """Let go of the files and write nothing, for they are not where they were."""
        self._over = True
        self.rereading.stop()
        if self._worker is not None:
            self._worker.leave(self)
        self._store.close()

    # -- inside ------------------------------------------------------------------

    def _wake(self) -> None:
        if self._worker and (
            self.rereading.due() or self.upkeep.waiting() or self.summaries.due()
        ):
            self._worker.wake(self)

    def _reload_all(self) -> None:
        self._version = UNKNOWN
        self._refresh()

    def _read_again(self) -> None:
        """Read everything again: what was derived of messages is another by now."""
        self._index.clear()
        self._book.clear()
        self._reload_all()

    def _refresh(self) -> None:
        """Take over what another process wrote."""
        if self._store.data_version() == self._version:
            return
        with self._store.reading():
            version = self._store.data_version()
            forgot = self._reload()
            self.rules.read()
            self.upkeep.read()
            self.memories.reload()
            self.summaries.reload()
            if forgot:
                self._past.forget()
            self._past.changed()
            self._hands.replace(self.memories.hands(), self._store.messages.rows_of)
            self._version = version
        if self._hands.due():
            self._wake()  # Another program's note, for one; a mere look writes nothing.

    def _reload(self) -> bool:
        """Read chats and messages that are new or changed since the last look.

        Returns:
            Whether something was forgotten meanwhile.
        """
        forgot = self._book.forgot_more()
        if forgot:
            self._index.clear()
            forget_reads()
            self._drawn = Drawn()  # A turn under way keeps to the former.
            self.summaries.forget_prompts()
        self._index.add(self._store.messages.index_entries(after=self._index.last_row))
        for chat in self._store.chats.all():
            if not self._book.is_current(chat):
                places = self._store.chats.path(chat.row)
                provisional = bool(places) and places[-1].provisional
                rows = [place.message for place in places]
                self._index_path(chat, rows, provisional)
            self._book.learn(chat)
        return forgot

    def _index_path(
        self, chat: StoredChat, rows: Sequence[int], provisional: bool, keep: int = 0
    ) -> None:
        """Take over a chat's path; its first `keep` places are as they were."""
        self._index.set_path(
            chat.row,
            Path(
                family=chat.family,
                rows=np.array(rows, np.int32),
                provisional=provisional,
                seen_at=chat.seen_at,
            ),
        )
        self.upkeep.follow(chat.row, keep)
        self._wake()

    def _followed(self, state: ChatState, keep: int) -> None:
        """Bring the index in line with a path that changed after `keep` places."""
        self._index.add(self._store.messages.index_entries(after=self._index.last_row))
        provisional = bool(state.places) and state.places[-1].provisional
        self._index_path(state.stored, state.rows, provisional, keep)

    def _names(self) -> list[str]:
        """Return what the participants are called, always in the same order."""
        index = self._index
        return sorted({self.scope.character, *index.user_names, *index.character_names})

    def _chat_id_of(self, row: int) -> str | None:
        chat = self._index.chat_of(row)
        return None if chat is None else self._book[chat].id

    def _hand_changed(self, hand: Hand | None) -> None:
        del hand
        with self._lock:
            self._hands.replace(self.memories.hands(), self._store.messages.rows_of)
            self.summaries.changed()
            self._past.changed()
            self._wake()
