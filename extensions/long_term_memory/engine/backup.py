"""Back up all banks of a data directory while they are in use, and put them back.

Owns: which banks go into a backup, where backups by hand lie, and finding them again.
Knows nothing of: how a bank is copied, files inside a backup.

    <data directory>/backups/20261121-120000-by-hand.zip
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.types import Scope
from ..errors import NotFound, SchemaVersion, StoreCorrupt
from ..stores.archive import Archive, read_archive, write_archive
from ..stores.backup import BACKUPS, fresh_name, put_back
from ..stores.layout import bank_folder
from .engine import Engine

BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A bank that was put back.

    Attributes:
        aside: Where what stood there before lies now; None if there was nothing.
    """

    scope: Scope
    messages: int
    aside: Path | None


def back_up(
    engine: Engine, folder: Path | None = None, scopes: Sequence[Scope] | None = None
) -> Archive:
    """Back up banks into one file, checked.

    Args:
        engine: Whose banks; they may be in use, by this process or another.
        folder: Where the file goes; None takes the data directory's own place.
        scopes: Which banks; None takes all.

    Raises:
        NotFound: There is nothing to back up.
        StoreError: It cannot be written, or a bank cannot be read.
    """
    wanted = engine.scopes() if scopes is None else list(scopes)
    if not wanted:
        raise NotFound(f"There are no memories in {engine.data_dir} to back up.")
    target = fresh_name(folder or engine.data_dir / BACKUPS, BY_HAND)
    banks = [(scope, bank_folder(engine.data_dir, scope)) for scope in wanted]
    return write_archive(target, banks, reason=BY_HAND, at=engine.now())


def find_archive(place: Path) -> Archive:
    """Return a backup by its file, or the newest one in a folder.

    Raises:
        NotFound: There is none.
        StoreCorrupt: It is damaged, or no backup of ours.
        SchemaVersion: A newer version wrote it.
    """
    if not place.is_dir():
        return read_archive(place)
    found = archives(place)
    if not found:
        raise NotFound(f"There is no backup in {place}. Name the file itself.")
    return found[-1]


def archives(folder: Path) -> list[Archive]:
    """Return the sound backups in a folder, the oldest first."""
    found = []
    for path in folder.glob("*.zip"):
        try:
            found.append(read_archive(path))
        except (StoreCorrupt, SchemaVersion):
            continue
    return sorted(found, key=lambda archive: archive.at)


def remembering(engine: Engine, scope: Scope) -> list[Path]:
    """Return the backups by hand in the data directory that hold a bank.

    Whatever is forgotten stays in them, and in those that the user keeps elsewhere.
    """
    return [
        archive.path
        for archive in archives(engine.data_dir / BACKUPS)
        if any(bank.scope == scope for bank in archive.banks)
    ]


def restore(
    engine: Engine, archive: Archive, scopes: Sequence[Scope] | None = None
) -> list[Restored]:
    """Put banks back from a backup; what stands there now is set aside first.

    Args:
        engine: Whose banks; nobody may have them open, this engine neither.
        archive: Where they come from.
        scopes: Which of its banks; None takes all.

    Raises:
        NotFound: The backup does not hold one of them.
        StoreError: Somebody has one open; those before it are restored.
        StoreCorrupt: The backup is damaged.
        SchemaVersion: A newer version wrote it.
    """
    held = {bank.scope: bank for bank in archive.banks}
    for scope in scopes or ():
        if scope not in held:
            names = ", ".join(repr(one.character) for one in held)
            raise NotFound(
                f"{archive.path} holds no memory of {scope.character!r}, but: {names}."
            )
    return [
        Restored(
            scope=scope,
            messages=held[scope].rows["messages"],
            aside=put_back(archive, held[scope], engine.data_dir),
        )
        for scope in (held if scopes is None else scopes)
    ]
