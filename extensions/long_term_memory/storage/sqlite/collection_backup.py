"""What clients keep, in a backup and back again.

Owns: copying the file as it is at one moment, and that what stood there is set aside
before other texts take its place.
Knows nothing of: archives, what a collection is.

    <data>/collections.set-aside-20261121-120000/collections.sqlite3

Rows are put into the file that is there, in one transaction: whoever has it open goes
on with them. A file that cannot be opened moves aside instead. What was set aside goes
with the first forgetting.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ...errors import Conflict, StoreCorrupt, StoreError
from ...files import FileLock, make_private_file, make_private_folder
from .bank_key import may_be_encrypted
from .collection_file import ASIDE
from .collections import FILE_NAME, SqliteCollections
from .database import translated
from .recovery import read_only
from .replacement import stamp, sync
from .schema import ANY_VERSION, check_owner
from .snapshot import check_copy, copy_database
from .wal import ENDINGS, beside

COUNTED: Final = ("collections", "entries")

_PATIENCE_SECONDS = 5.0
# In the order in which rows may refer to others.
_TABLES: Final = ("collections", "entries", "meta")
_IN_CLEAR: Final = (
    "What clients keep through the Extras API is encrypted, and this backup of it is "
    "in clear: restored, it lies on the disk for everybody who can read it. Nothing "
    "was changed. If that is wanted, say so (ltm restore --in-clear), and encrypt it "
    "then: ltm encrypt."
)


def copy_collections(data_dir: Path, target: Path) -> list[str]:
    """Copy what clients keep into a file; others may go on writing.

    Returns:
        What is wrong with it though it could be copied, for people.

    Raises:
        StoreError: It cannot be read or written.
        StoreCorrupt: It is damaged, or of another program.
    """
    path = data_dir / FILE_NAME
    for ending in ENDINGS:
        # A killed process may have left them: never play them into another's copy.
        beside(target, ending).unlink(missing_ok=True)
    copy_database(path, target)
    told = check_copy(target, path)
    with (
        translated(path, written=target),
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        if not is_sound(copy, path):
            raise StoreCorrupt(f"{path} is damaged. It was left as it is.")
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    for ending in ENDINGS:
        beside(target, ending).unlink(missing_ok=True)
    return told


def is_sound(connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether a file is ours and whole.

    Raises:
        StoreCorrupt: It is another program's.
    """
    if check_owner(connection, path, newest=ANY_VERSION) == 0:
        return False
    return connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]


def check_fits(place: Path, data_dir: Path, *, in_clear: bool) -> None:
    """See whether what a folder holds may take the place of what clients keep.

    Raises:
        Conflict: What is encrypted would lie in clear from now on.
        SchemaVersion: A newer version wrote it.
    """
    with closing(SqliteCollections(place)) as fresh:
        if fresh.is_encrypted() or in_clear:
            return
    path = data_dir / FILE_NAME
    with closing(SqliteCollections(data_dir)) as present:
        try:
            secret = present.is_encrypted()
        except StoreCorrupt:
            secret = may_be_encrypted(path)
    if secret:
        raise Conflict(_IN_CLEAR)


def put_in_place(place: Path, data_dir: Path) -> Path | None:
    """Put what a folder holds in the place of what clients keep.

    Args:
        place: A folder with such a file that nobody else uses.
        data_dir: Where the memories lie.

    Returns:
        The folder of what was set aside, None if there was nothing.

    Raises:
        StoreError: Another program stands in the way, or the disk does not let us.
    """
    path = data_dir / FILE_NAME
    try:
        if not os.path.lexists(path):
            _put_file(place / FILE_NAME, path)
            return None
        try:
            with closing(SqliteCollections(data_dir)) as present:
                present.is_encrypted()
                aside = _copied_aside(path)
                _put_rows(place, present)
        except StoreCorrupt:
            aside = _moved_aside(path)
            _put_file(place / FILE_NAME, path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. Free some space or make it "
            "writable, then restore again."
        ) from error
    return aside


# -- inside --------------------------------------------------------------------------


def _put_rows(place: Path, present: SqliteCollections) -> None:
    """Put rows in place of others, sealed as they are, with the key they have."""
    source = place / FILE_NAME
    with translated(source), closing(read_only(source)) as fresh:
        rows = {
            table: fresh.execute(f"SELECT * FROM {table}").fetchall()
            for table in _TABLES
        }
    with present.rekeying() as connection:
        for table in reversed(_TABLES):
            connection.execute(f"DELETE FROM {table}")
        for table, held in rows.items():
            for row in held:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)


def _put_file(new: Path, path: Path) -> None:
    """Give a file's content a name that is free, in one step."""
    make_private_folder(path.parent)
    with _nobody_opens(path):
        draft = path.with_name(f"{FILE_NAME}.new")
        draft.unlink(missing_ok=True)
        make_private_file(draft)
        shutil.copyfile(new, draft)
        sync(draft)
        draft.replace(path)
        sync(path.parent)


def _copied_aside(path: Path) -> Path:
    aside = _fresh_aside(path.parent)
    copy_database(path, aside / FILE_NAME)
    sync(aside / FILE_NAME)
    sync(aside)
    return aside


def _moved_aside(path: Path) -> Path:
    aside = _fresh_aside(path.parent)
    with _nobody_opens(path):
        for file in (*(beside(path, ending) for ending in ENDINGS), path):
            if os.path.lexists(file):
                file.replace(aside / file.name)
        sync(aside)
    return aside


def _fresh_aside(folder: Path) -> Path:
    first = folder / f"{ASIDE}{stamp()}"
    number = 1
    aside = first
    while os.path.lexists(aside):
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    make_private_folder(aside)
    return aside


@contextmanager
def _nobody_opens(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name("collections.lock"))
    if not lock.acquire(timeout_seconds=_PATIENCE_SECONDS):
        raise StoreError(f"Another program is opening {path}. Try again soon.")
    with lock:
        yield
