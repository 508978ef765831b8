"""A bank as a table (CSV), for spreadsheets: one row an utterance or note.

Owns: its columns.
Knows nothing of: files on disk.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ..core.types import Memory
from ..engine.bank import Bank
from . import reading

COLUMNS = (
    *("kind", "chat", "position", "role", "name", "time", "content"),
    *("hidden", "pinned", "edited"),
)


def lines(bank: Bank) -> Iterator[str]:
    """Yield a bank's rows, each with its line break; texts may hold some, too."""
    yield _row(COLUMNS)
    for note in reading.notes(bank):
        yield _row(("note", "", "", *_said(note, hidden=False)))
    for chat in reading.chats(bank):
        for line in reading.lines(bank, chat):
            said = _said(line.memory, hidden=line.hidden)
            yield _row(("message", chat.title, line.position, *said))


def _said(memory: Memory, *, hidden: bool) -> tuple[object, ...]:
    at = memory.happened_at if memory.role else memory.created_at
    return (
        memory.role or "",
        memory.name,
        "" if at is None else at.isoformat(),
        memory.content,
        _yes(hidden),
        _yes(memory.pinned),
        _yes(memory.edited),
    )


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _row(values: tuple[object, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    # A spreadsheet is not asked to hold half characters.
    return buffer.getvalue().encode("utf-8", "replace").decode()
