"""The file of what clients keep: where it lies, and opening it.

Owns: that it is made private, opened by one program at a time, watched, or copied for
    who only looks.
Knows nothing of: what is in it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import Final

from ...errors import StoreError
from ...files import FileLock, make_private_file, make_private_folder
from .database import Database, translated
from .home import Home
from .recovery import FOREIGN, check_files, look_at_journal, refusal
from .schema import migrate
from .snapshot import check_copy, copy_database

FILE_NAME: Final = "collections.sqlite3"
# No user's folder has a dot in its name.
ASIDE: Final = "collections.set-aside-"
BUSY_SECONDS: Final = 5.0


class CollectionFile:
    """Opens the file when it is first needed, and anew if it was moved away."""

    def __init__(
        self,
        data_dir: Path,
        *,
        busy_timeout_seconds: float,
        migrations: Sequence[Callable[[sqlite3.Connection], None]],
        home: Home | None,
        copy_of: Path | None,
        opened: Callable[[], None],
    ) -> None:
        """Remember how; see `SqliteCollections`.

        Args:
            data_dir: Where it lies.
            busy_timeout_seconds: Longest wait for another program.
            migrations: All steps to the newest schema.
            home: The same folder, as it is watched by who has it in use.
            copy_of: A file that is copied here when it is first asked for.
            opened: Called when the file was opened.
        """
        self.path = data_dir / FILE_NAME
        self._home = home or Home(data_dir)
        self._copy_of = copy_of
        self._migrations = migrations
        self._patience_seconds = busy_timeout_seconds
        self._told = opened
        self._lock = RLock()
        self._opened: Database | None = None

    def close(self) -> None:
        """Close it; the next call opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def is_there(self) -> bool:
        """Say whether there is a file; who looks at a copy makes it now."""
        if self._copy_of is None or self.path.exists():
            return self.path.exists()
        if not os.path.lexists(self._copy_of):
            return False
        copy_database(self._copy_of, self.path)
        check_copy(self.path, self._copy_of)
        return True

    def database(self) -> Database:
        """Open the file if it is not open.

        Raises:
            StoreError: Locked, not permitted, or the disk is full.
            StoreCorrupt: The file is damaged or another program's; it stays as it is.
            SchemaVersion: A newer version wrote it; it stays as it is.
        """
        with self._lock:
            if self._opened is not None and not self._opened.in_place():
                self.close()
            if self._opened is None:
                with self._home.opening(FILE_NAME):
                    self._opened = self._open()
                self._opened.keep_place()
                self._opened.outcome = self._home.wrote
                self._told()
            return self._opened

    def drop_asides(self) -> None:
        """Remove what was set aside when other texts took its place: it remembers."""
        for aside in self.path.parent.glob(f"{ASIDE}*"):
            shutil.rmtree(aside, ignore_errors=True)

    def _open(self) -> Database:
        try:
            make_private_folder(self.path.parent)
            check_files(self.path)
            make_private_file(self.path)
        except OSError as error:
            raise StoreError(
                f"Cannot use {self.path}: {error.strerror}. Make its folder writable, "
                "or choose another data directory."
            ) from error
        lock = FileLock(self.path.with_name("collections.lock"))
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(f"Another program is opening {self.path}. Try again soon.")
        with lock:
            if FOREIGN in (found := look_at_journal(self.path)):
                raise refusal(self.path, found)
            database = Database(self.path, busy_timeout_seconds=self._patience_seconds)
            try:
                with translated(self.path):
                    database.connection.execute("PRAGMA secure_delete = ON").fetchall()
                    # Whoever reads first opens the journal.
                    database.connection.execute("PRAGMA user_version").fetchall()
                database.check_place()
                migrate(database, self._migrations, back_up=lambda: None)
                with translated(self.path):
                    for pragma in (
                        "journal_mode = WAL",
                        "synchronous = FULL",
                        "foreign_keys = ON",
                    ):
                        database.connection.execute(f"PRAGMA {pragma}").fetchall()
                database.check_place()
            except BaseException:
                database.close()
                raise
            return database
