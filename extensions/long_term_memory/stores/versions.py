"""Which SQLite is at work.

Owns: nothing but the answer.
Knows nothing of: what is stored.
"""

from __future__ import annotations

import sqlite3


def sqlite_version() -> str:
    """Return the version of the SQLite library that Python uses."""
    return sqlite3.sqlite_version
