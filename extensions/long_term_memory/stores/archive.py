"""A backup: banks in one zip file, with a list of what must be in it.

Owns: the file's layout, writing it so that a half one never has its name, and checking
every byte of it.
Knows nothing of: when backups are made, where they are kept.

    manifest.json         format, time, reason; of each bank: names, hash, rows
    1/memory.sqlite3 …    one database a bank, vectors included: it needs no other file
"""

from __future__ import annotations

import json
import lzma
import re
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
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
from .schema import ANY_VERSION, check_shape

FORMAT = 1
UNFINISHED = ".unfinished"
# Backups are seconds' work; the one who waits is about to change what is in it.
PATIENCE_SECONDS = 60.0
MOST_MANIFEST_BYTES = 16 << 20
"""A bank takes half a kilobyte of the list."""

_MANIFEST = "manifest.json"
_MEMBER = re.compile(rf"[1-9][0-9]*/{re.escape(DATABASE_FILE)}")
# Deflate makes nothing smaller than that (https://zlib.net/zlib_tech.html).
_MOST_SHRUNK = 1032
# What reading a damaged file ends with: not only the zip module has words for it.
# RuntimeError is one that is encrypted, or JSON that is nested without end.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    ArithmeticError,
    EOFError,
    RuntimeError,
)
_COUNTED = ("chats", "messages", "places", "visits", "hand", "vectors")


Skipped = Callable[[Scope, str, bool], None]
"""Whose memory, what is wrong with it, and whether it is left out."""


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
        sequence: Rises from one backup in a folder to the next, whatever clocks say; 0
            in those of older versions.
    """

    path: Path
    at: datetime
    reason: str
    banks: tuple[Packed, ...]
    sequence: int = 0


def write_archive(
    target: Path,
    banks: Sequence[tuple[Scope, Path]],
    *,
    reason: str,
    at: datetime,
    sequence: int = 0,
    skipped: Skipped | None = None,
) -> Archive:
    """Write banks' folders into one file, check it, and only then give it its name.

    Args:
        target: The file.
        banks: Whose, and where they lie.
        reason: Why: "by-hand".
        at: The present.
        sequence: See `Archive`.
        skipped: Is told of each bank that cannot be read, which is left out, and of
            what is wrong with others; None lets none be left out.

    Raises:
        StoreError: It could not be written or read; the message says what to do.
        StoreCorrupt: A bank is damaged, or all are; there is no backup then.
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
            head = {"format": FORMAT, "at": at.isoformat(), "reason": reason}
            _fill(draft, scratch, banks, head | {"sequence": sequence}, skipped)
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
        told = json.loads(_content(file, _MANIFEST))
        if told["format"] > FORMAT:
            raise SchemaVersion(
                f"{path} was written by a newer version. Update, then restore it."
            )
        archive = Archive(
            path=path,
            at=datetime.fromisoformat(told["at"]).astimezone(UTC),
            reason=str(told["reason"]),
            banks=tuple(_packed(bank) for bank in told["banks"]),
            sequence=int(told.get("sequence", 0)),
        )
        _check_names(file, archive)
        return archive


def check_archive(path: Path, scratch: Path) -> None:
    """Check all of an archive, using a file for databases; raises as `unpack` does."""
    for bank in read_archive(path).banks:
        unpack(path, bank, scratch)


def unpack(path: Path, bank: Packed, target: Path) -> None:
    """Write a bank's database into a file and check it.

    Raises:
        StoreCorrupt: It is not what was packed.
        StoreError: It cannot be read or written, or there is no room for it.
    """
    with _opened(path) as file:
        info = file.getinfo(bank.member)
        with _told(target):
            _check_room(path, info, target)
            with target.open("wb") as copy:
                copy.writelines(_parts(file, info))
            sync(target)
    if _digest(target) != bank.digest or not _is_whole(target, path, bank):
        raise StoreCorrupt(
            f"{path} is damaged: the memory of {bank.scope.character} in it is not "
            "what was saved. Use another backup."
        )


# -- inside --------------------------------------------------------------------------


def _fill(
    draft: Path,
    scratch: Path,
    banks: Sequence[tuple[Scope, Path]],
    head: dict[str, Any],
    skipped: Skipped | None,
) -> None:
    told: list[dict[str, Any]] = []
    # Texts shrink to a third at the fastest level; vectors hardly at any.
    method = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(draft, "w", method, compresslevel=1) as file:
        for scope, folder in banks:
            if not _copied(scope, folder, scratch, skipped):
                continue
            with translated(scratch), closing(read_only(scratch)) as connection:
                rows = _rows(connection)
            member = f"{len(told) + 1}/{DATABASE_FILE}"
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
        if banks and not told:
            raise StoreError("No memory could be read, so there is no backup.")
        # ASCII escapes carry lone surrogates, which UTF-8 cannot.
        file.writestr(_MANIFEST, json.dumps({**head, "banks": told}, indent=1))


def _copied(scope: Scope, folder: Path, scratch: Path, skipped: Skipped | None) -> bool:
    """Copy a bank into a file; False if it cannot be and may be left out."""
    try:
        told = copy_bank(folder, scratch)
    except (StoreError, OSError) as error:
        if skipped is None:
            raise
        words = str(error) if isinstance(error, StoreError) else f"{folder}: {error}"
        skipped(scope, words, True)
        return False
    for words in told:
        if skipped is not None:
            skipped(scope, words, False)
    return True


def _packed(told: dict[str, Any]) -> Packed:
    names = (told["user"], told["character"], told["database"], told["blake2b"])
    rows = {table: told["rows"][table] for table in _COUNTED}
    if not all(isinstance(one, str) for one in names):
        raise TypeError
    if not all(isinstance(count, int) for count in rows.values()):
        raise TypeError
    user, character, member, digest = names
    scope = Scope(user=user, character=character)
    return Packed(scope=scope, member=member, digest=digest, rows=rows)


def _check_names(file: zipfile.ZipFile, archive: Archive) -> None:
    """Raise ValueError unless each bank and each file is there once.

    Nothing is ever written by a name that stands in the file.
    """
    names = [info.filename for info in file.infolist()]
    members = [bank.member for bank in archive.banks]
    scopes = {bank.scope for bank in archive.banks}
    if len(set(names)) != len(names) or len(scopes) != len(members):
        raise ValueError
    if len(set(members)) != len(members) or not set(members) <= set(names):
        raise ValueError
    if not all(_MEMBER.fullmatch(member) for member in members):
        raise ValueError


def _content(file: zipfile.ZipFile, name: str) -> bytes:
    """Read a small file; a large one is none of ours."""
    info = file.getinfo(name)
    if info.file_size > MOST_MANIFEST_BYTES:
        raise ValueError
    with file.open(info) as source:
        return source.read(info.file_size)


def _parts(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a file inside holds; no more than it says, whatever is in there."""
    left = info.file_size
    try:
        with file.open(info) as source:
            while left and (part := source.read(min(left, 1 << 20))):
                left -= len(part)
                yield part
    except OSError as error:
        # Where it says that it begins there is nothing; or the disk is broken.
        raise zipfile.BadZipFile(str(error)) from error


def _check_room(path: Path, info: zipfile.ZipInfo, target: Path) -> None:
    """Raise StoreError before a disk is filled, StoreCorrupt for what cannot be."""
    if info.file_size > info.compress_size * _MOST_SHRUNK + 1024:
        raise StoreCorrupt(f"{path} is damaged: its sizes cannot be right.")
    free = shutil.disk_usage(target.parent).free
    if info.file_size > free:
        raise StoreError(
            f"There is no room in {target.parent} for what is in {path}: it takes "
            f"{info.file_size / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free."
        )


def _is_whole(file: Path, path: Path, bank: Packed) -> bool:
    """Say whether a database is sound, ours, and as long as it was."""
    with translated(path), closing(read_only(file)) as connection:
        check_shape(connection, path, newest=ANY_VERSION)
        [answer] = connection.execute("PRAGMA quick_check(1)").fetchall()
        return bool(answer == ("ok",) and _rows(connection) == bank.rows)


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
        if path.exists() and not path.is_file():
            raise StoreError(f"{path} is not a file, so it is no backup.")
        with zipfile.ZipFile(path) as file:
            yield file
    except _BROKEN as error:
        raise StoreCorrupt(
            f"{path} is no backup of long-term memory, or it is damaged."
        ) from error
    except OSError as error:
        words = error.strerror or "it is damaged"
        raise StoreError(f"{path} cannot be read: {words}.") from error


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
