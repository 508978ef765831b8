"""What conversations keep beside the memories, in a backup and back again.

Owns: copying the file as it is at one moment, and that what stood there is set aside
before something else takes its place.
Knows nothing of: archives, what a conversation is, the steps that bring the file up to
date.

    <data>/companion.set-aside-20261121-120000/companion.sqlite3

Rows are put into the file that is there, in one transaction: a server that has it open
goes on with them. A file that is damaged, or at another step, moves aside instead.
What was set aside goes with the first forgetting.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ...core.maintenance import (
    CONVERSATIONS_ASIDE,
    CONVERSATIONS_DRAFT,
    CONVERSATIONS_FILE,
)
from ...errors import StoreCorrupt, StoreError
from ...files import make_private_file, make_private_folder
from .database import translated
from .recovery import read_only
from .replacement import stamp, sync
from .wal import ENDINGS, beside

COUNTED: Final = ("characters", "conversations", "messages")

_PATIENCE_SECONDS: Final = 5.0
# In the order in which rows may refer to others; the last one came later.
_TABLES: Final = (*COUNTED, "swipes", "inbox")


def copy_conversations(data_dir: Path, target: Path) -> list[str]:
    """Copy what conversations keep into a file; others may go on writing.

    Returns:
        What is wrong with it though it could be copied: nothing is ever.

    Raises:
        StoreError: It cannot be read or written.
        StoreCorrupt: It is damaged, or another program's.
    """
    path = data_dir / CONVERSATIONS_FILE
    for ending in ("", *ENDINGS):
        beside(target, ending).unlink(missing_ok=True)
    make_private_file(target)
    # Never as bytes: this process may have it open, and would lose its locks.
    with (
        translated(path, written=target),
        closing(read_only(path)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        source.backup(copy)
        if not is_sound(copy):
            raise StoreCorrupt(f"{path} is damaged. It was left as it is.")
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    return []


def is_sound(connection: sqlite3.Connection) -> bool:
    """Say whether a file is one of conversations, and whole."""
    if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        return False
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {*_TABLES[:-1], "alembic_version"} <= {name for (name,) in named}


def put_in_place(fresh: Path, data_dir: Path) -> Path | None:
    """Put a file in the place of what conversations keep.

    Args:
        fresh: The file; nobody else uses it.
        data_dir: Where the memories lie.

    Returns:
        The folder of what was set aside, None if there was nothing.

    Raises:
        StoreError: Another program stands in the way, or the disk does not let us.
    """
    path = data_dir / CONVERSATIONS_FILE
    try:
        if not os.path.lexists(path):
            _put_file(fresh, path)
            return None
        if _step_of(path) != _step_of(fresh):
            aside = _moved_aside(path)
            _put_file(fresh, path)
            return aside
        aside = _fresh_aside(data_dir)
        copy_conversations(data_dir, aside / CONVERSATIONS_FILE)
        sync(aside)
        _put_rows(fresh, path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. Free some space or make it "
            "writable, then restore again."
        ) from error
    return aside


# -- inside --------------------------------------------------------------------------


def _step_of(path: Path) -> str:
    """Return how far a file was brought up to date; nothing of one that is damaged."""
    try:
        with closing(read_only(path)) as connection:
            if not is_sound(connection):
                return ""
            asked = "SELECT version_num FROM alembic_version"
            [(step,)] = connection.execute(asked).fetchall()
    except (sqlite3.DatabaseError, ValueError):
        return ""
    return str(step)


def _put_rows(fresh: Path, path: Path) -> None:
    """Put rows in place of others; all of them or none."""
    with (
        translated(path),
        closing(
            sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_SECONDS)
        ) as connection,
    ):
        # Pages that are free hold nothing of what was there.
        connection.execute("PRAGMA secure_delete = ON").fetchall()
        connection.execute("ATTACH ? AS fresh", (str(fresh),))
        connection.execute("BEGIN IMMEDIATE")
        for table in reversed(_TABLES):
            connection.execute(f"DELETE FROM main.{table}")
        for table in _TABLES:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM fresh.{table}")
        connection.execute("COMMIT")


def _put_file(fresh: Path, path: Path) -> None:
    draft = path.with_name(CONVERSATIONS_DRAFT)
    draft.unlink(missing_ok=True)
    make_private_file(draft)
    draft.write_bytes(fresh.read_bytes())
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def _moved_aside(path: Path) -> Path:
    _check_closed(path)
    aside = _fresh_aside(path.parent)
    for ending in (*ENDINGS, ""):
        file = beside(path, ending)
        if os.path.lexists(file):
            file.replace(aside / file.name)
    sync(aside)
    return aside


def _check_closed(path: Path) -> None:
    """Raise StoreError if somebody has a file open; one that is damaged nobody has."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # Whoever has it open keeps it from leaving this mode.
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path} is open in another program ({error}). Close the server, then "
            "restore again."
        ) from error
    except sqlite3.DatabaseError:
        return


def _fresh_aside(folder: Path) -> Path:
    first = folder / f"{CONVERSATIONS_ASIDE}{stamp()}"
    number = 1
    aside = first
    while os.path.lexists(aside):
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    make_private_folder(aside)
    return aside
