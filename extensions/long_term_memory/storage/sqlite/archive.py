"""A backup: banks in one zip file, with a list of what must be in it.

Owns: the file's layout, writing it so that a half one never has its name, and checking
every byte of it.
Knows nothing of: when backups are made, where they are kept.

    manifest.json         format, time, reason; of each bank: names, hash, rows
    1/memory.sqlite3 …    one database a bank, vectors included: it needs no other file
    collections.sqlite3   what clients keep; from format 2 on, and only where all is
    companion.sqlite3     what conversations keep; from format 3 on, where all is
"""

from __future__ import annotations

import json
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from ...core.maintenance import Archive, Beside, Packed, PackedBank, PackedBeside
from ...core.types import Scope
from ...errors import StoreCorrupt, StoreError
from ...files import FileLock, make_private_file, make_private_folder
from .collection_backup import copy_collections
from .conversation_backup import copy_conversations
from .copying import copy_bank
from .database import translated
from .manifest import (
    BANK_COUNTED,
    BANKS_ONLY,
    COUNTED,
    FILES,
    FORMAT_OF,
    archive_in,
    is_sound,
    rows_in,
)
from .recovery import read_only
from .replacement import DATABASE_FILE, sync

UNFINISHED = ".unfinished"
# Backups are seconds' work; the one who waits is about to change what is in it.
PATIENCE_SECONDS = 60.0
MOST_MANIFEST_BYTES = 16 << 20
"""A bank takes half a kilobyte of the list."""

_MANIFEST = "manifest.json"
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


Skipped = Callable[[Scope | Beside, str, bool], None]
"""Whose memory, or what beside; what is wrong, and if it is left out."""

_COPIES: Final = {
    Beside.TEXTS: copy_collections,
    Beside.CONVERSATIONS: copy_conversations,
}


def write_archive(
    target: Path,
    banks: Sequence[tuple[Scope, Path]],
    *,
    reason: str,
    at: datetime,
    sequence: int = 0,
    skipped: Skipped | None = None,
    beside: tuple[Path, Collection[Beside]] | None = None,
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
        beside: The data directory, and what goes in of what is kept beside the banks.

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
            head = {"at": at.isoformat(), "reason": reason, "sequence": sequence}
            _fill(draft, scratch, (banks, beside), head, skipped)
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
        names = [info.filename for info in file.infolist()]
        return archive_in(told, path, names)


def check_archive(path: Path, scratch: Path) -> None:
    """Check all of an archive, using a file for databases; raises as `unpack` does."""
    archive = read_archive(path)
    for bank in archive.banks:
        unpack(path, bank, scratch)
    for packed in archive.beside:
        unpack(path, packed, scratch)


def unpack(path: Path, bank: PackedBank | PackedBeside, target: Path) -> None:
    """Write a database into a file and check it.

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
            f"{path} is damaged: {bank.name} in it is not what was saved. Use another "
            "backup."
        )


# -- inside --------------------------------------------------------------------------


def _fill(
    draft: Path,
    scratch: Path,
    what: tuple[Sequence[tuple[Scope, Path]], tuple[Path, Collection[Beside]] | None],
    head: dict[str, Any],
    skipped: Skipped | None,
) -> None:
    banks, beside = what
    folder_of_all, wanted = beside or (Path(), ())
    told: list[dict[str, Any]] = []
    # Texts shrink to a third at the fastest level; vectors hardly at any.
    method = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(draft, "w", method, compresslevel=1) as file:
        head["format"] = BANKS_ONLY
        # First, for what waits there is in its bank a moment later.
        for kept in Beside:
            if kept in wanted and _copied(kept, folder_of_all, scratch, skipped):
                head["format"] = FORMAT_OF[kept]
                head[kept] = _put_in(file, FILES[kept], scratch, COUNTED[kept])
        for scope, folder in banks:
            if not _copied(scope, folder, scratch, skipped):
                continue
            member = f"{len(told) + 1}/{DATABASE_FILE}"
            names = {"user": scope.user, "character": scope.character}
            told.append(names | _put_in(file, member, scratch, BANK_COUNTED))
        if banks and not told:
            raise StoreError("No memory could be read, so there is no backup.")
        # ASCII escapes carry lone surrogates, which UTF-8 cannot.
        file.writestr(_MANIFEST, json.dumps({**head, "banks": told}, indent=1))


def _put_in(
    file: zipfile.ZipFile, member: str, scratch: Path, counted: Sequence[str]
) -> dict[str, Any]:
    """Put a database into the zip file; return what the list says of it."""
    with translated(scratch), closing(read_only(scratch)) as connection:
        rows = rows_in(connection, counted)
    file.write(scratch, member)
    return {"database": member, "blake2b": _digest(scratch), "rows": rows}


def _copied(
    scope: Scope | Beside, folder: Path, scratch: Path, skipped: Skipped | None
) -> bool:
    """Copy a bank, or what is beside; False if it cannot be and may be left out."""
    copy = _COPIES[scope] if isinstance(scope, Beside) else copy_bank
    try:
        told = copy(folder, scratch)
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
        return is_sound(bank, connection, path)


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
