"""What a person sees and edits: the memories of one bank.

Owns: listing and searching them, and notes, corrections, pins and deletions by hand,
    each of them a step that `edit_history` undoes.
Knows nothing of: ranking, prompts, hosts.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from uuid import uuid4

from ..core.records import (
    Annotation,
)
from ..core.text.tags import checked_tags
from ..core.types import MemoryItem, MemoryKind, Message
from ..errors import InvalidInput, NotFound
from .pages import (
    ORDER,
    MemoryPage,
    PageRequest,
    Place,
    cursor_of,
    made,
    place_in,
    place_of,
    said,
)
from .state.bank_state import BankState
from .state.memories import note_memory, turn_memory
from .summarization.summaries import Summaries
from .versions import Version, versions_of

MAX_NOTE_CHARS = 20_000


class Memories:
    """The memories of one bank: list, search, add, correct, pin, delete, restore.

    Every change is durable when the method returns.
    """

    def __init__(self, state: BankState, summaries: Summaries) -> None:
        """Work on a bank; `summaries` tell and remake what was told in short."""
        self._state = state
        self._lock = state.lock
        self._clock = state.clock
        self._hands = state.annotations
        self._summaries = summaries

    def hands(self) -> builtins.list[Annotation]:
        """Return everything by hand, oldest first."""
        with self._lock:
            self._state.refresh()
            return self._hands.all()

    def shown(self, message: Message, chat: str) -> MemoryItem:
        """Show a message of a chat as a memory, as a person left it.

        Args:
            message: What was said.
            chat: Our id of the chat.
        """
        with self._lock:
            hand = self._hands.get(MemoryKind.TURN, message.id)
        return turn_memory(message, hand, chat)

    def notes(self) -> builtins.list[MemoryItem]:
        """Return the notes that are not deleted, oldest first."""
        with self._lock:
            self._state.refresh()
            return [
                note_memory(hand)
                for hand in self._hands.all()
                if hand.kind is MemoryKind.NOTE and hand.deleted_at is None
            ]

    def add(self, content: str, *, pinned: bool = False, key: str = "") -> MemoryItem:
        """Add a note.

        Args:
            content: Its text.
            pinned: Keep it in every prompt.
            key: Its id, which no other memory may have; empty makes one.

        Raises:
            InvalidInput: The note is empty or longer than 20,000 characters.
        """
        now = self._clock()
        hand = Annotation(
            kind=MemoryKind.NOTE,
            key=key or uuid4().hex,
            content=_checked(content),
            pinned=pinned,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )
        with self._state.step("add"):
            self._state.annotate(hand)
        return note_memory(hand)

    def get(self, memory_id: str) -> MemoryItem:
        """Return one memory, deleted or not.

        Raises:
            NotFound: No memory has this id.
        """
        with self._lock:
            self._state.refresh()
            return self._get(memory_id)

    def get_many(self, memory_ids: Sequence[str]) -> builtins.list[MemoryItem]:
        """Return memories in this order, deleted or not.

        Raises:
            NotFound: One of the ids is that of no memory.
        """
        with self._lock:
            self._state.refresh()
            rows = self._state.store.messages.rows_of(memory_ids)
            shown = self._state.memories_of(rows.values())
            found = {one.id: one for one in shown}
            return [found.get(one) or self._get(one) for one in memory_ids]

    def hand_of(self, memory: MemoryItem) -> Annotation:
        """Return what is by hand of a memory; of one that nobody touched, a new one."""
        hand = self._hands.get(memory.kind, memory.id)
        return hand or self._untouched(memory.kind, memory.id)

    def find(self, memory_id: str) -> MemoryItem | None:
        """Return one memory, None if there is none of this id."""
        try:
            return self.get(memory_id)
        except NotFound:
            return None

    def list(
        self,
        *,
        kind: MemoryKind | None = None,
        deleted: bool = False,
        pinned: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> builtins.list[MemoryItem]:
        """Return memories, newest first.

        Args:
            kind: Only this kind; None for all.
            deleted: The deleted ones instead of the others.
            pinned: Only pinned ones.
            offset: How many to pass over.
            limit: How many at the most.
        """
        with self._lock:
            self._state.refresh()
            found = self.apart(kind, deleted=deleted, pinned=pinned)
            if kind in (None, MemoryKind.TURN):
                rows = self.turn_rows(deleted=deleted, pinned=pinned)
                rows.reverse()
                first = max(0, offset - len(found))
                wanted = rows[first : first + limit]
                notes = found[offset : offset + limit]
                return (notes + self._state.memories_of(wanted))[:limit]
            return found[offset : offset + limit]

    def page(self, asked: PageRequest, rows: Sequence[int]) -> MemoryPage:
        """Return a page of memories; see `pages`.

        Args:
            asked: Which.
            rows: Of the messages that may be shown, rising.

        Raises:
            InvalidInput: The cursor is none of ours.
        """
        after = place_in(asked.cursor)
        most = asked.limit + 1
        found: builtins.list[tuple[Place, MemoryItem]] = []
        with self._lock:
            for kind in ORDER[ORDER.index(after.kind) if after else 0 :]:
                if not asked.wants(kind):
                    continue
                here = after if after and after.kind is kind else None
                if kind is not MemoryKind.TURN:
                    listed = made(self._made(kind, asked), here)
                    found += [(place_of(one), one) for one in listed]
                    continue
                wanted = said(self._shown_rows(asked, rows), here)
                lot = list(islice(wanted, max(0, most - len(found))))
                found += [
                    (place_of(one, row), one)
                    for row, one in zip(lot, self._state.memories_of(lot), strict=True)
                ]
        shown = found[: asked.limit]
        more = len(found) > len(shown)
        return MemoryPage(
            memories=tuple(memory for _, memory in shown),
            cursor=cursor_of(shown[-1][0]) if more and shown else "",
        )

    def _made(self, kind: MemoryKind, asked: PageRequest) -> builtins.list[MemoryItem]:
        """Return the notes or summaries that are asked for."""
        if kind is MemoryKind.SUMMARY:
            told = () if asked.pinned else self._summaries.listed(asked.chat or None)
            return [one.memory for one in told if one.memory.deleted == asked.deleted]
        notes = (
            note_memory(hand)
            for hand in self._hands.all()
            if hand.kind is MemoryKind.NOTE and not asked.chat
        )
        return [
            one
            for one in notes
            if one.deleted == asked.deleted and (one.pinned or not asked.pinned)
        ]

    def _shown_rows(self, asked: PageRequest, rows: Sequence[int]) -> Sequence[int]:
        """Return the rows of messages that are asked for, rising."""
        if asked.deleted or asked.pinned:
            touched = self.turn_rows(deleted=asked.deleted, pinned=asked.pinned)
            # What was swiped away and is by hand is listed, too, as in `list`.
            here = set(rows) if asked.chat else set(touched)
            return [row for row in touched if row in here]
        gone = set(self.turn_rows(deleted=True, pinned=False))
        return [row for row in rows if row not in gone] if gone else rows

    def count(
        self,
        *,
        kind: MemoryKind | None = None,
        deleted: bool = False,
        pinned: bool = False,
    ) -> int:
        """Count what `list` returns of all pages together."""
        with self._lock:
            self._state.refresh()
            found = len(self.apart(kind, deleted=deleted, pinned=pinned))
            if kind in (None, MemoryKind.TURN):
                found += len(self.turn_rows(deleted=deleted, pinned=pinned))
            return found

    def apart(
        self, kind: MemoryKind | None, *, deleted: bool, pinned: bool
    ) -> builtins.list[MemoryItem]:
        """Return what is no message, newest first: notes, then summaries."""
        found: builtins.list[MemoryItem] = []
        if kind in (None, MemoryKind.NOTE):
            found += [
                note_memory(hand)
                for hand in reversed(self._hands.all())
                if hand.kind is MemoryKind.NOTE
                and (hand.deleted_at is not None) == deleted
                and (hand.pinned or not pinned)
            ]
        if kind in (None, MemoryKind.SUMMARY) and not pinned:
            found += [
                told.memory
                for told in reversed(self._summaries.listed())
                if told.memory.deleted == deleted
            ]
        return found

    def search(
        self, text: str, *, limit: int = 50, among: Iterable[int] | None = None
    ) -> builtins.list[MemoryItem]:
        """Return memories with words that begin as every word of `text`, newest first.

        Deleted ones are left out.

        Args:
            text: The words.
            limit: How many at the most.
            among: Rows of the messages that are looked through; None for all.
        """
        words = text.casefold().split()
        with self._lock:
            self._state.refresh()
            notes = [
                note
                for note in reversed(self.notes())
                if all(word in note.content.casefold() for word in words)
            ]
            told = [
                one.memory
                for one in self._summaries.listed()
                if not one.memory.deleted
                and all(word in one.memory.content.casefold() for word in words)
            ]
            turns = self._state.memories_of(self._live_rows_with(text, limit, among))
        return (notes + told + turns)[:limit]

    def _live_rows_with(
        self, text: str, limit: int, among: Iterable[int] | None
    ) -> builtins.list[int]:
        """Return the newest rows with words of a text that stand on a path.

        The store also knows what was swiped away, so it is asked for more until enough
        is live.
        """
        shown = self.turn_rows(deleted=False, pinned=False) if among is None else among
        live: set[int] = set(shown)
        wanted = limit + len(self._hands.all())
        while True:
            found = self._state.store.full_text.search(text, limit=wanted)
            rows = [row for row in found if row in live]
            if len(rows) >= limit or len(found) < wanted:
                return rows[:limit]
            wanted *= 2

    def update(self, memory_id: str, *, content: str) -> MemoryItem:
        """Correct a memory by hand; what was said stays in the log.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: The text is empty or too long.
        """
        text = _checked(content)
        return self._change("edit", memory_id, lambda hand: hand._replace(content=text))

    def delete(self, memory_id: str) -> None:
        """Take a memory out of recall; `restore` brings it back.

        Raises:
            NotFound: No memory has this id.
        """
        now = self._clock()
        self._change("delete", memory_id, lambda hand: hand._replace(deleted_at=now))

    def restore(self, memory_id: str) -> MemoryItem:
        """Bring a deleted memory back.

        Raises:
            NotFound: No memory has this id.
        """
        return self._change(
            "restore", memory_id, lambda hand: hand._replace(deleted_at=None)
        )

    def history(self, memory_id: str) -> builtins.list[Version]:
        """Return what a memory said before, oldest first; `update` brings one back.

        Raises:
            NotFound: No memory has this id.
        """
        with self._lock:
            return versions_of(self._state.store, self.get(memory_id))

    def lock(self, memory_id: str, locked: bool = True) -> MemoryItem:
        """Keep a summary as it reads now, or have the machine write it again.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is no summary.
        """
        memory = self._summary(memory_id)
        content = memory.content if locked else None
        return self._change(
            "lock" if locked else "unlock",
            memory_id,
            lambda hand: hand._replace(content=content),
        )

    def regenerate(self, memory_id: str) -> None:
        """Have a summary made anew, soon; what was written by hand in it is gone.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is no summary.
        """
        with self._state.step("regenerate"):
            self._summary(memory_id)
            self._summaries.drop(memory_id)
            self._state.annotate_all([], [(MemoryKind.SUMMARY, memory_id)])
            if self._summaries.is_older(bytes.fromhex(memory_id)):
                # What was written for the stretch before is not to come back.
                self._state.annotate(self._untouched(MemoryKind.SUMMARY, memory_id))

    def pin(self, memory_id: str, pinned: bool = True) -> MemoryItem:
        """Keep a memory in the head block of every prompt, or no longer.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is a summary.
        """
        if pinned and self.get(memory_id).kind is MemoryKind.SUMMARY:
            raise InvalidInput(
                "Summaries stand in the prompt by themselves. Lock one to keep its "
                "words, or add a note.",
                field="id",
            )
        return self._change(
            "pin" if pinned else "unpin",
            memory_id,
            lambda hand: hand._replace(
                pinned=pinned, hidden=hand.hidden and not pinned
            ),
        )

    def hide(self, memory_id: str, hidden: bool = True) -> MemoryItem:
        """Never recall a memory, or do so again; lists and the story still have it.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is a summary.
        """
        self._not_summary(memory_id, "hidden: delete it instead", "id")
        return self._change(
            "hide" if hidden else "unhide",
            memory_id,
            lambda hand: hand._replace(
                hidden=hidden, pinned=hand.pinned and not hidden
            ),
        )

    def tag(self, memory_id: str, tags: Iterable[str]) -> MemoryItem:
        """Give a memory these tags and no others.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: There are too many, one is too long, or it is a summary.
        """
        given = checked_tags(tags)
        self._not_summary(memory_id, "tagged", "tags")
        return self._change("tag", memory_id, lambda hand: hand._replace(tags=given))

    def tags(self) -> Counter[str]:
        """Return the tags of all memories that are not deleted, and how many each has.

        Tags that differ by the case alone are one, as it was written first.
        """
        found: Counter[str] = Counter()
        written: dict[str, str] = {}
        for hand in self.hands():
            for tag in () if hand.deleted_at is not None else hand.tags:
                found[written.setdefault(tag.casefold(), tag)] += 1
        return found

    def _not_summary(self, memory_id: str, what: str, field: str) -> None:
        if self.get(memory_id).kind is MemoryKind.SUMMARY:
            raise InvalidInput(f"A summary cannot be {what}.", field=field)

    def pinned(self) -> builtins.list[MemoryItem]:
        """Return what is pinned and not deleted, in the order it was made."""
        with self._lock:
            self._state.refresh()
            hands = [
                hand
                for hand in self._hands.all()
                if hand.pinned and hand.deleted_at is None
            ]
            memories = [self._get(hand.key) for hand in hands]
        return sorted(memories, key=lambda memory: (memory.created_at, memory.id))

    def _get(self, memory_id: str) -> MemoryItem:
        try:
            return self._state.memory(memory_id)
        except NotFound:
            summary = self._summaries.find(memory_id)
            if summary is None:
                raise
            return summary

    def turn_rows(self, *, deleted: bool, pinned: bool) -> builtins.list[int]:
        """Return the rows of messages that are shown, rising.

        Args:
            deleted: The deleted ones instead of the others.
            pinned: Only pinned ones.
        """
        touched = {
            hand.key: hand for hand in self._hands.all() if hand.kind is MemoryKind.TURN
        }
        rows = self._state.store.messages.rows_of(list(touched))
        gone = {rows[key] for key, hand in touched.items() if _gone(hand, rows)}
        if deleted or pinned:
            kept = {
                rows[key]
                for key, hand in touched.items()
                if key in rows and (hand.pinned or not pinned)
            }
            wanted = kept & gone if deleted else kept - gone
            return sorted(wanted)
        return [row for row in self._state.messages.rows_on_paths() if row not in gone]

    def _summary(self, memory_id: str) -> MemoryItem:
        memory = self.get(memory_id)
        if memory.kind is not MemoryKind.SUMMARY:
            raise InvalidInput("Only summaries are made by the machine.", field="id")
        return memory

    def _change(
        self, what: str, memory_id: str, change: Callable[[Annotation], Annotation]
    ) -> MemoryItem:
        # What another program does to it meanwhile must not be undone by this.
        with self._state.step(what):
            memory = self._get(memory_id)
            hand = self.hand_of(memory)._replace(updated_at=self._clock())
            self._state.annotate(change(hand))
            return self._get(memory_id)

    def _untouched(self, kind: MemoryKind, key: str) -> Annotation:
        """Return what says of a memory that nothing was done to it."""
        now = self._clock()
        return Annotation(
            kind=kind,
            key=key,
            content=None,
            pinned=False,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )


def _gone(hand: Annotation, rows: dict[str, int]) -> bool:
    return hand.key in rows and hand.deleted_at is not None


def _checked(content: str) -> str:
    """Return the text without blank ends, or say what is wrong with it."""
    text = content.strip()
    if not text:
        raise InvalidInput("A memory needs some text.", field="content")
    if len(text) > MAX_NOTE_CHARS:
        raise InvalidInput(
            f"A memory may have {MAX_NOTE_CHARS:,} characters; this has {len(text):,}. "
            "Split it into several.",
            field="content",
        )
    return text
