"""Set a bank's files aside, and put another database in their place.

Owns: that nothing is ever overwritten: what stood there is moved or copied into a
folder `set-aside-…` first; and that a replacement stopped between any two steps is
finished when the bank is opened next.
Knows nothing of: where the other database comes from, what is in it.

A replacement is four steps: the new file is whole on the disk under another name; a
note says that it is to stand; the old files move aside; the new one takes the name.
Whoever finds the note takes the last two steps, as often as need be.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ...errors import StoreCorrupt
from ...files import make_private_file, make_private_folder
from .wal import INDEX, JOURNAL, beside

DATABASE_FILE = "memory.sqlite3"
VECTORS_FOLDER = "embeddings.zarr"
ASIDE = "set-aside-"

_NEW = "memory.sqlite3.new"
NOTE = "replace.json"


def stamp() -> str:
    """Return the present as it stands in names: "20261121-120000", UTC."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


def asides(folder: Path) -> list[Path]:
    """Return the folders of what was set aside in a bank, the oldest first."""
    return sorted(path for path in folder.glob(f"{ASIDE}*") if path.is_dir())


def new_file(folder: Path) -> Path:
    """Return where a replacement is to be written, removing an unfinished one.

    One that was whole takes its place first, so that a note never speaks of this one
    before it is.
    """
    try:
        finish_replacement(folder)
    except StoreCorrupt:
        (folder / NOTE).unlink()
    file = folder / _NEW
    file.unlink(missing_ok=True)
    make_private_file(file)
    return file


def replace_database(folder: Path) -> Path:
    """Put what was written to `new_file` in the place of a bank's files.

    Nobody may have the bank open. Returns the folder that has what stood there.
    """
    sync(folder / _NEW)
    aside = fresh_aside(folder)
    note = folder / f"{NOTE}.tmp"
    make_private_file(note)
    note.write_text(json.dumps({"aside": aside.name}), "ascii")
    sync(note)
    note.replace(folder / NOTE)
    sync(folder)
    finish_replacement(folder)
    return aside


def finish_replacement(folder: Path) -> Path | None:
    """Finish what `replace_database` began; the folder of the old files, if it did.

    A new file that no note speaks of was never whole, and goes.

    Raises:
        StoreCorrupt: There is a new file, and its note cannot be read.
    """
    note = folder / NOTE
    if not note.exists():
        (folder / _NEW).unlink(missing_ok=True)
        return None
    aside = _noted(folder)
    if (folder / _NEW).exists():
        make_private_folder(aside)
        for path in (*_files(folder), folder / VECTORS_FOLDER):
            if os.path.lexists(path):
                path.replace(aside / path.name)
        sync(aside)
        (folder / _NEW).replace(folder / DATABASE_FILE)
        sync(folder)
    note.unlink()
    return aside


def current_database(folder: Path) -> Path:
    """Return the file that is a bank's database, or will be once it is opened.

    Raises:
        StoreCorrupt: There is a new one, and its note cannot be read.
    """
    if (folder / NOTE).exists() and (folder / _NEW).exists():
        _noted(folder)
        return folder / _NEW
    return folder / DATABASE_FILE


def _noted(folder: Path) -> Path:
    """Return where the note about a replacement wants the old files to be.

    One that cannot be read names nothing; if no new file is left to be put in place,
    that is no harm.
    """
    note = folder / NOTE
    try:
        told = note.read_text("ascii") if note.is_file() else ""
        name = str(json.loads(told)["aside"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        name = ""
    if name.startswith(ASIDE) and name == Path(name).name:
        return folder / name
    if (folder / _NEW).exists():
        raise StoreCorrupt(
            f"{folder / NOTE} makes no sense, so it is not known whether the "
            f"restoration in {folder} was whole. Move that file and {_NEW} away, then "
            "restore again: ltm restore."
        )
    return fresh_aside(folder)


def copy_aside(folder: Path) -> Path:
    """Copy a bank's database and its journal as they are; return where they lie."""
    aside = fresh_aside(folder)
    make_private_folder(aside)
    for path in _files(folder):
        if path.is_file():
            make_private_file(aside / path.name)
            shutil.copyfile(path, aside / path.name)
            sync(aside / path.name)
    sync(aside)
    return aside


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    if path.is_dir():
        _sync_names(path)
        return
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_names(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where a system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Network file systems may refuse it, and do it by themselves.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> list[Path]:
    """Return the files of a database; the index first, which is nothing without it."""
    database = folder / DATABASE_FILE
    rollback = beside(database, "-journal")
    return [beside(database, INDEX), beside(database, JOURNAL), rollback, database]


def fresh_aside(folder: Path) -> Path:
    """Return a name for a folder of what is set aside that is not taken."""
    first = folder / f"{ASIDE}{stamp()}"
    number = 1
    aside = first
    while aside.exists():
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    return aside
