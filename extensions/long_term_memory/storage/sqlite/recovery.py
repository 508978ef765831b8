"""Look at a bank's files before SQLite does, and mend or refuse what it would not tell.

Owns: what is done about a journal that was cut short or belongs elsewhere, and about a
replacement that was stopped.
Knows nothing of: tables, vectors.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from ...errors import StoreCorrupt, StoreError
from ...files import make_private_file
from .database import OPENING, is_open_here, translated
from .holders import PREFIX, holders
from .replacement import DATABASE_FILE, NOTE, copy_aside, finish_replacement
from .wal import ENDINGS, beside, complaint

FOREIGN = "belongs to"
_NOT_ALONE = (DATABASE_FILE, NOTE, PREFIX)

logger = logging.getLogger("long_term_memory")


def look_first(folder: Path) -> list[str]:
    """Make a bank's files fit to be opened; nobody else is opening them.

    Returns:
        What was mended, in words for people.

    Raises:
        StoreError: The folder cannot be written.
        StoreCorrupt: Opening would lose or mix memories; all is left as it is.
    """
    path = folder / DATABASE_FILE
    if _lies_alone(path):
        return []
    try:
        # Asking who has it open removes what killed processes left.
        holders(folder)
        mended = _finished(folder)
        check_files(path)
        found = look_at_journal(path)
        if found:
            mended.append(_rescued(folder, found))
        make_private_file(path)
    except OSError as error:
        raise StoreError(
            f"Cannot use the folder {folder}: {error.strerror}. Make it writable and "
            "see that the disk is not full, or choose another data directory."
        ) from error
    for words in mended:
        logger.warning("%s: %s", folder, words)
    return mended


def _lies_alone(path: Path) -> bool:
    """Whether a database is a file, not empty, and nothing of a bank is beside it.

    Who closed it last left it so: there is no journal, nobody has it open, nor was
    killed while he had, and nothing was to be put in its place.
    """
    found = False
    try:
        with os.scandir(path.parent) as entries:
            for one in entries:
                if one.name == path.name:
                    found = one.is_file(follow_symlinks=False)
                elif one.name.startswith(_NOT_ALONE):
                    return False
        return found and path.stat().st_size > 0
    except OSError:
        return False


def check_files(path: Path) -> None:
    """See that nothing else has the name of a database, or of what is beside it.

    SQLite would wait for ever for somebody to write into a pipe.

    Raises:
        OSError: It cannot be looked at.
        StoreError: Something has.
    """
    for file in (path, *(beside(path, ending) for ending in ENDINGS)):
        if os.path.lexists(file) and not stat.S_ISREG(file.stat().st_mode):
            raise StoreError(f"{file} is not a file. Move it away.")


def refusal(path: Path, found: str) -> StoreCorrupt:
    """Return what is said of a database whose journal is another's."""
    return StoreCorrupt(
        f"The journal of {path.name} in {path.parent} was not opened: {found}. Put its "
        "own database beside it or move it away, or put a backup in its place: ltm "
        "restore."
    )


def read_only(path: Path, *, patience_seconds: float = 5.0) -> sqlite3.Connection:
    """Open a database for looking that is sound, and ours or open in this process.

    Of any other database look at a copy (`snapshot`): SQLite may remove its journal.
    """
    where = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(where, uri=True, timeout=patience_seconds)


def look_at_journal(path: Path) -> str:
    """Say what is wrong with a journal; nothing if this process has it in use."""
    with OPENING:
        return "" if is_open_here(path) else complaint(path)


def _finished(folder: Path) -> list[str]:
    aside = finish_replacement(folder)
    if aside is None:
        return []
    return [
        "a restoration that had been stopped was finished; what stood there before is "
        f"in {aside.name}"
    ]


def _rescued(folder: Path, found: str) -> str:
    """Keep the files as they are, and see whether the rest makes sense."""
    path = folder / DATABASE_FILE
    if FOREIGN in found:
        raise refusal(path, found)
    aside = copy_aside(folder)
    if not _makes_sense(path):
        raise StoreCorrupt(
            f"{path} is damaged: of its journal, {found}, and the rest does not fit. "
            f"Nothing was changed, and a copy is in {aside}. Put a backup in its "
            "place: ltm restore."
        )
    return (
        f"the journal was damaged ({found}): what was said last may be missing. A copy "
        f"of the files as they were is in {aside.name}"
    )


def _makes_sense(path: Path) -> bool:
    try:
        with translated(path), closing(read_only(path)) as connection:
            return connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except StoreCorrupt:
        return False
