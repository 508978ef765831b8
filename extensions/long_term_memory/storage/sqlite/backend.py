"""Memories in a folder: each bank one of its own, with SQLite and zarr in it.

Owns: which folder a bank has, and what can be done with it beside opening it.
Knows nothing of: engines, settings.

    <data>/<user>/<character>/memory.sqlite3 …    one bank each
    <data>/backups/                               backups by hand
    <data>/collections.sqlite3                    what clients keep
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

from ...core.maintenance import Archive, Beside, Finding, LeftOut
from ...core.records import ModelInfo
from ...core.types import Scope
from ...errors import StoreError
from ...files import make_private_file, make_private_folder
from ..backend import Backups, Skipped
from ..chat_log import LOGS, LogFiles
from ..encryption.user_key import KeySource, no_key
from ..protocols import BankStore
from . import backups as backup
from . import collection_encrypting
from . import reencryption as encrypting
from .archive import UNFINISHED, check_archive, read_archive, write_archive
from .bank import open_bank
from .bank_key import is_encrypted
from .check import examine
from .closed import ClosedBanks
from .codec import unpack_text
from .collections import FILE_NAME, SqliteCollections
from .handles import MANY_FILES, Handles, affordable, with_handles
from .holders import holders
from .home import Home, shown_to_others
from .layout import KnownNames, bank_folder, make_bank_folder, scopes
from .left_out import left_out
from .repair import mend
from .replacement import DATABASE_FILE, fresh_aside, sync
from .rest import Rest, rest_of
from .snapshot import copy_folder, looking_at, named, scratch

Keys = Callable[[], KeySource]

# Whoever has a bank alone has it for long: the disk is full.
_LOG_PATIENCE_SECONDS = 0.5
_JOURNAL_FILE = f"{DATABASE_FILE}-wal"


class SqliteBackend:
    """A data directory; see `StorageBackend` for what its methods promise."""

    def __init__(
        self,
        data_dir: Path,
        *,
        keys: Keys = lambda: no_key,
        backups_kept: int = backup.KEPT,
        most_open_banks: int = MANY_FILES,
        careful: bool = False,
    ) -> None:
        """Look nowhere yet.

        Args:
            data_dir: Its folder; made when something is stored.
            keys: Returns what finds the user's key.
            backups_kept: How many automatic backups of a bank stay.
            most_open_banks: How many may be open at once.
            careful: Read all of a bank as it is opened.
        """
        self._home = Home(data_dir)
        self.collections = SqliteCollections(data_dir, keys=keys(), home=self._home)
        self.backups: Backups | None = SqliteBackups(data_dir, kept=backups_kept)
        self.checks = SqliteChecks(data_dir, keys)
        self.encryption = SqliteEncryption(data_dir, keys, self.collections)
        self._data_dir = data_dir
        self._keys = keys
        self._backups_kept = backups_kept
        self._handles = Handles(most_open_banks)
        self._closed = ClosedBanks()
        self._careful = careful
        self._looking = Lock()
        self._names: KnownNames = {}

    def scopes(self) -> list[Scope]:
        """Name the banks there are."""
        with self._looking:
            return scopes(self._data_dir, self._names)

    def holds(self, scope: Scope) -> bool:
        """Whether there is such a bank."""
        return (bank_folder(self._data_dir, scope) / DATABASE_FILE).exists()

    def open(self, scope: Scope) -> BankStore:
        """Open a bank, or make it."""
        with self._home.opening(f"{scope.user}\0{scope.character}"):
            folder = with_handles(
                self._handles,
                self._data_dir,
                lambda: make_bank_folder(self._data_dir, scope, within=True),
            )
            store = open_bank(
                folder,
                keys=self._keys(),
                backups_kept=self._backups_kept,
                handles=self._handles,
                outcome=self._home.wrote,
                closing=self._closed.of(scope, folder / DATABASE_FILE),
            )
        return checked(store) if self._careful else store

    def keeps_all(self, scope: Scope) -> bool:
        """Whether a closed bank keeps whatever is said, as far as a look tells."""
        path = bank_folder(self._data_dir, scope) / DATABASE_FILE
        return self._closed.keeps_all(scope, path)

    def chat_log(self, scope: Scope) -> LogFiles | None:
        """Return a bank's readable logs; what is encrypted has none."""
        folder = bank_folder(self._data_dir, scope)
        encrypted = is_encrypted(folder, patience_seconds=_LOG_PATIENCE_SECONDS)
        return None if encrypted else LogFiles(folder / LOGS)

    def changed_at(self, scope: Scope) -> float:
        """Return when a bank was changed last; 0 if nobody can tell."""
        try:
            folder = bank_folder(self._data_dir, scope)
        except StoreError:
            return 0.0
        times = [0.0]
        for name in (DATABASE_FILE, _JOURNAL_FILE):
            try:
                times.append((folder / name).stat().st_mtime)
            except OSError:
                continue
        return max(times)

    def at_rest(self, scope: Scope) -> Rest | None:
        """Return what tells a closed bank from the same one changed."""
        return rest_of(bank_folder(self._data_dir, scope) / DATABASE_FILE)

    @property
    def is_crowded(self) -> bool:
        """Whether there is hardly room for another open bank."""
        return self._handles.is_crowded

    def make_room(self, wanted: int) -> None:
        """Close those at rest, or used least, so that so many may be opened at once."""
        self._handles.make_room(wanted)

    def affordable(self, most: int) -> int:
        """Return how many banks the system lets us keep open."""
        return affordable(most)

    def unkept(self) -> str:
        """Say why memories are not kept at present, in words for people."""
        return self._home.unkept()

    def let_go(self, scope: Scope) -> None:
        """Close what is open of a bank, for its place is about to be taken."""
        self._handles.close(bank_folder(self._data_dir, scope))

    def close(self) -> None:
        """Close what is open of all banks."""
        self._handles.close()


class LookingBackend(SqliteBackend):
    """A data directory that is looked at in copies; not a byte of it changes.

    So there are no backups, and nothing is mended, encrypted or put in clear.
    """

    def __init__(
        self, data_dir: Path, place: Path, told: list[str], *, keys: Keys
    ) -> None:
        """Copy nothing yet.

        Args:
            data_dir: The folder of the memories.
            place: An empty folder for the copies; whoever made it removes it.
            told: Is told what is wrong with a bank that can be looked at all the same.
            keys: Returns what finds the user's key.
        """
        super().__init__(data_dir, keys=keys, backups_kept=0)
        self.collections = SqliteCollections(
            place, keys=keys(), copy_of=data_dir / FILE_NAME
        )
        self.backups = None
        self.checks = LookingChecks(data_dir, keys)
        self.encryption = LookingEncryption(data_dir, keys, self.collections)
        self._place = place
        self._told = told

    def open(self, scope: Scope) -> BankStore:
        """Open a copy of a bank."""
        folder = bank_folder(self._data_dir, scope)
        # Under the names of the original, so that errors can speak of that (`named`).
        copy = self._place / folder.relative_to(self._data_dir)
        if not copy.exists():
            make_private_folder(copy)
            self._told += copy_folder(folder, copy)
        with named(self._place, self._data_dir):
            return checked(open_bank(copy, keys=self._keys(), backups_kept=0))

    def chat_log(self, scope: Scope) -> None:
        """Keep none."""


@contextmanager
def looking_at_copies(
    data_dir: Path, told: list[str], *, keys: Keys
) -> Iterator[LookingBackend]:
    """Look at a data directory in copies; these are gone when it ends.

    Args:
        data_dir: The folder of the memories.
        told: Is told what is wrong with a bank that can be looked at all the same.
        keys: Returns what finds the user's key.
    """
    with scratch() as place, named(place, data_dir):
        yield LookingBackend(data_dir, place, told, keys=keys)


def checked(store: BankStore) -> BankStore:
    """Return a store that can be read to its end.

    Raises:
        StoreCorrupt: It cannot.
    """
    try:
        store.check_values()
    except BaseException:
        store.close()
        raise
    return store


class SqliteBackups:
    """Backups as zip files; see `Backups`."""

    def __init__(self, data_dir: Path, *, kept: int) -> None:
        """Of the banks in a folder; `kept` automatic ones of a bank stay."""
        self._data_dir = data_dir
        self._kept = kept

    def before_change(self, scope: Scope, change: str) -> Path | None:
        """Back a bank up before something changes it, whatever the settings say."""
        folder = bank_folder(self._data_dir, scope)
        return backup.keep_before(folder, change, keep=max(1, self._kept))

    def make(
        self,
        scopes: Sequence[Scope],
        folder: Path,
        *,
        reason: str,
        at: datetime,
        beside: Collection[Beside],
        skipped: Skipped,
    ) -> Archive:
        """Back banks up into one file, checked; one that is damaged stops no other."""
        target = backup.fresh_name(folder, reason)
        return write_archive(
            target,
            [(scope, bank_folder(self._data_dir, scope)) for scope in scopes],
            reason=reason,
            at=at,
            sequence=backup.next_sequence(target.parent),
            skipped=skipped,
            beside=(self._data_dir, beside),
        )

    def read(self, path: Path) -> Archive:
        """Return what a backup holds."""
        return read_archive(path)

    def check(self, archive: Archive) -> None:
        """Read all of a backup."""
        path = Path(archive.path)
        scratch = path.with_name(f"check.sqlite3{UNFINISHED}")
        try:
            make_private_file(scratch)
            check_archive(path, scratch)
        finally:
            scratch.unlink(missing_ok=True)

    def automatic(self, scope: Scope) -> Path:
        """Return the folder of a bank's backups before changes; it need not exist."""
        return bank_folder(self._data_dir, scope) / backup.BACKUPS

    def check_fits(
        self, archive: Archive, scope: Scope | Beside, *, in_clear: bool
    ) -> None:
        """Raise what `restore` would, and change nothing."""
        if isinstance(scope, Beside):
            backup.check_beside(archive, scope, self._data_dir, in_clear=in_clear)
            return
        packed = archive.bank(scope)
        backup.check_before(archive, packed, self._data_dir, in_clear=in_clear)

    def restore(
        self, archive: Archive, scope: Scope | Beside, *, in_clear: bool
    ) -> Path | None:
        """Put a bank from a backup in its place; what stands there is set aside."""
        if isinstance(scope, Beside):
            return backup.put_beside_back(
                archive, scope, self._data_dir, in_clear=in_clear
            )
        packed = archive.bank(scope)
        return backup.put_back(archive, packed, self._data_dir, in_clear=in_clear)


class SqliteChecks:
    """Looking at the files of banks; see `Checks`."""

    def __init__(self, data_dir: Path, keys: Keys) -> None:
        """Of the banks in a folder; `keys` finds the user's key."""
        self._data_dir = data_dir
        self._keys = keys

    def describe(self) -> list[tuple[str, str]]:
        """Return what the back end runs on, with its version."""
        return [("SQLite", sqlite3.sqlite_version)]

    def exposed(self) -> str:
        """Say that other accounts can look into the folder; else nothing."""
        return shown_to_others(self._data_dir)

    def unnamed(self, scopes: Iterable[Scope]) -> list[LeftOut]:
        """Return the folders that no known bank explains."""
        return left_out(self._data_dir, scopes)

    def unreadable(self, scope: Scope, known: Iterable[Scope]) -> LeftOut | None:
        """Return what may be a bank that is none of these; None if nothing is."""
        folder = bank_folder(self._data_dir, scope)
        for one in self.unnamed(known):
            if Path(one.where) in (folder, *folder.parents):
                return one
        return None

    def examine(self, scope: Scope, now: datetime) -> list[Finding]:
        """Say of a bank whether it is whole; nothing is changed."""
        return examine(bank_folder(self._data_dir, scope), now)

    def models(self, scope: Scope) -> list[ModelInfo]:
        """Return the models that a bank has vectors of, the oldest first."""
        return models_in(bank_folder(self._data_dir, scope))

    def repair(self, scope: Scope) -> list[str]:
        """Mend what is derived in a bank; return what was done, for people."""
        return mend(bank_folder(self._data_dir, scope), keys=self._keys())

    def open_in(self, scope: Scope) -> list[int]:
        """Return the numbers of the processes that have a bank open."""
        return holders(bank_folder(self._data_dir, scope))

    def put_aside(self, scope: Scope, beside: Scope) -> Path:
        """Put a bank's folder among what was set aside in another one's."""
        target = bank_folder(self._data_dir, beside)
        aside = fresh_aside(target)
        bank_folder(self._data_dir, scope).replace(aside)
        sync(target)
        return aside


class SqliteEncryption:
    """Encrypting banks, and what clients keep; see `Encryption`."""

    def __init__(
        self, data_dir: Path, keys: Keys, collections: SqliteCollections
    ) -> None:
        """Of the banks in a folder, and what clients keep in it."""
        self._data_dir = data_dir
        self._keys = keys
        self._collections = collections

    @property
    def has_key(self) -> bool:
        """Whether a key is set, whether or not it can be read."""
        return self._keys() is not no_key

    def key_is_there(self) -> bool:
        """Whether the key can be read."""
        return self._keys()() is not None

    def is_encrypted(self, scope: Scope | None) -> bool:
        """Whether a bank is encrypted; no key is needed."""
        if scope is None:
            return self._collections.is_encrypted()
        return is_encrypted(bank_folder(self._data_dir, scope))

    def check_fields(self, scope: Scope) -> int:
        """Open every field of an encrypted bank; return how many rows there are."""
        return encrypting.check_fields(bank_folder(self._data_dir, scope), self._keys())

    def encrypt(self, scope: Scope | None, *, vectors: bool) -> None:
        """Encrypt a bank, and leave nothing in clear."""
        if scope is None:
            collection_encrypting.encrypt(self._collections, self._keys())
            return
        folder = bank_folder(self._data_dir, scope)
        encrypting.encrypt(folder, self._keys(), vectors=vectors)

    def decrypt(self, scope: Scope | None) -> None:
        """Put a bank in clear again."""
        if scope is None:
            collection_encrypting.decrypt(self._collections)
            return
        encrypting.decrypt(bank_folder(self._data_dir, scope), self._keys())

    def change_key(self, scope: Scope | None, new: bytes) -> None:
        """Let another key open a bank; the present one no longer does."""
        if scope is None:
            collection_encrypting.change_key(self._collections, self._keys(), new)
            return
        encrypting.change_key(bank_folder(self._data_dir, scope), self._keys(), new)


class LookingChecks(SqliteChecks):
    """Looking at the files of banks, and no more."""

    def repair(self, scope: Scope) -> list[str]:
        """Refuse."""
        raise _only_looked_at(scope)

    def put_aside(self, scope: Scope, beside: Scope) -> Path:
        """Refuse."""
        raise _only_looked_at(beside)


class LookingEncryption(SqliteEncryption):
    """What is encrypted, and whether it opens, and no more."""

    def encrypt(self, scope: Scope | None, *, vectors: bool) -> None:
        """Refuse."""
        del vectors
        raise _only_looked_at(scope)

    def decrypt(self, scope: Scope | None) -> None:
        """Refuse."""
        raise _only_looked_at(scope)

    def change_key(self, scope: Scope | None, new: bytes) -> None:
        """Refuse."""
        del new
        raise _only_looked_at(scope)


def _only_looked_at(scope: Scope | None) -> StoreError:
    what = "What clients keep" if scope is None else f"Memory of {scope.character}"
    return StoreError(f"{what} is only looked at here, so it stays as it is.")


def models_in(folder: Path) -> list[ModelInfo]:
    """Return the models that a bank has vectors of, the oldest first.

    Raises:
        StoreError: It cannot be read.
    """
    with looking_at(folder) as connection:
        rows = connection.execute(
            "SELECT name, dimension, fingerprint, recipe FROM models WHERE row IN "
            "(SELECT model FROM vectors) ORDER BY row"
        ).fetchall()
    return [
        ModelInfo(
            name=unpack_text(name),
            dimension=dimension,
            fingerprint=unpack_text(fingerprint),
            recipe=recipe,
        )
        for name, dimension, fingerprint, recipe in rows
    ]
