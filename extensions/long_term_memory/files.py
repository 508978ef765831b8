"""Files and folders of ours: names that are safe anywhere, owners, and locks.

Owns: names made of what people call things, who may read what is made, and locks that
the kernel releases when a process ends, however it ends.
Knows nothing of: what is in any file, which folders there are.
"""

from __future__ import annotations

import os
import sys
import time
from base64 import b32encode
from contextlib import suppress
from errno import ENOTDIR
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from types import TracebackType
from unicodedata import normalize

from .errors import StoreError

_SLUG_LENGTH = 48
# Windows takes these for devices, whatever follows after a dot.
_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
_DEVICES = frozenset({"con", "prn", "aux", "nul", *_PORTS})
_RETRY_SECONDS = 0.01


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


def write_new_file(file: Path, text: str) -> None:
    """Write a text into a new file that only its owner can read; folders are made.

    Raises:
        FileExistsError: There is one already; it is left as it is.
    """
    make_private_folder(file.parent)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


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

    def __init__(self, file: Path, *, make: bool = True, new: bool = False) -> None:
        """Name the file; it is made when the lock is first taken, and stays.

        Args:
            file: The lock's own.
            make: Whether it may be made; else one that is not there is nobody's, and
                not a byte is changed.
            new: Nothing has this name yet.
        """
        self._file = file
        self._make = make
        self._new = new
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
            if self._new or not os.path.exists(self._file):  # noqa: PTH110 - for each
                if self._make:
                    make_private_file(self._file)
            elif not os.path.isfile(self._file):  # noqa: PTH113 - opening of a bank
                raise StoreError(f"{self._file} is not a file. Move it away.")
            return os.open(self._file, os.O_RDWR if self._make else os.O_RDONLY)
        except OSError as error:
            raise _no_lock(self._file, error) from error


class NumberedLocks:
    """Many locks between processes in one file, told apart by number.

    The kernel releases them when their holder ends. The threads of one process do not
    exclude each other, and no other handle to the file may be closed there.
    """

    def __init__(self, file: Path) -> None:
        """Name the file; it is made when the first lock is taken, and stays."""
        self._file = file
        self._opening = Lock()
        self._handle: int | None = None

    def take(self, number: int) -> None:
        """Take a lock, as soon as no other process has it.

        Raises:
            StoreError: The locks' file cannot be opened.
        """
        _lock_number(self._opened(), number)

    def release(self, number: int) -> None:
        """Let go of a lock that was taken."""
        _unlock_number(self._opened(), number)

    def close(self) -> None:
        """Let go of all of them."""
        with self._opening:
            if self._handle is not None:
                os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        if self._handle is not None:
            return self._handle
        with self._opening:
            if self._handle is None:
                try:
                    if not self._file.exists():
                        make_private_file(self._file)
                    self._handle = os.open(self._file, os.O_RDWR)
                except OSError as error:
                    raise _no_lock(self._file, error) from error
            return self._handle


def _no_lock(file: Path, error: OSError) -> StoreError:
    return StoreError(
        f"Cannot lock {file}: {error.strerror}. Make its folder writable."
    )


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

    # Of all threads of a process one at a time moves the handle.
    _moving = Lock()

    def _lock_number(handle: int, number: int) -> None:
        while True:
            with _moving, suppress(OSError):
                os.lseek(handle, number, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                return
            time.sleep(_RETRY_SECONDS)

    def _unlock_number(handle: int, number: int) -> None:
        with _moving:
            os.lseek(handle, number, os.SEEK_SET)
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

    def _lock_number(handle: int, number: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_EX, 1, number)

    def _unlock_number(handle: int, number: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_UN, 1, number)
