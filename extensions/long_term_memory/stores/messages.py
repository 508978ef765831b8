"""Messages and their words in SQLite.

Owns: reading the tables messages and lexicon, and the full-text search.
Knows nothing of: paths, vectors, what terms mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..core.types import Message
from .codec import (
    pack_text,
    unpack_names,
    unpack_optional_time,
    unpack_text,
    unpack_time,
)
from .database import Row
from .part import Part
from .records import (
    IndexEntry,
    Lexicon,
)

# Entries read at once: other calls may come between two of them.
_PAGE = 5_000


class MessagePart(Part):
    """What was said, and the words it was said in."""

    def messages(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return the messages of these rows; unknown rows are left out."""
        found = self._database.all_in(
            "SELECT row, id, role, content, name, said_at, seen_at, present "
            "FROM messages WHERE row IN ({marks})",
            list(dict.fromkeys(rows)),
        )
        return {row[0]: _message(row) for row in found}

    def rows_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the rows of these message ids; unknown ids are left out."""
        found = self._database.all_in(
            "SELECT id, row FROM messages WHERE id IN ({marks})",
            [pack_text(message_id) for message_id in ids],
        )
        return {unpack_text(message_id): row for message_id, row in found}

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
        found = self._database.all(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?",
            (query, limit),
        )
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
                    (row, lexicon.question, lexicon.terms)
                    for row, lexicon in lexicons.items()
                ],
            )

    def rebuild_full_text(self) -> None:
        """Make what `search_text` looks in anew, in one transaction."""
        with self._database.writing() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('rebuild')")

    def _entries(self, after: int) -> list[IndexEntry]:
        rows = self._database.all(
            "SELECT row, role, name, said_at, terms, question "
            "FROM messages JOIN lexicon ON message = row "
            "WHERE row > ? ORDER BY row LIMIT ?",
            (after, _PAGE),
        )
        return [
            IndexEntry(
                number,
                role,
                unpack_text(name),
                unpack_optional_time(said_at),
                Lexicon(terms, bool(question)),
            )
            for number, role, name, said_at, terms, question in rows
        ]


def _message(row: Row) -> Message:
    _, message_id, role, content, name, said_at, seen_at, present = row
    return Message(
        id=unpack_text(message_id),
        role=role,
        content=unpack_text(content),
        name=unpack_text(name),
        said_at=unpack_optional_time(said_at),
        seen_at=unpack_time(seen_at),
        present=unpack_names(present),
    )


def _full_text_query(text: str) -> str:
    """Quote each word, so that no mark is an operator; empty if there is no word."""
    clean = (
        text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    )
    words = [word for word in clean.split() if any(c.isalnum() for c in word)]
    return " ".join(f'"{word}"*' for word in words)
