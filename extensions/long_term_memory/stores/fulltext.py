"""The full text of messages: a table in the file, or an index in memory alone.

Owns: the table words and its triggers, and what stands for them where the file must
not tell the words.
Knows nothing of: how a search is written, keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_TOKENIZER = "tokenize='unicode61 remove_diacritics 2'"
_TRIGGERS = ("words_of_new_message", "words_of_gone_message")
SEARCH = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"

# Part of the first migration, hence never changed.
TABLE = (
    f"""CREATE VIRTUAL TABLE words USING fts5(
        content, content='messages', content_rowid='row',
        {_TOKENIZER}
    )""",
    """CREATE TRIGGER words_of_new_message AFTER INSERT ON messages BEGIN
        INSERT INTO words (rowid, content) VALUES (new.row, new.content);
    END""",
    """CREATE TRIGGER words_of_gone_message AFTER DELETE ON messages BEGIN
        INSERT INTO words (words, rowid, content)
        VALUES ('delete', old.row, old.content);
    END""",
)


def in_file(connection: sqlite3.Connection) -> bool:
    """Say whether the file holds a full text."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = 'words'"
    ).fetchone()
    return bool(found[0])


def whole(connection: sqlite3.Connection) -> bool:
    """Say whether the file holds a full text that follows the messages."""
    [(found,)] = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('words', ?, ?)", _TRIGGERS
    )
    return bool(found == 1 + len(_TRIGGERS))


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the file's full text anew, if it has one."""
    if in_file(connection):
        connection.execute("INSERT INTO words (words) VALUES ('rebuild')")


def agrees(connection: sqlite3.Connection) -> bool:
    """Say whether the file's full text, if there is one, is that of the messages."""
    if not in_file(connection):
        return True
    try:
        connection.execute(
            "INSERT INTO words (words, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError:
        return False
    return True


def leave_out(connection: sqlite3.Connection) -> None:
    """Remove the full text from the file."""
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.execute("DROP TABLE IF EXISTS words")


def bring_back(connection: sqlite3.Connection) -> None:
    """Put a full text of all messages into the file."""
    leave_out(connection)
    for statement in TABLE:
        connection.execute(statement)
    rebuild(connection)


class WordsInMemory:
    """A full text that no file holds; the caller sees to one call at a time."""

    def __init__(self, state: str) -> None:
        """Be empty.

        Args:
            state: Of the bank; another one means that this index is of no use.
        """
        self.state = state
        self.last = 0
        self.last_id: str | bytes = ""
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        self._connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5(content, content='', {_TOKENIZER})"
        )

    def add(self, texts: Iterable[tuple[int, str | bytes, str | bytes]]) -> None:
        """Add messages: their rows, rising, packed ids and packed texts."""
        self._connection.execute("BEGIN")
        for self.last, self.last_id, text in texts:
            self._connection.execute(
                "INSERT INTO words (rowid, content) VALUES (?, ?)", (self.last, text)
            )
        self._connection.execute("COMMIT")

    def find(self, query: str, limit: int) -> list[int]:
        """Return the rows that fit an FTS5 query, the newest first."""
        found = self._connection.execute(SEARCH, (query, limit)).fetchall()
        return [row for (row,) in found]

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()
