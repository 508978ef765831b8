"""Import files: say what would happen, do it, stop and go on, take it back.

Owns: the order of an import, its progress, its report.
Knows nothing of: formats, how a chat is brought.

Each file is durable when it is done, so an import that was stopped goes on when it is
started again: what came already is known. Files are read first, which is quick; then
the messages are learned (embedded), which takes most of the time and goes on in the
background if it is stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.undo_log import RecordedChange, Undone
from ..errors import LtmError, NotFound
from .decoding import refuse
from .detection import (
    find_groups,
    is_own,
    own_records,
    read_file,
    read_own,
    whose,
    written_at,
)
from .file_content import FileContent, FoundNote, ImportOptions, without_future
from .ingest import (
    BatchName,
    Brought,
    bring_chat,
    bring_notes,
    bring_records,
    plan_chat,
    plan_records,
)
from .report import FileReport, ImportPhase, ImportProgress, Outcome, Report, summary
from .sillytavern import Group
from .walking import Seen, find_files, printable

# How often progress is told while messages are learned.
LOOK_SECONDS = 0.2

# No clock is further ahead than the zones of the earth; what is later was never said.
AHEAD = timedelta(days=1)
OUR_FAULT = "could not be read: the program failed at it. The log tells more."

Tell = Callable[[ImportProgress], None]


def silent(progress: ImportProgress) -> None:
    """Tell nobody."""
    del progress


def never_stop() -> bool:
    """Go on to the end."""
    return False


class Import:
    """One import into an engine's banks."""

    def __init__(
        self,
        engine: Engine,
        wishes: ImportOptions | None = None,
        *,
        tell: Tell = silent,
        stop: Callable[[], bool] = never_stop,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            engine: Whose banks it goes into.
            wishes: What the user says about all files.
            tell: Hears how far it is.
            stop: Asked between files and batches; True ends the import there.
            clock: Counts seconds, for rates.
        """
        self._engine = engine
        self._wishes = wishes or ImportOptions()
        self._tell = tell
        self._stop = stop
        self._clock = clock
        self._touched: dict[Scope, Bank] = {}

    def plan(self, paths: Sequence[Path]) -> Report:
        """Say what `run` would do, and change nothing."""
        return self._read(paths, None)

    def run(self, paths: Sequence[Path], *, learn: bool = True) -> Report:
        """Import files.

        Args:
            paths: Files, and folders with all below them.
            learn: Wait until all messages have vectors; else that happens in the
                background.
        """
        names = ", ".join(printable(Path(path.name or path)) for path in paths[:3])
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        batch = BatchName(id=uuid4().hex[:8], title=f"import of {names}{more}")
        with self._engine.words_first():
            report = self._read(paths, batch)
        if not report.cancelled and learn and self._touched:
            report = self._learned(report)
        came = report.chats or report.notes
        return replace(report, batch=batch.id if came else "")

    # -- reading -----------------------------------------------------------------

    def _read(self, paths: Sequence[Path], batch: BatchName | None) -> Report:
        start = self._clock()
        files = find_files(paths)
        groups = find_groups(files)
        reports: list[FileReport] = []
        for file in files:
            if self._stop():
                break
            reports.append(self._file(file, groups, batch))
            seconds = self._clock() - start
            self._tell(
                ImportProgress(
                    phase=ImportPhase.READING,
                    done=len(reports),
                    total=len(files),
                    seconds=seconds,
                )
            )
        return Report(
            files=tuple(reports),
            cancelled=len(reports) < len(files),
            reading_seconds=self._clock() - start,
        )

    def _file(
        self, seen: Seen, groups: Sequence[Group], batch: BatchName | None
    ) -> FileReport:
        """Read and bring one file; what is wrong with it costs the others nothing."""

        def failed() -> FileReport:
            return FileReport(path=printable(seen.path), read=False, words=OUR_FAULT)

        return guard(
            self._engine.faults,
            "importing a file",
            lambda: self._told(seen, groups, batch),
            failed,
        )

    def _told(
        self, seen: Seen, groups: Sequence[Group], batch: BatchName | None
    ) -> FileReport:
        try:
            if seen.refusal:
                raise refuse(seen.refusal)
            if is_own(seen.path):
                return self._own(seen.path, batch)
            found = read_file(seen.path, self._wishes, groups)
            found = without_future(found, self._engine.now() + AHEAD)
            return self._found(seen.path, found, batch)
        except LtmError as error:
            return FileReport(path=printable(seen.path), read=False, words=str(error))

    def _found(
        self, path: Path, found: FileContent, batch: BatchName | None
    ) -> FileReport:
        """Bring what was found, into each bank that it belongs in."""
        at = written_at(path)
        brought: list[Brought] = []
        for chat in found.chats:
            for character in chat.characters:
                bank = self._bank(character, create=batch is not None)
                if bank is None or batch is None:
                    brought.append(plan_chat(bank, chat, character, at))
                else:
                    brought.append(bring_chat(bank, chat, character, at, batch))
        by_character: dict[str, list[FoundNote]] = {}
        for note in found.notes:
            by_character.setdefault(note.character, []).append(note)
        notes = sum(
            self._notes(character, listed, batch)
            for character, listed in by_character.items()
        )
        characters = [name for chat in found.chats for name in chat.characters]
        return _report(
            path,
            found,
            brought,
            notes,
            tuple(dict.fromkeys([*characters, *by_character])),
        )

    def _notes(
        self, character: str, notes: list[FoundNote], batch: BatchName | None
    ) -> int:
        bank = self._bank(character, create=batch is not None)
        if bank is not None and batch is not None:
            return bring_notes(bank, notes, batch)
        known = set() if bank is None else {hand.key for hand in bank.memories.hands()}
        return sum(note.key not in known for note in notes)

    def _own(self, path: Path, batch: BatchName | None) -> FileReport:
        """Bring an export of ours, once it is known to be whole."""
        contents = read_own(path)
        scope = whose(contents.scope, self._wishes)
        bank = self._bank_of(scope, create=batch is not None)
        if bank is not None and batch is not None:
            came = bring_records(bank, own_records(path), batch)
        else:
            came = plan_records(bank, own_records(path))
        return FileReport(
            path=printable(path),
            read=True,
            words=summary(
                characters=(scope.character,),
                outcomes=list(came.outcomes),
                messages=came.messages,
                notes=came.notes,
            ),
            format="export of long-term memory",
            characters=(scope.character,),
            chats=_changed(came.outcomes),
            messages=came.messages,
            notes=came.notes,
        )

    def _bank(self, character: str, *, create: bool) -> Bank | None:
        return self._bank_of(
            Scope(user=self._wishes.user, character=character), create=create
        )

    def _bank_of(self, scope: Scope, *, create: bool) -> Bank | None:
        """Open a bank; None if there is none and none shall be made.

        One that is about to change is backed up first.
        """
        bank = self._touched.get(scope)
        known = bank is None and scope in self._engine.scopes()
        if bank is None and (create or known):
            bank = self._touched[scope] = self._engine.bank(scope)
            if create and known:
                bank.back_up("import")
        return bank

    # -- learning ----------------------------------------------------------------

    def _learned(self, report: Report) -> Report:
        """Wait until every message has its vector, and tell how far that is."""
        start = self._clock()
        banks = list(self._touched.values())
        total = 0
        note = ""
        while not all(bank.settle(LOOK_SECONDS / len(banks)) for bank in banks):
            due = sum(bank.due() for bank in banks)
            total = max(total, due)
            self._tell(
                ImportProgress(
                    phase=ImportPhase.LEARNING,
                    done=total - due,
                    total=total,
                    seconds=self._clock() - start,
                )
            )
            status = self._engine.status()
            if status.embedder_state == "failed":
                note = f"Until then only words are compared: {status.embedder_note}"
                break
            if self._stop():
                note = "Learning goes on when the server runs, or by ltm embed."
                break
        return replace(report, learning_seconds=self._clock() - start, note=note)


def batches(engine: Engine, user: str) -> list[RecordedChange]:
    """Return what can be undone of a user's banks, the newest first; each once."""
    found: dict[str, RecordedChange] = {}
    for bank in _banks(engine, user):
        for batch in bank.undo_log.all():
            known = found.get(batch.id)
            changes = batch.changes + (known.changes if known else 0)
            found[batch.id] = replace(batch, changes=changes)
    return sorted(found.values(), key=lambda batch: batch.at, reverse=True)


def undo(engine: Engine, user: str, batch: str) -> Undone:
    """Take back what a batch brought into any bank of a user.

    Raises:
        NotFound: There is no such batch.
    """
    undone = [
        bank.undo_log.undo(batch)
        for bank in _banks(engine, user)
        if any(one.id == batch for one in bank.undo_log.all())
    ]
    if not undone:
        raise NotFound(f"There is nothing with the id {batch!r} to undo.")
    return Undone(
        chats=sum(one.chats for one in undone),
        notes=sum(one.notes for one in undone),
        kept=tuple(title for one in undone for title in one.kept),
    )


def _banks(engine: Engine, user: str) -> list[Bank]:
    return [engine.bank(scope) for scope in engine.scopes() if scope.user == user]


def _changed(outcomes: Iterable[Outcome]) -> int:
    return sum(outcome not in (Outcome.KNOWN, Outcome.KEPT) for outcome in outcomes)


def _report(
    path: Path,
    found: FileContent,
    brought: Sequence[Brought],
    notes: int,
    characters: tuple[str, ...],
) -> FileReport:
    outcomes = [one.outcome for one in brought]
    messages = sum(one.messages for one in brought)
    words = summary(
        characters=characters, outcomes=outcomes, messages=messages, notes=notes
    )
    if found.settings is not None:
        told = ", ".join(f"{name} {one!r}" for name, one in found.settings.items())
        words = f"settings: {told or 'all as they are by default'}"
    elif not found.chats and not found.notes:
        words = "nothing to remember"
    return FileReport(
        path=printable(path),
        read=True,
        words=words,
        format=found.format,
        characters=characters,
        chats=_changed(outcomes),
        messages=messages,
        notes=notes,
        settings=tuple((found.settings or {}).items()),
        warnings=found.warnings,
    )
