"""What a person sees and edits: the memories of one bank.

Owns: notes, corrections, pins and deletions by hand, and the view of a stored
message as a memory.
Knows nothing of: ranking, prompts, hosts.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from threading import RLock
from uuid import uuid4

from ..core.records import (
    Hand,
)
from ..core.types import Memory, MemoryKind, Message
from ..errors import InvalidInput, NotFound
from ..storage.protocols import (
    BankStore,
)
from .faults import Clock
from .summarization.summaries import Summaries
from .versions import Version, versions_of

MAX_NOTE_CHARS = 20_000

# So many of the messages shown last are held: what a chat brings to mind in one turn it
# mostly brings to mind in the next. Long ones are read anew, so that it stays small.
HELD = 2_048
HELD_CHARS = 4_000


def turn_memory(message: Message, hand: Hand | None, chat: str | None = None) -> Memory:
    """Show a stored message as a memory, with what a person decided about it."""
    memory = Memory(
        id=message.id,
        kind=MemoryKind.TURN,
        content=message.content,
        name=message.name,
        role=message.role,
        happened_at=message.said_at,
        created_at=message.seen_at,
        sources=(message.id,),
        chat=chat,
    )
    if hand is None:
        return memory
    return memory._replace(
        content=message.content if hand.content is None else hand.content,
        pinned=hand.pinned,
        edited=hand.content is not None,
        deleted=hand.deleted_at is not None,
    )


def note_memory(hand: Hand) -> Memory:
    """Show a note as a memory."""
    return Memory(
        id=hand.key,
        kind=MemoryKind.NOTE,
        content=hand.content or "",
        created_at=hand.created_at,
        pinned=hand.pinned,
        deleted=hand.deleted_at is not None,
    )


class Memories:
    """The memories of one bank: list, search, add, correct, pin, delete, restore.

    Every change is durable when the method returns, and is heard by `changed`.
    """

    def __init__(
        self,
        store: BankStore,
        lock: RLock,
        clock: Clock,
        *,
        chat_of: Callable[[int], str | None],
        on_path: Callable[[], list[int]],
        changed: Callable[[Hand | None], None],
        summaries: Summaries,
    ) -> None:
        """Read what was done by hand before.

        Args:
            store: The bank's store.
            lock: The bank's lock.
            clock: Says when a change was made.
            chat_of: Tells our id of a chat that a message row stands in.
            on_path: Tells the message rows that stand on any path, newest last.
            changed: Hears of every change by hand.
            summaries: Tells and remakes what was told in short.
        """
        self._store = store
        self._lock = lock
        self._clock = clock
        self._chat_of = chat_of
        self._on_path = on_path
        self._changed = changed
        self._summaries = summaries
        summaries.heed(self.hand)
        self._hands: dict[tuple[MemoryKind, str], Hand] = {}
        self._held: dict[int, Message] = {}
        self.reload()

    def reload(self) -> None:
        """Read everything again, after another process, or forgetting, changed it."""
        with self._lock:
            self._held = {}
            self._hands = {
                (hand.kind, hand.key): hand for hand in self._store.annotations.all()
            }

    def hand(self, kind: MemoryKind, key: str) -> Hand | None:
        """Return what a person decided about one memory, if anything."""
        return self._hands.get((kind, key))

    def hands(self) -> builtins.list[Hand]:
        """Return everything by hand, oldest first."""
        with self._lock:
            return list(self._hands.values())

    def count_notes(self) -> int:
        """Count the notes that are not deleted."""
        with self._lock:
            return sum(
                hand.kind is MemoryKind.NOTE and hand.deleted_at is None
                for hand in self._hands.values()
            )

    def add(self, content: str, *, pinned: bool = False) -> Memory:
        """Add a note.

        Raises:
            InvalidInput: The note is empty or longer than 20,000 characters.
        """
        now = self._clock()
        hand = Hand(
            kind=MemoryKind.NOTE,
            key=uuid4().hex,
            content=_checked(content),
            pinned=pinned,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )
        self._put(hand)
        return note_memory(hand)

    def get(self, memory_id: str) -> Memory:
        """Return one memory, deleted or not.

        Raises:
            NotFound: No memory has this id.
        """
        with self._lock:
            note = self._hands.get((MemoryKind.NOTE, memory_id))
            if note is not None:
                return note_memory(note)
            rows = self._store.messages.rows_of([memory_id])
            summary = self._summaries.find(memory_id) if not rows else None
            if summary is not None:
                return summary
            if memory_id not in rows:
                raise NotFound(f"There is no memory with the id {memory_id!r}.")
            [memory] = self.of_rows([rows[memory_id]])
            return memory

    def find(self, memory_id: str) -> Memory | None:
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
    ) -> builtins.list[Memory]:
        """Return memories, newest first.

        Args:
            kind: Only this kind; None for all.
            deleted: The deleted ones instead of the others.
            pinned: Only pinned ones.
            offset: How many to pass over.
            limit: How many at the most.
        """
        with self._lock:
            found: builtins.list[Memory] = []
            if kind in (None, MemoryKind.NOTE):
                found += [
                    note_memory(hand)
                    for hand in reversed(self._hands.values())
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
            if kind in (None, MemoryKind.TURN):
                rows = self._turn_rows(deleted=deleted, pinned=pinned)
                rows.reverse()
                first = max(0, offset - len(found))
                wanted = rows[first : first + limit]
                notes = found[offset : offset + limit]
                return (notes + self.of_rows(wanted))[:limit]
            return found[offset : offset + limit]

    def search(self, text: str, *, limit: int = 50) -> builtins.list[Memory]:
        """Return memories with words that begin as every word of `text`, newest first.

        Deleted ones are left out.
        """
        words = text.casefold().split()
        with self._lock:
            notes = [
                note_memory(hand)
                for hand in reversed(self._hands.values())
                if hand.kind is MemoryKind.NOTE
                and hand.deleted_at is None
                and all(word in (hand.content or "").casefold() for word in words)
            ]
            told = [
                one.memory
                for one in self._summaries.listed()
                if not one.memory.deleted
                and all(word in one.memory.content.casefold() for word in words)
            ]
            turns = self.of_rows(self._live_rows_with(text, limit))
        return (notes + told + turns)[:limit]

    def _live_rows_with(self, text: str, limit: int) -> builtins.list[int]:
        """Return the newest rows with words of a text that stand on a path.

        The store also knows what was swiped away, so it is asked for more until enough
        is live.
        """
        live: set[int] = set(self._turn_rows(deleted=False, pinned=False))
        wanted = limit + len(self._hands)
        while True:
            found = self._store.full_text.search(text, limit=wanted)
            rows = [row for row in found if row in live]
            if len(rows) >= limit or len(found) < wanted:
                return rows[:limit]
            wanted *= 2

    def update(self, memory_id: str, *, content: str) -> Memory:
        """Correct a memory by hand; what was said stays in the log.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: The text is empty or too long.
        """
        text = _checked(content)
        return self._change(memory_id, lambda hand: hand._replace(content=text))

    def delete(self, memory_id: str) -> None:
        """Take a memory out of recall; `restore` brings it back.

        Raises:
            NotFound: No memory has this id.
        """
        now = self._clock()
        self._change(memory_id, lambda hand: hand._replace(deleted_at=now))

    def restore(self, memory_id: str) -> Memory:
        """Bring a deleted memory back.

        Raises:
            NotFound: No memory has this id.
        """
        return self._change(memory_id, lambda hand: hand._replace(deleted_at=None))

    def history(self, memory_id: str) -> builtins.list[Version]:
        """Return what a memory said before, oldest first; `update` brings one back.

        Raises:
            NotFound: No memory has this id.
        """
        with self._lock:
            return versions_of(self._store, self.get(memory_id))

    def lock(self, memory_id: str, locked: bool = True) -> Memory:
        """Keep a summary as it reads now, or have the machine write it again.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is no summary.
        """
        memory = self._summary(memory_id)
        content = memory.content if locked else None
        return self._change(memory_id, lambda hand: hand._replace(content=content))

    def regenerate(self, memory_id: str) -> None:
        """Have a summary made anew, soon; what was written by hand in it is gone.

        Raises:
            NotFound: No memory has this id.
            InvalidInput: It is no summary.
        """
        with self._lock:
            self._summary(memory_id)
            hand = self._hands.pop((MemoryKind.SUMMARY, memory_id), None)
            self._store.annotations.drop(MemoryKind.SUMMARY, memory_id)
            self._summaries.drop(memory_id)
            if self._summaries.is_older(bytes.fromhex(memory_id)):
                # What was written for the stretch before is not to come back.
                self._put(self._untouched(MemoryKind.SUMMARY, memory_id))
                return
        self._changed(hand)

    def pin(self, memory_id: str, pinned: bool = True) -> Memory:
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
        return self._change(memory_id, lambda hand: hand._replace(pinned=pinned))

    def pinned(self) -> builtins.list[Memory]:
        """Return what is pinned and not deleted, in the order it was made."""
        with self._lock:
            hands = [
                hand
                for hand in self._hands.values()
                if hand.pinned and hand.deleted_at is None
            ]
            memories = [self.get(hand.key) for hand in hands]
        return sorted(memories, key=lambda memory: (memory.created_at, memory.id))

    def of_rows(self, rows: Iterable[int]) -> builtins.list[Memory]:
        """Show message rows as memories, in this order; unknown rows are left out."""
        wanted = list(rows)
        messages = self._said(wanted)
        return [
            turn_memory(
                messages[row],
                self._hands.get((MemoryKind.TURN, messages[row].id)),
                self._chat_of(row),
            )
            for row in wanted
            if row in messages
        ]

    def _said(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return messages by row; of those shown last the store is not asked again."""
        with self._lock:
            held = self._held
            found = {row: held.pop(row) for row in rows if row in held}
            lacking = [row for row in rows if row not in found]
            found |= self._store.messages.get(lacking) if lacking else {}
            held |= {
                row: message
                for row, message in found.items()
                if len(message.content) <= HELD_CHARS
            }
            for row in list(islice(held, max(0, len(held) - HELD))):
                del held[row]
            return found

    def _turn_rows(self, *, deleted: bool, pinned: bool) -> builtins.list[int]:
        touched = {
            hand.key: hand
            for hand in self._hands.values()
            if hand.kind is MemoryKind.TURN
        }
        rows = self._store.messages.rows_of(list(touched))
        gone = {rows[key] for key, hand in touched.items() if _gone(hand, rows)}
        if deleted or pinned:
            kept = {
                rows[key]
                for key, hand in touched.items()
                if key in rows and (hand.pinned or not pinned)
            }
            wanted = kept & gone if deleted else kept - gone
            return sorted(wanted)
        return [row for row in self._on_path() if row not in gone]

    def _summary(self, memory_id: str) -> Memory:
        memory = self.get(memory_id)
        if memory.kind is not MemoryKind.SUMMARY:
            raise InvalidInput("Only summaries are made by the machine.", field="id")
        return memory

    def _change(self, memory_id: str, change: Callable[[Hand], Hand]) -> Memory:
        with self._lock:
            memory = self.get(memory_id)
            hand = self._hands.get((memory.kind, memory_id))
            hand = hand or self._untouched(memory.kind, memory_id)
            self._put(change(hand._replace(updated_at=self._clock())))
            return self.get(memory_id)

    def _untouched(self, kind: MemoryKind, key: str) -> Hand:
        """Return what says of a memory that nothing was done to it."""
        now = self._clock()
        return Hand(
            kind=kind,
            key=key,
            content=None,
            pinned=False,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )

    def _put(self, hand: Hand) -> None:
        with self._lock:
            self._store.annotations.put(hand)
            self._hands[hand.kind, hand.key] = hand
        self._changed(hand)


def _gone(hand: Hand, rows: dict[str, int]) -> bool:
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
