"""Do the values in a database make sense: whole numbers, texts, times, lists?

Owns: what may stand in a column, told from how the schema declares it.
Knows nothing of: keys; what is encrypted proves itself when it is opened.

SQLite keeps whatever it is given, so a broken value is met only by whoever reads it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ...errors import StoreCorrupt
from .codec import unpack_text
from .shape import columns_of, tables_of

DERIVED: Final = (
    *("lexicon", "links", "vectors", "waiting", "models", "summaries", "emotions"),
)
"""Tables whose rows can be made anew."""

_LISTS: Final = (("messages", "present"),)
_WORD_BYTES: Final = 4


class Nonsense(NamedTuple):
    """Rows of a table with a value that makes no sense in a column."""

    table: str
    column: str
    rows: int
    where: str

    @property
    def words(self) -> str:
        """What is told to people."""
        return f"`{self.column}` makes no sense in {self.rows} rows of `{self.table}`"

    @property
    def mendable(self) -> bool:
        """Whether the rows can be made anew."""
        return self.table in DERIVED


def check_values(connection: sqlite3.Connection, path: Path, *, secret: bool) -> None:
    """Refuse a database that cannot be read to its end.

    Raises:
        StoreCorrupt: A value makes no sense, or a path leads to no message.
    """
    for found in nonsense(connection, secret=secret):
        way = "ltm doctor --fix mends it" if found.mendable else "ltm restore"
        raise StoreCorrupt(f"{path} is damaged: {found.words}. See ltm doctor; {way}.")
    for table in ("places", "visits"):
        if connection.execute(f"PRAGMA foreign_key_check({table})").fetchone():
            raise StoreCorrupt(
                f"{path} is damaged: rows of `{table}` rest on rows that are not "
                "there. Put a backup in its place: ltm restore."
            )


def nonsense(connection: sqlite3.Connection, *, secret: bool) -> Iterator[Nonsense]:
    """Yield what makes no sense.

    Args:
        connection: To a database whose tables are there.
        secret: Whether it is encrypted: then bytes tell nothing.
    """
    for table in tables_of(connection):
        for column, declared, needed in columns_of(connection, table):
            where = _wrong(table, column, declared, needed=needed, secret=secret)
            [(rows,)] = connection.execute(
                f"SELECT count(*) FROM {table} WHERE {where}"
            )
            if not rows and declared == "" and not secret:
                rows = _undecodable(connection, table, column)
            if rows:
                yield Nonsense(table, column, rows, where)


def _wrong(
    table: str, column: str, declared: str, *, needed: bool, secret: bool
) -> str:
    """Return the SQL that is true for a value that has no place in a column."""
    kinds = {"INTEGER": ("integer",), "BLOB": ("blob",)}.get(declared, ("text", "blob"))
    allowed = kinds if needed else (*kinds, "null")
    listed = ", ".join(f"'{kind}'" for kind in allowed)
    wrong = f"typeof({column}) NOT IN ({listed})"
    if (table, column) in _LISTS and not secret:
        # Of an empty list nothing is written.
        wrong += (
            f" OR CASE WHEN {column} = '' THEN 0 WHEN json_valid({column}) "
            f"THEN json_type({column}) <> 'array' ELSE 1 END"
        )
    if (table, column) == ("lexicon", "terms") and not secret:
        wrong += f" OR length({column}) % {_WORD_BYTES} <> 0"
    if (table, column) == ("models", "dimension"):
        wrong += f" OR {column} < 1"
    return wrong


def _undecodable(connection: sqlite3.Connection, table: str, column: str) -> int:
    """Count texts that lie as bytes and are none."""
    count = 0
    for (value,) in connection.execute(
        f"SELECT {column} FROM {table} WHERE typeof({column}) = 'blob'"
    ):
        try:
            unpack_text(value)
        except UnicodeDecodeError:
            count += 1
    return count
