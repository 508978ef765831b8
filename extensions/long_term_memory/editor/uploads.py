"""Files that were handed over on the page and wait to be imported.

Owns: the private folder in which they wait, whose they are, and that they are gone
    after the import, when the page is closed, after a while, and with the program.
Knows nothing of: Gradio, what is in the files.

Gradio keeps uploads where every account of the machine may look, for good.
"""

from __future__ import annotations

import atexit
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Lock, Thread
from uuid import uuid4

from ..errors import StoreError
from ..files import FileLock, make_private, make_private_folder

UPLOADS = "uploads"
# Long enough to read what an import would bring and to go on; then nobody comes back.
KEPT_SECONDS = 3_600.0
SWEEP_SECONDS = 600.0
MOST_NAME_LETTERS = 120
LANDING = "landing"
_LOCK = "in-use.lock"


def clear_leftovers(data_dir: Path) -> None:
    """Remove the uploads of programs that ended without a chance to."""
    for folder in sorted((data_dir / UPLOADS).glob("*")):
        lock = FileLock(folder / _LOCK)
        with suppress(StoreError):
            if folder.is_symlink() or not folder.is_dir() or not lock.acquire():
                continue
            # Windows removes no file that is open; nobody takes a lock of the dead.
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (data_dir / UPLOADS).rmdir()


class Uploads:
    """What was handed over to one page, by visitor."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        """Keep nothing yet; the folder is made when it is first needed.

        Args:
            data_dir: Where memories are kept.
            clock: Seconds, as the times of files count them.
        """
        self._data_dir = data_dir
        self._clock = clock
        self._guard = Lock()
        self._folder: Path | None = None
        self._in_use: FileLock | None = None
        self._kept: dict[Path, str] = {}
        self._held: set[Path] = set()
        self._closed = Event()

    @property
    def folder(self) -> Path:
        """The folder of this page alone; only this account can open it."""
        with self._guard:
            if self._folder is None:
                self._folder = self._made()
                self._closed = Event()
                atexit.register(self.close)
                Thread(
                    target=self._sweep_now_and_then,
                    args=(self._closed,),
                    name="ltm-uploads",
                    daemon=True,
                ).start()
            return self._folder

    @property
    def landing(self) -> Path:
        """The folder that Gradio may have for itself, where it is ours to choose."""
        return self.folder / LANDING

    def take(self, visitor: str, files: Iterable[Path]) -> list[str]:
        """Move files here, for one who visits the page; return where they are.

        A file that cannot be moved is left out.
        """
        self.sweep()
        taken = []
        for file in files:
            place = self.folder / uuid4().hex / _safe_name(file.name)
            with suppress(OSError):
                make_private_folder(place.parent)
                shutil.move(file, place)
                make_private(place)
                with self._guard:
                    self._kept[place] = visitor
                taken.append(str(place))
            with suppress(OSError):
                # Gradio makes a folder for each.
                file.parent.rmdir()
        return taken

    def waiting(self, visitor: str) -> list[str]:
        """Return what one who visits has handed over and nobody has removed."""
        with self._guard:
            kept = dict(self._kept)
        return [
            str(file)
            for file, whose in kept.items()
            if whose == visitor and file.is_file()
        ]

    def done(self, files: Sequence[Path]) -> None:
        """Remove files that lie here; any other stays as it is."""
        with self._guard:
            mine = [file for file in files if file in self._kept]
            for file in mine:
                del self._kept[file]
        for file in mine:
            shutil.rmtree(file.parent, ignore_errors=True)

    @contextmanager
    def held(self, files: Sequence[Path]) -> Iterator[None]:
        """Keep files for as long as they are being read, whoever leaves."""
        self._held |= set(files)
        try:
            yield
        finally:
            self._held -= set(files)

    def leave(self, visitor: str) -> None:
        """Remove what one handed over who has closed the page."""
        mine = {Path(file) for file in self.waiting(visitor)}
        self.done(sorted(mine - self._held))

    def sweep(self) -> None:
        """Remove what has waited too long, and what was sent and never named."""
        until = self._clock() - KEPT_SECONDS
        spared = {_LOCK, LANDING, *(file.parent.name for file in self._held)}
        for place in (*self.folder.glob("*"), *self.landing.glob("*")):
            with suppress(OSError):
                if place.name in spared or place.stat().st_mtime > until:
                    continue
                if place.is_dir():
                    shutil.rmtree(place, ignore_errors=True)
                else:
                    place.unlink()

    def close(self) -> None:
        """Remove everything; does nothing the second time."""
        with self._guard:
            folder, self._folder = self._folder, None
            lock, self._in_use = self._in_use, None
            self._kept.clear()
            self._closed.set()
        if folder is None:
            return
        atexit.unregister(self.close)
        if lock is not None:
            lock.release()
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent.name == UPLOADS:
            with suppress(OSError):
                folder.parent.rmdir()

    def _made(self) -> Path:
        """Make the folder; beside temporary files if memories cannot be written."""
        folder = self._data_dir / UPLOADS / f"{os.getpid()}-{uuid4().hex[:8]}"
        try:
            for one in (self._data_dir, folder.parent, folder):
                make_private_folder(one)
            self._in_use = FileLock(folder / _LOCK)
            self._in_use.acquire()
        except (OSError, StoreError):
            return Path(mkdtemp(prefix="ltm-uploads-"))
        return folder

    def _sweep_now_and_then(self, closed: Event) -> None:
        while not closed.wait(SWEEP_SECONDS):
            self.sweep()


def _safe_name(name: str) -> str:
    """Return a file's name so that it is one everywhere; its ending stays."""
    letters = "".join(
        c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name
    )
    kept = "".join(letters).strip(". ")[-MOST_NAME_LETTERS:]
    return kept.encode("utf-8", "replace").decode() or "file"
