"""Which server uses a folder of memories, told to whoever comes later.

Owns: the files `server.lock` and `server.json` in the folder.
Knows nothing of: what a server does. Several may use one folder; the first is told of.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import StoreError
from ..files import FileLock, make_private_file

LOCK: Final = "server.lock"
FILE: Final = "server.json"


class Running:
    """Says that a server runs, from `begin` until `end` or the end of the process."""

    def __init__(self, data_dir: Path) -> None:
        """Name the folder of the memories, which exists."""
        self._file = data_dir / FILE
        self._lock = FileLock(data_dir / LOCK)
        self._is_told = False

    def begin(self, root: str) -> str:
        """Tell where the server is, unless another one is there before it.

        Args:
            root: Its address, such as "http://127.0.0.1:5100".

        Returns:
            The other's address; "somewhere" if it did not tell; "" if there is none.

        Raises:
            StoreError: The folder cannot be written.
        """
        if not self._lock.acquire():
            return _address_in(self._file) or "somewhere"
        try:
            make_private_file(self._file)
            self._file.write_text(json.dumps({"root": root}), "utf-8")
        except OSError as error:
            self._lock.release()
            raise StoreError(f"{self._file} cannot be written: {error}.") from error
        self._is_told = True
        return ""

    def end(self) -> None:
        """Tell it no longer."""
        if self._is_told:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)
            self._lock.release()
            self._is_told = False


def running_at(data_dir: Path) -> str:
    """Return the address of the server that uses a folder; "" if none does."""
    lock = FileLock(data_dir / LOCK, make=False)
    try:
        if lock.acquire():
            lock.release()
            return ""
    except StoreError:
        return ""
    return _address_in(data_dir / FILE)


def _address_in(file: Path) -> str:
    try:
        root = str(json.loads(file.read_text("utf-8"))["root"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return root if root.startswith("http://") else ""
