"""What goes with what when something is forgotten.

Owns: what a target means in one bank, and telling it before it is done.
Knows nothing of: stores, files, chance (a new key is handed in), how anything is
removed.

What rests on a message goes with it: its corrections, the summaries that tell it and
those made of them. So do its copies: the same words on other paths (see
`suppression`), and earlier states of a reply that was continued.

A summary that is named goes with its words, also from what was made of it, and nothing
takes its place: its key stays among what was deleted by hand, without a text. Once a
message of its stretch changes the stretch has another key, and is told anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from ...errors import NotFound
from ..policy_records import BankPolicy
from ..records import (
    KEY,
    POLICY,
    ROUND,
    Annotation,
    Erasure,
    StoredChat,
    StoredSummary,
)
from ..types import MemoryKind, Message
from .knowledge import hands_resting_on, knowledge_without
from .policies import keys_of, policies_without
from .recall_records import recalls_without
from .step_records import steps_without
from .suppression import SuppressionList, is_telling, plain
from .target import ForgetTarget
from .undo_records import batches_of, records_without

EXAMPLES: Final = 5
_PREFIX: Final = 8
"""So much of two texts has to be equal before they are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPlan:
    """What a forgetting takes, or took.

    Attributes:
        messages: Messages in all, copies among them.
        copies: Messages that say the same elsewhere, or are earlier states of it.
        notes: Notes by hand.
        corrections: Messages that were corrected, pinned or deleted by hand.
        summaries: Summaries that tell any of it, or were named.
        locked: Those of them that were written by hand.
        chats: Titles of chats that go as a whole.
        touched: Titles of other chats that lose messages.
        examples: How some of the messages begin.
        client_texts: What clients keep of it, as Smart Context does: entries.
    """

    messages: int = 0
    copies: int = 0
    notes: int = 0
    corrections: int = 0
    summaries: int = 0
    locked: int = 0
    chats: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    client_texts: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to forget."""
        told = self.messages or self.notes or self.summaries or self.chats
        return bool(told or self.client_texts)


@dataclass(frozen=True, kw_only=True)
class BankSnapshot:
    """All that a bank holds at one moment, as far as forgetting asks.

    Attributes:
        chats: By rising row.
        paths: Rows of the messages on each chat's path, by the chat's row.
        visits: Rows that ever stood on it.
        messages: By row; emptied ones are left out.
        annotations: Everything by hand.
        summaries: In the order in which they were made.
        records: Of what can be undone, as notes about the bank.
        policies: What was set for the bank and its chats, as such notes.
        recalls: The record of recalls and of what replies took, as such notes.
        knowledge: What was read in messages and what commands brought about, too.
        round: How often something was forgotten before.
    """

    chats: Sequence[StoredChat]
    paths: Mapping[int, Sequence[int]]
    visits: Mapping[int, Sequence[int]]
    messages: Mapping[int, Message]
    annotations: Sequence[Annotation]
    summaries: Sequence[StoredSummary]
    records: Mapping[str, str]
    policies: Mapping[str, str]
    recalls: Mapping[str, str]
    knowledge: Mapping[str, str]
    round: int

    @cached_property
    def on_paths(self) -> frozenset[int]:
        """The rows that stand on any path."""
        return frozenset(row for path in self.paths.values() for row in path)

    @cached_property
    def off_paths(self) -> frozenset[int]:
        """The rows that stand on none."""
        return frozenset(self.messages) - self.on_paths

    def rows_of(self, ids: Iterable[str]) -> set[int]:
        """Return the rows of messages by their ids."""
        asked = set(ids)
        return {row for row, message in self.messages.items() if message.id in asked}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetDecision:
    """What is to be done, and what it rests on.

    Attributes:
        target: What was asked for.
        plan: What goes, for people.
        erasure: What leaves the store.
        annotations: What goes that is by hand, summaries among it.
        named_summaries: Keys of summaries that were named, and stay away.
        chats: Chats that go as a whole.
        known: What tells in any bank, until it is done, whether something is meant.
    """

    target: ForgetTarget
    plan: ForgetPlan
    erasure: Erasure
    annotations: Sequence[Annotation]
    named_summaries: Set[bytes]
    chats: Sequence[StoredChat]
    known: SuppressionList

    def texts_going(self, snapshot: BankSnapshot) -> Iterator[str]:
        """Yield every text that goes, but for former ones by hand."""
        for row in self.erasure.messages:
            yield snapshot.messages[row].content
        for hand in self.annotations:
            yield hand.content or ""
        keys = set(self.erasure.summaries)
        for one in snapshot.summaries:
            if one.key in keys:
                yield one.text

    def texts_staying(self, snapshot: BankSnapshot) -> Iterator[str]:
        """Yield what every message says that stays."""
        for row in snapshot.messages.keys() - set(self.erasure.messages):
            yield snapshot.messages[row].content


def plan_forgetting(
    snapshot: BankSnapshot,
    target: ForgetTarget,
    suppression: SuppressionList,
    *,
    new_key: bytes,
) -> ForgetDecision:
    """Decide what goes with a target.

    Args:
        snapshot: The bank.
        target: What is to be forgotten.
        suppression: What the bank must not hear again so far.
        new_key: Keys the marks of a bank that never forgot: a mark without a key could
            be tried by anybody.

    Raises:
        NotFound: There is no such memory or chat.
    """
    known = suppression if suppression.key else replace(suppression, key=new_key)
    told = _summaries_named(snapshot, target.memories)
    rows = _rows_named(snapshot, target)
    copies = _copies_of(snapshot, target, known, rows)
    going = rows | copies.rows
    known = replace(known, marks=copies.marks)
    hands = _annotations_on(snapshot, target, known, going)
    _check_named(snapshot, target, hands, told)
    summaries = _summaries_on(snapshot, target, going, told)
    hands += _annotations_of(snapshot, summaries, hands)
    chats = _chats_left_empty(snapshot, target, going)
    ids = {snapshot.messages[row].id for row in going}
    ids |= {hand.key for hand in hands} | {key.hex() for key in summaries}
    # A file may bring back a summary by hand, under the same key.
    names = {key.hex() for key in told}
    keys = names | {hand.key for hand in hands}
    marks = known.marks.union(*(known.marks_of(key, "", None, None) for key in keys))
    notes = _notes(snapshot, target, going, hands, chats)
    left = (key for key in snapshot.records if notes.get(key, "") is not None)
    return ForgetDecision(
        target=target,
        plan=_plan(snapshot, rows, going, hands, summaries, chats),
        erasure=Erasure(
            messages=tuple(sorted(going)),
            chats=tuple(chat.row for chat in chats),
            # Of a summary that was named a deletion stays; see above.
            hands=tuple(
                (hand.kind, hand.key) for hand in hands if hand.key not in names
            ),
            summaries=tuple(sorted(summaries)),
            metas={
                **notes,
                **knowledge_without(snapshot.knowledge, snapshot.messages, going),
                **recalls_without(
                    snapshot.recalls,
                    ids=ids,
                    chats={chat.id for chat in chats},
                    everything=target.everything,
                ),
                **steps_without(
                    snapshot.records,
                    ids=ids,
                    rules=_rules_of(snapshot, chats),
                    batches=batches_of(left),
                    is_meant=lambda note: _goes_note(note, target, known),
                    everything=target.everything,
                ),
                ROUND: str(snapshot.round + 1),
                KEY: known.key.hex(),
            },
            marks=marks,
        ),
        annotations=hands,
        named_summaries=told,
        chats=chats,
        known=replace(known, marks=marks),
    )


def _rules_of(snapshot: BankSnapshot, chats: Iterable[StoredChat]) -> set[str]:
    """Return by which names something may have been set for chats."""
    bank = BankPolicy.of(snapshot.policies.get(POLICY))
    return {key for chat in chats for key in keys_of(bank, chat)}


def meant_elsewhere(snapshot: BankSnapshot, known: SuppressionList) -> list[str]:
    """Return the ids of messages and notes of a bank that another one's target means.

    Args:
        snapshot: The bank.
        known: What tells that something is meant; see `ForgetDecision.known`.
    """
    rows = _known_rows(snapshot, known)
    rows |= {row for row, one in snapshot.messages.items() if known.has_id(one.id)}
    notes = (hand for hand in snapshot.annotations if hand.kind is MemoryKind.NOTE)
    return [snapshot.messages[row].id for row in sorted(rows)] + [
        hand.key for hand in notes if known.has_text(hand.content or "")
    ]


def chat_names(chats: Iterable[StoredChat]) -> frozenset[str]:
    """Return all names of chats, a host's and people's."""
    called = [(chat.title, *(name for _, name in chat.names)) for chat in chats]
    return frozenset(name for names in called for name in names if name)


# -- messages ------------------------------------------------------------------------


def _rows_named(snapshot: BankSnapshot, target: ForgetTarget) -> set[int]:
    """Return the messages that the target names."""
    if target.everything:
        return set(snapshot.messages)
    rows = snapshot.rows_of(target.memories)
    if not target.chats and not target.in_part:
        return rows
    within = set(snapshot.messages)
    if target.chats:
        within = {
            row
            for chat in _asked_chats(snapshot, target)
            for row in (*snapshot.paths[chat.row], *snapshot.visits[chat.row])
        }
    # A name costs more to compare than it is long, and few speak in many messages.
    names = {snapshot.messages[row].name for row in within}
    meant = {name for name in names if target.has_name(name)}
    return rows | {
        row
        for row in within - _left_alone(snapshot, target)
        if target.has_time(_time_of(snapshot.messages[row]))
        and snapshot.messages[row].name in meant
    }


def _asked_chats(snapshot: BankSnapshot, target: ForgetTarget) -> list[StoredChat]:
    known = {chat.id: chat for chat in snapshot.chats}
    for chat_id in target.chats:
        if chat_id not in known:
            raise NotFound(f"There is no chat with the id {chat_id!r}.")
    return [known[chat_id] for chat_id in target.chats]


def _left_alone(snapshot: BankSnapshot, target: ForgetTarget) -> set[int]:
    """Return the messages that a span leaves alone."""
    kept = snapshot.rows_of(target.keep)
    if target.by_hand:
        return kept
    return kept | snapshot.rows_of(
        hand.key
        for hand in snapshot.annotations
        if hand.deleted_at is None and (hand.pinned or hand.content is not None)
    )


class _Copies(NamedTuple):
    """What says the same as the messages that are named, and how all are known."""

    rows: set[int]
    marks: frozenset[bytes]


def _copies_of(
    snapshot: BankSnapshot,
    target: ForgetTarget,
    known: SuppressionList,
    named: Set[int],
) -> _Copies:
    # Of these words alone: what was forgotten before is no news.
    nothing = replace(known, marks=frozenset())
    # A window is known by notes too, so what says the same has to go at once.
    marks = set(_marks_of_notes(snapshot, target, nothing))
    for path in snapshot.paths.values():
        for at, row in enumerate(path):
            if row in named:
                marks |= _marks_at(snapshot, known, path, at)
    for row in named - snapshot.on_paths:
        marks |= _marks_of(snapshot, known, row)
    rows = _known_rows(snapshot, replace(known, marks=frozenset(marks))) - named
    states = _continued(snapshot.messages, named, snapshot.off_paths - named) - rows
    if states:
        # They are known by their own words from now on, so those go everywhere.
        marks = marks.union(*(_marks_of(snapshot, known, row) for row in states))
        rows |= _known_rows(snapshot, replace(known, marks=frozenset(marks))) - named
    rows |= states
    for row in rows:
        marks |= _marks_of(snapshot, known, row)
    by_text = replace(known, marks=frozenset(marks))
    marks |= _marks_of_notes(snapshot, target, by_text)
    return _Copies(rows, frozenset(marks))


def _marks_of_notes(
    snapshot: BankSnapshot, target: ForgetTarget, known: SuppressionList
) -> frozenset[bytes]:
    marks = [
        known.marks_of(hand.key, hand.content or "", None, None)
        for hand in snapshot.annotations
        if hand.kind is MemoryKind.NOTE and _goes_note(hand, target, known)
    ]
    return frozenset[bytes]().union(*marks)


def _marks_at(
    snapshot: BankSnapshot, known: SuppressionList, path: Sequence[int], at: int
) -> frozenset[bytes]:
    """Return the marks of a message where it stands on a path."""
    message = snapshot.messages[path[at]]
    before = snapshot.messages[path[at - 1]].content if at else ""
    last = at + 1 == len(path)
    after = None if last else snapshot.messages[path[at + 1]].content
    return known.marks_of(message.id, message.content, before, after)


def _marks_of(
    snapshot: BankSnapshot, known: SuppressionList, row: int
) -> frozenset[bytes]:
    """Return the marks of a message by itself."""
    message = snapshot.messages[row]
    return known.marks_of(message.id, message.content, None, None)


def _known_rows(snapshot: BankSnapshot, known: SuppressionList) -> set[int]:
    """Return the messages that are known by marks."""
    found: set[int] = set()
    for path in snapshot.paths.values():
        gone = known.which(
            [snapshot.messages[row].content for row in path], from_start=True
        )
        found |= {row for row, one in zip(path, gone, strict=True) if one}
    return found | {
        row
        for row in snapshot.off_paths
        if known.has_text(snapshot.messages[row].content)
    }


def _continued(
    messages: Mapping[int, Message], named: Set[int], others: Iterable[int]
) -> set[int]:
    """Return which of other messages a named one continues, or the reverse."""
    begun: dict[str, list[str]] = {}
    for row in named:
        text = messages[row].content
        if is_telling(text):
            begun.setdefault(plain(text)[:_PREFIX], []).append(plain(text))
    found = set()
    for row in others:
        text = plain(messages[row].content)
        for other in begun.get(text[:_PREFIX], ()) if is_telling(text) else ():
            if text.startswith(other) or other.startswith(text):
                found.add(row)
    return found


def _time_of(message: Message) -> datetime:
    return message.said_at or message.seen_at


# -- what rests on them --------------------------------------------------------------


def _annotations_on(
    snapshot: BankSnapshot,
    target: ForgetTarget,
    known: SuppressionList,
    going: Set[int],
) -> list[Annotation]:
    """Return the notes that go and what is by hand of messages; of summaries later."""
    if target.everything:
        return list(snapshot.annotations)
    ids = {snapshot.messages[row].id for row in going}
    resting = hands_resting_on(
        snapshot.annotations, snapshot.messages, snapshot.paths.values(), going
    )
    return [
        hand
        for hand in snapshot.annotations
        if (hand.kind is MemoryKind.TURN and hand.key in ids)
        or (hand.kind is MemoryKind.NOTE and _goes_note(hand, target, known))
        or hand in resting
    ]


def _goes_note(hand: Annotation, target: ForgetTarget, known: SuppressionList) -> bool:
    if target.everything or hand.key in target.memories:
        return True
    spanned = target.spans and target.by_hand and not (target.chats or target.names)
    if spanned and target.has_time(hand.created_at) and hand.key not in target.keep:
        return True
    return known.has_text(hand.content or "")


def _check_named(
    snapshot: BankSnapshot,
    target: ForgetTarget,
    hands: Iterable[Annotation],
    told: Iterable[bytes],
) -> None:
    """Refuse ids that name no message, no note and no summary."""
    here = {message.id for message in snapshot.messages.values()}
    here |= {hand.key for hand in hands if hand.kind is MemoryKind.NOTE}
    here |= {key.hex() for key in told}
    for one in sorted(set(target.memories) - here):
        raise NotFound(f"There is no memory with the id {one!r}.")


def _summaries_named(snapshot: BankSnapshot, ids: Iterable[str]) -> frozenset[bytes]:
    """Return the keys of the summaries among the ids of memories."""
    known = {one.key.hex() for one in snapshot.summaries}
    known |= {
        hand.key for hand in snapshot.annotations if hand.kind is MemoryKind.SUMMARY
    }
    return frozenset(bytes.fromhex(one) for one in set(ids) & known)


def _summaries_on(
    snapshot: BankSnapshot, target: ForgetTarget, going: Set[int], told: Set[bytes]
) -> set[bytes]:
    """Return the keys of all that tells any of it, by whatever way."""
    gone = told | {
        one.key
        for one in snapshot.summaries
        if target.everything or not going.isdisjoint(one.messages)
    }
    while True:
        above = {
            one.key for one in snapshot.summaries if not gone.isdisjoint(one.parts)
        }
        if above <= gone:
            return set(gone)
        gone |= above


def _annotations_of(
    snapshot: BankSnapshot, summaries: Iterable[bytes], taken: Collection[Annotation]
) -> list[Annotation]:
    """Return what is by hand of summaries that go, but for what was taken already."""
    keys = {key.hex() for key in summaries}
    return [
        hand
        for hand in snapshot.annotations
        if hand.kind is MemoryKind.SUMMARY and hand.key in keys and hand not in taken
    ]


def _chats_left_empty(
    snapshot: BankSnapshot, target: ForgetTarget, going: Set[int]
) -> list[StoredChat]:
    """Return the chats of which nothing is left."""
    asked = () if target.in_part else target.chats

    def is_gone(chat: StoredChat) -> bool:
        if target.everything or chat.id in asked:
            return True
        visits = snapshot.visits[chat.row]
        return bool(visits) and going >= set(visits)

    return [
        chat for chat in snapshot.chats if (chat.names or chat.title) and is_gone(chat)
    ]


# -- what is done, and told of it ----------------------------------------------------


def _notes(
    snapshot: BankSnapshot,
    target: ForgetTarget,
    going: Set[int],
    hands: Iterable[Annotation],
    chats: Iterable[StoredChat],
) -> dict[str, str | None]:
    """Return what becomes of the notes about what can be undone, and what was set."""
    gone_chats = {chat.row for chat in chats}
    undo = records_without(
        snapshot.records,
        chats=snapshot.chats,
        paths=snapshot.paths,
        rows=going,
        hands={(hand.kind.value, hand.key) for hand in hands},
        gone_chats=gone_chats,
        everything=target.everything,
    )
    return undo | policies_without(
        snapshot.policies,
        chats=snapshot.chats,
        gone_chats=gone_chats,
        everything=target.everything,
    )


def _plan(
    snapshot: BankSnapshot,
    named: Set[int],
    going: Set[int],
    hands: Iterable[Annotation],
    summaries: Collection[bytes],
    chats: Sequence[StoredChat],
) -> ForgetPlan:
    whole = {chat.row for chat in chats}
    kinds = Counter(hand.kind for hand in hands)
    first = sorted(named)[:EXAMPLES]
    return ForgetPlan(
        messages=len(going),
        copies=len(going - named),
        notes=kinds[MemoryKind.NOTE],
        corrections=kinds[MemoryKind.TURN],
        summaries=len(summaries),
        locked=kinds[MemoryKind.SUMMARY],
        chats=tuple(chat.title for chat in chats if chat.title),
        touched=tuple(
            chat.title
            for chat in snapshot.chats
            if chat.row not in whole and not going.isdisjoint(snapshot.paths[chat.row])
        ),
        examples=tuple(snapshot.messages[row].content for row in first),
    )
