"""The backups of a bank: made by the way, kept for a while, and put back.

Owns: where automatic backups lie, how many are kept, and that whoever has a bank open
keeps it from being replaced.
Knows nothing of: what a backup holds inside, when one is due.

    <bank>/backups/20261121-120000-before-import.zip
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ...core.maintenance import Archive, Beside, PackedBank
from ...core.types import Scope
from ...errors import Conflict, StoreError
from ...files import FileLock
from . import collection_backup, conversation_backup
from .archive import (
    UNFINISHED,
    read_archive,
    unpack,
    write_archive,
)
from .bank_key import envelope, is_encrypted, may_be_encrypted
from .holders import holders
from .layout import bank_folder, make_bank_folder, read_names
from .manifest import FILES
from .recovery import read_only
from .replacement import DATABASE_FILE, asides, new_file, replace_database, stamp
from .schema import check_owner
from .snapshot import named, scratch

BACKUPS = "backups"
KEPT = 5


def keep_before(folder: Path, change: str, *, keep: int = KEPT) -> Path | None:
    """Back a bank up before something changes it; the oldest such backups go.

    Args:
        folder: The bank's own; nothing is done if there is no bank in it yet.
        change: What is about to happen, as a word: "import".
        keep: How many automatic backups stay, this one included; 0 makes none.

    Returns:
        The backup, None if there was nothing to back up.

    Raises:
        StoreError: It cannot be made, so the change had better not happen.
    """
    if keep == 0 or not (folder / DATABASE_FILE).exists():
        return None
    reason = f"before-{change}"
    scope = read_names(folder) or Scope(user="", character=folder.name)
    target = fresh_name(folder / BACKUPS, reason)
    write_archive(
        target,
        [(scope, folder)],
        reason=reason,
        at=datetime.now(UTC),
        sequence=next_sequence(target.parent),
    )
    others = [old for old in automatic(folder) if old != target]
    for old in others[: max(0, len(others) + 1 - keep)]:
        old.unlink(missing_ok=True)
    return target


def next_sequence(folder: Path) -> int:
    """Return a number that is above that of every backup in a folder."""
    return 1 + max((_sequence(path) for path in folder.glob("*.zip")), default=0)


def _sequence(path: Path) -> int:
    """Return a backup's place among the others, 0 if it does not tell."""
    try:
        return read_archive(path).sequence
    except StoreError:
        return 0


def check_before(
    archive: Archive, bank: PackedBank, data_dir: Path, *, in_clear: bool = False
) -> None:
    """See whether a bank could be put back, and change nothing.

    Raises:
        Conflict, StoreError, StoreCorrupt, SchemaVersion: As `put_back`.
    """
    folder, path = bank_folder(data_dir, bank.scope), Path(archive.path)
    with scratch() as place:
        new = place / DATABASE_FILE
        unpack(path, bank, new)
        _check_fits(new, path, folder, bank.scope, in_clear=in_clear)
    _check_closed(folder, bank.scope)


def _check_closed(folder: Path, scope: Scope) -> None:
    """Raise StoreError if somebody has a bank open."""
    if open_in := sorted(set(holders(folder, sweep=False))):
        numbers = ", ".join(map(str, open_in))
        raise StoreError(
            f"The memory of {scope.character} is open in process {numbers}. "
            "Close that program, then restore again. Nothing was changed."
        )


def _check_fits(
    new: Path, path: Path, folder: Path, scope: Scope, *, in_clear: bool
) -> None:
    """See whether a database from a backup may take a bank's place.

    Raises:
        Conflict: What is encrypted would lie in clear from now on.
        SchemaVersion: A newer version wrote it.
    """
    with closing(read_only(new)) as connection:
        check_owner(connection, path)
        if in_clear or envelope(connection, new) is not None:
            return
    try:
        secret = is_encrypted(folder)
    except StoreError:
        # It may well be; what is damaged is the very thing that is restored.
        secret = may_be_encrypted(folder / DATABASE_FILE)
    if secret:
        raise Conflict(
            f"The memory of {scope.character} is encrypted, and this backup of it is "
            "in clear: restored, it lies on the disk for everybody who can read it. "
            "Nothing was changed. If that is wanted, say so (ltm restore --in-clear), "
            "and encrypt it then: ltm encrypt."
        )


def fresh_name(folder: Path, reason: str) -> Path:
    """Return a name for a backup that is not taken: names rise with time."""
    first = folder / f"{stamp()}-{reason}.zip"
    number = 1
    name = first
    while name.exists():
        number += 1
        name = first.with_name(f"{first.stem}-{number}.zip")
    return name


def automatic(folder: Path) -> list[Path]:
    """Return the automatic backups of a bank, the oldest first.

    A clock that was ahead once does not count: each backup knows which came before.
    """
    return sorted((folder / BACKUPS).glob("*.zip"), key=_age)


def _age(path: Path) -> tuple[int, int, str]:
    written = path.lstat().st_mtime_ns
    # Those of older versions do not tell: a time that is yet to come is wrong.
    return _sequence(path), written if written <= time.time_ns() else 0, path.name


def drop_backups(folder: Path) -> list[str]:
    """Remove a bank's automatic backups and what was set aside, for they remember.

    Returns:
        The names of what is gone.
    """
    unfinished = (folder / BACKUPS).glob(f"*{UNFINISHED}")
    gone = [*automatic(folder), *unfinished, *asides(folder)]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return [path.name for path in gone]


def check_beside(
    archive: Archive, kept: Beside, data_dir: Path, *, in_clear: bool = False
) -> None:
    """See whether what lies beside the banks could be put back, and change nothing.

    Raises:
        Conflict, StoreError, StoreCorrupt, SchemaVersion: As `put_beside_back`.
    """
    with _beside_of(archive, kept) as place:
        if kept is Beside.TEXTS:
            collection_backup.check_fits(place, data_dir, in_clear=in_clear)


def put_beside_back(
    archive: Archive, kept: Beside, data_dir: Path, *, in_clear: bool = False
) -> Path | None:
    """Put what lies beside the banks back from an archive that has it.

    Who has it in use goes on with what is there then.

    Returns:
        The folder of what was set aside, None if there was nothing.

    Raises:
        Conflict: It is in clear, and what stands there is encrypted.
        StoreError: Another program stands in the way, or the disk does not let us.
        StoreCorrupt: The archive is damaged; all is as it was.
        SchemaVersion: A newer version wrote it; all is as it was.
    """
    with _beside_of(archive, kept) as place:
        if kept is Beside.CONVERSATIONS:
            return conversation_backup.put_in_place(place / FILES[kept], data_dir)
        collection_backup.check_fits(place, data_dir, in_clear=in_clear)
        return collection_backup.put_in_place(place, data_dir)


@contextmanager
def _beside_of(archive: Archive, kept: Beside) -> Iterator[Path]:
    """Unpack what lies beside the banks into a folder of its own."""
    packed = archive.kept(kept)
    assert packed is not None
    path = Path(archive.path)
    with scratch() as place, named(place, path.parent):
        unpack(path, packed, place / FILES[kept])
        yield place


def put_back(
    archive: Archive,
    bank: PackedBank,
    data_dir: Path,
    *,
    in_clear: bool = False,
    patience_seconds: float = 5.0,
) -> Path | None:
    """Put a bank from an archive in its place; what stands there is set aside.

    Args:
        archive: Where it comes from.
        bank: Which of its banks.
        data_dir: Where the memories lie.
        in_clear: Whether one in clear may take the place of an encrypted one.
        patience_seconds: How long to wait for another program.

    Returns:
        The folder of what was set aside, None if there was nothing.

    Raises:
        Conflict: It is in clear, and the one that stands there is encrypted, or nobody
            can tell; the bank is as it was.
        StoreError: Somebody has the bank open, or the disk does not let us.
        StoreCorrupt: The archive is damaged; the bank is as it was.
        SchemaVersion: A newer version wrote it; the bank is as it was.
    """
    path = Path(archive.path)
    folder = make_bank_folder(data_dir, bank.scope, anew=True)
    lock = FileLock(folder / "open.lock")
    if not lock.acquire(timeout_seconds=patience_seconds):
        raise StoreError(f"Another program is opening {folder}. Try again soon.")
    with lock:
        _check_closed(folder, bank.scope)
        had = os.path.lexists(folder / DATABASE_FILE)
        try:
            new = new_file(folder)
            try:
                unpack(path, bank, new)
                _check_fits(new, path, folder, bank.scope, in_clear=in_clear)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
            aside = replace_database(folder)
        except OSError as error:
            raise StoreError(
                f"{folder} cannot be written: {error.strerror}. Free some space or "
                "make it writable, then restore again."
            ) from error
        if had:
            return aside
        shutil.rmtree(aside, ignore_errors=True)
        return None
