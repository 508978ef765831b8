"""Turn imports, their reports and what can be taken back into HTML.

Owns: the tags of the page's tab for import and export; escapes every text.
Knows nothing of: Gradio, the engine, files.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..engine.undo_log import RecordedChange
from ..importers.report import FileReport, ImportProgress, Report, counted, pace
from .markup import button, day, fragment, heading, shortened

# More lines than these say nothing more; the counts below them do.
MOST_LINES = 200
MOST_NAME_LETTERS = 120


def progress_bar(progress: ImportProgress) -> str:
    """Return how far an import is, and how long the rest will take."""
    words = f"{progress.phase.capitalize()}: {progress.done:,} of {progress.total:,}"
    rest = pace(progress)
    shown = escape(f"{words}, {rest}" if rest else words)
    return (
        f'<div class="ltm-progress" role="status"><progress max="{progress.total}" '
        f'value="{progress.done}" aria-label="Import"></progress>'
        f"<span>{shown}</span></div>"
    )


def lent(to: str, files: Sequence[str]) -> str:
    """Return the files that wait to be imported, and a button that removes them.

    Args:
        to: The id of the hidden button that hears clicks.
        files: Where they lie; only their names are shown.
    """
    if not files:
        return fragment(to)
    names = "".join(f"<li>{escape(_name(file))}</li>" for file in files[:MOST_LINES])
    more = len(files) - MOST_LINES
    if more > 0:
        names += f"<li>… and {more:,} more</li>"
    title = heading(f"{counted(len(files), 'file')} chosen")
    remove = button("return", "", "Remove")
    return fragment(to, f'{title}<ul class="ltm-files">{names}</ul>{remove}')


def report_list(report: Report, *, planned: bool) -> str:
    """Return a line for every file, and the sum of all."""
    lines = "".join(_line(file) for file in report.files[:MOST_LINES])
    more = len(report.files) - MOST_LINES
    if more > 0:
        lines += f"<li>… and {more:,} more</li>"
    title = "What an import would bring" if planned else "What came"
    hint = ", ".join(
        [
            counted(report.messages, "message"),
            counted(report.chats, "chat"),
            counted(report.notes, "note"),
            f"{counted(report.left_out, 'file')} left out",
        ]
    )
    return f'{heading(title, hint)}<ul class="ltm-files">{lines}</ul>'


def batch_list(batches: Sequence[RecordedChange]) -> str:
    """Return what came in one go, each with a button that takes it back."""
    rows = "".join(
        f'<li><span>{escape(one.title)} <span class="ltm-hint">{escape(day(one.at))}'
        f", {counted(one.changes, 'change')}</span></span>"
        f"{button('take-back', one.id, 'Take back', about=one.title)}</li>"
        for one in batches
    )
    return f'{heading("Brought in before")}<ul class="ltm-files">{rows}</ul>'


def _line(file: FileReport) -> str:
    name = _name(file.path)
    mark = "" if file.read else '<span class="ltm-mark">left out</span> '
    warnings = "".join(
        f'<span class="ltm-hint"> ({escape(words)})</span>' for words in file.warnings
    )
    return (
        f"<li><span>{mark}<strong>{escape(name)}</strong> {escape(file.words)}"
        f"{warnings}</span></li>"
    )


def _name(path: str) -> str:
    return shortened(path.replace("\\", "/").rpartition("/")[2], MOST_NAME_LETTERS)
