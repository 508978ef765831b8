"""Values about a bank, in SQLite.

Owns: the table meta.
Knows nothing of: what a value means.
"""

from __future__ import annotations

from ..encryption.cipher import META
from .codec import pack_text, unpack_text
from .database import Database


class SqliteMetadata:
    """Values about the bank, by key; see `MetadataStore`."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def get(self, key: str) -> str | None:
        """Return a value set before, or None."""
        row = self._database.one(
            "SELECT value FROM meta WHERE key = ?", (pack_text(key),)
        )
        return (
            None
            if row is None
            else self._database.cipher.unseal_text(row[0], META, key)
        )

    def put(self, key: str, value: str) -> None:
        """Set a value."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                (pack_text(key), self._database.cipher.seal_text(value, META, key)),
            )

    def drop(self, key: str) -> None:
        """Remove a value; does nothing if there is none."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (pack_text(key),))

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """Return the values whose keys begin so, in order of their keys."""
        rows = self._database.all(
            "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key",
            (len(prefix), pack_text(prefix)),
        )
        found = [(unpack_text(key), value) for key, value in rows]
        return {
            key: self._database.cipher.unseal_text(one, META, key) for key, one in found
        }
