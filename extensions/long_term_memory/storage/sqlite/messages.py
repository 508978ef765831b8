"""Messages and their words in SQLite.

Owns: the tables messages and lexicon.
Knows nothing of: paths, vectors, what terms mean, the full text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ...core.records import IndexEntry, Lexicon, NewMessage
from ...core.text.recipes import digest
from ...core.types import Message
from ..encryption.cipher import CONTENT, PRESENT, SPEAKER, TERMS
from .codec import (
    pack_kind,
    pack_names,
    pack_optional_time,
    pack_text,
    pack_time,
    unpack_kind,
    unpack_names,
    unpack_optional_time,
    unpack_text,
    unpack_time,
)
from .database import Database, Row

# Entries read at once: other calls may come between two of them.
_PAGE = 5_000


class SqliteMessages:
    """What was said, and the words it was said in; see `MessageStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        """Return the messages of these rows; unknown rows are left out."""
        found = self._database.all_in(
            "SELECT row, id, role, content, name, said_at, seen_at, present "
            "FROM messages WHERE row IN ({marks})",
            list(dict.fromkeys(rows)),
        )
        return {row[0]: self._message(row) for row in found}

    def put(self, messages: Sequence[NewMessage]) -> list[int]:
        """Store messages that stand on no path yet, in one transaction."""
        with self._database.writing() as connection:
            return [self.row_of(connection, message) for message in messages]

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
                        self._database.cipher.seal(lexicon.terms, TERMS, row),
                    )
                    for row, lexicon in lexicons.items()
                ],
            )

    def row_of(self, connection: sqlite3.Connection, new: NewMessage) -> int:
        """Return the row of a message, storing it if its id is new."""
        message, lexicon = new
        seal = self._database.cipher.seal_text
        known = self._database.one(
            "SELECT row FROM messages WHERE id = ?", (pack_text(message.id),)
        )
        if known is not None:
            return int(known[0])
        row = connection.execute(
            "INSERT INTO messages "
            "(id, role, name, said_at, seen_at, present, digest, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                pack_text(message.id),
                message.role,
                seal(message.name, SPEAKER, message.id),
                pack_optional_time(message.said_at),
                pack_time(message.seen_at),
                seal(pack_names(message.present), PRESENT, message.id),
                self._database.cipher.mark(digest(message.role, message.content)),
                seal(message.content, CONTENT, message.id),
            ),
        ).lastrowid
        assert row is not None
        connection.execute(
            "INSERT INTO lexicon (message, question, terms) VALUES (?, ?, ?)",
            (
                row,
                pack_kind(lexicon),
                self._database.cipher.seal(lexicon.terms, TERMS, row),
            ),
        )
        return row

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
                self._database.cipher.unseal_text(
                    name, SPEAKER, unpack_text(message_id)
                ),
                unpack_optional_time(said_at),
                unpack_kind(self._database.cipher.unseal(terms, TERMS, number), kind),
            )
            for number, message_id, role, name, said_at, terms, kind in rows
        ]

    def _message(self, row: Row) -> Message:
        _, packed_id, role, content, name, said_at, seen_at, present = row
        message_id, unseal = unpack_text(packed_id), self._database.cipher.unseal_text
        return Message(
            id=message_id,
            role=role,
            content=unseal(content, CONTENT, message_id),
            name=unseal(name, SPEAKER, message_id),
            said_at=unpack_optional_time(said_at),
            seen_at=unpack_time(seen_at),
            present=unpack_names(unseal(present, PRESENT, message_id)),
        )
