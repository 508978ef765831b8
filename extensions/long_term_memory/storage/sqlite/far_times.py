"""Stored times that no calendar has: counted, and written as they are read.

Owns: which columns hold times.
Knows nothing of: where such times come from. They read as unknown or as the nearest
time that can be told, whether they are mended or not (see `codec`).
"""

from __future__ import annotations

import sqlite3

from .codec import FIRST_TIME, LAST_TIME, NEWEST, OLDEST

# Times that must stand, by table; only `said_at` may be unknown.
_COLUMNS = {
    "chats": ("created_at", "seen_at"),
    "messages": ("seen_at",),
    "hand": ("created_at", "updated_at"),
    "edits": ("created_at", "updated_at"),
    "summaries": ("made_at",),
}
_UNTOLD = f"said_at < {FIRST_TIME} OR said_at >= {LAST_TIME}"

COUNT = (
    f"SELECT count(*) FROM messages WHERE seen_at NOT BETWEEN {OLDEST} AND {NEWEST} "
    f"OR {_UNTOLD}"
)
WORDS = "{} messages have a time that no calendar has; it is taken for unknown"


def mend(connection: sqlite3.Connection) -> int:
    """Write far times as they are read; return how many there were."""
    count = connection.execute(
        f"UPDATE messages SET said_at = NULL WHERE {_UNTOLD}"
    ).rowcount
    for table, columns in _COLUMNS.items():
        for column in columns:
            count += connection.execute(
                f"UPDATE {table} SET {column} = min(max({column}, ?1), ?2) "
                f"WHERE {column} NOT BETWEEN ?1 AND ?2",
                (OLDEST, NEWEST),
            ).rowcount
    return count
