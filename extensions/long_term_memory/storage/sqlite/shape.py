"""Has a database the tables that its version has?

Owns: comparing them with those of a new database.
Knows nothing of: what they are for; the full text, which can be made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from typing import Final

from ...lru import Lru

Step = Callable[[sqlite3.Connection], None]
Shape = dict[str, frozenset[str]]

_FULL_TEXT = "words"

SCHEMA: Final = "SELECT group_concat(type || name || coalesce(sql, ''), char(0))"
"""All that makes a database's tables what they are, as one text."""

# Nearly all banks have one of a few schemas, letter by letter.
_sound: Lru[tuple[tuple[Step, ...], str], bool] = Lru(64)


def misshapen(
    connection: sqlite3.Connection, steps: Sequence[Step], schema: str
) -> str:
    """Say what a database lacks of what some migrations make; empty if nothing.

    Args:
        connection: To the database.
        steps: The migrations.
        schema: Of the database, as `SCHEMA` reads it; what is known is not compared.
    """
    known = (tuple(steps), schema)
    if known in _sound:
        return ""
    found = _lacking(connection, steps)
    if not found:
        _sound.put(known, True)
    return found


def _lacking(connection: sqlite3.Connection, steps: Sequence[Step]) -> str:
    there = _shape(connection)
    for table, columns in _made_by(tuple(steps)).items():
        if table not in there:
            return f"the table `{table}` is gone"
        if missing := sorted(columns - there[table]):
            return f"the table `{table}` lacks `{missing[0]}`"
    return ""


@cache
def _made_by(steps: tuple[Step, ...]) -> Shape:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for step in steps:
            step(connection)
        return _shape(connection)


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """Return the tables of a database, but for those of the full text."""
    names = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
    ]
    return [
        name
        for name in names
        if name != _FULL_TEXT and not name.startswith((f"{_FULL_TEXT}_", "sqlite_"))
    ]


def columns_of(
    connection: sqlite3.Connection, table: str
) -> list[tuple[str, str, bool]]:
    """Return a table's columns: name, declared type, whether NULL has no place in it.

    A primary key never is NULL, whatever SQLite allows for old times' sake.
    """
    rows = connection.execute(
        'SELECT name, type, "notnull" OR pk FROM pragma_table_info(?)', (table,)
    )
    return [(str(name), str(kind), bool(needed)) for name, kind, needed in rows]


def _shape(connection: sqlite3.Connection) -> Shape:
    """Return the columns of all tables."""
    return {
        name: frozenset(column for column, *_ in columns_of(connection, name))
        for name in tables_of(connection)
    }
