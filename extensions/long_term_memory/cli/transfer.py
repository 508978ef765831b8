"""`ltm import` and `ltm export`.

Owns: progress on the terminal, stopping in good order, a line for each file.
Knows nothing of: formats.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars

from ..core.types import Scope
from ..engine.engine import Engine
from ..errors import InvalidInput
from ..exporters.export_job import FORMATS, Exported, names_of, text, write, write_logs
from ..importers.file_content import ImportOptions
from ..importers.import_job import Import
from ..importers.report import (
    FileReport,
    ImportPhase,
    ImportProgress,
    Report,
    counted,
    pace,
)
from . import sentences
from .encryption import warn_of_clear
from .options import (
    Character,
    DataDir,
    Json,
    User,
    all_of,
    each,
    looking,
    opened,
    scope_of,
    show,
    tell,
    tell_json,
)

LOGS = "log"
LATER = sentences.MEANINGS_FOLLOW
# What ends sooner needs no estimate.
SHORT_SECONDS = 45


class Stop:
    """Ctrl+C: the first ends in good order, the second at once."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self.asked = False

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self.asked

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Hear Ctrl+C."""
        del number, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear Ctrl+C for a while."""
        before = signal.signal(signal.SIGINT, self.on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def import_files(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, and folders with all below them.", metavar="PATH"),
    ],
    character: Annotated[
        str,
        typer.Option(
            "--character",
            "-c",
            metavar="NAME",
            help="The character, whatever the files say.",
        ),
    ] = "",
    user: User = "default",
    your_name: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What you are called where a file does not tell."
        ),
    ] = "You",
    persona: Annotated[
        bool,
        typer.Option(
            "--persona",
            help="Take the persona text of cards as notes, too; hosts send it anyway.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would happen, and change nothing."),
    ] = False,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait/--no-wait",
            help="Wait until meanings are compared, too; words are at once.",
        ),
    ] = True,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Import chats, cards and memories of others, and exports of our own.

    Chats of text-generation-webui, SillyTavern, RisuAI, Agnai, Character.AI (CAI
    Tools), KoboldCpp, Open WebUI and ChatGPT, character cards (PNG, JSON, CHARX),
    lorebooks, the databases of wawawario2's long_term_memory, ChromaDB exports of the
    Extras API, and archives of these. What a file is, is seen by its content. Importing
    again brings only what is new; Ctrl+C stops, and the same command goes on.
    """
    wishes = ImportOptions(
        user=user, character=character, your_name=your_name, persona=persona
    )
    stop = Stop()
    session = looking if dry_run else opened
    with session(data_dir) as engine, stop.listening():
        how = _How(dry_run=dry_run, quiet=as_json, wait=wait)
        report = _imported(engine, wishes, paths, stop, how)
    if as_json:
        totals = ("messages", "chats", "notes", "left_out")
        told = {name: getattr(report, name) for name in totals}
        tell_json({**told, **asdict(report), "dry_run": dry_run})
    else:
        _tell_report(report, dry_run=dry_run)
        if not (wait or dry_run):
            tell(LATER)
    if report.cancelled:
        raise typer.Exit(130)
    if report.left_out:
        raise typer.Exit(1)


def export(
    target: Annotated[
        Path,
        typer.Argument(
            help="A file, a folder, or - for the terminal.", metavar="TARGET"
        ),
    ] = Path(),
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join([*FORMATS, LOGS]),
            help="jsonl holds everything and can be imported again; csv is for "
            "spreadsheets, md for reading, log a file a chat with a line a turn. "
            "Default: by the target's name, else jsonl.",
        ),
    ] = "",
    character: Character = "",
    user: User = "default",
    everyone: Annotated[
        bool, typer.Option("--all", help="All characters, each in a file of its own.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Export a character's memory into a file.

    It is in clear, even if the memory is encrypted.
    """
    chosen = format or _format_of(target)
    with looking(data_dir) as engine:
        if everyone:
            _check_folder(target, sentences.WITH_ALL)
            scopes = all_of(engine, user)
        else:
            scopes = [scope_of(engine, user, character)]
        if str(target) == "-":
            warn_of_clear(engine, scopes)
            _print_bank(engine, scopes, chosen)
            return
        if chosen == LOGS:
            _check_folder(target, sentences.WITH_FORMAT.format(format=LOGS))
        names = names_of(scopes)
        done = each(
            scopes,
            lambda scope: _written(engine, scope, chosen, (target, names[scope])),
        )
        written = [one for _, files in done for one in files]
    if as_json:
        tell_json([asdict(one) for one in written])
        return
    for one in written:
        tell(
            sentences.EXPORTED.format(
                character=one.character, path=one.path, bytes=one.bytes
            )
        )


def _written(
    engine: Engine, scope: Scope, format: str, to: tuple[Path, str]
) -> list[Exported]:
    """Write a character's memory, in one file or in several."""
    warn_of_clear(engine, [scope])
    bank = engine.bank(scope)
    if format == LOGS:
        return write_logs(bank, *to)
    return [write(bank, format, *to)]


def _format_of(target: Path) -> str:
    """Return the format that a target's name tells; "jsonl" where it tells none.

    Raises:
        InvalidInput: It tells one that is not written.
    """
    named = target.suffix.removeprefix(".").lower()
    if not named or target.is_dir() or str(target) == "-":
        return "jsonl"
    if named not in FORMATS:
        known = ", ".join(f".{one}" for one in FORMATS)
        raise InvalidInput(
            sentences.NO_FORMAT.format(suffix=target.suffix, known=known),
            field="target",
        )
    return named


def _check_folder(target: Path, when: str) -> None:
    if not target.is_dir():
        raise InvalidInput(sentences.NAME_A_FOLDER.format(when=when, target=target))


def _print_bank(engine: Engine, scopes: list[Scope], format: str) -> None:
    for scope in scopes:
        for part in text(engine.bank(scope), format):
            show(part)
    sys.stdout.flush()


class _How(NamedTuple):
    """How an import goes: only looking, saying nothing, to the end."""

    dry_run: bool
    quiet: bool
    wait: bool


class Once:
    """Tells once, while meanings are worked out, that words are found already."""

    def __init__(self, console: Console) -> None:
        """Tell on a console."""
        self._console = console
        self._told = False

    def __call__(self, progress: ImportProgress) -> None:
        """Tell it as soon as it can be said how long the rest will take."""
        left = progress.seconds_left
        if self._told or progress.phase is not ImportPhase.LEARNING or left is None:
            return
        self._told = True
        self._console.print(usable_now(left), highlight=False)


def usable_now(seconds: float) -> str:
    """Say that an import can be used, and when it is whole."""
    if seconds < SHORT_SECONDS:
        return sentences.MEANINGS_IN_A_MOMENT
    return sentences.MEANINGS_IN_MINUTES.format(
        minutes=counted(max(1, round(seconds / 60)), "minute")
    )


def _imported(
    engine: Engine,
    wishes: ImportOptions,
    paths: list[Path],
    stop: Stop,
    how: _How,
) -> Report:
    """Import with a bar on the terminal, if there is one."""
    console = Console(stderr=True, quiet=how.quiet)
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,}"),
        TextColumn("{task.fields[pace]}"),
        console=console,
        transient=True,
        disable=how.quiet or not console.is_terminal,
    )
    usable = Once(console)
    with bars:
        tasks = {
            phase: bars.add_task(phase, total=0, pace="", visible=False)
            for phase in ImportPhase
        }

        def advance(progress: ImportProgress) -> None:
            usable(progress)
            bars.update(
                tasks[progress.phase],
                completed=progress.done,
                total=progress.total,
                pace=pace(progress),
                visible=True,
            )

        run = Import(engine, wishes, tell=advance, stop=stop)
        return run.plan(paths) if how.dry_run else run.run(paths, learn=how.wait)


def _tell_report(report: Report, *, dry_run: bool) -> None:
    for file in report.files:
        tell(_line(file))
        for warning in file.warnings:
            tell(f"    ({warning})")
    what = sentences.WOULD_BRING if dry_run else sentences.BROUGHT
    parts = [
        counted(report.messages, "message"),
        f"in {counted(report.chats, 'chat')}",
        f"and {counted(report.notes, 'note')}",
        f"from {counted(len(report.files), 'file')};",
        f"{report.left_out:,} left out.",
    ]
    tell(f"\n{what} {' '.join(parts)}")
    if report.cancelled:
        tell(sentences.STOPPED)
    if report.note:
        tell(report.note)
    if any(file.settings for file in report.files):
        tell(sentences.PREDECESSORS_SETTINGS)
    if report.batch:
        tell(sentences.TAKE_IMPORT_BACK.format(batch=report.batch))


def _line(file: FileReport) -> str:
    mark = "ok   " if file.read else "LEFT OUT "
    return f"{mark}{file.path}{': ' if file.read else ' '}{file.words}"
