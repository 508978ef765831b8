"""What a bank holds in memory, in step with its store.

Owns: the indexes over one store, and taking over what is written past them.
Knows nothing of: what is done with them, hosts, prompts, models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from threading import RLock, local
from typing import Protocol

from ...config import Settings
from ...core.records import Annotation, StoredChat
from ...core.retrieval.supersession import forget_reads
from ...core.steps import HandChange, Key
from ...core.types import (
    MemoryItem,
    MemoryKind,
    Message,
    PathEntry,
    Scope,
    Window,
)
from ...errors import NotFound
from ...storage.protocols import BankStore
from ..faults import Clock
from ..records import ChatName
from .annotations import AnnotationIndex
from .chats import ChatDirectory, ChatState
from .emotions import EmotionIndex
from .memories import RecentMessages, note_memory, turn_memory
from .messages import MessageIndex, Path
from .policies import PolicyDirectory
from .step_log import StepLog
from .summaries import SummaryIndex
from .vector_models import VectorModels
from .vocabulary import VocabularyIndex
from .withheld import Withholding

UNKNOWN = -1


class StateListener(Protocol):
    """Something that keeps what it made of a bank's state; its lock is held."""

    def changed(self) -> None:
        """Look at everything anew: by hand or elsewhere, something changed."""

    def forgot(self) -> None:
        """Keep no text any more, for something of it was forgotten for good."""


def _nobody() -> None:
    """Wake nobody, for there is no worker yet."""


class _Turn(local):
    """Where a thread stands: in a turn, in which it has looked what others wrote."""

    lasts = False
    looked = False


class BankState:
    """One bank's store and the indexes over it.

    Whoever calls a method, or one of an index, holds `lock`. Whoever writes past the
    indexes reloads after. What is held here is no act: acts take it, and it knows none
    of them.

    Attributes:
        scope: Whose memory it is.
        store: The log, and what is derived of it.
        clock: Tells the time, aware UTC.
        lock: One for the whole bank; never held while a model works.
        settings: Tells the settings in force.
        chats: Names, paths in memory, and what must not come back.
        messages: Columns, words and paths as arrays.
        annotations: All by hand.
        steps: What was done by hand, to be undone.
        policies: What was set for the character and chats, and the storylines.
        withheld: What by hand is not for a chat.
        emotions: What messages show of feelings.
        summaries: What was told in short, and what of it is due.
        vectors: The vectors that serve, and those that are coming.
        vocabulary: The words that were said, with vectors.
    """

    def __init__(
        self,
        scope: Scope,
        store: BankStore,
        *,
        settings: Callable[[], Settings],
        clock: Clock,
    ) -> None:
        """Read what is needed to answer by words; vectors come with the embedder.

        Raises:
            StoreError: It cannot be read.
        """
        self.scope = scope
        self.store = store
        self.settings = settings
        self.clock = clock
        self.lock = RLock()
        self.chats = ChatDirectory(store)
        self.messages = MessageIndex()
        self.steps = StepLog(store, clock)
        self.policies = PolicyDirectory(
            store, self.chats, settings, clock, self.steps.note_rule
        )
        self.vectors = VectorModels(store)
        self.emotions = EmotionIndex(store)
        self.vocabulary = VocabularyIndex(
            store,
            self.lock,
            wanted=lambda: bool(settings().recall.near_words_weight),
        )
        self._recent = RecentMessages(store)
        self._turn = _Turn()
        self._listeners: list[StateListener] = []
        self._waken: Callable[[], None] = _nobody
        with store.reading():
            self._version = store.data_version()
            self.annotations = AnnotationIndex(store)
            self.summaries = SummaryIndex(store, settings, self.annotations)
            self._read_chats()
            self.policies.read()
        self.withheld = Withholding(
            store, self.annotations, self.messages, self.policies
        )

    # -- what it is told -----------------------------------------------------------

    def listen(self, listener: StateListener) -> None:
        """Let something know of every change that is not a path's."""
        self._listeners.append(listener)

    def use_worker(self, waken: Callable[[], None]) -> None:
        """Learn how to say that there may be something to derive."""
        self._waken = waken

    def wake(self) -> None:
        """Say that there may be something to derive."""
        self._waken()

    def path_changed(self, chat: ChatState, keep: int) -> None:
        """Bring the indexes in line with a path that we changed after `keep` places."""
        self._read_messages()
        provisional = bool(chat.places) and chat.places[-1].provisional
        self._take_path(chat.stored, chat.rows, provisional, keep)
        self.wake()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Do something by hand as one step that can be undone; see `exclusive`.

        Args:
            what: A word for it.
        """
        with self.exclusive(), self.steps.step(what):
            yield

    def annotate(self, hand: Annotation) -> None:
        """Store what a person wrote or decided; durable when it returns."""
        self.annotate_all([hand])

    def annotate_all(
        self, hands: Sequence[Annotation], drop: Sequence[Key] = ()
    ) -> None:
        """Store what a person wrote or decided, and keep nothing of other memories."""
        known = self.annotations.get
        for hand in hands:
            self.steps.note(HandChange(known(hand.kind, hand.key), hand))
        for key in drop:
            if (former := known(*key)) is not None:
                self.steps.note(HandChange(former, None))
        self.annotations.change(hands, drop)
        self._annotated()

    def serve(self) -> None:
        """Compare queries with the vectors that serve now, and with no others."""
        serving = self.vectors.serving
        self.messages.vectors = None if serving is None else serving.search
        self.annotations.take_vectors({})
        if serving is not None:
            self.vocabulary.attach(serving.model.dimension)

    # -- in step with the store ------------------------------------------------------

    def refresh(self) -> None:
        """Take over what another process wrote, if any did; see `turn`."""
        if self._turn.looked and self._version != UNKNOWN:
            return
        self._look()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Look once for what others wrote, not at every step; may be nested.

        It holds for the thread that asks. Who waited for something long in between
        looks again by `waited`; `exclusive` always does.
        """
        outer, self._turn.lasts = self._turn.lasts, True
        try:
            yield
        finally:
            self._turn.lasts = outer
            self._turn.looked = self._turn.looked and outer

    def waited(self) -> None:
        """Look again, if the thread asks the next time in its turn."""
        self._turn.looked = False

    def _look(self) -> None:
        self._turn.looked = self._turn.lasts
        if self.store.data_version() == self._version:
            return
        with self.store.reading():
            version = self.store.data_version()
            moved = self._read_chats()
            self.policies.read()
            if not self.vectors.read():
                self.serve()
            self._recent.clear()
            self.annotations.reload()
            self.summaries.reload()
            self.emotions.reload()
            for listener in self._listeners:
                listener.changed()
            self._version = version
        if moved or self.annotations.due():
            self.wake()  # Another program's note, for one; a mere look writes nothing.

    def doubt(self) -> None:
        """Take the store for changed at the next look, whoever wrote."""
        self._version = UNKNOWN

    def reload(self) -> None:
        """Take over what was written past the indexes, here or elsewhere."""
        self.doubt()
        self.refresh()

    def reread(self) -> None:
        """Read everything again: what was derived of messages is another by now."""
        self.messages.clear()
        self.chats.clear()
        self.reload()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Look and change as one step for all programs; takes the lock, may be nested.

        All that is written inside holds, or none of it.
        """
        with self.lock:
            try:
                with self.store.exclusive():
                    self._look()
                    yield
            except BaseException:
                # What was not written must not be taken for known.
                self.doubt()
                raise

    def back_up(self, change: str) -> None:
        """Copy the bank, if that is wanted, before much of it changes.

        Args:
            change: What is about to be done, as it names the copy.
        """
        self.store.back_up(change)

    # -- what it tells ---------------------------------------------------------------

    def names(self) -> list[str]:
        """Return what the participants are called, always in the same order."""
        messages = self.messages
        return sorted(
            {self.scope.character, *messages.user_names, *messages.character_names}
        )

    def row_of(self, name: ChatName) -> int | None:
        """Take over what others wrote; return a chat's row, None if it has none."""
        self.refresh()
        return self.chats.row_of(name)

    def rows_shown(self, chat: int | None, ids: Set[str]) -> set[int]:
        """Return the rows of messages that a host shows in a chat.

        Args:
            chat: Row of the chat; None for one that is not stored.
            ids: Of the messages; unknown ones are left out.
        """
        known = self.chats.newest(chat, ids)
        others = sorted(ids - known.keys())
        found = self.store.messages.rows_of(others) if others else {}
        return {*known.values(), *found.values()}

    def path(self, name: ChatName) -> list[PathEntry]:
        """Return a chat's path, oldest first; empty for one that is not stored."""
        row = self.row_of(name)
        return [] if row is None else list(self.chats.state(row).places)

    def admissible(self, window: Window) -> Window:
        """Return what may be kept of a window: what was heard and is not forgotten."""
        return self.chats.admissible(window, self.scope.character)

    def was_forgotten(self, message_id: str, text: str) -> bool:
        """Whether something was forgotten for good, by its id or by its text."""
        forgotten = self.chats.forgotten
        return forgotten.has_id(message_id) or forgotten.has_text(text)

    def chat_id(self, row: int) -> str:
        """Return our id of a chat by its row."""
        return self.chats[row].id

    def chat_of(self, row: int) -> str | None:
        """Return our id of a chat on whose path a message stands; None if on none."""
        chat = self.messages.chat_of(row)
        return None if chat is None else self.chats[chat].id

    def memories_of(self, rows: Iterable[int]) -> list[MemoryItem]:
        """Show message rows as memories, in this order; unknown rows are left out."""
        wanted = list(rows)
        messages = self._recent.get(wanted)
        return [
            turn_memory(
                messages[row],
                self.annotations.get(MemoryKind.TURN, messages[row].id),
                self.chat_of(row),
            )
            for row in wanted
            if row in messages
        ]

    def as_left(self, rows: Iterable[int]) -> list[Message]:
        """Return messages as a person left them, in this order.

        What is deleted or hidden says nothing; unknown rows are left out.
        """
        wanted = list(rows)
        messages = self.store.messages.get(wanted)
        instead = self.annotations.rewritten
        return [
            messages[row]._replace(content=instead.get(row, messages[row].content))
            for row in wanted
            if row in messages
        ]

    def memory(self, memory_id: str) -> MemoryItem:
        """Return a note, or what was said, deleted or not.

        Raises:
            NotFound: No note and no message has this id.
        """
        note = self.annotations.get(MemoryKind.NOTE, memory_id)
        if note is not None:
            return note_memory(note)
        rows = self.store.messages.rows_of([memory_id])
        if memory_id not in rows:
            raise NotFound(f"There is no memory with the id {memory_id!r}.")
        [memory] = self.memories_of([rows[memory_id]])
        return memory

    # -- inside ------------------------------------------------------------------

    def _annotated(self) -> None:
        self.summaries.changed()
        for listener in self._listeners:
            listener.changed()
        self.wake()

    def _read_messages(self) -> None:
        self.messages.add(
            self.store.messages.index_entries(after=self.messages.last_row)
        )

    def _read_chats(self) -> bool:
        """Read chats and messages that are new or changed since the last look.

        Returns:
            Whether a path is another one now.
        """
        if self.chats.forgot_more():
            self.messages.clear()
            self.emotions.clear()
            forget_reads()
            for listener in self._listeners:
                listener.forgot()
        self._read_messages()
        moved = False
        for chat in self.store.chats.all():
            if not self.chats.is_current(chat):
                places = self.store.chats.path(chat.row)
                provisional = bool(places) and places[-1].provisional
                rows = [place.message for place in places]
                self._take_path(chat, rows, provisional)
                moved = True
            self.chats.learn(chat)
        return moved

    def _take_path(
        self, chat: StoredChat, rows: Sequence[int], provisional: bool, keep: int = 0
    ) -> None:
        """Take over a chat's path; its first `keep` places are as they were."""
        self.messages.set_path(
            chat.row,
            Path(
                family=chat.family,
                rows=self.messages.with_tail(chat.row, keep, rows[keep:]),
                provisional=provisional,
                seen_at=chat.seen_at,
            ),
            keep,
        )
        self.vectors.ask_for(self.messages, chat.row, keep)
