"""The backups of a bank: made by the way, kept for a while, and put back.

Owns: where automatic backups lie, how many are kept, and that whoever has a bank open
keeps it from being replaced.
Knows nothing of: what a backup holds inside, when one is due.

    <bank>/backups/20261121-120000-before-import.zip
"""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ..core.types import Scope
from ..errors import StoreError
from .archive import UNFINISHED, Archive, Packed, unpack, write_archive
from .asides import DATABASE_FILE, asides, new_file, replace_database, stamp
from .holders import holders
from .layout import FileLock, make_bank_folder, read_names
from .rescue import read_only
from .schema import check_owner

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
    write_archive(target, [(scope, folder)], reason=reason, at=datetime.now(UTC))
    for old in automatic(folder)[:-keep]:
        old.unlink(missing_ok=True)
    return target


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
    """Return the automatic backups of a bank, the oldest first."""
    found = (folder / BACKUPS).glob("*.zip")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


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


def put_back(
    archive: Archive, bank: Packed, data_dir: Path, *, patience_seconds: float = 5.0
) -> Path | None:
    """Put a bank from an archive in its place; what stands there is set aside.

    Returns:
        The folder of what was set aside, None if there was nothing.

    Raises:
        StoreError: Somebody has the bank open, or the disk does not let us.
        StoreCorrupt: The archive is damaged; the bank is as it was.
        SchemaVersion: A newer version wrote it; the bank is as it was.
    """
    folder = make_bank_folder(data_dir, bank.scope, anew=True)
    lock = FileLock(folder / "open.lock")
    if not lock.acquire(timeout_seconds=patience_seconds):
        raise StoreError(f"Another program is opening {folder}. Try again soon.")
    with lock:
        if open_in := sorted(set(holders(folder))):
            numbers = ", ".join(map(str, open_in))
            raise StoreError(
                f"The memory of {bank.scope.character} is open in process {numbers}. "
                "Close that program, then restore again. Nothing was changed."
            )
        had = (folder / DATABASE_FILE).exists()
        try:
            new = new_file(folder)
            try:
                unpack(archive.path, bank, new)
                with closing(read_only(new)) as connection:
                    check_owner(connection, archive.path)
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
