"""The full text of messages: a table in the file, or an index in memory alone.

Owns: the table words and its triggers, what stands for them where the file must not
tell the words, and how a search is written.
Knows nothing of: keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from ...core.records import ROUND
from ..encryption.cipher import CONTENT
from .codec import pack_text, unpack_text
from .database import Database

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


class SqliteFullText:
    """Finding messages by the words in them; see `FullTextStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database
        self._words: WordsInMemory | None = None

    def search(self, text: str, *, limit: int) -> list[int]:
        """Return rows whose text has words beginning with every word of `text`."""
        query = _full_text_query(text)
        if not query:
            return []
        if self._database.cipher.secret:
            with self._database.alone(), self._database.reading():
                return self._words_in_memory().find(query, limit)
        found = self._database.all(SEARCH, (query, limit))
        return [row for (row,) in found]

    def rebuild(self) -> None:
        """Make what `search` looks in anew, in one transaction."""
        with self._database.writing() as connection:
            rebuild(connection)
        self.let_go()

    def let_go(self) -> None:
        """Let the words in memory be read anew from the messages."""
        with self._database.alone():
            words, self._words = self._words, None
            if words is not None:
                words.close()

    def _words_in_memory(self) -> WordsInMemory:
        """Return the words of all messages, which this bank's file does not tell."""
        state = self._state_of_words()
        if self._words is not None and not self._are_of(self._words, state):
            self.let_go()
        if self._words is None:
            self._words = WordsInMemory(state)
        self._words.add(self._texts(self._words.last))
        return self._words

    def _state_of_words(self) -> str:
        """Return what changes whenever messages are forgotten, by whichever program."""
        row = self._database.one("SELECT value FROM meta WHERE key = ?", (ROUND,))
        return "" if row is None else repr(row[0])

    def _are_of(self, words: WordsInMemory, state: str) -> bool:
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
            text = self._database.cipher.unseal_text(content, CONTENT, message_id)
            yield row, packed_id, pack_text(text)


def _full_text_query(text: str) -> str:
    """Quote each word, so that no mark is an operator; empty if there is no word."""
    clean = (
        text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    )
    words = [word for word in clean.split() if any(c.isalnum() for c in word)]
    return " ".join(f'"{word}"*' for word in words)
