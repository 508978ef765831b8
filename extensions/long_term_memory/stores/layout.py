"""Where things lie on disk: folders of banks, and locks between processes.

Owns: folder names that are safe for any name, who may read them, and locks that the
kernel releases when a process ends, however it ends.
Knows nothing of: what is stored in a bank's folder.

    <data>/<user>-<hash>/<character>-<hash>/bank.json     the real names
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from base64 import b32encode
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from unicodedata import normalize

from ..core.types import Scope
from ..errors import StoreError

NAMES_FILE = "bank.json"
_SLUG_LENGTH = 48
_RETRY_SECONDS = 0.01

logger = logging.getLogger("long_term_memory")


def folder_name(name: str) -> str:
    """Return a folder name for any name: readable, and different for every other.

    At most 60 characters, lower case, of letters, digits and `-`. The hash is of the
    exact name, so names that differ in case alone differ on every file system, and
    no name is a device or leads out of the folder.
    """
    letters = normalize("NFC", normalize("NFKC", name).lower())
    words = "".join(c if c.isalnum() else " " for c in letters).split()
    slug = "-".join(words)[:_SLUG_LENGTH].strip("-") or "unnamed"
    exact = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=5).digest()
    return f"{slug}-{b32encode(exact).decode('ascii').lower()}"


def bank_folder(data_dir: Path, scope: Scope) -> Path:
    """Return where a bank lies; it need not exist."""
    return data_dir / folder_name(scope.user) / folder_name(scope.character)


def make_bank_folder(data_dir: Path, scope: Scope) -> Path:
    """Make a bank's folder, for its owner's eyes only, and note the real names in it.

    Raises:
        StoreError: The folder cannot be made or written.
    """
    folder = bank_folder(data_dir, scope)
    try:
        for one in (data_dir, folder.parent, folder):
            make_private_folder(one)
        if not (folder / NAMES_FILE).exists():
            _write_names(folder, scope)
    except OSError as error:
        raise StoreError(
            f"Cannot use the folder {folder}: {error.strerror}. Make it writable, or "
            "choose another data directory."
        ) from error
    return folder


def scopes(data_dir: Path) -> list[Scope]:
    """Return the banks that exist, by their real names, sorted."""
    found = []
    for file in data_dir.glob(f"*/*/{NAMES_FILE}"):
        scope = read_names(file.parent)
        if scope is not None and bank_folder(data_dir, scope) == file.parent:
            found.append(scope)
        else:
            logger.warning("%s does not name the bank it lies in: left out", file)
    return sorted(found, key=lambda scope: (scope.user, scope.character))


def read_names(folder: Path) -> Scope | None:
    """Return whose memory a bank's folder holds; None if it does not say."""
    try:
        # Of a pipe one would wait for ever for somebody who writes.
        if not (folder / NAMES_FILE).is_file():
            return None
        names = json.loads((folder / NAMES_FILE).read_text(encoding="ascii"))
        return Scope(user=str(names["user"]), character=str(names["character"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can open, where the system knows owners."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
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


def _write_names(folder: Path, scope: Scope) -> None:
    """Write the names in one step, so that no half file is ever read."""
    draft = folder / f"{NAMES_FILE}.{os.getpid()}.tmp"
    names = {"user": scope.user, "character": scope.character}
    make_private_file(draft)
    # ASCII escapes carry lone surrogates, which UTF-8 cannot.
    draft.write_text(json.dumps(names, indent=1), encoding="ascii")
    draft.replace(folder / NAMES_FILE)
