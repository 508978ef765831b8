"""A bank in one folder: SQLite holds the truth, zarr the vectors in bulk.

Owns: opening a bank safely, and putting its parts together.
Knows nothing of: who uses it.

    <bank>/memory.sqlite3     messages, paths, words, hand-written parts, new vectors
    <bank>/embeddings.zarr/   vectors in bulk; can be deleted at any time
    <bank>/*.lock             held while opening, by whoever has it open, and by the
                              writer of the bulk store
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ..errors import StoreError
from .asides import DATABASE_FILE, VECTORS_FOLDER
from .backup import KEPT, keep_before
from .chats import ChatPart
from .database import Database, translated
from .forgetting import ForgettingPart
from .hand import HandPart
from .holders import Holder
from .keyring import bind_names, cipher_of, encrypt_if_empty
from .layout import FileLock, make_private_folder
from .messages import MessagePart
from .rescue import look_first
from .schema import MIGRATIONS, Migration, migrate
from .summaries import SummaryPart
from .userkey import KeySource, no_key


class SqliteBank(ChatPart, MessagePart, HandPart, SummaryPart, ForgettingPart):
    """A bank in a folder; see `BankStore` for what its methods promise."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        *,
        patience_seconds: float,
        backups_kept: int,
        mended: Sequence[str] = (),
    ) -> None:
        """Use a migrated database in the bank's folder.

        Args:
            database: Migrated.
            folder: The bank's own folder.
            patience_seconds: How long to wait for another program's write.
            backups_kept: How many automatic backups stay.
            mended: What had to be mended before it could be opened, for people.
        """
        super().__init__(
            database,
            bulk=folder / VECTORS_FOLDER,
            lock=folder / "vectors.lock",
            patience_seconds=patience_seconds,
        )
        self._repairs += mended
        self._holder = Holder(folder)
        self._folder = folder
        self._backups_kept = backups_kept

    def close(self) -> None:
        """Let go of files; later calls raise StoreError."""
        self._drop_words()
        self._database.close()
        self._holder.release()

    def back_up(self, change: str) -> str:
        """Back the bank up before a change; say where, or nothing if it is off."""
        self._database.check_open()
        kept = keep_before(self._folder, change, keep=self._backups_kept)
        return "" if kept is None else str(kept)

    def data_version(self) -> int:
        """Return a number that changes when another process wrote."""
        [(version,)] = self._database.all("PRAGMA data_version")
        return int(version)

    def reading(self) -> AbstractContextManager[None]:
        """Let all reads inside see one state; may be nested."""
        return self._database.reading()

    def exclusive(self) -> AbstractContextManager[None]:
        """Let nobody else write meanwhile; all writes inside hold, or none."""
        return self._database.exclusive()


def open_bank(
    folder: Path,
    *,
    busy_timeout_seconds: float = 5.0,
    backups_kept: int = KEPT,
    migrations: Sequence[Migration] = MIGRATIONS,
    keys: KeySource = no_key,
) -> SqliteBank:
    """Open the bank in a folder, or make it.

    Args:
        folder: The bank's own folder.
        busy_timeout_seconds: How long to wait for another program's write.
        backups_kept: How many automatic backups stay.
        migrations: All steps from an empty file to the newest schema.
        keys: Finds the user's key; with one, a bank that is empty gets encrypted.

    Raises:
        EncryptionError: It is encrypted, and its key is not there.
        StoreError: Locked, not permitted, or the disk is full.
        StoreCorrupt: The file is damaged or another program's; it is left as it is.
        SchemaVersion: A newer version wrote it; it is left as it is.
    """
    path = folder / DATABASE_FILE
    try:
        make_private_folder(folder)
    except OSError as error:
        raise StoreError(
            f"Cannot use the folder {folder}: {error.strerror}. Make it writable, or "
            "choose another data directory."
        ) from error
    # One at a time: SQLite does not wait for others while it turns to WAL.
    lock = FileLock(folder / "open.lock")
    if not lock.acquire(timeout_seconds=busy_timeout_seconds):
        raise StoreError(f"Another program is opening {folder}. Try again soon.")
    with lock:
        mended = look_first(folder)
        database = Database(path, busy_timeout_seconds=busy_timeout_seconds)
        try:
            # Before anything is written: who has no key must not change it.
            database.cipher = cipher_of(database, keys)
            migrate(
                database,
                migrations,
                back_up=lambda: keep_before(folder, "update", keep=backups_kept),
            )
            _set_up(database)
            encrypt_if_empty(database, keys)
            bind_names(database, keys)
            return SqliteBank(
                database,
                folder,
                patience_seconds=busy_timeout_seconds,
                backups_kept=backups_kept,
                mended=mended,
            )
        except BaseException:
            database.close()
            raise


def _set_up(database: Database) -> None:
    """Set what holds for a connection, and WAL, which holds for the file."""
    with translated(database.path):
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -16384",
        ):
            database.connection.execute(f"PRAGMA {pragma}").fetchall()
