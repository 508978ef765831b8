"""The memories and settings of the predecessor of this extension.

Owns: reading its database without a trace beside it, though another program has it open
or locked; that a crafted one costs bounded time and memory; whose memories it holds,
and its rows as a chat.
Knows nothing of: engines.

It stored single messages of 100 characters and more, without what stood between them:
in order they make a chat with gaps.

What stands in a file says how it is read: a view in a table's place has no end, a
column may be computed, a page may be its own child, and a journal may name a file that
SQLite removes once it has played it back.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from ..config import Settings, from_mapping, values_of
from ..core.types import Window, WindowMessage
from ..errors import StoreCorrupt, StoreError
from .dates import read_date
from .decoding import refuse
from .file_content import FileContent, FoundChat, ImportOptions

HOST = "long_term_memory"
MEMORIES_FOLDER = "bot_memories"
_SECTIONS = {"ltm_context", "ltm_writes", "ltm_reads"}
# What SQLite keeps beside a file: without it a copy may lack the last transaction.
_JOURNAL = "-journal"
_BESIDE = (_JOURNAL, "-wal")
# Ends a journal of several databases, which names a file that they have in common.
_JOINT: Final = bytes.fromhex("d9d505f920a163d7")
_PATIENCE_SECONDS = 1.0
_STEPS_BETWEEN_LOOKS = 10_000
_TABLE: Final = "long_term_memory"
# Reading rows of one table needs no more: no function, no recursion, no other table.
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading a foreign database may cost.

    Attributes:
        file_bytes: The file, with what SQLite keeps beside it.
        rows: How many are read.
        text_bytes: All that they say; years of chat have a tenth of it.
        seconds: Until SQLite is stopped.
    """

    file_bytes: int = 1 << 30
    rows: int = 1_000_000
    text_bytes: int = 64 << 20
    seconds: float = 60.0


LIMITS: Final = Limits()


class OldMemory(NamedTuple):
    """A row of the predecessor: who said what, and when, as text in UTC."""

    name: str
    message: str
    timestamp: str


def is_config(value: object) -> bool:
    """Say whether a JSON value is the predecessor's ltm_config.json."""
    return isinstance(value, dict) and bool(_SECTIONS & value.keys())


def read_config(value: Mapping[str, Any]) -> FileContent:
    """Read the settings by their names of today; what cannot be used is told."""
    settings, problems = from_mapping(value, Settings())
    defaults = values_of(Settings())
    changed = {
        name: one for name, one in values_of(settings).items() if one != defaults[name]
    }
    return FileContent(
        format="settings of the predecessor",
        settings=changed,
        warnings=tuple(problems),
    )


def read_memories(
    rows: Sequence[OldMemory], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read the rows of a database.

    Args:
        rows: In order of their ids.
        path: Where it lies: a folder for each character, or all in one.
        wishes: What the one who imports says.

    Raises:
        InvalidInput: It is empty, or nothing tells who of them is the character.
    """
    told = [row for row in rows if row.message.strip()]
    if not told:
        raise refuse("is a database of the predecessor without memories.")
    character = wishes.character or _character(told, path, wishes.your_name)
    messages = tuple(
        WindowMessage(
            role="assistant" if _folder(row.name) == _folder(character) else "user",
            content=row.message.strip(),
            name=row.name,
            said_at=read_date(row.timestamp, zone=UTC),
        )
        for row in told
    )
    chat = FoundChat(
        host=HOST,
        name=HOST,
        characters=(character,),
        window=Window(messages=messages, complete=True),
    )
    return FileContent(format="memories of the predecessor", chats=(chat,))


def read_long_term_memory(path: Path, limits: Limits = LIMITS) -> list[OldMemory]:
    """Return all memories of the predecessor's database, in its order.

    Raises:
        StoreCorrupt: It is damaged, has no such table, or none of an honest kind.
        StoreError: It cannot be read, or goes beyond the limits.
    """
    try:
        with TemporaryDirectory(prefix="ltm-") as folder:
            # A copy: opening it in place can leave files beside it, and a lock of
            # the program that uses it would keep us out.
            copy = Path(folder) / "copy.db"
            _copy(path, copy, limits)
            return _rows(copy, limits)
    except OSError as error:
        raise StoreError(
            f"cannot be read: {error.strerror}. Check its permissions."
        ) from error


def _character(rows: Sequence[OldMemory], path: PurePath, you: str) -> str:
    """Return the name that the folder is named for, as it is written in the rows."""
    folder = path.parent.name
    counts = Counter(row.name for row in rows)
    for name, _ in counts.most_common():
        if _folder(name) == folder:
            return name
    if path.parent.parent.name == MEMORIES_FOLDER:
        return folder
    others = [name for name in counts if _folder(name) != _folder(you)]
    if len(others) == 1 and len(counts) == 2:
        return others[0]
    listed = ", ".join(repr(name) for name, _ in counts.most_common(5))
    raise refuse(f"holds memories of {listed}. Name the one who is the character.")


def _folder(name: str) -> str:
    """Return the folder that the predecessor made for a character."""
    return name.strip().lower().replace(" ", "_")


def _copy(path: Path, copy: Path, limits: Limits) -> None:
    ends = [end for end in _BESIDE if path.with_name(path.name + end).is_file()]
    files = {path.with_name(path.name + end): end for end in ("", *ends)}
    size = sum(file.stat().st_size for file in files)
    if size > limits.file_bytes:
        raise StoreError(
            f"has {size / 2**20:,.0f} MB; at most {limits.file_bytes >> 20:,} MB of a "
            "database are read."
        )
    for file, end in files.items():
        target = copy.with_name(copy.name + end)
        shutil.copyfile(file, target)
        if end == _JOURNAL and target.read_bytes()[-len(_JOINT) :] == _JOINT:
            raise StoreCorrupt(
                "has a journal that belongs to several databases, which is not played "
                "back here. Open it once with the program that wrote it."
            )


def _rows(copy: Path, limits: Limits) -> list[OldMemory]:
    until = time.monotonic() + limits.seconds
    with (
        _explained(limits),
        closing(sqlite3.connect(copy, timeout=_PATIENCE_SECONDS)) as db,
    ):
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.text_bytes)
        db.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
        # Bytes that are no UTF-8 must not cost the other rows.
        db.text_factory = lambda data: data.decode("utf-8", "replace")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        _check_table(db)
        db.set_authorizer(_judge)
        found = list(_bounded(db, limits))
    # Sorted here: SQLite would read all there is before it gave the first.
    return [OldMemory(*map(_text, row[1:])) for row in sorted(found, key=_place)]


def _check_table(db: sqlite3.Connection) -> None:
    """Refuse what only looks like a table of the predecessor's."""
    entries = db.execute(
        "SELECT type, rootpage FROM sqlite_master WHERE lower(name) = ?", (_TABLE,)
    ).fetchall()
    # Rows of a table that has no page come out of a program.
    if any(kind != "table" or not page for kind, page in entries):
        raise StoreCorrupt(f"has something else in the place of its table {_TABLE}.")
    hidden = [row[6] for row in db.execute(f"PRAGMA table_xinfo({_TABLE})")]
    if any(hidden):
        raise StoreCorrupt(f"has computed columns in its table {_TABLE}.")


def _judge(action: int, table: str | None, *_: object) -> int:
    mine = action == sqlite3.SQLITE_SELECT or (table or "").lower() == _TABLE
    return sqlite3.SQLITE_OK if action in _ALLOWED and mine else sqlite3.SQLITE_DENY


def _bounded(db: sqlite3.Connection, limits: Limits) -> Iterator[tuple[Any, ...]]:
    """Yield rows with their ids until there are too many of them or of their words."""
    size = 0
    cursor = db.execute(f"SELECT id, name, message, timestamp FROM {_TABLE}")
    for count, row in enumerate(cursor):
        size += sum(len(one) for one in row if isinstance(one, str | bytes))
        if count >= limits.rows or size > limits.text_bytes:
            raise StoreError(
                f"holds more than {limits.rows:,} memories or "
                f"{limits.text_bytes >> 20:,} MB of text, so nothing of it is taken."
            )
        yield row


def _place(row: tuple[Any, ...]) -> tuple[bool, float]:
    """Return a row's place: by number; one without a number comes last."""
    number = isinstance(row[0], int | float)
    return not number, float(row[0]) if number else 0.0


@contextmanager
def _explained(limits: Limits) -> Iterator[None]:
    try:
        yield
    # SQLite's own words can hold bytes of the damaged file.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if "interrupted" in str(error):
            raise StoreError(
                f"takes longer than {limits.seconds:,.0f} s to read, so nothing of it "
                "is taken."
            ) from error
        if "no such table" in str(error) or "no such column" in str(error):
            raise StoreCorrupt(
                "is an SQLite database, but not the predecessor's: it has no table "
                "long_term_memory(id, name, message, timestamp)."
            ) from error
        raise StoreCorrupt(f"is a damaged SQLite database ({error}).") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
