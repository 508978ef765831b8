"""A bank in one folder: SQLite holds the truth, zarr the vectors in bulk.

Owns: opening a bank safely, and putting its parts together.
Knows nothing of: who uses it.

    <bank>/memory.sqlite3     messages, paths, words, hand-written parts, new vectors
    <bank>/embeddings.zarr/   vectors in bulk; can be deleted at any time
    <bank>/*.lock             held while opening, by whoever has it open, and by the
                              writer of the bulk store
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import NamedTuple

from ...core.records import ROUND
from ...errors import StoreError
from ...files import FileLock, make_private_folder
from ..encryption.cipher import META
from ..encryption.user_key import KeySource, no_key
from .annotations import SqliteAnnotations
from .backups import KEPT, keep_before
from .bank_key import bind_names, cipher_of, encrypt_if_empty
from .chats import SqliteChats
from .closed import ClosingBank
from .database import Database, Outcome, no_room, translated
from .emotions import SqliteEmotions
from .erasure import SqliteErasure
from .full_text import SqliteFullText
from .handles import Handles, none_left, out_of_handles, with_handles
from .holders import OpenHandle
from .messages import SqliteMessages
from .metadata import SqliteMetadata
from .recovery import look_first
from .replacement import DATABASE_FILE, VECTORS_FOLDER
from .schema import MIGRATIONS, Migration, marks_of, migrate
from .summaries import SqliteSummaries
from .values import check_values
from .vectors import SqliteVectors

_FILES = (f"{DATABASE_FILE}*", "replace.json*")
_ID_AND_ROUND = (
    "(SELECT id FROM messages WHERE row = {row}), "
    "(SELECT value FROM meta WHERE key = '{key}')"
)
_NEWEST = (
    f"SELECT last, {_ID_AND_ROUND.format(row='last', key=ROUND)} "
    "FROM (SELECT coalesce(max(row), 0) AS last FROM messages)"
)
_PRAGMAS = (
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384"
)
_STILL = f"SELECT {_ID_AND_ROUND.format(row='?', key=ROUND)}"


class _Newest(NamedTuple):
    """How far a bank goes: the row of its last message, its id, and forgettings."""

    row: int
    known: object
    forgettings: int


class SqliteBank:
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
        self._database = database
        self._folder = folder
        self._backups_kept = backups_kept
        self.messages = SqliteMessages(database)
        self.chats = SqliteChats(database, self.messages)
        self.emotions = SqliteEmotions(database)
        self.full_text = SqliteFullText(database)
        self.annotations = SqliteAnnotations(database)
        self.summaries = SqliteSummaries(database)
        self.metadata = SqliteMetadata(database)
        self.vectors = SqliteVectors(
            database,
            bulk=folder / VECTORS_FOLDER,
            lock=folder / "vectors.lock",
            patience_seconds=patience_seconds,
        )
        self.vectors.repairs += mended
        self.erasure = SqliteErasure(database, self.vectors, folder=folder)

    @property
    def in_clear(self) -> bool:
        """Whether texts lie in it as they were said."""
        return not self._database.cipher.secret

    def check_values(self) -> None:
        """Read everything once; takes a while.

        Raises:
            StoreCorrupt: Something in it makes no sense.
        """
        with self._database.reading():
            check_values(
                self._database.connection,
                self._database.path,
                secret=self._database.cipher.secret,
            )

    def close(self) -> None:
        """Let go of files; later calls raise StoreError."""
        self.full_text.let_go()
        self._database.close()

    def rest(self) -> bool:
        """Let go of files until the next call; False if they are in use now."""
        return self._database.rest()

    def in_place(self) -> bool:
        """Whether the files are still where they were opened."""
        return self._database.in_place()

    def repairs(self) -> list[str]:
        """Return what had to be mended since the bank was opened, for people."""
        self._database.check_open()
        return list(self.vectors.repairs)

    def back_up(self, change: str) -> str:
        """Back the bank up before a change; say where, or nothing if it is off."""
        self._database.check_open()
        kept = keep_before(self._folder, change, keep=self._backups_kept)
        return "" if kept is None else str(kept)

    def data_version(self) -> int:
        """Return a number that changes when another process wrote."""
        return self._database.others_version()

    def reading(self) -> AbstractContextManager[None]:
        """Let all reads inside see one state; may be nested."""
        return self._database.reading()

    def exclusive(self) -> AbstractContextManager[None]:
        """Let nobody else write meanwhile; all writes inside hold, or none."""
        return self._database.exclusive()

    def derived(self) -> AbstractContextManager[None]:
        """As `exclusive`, for what can be made again; nobody waits for the disk."""
        return self._database.derived()


def open_bank(
    folder: Path,
    *,
    busy_timeout_seconds: float = 5.0,
    backups_kept: int = KEPT,
    migrations: Sequence[Migration] = MIGRATIONS,
    keys: KeySource = no_key,
    handles: Handles | None = None,
    outcome: Outcome | None = None,
    closing: ClosingBank | None = None,
) -> SqliteBank:
    """Open the bank in a folder, or make it.

    Args:
        folder: The bank's own folder.
        busy_timeout_seconds: How long to wait for another program's write.
        backups_kept: How many automatic backups stay.
        migrations: All steps from an empty file to the newest schema.
        keys: Finds the user's key; with one, a bank that is empty gets encrypted.
        handles: Closes banks at rest to make room for this one, and this one in turn.
        outcome: Told of each write, with the error if it failed.
        closing: Notes what a bank was when it was closed.

    Raises:
        EncryptionError: It is encrypted, and its key is not there.
        OutOfHandles: Too many files are open.
        StoreError: Locked, not permitted, or the disk is full.
        StoreCorrupt: The file is damaged or another program's; it is left as it is.
        SchemaVersion: A newer version wrote it; it is left as it is.
    """
    opening = _Opening(
        folder,
        busy_timeout_seconds=busy_timeout_seconds,
        backups_kept=backups_kept,
        migrations=migrations,
        keys=keys,
        handles=handles or Handles(),
        outcome=outcome,
        closing=closing,
    )
    database = opening.open()
    return SqliteBank(
        database,
        folder,
        patience_seconds=busy_timeout_seconds,
        backups_kept=backups_kept,
        mended=opening.mended,
    )


class _Opening:
    """The steps by which one bank is opened, at first and after each rest."""

    def __init__(
        self,
        folder: Path,
        *,
        busy_timeout_seconds: float,
        backups_kept: int,
        migrations: Sequence[Migration],
        keys: KeySource,
        handles: Handles,
        outcome: Outcome | None,
        closing: ClosingBank | None,
    ) -> None:
        """Remember how; see `open_bank`."""
        self._folder = folder
        self._path = folder / DATABASE_FILE
        self._patience_seconds = busy_timeout_seconds
        self._backups_kept = backups_kept
        self._migrations = migrations
        self._keys = keys
        self._handles = handles
        self._outcome = outcome
        self._closing = closing or ClosingBank(self._path, lambda left: None)
        self._holder: OpenHandle | None = None
        self._newest = _Newest(0, None, 0)
        self.mended: list[str] = []

    def open(self) -> Database:
        """Open it the first time."""
        database = with_handles(self._handles, self._path, lambda: self._connected())
        if self._outcome is not None:
            database.outcome = self._outcome
        database.keep_place()
        database.may_rest(
            lambda: self._again(database),
            lambda: self._let_go(database),
            self._closing.left,
        )
        self._handles.opened(database)
        return database

    def _again(self, resting: Database) -> Database:
        """Open it after a rest, if it is still the bank that went to rest.

        Another program may have put another file there meanwhile, even one with the
        number of the former; messages are only ever added, and lose their ids when
        they are forgotten.
        """
        fresh = with_handles(
            self._handles, self._path, lambda: self._connected(resting)
        )
        try:
            if not (fresh.is_as_left or self._is_same(fresh)):
                raise resting.moved()
        except BaseException:
            self._release()
            fresh.close()
            raise
        self._handles.opened(resting)
        return fresh

    def _is_same(self, fresh: Database) -> bool:
        """Whether a file goes on from what the bank was when it went to rest."""
        row, known, rounds = self._newest
        [(found, told)] = fresh.all(_STILL, (row,))
        return found == known or (
            found is not None and _forgettings(fresh, told) > rounds
        )

    def _let_go(self, database: Database) -> None:
        """Note how far the bank goes, just before its file is closed."""
        with suppress(StoreError):
            [(row, known, told)] = database.all(_NEWEST)
            self._newest = _Newest(row, known, _forgettings(database, told))
            self._closing.leaves(database)
        self._release()
        self._handles.closed(database)

    def _release(self) -> None:
        if self._holder is not None:
            self._holder.release()

    def _connected(self, resting: Database | None = None) -> Database:
        try:
            return self._connected_as_it_is(resting)
        except OSError as error:
            # It may be taken away at any moment, in the middle of this too.
            raise StoreError(
                f"Cannot use the folder {self._folder}: {error.strerror}. Make it "
                "writable, or choose another data directory."
            ) from error

    def _connected_as_it_is(self, resting: Database | None) -> Database:
        # One that is watched was made already: if it is gone, it was taken away.
        if self._outcome is None:
            make_private_folder(self._folder)
        # One at a time: SQLite does not wait for others while it turns to WAL.
        lock = FileLock(self._folder / "open.lock")
        if not lock.acquire(timeout_seconds=self._patience_seconds):
            raise StoreError(
                f"Another program is opening {self._folder}. Try again soon."
            )
        with lock:
            bare = not (os.path.lexists(self._path) or _begun(self._folder))
            try:
                return self._migrated_or_alone(resting)
            except BaseException:
                if bare:
                    _clear(self._folder)
                raise

    def _migrated_or_alone(self, resting: Database | None) -> Database:
        """Open it; on a full disk at least so that it can be read.

        The index of the journal is a file that all who have the bank open share. Who
        has the bank alone needs none: nobody else can open it meanwhile.
        """
        self.mended += look_first(self._folder)
        try:
            return self._migrated(resting)
        except StoreError as error:
            if not (self._path.stat().st_size and no_room(error)):
                raise
            return self._migrated(resting, alone=True)

    def _migrated(self, resting: Database | None, *, alone: bool = False) -> Database:
        """Open it and see that it is what we made.

        Of one that rests, and is as it was left, that is known.
        """
        database = Database(self._path, busy_timeout_seconds=self._patience_seconds)
        try:
            if alone:
                database.all("PRAGMA locking_mode = EXCLUSIVE")
            if resting is not None and self._goes_on(resting, database):
                self._holder = OpenHandle(self._folder)
                return database
            # Before anything is written: who has no key must not change it.
            with database.alone():
                marks = marks_of(database.connection, self._path)
            database.cipher = cipher_of(database, self._keys, marks)
            database.check_place()
            migrate(
                database,
                self._migrations,
                back_up=lambda: keep_before(
                    self._folder, "update", keep=self._backups_kept
                ),
                marks=marks,
            )
            _set_up(database)
            database.check_place()
            encrypt_if_empty(database, self._keys)
            bind_names(database, self._keys)
            self._holder = OpenHandle(self._folder)
        except BaseException:
            database.close()
            raise
        return database

    def _goes_on(self, resting: Database, fresh: Database) -> bool:
        """Go on with a bank as it was left, and say whether it is.

        An empty one may have to be encrypted now, and an encrypted one needs its key.
        """
        if not resting.goes_on_with(fresh):
            return False
        if not self._newest.row or resting.cipher.secret:
            return False
        _set_for_connection(fresh)
        fresh.check_place()
        return True


def _forgettings(database: Database, told: str | bytes | None) -> int:
    """Return how often something was forgotten in a bank, by its note about that."""
    if told is None:
        return 0
    text = database.cipher.unseal_text(told, META, ROUND)
    return int(text) if text.isdecimal() else 0


def _begun(folder: Path) -> list[Path]:
    """Return whatever is there of a bank, or of a replacement of one."""
    return [path for what in _FILES for path in folder.glob(what)]


def _clear(folder: Path) -> None:
    """Leave no empty bank where none was before and none could be begun."""
    with suppress(OSError):
        for path in sorted(_begun(folder), reverse=True):
            path.unlink()


def _set_for_connection(database: Database) -> None:
    """Set what holds for a connection alone."""
    with translated(database.path):
        database.connection.executescript(_PRAGMAS)


def _set_up(database: Database) -> None:
    """Set what holds for a connection, and WAL, which holds for the file."""
    with translated(database.path):
        [(mode,)] = database.connection.execute("PRAGMA journal_mode = WAL").fetchall()
        # Some network drives cannot have it; but neither can we without files left.
        database.is_ahead = mode == "wal"
        if not database.is_ahead and none_left():
            raise out_of_handles(database.path)
        _set_for_connection(database)
        # The journal is opened by whoever reads first: that had better fail here.
        database.read_first()
