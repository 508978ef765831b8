"""Facts that a language model draws from the messages of one bank, in the background.

Owns: which messages it is given and when, the rest after a failure, and that its facts
are kept among the notes about the bank.
Knows nothing of: what makes a fact hold, rules, prompts, which model it is.

A model is given messages that have settled, a batch at a time, each of them once; what
rules found stands meanwhile and stays. A fact is told where its message is live, as
those of rules are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.knowledge.bearing import bearing_of
from ...core.knowledge.facts import Fact
from ...core.knowledge.model_facts import (
    INSTRUCTION,
    SCHEMA,
    BatchLine,
    CheckedFacts,
    FactFault,
    ModelBatch,
    asked,
    batch_read,
    batch_text,
    facts_in,
    inputs_of,
)
from ...core.knowledge.readings import MessageReading, read_message
from ...core.records import MODEL_FACTS, ROUND
from ...core.retrieval.arrays import Growing
from ...core.types import Message
from ...errors import UnusableAnswer, UpstreamError
from ...models.embedder import Embedder
from ...models.llm import Writer
from ..state.bank_state import BankState
from ..summarization.writing import WriterSource
from .model_tally import count_failure, count_refused, tally_of

SETTLED: Final = 2
"""So many messages at the end of a chat may yet be swiped; no model is given them."""

BATCH: Final = 12
"""Messages that a model is given at once."""

LEAST: Final = 6
"""A model is not asked for fewer."""

REST: Final = timedelta(minutes=5)
"""A model that failed is not asked again for so long."""

DOING: Final = "having facts drawn"

MOST_ANSWER_TOKENS: Final = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFactsStatus:
    """How it stands with the facts that a model draws.

    Attributes:
        asked: Messages that a model was given.
        kept: Facts of it that are kept.
        waiting: Messages that it may yet be given.
        refused: How many of its facts were not kept, by reason.
        failures: Answers that were none.
        last_failure: Why the last was none; empty if all were.
        rests_until: When it is asked again after a failure; None if it may be now.
    """

    asked: int
    kept: int
    waiting: int
    refused: Mapping[FactFault, int]
    failures: int
    last_failure: str
    rests_until: datetime | None


class ModelFacts:
    """The facts that a model drew in one bank; takes the bank's lock itself.

    Attributes:
        version: Another one whenever anything came or went.
    """

    def __init__(self, state: BankState, pen: WriterSource) -> None:
        """Ask nothing yet; `pen` lends a language model, if there is one."""
        self._state = state
        self._pen = pen
        self.version = 0
        self._rests_until: datetime | None = None
        # What a model could not answer; it is not asked again before the next start.
        self._unusable: set[str] = set()
        self._in_hand: set[int] = set()
        self._batches: dict[str, ModelBatch] | None = None
        self._by_row: dict[int, tuple[float, tuple[Fact, ...]]] = {}
        self._asked: set[int] = set()
        self._stamps: Growing[np.int64] = Growing(np.int64)
        self._bearings: Growing[np.uint32] = Growing(np.uint32)
        state.listen(self)

    # -- what the state tells ------------------------------------------------------

    def changed(self) -> None:
        """Take over what another program or an export brought; no message changes."""
        if self._batches is None:
            return
        kept = self._state.store.metadata.with_prefix(MODEL_FACTS)
        if kept.keys() != self._batches.keys():
            self.forgot()

    def forgot(self) -> None:
        """Know nothing but what is still kept."""
        self._batches = None
        self.version += 1

    # -- what was found ------------------------------------------------------------

    def at(self, row: int) -> MessageReading:
        """Return what a model drew from a message."""
        seen, facts = self._by_row.get(row, (0.0, ()))
        return MessageReading(facts=facts, seen=seen)

    def stamps(self, last_row: int) -> NDArray[np.int64]:
        """Return by row a stamp of what a model drew; 0 of nothing.

        The stamp of a row is another one whenever something else was drawn from it.
        """
        self._load()
        self._stamps.reach(last_row + 1, 0)
        return self._stamps.values

    def bearings(self, last_row: int) -> NDArray[np.uint32]:
        """Return by row what the facts drawn from messages bear on, as bits."""
        self._load()
        self._bearings.reach(last_row + 1, 0)
        return self._bearings.values

    def status(self) -> ModelFactsStatus:
        """Tell how it stands."""
        with self._state.lock:
            self._load()
            tally = tally_of(self._state.store)
            return ModelFactsStatus(
                asked=len(self._asked),
                kept=sum(len(facts) for _, facts in self._by_row.values()),
                waiting=sum(map(len, self._waiting())),
                refused=tally.refused,
                failures=tally.failures,
                last_failure=tally.last_failure,
                rests_until=self._rests_until if self._rests() else None,
            )

    # -- asking --------------------------------------------------------------------

    def due(self) -> int:
        """Count the batches that wait, if a model may be asked now."""
        with self._state.lock:
            if self._writer() is None:
                return 0
            return int(self._next() is not None)

    def work(self, embedder: Embedder, count: int) -> int:
        """Have a model read one batch; return how much is left.

        A model that fails is left alone for a while; what rules found stays.

        Args:
            embedder: Not needed: no vectors are asked for.
            count: One batch is enough for once, whatever is asked.
        """
        del embedder, count
        with self._state.lock:
            writer = self._writer()
        if writer is not None:
            try:
                self.write(writer)
            except UpstreamError as error:
                with self._state.lock:
                    self._rests_until = self._state.clock() + REST
                    self._failed(error)
        return self.due()

    def write(self, writer: Writer) -> bool:
        """Have a model read one batch; return whether there was one.

        Raises:
            UpstreamError: The model failed; what rules found stays.
        """
        state = self._state
        with state.lock:
            batch = self._next() if self._on else None
            if batch is None:
                return False
            round_ = state.store.metadata.get(ROUND)
            rows = tuple(row for row, _ in batch)
            self._in_hand.update(rows)
        try:
            return self._write(writer, batch, round_)
        finally:
            with state.lock:
                self._in_hand.difference_update(rows)

    # -- inside --------------------------------------------------------------------

    def _write(
        self, writer: Writer, batch: Sequence[tuple[int, BatchLine]], round_: str | None
    ) -> bool:
        state = self._state
        lines = [one for _, one in batch]
        said = [one.said for one in lines]
        answer = writer.write(
            INSTRUCTION, asked(lines), max_tokens=MOST_ANSWER_TOKENS, schema=SCHEMA
        )
        checked = facts_in(answer, lines)
        rows = tuple(row for row, _ in batch)
        with state.lock:
            if checked is None:
                self._unusable.add(inputs_of(said))
                self._failed(
                    UnusableAnswer(
                        f"What the language model ({writer.name}) wrote of facts makes "
                        "no sense; those of the rules stand. Try another model if that "
                        "goes on."
                    )
                )
                return True
            # What was forgotten meanwhile must not come back.
            kept = state.store.messages.get(rows)
            if round_ == state.store.metadata.get(ROUND) and [*kept.values()] == said:
                self._keep(rows, said, checked, writer.name)
            self._count(checked)
        return True

    @property
    def _on(self) -> bool:
        told = self._state.settings().facts
        return told.facts and told.facts_by_model

    def _rests(self) -> bool:
        return self._rests_until is not None and self._state.clock() < self._rests_until

    def _writer(self) -> Writer | None:
        return None if self._rests() or not self._on else self._pen.lend()

    def _failed(self, error: UpstreamError) -> None:
        count_failure(self._state.store, error)
        self._pen.failed(DOING, error)

    def _count(self, checked: CheckedFacts) -> None:
        count_refused(self._state.store, checked.refused)
        for reason, count in checked.refused.items():
            self._pen.refused(reason, count)

    def _load(self) -> None:
        """Take over what is kept, once."""
        if self._batches is not None:
            return
        self._batches, self._by_row, self._asked = {}, {}, set()
        self._stamps = Growing(np.int64)
        self._bearings = Growing(np.uint32)
        for key, text in self._state.store.metadata.with_prefix(MODEL_FACTS).items():
            self._note(key, batch_read(text))

    def _note(self, key: str, batch: ModelBatch) -> None:
        if self._batches is not None:
            self._batches[key] = batch
        self._asked.update(batch.rows)
        self._by_row.update(batch.facts)
        self._stamps.reach(max(batch.facts, default=0) + 1, 0)
        self._stamps.values[list(batch.facts)] = self.version + 1
        self._bearings.reach(len(self._stamps), 0)
        self._bearings.values[list(batch.facts)] = [
            bearing_of(facts) for _, facts in batch.facts.values()
        ]
        self.version += 1

    def _keep(
        self,
        rows: tuple[int, ...],
        said: Sequence[Message],
        checked: CheckedFacts,
        model: str,
    ) -> None:
        """Keep what a model drew; of which messages it was asked, too."""
        facts = {}
        for row, one in zip(rows, said, strict=True):
            told = tuple(fact for fact in checked.kept if one.id in fact.sources)
            if told:
                facts[row] = (one.seen_at.timestamp(), told)
        batch = ModelBatch(rows, facts, model)
        key = MODEL_FACTS + inputs_of(said)
        with self._state.store.exclusive():
            self._state.store.metadata.put(key, batch_text(batch))
        self._note(key, batch)

    def _waiting(self) -> Iterator[list[int]]:
        """Yield by chat the rows of messages that have settled and were not read."""
        self._load()
        state = self._state
        for chat in state.messages.chats():
            rows = state.messages.path(chat).rows[:-SETTLED].tolist()
            muted = state.annotations.muted
            away = self._asked | self._in_hand | muted
            yield [row for row in rows if row not in away]

    def _next(self) -> list[tuple[int, BatchLine]] | None:
        """Return the batch that is next, the newest messages of a chat first."""
        for waiting in self._waiting():
            if len(waiting) < LEAST:
                continue
            batch = self._lines(waiting[-BATCH:])
            if inputs_of([one.said for _, one in batch]) not in self._unusable:
                return batch
        return None

    def _lines(self, rows: Sequence[int]) -> list[tuple[int, BatchLine]]:
        messages = self._state.store.messages.get(rows)
        character = self._state.scope.character
        user = next((one.name for one in messages.values() if one.role == "user"), "")
        found = []
        before: Message | None = None
        for row in rows:
            one = messages[row]
            ours = one.role == "user"
            speaker = one.name or ("" if ours else character)
            other = character if ours else user
            known = read_message(one, before, character).facts
            found.append((row, BatchLine(one, known, speaker, other)))
            before = one
        return found
