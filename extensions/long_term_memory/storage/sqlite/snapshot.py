"""A private copy of a database, for whoever only looks.

Owns: that looking changes not a byte of what is looked at, whatever state that is in:
SQLite removes the journal of an empty database as it opens it, plays others back, and
makes an index, even if it was asked to read only.
Knows nothing of: tables, what is looked for.

The copy is as consistent as the original: while a journal keeps its first bytes it only
grows, and what is copied back from it meanwhile into the database is in it as well. So
the index comes first, then the database, then the journal, and all again if the journal
was begun anew in between.

It lies in a folder for its owner alone, below the system's folder for what is temporary
(TMPDIR). What a killed process left there goes when somebody looks next.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from ...errors import LtmError, StoreCorrupt, StoreError
from ...files import FileLock, make_private_file
from .database import OPENING, is_open_here, translated
from .recovery import FOREIGN, check_files, read_only, refusal
from .replacement import DATABASE_FILE, VECTORS_FOLDER, current_database
from .wal import INDEX, INDEX_BYTES, JOURNAL, JOURNAL_BYTES, ROLLBACK, beside, complaint

_PREFIX = "ltm-look-"
_ALIVE = "alive.lock"
_STALE_SECONDS = 60.0
_TRIES = 10
_AGAIN_SECONDS = 0.05
_PATIENCE_SECONDS = 5.0
_STEP_BYTES = 1 << 20


@contextmanager
def looking_at(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of a bank's database; errors name the original.

    Raises:
        StoreError: It is not there, or cannot be read.
        StoreCorrupt: It is damaged, or its journal is another's.
    """
    path = current_database(folder)
    with scratch() as place:
        copy = place / DATABASE_FILE
        copy_database(path, copy)
        check_copy(copy, path)
        with (
            translated(path),
            closing(sqlite3.connect(copy, isolation_level=None)) as connection,
        ):
            try:
                yield connection
            except sqlite3.OperationalError as error:
                if "no such column" not in str(error):
                    raise
                # Nobody looked yet at the shape of what is looked at.
                raise StoreCorrupt(
                    f"{path} is damaged: {error}. Put a backup in its place: ltm "
                    "restore."
                ) from error


def copy_folder(folder: Path, target: Path) -> list[str]:
    """Copy what a bank consists of, vectors included, into an empty folder.

    Returns:
        What is wrong with the original though the copy can be used, for people.

    Raises:
        StoreError: It is not there, cannot be read, or does not fit.
        StoreCorrupt: It is damaged, or its journal is another's.
    """
    lock = FileLock(folder / "vectors.lock", make=False)
    # Else somebody may number the vectors anew between our two looks.
    alone = lock.acquire(timeout_seconds=_PATIENCE_SECONDS)
    path = current_database(folder)
    with lock, named(target, folder):
        copy = target / DATABASE_FILE
        copy_database(path, copy)
        told = check_copy(copy, path)
        # It would be told once more, and kept in vain.
        beside(copy, INDEX).unlink(missing_ok=True)
        if alone and path.name == DATABASE_FILE:
            _copy_vectors(folder / VECTORS_FOLDER, target / VECTORS_FOLDER)
    return told


def copy_database(path: Path, target: Path) -> None:
    """Copy a database and what stands beside it; others may go on writing to it.

    Raises:
        StoreError: It is not there, cannot be read, or does not fit.
    """
    with OPENING:
        try:
            if not os.path.lexists(path):
                raise StoreError(
                    f"{path} is not there. Put a backup in its place: ltm restore"
                )
            check_files(path)
            _check_room(path, target)
            # What lies there may be another's copy, and damaged.
            target.unlink(missing_ok=True)
            make_private_file(target)
            if not is_open_here(path):
                _copy_files(path, target)
                return
        except OSError as error:
            raise StoreError(
                f"{path} cannot be read: {error.strerror or error}. Check the disk, "
                "and who may read the file and its folder."
            ) from error
    # Not as bytes: see `OPENING`. What we have open ourselves SQLite made sense of.
    with (
        translated(path),
        closing(read_only(path)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        source.backup(copy)


def check_copy(copy: Path, path: Path) -> list[str]:
    """Refuse a copy that SQLite would not make sense of; say what else is wrong.

    Args:
        copy: Where it lies; nobody opened it yet.
        path: What it is a copy of.

    Raises:
        StoreCorrupt: Opening the original would lose or mix memories, or it is empty.
    """
    found = complaint(copy)
    if FOREIGN in found:
        raise refusal(path, found)
    if copy.stat().st_size == 0:
        raise StoreCorrupt(
            f"{path} is empty (0 bytes). If it held memories, put a backup in its "
            "place: ltm restore. Else it becomes a new memory when it is used."
        )
    if not found:
        return []
    return [
        f"The journal of {path} is damaged ({found}): what was said last may be "
        "missing. ltm doctor tells more"
    ]


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder for its owner alone that is gone afterwards.

    Raises:
        StoreError: There is no room for it.
    """
    _sweep()
    try:
        place = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError as error:
        raise StoreError(
            f"Memories are looked at in a copy, and there is no folder for one: "
            f"{error.strerror or error}. Set TMPDIR to a folder with room."
        ) from error
    lock = FileLock(place / _ALIVE)
    try:
        lock.acquire()
        with lock:
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def named(copy: Path, folder: Path) -> Iterator[None]:
    """Let errors speak of the original instead of its copy."""
    try:
        yield
    except LtmError as error:
        error.args = tuple(
            str(one).replace(str(copy), str(folder)) for one in error.args
        )
        raise


# -- inside --------------------------------------------------------------------------


def _check_room(path: Path, target: Path) -> None:
    """Raise StoreError if a copy would not fit."""
    files = (path, beside(path, JOURNAL), beside(path, ROLLBACK))
    needed = sum(file.stat().st_size for file in files if file.exists())
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        raise StoreError(
            f"There is no room for a copy of {path} in {target.parent}: it takes "
            f"{needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free. Free some space, "
            "or set TMPDIR to a folder with more."
        )


def _copy_files(path: Path, target: Path) -> None:
    for _ in range(_TRIES):
        before = _state(path)
        _take(beside(path, INDEX), beside(target, INDEX), INDEX_BYTES)
        for ending in ("", JOURNAL, ROLLBACK):
            _take(beside(path, ending), beside(target, ending))
        if _state(path) == before:
            return
        time.sleep(_AGAIN_SECONDS)
    raise StoreError(f"{path} is being replaced all the time. Try again in a moment.")


def _state(path: Path) -> tuple[object, ...]:
    """Return what stays the same while a copy of the files makes sense."""
    head = _head(beside(path, JOURNAL))
    files = [beside(path, ROLLBACK)] if head else [beside(path, ROLLBACK), path]
    return (head, *(_written(file) for file in files))


def _head(journal: Path) -> bytes:
    try:
        with journal.open("rb") as file:
            return file.read(JOURNAL_BYTES)
    except FileNotFoundError:
        return b""


def _written(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _take(source: Path, target: Path, most: int | None = None) -> None:
    """Copy a file, or its first bytes; one that is not there is not there then."""
    target.unlink(missing_ok=True)
    try:
        with source.open("rb") as file:
            make_private_file(target)
            with target.open("wb") as copy:
                if most is not None:
                    copy.write(file.read(most))
                else:
                    shutil.copyfileobj(file, copy, _STEP_BYTES)
    except FileNotFoundError:
        return


def _copy_vectors(bulk: Path, target: Path) -> None:
    """Copy the bulk store; what cannot be read of it is made anew, as ever."""
    with suppress(OSError):
        for file in bulk.rglob("*"):
            if file.is_file() and not file.is_symlink():
                copy = target / file.relative_to(bulk)
                copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


@cache
def _sweep() -> None:
    """Remove what killed processes left; once is enough."""
    with suppress(OSError):
        for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError, StoreError):
                _remove_stale(place)


def _remove_stale(place: Path) -> None:
    found = place.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    # A young one may not have its lock yet.
    old = time.time() - found.st_mtime > _STALE_SECONDS
    if not (mine and old and stat.S_ISDIR(found.st_mode)):
        return
    lock = FileLock(place / _ALIVE, make=False)
    if lock.acquire():
        lock.release()
        shutil.rmtree(place, ignore_errors=True)
