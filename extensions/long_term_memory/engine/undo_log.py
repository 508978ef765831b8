"""What came into a bank in one go, and how it leaves again.

Owns: the record of a batch (an import, a clearing), kept in the bank beside what it
changed, and undoing a batch as a whole.
Knows nothing of: files, formats, hosts.

Undoing gives a chat the path that it had before and takes away the notes that came.
Messages stay in the log, on no path: nobody recalls them, and importing the same file
again finds them there, vectors and all. What went on since is left as it is, and told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ..core.forgetting.undo_records import ENTRY, HEAD, UNDONE, digest_of
from ..core.hand_records import pack_hand, unpack_hand
from ..core.records import Annotation, StoredChat, StoredPathEntry
from ..core.steps import TAKE_BACK, HandStep, Key, is_same
from ..core.types import MemoryKind, Window
from ..errors import NotFound
from .ingestion.observe import Observation
from .ingestion.observer import Observer
from .records import ChatName
from .state.bank_state import BankState

IMPORT: Final = "import"
"""The step that brought a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """Something that came in one go.

    Attributes:
        id: The same in all banks that it touched.
        title: What it was, for people.
        changes: How many chats and notes it changed in this bank.
    """

    id: str
    title: str
    at: datetime
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing a batch did in one bank.

    Attributes:
        chats: Chats that have their former path again; new ones have none.
        notes: Notes that are as they were before.
        kept: What went on since and was left alone: titles of chats, texts of notes.
    """

    chats: int = 0
    notes: int = 0
    kept: tuple[str, ...] = ()


class UndoLog:
    """The batches of one bank; takes its lock itself.

    What a person brings or clears is a step, and taking it back is one more, so that
    `edit_history` undoes either and does it again. The record of what was taken back
    then says how it was, as long as a step asks for it.
    """

    def __init__(self, state: BankState, observer: Observer) -> None:
        """Work on a bank; `observer` follows its chats."""
        self._state = state
        self._observer = observer

    def all(self) -> list[RecordedChange]:
        """Return the batches that can be undone, the newest first."""
        with self._state.lock:
            heads = self._state.store.metadata.with_prefix(HEAD)
            found = [self._batch(key, json.loads(text)) for key, text in heads.items()]
        listed = (batch for batch in found if batch.changes)
        return sorted(listed, key=lambda batch: batch.at, reverse=True)

    def title(self, batch: str) -> str:
        """Return what a batch was, for people; empty if nothing is left of it."""
        text = self._state.store.metadata.get(HEAD + batch)
        return "" if text is None else str(json.loads(text)["title"])

    def observe(
        self, batch: str, title: str, name: ChatName, window: Window
    ) -> Observation:
        """Follow a window as a part of a batch; see `Chat.observe`."""
        state = self._state
        with state.lock:
            before = self._path(state.chats.row_of(name))
            # Noted first, so that a crash leaves nothing that cannot be undone.
            entry: dict[str, Any] = {
                "host": name.host,
                "name": name.name,
                "keep": len(before),
                "tail": [],
            }
            [key] = self._put(batch, title, [entry])
            observation = self._observer.observe(name, window, by_hand=True)
            row = state.chats.row_of(name)
            after = self._path(row)
            # Nobody may ever speak in it again, and there may be thousands.
            state.chats.release(row)
            if after == before:
                state.store.metadata.drop(key)
                self._drop_if_empty(batch)
                return observation
            keep = _alike(before, after)
            entry |= {"keep": keep, "tail": before[keep:], "after": _digest(after)}
            state.store.metadata.put(key, json.dumps(entry))
            self._count_as_step(batch, IMPORT)
            return observation

    def note_path(
        self,
        batch: str,
        title: str,
        chat: int,
        before: Sequence[StoredPathEntry],
        *,
        step: str = IMPORT,
    ) -> None:
        """Record that a chat's path was another one before.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            chat: The chat's row.
            before: Its path then.
            step: A word for the step that the batch is; empty for none.
        """
        after = self._path(chat)
        keep = _alike(before, after)
        [stored] = [one for one in self._state.store.chats.all() if one.row == chat]
        entry = {
            "chat": stored.id,
            "keep": keep,
            "tail": list(before[keep:]),
            "after": _digest(after),
        }
        self._put(batch, title, [entry])
        self._count_as_step(batch, step)

    def put_hands(
        self,
        batch: str,
        title: str,
        hands: Sequence[Annotation],
        *,
        newer_wins: bool,
        step: str = IMPORT,
    ) -> int:
        """Put notes and corrections; return how many were new here.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            hands: What is put.
            newer_wins: A known one is replaced if it changed later; else it stays.
            step: A word for the step that the batch is; empty for none.
        """
        state = self._state
        with state.lock:
            known = {
                (hand.kind, hand.key): hand for hand in state.store.annotations.all()
            }
            put: list[Annotation] = []
            entries = []
            for hand in hands:
                old = known.get((hand.kind, hand.key))
                if state.was_forgotten(hand.key, hand.content or ""):
                    continue
                if old is not None and not (newer_wins and _is_newer(hand, old)):
                    continue
                entries.append({"hand": pack_hand(hand), "was": old and pack_hand(old)})
                put.append(hand)
            if put:
                # Noted first, so that a crash leaves nothing that cannot be undone.
                self._put(batch, title, entries)
                for hand in put:
                    state.store.annotations.put(hand)
                self._count_as_step(batch, step)
                state.reload()
            return len(put)

    def put_notes(self, batch: str, title: str, notes: Mapping[str, str]) -> int:
        """Put notes that were never here; return how many came.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            notes: Their texts by key.
        """
        now = self._state.clock()
        hands = [
            Annotation(
                kind=MemoryKind.NOTE,
                key=key,
                content=content,
                pinned=False,
                created_at=now,
                updated_at=now,
                deleted_at=None,
            )
            for key, content in notes.items()
        ]
        return self.put_hands(batch, title, hands, newer_wins=False)

    def clear(
        self,
        batch: str,
        title: str,
        chats: Sequence[str] | None = None,
        *,
        step: str = "clear",
    ) -> int:
        """Take chats off their paths, and with them all notes if it is the whole bank.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            chats: Our ids of chats; None for everything.
            step: A word for the step that it is; empty where a host put its own chat
                away, and brings it back itself.

        Returns:
            How many chats and notes it took.
        """
        state = self._state
        now = self._state.clock()
        taken = 0
        with state.lock:
            state.back_up("clearing")
            for chat in state.store.chats.all():
                before = state.store.chats.path(chat.row)
                if before and (chats is None or chat.id in chats):
                    state.store.chats.write_path(chat.row, keep=0, tail=[], now=now)
                    self.note_path(batch, title, chat.row, before, step=step)
                    taken += 1
            notes = [
                hand._replace(deleted_at=now, updated_at=now)
                for hand in state.store.annotations.all()
                if hand.kind is MemoryKind.NOTE and hand.deleted_at is None
            ]
            state.reload()
            if chats is None:
                taken += self.put_hands(batch, title, notes, newer_wins=True, step=step)
            return taken

    def undo(self, batch: str) -> Undone:
        """Take back what a batch brought; a step as the batch was one.

        Raises:
            NotFound: This bank has no such batch.
        """
        state = self._state
        with state.exclusive():
            if not self._live(batch):
                raise NotFound(
                    f"There is no import or clearing with the id {batch!r} to undo."
                )
            undone = self.turn(batch, back=True)
            head = self._head(batch)
            if head is not None and head.get("steps"):
                self._add_step(batch, head, TAKE_BACK)
                self._sweep()
            else:
                self._drop(batch)
        return undone

    def turn(self, batch: str, *, back: bool) -> Undone:
        """Take back what a batch brought, or bring what was taken back; no step.

        Whoever calls it is alone with the store (`BankState.exclusive`).
        """
        metadata = self._state.store.metadata
        entries = {
            key: entry
            for key, entry in self._entries(batch).items()
            if (UNDONE in entry) != back
        }
        chats = _ByName(self._state.store.chats.all())
        hands: dict[Key, Annotation | None] = {}
        told: Counter[str] = Counter()
        kept: list[str] = []
        # The latest first: what a batch changed twice is unwound step by step.
        for key in sorted(entries, reverse=back):
            entry = entries[key]
            is_hand = "hand" in entry
            if is_hand:
                left = self._turn_hand(entry, hands)
            else:
                left = self._turn_path(entry, chats.of(entry))
            if left is not None:
                kept.append(left)
                metadata.drop(key)
                continue
            told["notes" if is_hand else "chats"] += 1
            if back:
                entry[UNDONE] = True
            else:
                del entry[UNDONE]
            metadata.put(key, json.dumps(entry))
        self._state.annotate_all(
            [hand for hand in hands.values() if hand is not None],
            [key for key, hand in hands.items() if hand is None],
        )
        self._state.reload()
        if back:
            kept.reverse()
        return Undone(chats=told["chats"], notes=told["notes"], kept=tuple(kept))

    # -- inside ------------------------------------------------------------------

    def _batch(self, key: str, head: dict[str, Any]) -> RecordedChange:
        batch = key.removeprefix(HEAD)
        return RecordedChange(
            id=batch,
            title=head["title"],
            at=datetime.fromisoformat(head["at"]),
            changes=len(self._live(batch)),
        )

    def _turn_path(self, entry: dict[str, Any], chat: StoredChat | None) -> str | None:
        """Give a chat the path of a record, which then has the one that it had.

        Returns:
            What to call the chat if it went on since, and was left alone.
        """
        if chat is None:
            return None
        store = self._state.store
        path = store.chats.path(chat.row)
        if "after" in entry and _digest(path) != entry["after"]:
            return chat.title or chat.id
        tail = [StoredPathEntry(*place) for place in entry["tail"]]
        keep = min(entry["keep"], len(path))
        store.chats.write_path(chat.row, keep=keep, tail=tail, now=self._state.clock())
        after = _digest([*path[:keep], *tail])
        entry |= {"keep": keep, "tail": path[keep:], "after": after}
        return None

    def _turn_hand(
        self, entry: dict[str, Any], hands: dict[Key, Annotation | None]
    ) -> str | None:
        """Say what becomes of a note by a record, which then has what it was.

        Args:
            entry: The record.
            hands: What became of others so far; None for what goes.

        Returns:
            What to call the note if it was changed since, and is left alone.
        """
        now, then = (one and unpack_hand(one) for one in (entry["hand"], entry["was"]))
        known = now or then
        assert known is not None
        key = known.kind, known.key
        there = hands.get(key) if key in hands else self._state.annotations.get(*key)
        if not is_same(there, now):
            return (there and there.content) or known.key
        hands[key] = then
        entry |= {"hand": entry["was"], "was": entry["hand"]}
        return None

    def _put(
        self, batch: str, title: str, entries: Sequence[dict[str, Any]]
    ) -> list[str]:
        """Record changes, and the batch if they are its first; return their keys."""
        metadata = self._state.store.metadata
        if self._head(batch) is None:
            head = {"title": title, "at": self._state.clock().isoformat()}
            metadata.put(HEAD + batch, json.dumps(head))
        last = max(metadata.with_prefix(f"{ENTRY}{batch}/"), default="0")
        first = int(last.rpartition("/")[2]) + 1
        keys = [
            f"{ENTRY}{batch}/{number:08d}" for number, _ in enumerate(entries, first)
        ]
        for key, entry in zip(keys, entries, strict=True):
            metadata.put(key, json.dumps(entry))
        return keys

    def _count_as_step(self, batch: str, step: str) -> None:
        """Keep a batch as the newest step, unless it is one already."""
        with self._state.exclusive():
            head = self._head(batch)
            if step and head is not None and not head.get("steps"):
                self._add_step(batch, head, step)
                self._sweep()

    def _add_step(self, batch: str, head: dict[str, Any], what: str) -> None:
        at = self._state.clock()
        number = self._state.steps.keep(HandStep(what=what, at=at, batch=batch))
        head = {**head, "steps": [*head.get("steps", ()), number]}
        self._state.store.metadata.put(HEAD + batch, json.dumps(head))

    def _sweep(self) -> None:
        """Drop the records of what was taken back that no step brings again."""
        steps = {one.number for one in self._state.steps.listed().steps}
        heads = self._state.store.metadata.with_prefix(HEAD)
        for key, text in heads.items():
            batch = key.removeprefix(HEAD)
            if steps.isdisjoint(json.loads(text).get("steps", ())):
                self._drop_undone(batch)

    def _drop_undone(self, batch: str) -> None:
        for key, entry in self._entries(batch).items():
            if UNDONE in entry:
                self._state.store.metadata.drop(key)
        self._drop_if_empty(batch)

    def _drop(self, batch: str) -> None:
        for key in self._entries(batch):
            self._state.store.metadata.drop(key)
        self._drop_if_empty(batch)

    def _drop_if_empty(self, batch: str) -> None:
        if not self._entries(batch):
            self._state.store.metadata.drop(HEAD + batch)

    def _head(self, batch: str) -> dict[str, Any] | None:
        text = self._state.store.metadata.get(HEAD + batch)
        return None if text is None else dict(json.loads(text))

    def _entries(self, batch: str) -> dict[str, dict[str, Any]]:
        found = self._state.store.metadata.with_prefix(f"{ENTRY}{batch}/")
        return {key: json.loads(text) for key, text in found.items()}

    def _live(self, batch: str) -> list[str]:
        """Return the keys of the changes that hold."""
        entries = self._entries(batch).items()
        return [key for key, entry in entries if UNDONE not in entry]

    def _path(self, chat: int | None) -> list[StoredPathEntry]:
        return [] if chat is None else self._state.store.chats.path(chat)


class _ByName:
    """Chats by what a record calls them."""

    def __init__(self, chats: Iterable[StoredChat]) -> None:
        self._ids = {chat.id: chat for chat in chats}
        self._names = {name: chat for chat in self._ids.values() for name in chat.names}

    def of(self, entry: Mapping[str, Any]) -> StoredChat | None:
        """Return the chat that a record means; None if it is gone."""
        named = self._names.get((entry.get("host", ""), entry.get("name", "")))
        return named or self._ids.get(entry.get("chat", ""))


def _alike(before: Sequence[StoredPathEntry], after: Sequence[StoredPathEntry]) -> int:
    """Count the leading places that are the same."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count


def _digest(path: Sequence[StoredPathEntry]) -> str:
    """Return a hash of which messages stand on a path; flags do not count."""
    return digest_of([place.message for place in path])


def _is_newer(hand: Annotation, old: Annotation) -> bool:
    return hand.updated_at > old.updated_at
