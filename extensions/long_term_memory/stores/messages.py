"""Messages and their words in SQLite.

Owns: reading the tables messages and lexicon, and the full-text search.
Knows nothing of: paths, vectors, what terms mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ..core.types import Message
from . import fulltext
from .codec import (
    pack_kind,
    pack_text,
    pack_time,
    unpack_kind,
    unpack_names,
    unpack_optional_time,
    unpack_text,
    unpack_time,
)
from .columns import CONTENT, PRESENT, SPEAKER, TERMS
from .database import Row
from .part import Part
from .records import ROUND, IndexEntry, Lexicon

# Entries read at once: other calls may come between two of them.
_PAGE = 5_000


class MessagePart(Part):
    """What was said, and the words it was said in."""

    _words: fulltext.WordsInMemory | None = None

    def messages(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return the messages of these rows; unknown rows are left out."""
        found = self._database.all_in(
            "SELECT row, id, role, content, name, said_at, seen_at, present "
            "FROM messages WHERE row IN ({marks})",
            list(dict.fromkeys(rows)),
        )
        return {row[0]: self._message(row) for row in found}

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the rows of these message ids; unknown ids are left out."""
        found = self._database.all_in(
            "SELECT id, row FROM messages WHERE id IN ({marks})",
            [pack_text(message_id) for message_id in ids],
        )
        return {unpack_text(message_id): row for message_id, row in found}

    def learn_times(self, times: Mapping[int, datetime]) -> None:
        """Note when messages were said; one that has a time keeps it."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE messages SET said_at = ? WHERE row = ? AND said_at IS NULL",
                [(pack_time(at), row) for row, at in times.items()],
            )

    def index_entries(self, *, after: int = 0) -> Iterator[IndexEntry]:
        """Yield the index columns of all messages with a row above `after`."""
        while page := self._entries(after):
            yield from page
            after = page[-1].row

    def search_text(self, text: str, *, limit: int) -> list[int]:
        """Return rows whose text has words beginning with every word of `text`."""
        query = _full_text_query(text)
        if not query:
            return []
        if self._cipher.secret:
            with self._database.alone(), self._database.reading():
                return self._words_in_memory().find(query, limit)
        found = self._database.all(fulltext.SEARCH, (query, limit))
        return [row for (row,) in found]

    def last_row(self) -> int:
        """Return the highest row of a message; 0 if there is none."""
        [(row,)] = self._database.all("SELECT coalesce(max(row), 0) FROM messages")
        return int(row)

    def put_lexicons(self, lexicons: Mapping[int, Lexicon]) -> None:
        """Replace the words of messages, by row, in one transaction."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO lexicon (message, question, terms) "
                "VALUES (?, ?, ?)",
                [
                    (
                        row,
                        pack_kind(lexicon),
                        self._cipher.seal(lexicon.terms, TERMS, row),
                    )
                    for row, lexicon in lexicons.items()
                ],
            )

    def rebuild_full_text(self) -> None:
        """Make what `search_text` looks in anew, in one transaction."""
        with self._database.writing() as connection:
            fulltext.rebuild(connection)
        self._drop_words()

    def _drop_words(self) -> None:
        """Let the words in memory be read anew from the messages."""
        with self._database.alone():
            words, self._words = self._words, None
            if words is not None:
                words.close()

    def _words_in_memory(self) -> fulltext.WordsInMemory:
        """Return the words of all messages, which this bank's file does not tell."""
        state = self._state_of_words()
        if self._words is not None and not self._are_of(self._words, state):
            self._drop_words()
        if self._words is None:
            self._words = fulltext.WordsInMemory(state)
        self._words.add(self._texts(self._words.last))
        return self._words

    def _state_of_words(self) -> str:
        """Return what changes whenever messages are forgotten, by whichever program."""
        row = self._database.one("SELECT value FROM meta WHERE key = ?", (ROUND,))
        return "" if row is None else repr(row[0])

    def _are_of(self, words: fulltext.WordsInMemory, state: str) -> bool:
        """Say whether the words are of what the messages are now."""
        last = self._database.one(
            "SELECT id FROM messages WHERE row = ?", (words.last,)
        )
        known = words.last == 0 or last == (words.last_id,)
        return known and words.state == state

    def _texts(self, after: int) -> Iterator[tuple[int, str | bytes, str | bytes]]:
        for row, packed_id, content in self._database.all(
            "SELECT row, id, content FROM messages WHERE row > ? ORDER BY row", (after,)
        ):
            message_id = unpack_text(packed_id)
            text = self._cipher.unseal_text(content, CONTENT, message_id)
            yield row, packed_id, pack_text(text)

    def _entries(self, after: int) -> list[IndexEntry]:
        rows = self._database.all(
            "SELECT row, id, role, name, said_at, terms, question "
            "FROM messages JOIN lexicon ON message = row "
            "WHERE row > ? ORDER BY row LIMIT ?",
            (after, _PAGE),
        )
        return [
            IndexEntry(
                number,
                role,
                self._cipher.unseal_text(name, SPEAKER, unpack_text(message_id)),
                unpack_optional_time(said_at),
                unpack_kind(self._cipher.unseal(terms, TERMS, number), kind),
            )
            for number, message_id, role, name, said_at, terms, kind in rows
        ]

    def _message(self, row: Row) -> Message:
        _, packed_id, role, content, name, said_at, seen_at, present = row
        message_id, unseal = unpack_text(packed_id), self._cipher.unseal_text
        return Message(
            id=message_id,
            role=role,
            content=unseal(content, CONTENT, message_id),
            name=unseal(name, SPEAKER, message_id),
            said_at=unpack_optional_time(said_at),
            seen_at=unpack_time(seen_at),
            present=unpack_names(unseal(present, PRESENT, message_id)),
        )


def _full_text_query(text: str) -> str:
    """Quote each word, so that no mark is an operator; empty if there is no word."""
    clean = (
        text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    )
    words = [word for word in clean.split() if any(c.isalnum() for c in word)]
    return " ".join(f'"{word}"*' for word in words)
