"""A bank as a table (CSV), for spreadsheets: one row an utterance or note.

Owns: its columns, and that no cell is a formula to a spreadsheet.
Knows nothing of: files on disk.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from ..core.types import MemoryItem, MemoryKind
from ..engine.bank import Bank
from . import transcript

# What begins a formula in some spreadsheet, in either width. Blanks, quotes and what
# nobody sees may stand before it: some programs take these away first.
_FORMULA = re.compile(
    r"""[\s\x00-\x20\x7f-\x9f'"`\u00ad\u200b-\u200f\u2018-\u201f\u202a-\u202e"""
    r"""\u2060-\u206f\ufe00-\ufe0f\ufeff\uff02\uff07]*"""
    r"""[=+\-@\t\r\n\u2212\ufe62-\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"""
)
# To a spreadsheet it says that a text follows, and is not shown.
_TEXT = "'"

COLUMNS = (
    *("kind", "chat", "position", "role", "name", "time", "content"),
    *("hidden", "pinned", "edited"),
)


def lines(bank: Bank) -> Iterator[str]:
    """Yield a bank's rows, each with its line break; texts may hold some, too."""
    yield _row(COLUMNS)
    for note in transcript.notes(bank):
        yield _row(("note", "", "", *_said(note, hidden=False)))
    for chat in transcript.chats(bank):
        for line in transcript.lines(bank, chat):
            said = _said(line.memory, hidden=line.hidden)
            yield _row(("message", chat.title, line.position, *said))


def chosen(bank: Bank, memories: Iterable[MemoryItem]) -> Iterator[str]:
    """Yield the rows of some memories; their places in chats are not told."""
    titles = {chat.id: chat.title for chat in bank.chats()}
    yield _row(COLUMNS)
    for one in memories:
        kind = "message" if one.kind is MemoryKind.TURN else one.kind.value
        said = _said(one, hidden=one.hidden)
        yield _row((kind, titles.get(one.chat or "", ""), "", *said))


def _said(memory: MemoryItem, *, hidden: bool) -> tuple[object, ...]:
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


def plain_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet computes; `cell_text` undoes it."""
    return _TEXT + text if _FORMULA.match(text) else text


def cell_text(cell: str) -> str:
    """Return the text of a cell of ours."""
    return cell[len(_TEXT) :] if _FORMULA.match(cell) else cell


def _row(values: tuple[object, ...]) -> str:
    buffer = io.StringIO()
    cells = [plain_cell(one) if isinstance(one, str) else one for one in values]
    csv.writer(buffer).writerow(cells)
    # A spreadsheet is not asked to hold half characters.
    return buffer.getvalue().encode("utf-8", "replace").decode()
