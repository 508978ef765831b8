"""Make anew what was derived of a log: words, vectors, emotions, facts, summaries.

Owns: the order, progress, stopping; what is left alone.
Knows nothing of: terminals, how a store keeps things.

Every step is one transaction and can be repeated, so a stop anywhere leaves a bank that
works: what is not there yet is made in the background, or by the next rebuild. Nothing
that a person can see changes. What was written by hand, or by a language model, is not
derived and stays; so do the stretches that summaries tell, for these depend on when
they were first made. One thing may differ: an extract whose sentences were chosen with
another embedding model is chosen with today's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..core.records import StoredSummary
from ..core.summaries.tiers import Maker, Tier
from ..errors import EmbeddingError
from ..storage.protocols import BankStore
from .embedding.indexer import Indexer
from .embedding.rereading import MessagePass
from .knowledge.emotion_job import EmotionJob
from .knowledge.message_readings import MessageReadings
from .state.bank_state import BankState
from .summarization.extracting import told, told_again, user_of

EMBEDDED_AT_ONCE = 32

STARTED = "rebuild-started"
"""The note about a bank that says what is being made anew in it."""


class What(StrEnum):
    """What can be made anew."""

    WORDS = "words"
    VECTORS = "vectors"
    EMOTIONS = "emotions"
    FACTS = "facts"
    SUMMARIES = "summaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildProgress:
    """How far a rebuild is with one thing."""

    what: What
    done: int
    total: int


def finish(store: BankStore) -> str:
    """Take note of a rebuild that was stopped in the middle; return what to say of it.

    Nothing else has to be done: each of its steps is whole or was not taken, and
    vectors that are missing are due like those of new messages.

    Returns:
        What was under way, for people; empty if nothing was.
    """
    started = store.metadata.get(STARTED)
    if started is None:
        return ""
    store.metadata.drop(STARTED)
    words = f"a rebuild ({started}) had not come to its end; nothing was lost"
    if What.VECTORS in started.split(", "):
        words += ", and vectors that are missing are made in the background"
    return words


class Rebuild:
    """Makes things of one bank anew; hosts may go on using the bank meanwhile."""

    def __init__(
        self,
        state: BankState,
        indexer: Indexer,
        readings: MessageReadings,
        tell: Callable[[RebuildProgress], None] = lambda progress: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare; nothing is done yet.

        Args:
            state: Of the bank that is rebuilt.
            indexer: Makes its vectors.
            readings: What was read in its messages.
            tell: Hears how far it is.
            stop: Asked between two steps.
        """
        self._state = state
        self._indexer = indexer
        self._readings = readings
        self._emotion_job = EmotionJob(state)
        self._tell = tell
        self._stop = stop

    def run(self, wanted: Collection[What] = tuple(What)) -> dict[What, int]:
        """Make things anew.

        Returns:
            How many of each were made; fewer than there are if it was stopped.

        Raises:
            EmbeddingError: There is no model to embed with; no vector was touched.
            StoreError: Something could not be stored; what is missing is made later.
        """
        makers = {
            What.WORDS: self._words,
            What.VECTORS: self._vectors,
            What.EMOTIONS: self._emotions,
            What.FACTS: self._facts,
            What.SUMMARIES: self._summaries,
        }
        chosen = {what: make for what, make in makers.items() if what in wanted}
        store = self._state.store
        store.metadata.put(STARTED, ", ".join(chosen))
        try:
            made = {what: make() for what, make in chosen.items()}
        except EmbeddingError:
            store.metadata.drop(STARTED)
            raise
        store.metadata.drop(STARTED)
        return made

    def _words(self) -> int:
        """Make the words of all messages anew, and the full text."""
        reading = MessagePass(self._state)
        while not self._stop() and reading.lot():
            self._tell(
                RebuildProgress(what=What.WORDS, done=reading.done, total=reading.total)
            )
        reading.finish()
        return reading.done

    def _vectors(self) -> int:
        """Drop all vectors and embed everything anew."""
        embedder = self._indexer.embed_anew()
        total = due = self._indexer.lacking()
        while due and not self._stop():
            self._tell(
                RebuildProgress(what=What.VECTORS, done=total - due, total=total)
            )
            self._indexer.work(embedder, EMBEDDED_AT_ONCE)
            due = self._indexer.lacking()
            total = max(total, due)
        self._tell(RebuildProgress(what=What.VECTORS, done=total - due, total=total))
        return total - due

    def _emotions(self) -> int:
        """Read what all messages show of feelings anew."""
        with self._state.lock:
            total = self._state.messages.last_row
        first, done = 1 if total else 0, 0
        while first and not self._stop():
            first = self._emotion_job.read_anew(first)
            done = min(first - 1, total) if first else total
            self._tell(RebuildProgress(what=What.EMOTIONS, done=done, total=total))
        return done

    def _facts(self) -> int:
        """Read facts, what is to come and what memory is told in all messages anew."""
        self._readings.read_anew()
        total = due = self._unread()
        while due and not self._stop():
            self._readings.work()
            due = self._unread()
            self._tell(RebuildProgress(what=What.FACTS, done=total - due, total=total))
        return total - due

    def _unread(self) -> int:
        with self._state.lock:
            return self._readings.due()

    def _summaries(self) -> int:
        """Choose the sentences of extracts anew, where what they rest on is the same.

        One whose parts changed is due anyway, and serves as it is until then.
        """
        with self._state.lock:
            extracts = list(self._extracts())
        done = 0
        for one in extracts:
            if self._stop():
                break
            self._make(one)
            done += 1
            self._tell(
                RebuildProgress(what=What.SUMMARIES, done=done, total=len(extracts))
            )
        with self._state.lock:
            self._state.reload()
        return done

    def _extracts(self) -> Iterator[StoredSummary]:
        """Yield the extracts that can be made anew, each after its parts."""
        index = self._state.summaries
        order = list(Tier)
        found = sorted(
            self._state.store.summaries.all(),
            key=lambda one: order.index(Tier(one.tier)),
        )
        for one in found:
            chosen = one.maker == Maker.EXTRACT and index.by_hand(one.key) is None
            if chosen and index.inputs_of(one) == one.inputs:
                yield one

    def _make(self, one: StoredSummary) -> None:
        state, index = self._state, self._state.summaries
        with state.lock:
            said = state.store.messages.get(one.messages or (one.first, one.last))
            messages = state.as_left(one.messages)
            parts = [index.source(key, index.text_of(key)) for key in one.parts]
            user = user_of(list(said.values()))
        if parts:
            text = told_again(parts, Tier(one.tier), index.targets, user)
        else:
            text = told(messages, index.targets)
        with state.lock:
            if text != one.text:
                index.put(one._replace(text=text))
