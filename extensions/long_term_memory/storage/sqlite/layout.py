"""Where things lie on disk: folders of banks, and locks between processes.

Owns: folder names that are safe for any name, who may read them, and locks that the
kernel releases when a process ends, however it ends.
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
import sys
import time
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EMFILE, ENFILE, ENOTDIR
from hashlib import blake2b
from itertools import count
from pathlib import Path
from threading import get_ident
from types import TracebackType
from unicodedata import normalize

from ...core.types import Scope
from ...errors import StoreError
from .handles import out_of_handles

NAMES_FILE = "bank.json"
_SLUG_LENGTH = 48
# Windows takes these for devices, whatever follows after a dot.
_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
_DEVICES = frozenset({"con", "prn", "aux", "nul", *_PORTS})
_RETRY_SECONDS = 0.01
# Locks, drafts, vectors, and names that cannot be read.
_NOBODYS = (".lock", ".tmp", ".zarr", NAMES_FILE)
_NAMELESS = (
    "{folder} holds memories, but its bank.json is missing or damaged, so nobody can "
    "tell whose they are. If they belong to this user and character, write {names} "
    "into its bank.json; else move the folder away."
)

logger = logging.getLogger("long_term_memory")


def folder_name(name: str) -> str:
    """Return a folder name for any name: readable, and different for every other.

    At most 60 characters, lower case, of letters, digits and `-`. The hash is of the
    exact name, so names that differ in case alone differ on every file system, and
    no name is a device or leads out of the folder.
    """
    return f"{_slug(name)}-{_mark(name)}"


def log_name(chat: str, title: str) -> str:
    """Return a file name for a chat's log: readable, and another for every chat.

    It ends with `log_ending(chat)`, whatever the title; no title makes it a device.
    """
    slug = _slug(title)
    # A dot follows, and "nul.txt" is as much a device as "nul".
    return f"{slug}{'-' * (slug in _DEVICES)}{log_ending(chat)}"


def log_ending(chat: str) -> str:
    """Return how the file name of a chat's log ends, by our id of the chat."""
    return f".{_mark(chat)}.jsonl"


def _slug(name: str) -> str:
    letters = normalize("NFC", normalize("NFKC", name).lower())
    words = "".join(c if c.isalnum() else " " for c in letters).split()
    return "-".join(words)[:_SLUG_LENGTH].strip("-") or "unnamed"


def _mark(name: str) -> str:
    exact = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=5).digest()
    return b32encode(exact).decode("ascii").lower()


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


def scopes(data_dir: Path) -> list[Scope]:
    """Return the banks that exist, by their real names, sorted.

    Raises:
        StoreError: The folder cannot be looked at.
    """
    found = []
    with _told(data_dir):
        files = [*data_dir.glob(f"*/*/{NAMES_FILE}")]
    for file in files:
        folder = file.parent
        scope = read_names(folder)
        if scope is not None and _leads_to(folder, data_dir, scope):
            found.append(scope)
        else:
            logger.warning("%s does not name the bank it lies in: left out", file)
    return sorted(found, key=lambda scope: (scope.user, scope.character))


def read_names(folder: Path) -> Scope | None:
    """Return whose memory a bank's folder holds; None if it does not say."""
    try:
        return _owner(folder)
    except OSError:
        return None


def make_private_folder(folder: Path, *, parents: bool = True) -> None:
    """Make a folder that only its owner can open, where the system knows owners.

    Args:
        folder: The folder.
        parents: Make those above as well. Not where they are known to have been
            there: if they are gone, it is not for us to put others in their place.
    """
    if folder.is_dir():
        return
    if parents:
        make_private_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(folder)) from None
    # A umask takes bits away from the mode, even the owner's.
    _give_mode(folder, 0o700)


def make_private_file(file: Path) -> None:
    """Make an empty file that only its owner can read, unless it exists."""
    if not file.exists():
        file.touch(mode=0o600)
        _give_mode(file, 0o600)


def make_private(path: Path) -> None:
    """Let only its owner use what another library made."""
    _give_mode(path, 0o700 if path.is_dir() else 0o600)


def _give_mode(path: Path, mode: int) -> None:
    """Set who may use what was just made; memory sticks (FAT) know nobody."""
    with suppress(PermissionError):
        path.chmod(mode)


class FileLock:
    """A lock between processes; the kernel releases it when its holder ends.

    Two locks on one file exclude each other inside one process too.
    """

    def __init__(self, file: Path, *, make: bool = True) -> None:
        """Name the file; it is made when the lock is first taken, and stays.

        Args:
            file: The lock's own.
            make: Whether it may be made; else one that is not there is nobody's, and
                not a byte is changed.
        """
        self._file = file
        self._make = make
        self._handle: int | None = None

    def acquire(self, *, timeout_seconds: float = 0) -> bool:
        """Take the lock; False if another holds it longer than that.

        Raises:
            StoreError: The lock's file cannot be opened.
        """
        if not self._make and not self._file.exists():
            return True
        handle = self._open()
        until = time.monotonic() + timeout_seconds
        while not _lock(handle):
            if time.monotonic() >= until:
                os.close(handle)
                return False
            time.sleep(_RETRY_SECONDS)
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go; does nothing if it is not held."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            _unlock(handle)
            os.close(handle)

    def __enter__(self) -> FileLock:
        """Use `with` after `acquire`, to release whatever happens."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _open(self) -> int:
        try:
            if self._file.exists() and not self._file.is_file():
                raise StoreError(f"{self._file} is not a file. Move it away.")
            if not self._make:
                return os.open(self._file, os.O_RDONLY)
            make_private_file(self._file)
            return os.open(self._file, os.O_RDWR)
        except OSError as error:
            raise StoreError(
                f"Cannot lock {self._file}: {error.strerror}. Make its folder writable."
            ) from error


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        # Not lockf: its locks are a process's, and fall when any handle is closed.
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


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
