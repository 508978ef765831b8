"""The list of what is in a backup.

Owns: what it says of each database, reading it, and refusing one that makes no sense.
Knows nothing of: zip files, where backups are kept.

Format 1 has banks alone; versions that know no other read it. Format 2 has what clients
keep as well.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ...core.types import Scope
from ...errors import NotFound, SchemaVersion
from .collection_backup import COUNTED, is_sound
from .collection_file import FILE_NAME
from .replacement import DATABASE_FILE
from .schema import ANY_VERSION, check_shape

FORMAT: Final = 2
BANKS_ONLY: Final = 1
BANK_COUNTED: Final = ("chats", "messages", "places", "visits", "hand", "vectors")

_MEMBER = re.compile(rf"[1-9][0-9]*/{re.escape(DATABASE_FILE)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedTexts:
    """What clients keep, in an archive; of a bank see `Packed`.

    Attributes:
        member: Its database's name inside the zip file.
        digest: BLAKE2 of that database, in hex.
        rows: How many rows its tables have.
    """

    member: str
    digest: str
    rows: dict[str, int]

    @property
    def name(self) -> str:
        """What it is, for people."""
        return "what clients keep"

    def is_sound(self, connection: sqlite3.Connection, path: Path) -> bool:
        """Say whether a database is ours and whole."""
        return is_sound(connection, path) and rows_in(connection, COUNTED) == self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed(PackedTexts):
    """One bank in an archive."""

    scope: Scope

    @property
    def name(self) -> str:
        """What it is, for people."""
        return f"the memory of {self.scope.character}"

    def is_sound(self, connection: sqlite3.Connection, path: Path) -> bool:
        """Say whether a database is ours and whole."""
        check_shape(connection, path, newest=ANY_VERSION)
        [answer] = connection.execute("PRAGMA quick_check(1)").fetchall()
        return bool(
            answer == ("ok",) and rows_in(connection, BANK_COUNTED) == self.rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A backup on the disk.

    Attributes:
        at: When it was made.
        reason: Why: "by-hand", "before-import" …
        sequence: Rises from one backup in a folder to the next, whatever clocks say; 0
            in those of older versions.
        collections: What clients keep; None if it is not in it.
    """

    path: Path
    at: datetime
    reason: str
    banks: tuple[Packed, ...]
    sequence: int = 0
    collections: PackedTexts | None = None

    def bank(self, scope: Scope) -> Packed:
        """Return what is in it of a bank.

        Raises:
            NotFound: Nothing is.
        """
        for bank in self.banks:
            if bank.scope == scope:
                return bank
        names = ", ".join(repr(bank.scope.character) for bank in self.banks)
        raise NotFound(
            f"{self.path} holds no memory of {scope.character!r}, but: {names}."
        )


def archive_in(told: Any, path: Path, names: Sequence[str]) -> Archive:
    """Return what a list says is in a backup.

    Args:
        told: The list, as it was read from JSON.
        path: The backup's file.
        names: What files are in it.

    Raises:
        SchemaVersion: A newer version wrote it.
        LookupError, TypeError, ValueError, AttributeError: It makes no sense.
    """
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
        collections=_kept(told["collections"]) if "collections" in told else None,
    )
    _check_names(names, archive)
    return archive


def rows_in(connection: sqlite3.Connection, tables: Sequence[str]) -> dict[str, int]:
    """Count the rows of tables."""
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in tables
    }


# -- inside --------------------------------------------------------------------------


def _packed(told: dict[str, Any]) -> Packed:
    user, character = _texts(told, "user", "character")
    member, digest = _texts(told, "database", "blake2b")
    scope = Scope(user=user, character=character)
    rows = _counts(told, BANK_COUNTED)
    return Packed(scope=scope, member=member, digest=digest, rows=rows)


def _kept(told: dict[str, Any]) -> PackedTexts:
    member, digest = _texts(told, "database", "blake2b")
    if member != FILE_NAME:
        raise ValueError
    return PackedTexts(member=member, digest=digest, rows=_counts(told, COUNTED))


def _texts(told: dict[str, Any], *names: str) -> list[str]:
    found = [told[name] for name in names]
    if not all(isinstance(one, str) for one in found):
        raise TypeError
    return found


def _counts(told: dict[str, Any], tables: Sequence[str]) -> dict[str, int]:
    rows = {table: told["rows"][table] for table in tables}
    if not all(isinstance(count, int) for count in rows.values()):
        raise TypeError
    return rows


def _check_names(names: Sequence[str], archive: Archive) -> None:
    """Raise ValueError unless each bank and each file is there once.

    Nothing is ever written by a name that stands in the file.
    """
    members = [bank.member for bank in archive.banks]
    scopes = {bank.scope for bank in archive.banks}
    if len(set(names)) != len(names) or len(scopes) != len(members):
        raise ValueError
    if len(set(members)) != len(members) or not set(members) <= set(names):
        raise ValueError
    if not all(_MEMBER.fullmatch(member) for member in members):
        raise ValueError
    if archive.collections is not None and FILE_NAME not in names:
        raise ValueError
