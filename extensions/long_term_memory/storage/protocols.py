"""The contract of a bank's store: messages and paths, and what was derived of them.

Owns: the protocols, and the shapes that cross them. One contract suite runs against
every implementation. Rows are positive integers, dense and rising in order of
insertion; they are internal to one bank and never shown to a user.
Knows nothing of: SQLite, zarr, embedders, what the derived things mean.

Threads: an implementation may be called from any thread, one call at a time; the
caller holds a lock. Times are aware UTC datetimes. Any method may raise `StoreError`
(locked, full, not permitted) or `StoreCorrupt`; a failed write changes nothing. A
write is durable when its method returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.records import (
    Annotation,
    CollectionEntry,
    Embedding,
    Erasure,
    IndexEntry,
    Lexicon,
    ModelCount,
    ModelInfo,
    NewMessage,
    StoredChat,
    StoredCollection,
    StoredEmotion,
    StoredPathEntry,
    StoredSummary,
)
from ..core.types import MemoryKind, Message

Vectors = NDArray[np.float32]

# What becomes of entries, by id: another in place of one, None takes it out.
Changes = Mapping[str, CollectionEntry | None]


class ChatStore(Protocol):
    """The chats of a bank, and their paths."""

    def all(self) -> list[StoredChat]:
        """Return all chats by rising row."""

    def add(
        self,
        chat_id: str,
        *,
        names: Sequence[tuple[str, str]],
        title: str,
        forked_from: int | None,
        now: datetime,
    ) -> StoredChat:
        """Add an empty chat; `forked_from` is a row whose family it joins.

        Raises:
            Conflict: The id or one of the names is taken.
        """

    def rename(
        self, chat: int, *, names: Sequence[tuple[str, str]], title: str
    ) -> StoredChat:
        """Replace all names and the title of a chat.

        Raises:
            NotFound: No such chat.
            Conflict: A name belongs to another chat.
        """

    def path(self, chat: int) -> list[StoredPathEntry]:
        """Return the path, oldest first; empty for an unknown chat."""

    def write_path(
        self,
        chat: int,
        *,
        keep: int,
        tail: Sequence[StoredPathEntry | tuple[NewMessage, StoredPathEntry]],
        now: datetime,
        revision: int | None = None,
    ) -> list[int]:
        """Keep the first `keep` places and put `tail` after them, in one transaction.

        A new message comes as a pair whose place's `message` is ignored. Its id may
        be known already (a group's other bank, a return): then that row is used.
        Raises the chat's revision and `seen_at`.

        Args:
            chat: Row of the chat.
            keep: How many leading places stay.
            tail: What stands after them.
            now: When this was seen.
            revision: The chat's revision that `keep` and `tail` rest on; None if
                the caller does not care what another process wrote meanwhile.

        Returns:
            The message row of each place of `tail`.

        Raises:
            NotFound: No such chat, or no such message row.
            Conflict: The path is another one by now: read it again.
        """

    def former(self, chat: int | None, digests: Sequence[bytes]) -> dict[bytes, int]:
        """Find messages that ever stood on a chat's path, by `digest` of their text.

        Args:
            chat: Which; None for any.
            digests: Of their texts.

        Returns:
            The newest row for each digest that is known.
        """

    def visits(self, chat: int) -> list[int]:
        """Return all rows that ever stood on the chat's path, rising."""


class MessageStore(Protocol):
    """What was said, and the words it was said in."""

    def put(self, messages: Sequence[NewMessage]) -> list[int]:
        """Store messages that stand on no path yet, in one transaction.

        Returns:
            The row of each; that of a known id is the known one.
        """

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return the messages of these rows; unknown rows are left out."""

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the rows of these message ids; unknown ids are left out."""

    def learn_times(self, times: Mapping[int, datetime]) -> None:
        """Note when messages were said; one that has a time keeps it.

        Args:
            times: By row.
        """

    def last_row(self) -> int:
        """Return the highest row of a message; 0 if there is none."""

    def index_entries(self, *, after: int = 0) -> Iterator[IndexEntry]:
        """Yield the index columns of all messages with a row above `after`."""

    def put_lexicons(self, lexicons: Mapping[int, Lexicon]) -> None:
        """Replace the words of messages, by row, in one transaction.

        Raises:
            NotFound: There is no such message; nothing is replaced.
        """


class EmotionStore(Protocol):
    """What messages show of feelings."""

    def put(self, emotions: Sequence[StoredEmotion]) -> None:
        """Insert or replace by message, in one transaction; each gets a new number.

        Raises:
            NotFound: There is no such message; nothing is stored.
        """

    def all(self, *, after: int = 0, limit: int | None = None) -> list[StoredEmotion]:
        """Return those with a number above `after`, by rising number.

        Args:
            after: A number.
            limit: So many at the most; None for all.
        """


class FullTextStore(Protocol):
    """Finding messages by the words in them."""

    def search(self, text: str, *, limit: int) -> list[int]:
        """Return rows whose text has words beginning with every word of `text`.

        Newest first. Quotes, operators and other marks mean nothing special.
        """

    def rebuild(self) -> None:
        """Make what `search` looks in anew, in one transaction."""


class AnnotationStore(Protocol):
    """What was written by hand."""

    def all(self) -> list[Annotation]:
        """Return everything by hand, oldest first."""

    def put(self, hand: Annotation) -> None:
        """Insert or replace by (kind, key)."""

    def drop(self, kind: MemoryKind, key: str) -> None:
        """Remove, with what stood there before; does nothing if there is none."""

    def history(self, kind: MemoryKind, key: str) -> list[Annotation]:
        """Return what stood under (kind, key) by hand before, oldest first.

        Kept are former texts, not former pins.
        """


class SummaryStore(Protocol):
    """What was told in short."""

    def all(self) -> list[StoredSummary]:
        """Return all summaries in the order in which they were first made."""

    def put(self, summary: StoredSummary) -> None:
        """Insert or replace by (key, maker).

        Raises:
            NotFound: No such chat, or no such first or last message.
        """

    def drop(self, key: bytes) -> None:
        """Remove what all makers made for a key; does nothing if there is none."""


class MetadataStore(Protocol):
    """Values about the bank, by key."""

    def get(self, key: str) -> str | None:
        """Return a value set before, or None."""

    def put(self, key: str, value: str) -> None:
        """Set a value."""

    def drop(self, key: str) -> None:
        """Remove a value; does nothing if there is none."""

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """Return the values whose keys begin so, in order of their keys."""


class VectorTable(Protocol):
    """The vectors of one model.

    Numbers of vectors are dense from 1. They hold as long as nobody numbers them anew,
    which a repair, a forgetting and dropping the model do. From then on this table is
    stale: every call but `flush` raises EmbeddingMismatch; ask for a new one.
    """

    @property
    def model(self) -> ModelInfo:
        """Whose vectors they are."""

    def put(self, embeddings: Sequence[Embedding]) -> None:
        """Store vectors and their links in one transaction; known keys are shared.

        Raises:
            EmbeddingMismatch: A vector is not of the model's dimension, or the table is
                stale; nothing is stored.
            NotFound: No such message; nothing is stored.
        """

    def known(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return vector numbers (see `vectors`) of the keys that are stored."""

    def link(self, links: Sequence[tuple[int, int, int, int]]) -> None:
        """Link (message, left, right) to vector numbers stored before.

        `records.whole_place` and `records.passage_place` say what they are.

        Raises:
            NotFound: No such message or vector; nothing is linked.
        """

    def links(self, *, after: int = 0) -> NDArray[np.int64]:
        """Return links as rows of (link number, message, left, right, vector).

        Only links with a number above `after`, by rising number; shape (n, 5).
        """

    def vectors(self, *, after: int = 0) -> NDArray[np.float32]:
        """Return the vectors with numbers above `after`, by rising number.

        Number k is row k - 1 of the whole.
        """

    def flush(self) -> int:
        """Move waiting vectors to the bulk store; return how many moved.

        Safe at any time; does nothing if another process holds the writer's lock, or
        if the table is stale.
        """


class VectorStore(Protocol):
    """The vectors of a bank, by model."""

    def table(self, model: ModelInfo) -> VectorTable:
        """Find the vectors of a model; begin with none if it has none here yet.

        What is damaged is mended first, which may make older tables stale.
        """

    def models(self) -> list[ModelCount]:
        """Return the models that were asked for and not dropped, the oldest first."""

    def drop(self, model: ModelInfo) -> None:
        """Drop all that a model made; does nothing if there is none of it."""

    def deriving(self) -> AbstractContextManager[None]:
        """Keep other processes from making the same vectors meanwhile.

        Waits for them, but not for long: making one twice does no harm.
        """


class ErasureStore(Protocol):
    """Taking something out for good, and knowing it again."""

    def erase(self, decide: Callable[[], Erasure]) -> Erasure:
        """Take something out for good, in one transaction.

        Messages leave all paths and are empty from now on; their words, vectors,
        links and visits go. Vectors are numbered anew: every table is stale.
        The note `records.DUE` is set.

        Args:
            decide: Says what goes; asked once nobody else can write any more.

        Returns:
            What it said.
        """

    def remove_traces(self) -> None:
        """Leave nothing of what was forgotten in free pages, journals and backups.

        May be called again at any time; the note stays for the caller to drop.

        Raises:
            StoreError: Another program stands in the way; call it again later.
        """

    def suppressed(self) -> frozenset[bytes]:
        """Return the marks of everything that was ever forgotten."""


class BankStore(Protocol):
    """One bank: small stores over one database, which hold together."""

    @property
    def in_clear(self) -> bool:
        """Whether texts lie in it as they were said."""

    @property
    def chats(self) -> ChatStore:
        """Chats and their paths."""

    @property
    def messages(self) -> MessageStore:
        """What was said."""

    @property
    def emotions(self) -> EmotionStore:
        """What messages show of feelings."""

    @property
    def full_text(self) -> FullTextStore:
        """Finding messages by their words."""

    @property
    def annotations(self) -> AnnotationStore:
        """What was written by hand."""

    @property
    def summaries(self) -> SummaryStore:
        """What was told in short."""

    @property
    def metadata(self) -> MetadataStore:
        """Values about the bank."""

    @property
    def vectors(self) -> VectorStore:
        """What stands for messages and passages to whoever compares meanings."""

    @property
    def erasure(self) -> ErasureStore:
        """Taking something out for good."""

    def close(self) -> None:
        """Let go of files; later calls raise StoreError."""

    def rest(self) -> bool:
        """Let go of files until the next call; False if they are in use now.

        Nothing changes but that the next call takes a little longer. Unlike other
        calls it may be made by who does not hold the caller's lock.
        """

    def in_place(self) -> bool:
        """Whether the files are still where they were opened.

        If not, writes raise StoreMoved: close the store and open it anew.
        """

    def check_values(self) -> None:
        """Read everything once; takes a while.

        Raises:
            StoreCorrupt: Something in it makes no sense.
        """

    def repairs(self) -> list[str]:
        """Return what had to be mended since the bank was opened, for people."""

    def back_up(self, change: str) -> str:
        """Back the bank up before a change, which is named by a word.

        Returns:
            Where, for people; nothing if no backups are kept.
        """

    def data_version(self) -> int:
        """Return a number that changes when another process wrote."""

    def reading(self) -> AbstractContextManager[None]:
        """Let all reads inside see one state, whatever others write meanwhile.

        May be nested. Nothing may be written inside.
        """

    def exclusive(self) -> AbstractContextManager[None]:
        """Let nobody else write meanwhile; all writes inside hold, or none.

        They are durable when it ends. Nested in another, it is a part of that.
        """

    def derived(self) -> AbstractContextManager[None]:
        """As `exclusive`, for what can be made again of the log.

        It outlives this process; a machine that stops at once may lose it, until
        something else is written.
        """


class CollectionStore(Protocol):
    """Texts that clients keep under names of their own, apart from the memories.

    Unlike a bank it may be called from any thread, by several at once.
    """

    def close(self) -> None:
        """Let go of files; the next call opens them again."""

    def exist(self) -> bool:
        """Whether anything was ever kept."""

    def put(self, user: str, name: str, entries: Iterable[CollectionEntry]) -> None:
        """Add entries, or replace those of the same id; durable on return."""

    def entries(self, user: str, name: str) -> list[CollectionEntry] | None:
        """Return a collection in the order it was filled; None if it is not there."""

    def vectors(self, user: str, name: str, model: str) -> dict[str, Vectors]:
        """Return the vectors that a model made, by entry id."""

    def put_vectors(
        self, user: str, name: str, model: str, made: Mapping[CollectionEntry, Vectors]
    ) -> None:
        """Keep vectors of entries whose text is still the same."""

    def purge(self, user: str, name: str) -> None:
        """Remove a collection so that nothing of it is left; none is no error."""

    def held(self) -> list[StoredCollection]:
        """Return all collections of all users."""

    def change(self, what: Callable[[StoredCollection], Changes]) -> int:
        """Take out, or put others in place of, what `what` says of each collection.

        Asked once nobody else can write any more. A collection without entries goes.
        Until `remove_traces` what was there may be left somewhere.

        Returns:
            How many entries went or were changed.
        """

    def remove_traces(self) -> bool:
        """Leave nothing of what was removed; return whether any was due.

        Raises:
            StoreError: Another program stands in the way; they are left.
        """

    def check(self) -> int | None:
        """Return how many collections there are, checked; None if none ever was.

        Raises:
            StoreError: They cannot be read, or are damaged.
            EncryptionError: Their key is not there.
        """

    def is_encrypted(self) -> bool:
        """Whether what is kept is encrypted; no key is needed."""

    def get_meta(self, key: str) -> str | None:
        """Return a note about the collections; None if there is none."""

    def put_meta(self, key: str, value: str) -> None:
        """Keep a note about the collections."""

    def drop_meta(self, key: str) -> None:
        """Drop a note about the collections."""
