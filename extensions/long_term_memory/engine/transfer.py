"""Carry a bank out whole, and in again.

Owns: what a bank is when it travels: chats, paths, every message that ever stood on
one, what was done by hand, and summaries and facts that a language model wrote.
Vectors, words and extracts are derived and stay behind.
Knows nothing of: files, formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ..core.knowledge.model_facts import ModelBatch, batch_read, batch_text, inputs_of
from ..core.records import (
    MODEL_FACTS,
    Annotation,
    NewMessage,
    StoredChat,
    StoredPathEntry,
    StoredSummary,
)
from ..core.summaries.tiers import Maker
from ..core.text.lexicon import lexicon_of
from ..core.types import Message
from .carried_policies import (
    CarriedPolicies,
    PolicyCarrier,
    entry_text,
    policies_of,
)
from .state.bank_state import BankState
from .undo_log import UndoLog

LOT = 2_000
WRITTEN = Maker.MODEL.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedChat:
    """A chat as it travels.

    Attributes:
        family: Id of the first chat of its family.
        places: Its path, by message number (see `BankDump.rows`).
        visits: Message numbers that ever stood on the path, rising.
        policy: What was set for it, as JSON; empty if nothing was.
    """

    id: str
    family: str
    names: tuple[tuple[str, str], ...]
    title: str
    created_at: datetime
    seen_at: datetime
    places: tuple[StoredPathEntry, ...]
    visits: tuple[int, ...]
    policy: str = ""


class CarriedSummary(NamedTuple):
    """A summary that a language model wrote, by message number.

    Attributes:
        chat: Our id of the chat it was made for.
        summary: As it is stored, with numbers in place of rows and no chat's row.
    """

    chat: str
    summary: StoredSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDump:
    """What a bank holds at one moment.

    Attributes:
        rows: The messages' rows; message number n (from 1) stands at n - 1.
        hands: Everything by hand, oldest first.
        policies: What was set for the bank as a whole.
        facts: What a language model drew from messages, with their numbers as rows.
    """

    chats: tuple[CarriedChat, ...]
    rows: tuple[int, ...]
    hands: tuple[Annotation, ...]
    summaries: tuple[CarriedSummary, ...]
    policies: CarriedPolicies
    facts: tuple[ModelBatch, ...] = ()


class LoadOutcome(StrEnum):
    """What became of a chat that was carried in.

    `NEW`: it came. `GREW`: it went on. `KNOWN`: all of it was here. `DIFFERS`: the
    bank's path is another one and was left alone.
    """

    NEW = "new"
    GREW = "grew"
    KNOWN = "known"
    DIFFERS = "differs"


def carry_out(state: BankState) -> BankDump:
    """Say what a bank holds now; messages are read by `messages_of`."""
    with state.lock:
        stored = state.store.chats.all()
        paths = {chat.row: state.store.chats.path(chat.row) for chat in stored}
        visits = {chat.row: state.store.chats.visits(chat.row) for chat in stored}
        hands = tuple(state.store.annotations.all())
        written = [one for one in state.store.summaries.all() if one.maker == WRITTEN]
        drawn = state.store.metadata.with_prefix(MODEL_FACTS).values()
        state.reload()
        policies = policies_of(state.store.metadata)
        set_for = {chat.row: entry_text(state.policies, chat) for chat in stored}
    rows = sorted({row for chat in visits.values() for row in chat})
    numbers = {row: number for number, row in enumerate(rows, 1)}
    ids = {chat.row: chat.id for chat in stored}
    return BankDump(
        chats=tuple(
            CarriedChat(
                id=chat.id,
                family=ids[chat.family],
                names=chat.names,
                title=chat.title,
                created_at=chat.created_at,
                seen_at=chat.seen_at,
                places=tuple(
                    place._replace(message=numbers[place.message])
                    for place in paths[chat.row]
                ),
                visits=tuple(numbers[row] for row in visits[chat.row]),
                policy=set_for[chat.row],
            )
            for chat in stored
        ),
        rows=tuple(rows),
        hands=hands,
        policies=policies,
        summaries=tuple(
            CarriedSummary(ids[one.chat], _renumbered(one, 0, numbers))
            for one in written
        ),
        facts=tuple(
            _drawn_of(batch, numbers)
            for batch in sorted(map(batch_read, drawn), key=lambda one: one.rows)
            if numbers.keys() >= set(batch.rows)
        ),
    )


def messages_of(state: BankState, rows: Sequence[int]) -> Iterator[Message]:
    """Yield the messages of rows, read in lots."""
    for start in range(0, len(rows), LOT):
        lot = rows[start : start + LOT]
        with state.lock:
            found = state.store.messages.get(lot)
        for row in lot:
            yield found[row]


class DumpLoader:
    """One bank on its way in: messages first, then chats, then what is by hand.

    Messages and chats that are here already stay as they are, so that carrying the
    same in twice changes nothing. What was forgotten here does not come back.
    """

    def __init__(
        self, state: BankState, undo_log: UndoLog, batch: str, title: str
    ) -> None:
        """Carry into a bank, as a batch that `undo_log` can undo."""
        self._state = state
        self._undo_log = undo_log
        self._batch = batch
        self._title = title
        # By message number - 1: the row here; 0 for what was forgotten.
        self._rows: list[int] = []
        self._policies = PolicyCarrier(self._state.store.metadata)

    def policies(self, carried: CarriedPolicies) -> None:
        """Take what was set for the bank as a whole, before its chats."""
        with self._state.lock:
            is_empty = not self._state.store.chats.all()
            self._policies.take(carried, is_empty=is_empty)

    def messages(self, messages: Sequence[Message]) -> None:
        """Take the next messages, in order of their numbers."""
        gone = self._gone(messages)
        new = [
            NewMessage(message, lexicon_of(message.content, message.role))
            for message, is_gone in zip(messages, gone, strict=True)
            if not is_gone
        ]
        with self._state.lock:
            rows = iter(self._state.store.messages.put(new))
        self._rows += [0 if is_gone else next(rows) for is_gone in gone]

    def chat(self, chat: CarriedChat) -> tuple[LoadOutcome, int]:
        """Take a chat whose messages are here.

        Returns:
            What became of it, and how many places its path gained.
        """
        path = [
            place._replace(message=self._rows[place.message - 1])
            for place in chat.places
            if self._rows[place.message - 1]
        ]
        visits = [
            self._rows[number - 1] for number in chat.visits if self._rows[number - 1]
        ]
        if chat.visits and not visits:
            return LoadOutcome.KNOWN, 0
        with self._state.lock:
            store = self._state.store
            known = {one.id: one for one in store.chats.all()}
            stored = known.get(chat.id)
            arrived = LoadOutcome.NEW
            if stored is None:
                stored = self._added(chat, known)
                before: list[StoredPathEntry] = []
            else:
                before = store.chats.path(stored.row)
                arrived = _compared(before, path)
            if arrived in (LoadOutcome.KNOWN, LoadOutcome.DIFFERS):
                return arrived, 0
            self._write(stored.row, visits, path, chat.seen_at)
            self._undo_log.note_path(self._batch, self._title, stored.row, before)
            return arrived, len(path) - len(before)

    def hands(self, hands: Sequence[Annotation]) -> int:
        """Take what is by hand, where it is new or newer; return how many were."""
        return self._undo_log.put_hands(
            self._batch, self._title, hands, newer_wins=True
        )

    def summaries(self, summaries: Sequence[CarriedSummary]) -> None:
        """Take what a language model wrote, where it is new here."""
        rows = dict(enumerate(self._rows, 1))
        gone = [number for number, row in rows.items() if not row]
        with self._state.lock:
            store = self._state.store
            chats = {chat.id: chat.row for chat in store.chats.all()}
            known = {(one.key, one.maker) for one in store.summaries.all()}
            for chat, one in summaries:
                # It may tell any of what lies between; then it is made anew.
                if any(one.first <= number <= one.last for number in gone):
                    continue
                if (one.key, one.maker) not in known and chat in chats:
                    store.summaries.put(_renumbered(one, chats[chat], rows))

    def facts(self, drawn: Sequence[ModelBatch]) -> None:
        """Take what a language model drew, where it is new here.

        What it was given together with something that was forgotten here, it is given
        again.
        """
        numbers = dict(enumerate(self._rows, 1))
        with self._state.lock:
            store = self._state.store
            for batch in drawn:
                rows = [numbers[number] for number in batch.rows]
                if not all(rows):
                    continue
                said = store.messages.get(rows)
                key = MODEL_FACTS + inputs_of([said[row] for row in rows])
                if store.metadata.get(key) is None:
                    store.metadata.put(key, batch_text(_drawn_of(batch, numbers)))

    def finish(self) -> None:
        """Let the bank know what came."""
        with self._state.lock:
            self._state.reload()

    def _gone(self, messages: Sequence[Message]) -> list[bool]:
        """Say which were forgotten here; one that is here was said again since."""
        state = self._state
        gone = [state.was_forgotten(one.id, one.content) for one in messages]
        ids = [one.id for one, is_gone in zip(messages, gone, strict=True) if is_gone]
        with state.lock:
            here = state.store.messages.rows_of(ids) if ids else {}
        return [
            is_gone and one.id not in here
            for one, is_gone in zip(messages, gone, strict=True)
        ]

    def _added(self, chat: CarriedChat, known: dict[str, StoredChat]) -> StoredChat:
        """Add an empty chat; names that another chat has here stay that one's."""
        taken = {name for one in known.values() for name in one.names}
        family = known.get(chat.family)
        if chat.policy:
            self._policies.take_entry(chat.id, chat.policy)
        return self._state.store.chats.add(
            chat.id,
            names=[name for name in chat.names if name not in taken],
            title=chat.title,
            forked_from=family.row if family is not None else None,
            now=chat.created_at,
        )

    def _write(
        self,
        chat: int,
        visits: list[int],
        path: list[StoredPathEntry],
        seen_at: datetime,
    ) -> None:
        """Write a path, passing through what once stood on it."""
        store = self._state.store
        here = {place.message for place in path}
        former = [StoredPathEntry(row) for row in visits if row not in here]
        if former:
            keep = len(store.chats.path(chat))
            store.chats.write_path(chat, keep=keep, tail=former, now=seen_at)
        store.chats.write_path(chat, keep=0, tail=path, now=seen_at)


def _renumbered(
    summary: StoredSummary, chat: int, numbers: Mapping[int, int]
) -> StoredSummary:
    return summary._replace(
        chat=chat,
        first=numbers[summary.first],
        last=numbers[summary.last],
        messages=tuple(numbers[message] for message in summary.messages),
    )


def _drawn_of(batch: ModelBatch, numbers: Mapping[int, int]) -> ModelBatch:
    """Return what a model drew, with other numbers for its messages."""
    return batch._replace(
        rows=tuple(numbers[row] for row in batch.rows),
        facts={numbers[row]: told for row, told in batch.facts.items()},
    )


def _compared(
    before: Sequence[StoredPathEntry], path: Sequence[StoredPathEntry]
) -> LoadOutcome:
    """Say how a known chat's path relates to the one that is carried in."""
    here = [place.message for place in before]
    there = [place.message for place in path]
    if here[: len(there)] == there:
        return LoadOutcome.KNOWN
    return LoadOutcome.GREW if there[: len(here)] == here else LoadOutcome.DIFFERS
