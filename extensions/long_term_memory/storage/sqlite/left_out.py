"""Folders that look like memories, and are none that can be opened.

Owns: finding them, and why each is left out.
Knows nothing of: what a memory holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ...core.maintenance import LeftOut
from ...core.types import Scope
from .layout import NAMES_FILE, bank_folder, read_names
from .replacement import DATABASE_FILE

# As `layout.folder_name` makes them: letters, a hyphen, a hash.
_FOLDER: Final = re.compile(r".+-[a-z2-7]{8,}")


def left_out(data_dir: Path, scopes: Iterable[Scope]) -> list[LeftOut]:
    """Return the folders in a data directory that no known bank explains.

    Args:
        data_dir: Where the memories lie; it need not exist.
        scopes: The banks that are known.
    """
    known = {bank_folder(data_dir, scope) for scope in scopes}
    found: list[tuple[Path, str]] = []
    for user in _folders(data_dir, found, every=False):
        for folder in _folders(user, found, every=True):
            if folder not in known and (why := _reason(folder)):
                found.append((folder, why))
    return [LeftOut(where=str(folder), why=why) for folder, why in sorted(found)]


def _folders(
    parent: Path, found: list[tuple[Path, str]], *, every: bool
) -> Iterator[Path]:
    """Yield the folders inside one; notes if it cannot be looked into."""
    try:
        found_here = sorted(parent.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        found.append((parent, _denied(error)))
        return
    for folder in found_here:
        if (every or _FOLDER.fullmatch(folder.name)) and _may_be_folder(folder):
            yield folder


def _may_be_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return True


def _reason(folder: Path) -> str:
    """Say why a folder is left out; empty if it holds no memory."""
    try:
        names = {path.name for path in folder.iterdir()}
        if (folder / NAMES_FILE).is_file():
            # As bytes: what is in it does not matter here, only that it can be read.
            (folder / NAMES_FILE).read_bytes()
    except OSError as error:
        return _denied(error)
    if DATABASE_FILE not in names and NAMES_FILE not in names:
        return ""
    if NAMES_FILE not in names or read_names(folder) is None:
        return (
            f"it holds memories, but its {NAMES_FILE} is gone or damaged, so nobody "
            "knows whose they are. Put a backup in its place: ltm restore"
        )
    return (
        f"it holds memories, but its {NAMES_FILE} does not name the folder it lies in: "
        "it was moved, renamed or copied. Give it its name back, or put a backup in "
        "its place: ltm restore"
    )


def _denied(error: OSError) -> str:
    words = error.strerror or str(error)
    return (
        f"it cannot be read ({words}). If another user made it, with sudo for "
        "example, give it back to its owner: chown -R"
    )
