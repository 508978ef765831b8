"""Imports, their reports and what can be undone, as HTML.

Owns: which values stand in the template `transfer`.
Knows nothing of: Gradio, the engine, files, tags (`templates` has them).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.undo_log import RecordedChange
from ..importers.report import FileReport, Report
from .markup import fragment, shortened
from .templates import macros
from .texts import day, say

# More lines than these say nothing more; the counts below them do.
MOST_LINES = 200
MOST_NAME_LETTERS = 120


def lent(to: str, files: Sequence[str]) -> str:
    """Return the files that wait to be imported, and a button that removes them.

    Args:
        to: The id of the hidden button that hears clicks.
        files: Where they lie; only their names are shown.
    """
    if not files:
        return fragment(to)
    names = [_name(file) for file in files[:MOST_LINES]]
    title = say("transfer.chosen", count=len(files))
    more = len(files) - MOST_LINES
    return fragment(to, macros("transfer").lent(names, more, title))


def report_list(report: Report, *, planned: bool) -> str:
    """Return a line for every file, and the sum of all."""
    sums = (
        say("common.messages", count=report.messages),
        say("common.chats", count=report.chats),
        say("common.notes", count=report.notes),
        say("transfer.files_left_out", count=report.left_out),
    )
    html: str = macros("transfer").report(
        say("transfer.would_bring" if planned else "transfer.came"),
        say("common.comma").join(sums),
        [_line(file) for file in report.files[:MOST_LINES]],
        len(report.files) - MOST_LINES,
    )
    return html


def change_list(changes: Sequence[RecordedChange]) -> str:
    """Return what came in one go, each with a button that undoes it."""
    items = [
        {
            "id": one.id,
            "title": one.title,
            "hint": say("common.comma").join(
                (day(one.at), say("transfer.changes", count=one.changes))
            ),
        }
        for one in changes
    ]
    html: str = macros("transfer").changes(items)
    return html


def _line(file: FileReport) -> dict[str, object]:
    return {
        "read": file.read,
        "name": _name(file.path),
        "words": file.words,
        "warnings": file.warnings,
    }


def _name(path: str) -> str:
    return shortened(path.replace("\\", "/").rpartition("/")[2], MOST_NAME_LETTERS)
