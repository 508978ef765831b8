"""The import under way, and what became of the last one; exports.

Owns: one import at a time in a thread of its own, its progress, taking it back.
Knows nothing of: Gradio, HTML tags (`transfer_markup` has them), formats, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.forgetting.page_exports import path_for
from ..engine.undo_log import RecordedChange
from ..errors import LtmError
from ..exporters.export_job import write
from ..files import make_private_folder
from ..importers.file_content import ImportOptions
from ..importers.import_job import Import, Tell, batches, undo
from ..importers.report import ImportProgress, Report, counted
from . import markup, transfer_markup
from .memory_actions import SILENCE, ClickResult, faulty
from .uploads import Uploads

EAR = "ltm-moving"
NOTHING_CHOSEN = "Choose files first."
GONE = "The files are no longer there; choose them again."
NOBODY = "There is no character yet."
IN_CLEAR_WORDS = (
    "The memory is encrypted, and this file is in clear: take it to a safe place. "
    "Here it is removed by itself after an hour."
)
RUNNING = "An import is under way. Wait for it, or stop it."
STOPPING = "Stopping after the file under way."
STOPPED = "Stopped. What came so far stays; importing again goes on from there."

Work = Callable[[Callable[[], bool], Tell], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What the person who imports has chosen.

    Attributes:
        files: Files that were handed over through the page.
        folder: A file or folder of the machine that this runs on, or "".
        wishes: What he says about all of them.
    """

    files: Sequence[Path] = ()
    folder: str = ""
    wishes: ImportOptions = field(default_factory=ImportOptions)

    @property
    def paths(self) -> list[Path]:
        """All that is to be read."""
        named = self.folder.strip()
        return [*self.files, *([Path(named).expanduser()] if named else [])]


class Mover:
    """The import under way, and what became of the last one."""

    def __init__(self, engine: Engine, uploads: Uploads) -> None:
        """Start idle.

        Args:
            engine: Where the memories are.
            uploads: Has what was handed over through the page.
        """
        self._engine = engine
        self.uploads = uploads
        self._stop = Event()
        self._thread: Thread | None = None
        self._progress: ImportProgress | None = None
        self._report: Report | None = None
        self._planned = False
        self.said = SILENCE
        engine.clear_exports.look()

    @property
    def running(self) -> bool:
        """Whether an import is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, wanted: ImportRequest, *, plan: bool) -> bool:
        """Begin an import, or a look at what it would bring, if there is anything."""
        if not wanted.paths:
            self.said = ClickResult(words=NOTHING_CHOSEN, failed=True)
            return False
        if not all(file.is_file() for file in wanted.files):
            self.said = ClickResult(words=GONE, failed=True)
            return False

        def work(stop: Callable[[], bool], tell: Tell) -> Report:
            moving = Import(self._engine, wanted.wishes, tell=tell, stop=stop)
            if plan:
                return moving.plan(wanted.paths)
            # It goes on if the page is closed meanwhile.
            with self.uploads.held(wanted.files):
                report = moving.run(wanted.paths)
            # The page's own copies of what was handed over; chats are private.
            self.uploads.done(wanted.files)
            return report

        return self.begin(work, plan=plan)

    def begin(self, work: Work, *, plan: bool = False) -> bool:
        """Begin some work in a thread, unless there is one under way."""
        if self.running:
            self.said = ClickResult(words=RUNNING, failed=True)
            return False
        self._stop.clear()
        self._progress, self._report, self._planned = None, None, plan
        self.said = SILENCE
        self._thread = Thread(
            target=self._run, args=(work,), name="ltm-import", daemon=True
        )
        self._thread.start()
        return True

    def stop(self) -> None:
        """End the import after the file under way."""
        if self.running:
            self._stop.set()
            self.said = ClickResult(words=STOPPING)

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def take_back(self, user: str, batch: str) -> None:
        """Undo what came in one go."""

        def act() -> ClickResult:
            try:
                undone = undo(self._engine, user, batch)
            except LtmError as error:
                return ClickResult(words=str(error), failed=True)
            chats, notes = counted(undone.chats, "chat"), counted(undone.notes, "note")
            words = f"Taken back: {chats}, {notes}."
            kept = f" Left, for it went on since: {', '.join(undone.kept)}."
            return ClickResult(words=words + (kept if undone.kept else ""))

        self._report = None
        self.said = guard(
            self._engine.faults, "taking an import back", act, self._fault
        )

    def carry_out(self, scope: Scope | None, format: str) -> ClickResult:
        """Write a character's memory into a file beside the memories."""
        if scope is None:
            return ClickResult(words=NOBODY, failed=True)

        def act() -> ClickResult:
            data_dir = self._engine.data_dir
            path = path_for(data_dir, scope, format, self._engine.now())
            make_private_folder(path.parent)
            done = write(self._engine.bank(scope), format, path)
            words = f"Written: {done.path} ({done.bytes:,} bytes)"
            encryption = self._engine.storage.encryption
            if encryption is not None and encryption.is_encrypted(scope):
                words += f". {IN_CLEAR_WORDS}"
                self._engine.clear_exports.look()
            return ClickResult(words=words)

        return guard(self._engine.faults, "exporting", act, self._fault)

    def html(self, user: str) -> str:
        """Return how far it is, or what came of it, and what can be taken back."""
        parts = [self.said.html]
        if self.running:
            if self._progress is not None:
                parts.append(transfer_markup.progress_bar(self._progress))
            return markup.fragment(EAR, *parts)
        if self._report is not None:
            parts.append(
                transfer_markup.report_list(self._report, planned=self._planned)
            )
        listed = self.batches(user)
        if listed:
            parts.append(transfer_markup.batch_list(listed))
        return markup.fragment(EAR, *parts)

    def batches(self, user: str) -> list[RecordedChange]:
        """Return what came in one go and can be taken back, the newest first."""
        return guard(
            self._engine.faults,
            "listing the imports",
            lambda: batches(self._engine, user),
            lambda: list[RecordedChange](),
        )

    def _run(self, work: Work) -> None:
        report = guard(
            self._engine.faults,
            "importing",
            lambda: work(self._stop.is_set, self._hear),
            lambda: None,
        )
        if report is None:
            self.said = self._fault()
        elif report.cancelled:
            self.said = ClickResult(words=STOPPED)
        else:
            self.said = ClickResult(words=report.note)
        self._report = report

    def _hear(self, progress: ImportProgress) -> None:
        self._progress = progress

    def _fault(self) -> ClickResult:
        return faulty(self._engine)
