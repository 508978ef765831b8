"""The list of what is in a backup.

Owns: what it says of each database, reading it, and refusing one that makes no sense.
Knows nothing of: zip files, where backups are kept.

Format 1 has banks alone; versions that know no other read it. Format 2 has what clients
keep as well, format 3 what conversations keep.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ...core.maintenance import (
    CONVERSATIONS_FILE,
    Archive,
    Beside,
    Packed,
    PackedBank,
    PackedBeside,
)
from ...core.types import Scope
from ...errors import SchemaVersion
from . import collection_backup, conversation_backup
from .collection_file import FILE_NAME
from .replacement import DATABASE_FILE
from .schema import ANY_VERSION, check_shape

FORMAT: Final = 3
BANKS_ONLY: Final = 1
FORMAT_OF: Final = {Beside.TEXTS: 2, Beside.CONVERSATIONS: 3}
FILES: Final = {Beside.TEXTS: FILE_NAME, Beside.CONVERSATIONS: CONVERSATIONS_FILE}
COUNTED: Final = {
    Beside.TEXTS: collection_backup.COUNTED,
    Beside.CONVERSATIONS: conversation_backup.COUNTED,
}
BANK_COUNTED: Final = ("chats", "messages", "places", "visits", "hand", "vectors")

_MEMBER = re.compile(rf"[1-9][0-9]*/{re.escape(DATABASE_FILE)}")


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
        path=str(path),
        size_bytes=path.stat().st_size,
        at=datetime.fromisoformat(told["at"]).astimezone(UTC),
        reason=str(told["reason"]),
        banks=tuple(_packed(bank) for bank in told["banks"]),
        sequence=int(told.get("sequence", 0)),
        beside=tuple(_kept(told[one], one) for one in Beside if one in told),
    )
    _check_names(names, archive)
    return archive


def is_sound(packed: Packed, connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether a database is ours, whole, and as long as it was.

    Args:
        packed: What the list says of it.
        connection: To the database.
        path: The backup that it comes from.
    """
    if isinstance(packed, PackedBeside):
        sound = (
            collection_backup.is_sound(connection, path)
            if packed.kept is Beside.TEXTS
            else conversation_backup.is_sound(connection)
        )
        return sound and rows_in(connection, COUNTED[packed.kept]) == packed.rows
    check_shape(connection, path, newest=ANY_VERSION)
    [answer] = connection.execute("PRAGMA quick_check(1)").fetchall()
    return answer == ("ok",) and rows_in(connection, BANK_COUNTED) == packed.rows


def rows_in(connection: sqlite3.Connection, tables: Sequence[str]) -> dict[str, int]:
    """Count the rows of tables."""
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in tables
    }


# -- inside --------------------------------------------------------------------------


def _packed(told: dict[str, Any]) -> PackedBank:
    user, character = _texts(told, "user", "character")
    member, digest = _texts(told, "database", "blake2b")
    scope = Scope(user=user, character=character)
    rows = _counts(told, BANK_COUNTED)
    return PackedBank(scope=scope, member=member, digest=digest, rows=rows)


def _kept(told: dict[str, Any], kept: Beside) -> PackedBeside:
    member, digest = _texts(told, "database", "blake2b")
    if member != FILES[kept]:
        raise ValueError
    rows = _counts(told, COUNTED[kept])
    return PackedBeside(member=member, digest=digest, rows=rows, kept=kept)


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
    if not {one.member for one in archive.beside} <= set(names):
        raise ValueError
