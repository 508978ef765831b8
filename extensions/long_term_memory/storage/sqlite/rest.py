"""Databases that nobody has open, told from the same ones changed.

Owns: what is looked at for that; no database is opened.
Knows nothing of: banks, what is in a database.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from .wal import JOURNAL


class Rest(NamedTuple):
    """A database at rest; whoever writes to it leaves another one."""

    device: int
    number: int
    size: int
    changed_at: int


def rest_of(path: Path) -> Rest | None:
    """Look at a database; None if it is not there, or open somewhere."""
    try:
        if os.path.lexists(f"{path}{JOURNAL}"):
            return None
        found = os.stat(path)  # noqa: PTH116 - Path takes thrice as long
    except OSError:
        return None
    return Rest(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
