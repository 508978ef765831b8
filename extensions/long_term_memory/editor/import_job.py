"""What the page imports and exports.

Owns: an import's report, undoing it, and where exports go.
Knows nothing of: Gradio, tags (`templates` has them), threads (`jobs`), formats, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
from ..importers.report import ImportPhase, ImportProgress, Report
from . import markup, transfer_markup
from .clicks import NOTHING, Click
from .jobs import Job, Step
from .memory_actions import ClickResult, faulty, tried
from .safety_markup import bar
from .steps import move, undo_since, went_on
from .texts import say, say_time
from .uploads import Uploads

PART = "ltm-moving"

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


class Transfers:
    """The import under way, what became of the last one, and exports."""

    def __init__(self, engine: Engine, uploads: Uploads) -> None:
        """Start idle.

        Args:
            engine: Where the memories are.
            uploads: Has what was handed over through the page.
        """
        self._engine = engine
        self.uploads = uploads
        self.job = Job(engine, busy="transfer.running", patience_seconds=0.0)
        self._report: Report | None = None
        self._planned = False
        engine.clear_exports.look()

    def start(self, wanted: ImportRequest, *, plan: bool) -> bool:
        """Begin an import, or a look at what it would bring, if there is anything."""
        if not wanted.paths:
            return self._refused("transfer.nothing_chosen")
        if not all(file.is_file() for file in wanted.files):
            return self._refused("transfer.gone")

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
        """Begin some work, unless there is some under way."""

        def done() -> ClickResult:
            self._report, self._planned = None, plan
            self._report = report = work(self.job.stopping, self._hear)
            stopped = say("transfer.stopped") if report.cancelled else ""
            return ClickResult(words=stopped or report.note)

        return self.job.begin(PART, "doing.import", done)

    def take_back(self, user: str, change: str, scope: Scope | None = None) -> None:
        """Undo what came in one go.

        Args:
            user: Whose it is.
            change: Its id.
            scope: Of whose memories that is a step, to be undone by a click.
        """

        def act() -> ClickResult:
            bank = None if scope is None else self._engine.bank(scope)
            before = 0 if bank is None else bank.edit_history.last()
            try:
                undone = undo(self._engine, user, change)
            except LtmError as error:
                return ClickResult(words=str(error), failed=True)
            words = say(
                "transfer.taken_back",
                chats=say("common.chats", count=undone.chats),
                notes=say("common.notes", count=undone.notes),
            )
            if undone.kept:
                words += went_on(undone.kept)
            back = NOTHING if bank is None else undo_since(bank, before)
            return ClickResult(words=words, undo=back)

        self._report = None
        said = guard(
            self._engine.faults,
            "taking an import back",
            act,
            lambda: faulty(self._engine),
        )
        self.job.say(PART, said)

    def move(self, scope: Scope, click: Click) -> None:
        """Undo the taking back again."""

        def act() -> ClickResult:
            return ClickResult(words=move(self._engine.bank(scope), click))

        self.job.say(PART, tried(self._engine, "undoing", act))

    def export(self, scope: Scope | None, format: str) -> ClickResult:
        """Write a character's memory into a file beside the memories."""
        if scope is None:
            return ClickResult(words=say("transfer.nobody"), failed=True)

        def act() -> ClickResult:
            data_dir = self._engine.data_dir
            path = path_for(data_dir, scope, format, self._engine.now())
            make_private_folder(path.parent)
            done = write(self._engine.bank(scope), format, path)
            words = say("transfer.written", path=done.path, count=done.bytes)
            encryption = self._engine.storage.encryption
            if encryption is not None and encryption.is_encrypted(scope):
                words += say("transfer.in_clear")
                self._engine.clear_exports.look()
            return ClickResult(words=words)

        return guard(
            self._engine.faults, "exporting", act, lambda: faulty(self._engine)
        )

    def html(self, user: str) -> str:
        """Return how far it is, or what came of it, and what can be undone."""
        parts = [self.job.said(PART).html]
        step = self.job.step(PART)
        if step is not None:
            if self.job.stopping():
                parts.append(markup.notice(say("transfer.stopping")))
            return markup.fragment(PART, *parts, bar(step))
        if self._report is not None:
            parts.append(
                transfer_markup.report_list(self._report, planned=self._planned)
            )
        listed = self.changes(user)
        if listed:
            parts.append(transfer_markup.change_list(listed))
        return markup.fragment(PART, *parts)

    def changes(self, user: str) -> list[RecordedChange]:
        """Return what came in one go and can be undone, the newest first."""
        return guard(
            self._engine.faults,
            "listing the imports",
            lambda: batches(self._engine, user),
            lambda: list[RecordedChange](),
        )

    def _refused(self, why: str) -> bool:
        self.job.say(PART, ClickResult(words=say(why), failed=True))
        return False

    def _hear(self, progress: ImportProgress) -> None:
        self.job.tell(step_of(progress))


def step_of(progress: ImportProgress) -> Step:
    """Return how far an import is, in words."""
    is_reading = progress.phase is ImportPhase.READING
    left = progress.seconds_left
    rest = ""
    if left is not None:
        time = say_time(left)
        rest = say("transfer.pace", count=round(progress.rate), time=time)
    return Step(
        words=say("transfer.reading" if is_reading else "transfer.learning"),
        done=progress.done,
        total=progress.total,
        rest=rest,
    )
