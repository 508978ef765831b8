"""Where banks lie on disk: which folder is whose.

Owns: the folder of a scope, its file with the real names, and what two names that
come to one folder get.
Knows nothing of: what is stored in a bank's folder.

    <data>/<user>-<hash>/<character>-<hash>/bank.json     the real names

The hash is short, and names may be chosen so that theirs are equal. So a folder is
nobody's by its name alone: bank.json says whose it is, and who comes second lies in
`<character>-<hash>-2`.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EMFILE, ENFILE
from itertools import count
from pathlib import Path
from threading import get_ident

from ...core.types import Scope
from ...errors import StoreError
from ...files import folder_name, make_private_file, make_private_folder
from .handles import out_of_handles

NAMES_FILE = "bank.json"
# Locks, drafts, vectors, and names that cannot be read.
_NOBODYS = (".lock", ".tmp", ".zarr", NAMES_FILE)
_NAMELESS = (
    "{folder} holds memories, but its bank.json is missing or damaged, so nobody can "
    "tell whose they are. If they belong to this user and character, write {names} "
    "into its bank.json; else move the folder away."
)

Mark = tuple[int, int, int]
KnownNames = dict[str, tuple[Mark, Scope]]
"""Whose each folder is, and of which file of names that was read."""

logger = logging.getLogger("long_term_memory")


def bank_folder(data_dir: Path, scope: Scope) -> Path:
    """Return where a bank lies, or would lie; it need not exist.

    Raises:
        StoreError: It cannot be told whose a folder is.
    """
    first = _first_folder(data_dir, scope)
    with _told(first):
        scope = _as_read(scope)
        if _owner(first) == scope:
            return first
        numbered = {1: first} | _numbered(first)
        for _, folder in sorted(numbered.items()):
            if _owner(folder) == scope:
                return folder
        free = (number for number in count(1) if not _is_taken(numbered.get(number)))
        number = next(free)
    return first if number == 1 else first.with_name(f"{first.name}-{number}")


def make_bank_folder(
    data_dir: Path, scope: Scope, *, anew: bool = False, within: bool = False
) -> Path:
    """Make a bank's folder, for its owner's eyes only, and note the real names in it.

    Args:
        data_dir: The folder of all memories.
        scope: Whose memory it is.
        anew: Also where a folder does not say whose the memories in it are: the
            caller sets aside what is there.
        within: The data directory is there; if it is gone, it is not made.

    Raises:
        StoreError: The folder cannot be made or written, or nobody can tell whose
            memories are in it.
    """
    while True:
        folder = bank_folder(data_dir, scope)
        with _told(folder):
            make_private_folder(folder.parent, parents=not within)
            make_private_folder(folder, parents=False)
            if _owner(folder) == _as_read(scope):
                return folder
            if not anew and _holds_memories(folder):
                names = _names_of(scope)
                raise StoreError(_NAMELESS.format(folder=folder, names=names))
            # Another program may be quicker, with other names: then look again.
            _write_names(folder, scope, anew=anew)


def scopes(data_dir: Path, known: KnownNames | None = None) -> list[Scope]:
    """Return the banks that exist, by their real names, sorted.

    Args:
        data_dir: The folder of all memories.
        known: What was read before, which is brought up to date: a file of names that
            is as it was is not read again.

    Raises:
        StoreError: The folder cannot be looked at.
    """
    known = {} if known is None else known
    found: KnownNames = {}
    with _told(data_dir):
        for folder, mark in _marks(data_dir):
            before = known.get(folder)
            if before is not None and before[0] == mark:
                found[folder] = before
            elif (scope := _named(Path(folder), data_dir)) is not None:
                found[folder] = (mark, scope)
    known.clear()
    known.update(found)
    return sorted(
        (scope for _, scope in found.values()),
        key=lambda scope: (scope.user, scope.character),
    )


def _marks(data_dir: Path) -> Iterator[tuple[str, Mark]]:
    """Yield each folder with a file of names, and what tells the file from another."""
    for user in _below(data_dir):
        for folder in _below(user):
            try:
                told = os.stat(f"{folder}/{NAMES_FILE}")  # noqa: PTH116 - of each bank
            except OSError as error:
                if error.errno in (EMFILE, ENFILE):
                    raise
                continue
            yield folder, (told.st_mtime_ns, told.st_ino, told.st_size)


def _below(folder: Path | str) -> list[str]:
    """Return the folders in a folder; none of one that cannot be looked at."""
    try:
        with os.scandir(folder) as entries:
            return [one.path for one in entries if one.is_dir()]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _named(folder: Path, data_dir: Path) -> Scope | None:
    """Return whose bank a folder is; None, and a word, if it is nobody's."""
    scope = read_names(folder)
    if scope is not None and _leads_to(folder, data_dir, scope):
        return scope
    file = folder / NAMES_FILE
    logger.warning("%s does not name the bank it lies in: left out", file)
    return None


def read_names(folder: Path) -> Scope | None:
    """Return whose memory a bank's folder holds; None if it does not say."""
    try:
        return _owner(folder)
    except OSError:
        return None


def _first_folder(data_dir: Path, scope: Scope) -> Path:
    return data_dir / folder_name(scope.user) / folder_name(scope.character)


def _numbered(first: Path) -> dict[int, Path]:
    """Return the folders of those whose hash was taken, by their number."""
    found = {}
    for folder in first.parent.glob(f"{first.name}-*"):
        number = folder.name.removeprefix(f"{first.name}-")
        if number.isascii() and number.isdigit():
            found[int(number)] = folder
    return found


def _leads_to(folder: Path, data_dir: Path, scope: Scope) -> bool:
    """Whether a folder is where a bank of its names is looked for."""
    if folder == _first_folder(data_dir, scope):
        return True
    return folder == bank_folder(data_dir, scope)


def _owner(folder: Path) -> Scope | None:
    """Return whose a folder is; None if it does not say.

    Raises:
        OSError: It says so, but that cannot be read.
    """
    try:
        # Of a pipe one would wait for ever for somebody who writes.
        if (folder / NAMES_FILE).exists() and not (folder / NAMES_FILE).is_file():
            return None
        names = json.loads((folder / NAMES_FILE).read_text(encoding="ascii"))
        return Scope(user=str(names["user"]), character=str(names["character"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _is_taken(folder: Path | None) -> bool:
    return folder is not None and _owner(folder) is not None


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system says of a folder into what a person can do."""
    try:
        yield
    except OSError as error:
        if error.errno in (EMFILE, ENFILE):
            raise out_of_handles(folder) from error
        raise StoreError(
            f"Cannot use the folder {folder}: it cannot be read or written "
            f"({error.strerror}). Make it so, or choose another data directory."
        ) from error


def _holds_memories(folder: Path) -> bool:
    """Whether anything lies in a folder that its owner would miss."""
    return any(not one.name.endswith(_NOBODYS) for one in folder.iterdir())


def _names_of(scope: Scope) -> str:
    # ASCII escapes carry lone surrogates, which UTF-8 cannot.
    return json.dumps({"user": scope.user, "character": scope.character}, indent=1)


def _as_read(scope: Scope) -> Scope:
    """Return the names as a file gives them back: halves of a character are joined."""
    return Scope(**json.loads(_names_of(scope)))


def _write_names(folder: Path, scope: Scope, *, anew: bool) -> None:
    """Write the names in one step, so that no half file is ever read."""
    draft = folder / f"{NAMES_FILE}.{os.getpid()}-{get_ident()}.tmp"
    make_private_file(draft)
    try:
        draft.write_text(_names_of(scope), encoding="ascii")
        names = folder / NAMES_FILE
        if anew or _owner(folder) is None:
            # Damaged names of nothing; or there are none yet.
            _put(draft, names, over=anew or names.exists())
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, names: Path, *, over: bool) -> None:
    """Give a file its name; never one that another program just gave, if it can be."""
    if not over:
        try:
            names.hardlink_to(draft)
        except FileExistsError:
            return
        except OSError:
            pass  # Memory sticks (FAT) have no second names for a file.
        else:
            return
    draft.replace(names)
