"""A backup: banks in one zip file, with a list of what must be in it.

Owns: the file's layout, writing it so that a half one never has its name, and checking
every byte of it.
Knows nothing of: when backups are made, where they are kept.

    manifest.json         format, time, reason; of each bank: names, hash, rows
    1/memory.sqlite3 …    one database a bank, vectors included: it needs no other file
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..core.types import Scope
from ..errors import SchemaVersion, StoreCorrupt, StoreError
from .asides import DATABASE_FILE, sync
from .copying import copy_bank
from .database import translated
from .layout import FileLock, make_private_file, make_private_folder
from .rescue import read_only

FORMAT = 1
UNFINISHED = ".unfinished"
# Backups are seconds' work; the one who waits is about to change what is in it.
PATIENCE_SECONDS = 60.0
_MANIFEST = "manifest.json"
# A bank takes some 300 bytes of it: this holds twenty thousand. A few bytes of a zip
# file can unfold into gigabytes.
MAX_MANIFEST = 8 * 1024 * 1024
_COUNTED = ("chats", "messages", "places", "visits", "hand", "vectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One bank in an archive.

    Attributes:
        member: Its database's name inside the zip file.
        digest: BLAKE2 of that database, in hex.
        rows: How many rows its tables have.
    """

    scope: Scope
    member: str
    digest: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A backup on the disk.

    Attributes:
        at: When it was made.
        reason: Why: "by-hand", "before-import" …
    """

    path: Path
    at: datetime
    reason: str
    banks: tuple[Packed, ...]


def write_archive(
    target: Path, banks: Sequence[tuple[Scope, Path]], *, reason: str, at: datetime
) -> Archive:
    """Write banks' folders into one file, check it, and only then give it its name.

    Raises:
        StoreError: It could not be written or read; the message says what to do.
        StoreCorrupt: A bank is damaged; there is no backup then.
    """
    draft = target.with_name(f"new.zip{UNFINISHED}")
    scratch = target.with_name(f"new.sqlite3{UNFINISHED}")
    with _told(target):
        make_private_folder(target.parent)
        lock = FileLock(target.with_name("backup.lock"))
        if not lock.acquire(timeout_seconds=PATIENCE_SECONDS):
            raise StoreError(f"Another backup into {target.parent} is being made.")
        try:
            for file in (draft, scratch):
                # A killed process may have left them.
                file.unlink(missing_ok=True)
                make_private_file(file)
            _fill(draft, scratch, banks, reason, at)
            sync(draft)
            check_archive(draft, scratch)
            draft.replace(target)
            sync(target.parent)
        finally:
            draft.unlink(missing_ok=True)
            scratch.unlink(missing_ok=True)
            lock.release()
    return read_archive(target)


def read_archive(path: Path) -> Archive:
    """Read what an archive says it holds.

    Raises:
        StoreCorrupt: It is no backup of ours, or it is damaged.
        SchemaVersion: A newer version wrote it.
        StoreError: It cannot be read.
    """
    with _opened(path) as file:
        try:
            with file.open(_MANIFEST) as packed:
                written = packed.read(MAX_MANIFEST + 1)
            if len(written) > MAX_MANIFEST:
                raise ValueError("a list of banks is never that long")
            told = json.loads(written)
            if told["format"] > FORMAT:
                raise SchemaVersion(
                    f"{path} was written by a newer version. Update, then restore it."
                )
            return Archive(
                path=path,
                at=datetime.fromisoformat(told["at"]),
                reason=told["reason"],
                banks=tuple(_packed(bank) for bank in told["banks"]),
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise StoreCorrupt(
                f"{path} is no backup of long-term memory, or it is damaged."
            ) from error


def check_archive(path: Path, scratch: Path) -> None:
    """Check all of an archive, using a file for databases; raises as `unpack` does."""
    for bank in read_archive(path).banks:
        unpack(path, bank, scratch)


def unpack(path: Path, bank: Packed, target: Path) -> None:
    """Write a bank's database into a file and check it.

    Raises:
        StoreCorrupt: It is not what was packed.
        StoreError: It cannot be read or written.
    """
    with _opened(path) as file, _told(target):
        with file.open(bank.member) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        sync(target)
    sound = _digest(target) == bank.digest
    with translated(target), closing(read_only(target)) as connection:
        if sound:
            [answer] = connection.execute("PRAGMA quick_check(1)").fetchall()
            sound = answer == ("ok",) and _rows(connection) == bank.rows
    if not sound:
        raise StoreCorrupt(
            f"{path} is damaged: the memory of {bank.scope.character} in it is not "
            "what was saved. Use another backup."
        )


# -- inside --------------------------------------------------------------------------


def _fill(
    draft: Path,
    scratch: Path,
    banks: Sequence[tuple[Scope, Path]],
    reason: str,
    at: datetime,
) -> None:
    told: list[dict[str, Any]] = []
    # Texts shrink to a third at the fastest level; vectors hardly at any.
    method = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(draft, "w", method, compresslevel=1) as file:
        for number, (scope, folder) in enumerate(banks, 1):
            copy_bank(folder, scratch)
            with closing(read_only(scratch)) as connection:
                rows = _rows(connection)
            member = f"{number}/{DATABASE_FILE}"
            file.write(scratch, member)
            told.append(
                {
                    "user": scope.user,
                    "character": scope.character,
                    "database": member,
                    "blake2b": _digest(scratch),
                    "rows": rows,
                }
            )
        manifest = {"format": FORMAT, "at": at.isoformat(), "reason": reason}
        # ASCII escapes carry lone surrogates, which UTF-8 cannot.
        file.writestr(_MANIFEST, json.dumps({**manifest, "banks": told}, indent=1))


def _packed(told: dict[str, Any]) -> Packed:
    return Packed(
        scope=Scope(user=told["user"], character=told["character"]),
        member=told["database"],
        digest=told["blake2b"],
        rows=dict(told["rows"]),
    )


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in _COUNTED
    }


def _digest(path: Path) -> str:
    found = blake2b(digest_size=32)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive for reading, with errors in our words."""
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except (
        *(zipfile.BadZipFile, zlib.error, KeyError, EOFError),
        *(NotImplementedError, RuntimeError),  # an unknown packing, a password
    ) as error:
        raise StoreCorrupt(
            f"{path} is no backup of long-term memory, or it is damaged."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Tell in our words that something cannot be written."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The backup {target} cannot be written: {error.strerror or error}. Free "
            "some space, or choose another folder."
        ) from error
