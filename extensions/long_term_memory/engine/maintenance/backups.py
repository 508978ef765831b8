"""Back up all banks of a data directory while they are in use, and put them back.

Owns: which banks go into a backup, where backups by hand lie, and finding them again.
Knows nothing of: how a bank is copied, files inside a backup.

    <data directory>/backups/20261121-120000-by-hand.zip
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ...core.maintenance import CONVERSATIONS_FILE, Archive, Beside
from ...core.types import Scope
from ...errors import NotFound, StoreError
from ...storage.backend import Backups
from ..engine import Engine

BACKUPS = "backups"
"""The folder of backups by hand, in the data directory."""

BY_HAND = "by-hand"
_COUNTED: Final[Mapping[Scope | Beside, str]] = {
    Beside.TEXTS: "text",
    Beside.CONVERSATIONS: "conversation",
}
_ROWS: Final = {Beside.TEXTS: "entries", Beside.CONVERSATIONS: "conversations"}
CLOCK_SLACK = timedelta(minutes=10)
"""Clocks of two computers differ; more than that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A bank that was put back, or what is kept beside.

    Attributes:
        scope: Whose memory, or what beside.
        count: How many messages, texts or conversations it holds.
        aside: Where what stood there before lies now; None if there was nothing.
    """

    scope: Scope | Beside
    count: int
    aside: Path | None

    @property
    def name(self) -> str:
        """What it is, for people."""
        if isinstance(self.scope, Beside):
            return self.scope.words.capitalize()
        return self.scope.character

    @property
    def held(self) -> str:
        """How much it holds, for people."""
        what = _COUNTED.get(self.scope, "message")
        return f"{self.count:,} {what}{'s' * (self.count != 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A backup that was made.

    Attributes:
        amiss: What is not in it, and what is wrong with what is; for people.
    """

    archive: Archive
    amiss: tuple[str, ...]


def back_up(
    engine: Engine, folder: Path | None = None, scopes: Sequence[Scope] | None = None
) -> Saved:
    """Back up banks into one file, checked; one that is damaged stops no other.

    With all banks goes what clients and conversations keep.

    Args:
        engine: Whose banks; they may be in use, by this process or another.
        folder: Where the file goes; None takes the data directory's own place.
        scopes: Which banks; None takes all.

    Raises:
        NotFound: There is nothing to back up.
        StoreError: It cannot be written, or no bank can be read.
    """
    backups = backups_of(engine)
    wanted = engine.scopes() if scopes is None else list(scopes)
    amiss: list[str] = []
    if scopes is None:
        amiss += _unread(engine, wanted)
    beside = _beside(engine, amiss) if scopes is None else set()
    if not wanted and not beside:
        raise NotFound(
            "\n".join(
                [f"There are no memories in {engine.data_dir} to back up.", *amiss]
            )
        )

    def skipped(scope: Scope | Beside, why: str, gone: bool) -> None:
        what = "NOT SAVED" if gone else "Saved as far as it goes"
        if isinstance(scope, Beside):
            whose = scope.words
        else:
            whose = f"the memory of {scope.character} ({scope.user})"
        amiss.append(f"{what}: {whose}: {why}")

    try:
        archive = backups.make(
            wanted,
            folder or engine.data_dir / BACKUPS,
            reason=BY_HAND,
            at=engine.now(),
            beside=beside,
            skipped=skipped,
        )
    except StoreError as error:
        error.args = ("\n".join([str(error), *amiss]),)
        raise
    return Saved(archive=archive, amiss=tuple(amiss))


def _beside(engine: Engine, amiss: list[str]) -> set[Beside]:
    """Return what there is beside the banks; what lies elsewhere is told."""
    found = {Beside.TEXTS} if engine.client_texts.exist() else set()
    if engine.settings.companion.companion_database:
        amiss.append(
            f"NOT SAVED: {Beside.CONVERSATIONS.words}: companion_database names "
            "another place. Save that by its own means."
        )
    elif (engine.data_dir / CONVERSATIONS_FILE).exists():
        found.add(Beside.CONVERSATIONS)
    return found


def backups_of(engine: Engine) -> Backups:
    """Return how an engine's memories are backed up.

    Raises:
        StoreError: Not from here.
    """
    if engine.storage.backups is None:
        raise StoreError(
            "These memories are kept where no backup is made from here. Back up what "
            "keeps them by its own means."
        )
    return engine.storage.backups


def _unread(engine: Engine, scopes: Sequence[Scope]) -> list[str]:
    checks = engine.storage.checks
    unnamed = [] if checks is None else checks.unnamed(scopes)
    return [f"NOT SAVED: {one.where}: {one.why}" for one in unnamed]


def find_archive(engine: Engine, place: Path) -> Archive:
    """Return a backup by its file, or the newest one in a folder.

    Raises:
        NotFound: There is none.
        StoreCorrupt: It is damaged, or no backup of ours.
        SchemaVersion: A newer version wrote it.
    """
    if not place.is_dir():
        return backups_of(engine).read(place)
    found = archives(backups_of(engine), place)
    if not found:
        raise NotFound(f"There is no backup in {place}. Name the file itself.")
    return found[-1]


def archives(
    backups: Backups, folder: Path, broken: list[str] | None = None
) -> list[Archive]:
    """Return the sound backups in a folder, the oldest first.

    Args:
        backups: Reads them.
        folder: It need not exist.
        broken: Is told what is wrong with each of the others.
    """
    found = []
    for path in sorted(folder.glob("*.zip")):
        try:
            found.append(backups.read(path))
        except StoreError as error:
            if broken is not None:
                broken.append(str(error))
    return sorted(found, key=made)


def by_hand(engine: Engine) -> list[Archive]:
    """Return the sound backups by hand in the data directory, the oldest first."""
    backups = engine.storage.backups
    if backups is None:
        return []
    return archives(backups, engine.data_dir / BACKUPS)


def made(archive: Archive) -> tuple[bool, datetime, int]:
    """Order backups by when they were made; a time that is yet to come is wrong."""
    past = archive.at <= datetime.now(UTC) + CLOCK_SLACK
    return past, archive.at, archive.sequence


def remembering(engine: Engine, scope: Scope) -> list[str]:
    """Return the backups by hand in the data directory that hold a bank's words.

    What clients keep may be of any. Whatever is forgotten stays in them, and in those
    that the user keeps elsewhere.
    """
    return [
        archive.path
        for archive in by_hand(engine)
        if archive.kept(Beside.TEXTS)
        or any(one.scope == scope for one in archive.banks)
    ]


def restore(
    engine: Engine,
    archive: Archive,
    scopes: Sequence[Scope] | None = None,
    *,
    in_clear: bool = False,
) -> list[Restored]:
    """Put banks back from a backup; what stands there now is set aside first.

    Whatever of the backup is damaged, nothing is put back before all was checked.

    Args:
        engine: Whose banks; nobody may have them open, this engine neither.
        archive: Where they come from.
        scopes: Which of its banks; None takes all, and what is kept beside.
        in_clear: Whether one in clear may take the place of an encrypted one.

    Raises:
        NotFound: The backup does not hold one of them.
        Conflict: It is in clear, and what stands there is encrypted.
        StoreError: Somebody has one open; those before it are restored.
        StoreCorrupt: The backup is damaged.
        SchemaVersion: A newer version wrote it.
    """
    backups = backups_of(engine)
    held = {scope: archive.bank(scope) for scope in scopes or ()}
    if scopes is None:
        held = {bank.scope: bank for bank in archive.banks}
    beside = archive.beside if scopes is None else ()
    wanted: list[Scope | Beside] = [*held, *(one.kept for one in beside)]
    if len(wanted) > 1 or beside:
        for scope in wanted:
            backups.check_fits(archive, scope, in_clear=in_clear)
    done = [
        Restored(
            scope=scope,
            count=held[scope].rows["messages"],
            aside=backups.restore(archive, scope, in_clear=in_clear),
        )
        for scope in held
    ]
    for packed in beside:
        aside = backups.restore(archive, packed.kept, in_clear=in_clear)
        count = packed.rows[_ROWS[packed.kept]]
        done.append(Restored(scope=packed.kept, count=count, aside=aside))
    return done
