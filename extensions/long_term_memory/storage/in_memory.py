"""A bank in plain Python: small, correct, gone when it is closed.

Owns: the contract's meaning without a database, for tests and for banks that must
leave no trace.
Knows nothing of: files, SQLite, zarr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from unicodedata import combining, normalize

from ..core.records import (
    DUE,
    EMPTY_ROLE,
    Annotation,
    Erasure,
    IndexEntry,
    Lexicon,
    NewMessage,
    StoredChat,
    StoredPathEntry,
    StoredSummary,
    emptied_id,
)
from ..core.text.recipes import digest
from ..core.types import MemoryKind, Message
from ..errors import Conflict
from .in_memory_emotions import InMemoryEmotions
from .in_memory_vectors import InMemoryContents, InMemoryVectors, drop_vectors_of

Names = Sequence[tuple[str, str]]


class InMemoryBank:
    """A bank in memory; see `BankStore` for what its methods promise."""

    def __init__(self) -> None:
        """Start empty."""
        self._contents = InMemoryContents()
        self.chats = InMemoryChats(self._contents)
        self.messages = InMemoryMessages(self._contents)
        self.emotions = InMemoryEmotions(self._contents)
        self.full_text = InMemoryFullText(self._contents)
        self.annotations = InMemoryAnnotations(self._contents)
        self.summaries = InMemorySummaries(self._contents)
        self.metadata = InMemoryMetadata(self._contents)
        self.vectors = InMemoryVectors(self._contents)
        self.erasure = InMemoryErasure(self._contents)

    def open(self) -> None:
        """Let calls be made again, until it is closed as often."""
        self._contents.opened += 1

    def close(self) -> None:
        """Let go of it; later calls raise StoreError unless others have it open."""
        self._contents.opened = max(0, self._contents.opened - 1)

    def rest(self) -> bool:
        """Do nothing: there are no files."""
        return True

    @property
    def in_clear(self) -> bool:
        """Say yes: there is nothing to encrypt it for."""
        return True

    def in_place(self) -> bool:
        """Say yes: there are no files that could be elsewhere."""
        return True

    def check_values(self) -> None:
        """Find nothing: it holds what it was given."""
        self._contents.check_open()

    def repairs(self) -> list[str]:
        """Return nothing: what was never on a disk cannot be damaged."""
        self._contents.check_open()
        return []

    def back_up(self, change: str) -> str:
        """Back nothing up: it is gone when the program ends anyway."""
        del change
        self._contents.check_open()
        return ""

    def data_version(self) -> int:
        """Return a number that never changes: no other process writes here."""
        self._contents.check_open()
        return 1

    def reading(self) -> AbstractContextManager[None]:
        """Nobody else writes here."""
        self._contents.check_open()
        return nullcontext()

    def exclusive(self) -> AbstractContextManager[None]:
        """All writes inside hold, or none."""
        return self._contents.exclusive()

    def derived(self) -> AbstractContextManager[None]:
        """All writes inside hold, or none."""
        return self._contents.exclusive()


class InMemoryChats:
    """Chats and their paths; see `ChatStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def all(self) -> list[StoredChat]:
        """Return all chats by rising row."""
        self._contents.check_open()
        return list(self._contents.chats)

    def add(
        self,
        chat_id: str,
        *,
        names: Names,
        title: str,
        forked_from: int | None,
        now: datetime,
    ) -> StoredChat:
        """Add an empty chat; `forked_from` is a row whose family it joins."""
        row = len(self._contents.chats) + 1
        family = row if forked_from is None else self._contents.chat(forked_from).family
        if any(chat.id == chat_id for chat in self.all()):
            raise Conflict(f"There is a chat {chat_id!r} already.")
        chat = StoredChat(
            row=row,
            id=chat_id,
            family=family,
            names=self._free(names, row),
            title=title,
            revision=0,
            created_at=now,
            seen_at=now,
        )
        self._contents.chats.append(chat)
        self._contents.paths.append([])
        self._contents.visits.append(set())
        return chat

    def rename(self, chat: int, *, names: Names, title: str) -> StoredChat:
        """Replace all names and the title of a chat."""
        free = self._free(names, self._contents.chat(chat).row)
        return self._contents.put_chat(
            replace(self._contents.chat(chat), names=free, title=title)
        )

    def path(self, chat: int) -> list[StoredPathEntry]:
        """Return the path, oldest first; empty for an unknown chat."""
        self._contents.check_open()
        return (
            list(self._contents.paths[chat - 1])
            if 0 < chat <= len(self._contents.paths)
            else []
        )

    def write_path(
        self,
        chat: int,
        *,
        keep: int,
        tail: Sequence[StoredPathEntry | tuple[NewMessage, StoredPathEntry]],
        now: datetime,
        revision: int | None = None,
    ) -> list[int]:
        """Keep the first `keep` places and put `tail` after them."""
        stored = self._contents.chat(chat)
        if revision not in (None, stored.revision):
            raise Conflict("Another program changed this chat. Send it again.")
        path = self._contents.paths[chat - 1]
        if not 0 <= keep <= len(path):
            raise Conflict(f"The chat has {len(path)} messages now, not {keep}.")
        for entry in tail:
            if isinstance(entry, StoredPathEntry):
                self._contents.check_row(entry.message)
        places = [self._arrived(entry) for entry in tail]
        path[keep:] = places
        self._contents.visits[chat - 1].update(place.message for place in places)
        self._contents.put_chat(
            replace(stored, revision=stored.revision + 1, seen_at=now)
        )
        return [place.message for place in places]

    def former(self, chat: int | None, digests: Sequence[bytes]) -> dict[bytes, int]:
        """Find messages that ever stood on a chat's path, by their text's digest."""
        self._contents.check_open()
        wanted = set(digests)
        kept = self._contents.visits
        if chat is None:
            visits = set().union(*kept)
        else:
            visits = kept[chat - 1] if 0 < chat <= len(kept) else set()
        found = {}
        for row in sorted(visits):
            message = self._contents.messages[row - 1].message
            key = digest(message.role, message.content)
            if key in wanted:
                found[key] = row
        return found

    def visits(self, chat: int) -> list[int]:
        """Return all rows that ever stood on the chat's path, rising."""
        self._contents.check_open()
        return (
            sorted(self._contents.visits[chat - 1])
            if 0 < chat <= len(self._contents.visits)
            else []
        )

    def _free(self, names: Names, chat: int) -> tuple[tuple[str, str], ...]:
        """Return the names without doubles, if no other chat has one of them."""
        for other in self._contents.chats:
            taken = set(other.names) & set(names)
            if taken and other.row != chat:
                raise Conflict(f"Another chat has the name {min(taken)}.")
        return tuple(dict.fromkeys(names))

    def _arrived(
        self, entry: StoredPathEntry | tuple[NewMessage, StoredPathEntry]
    ) -> StoredPathEntry:
        """Store a tail's message if it is new; return its place."""
        if isinstance(entry, StoredPathEntry):
            return entry
        new, place = entry
        return place._replace(message=self._contents.row_of(new))


class InMemoryMessages:
    """What was said; see `MessageStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def put(self, messages: Sequence[NewMessage]) -> list[int]:
        """Store messages that stand on no path yet."""
        self._contents.check_open()
        return [self._contents.row_of(new) for new in messages]

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return the messages of these rows; unknown rows are left out."""
        self._contents.check_open()
        known = (row for row in rows if 0 < row <= len(self._contents.messages))
        return {row: self._contents.messages[row - 1].message for row in known}

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the rows of these message ids; unknown ids are left out."""
        self._contents.check_open()
        return {
            known: self._contents.rows[known]
            for known in ids
            if known in self._contents.rows
        }

    def learn_times(self, times: Mapping[int, datetime]) -> None:
        """Note when messages were said; one that has a time keeps it."""
        self._contents.check_open()
        for row, at in times.items():
            known = self._contents.messages[row - 1]
            if known.message.said_at is None:
                dated = known.message._replace(said_at=at)
                self._contents.messages[row - 1] = known._replace(message=dated)

    def last_row(self) -> int:
        """Return the highest row of a message; 0 if there is none."""
        self._contents.check_open()
        return len(self._contents.messages)

    def index_entries(self, *, after: int = 0) -> Iterator[IndexEntry]:
        """Yield the index columns of all messages with a row above `after`."""
        self._contents.check_open()
        for row in range(after + 1, len(self._contents.messages) + 1):
            message, lexicon = self._contents.messages[row - 1]
            yield IndexEntry(
                row,
                message.role,
                message.name,
                message.said_at,
                lexicon,
            )

    def put_lexicons(self, lexicons: Mapping[int, Lexicon]) -> None:
        """Replace the words of messages, by row."""
        self._contents.check_open()
        for row in lexicons:
            self._contents.check_row(row)
        for row, lexicon in lexicons.items():
            known = self._contents.messages[row - 1]
            self._contents.messages[row - 1] = known._replace(lexicon=lexicon)


class InMemoryFullText:
    """Finding messages by their words; see `FullTextStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def search(self, text: str, *, limit: int) -> list[int]:
        """Return rows whose text has words beginning with every word of `text`."""
        self._contents.check_open()
        wanted = [words for words in map(_words, text.split()) if words]
        if not wanted:
            return []
        found = []
        for row in range(len(self._contents.messages), 0, -1):
            said = _words(self._contents.messages[row - 1].message.content)
            if all(_has_phrase(said, phrase) for phrase in wanted):
                found.append(row)
        return found[:limit]

    def rebuild(self) -> None:
        """Nothing is kept that could be made anew."""
        self._contents.check_open()


class InMemoryAnnotations:
    """What was written by hand; see `AnnotationStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def all(self) -> list[Annotation]:
        """Return everything by hand, oldest first."""
        self._contents.check_open()
        return sorted(self._contents.hands.values(), key=lambda hand: hand.created_at)

    def put(self, hand: Annotation) -> None:
        """Insert or replace by (kind, key)."""
        self._contents.check_open()
        self._keep_former(hand.kind, hand.key, unlike=hand.content)
        self._contents.hands[hand.kind, hand.key] = hand

    def drop(self, kind: MemoryKind, key: str) -> None:
        """Remove; does nothing if there is none."""
        self._contents.check_open()
        self._contents.hands.pop((kind, key), None)
        self._contents.edits.pop((kind, key), None)

    def history(self, kind: MemoryKind, key: str) -> list[Annotation]:
        """Return what stood under (kind, key) by hand before, oldest first."""
        self._contents.check_open()
        return list(self._contents.edits.get((kind, key), ()))

    def _keep_former(self, kind: MemoryKind, key: str, *, unlike: str | None) -> None:
        former = self._contents.hands.get((kind, key))
        if former is not None and former.content not in (None, unlike):
            self._contents.edits.setdefault((kind, key), []).append(former)


class InMemorySummaries:
    """What was told in short; see `SummaryStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def all(self) -> list[StoredSummary]:
        """Return all summaries in the order in which they were first made."""
        self._contents.check_open()
        return list(self._contents.summaries.values())

    def put(self, summary: StoredSummary) -> None:
        """Insert or replace by (key, maker)."""
        self._contents.chat(summary.chat)
        self._contents.check_row(summary.first)
        self._contents.check_row(summary.last)
        self._contents.summaries[summary.key, summary.maker] = summary

    def drop(self, key: bytes) -> None:
        """Remove what all makers made for a key."""
        self._contents.check_open()
        for known in [known for known in self._contents.summaries if known[0] == key]:
            del self._contents.summaries[known]


class InMemoryMetadata:
    """Values about the bank; see `MetadataStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def get(self, key: str) -> str | None:
        """Return a value set before, or None."""
        self._contents.check_open()
        return self._contents.meta.get(key)

    def put(self, key: str, value: str) -> None:
        """Set a value."""
        self._contents.check_open()
        self._contents.meta[key] = value

    def drop(self, key: str) -> None:
        """Remove a value; does nothing if there is none."""
        self._contents.check_open()
        self._contents.meta.pop(key, None)

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """Return the values whose keys begin so, in order of their keys."""
        self._contents.check_open()
        return {
            key: value
            for key, value in sorted(self._contents.meta.items())
            if key.startswith(prefix)
        }


class InMemoryErasure:
    """Taking something out for good; see `ErasureStore`."""

    def __init__(self, contents: InMemoryContents) -> None:
        """Use what the bank holds."""
        self._contents = contents

    def erase(self, decide: Callable[[], Erasure]) -> Erasure:
        """Take something out for good."""
        with self._contents.exclusive():
            gone = decide()
            self._empty_messages(gone.messages)
            for row in gone.chats:
                self._contents.paths[row - 1], self._contents.visits[row - 1] = (
                    [],
                    set(),
                )
                chat = self._contents.chat(row)
                raised = chat.revision + 1
                self._contents.put_chat(
                    replace(chat, names=(), title="", revision=raised)
                )
            for known in list(self._contents.summaries):
                if known[0] in gone.summaries:
                    del self._contents.summaries[known]
            for hand in gone.hands:
                self._contents.hands.pop(hand, None)
                self._contents.edits.pop(hand, None)
            metas = {**self._contents.meta, **gone.metas, DUE: "due"}
            self._contents.meta = {
                key: text for key, text in metas.items() if text is not None
            }
            self._contents.marks |= gone.marks
        return gone

    def remove_traces(self) -> None:
        """Nothing is kept that could hold a trace."""
        self._contents.check_open()

    def suppressed(self) -> frozenset[bytes]:
        """Return the marks of everything that was ever forgotten."""
        self._contents.check_open()
        return self._contents.marks

    def _empty_messages(self, rows: Sequence[int]) -> None:
        for row in rows:
            self._contents.check_row(row)
            message = self._contents.messages[row - 1].message
            del self._contents.rows[message.id]
            empty = Message(
                id=emptied_id(row),
                role=EMPTY_ROLE,
                content="",
                name="",
                said_at=None,
                seen_at=message.seen_at,
            )
            self._contents.messages[row - 1] = NewMessage(empty, Lexicon(b"", False))
            self._contents.rows[empty.id] = row
            self._contents.emotions.pop(row, None)
        gone = set(rows)
        for chat in self._contents.chats:
            path = self._contents.paths[chat.row - 1]
            self._contents.visits[chat.row - 1] -= gone
            kept = [place for place in path if place.message not in gone]
            if len(kept) < len(path):
                self._contents.paths[chat.row - 1] = kept
                self._contents.put_chat(replace(chat, revision=chat.revision + 1))
        drop_vectors_of(self._contents, gone)


def _words(text: str) -> list[str]:
    """Return lower-case words without accents."""
    plain = "".join(c for c in normalize("NFKD", text.lower()) if not combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _has_phrase(said: list[str], phrase: list[str]) -> bool:
    """Say whether words follow each other, the last being a beginning at least."""
    *whole, last = phrase
    for start in range(len(said) - len(whole)):
        end = start + len(whole)
        if said[start:end] == whole and said[end].startswith(last):
            return True
    return False
