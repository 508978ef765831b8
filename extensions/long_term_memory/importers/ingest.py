"""Bring what was found in one file into a bank.

Owns: whether a chat is new, known, went on, or differs, and what happens then.
Knows nothing of: formats, files on disk, progress.

An import never takes words away that are newer than the file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from sys import getsizeof
from typing import NamedTuple

from ..core.knowledge.model_facts import ModelBatch
from ..core.records import (
    Annotation,
)
from ..core.timeline.alignment import align
from ..core.timeline.presence import witnessed
from ..core.types import Message, PathEntry, Window
from ..engine.bank import Bank
from ..engine.carried_policies import CarriedPolicies
from ..engine.records import ChatName, never
from ..engine.transfer import CarriedChat, CarriedSummary, LoadOutcome
from .file_content import FoundChat, FoundNote
from .own_jsonl import Record
from .report import Outcome

LOT = 2_000
# Of texts; one message may have as much alone.
LOT_BYTES = 16 * 1024 * 1024


class Brought(NamedTuple):
    """What one chat or file brought."""

    outcome: Outcome
    messages: int = 0


class BroughtBank(NamedTuple):
    """What a whole bank brought: what became of each chat, messages and notes."""

    outcomes: tuple[Outcome, ...]
    messages: int
    notes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchName:
    """Under which id an import can be undone, and what it is called."""

    id: str
    title: str


def judge(
    path: Sequence[PathEntry], window: Window, *, file_is_newer: bool
) -> tuple[Outcome, int]:
    """Say what becomes of a chat, and how many messages would come.

    Args:
        path: What the bank has under the chat's name; empty if nothing.
        window: What the file has.
        file_is_newer: Where both differ, the file's word counts.
    """
    if not path:
        return Outcome.NEW, len(window.messages)
    alignment = align(path, window)
    arriving = sum(aligned.shown is not None for aligned in alignment.tail)
    if not alignment.removed:
        return (Outcome.GREW if arriving else Outcome.KNOWN), arriving
    if not arriving:
        # The file ends earlier, or lacks some: an older copy of what is here.
        return Outcome.KNOWN, 0
    return (Outcome.FOLLOWED if file_is_newer else Outcome.BESIDE), arriving


def is_newer(
    path: Sequence[PathEntry], window: Window, written_at: datetime, seen_at: datetime
) -> bool:
    """Say whether a file is newer than what the bank has of its chat.

    The last times that the host noted decide; without them, when the file was written
    and when the chat was last seen.
    """
    ours = [place.message.told_at for place in path if place.message.told_at]
    theirs = [shown.said_at for shown in window.messages if shown.said_at]
    if ours and theirs:
        return max(theirs) >= max(ours)
    return written_at > seen_at


def plan_chat(
    bank: Bank | None, found: FoundChat, character: str, written_at: datetime
) -> Brought:
    """Say what bringing a chat would do; changes nothing."""
    if bank is None:
        window = witnessed(found.window, character)
        return Brought(Outcome.NEW, len(window.messages))
    window = bank.admissible(found.window)
    if not window.messages:
        return Brought(Outcome.KNOWN)
    name = _name(found)
    outcome, arriving = _judged(bank, name, window, written_at)
    if outcome is Outcome.BESIDE:
        beside, more = _judged(bank, _beside(found), window, written_at)
        if beside is Outcome.KNOWN:
            return Brought(Outcome.KNOWN)
        arriving = min(arriving, more)
    return Brought(outcome, arriving)


def bring_chat(
    bank: Bank,
    found: FoundChat,
    character: str,
    written_at: datetime,
    batch: BatchName,
) -> Brought:
    """Bring a chat into a member's bank; durable when this returns."""
    window = witnessed(found.window, character)
    planned = plan_chat(bank, found, character, written_at)
    # What was forgotten stands on no path: those after it would get another's time.
    heard = bank.admissible(found.window)
    if planned.outcome is Outcome.KNOWN or not window.messages:
        bank.learn_times(_name(found), heard)
        return Brought(Outcome.KNOWN)
    name = _beside(found) if planned.outcome is Outcome.BESIDE else _name(found)
    observed = bank.undo_log.observe(batch.id, batch.title, name, window)
    bank.learn_times(name, heard)
    return planned._replace(messages=observed.added)


def bring_notes(bank: Bank, notes: Iterable[FoundNote], batch: BatchName) -> int:
    """Bring notes that were never here; return how many came."""
    texts = {note.key: note.content for note in notes}
    return bank.undo_log.put_notes(batch.id, batch.title, texts)


def bring_records(
    bank: Bank, records: Iterable[Record], batch: BatchName
) -> BroughtBank:
    """Bring a checked export of ours."""
    carry = bank.carry_in(batch.id, batch.title)
    outcomes: list[Outcome] = []
    lot: list[Message] = []
    hands: list[Annotation] = []
    summaries: list[CarriedSummary] = []
    drawn: list[ModelBatch] = []
    messages = size = 0
    for record in records:
        if isinstance(record, CarriedPolicies):
            carry.policies(record)
        if isinstance(record, Message):
            lot.append(record)
            size += getsizeof(record.content)
        full = len(lot) == LOT or size > LOT_BYTES
        if lot and (full or not isinstance(record, Message)):
            carry.messages(lot)
            lot, size = [], 0
        if isinstance(record, CarriedChat):
            arrived, count = carry.chat(record)
            outcomes.append(_OUTCOMES[arrived])
            messages += max(0, count)
        elif isinstance(record, Annotation):
            hands.append(record)
        elif isinstance(record, CarriedSummary):
            summaries.append(record)
        elif isinstance(record, ModelBatch):
            drawn.append(record)
    if lot:
        carry.messages(lot)
    notes = carry.hands(hands)
    carry.summaries(summaries)
    carry.facts(drawn)
    carry.finish()
    return BroughtBank(tuple(outcomes), messages, notes)


def plan_records(bank: Bank | None, records: Iterable[Record]) -> BroughtBank:
    """Say what bringing a checked export of ours would do; changes nothing."""
    stored = [] if bank is None else bank.all_chats()
    chats = {chat.id for chat in stored}
    known = {} if bank is None else {one.key: one for one in bank.memories.hands()}
    outcomes: list[Outcome] = []
    new: list[bool] = []
    notes = 0
    for record in records:
        if isinstance(record, Message):
            new.append(_is_new(bank, record))
        elif isinstance(record, CarriedChat):
            arriving = any(new[place.message - 1] for place in record.places)
            grew = Outcome.GREW if arriving else Outcome.KNOWN
            outcomes.append(grew if record.id in chats else Outcome.NEW)
        elif isinstance(record, Annotation):
            old = known.get(record.key)
            notes += old is None or old.updated_at < record.updated_at
    return BroughtBank(tuple(outcomes), sum(new), notes)


def _is_new(bank: Bank | None, message: Message) -> bool:
    """Whether a message is neither here nor was forgotten here."""
    if bank is None:
        return True
    gone = bank.was_forgotten(message.id, message.content)
    return not gone and not bank.holds([message.id])


# A chat of ours that went another way keeps its own: its messages are in the log.
_OUTCOMES = {
    LoadOutcome.NEW: Outcome.NEW,
    LoadOutcome.GREW: Outcome.GREW,
    LoadOutcome.KNOWN: Outcome.KNOWN,
    LoadOutcome.DIFFERS: Outcome.KEPT,
}


def _judged(
    bank: Bank, name: ChatName, window: Window, written_at: datetime
) -> tuple[Outcome, int]:
    path = bank.path(name)
    seen_at = next(
        (chat.seen_at for chat in bank.chats() if (name.host, name.name) in chat.names),
        written_at,
    )
    newer = is_newer(path, window, written_at, seen_at)
    return judge(path, window, file_is_newer=newer)


def _name(found: FoundChat) -> ChatName:
    return ChatName(
        host=found.host, name=found.name, forked_from=found.forked_from, gone=never
    )


def _beside(found: FoundChat) -> ChatName:
    """Name the file's version by its content, so that it comes only once."""
    texts = "\0".join(f"{one.role}\0{one.content}" for one in found.window.messages)
    mark = blake2b(texts.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return replace(
        _name(found), name=f"{found.name} (imported {mark})", forked_from=found.name
    )
