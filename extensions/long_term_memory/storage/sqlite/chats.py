"""Chats and their paths in SQLite.

Owns: the tables chats, chat_names, places and visits.
Knows nothing of: how a path is aligned, words, vectors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from ...core.records import (
    NewMessage,
    StoredChat,
    StoredPathEntry,
)
from ...errors import Conflict, NotFound
from ..encryption.cipher import TITLE
from .codec import (
    pack_optional_text,
    pack_text,
    pack_time,
    unpack_optional_text,
    unpack_text,
    unpack_time,
)
from .database import Database, Row
from .messages import SqliteMessages

Names = Sequence[tuple[str, str]]
TailEntry = StoredPathEntry | tuple[NewMessage, StoredPathEntry]

_CHATS = (
    "SELECT row, id, family, title, revision, created_at, seen_at FROM chats {where} "
    "ORDER BY row"
)


class SqliteChats:
    """Chats, their names, and what stands on their paths; see `ChatStore`."""

    def __init__(self, database: Database, messages: SqliteMessages) -> None:
        """Use an open database; what arrives on a path is put with the messages."""
        self._database = database
        self._messages = messages

    def all(self) -> list[StoredChat]:
        """Return all chats by rising row."""
        with self._database.reading():
            names = self._names("ORDER BY rowid")
            rows = self._database.all(_CHATS.format(where=""))
        return [self._chat(row, names.get(row[0], ())) for row in rows]

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
        moment = pack_time(now)
        with self._database.writing() as connection:
            family = 0 if forked_from is None else self._column("family", forked_from)
            if self._database.one(
                "SELECT 1 FROM chats WHERE id = ?", (pack_text(chat_id),)
            ):
                raise Conflict(f"There is a chat {chat_id!r} already.")
            row = connection.execute(
                "INSERT INTO chats (id, family, title, revision, created_at, seen_at) "
                "VALUES (?, ?, ?, 0, ?, ?)",
                (
                    pack_text(chat_id),
                    family,
                    self._database.cipher.seal_text(title, TITLE, chat_id),
                    moment,
                    moment,
                ),
            ).lastrowid
            assert row is not None
            if forked_from is None:
                connection.execute(
                    "UPDATE chats SET family = row WHERE row = ?", (row,)
                )
            self._put_names(connection, row, names)
            return self._stored(row)

    def rename(self, chat: int, *, names: Names, title: str) -> StoredChat:
        """Replace all names and the title of a chat."""
        with self._database.writing() as connection:
            self._column("family", chat)
            [(chat_id,)] = self._database.all(
                "SELECT id FROM chats WHERE row = ?", (chat,)
            )
            sealed = self._database.cipher.seal_text(title, TITLE, unpack_text(chat_id))
            connection.execute(
                "UPDATE chats SET title = ? WHERE row = ?", (sealed, chat)
            )
            connection.execute("DELETE FROM chat_names WHERE chat = ?", (chat,))
            self._put_names(connection, chat, names)
            return self._stored(chat)

    def path(self, chat: int) -> list[StoredPathEntry]:
        """Return the path, oldest first; empty for an unknown chat."""
        rows = self._database.all(
            "SELECT message, hidden, provisional, host_id FROM places "
            "WHERE chat = ? ORDER BY position",
            (chat,),
        )
        return [_place(row) for row in rows]

    def write_path(
        self,
        chat: int,
        *,
        keep: int,
        tail: Sequence[TailEntry],
        now: datetime,
        revision: int | None = None,
    ) -> list[int]:
        """Keep the first `keep` places and put `tail` after them."""
        with self._database.writing() as connection:
            self._check_revision(chat, revision)
            before = self._places_from(chat, keep)
            rows = [self._message_row(connection, entry) for entry in tail]
            after = [
                _packed_place(
                    row, entry if isinstance(entry, StoredPathEntry) else entry[1]
                )
                for row, entry in zip(rows, tail, strict=True)
            ]
            self._replace(connection, chat, keep, before, after)
            connection.execute(
                "UPDATE chats SET revision = revision + 1, seen_at = ? WHERE row = ?",
                (pack_time(now), chat),
            )
        return rows

    def former(self, chat: int | None, digests: Sequence[bytes]) -> dict[bytes, int]:
        """Find messages that ever stood on a chat's path, by their text's digest."""
        # Visits are found by chat and digest, so those of any chat by all chats' rows.
        which, asked = ("= ?", [chat]) if chat else ("IN (SELECT row FROM chats)", [])
        digest_of = {self._database.cipher.mark(one): one for one in digests}
        rows = self._database.all_in(
            "SELECT digest, max(message) FROM visits "
            f"WHERE chat {which} AND digest IN ({{marks}}) GROUP BY digest",
            list(digest_of),
            *asked,
        )
        return {digest_of[mark]: row for mark, row in rows}

    def visits(self, chat: int) -> list[int]:
        """Return all rows that ever stood on the chat's path, rising."""
        rows = self._database.all(
            "SELECT message FROM visits WHERE chat = ? ORDER BY message", (chat,)
        )
        return [row for (row,) in rows]

    def _column(self, name: str, chat: int) -> int:
        """Return a number that is kept of a chat, which must exist."""
        row = self._database.one(f"SELECT {name} FROM chats WHERE row = ?", (chat,))
        if row is None:
            raise NotFound(f"There is no chat number {chat} in this bank.")
        return int(row[0])

    def _check_revision(self, chat: int, expected: int | None) -> None:
        """Refuse to write over what another process wrote."""
        revision = self._column("revision", chat)
        if expected not in (None, revision):
            raise Conflict("Another program changed this chat. Send it again.")

    def _stored(self, chat: int) -> StoredChat:
        names = self._names("WHERE chat = ? ORDER BY rowid", chat)
        [row] = self._database.all(_CHATS.format(where="WHERE row = ?"), (chat,))
        return self._chat(row, names.get(chat, ()))

    def _names(
        self, which: str, *parameters: int
    ) -> dict[int, tuple[tuple[str, str], ...]]:
        """Return the names of chats in the order they were given."""
        names: dict[int, tuple[tuple[str, str], ...]] = {}
        for chat, host, name in self._database.all(
            f"SELECT chat, host, name FROM chat_names {which}", parameters
        ):
            known = names.get(chat, ())
            called = unpack_text(host)
            clear = self._database.cipher.unseal_name(name, chat, called)
            names[chat] = (*known, (called, clear))
        return names

    def _put_names(
        self, connection: sqlite3.Connection, chat: int, names: Names
    ) -> None:
        for host, name in dict.fromkeys(names):
            if self._is_taken(host, name):
                raise Conflict(f"Another chat of {host!r} has the name {name!r}.")
            sealed = self._database.cipher.seal_name(name, chat, host)
            connection.execute(
                "INSERT INTO chat_names (host, name, chat) VALUES (?, ?, ?)",
                (pack_text(host), sealed, chat),
            )

    def _is_taken(self, host: str, name: str) -> bool:
        """Whether a chat is called so; the same name looks different in each row."""
        if not self._database.cipher.secret:
            packed = (pack_text(host), pack_text(name))
            sql = "SELECT 1 FROM chat_names WHERE host = ? AND name = ?"
            return self._database.one(sql, packed) is not None
        rows = self._database.all(
            "SELECT name, chat FROM chat_names WHERE host = ?", (pack_text(host),)
        )
        return any(
            self._database.cipher.unseal_name(sealed, chat, host) == name
            for sealed, chat in rows
        )

    def _places_from(self, chat: int, keep: int) -> list[Row]:
        """Return the packed places that are to be replaced.

        Raises:
            Conflict: The path is shorter than `keep`: somebody else cut it.
        """
        [(last,)] = self._database.all(
            "SELECT max(position) FROM places WHERE chat = ?", (chat,)
        )
        length = 0 if last is None else last + 1
        if not 0 <= keep <= length:
            raise Conflict(
                f"The chat has {length} messages now, not {keep}: another program "
                "changed it. Send the whole chat again."
            )
        return self._database.all(
            "SELECT message, hidden, provisional, host_id FROM places "
            "WHERE chat = ? AND position >= ? ORDER BY position",
            (chat, keep),
        )

    def _message_row(self, connection: sqlite3.Connection, entry: TailEntry) -> int:
        """Return the row of a tail's message, storing it if it is new."""
        if isinstance(entry, StoredPathEntry):
            return entry.message
        return self._messages.row_of(connection, entry[0])

    def _replace(
        self,
        connection: sqlite3.Connection,
        chat: int,
        keep: int,
        before: list[Row],
        after: list[Row],
    ) -> None:
        """Write the places that differ, drop those beyond the end, note visits."""
        changed = [
            (chat, keep + index, *place)
            for index, place in enumerate(after)
            if index >= len(before) or before[index] != place
        ]
        connection.executemany(
            "INSERT OR REPLACE INTO places "
            "(chat, position, message, hidden, provisional, host_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            changed,
        )
        if len(after) < len(before):
            connection.execute(
                "DELETE FROM places WHERE chat = ? AND position >= ?",
                (chat, keep + len(after)),
            )
        connection.executemany(
            "INSERT OR IGNORE INTO visits (chat, digest, message) "
            "SELECT ?, digest, row FROM messages WHERE row = ?",
            [(chat, place[2]) for place in changed],
        )

    def _chat(self, row: Row, names: tuple[tuple[str, str], ...]) -> StoredChat:
        number, packed_id, family, title, revision, created_at, seen_at = row
        chat_id = unpack_text(packed_id)
        return StoredChat(
            row=number,
            id=chat_id,
            family=family,
            names=names,
            title=self._database.cipher.unseal_text(title, TITLE, chat_id),
            revision=revision,
            created_at=unpack_time(created_at),
            seen_at=unpack_time(seen_at),
        )


def _place(row: Row) -> StoredPathEntry:
    message, hidden, provisional, host_id = row
    return StoredPathEntry(
        message, bool(hidden), bool(provisional), unpack_optional_text(host_id)
    )


def _packed_place(message: int, place: StoredPathEntry) -> Row:
    host_id = pack_optional_text(place.host_id)
    return (message, int(place.hidden), int(place.provisional), host_id)
