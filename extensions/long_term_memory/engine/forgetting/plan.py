"""What goes with what when something is forgotten.

Owns: what a person can ask to be forgotten, what that means in one bank, and telling
it before it is done.
Knows nothing of: files, how a store removes things, hosts.

What rests on a message goes with it: its corrections, the summaries that tell it and
those made of them. So do its copies: the same words on other paths (see
`core.forgetting.suppression`), and earlier states of a reply that was continued.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_bytes

from ...core.forgetting.suppression import Forgotten
from ...core.records import (
    CHAT_POLICY,
    KEY,
    POLICY,
    RECALLED,
    ROUND,
    USED,
    Gone,
    Hand,
    StoredChat,
    emptied_id,
)
from ...core.types import MemoryKind, Message
from ...errors import NotFound
from ...storage.protocols import BankStore
from .copies import Known, continued
from .policies import without_policies
from .recalls import without_recalls
from .summaries import named_summaries, summaries_of
from .undo_entries import without_batches

EXAMPLES = 5
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be forgotten: everything named here, or all that was ever said.

    Attributes:
        memories: Ids of messages, notes and summaries.
        chats: Our ids of chats; with a span, only what was said in them then.
        since: Only what was said (or, failing that, seen) then or later.
        until: Only what was said before.
        by_hand: Whether a span takes notes, and messages that were pinned or corrected.
        everything: All chats, notes and batches of the bank.
    """

    memories: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    by_hand: bool = True
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
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


@dataclass(slots=True, kw_only=True)
class _Rows:
    """What a target means in messages: those named, and all that go."""

    named: set[int] = field(default_factory=set)
    all: set[int] = field(default_factory=set)


class BankSnapshot:
    """A bank as it is now, and what a target means in it."""

    def __init__(self, store: BankStore, known: Forgotten, target: Target) -> None:
        self._store = store
        self._target = target
        # A mark without a key could be tried by anybody; the first look makes one.
        self._known = known if known.key else replace(known, key=token_bytes(KEY_BYTES))
        self._chats = store.chats.all()
        self._paths = {
            chat.row: [place.message for place in store.chats.path(chat.row)]
            for chat in self._chats
        }
        self._visits = {chat.row: store.chats.visits(chat.row) for chat in self._chats}
        rows = range(1, store.messages.last_row() + 1)
        self._messages = {
            row: message
            for row, message in store.messages.get(rows).items()
            if message.id != emptied_id(row)
        }
        self._all_hands = store.annotations.all()
        self._summaries = store.summaries.all()
        self.named_summaries = named_summaries(
            target.memories, self._summaries, self._all_hands
        )
        self._marks: frozenset[bytes] = frozenset()
        self._rows = self._find_rows()
        self._hands = self._find_hands()
        self._keys = self._find_summaries()
        self._gone_chats = self._find_chats()
        # A file may bring back a summary by hand, under the same key.
        keys = {hand.key for hand in self._hands}
        for key in keys | {key.hex() for key in self.named_summaries}:
            self._marks |= self._known.marks_of(key, "", None, None)

    def gone(self) -> Gone:
        """Return what leaves the store."""
        round_ = int(self._store.metadata.get(ROUND) or "0") + 1
        keys = sorted(self._keys)
        metas = without_batches(
            self._store.metadata.with_prefix("batch"),
            chats=self._chats,
            paths=self._paths,
            rows=self._rows.all,
            hands={(hand.kind.value, hand.key) for hand in self._hands},
            gone_chats={chat.row for chat in self._gone_chats},
            everything=self._target.everything,
        )
        kept = {POLICY: self._store.metadata.get(POLICY)}
        metas |= without_policies(
            {key: text for key, text in kept.items() if text is not None}
            | self._store.metadata.with_prefix(CHAT_POLICY),
            chats=self._chats,
            gone_chats={chat.row for chat in self._gone_chats},
            everything=self._target.everything,
        )
        metas |= without_recalls(
            self._store.metadata.with_prefix(RECALLED)
            | self._store.metadata.with_prefix(USED),
            ids={self._messages[row].id for row in self._rows.all}
            | {hand.key for hand in self._hands}
            | {key.hex() for key in self._keys},
            chats={chat.id for chat in self._gone_chats},
            everything=self._target.everything,
        )
        return Gone(
            messages=tuple(sorted(self._rows.all)),
            chats=tuple(chat.row for chat in self._gone_chats),
            hands=tuple(
                (hand.kind, hand.key)
                for hand in self._hands
                if hand.key not in {key.hex() for key in self.named_summaries}
            ),
            summaries=tuple(keys),
            metas={**metas, ROUND: str(round_), KEY: self._known.key.hex()},
            marks=self._marks,
        )

    def plan(self) -> Plan:
        """Return what goes, for people."""
        gone = {chat.row for chat in self._gone_chats}
        touched = [
            chat
            for chat in self._chats
            if chat.row not in gone
            and not self._rows.all.isdisjoint(self._paths[chat.row])
        ]
        by_kind = [hand.kind for hand in self._hands]
        named = [self._messages[row].content for row in sorted(self._rows.named)]
        return Plan(
            messages=len(self._rows.all),
            copies=len(self._rows.all - self._rows.named),
            notes=by_kind.count(MemoryKind.NOTE),
            corrections=by_kind.count(MemoryKind.TURN),
            summaries=len(self._keys),
            locked=by_kind.count(MemoryKind.SUMMARY),
            chats=tuple(chat.title for chat in self._gone_chats if chat.title),
            touched=tuple(chat.title for chat in touched),
            examples=tuple(named[:EXAMPLES]),
        )

    @property
    def found(self) -> Known:
        """All that it went through, and what of it goes."""
        return Known(
            store=self._store,
            chats=self._chats,
            messages=self._messages,
            hands=self._all_hands,
            summaries=self._summaries,
            gone_rows=self._rows.all,
            gone_hands=self._hands,
            gone_summaries=self._keys,
            gone_chats=self._gone_chats,
        )

    # -- other banks -------------------------------------------------------------

    @property
    def known_again(self) -> Forgotten:
        """What tells in any bank, until it is done, whether something is meant."""
        return replace(self._known, marks=self._marks)

    def ids_of(self, known: Forgotten) -> list[str]:
        """Return the ids of messages and notes here that another look means."""
        on_paths = {row for path in self._paths.values() for row in path}
        rows = self._copies(known, on_paths) | {
            row for row, one in self._messages.items() if known.has_id(one.id)
        }
        notes = [hand for hand in self._all_hands if hand.kind is MemoryKind.NOTE]
        return [self._messages[row].id for row in sorted(rows)] + [
            hand.key for hand in notes if known.has_text(hand.content or "")
        ]

    # -- messages ----------------------------------------------------------------

    def _find_rows(self) -> _Rows:
        named = self._named()
        # A window is known by these too, so what says the same has to go at once.
        marks = set(self._marks_of_notes())
        on_paths: set[int] = set()
        for path in self._paths.values():
            on_paths.update(path)
            for at, row in enumerate(path):
                if row in named:
                    marks |= self._marks_at(path, at)
        for row in named - on_paths:
            message = self._messages[row]
            marks |= self._known.marks_of(message.id, message.content, None, None)
        # Of these words alone: what was forgotten before is no news.
        known = replace(self._known, marks=frozenset(marks))
        copies = self._copies(known, on_paths) - named
        off = set(self._messages) - on_paths - named
        copies |= continued(self._messages, named, off)
        marks |= {
            mark
            for row in copies
            for mark in known.marks_of(
                self._messages[row].id, self._messages[row].content, None, None
            )
        }
        self._marks = frozenset(marks)
        self._marks |= self._marks_of_notes()
        return _Rows(named=named, all=named | copies)

    def _named(self) -> set[int]:
        """Return the rows that the target names."""
        target = self._target
        rows = set(self._store.messages.rows_of(target.memories).values()) & set(
            self._messages
        )
        if target.everything:
            return set(self._messages)
        if not target.chats and not self._spans():
            return rows
        within = set(self._messages)
        if target.chats:
            asked = self._asked_chats()
            within = {
                row
                for chat in asked
                for row in (*self._paths[chat.row], *self._visits[chat.row])
            }
        return rows | {
            row
            for row in within - self._kept_by_hand()
            if self._in_span(_at(self._messages[row]))
        }

    def _kept_by_hand(self) -> set[int]:
        """Return the rows that a span leaves alone."""
        if self._target.by_hand:
            return set()
        ids = [
            hand.key
            for hand in self._all_hands
            if hand.deleted_at is None and (hand.pinned or hand.content is not None)
        ]
        return set(self._store.messages.rows_of(ids).values())

    def _asked_chats(self) -> list[StoredChat]:
        known = {chat.id: chat for chat in self._chats}
        for chat_id in self._target.chats:
            if chat_id not in known:
                raise NotFound(f"There is no chat with the id {chat_id!r}.")
        return [known[chat_id] for chat_id in self._target.chats]

    def _spans(self) -> bool:
        return self._target.since is not None or self._target.until is not None

    def _in_span(self, at: datetime) -> bool:
        since, until = self._target.since, self._target.until
        return (since is None or at >= since) and (until is None or at < until)

    def _marks_at(self, path: Sequence[int], at: int) -> frozenset[bytes]:
        message = self._messages[path[at]]
        before = self._messages[path[at - 1]].content if at else ""
        after = self._messages[path[at + 1]].content if at + 1 < len(path) else None
        return self._known.marks_of(message.id, message.content, before, after)

    def _copies(self, known: Forgotten, on_paths: set[int]) -> set[int]:
        """Return messages that are known by the marks."""
        found: set[int] = set()
        for path in self._paths.values():
            texts = [self._messages[row].content for row in path]
            known_ones = known.which(texts, from_start=True)
            found |= {row for row, one in zip(path, known_ones, strict=True) if one}
        off = set(self._messages) - on_paths
        return found | {
            row for row in off if known.has_text(self._messages[row].content)
        }

    # -- what rests on them ------------------------------------------------------

    def _find_hands(self) -> list[Hand]:
        ids = {self._messages[row].id for row in self._rows.all}
        notes = set(self._target.memories)
        found = [hand for hand in self._all_hands if self._goes(hand, ids)]
        known = {hand.key for hand in found if hand.kind is MemoryKind.NOTE}
        self._check_named(notes - known)
        return found

    def _goes(self, hand: Hand, ids: set[str]) -> bool:
        """Whether a note or a correction goes; summaries are looked at later."""
        if self._target.everything:
            return True
        if hand.kind is MemoryKind.TURN:
            return hand.key in ids
        return hand.kind is MemoryKind.NOTE and self._goes_note(hand)

    def _goes_note(self, hand: Hand) -> bool:
        target = self._target
        if hand.key in target.memories or target.everything:
            return True
        if (
            self._spans()
            and target.by_hand
            and not target.chats
            and self._in_span(hand.created_at)
        ):
            return True
        known = replace(self._known, marks=self._marks)
        return known.has_text(hand.content or "")

    def _marks_of_notes(self) -> frozenset[bytes]:
        marks = [
            self._known.marks_of(hand.key, hand.content or "", None, None)
            for hand in self._all_hands
            if hand.kind is MemoryKind.NOTE and self._goes_note(hand)
        ]
        return frozenset(mark for one in marks for mark in one)

    def _check_named(self, ids: Iterable[str]) -> None:
        """Refuse ids that name no message, no note and no summary."""
        here = {message.id for message in self._messages.values()}
        told = {key.hex() for key in self.named_summaries}
        for one in sorted(set(ids) - here - told):
            raise NotFound(f"There is no memory with the id {one!r}.")

    def _find_summaries(self) -> set[bytes]:
        """Return the keys of what tells any of it, and take what is by hand along."""
        gone = summaries_of(
            self._summaries,
            rows=self._rows.all,
            named=self.named_summaries,
            everything=self._target.everything,
        )
        by_key = {key.hex() for key in gone}
        self._hands += [
            hand
            for hand in self._all_hands
            if hand.kind is MemoryKind.SUMMARY
            and hand.key in by_key
            and hand not in self._hands
        ]
        return gone

    def _find_chats(self) -> list[StoredChat]:
        """Return the chats of which nothing is left."""
        asked = () if self._spans() else self._target.chats
        return [
            chat
            for chat in self._chats
            if (chat.names or chat.title)
            and (
                self._target.everything
                or chat.id in asked
                or (
                    self._visits[chat.row]
                    and self._rows.all.issuperset(self._visits[chat.row])
                )
            )
        ]


def _at(message: Message) -> datetime:
    return message.said_at or message.seen_at
