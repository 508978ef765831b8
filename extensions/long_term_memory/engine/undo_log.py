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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.forgetting.undo_records import ENTRY, HEAD, digest_of
from ..core.hand_records import pack_hand, unpack_hand
from ..core.records import (
    Annotation,
    StoredPathEntry,
)
from ..core.types import MemoryKind, Window
from ..errors import NotFound
from .ingestion.observe import Observation
from .ingestion.observer import Observer
from .records import ChatName
from .state.bank_state import BankState


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
    """The batches of one bank; takes its lock itself."""

    def __init__(self, state: BankState, observer: Observer) -> None:
        """Work on a bank; `observer` follows its chats."""
        self._state = state
        self._observer = observer

    def all(self) -> list[RecordedChange]:
        """Return the batches that can be undone, the newest first."""
        with self._state.lock:
            heads = self._state.store.metadata.with_prefix(HEAD)
            found = [self._batch(key, json.loads(text)) for key, text in heads.items()]
        return sorted(found, key=lambda batch: batch.at, reverse=True)

    def observe(
        self, batch: str, title: str, name: ChatName, window: Window
    ) -> Observation:
        """Follow a window as a part of a batch; see `Chat.observe`."""
        state = self._state
        with state.lock:
            before = self._path(state.chats.row_of(name))
            key = self._begin(batch, title)
            # Noted first, so that a crash leaves nothing that cannot be undone.
            entry: dict[str, Any] = {
                "host": name.host,
                "name": name.name,
                "keep": len(before),
                "tail": [],
            }
            state.store.metadata.put(key, json.dumps(entry))
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
            return observation

    def note_path(
        self, batch: str, title: str, chat: int, before: Sequence[StoredPathEntry]
    ) -> None:
        """Record that a chat's path was another one before."""
        after = self._path(chat)
        keep = _alike(before, after)
        [stored] = [one for one in self._state.store.chats.all() if one.row == chat]
        entry = {
            "chat": stored.id,
            "keep": keep,
            "tail": list(before[keep:]),
            "after": _digest(after),
        }
        self._state.store.metadata.put(self._begin(batch, title), json.dumps(entry))

    def put_hands(
        self, batch: str, title: str, hands: Sequence[Annotation], *, newer_wins: bool
    ) -> int:
        """Put notes and corrections; return how many were new here.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            hands: What is put.
            newer_wins: A known one is replaced if it changed later; else it stays.
        """
        state = self._state
        with state.lock:
            known = {
                (hand.kind, hand.key): hand for hand in state.store.annotations.all()
            }
            count = 0
            for hand in hands:
                old = known.get((hand.kind, hand.key))
                if state.was_forgotten(hand.key, hand.content or ""):
                    continue
                if old is not None and not (newer_wins and _is_newer(hand, old)):
                    continue
                entry = {"hand": pack_hand(hand), "was": old and pack_hand(old)}
                state.store.metadata.put(self._begin(batch, title), json.dumps(entry))
                state.store.annotations.put(hand)
                count += 1
            if count:
                state.reload()
            return count

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

    def clear(self, batch: str, title: str, chats: Sequence[str] | None = None) -> int:
        """Take chats off their paths, and with them all notes if it is the whole bank.

        Args:
            batch: Id under which it can be undone.
            title: What it was, for people.
            chats: Our ids of chats; None for everything.

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
                    self.note_path(batch, title, chat.row, before)
                    taken += 1
            notes = [
                hand._replace(deleted_at=now, updated_at=now)
                for hand in state.store.annotations.all()
                if hand.kind is MemoryKind.NOTE and hand.deleted_at is None
            ]
            state.reload()
            if chats is None:
                taken += self.put_hands(batch, title, notes, newer_wins=True)
            return taken

    def undo(self, batch: str) -> Undone:
        """Take back what a batch brought.

        Raises:
            NotFound: This bank has no such batch.
        """
        state = self._state
        with state.lock:
            if state.store.metadata.get(HEAD + batch) is None:
                raise NotFound(
                    f"There is no import or clearing with the id {batch!r} to undo."
                )
            chats = notes = 0
            kept = []
            # The latest first: what a batch changed twice is unwound step by step.
            for key, entry in reversed(self._entries(batch).items()):
                left = self._undo_one(entry)
                if left is not None:
                    kept.append(left)
                elif "hand" in entry:
                    notes += 1
                else:
                    chats += 1
                state.store.metadata.drop(key)
            state.store.metadata.drop(HEAD + batch)
            state.reload()
        return Undone(chats=chats, notes=notes, kept=tuple(reversed(kept)))

    def _batch(self, key: str, head: dict[str, Any]) -> RecordedChange:
        batch = key.removeprefix(HEAD)
        return RecordedChange(
            id=batch,
            title=head["title"],
            at=datetime.fromisoformat(head["at"]),
            changes=len(self._entries(batch)),
        )

    def _undo_one(self, entry: dict[str, Any]) -> str | None:
        """Undo one change; return what to call it if it went on since."""
        if "hand" in entry:
            return self._undo_hand(unpack_hand(entry["hand"]), entry["was"])
        store = self._state.store
        for chat in store.chats.all():
            named = (entry.get("host"), entry.get("name")) in chat.names
            if not named and chat.id != entry.get("chat"):
                continue
            path = store.chats.path(chat.row)
            if "after" in entry and _digest(path) != entry["after"]:
                return chat.title or chat.id
            tail = [StoredPathEntry(*place) for place in entry["tail"]]
            keep = min(entry["keep"], len(path))
            store.chats.write_path(
                chat.row, keep=keep, tail=tail, now=self._state.clock()
            )
        return None

    def _undo_hand(self, hand: Annotation, was: dict[str, Any] | None) -> str | None:
        store = self._state.store
        for known in store.annotations.all():
            if (known.kind, known.key) != (hand.kind, hand.key):
                continue
            if known != hand:
                return known.content or known.key
            if was is None:
                store.annotations.drop(hand.kind, hand.key)
            else:
                store.annotations.put(unpack_hand(was))
        return None

    def _begin(self, batch: str, title: str) -> str:
        """Record the batch if this is its first change; return a key for a change."""
        store = self._state.store
        if store.metadata.get(HEAD + batch) is None:
            head = {"title": title, "at": self._state.clock().isoformat()}
            store.metadata.put(HEAD + batch, json.dumps(head))
        last = max(store.metadata.with_prefix(f"{ENTRY}{batch}/"), default="")
        number = int(last.rpartition("/")[2]) + 1 if last else 1
        return f"{ENTRY}{batch}/{number:08d}"

    def _drop_if_empty(self, batch: str) -> None:
        if not self._entries(batch):
            self._state.store.metadata.drop(HEAD + batch)

    def _entries(self, batch: str) -> dict[str, dict[str, Any]]:
        found = self._state.store.metadata.with_prefix(f"{ENTRY}{batch}/")
        return {key: json.loads(text) for key, text in found.items()}

    def _path(self, chat: int | None) -> list[StoredPathEntry]:
        return [] if chat is None else self._state.store.chats.path(chat)


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
