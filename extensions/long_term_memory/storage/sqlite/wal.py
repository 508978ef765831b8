"""SQLite's journal (WAL) as bytes: is it whole, and does it belong to its database?

Owns: the layout of the files `-wal` and `-shm`, as https://sqlite.org/walformat.html
tells it, and what their disagreement means.
Knows nothing of: tables; it opens no database.

SQLite replays a journal as far as its checksums hold, and says nothing of the rest. So
a journal that was cut short loses what was acknowledged, in silence. The index beside
it knows better: after a crash it still says how many frames were written, and SQLite
raises that number only when they are on the disk. Kill or power cut, a journal is never
shorter than its index says, unless somebody else has cut it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

JOURNAL = "-wal"
INDEX = "-shm"
ROLLBACK = "-journal"
"""The journal of a database that is not in WAL mode (yet)."""
ENDINGS = (JOURNAL, INDEX, ROLLBACK)

_JOURNAL_HEADER = struct.Struct(">I4xI4x8s8x")
_MAGIC = (0x377F0682, 0x377F0683)
_FRAME_HEADER_BYTES = 24
# The index's header stands there twice; the second copy is written first.
_INDEX_HEADER = struct.Struct("=I8xBBHI12x8s8x")
_INDEX_VERSION = 3007000
_FILLED_AT = 2 * _INDEX_HEADER.size
JOURNAL_BYTES = _JOURNAL_HEADER.size
"""So many bytes tell one journal from the next."""
INDEX_BYTES = _FILLED_AT + 4
"""So many bytes of the index are looked at."""

# https://sqlite.org/fileformat.html#the_rollback_journal
_ROLLBACK_HEADER = struct.Struct(">8s8xI")
_ROLLBACK_MAGIC = bytes.fromhex("d9d505f920a163d7")


class _Index(NamedTuple):
    """What the index says: page size, frames written, frames copied back, salt."""

    page_bytes: int
    frames: int
    copied: int
    salt: bytes


def beside(database: Path, ending: str) -> Path:
    """Return a file that stands beside a database: its name with an ending."""
    return database.with_name(database.name + ending)


def complaint(database: Path) -> str:
    """Say what is wrong with a database's journal; empty if nothing is known to be.

    Looks at a few bytes only, and is safe while others write.
    """
    journal = beside(database, JOURNAL)
    if not database.exists() or database.stat().st_size == 0:
        bytes_there = journal.stat().st_size if journal.exists() else 0
        gone = bytes_there or _pages_before(beside(database, ROLLBACK))
        return "it belongs to a database that is gone" if gone else ""
    index = _index(database)
    found = _judge(journal, index)
    # Another program may have begun a new journal between our two looks.
    return found if found and index == _index(database) else ""


def _pages_before(rollback: Path) -> int:
    """Return how many pages the database of a rollback journal had.

    None if there is no journal. One of an empty database is left by whoever was
    killed while making it.
    """
    try:
        with rollback.open("rb") as file:
            content = file.read(_ROLLBACK_HEADER.size)
    except FileNotFoundError:
        return 0
    if len(content) < _ROLLBACK_HEADER.size:
        return 0
    magic, pages = _ROLLBACK_HEADER.unpack(content)
    return int(pages) if magic == _ROLLBACK_MAGIC else 0


def _judge(journal: Path, index: _Index | None) -> str:
    size = journal.stat().st_size if journal.exists() else 0
    if size > _JOURNAL_HEADER.size:
        with journal.open("rb") as file:
            head = file.read(_JOURNAL_HEADER.size)
        magic, page_bytes, salt = _JOURNAL_HEADER.unpack(head)
        if magic not in _MAGIC or page_bytes == 0:
            return "its first bytes make no sense"
        if index is not None and index.frames and index.salt != salt:
            return "it belongs to another database"
    if index is None or index.copied >= index.frames:
        return ""
    frame = _FRAME_HEADER_BYTES + index.page_bytes
    there = max(0, size - _JOURNAL_HEADER.size) // frame
    if there < index.frames:
        return f"it was cut short: {there} of {index.frames} pages are left"
    return ""


def _index(database: Path) -> _Index | None:
    """Read the index; None if there is none, or it is being written."""
    try:
        with beside(database, INDEX).open("rb") as file:
            content = file.read(INDEX_BYTES)
    except OSError:
        return None
    size = _INDEX_HEADER.size
    if len(content) < INDEX_BYTES or content[:size] != content[size : 2 * size]:
        return None
    version, begun, _, page_bytes, frames, salt = _INDEX_HEADER.unpack(content[:size])
    if version != _INDEX_VERSION or not begun:
        return None
    # 65,536 does not fit into two bytes and is written as 1.
    page_bytes = 65_536 if page_bytes == 1 else page_bytes
    (copied,) = struct.unpack_from("=I", content, _FILLED_AT)
    return _Index(page_bytes, frames, copied, salt)
