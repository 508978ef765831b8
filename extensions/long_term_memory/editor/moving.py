"""Bringing memories in and carrying them out, on the page.

Owns: the layout of the tab, the import under way, and its callbacks.
Knows nothing of: HTML tags (`moving_markup` has them), formats, hosts.

An import runs in a thread of its own: it goes on if the page is closed, and the page
shows it again when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from ..core.types import Scope
from ..engine.batches import Batch
from ..engine.engine import Engine
from ..engine.guard import guard
from ..errors import LtmError
from ..exporters.run import default_name, write
from ..importers.found import Wishes
from ..importers.report import Progress, Report, counted
from ..importers.run import Import, Tell, batches, undo
from ..stores.layout import make_private_folder
from . import markup, moving_markup
from .actions import SILENCE, Said, View, faulty
from .clicks import read_click
from .sample import sample

if TYPE_CHECKING:
    from .page import Page

FORMATS = {
    "Everything, to come back (JSONL)": "jsonl",
    "For reading (Markdown)": "md",
    "For spreadsheets (CSV)": "csv",
}
EXPORTS = "exports"
USER = "default"
EAR = "ltm-moving"
LOOK_SECONDS = 0.3
INTRODUCTION = (
    "Chats of text-generation-webui, SillyTavern, RisuAI, Agnai, Character.AI (CAI "
    "Tools), KoboldCpp, Open WebUI and ChatGPT, character cards and lorebooks, the "
    "databases of the older long_term_memory, ChromaDB exports, exports of our own, "
    "and archives of these. What a file is, is seen by its content; importing again "
    "brings only what is new."
)
NOTHING_CHOSEN = (
    "Choose files first, or name a folder of the computer that this runs on."
)
NOBODY = "There is no character yet."
RUNNING = "An import is under way. Wait for it, or stop it."
STOPPING = "Stopping after the file under way."
STOPPED = "Stopped. What came so far stays; importing again goes on from there."

Work = Callable[[Callable[[], bool], Tell], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person who imports has chosen.

    Attributes:
        files: Files that were handed over through the page; they are only lent.
        folder: A file or folder of the machine that this runs on, or "".
        wishes: What he says about all of them.
    """

    files: Sequence[Path] = ()
    folder: str = ""
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def paths(self) -> list[Path]:
        """All that is to be read."""
        named = self.folder.strip()
        return [*self.files, *([Path(named).expanduser()] if named else [])]


class Mover:
    """The import under way, and what became of the last one."""

    def __init__(self, engine: Engine) -> None:
        """Start idle."""
        self._engine = engine
        self._stop = Event()
        self._thread: Thread | None = None
        self._progress: Progress | None = None
        self._report: Report | None = None
        self._planned = False
        self.said = SILENCE

    @property
    def running(self) -> bool:
        """Whether an import is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, wanted: Wanted, *, plan: bool) -> bool:
        """Begin an import, or a look at what it would bring, if there is anything."""
        if not wanted.paths:
            self.said = Said(words=NOTHING_CHOSEN, failed=True)
            return False

        def work(stop: Callable[[], bool], tell: Tell) -> Report:
            moving = Import(self._engine, wanted.wishes, tell=tell, stop=stop)
            if plan:
                return moving.plan(wanted.paths)
            report = moving.run(wanted.paths)
            # The page's own copies of what was handed over; chats are private.
            for file in wanted.files:
                file.unlink(missing_ok=True)
            return report

        return self.begin(work, plan=plan)

    def begin(self, work: Work, *, plan: bool = False) -> bool:
        """Begin some work in a thread, unless there is one under way."""
        if self.running:
            self.said = Said(words=RUNNING, failed=True)
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
            self.said = Said(words=STOPPING)

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def take_back(self, user: str, batch: str) -> None:
        """Undo what came in one go."""

        def act() -> Said:
            try:
                undone = undo(self._engine, user, batch)
            except LtmError as error:
                return Said(words=str(error), failed=True)
            chats, notes = counted(undone.chats, "chat"), counted(undone.notes, "note")
            words = f"Taken back: {chats}, {notes}."
            kept = f" Left, for it went on since: {', '.join(undone.kept)}."
            return Said(words=words + (kept if undone.kept else ""))

        self._report = None
        self.said = guard(
            self._engine.faults, "taking an import back", act, self._fault
        )

    def carry_out(self, scope: Scope | None, format: str) -> Said:
        """Write a character's memory into a file beside the memories."""
        if scope is None:
            return Said(words=NOBODY, failed=True)

        def act() -> Said:
            folder = self._engine.data_dir / EXPORTS
            make_private_folder(folder)
            bank = self._engine.bank(scope)
            name = Path(default_name(bank, format))
            at = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
            done = write(bank, format, folder / f"{name.stem}-{at}{name.suffix}")
            return Said(words=f"Written: {done.path} ({done.bytes:,} bytes)")

        return guard(self._engine.faults, "exporting", act, self._fault)

    def html(self, user: str) -> str:
        """Return how far it is, or what came of it, and what can be taken back."""
        parts = [self.said.html]
        if self.running:
            if self._progress is not None:
                parts.append(moving_markup.progress_bar(self._progress))
            return markup.fragment(EAR, *parts)
        if self._report is not None:
            parts.append(moving_markup.report_list(self._report, planned=self._planned))
        listed = self.batches(user)
        if listed:
            parts.append(moving_markup.batch_list(listed))
        return markup.fragment(EAR, *parts)

    def batches(self, user: str) -> list[Batch]:
        """Return what came in one go and can be taken back, the newest first."""
        return guard(
            self._engine.faults,
            "listing the imports",
            lambda: batches(self._engine, user),
            lambda: list[Batch](),
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
            self.said = Said(words=STOPPED)
        else:
            self.said = Said(words=report.note)
        self._report = report

    def _hear(self, progress: Progress) -> None:
        self._progress = progress

    def _fault(self) -> Said:
        return faulty(self._engine)


class MovingTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        self.mover = Mover(page.engine)
        gr = page.gr
        with gr.Tab("Import and export", id="moving") as self.tab:
            gr.HTML(markup.alone(markup.heading("Bring in")))
            gr.HTML(markup.alone(markup.remark(INTRODUCTION)))
            self.files = gr.File(
                label="Files", file_count="multiple", type="filepath", height=140
            )
            with gr.Row(elem_classes="ltm-choose"):
                self.folder = gr.Textbox(
                    label="Or a folder here",
                    placeholder="~/chats",
                    min_width=240,
                )
                self.character = gr.Textbox(
                    label="Character",
                    placeholder="As the files say",
                    min_width=160,
                )
                self.your_name = gr.Textbox(
                    label="Your name", value="You", min_width=120
                )
            with gr.Row(elem_classes="ltm-choose"):
                self.look = gr.Button("Say what would come", size="sm", min_width=140)
                self.bring = gr.Button(
                    "Import", size="sm", variant="primary", min_width=100
                )
                self.stop = gr.Button("Stop", size="sm", min_width=80)
            self.shown = gr.HTML()
            self.ear = page.ear(EAR)
            gr.HTML(markup.alone(markup.heading("Carry out")))
            with gr.Row(elem_classes="ltm-choose"):
                self.format = gr.Dropdown(
                    list(FORMATS.items()),
                    value="jsonl",
                    label="Format",
                    interactive=True,
                    min_width=240,
                )
                self.out = gr.Button("Export", size="sm", min_width=100)
            self.written = gr.HTML()

    def connect(self) -> None:
        """Have every control call its action."""
        page = self.page
        wanted = [self.files, self.folder, self.character, self.your_name, page.view]
        self.look.click(self.on_look, wanted, [self.shown], **page.quiet)
        self.bring.click(
            self.on_bring, wanted, [self.shown, self.files], **page.quiet
        ).then(
            page.on_refresh,
            [page.bank, page.view],
            [page.status, page.bank, page.list, page.view],
            **page.quiet,
        )
        self.stop.click(self.on_stop, [page.view], [self.shown], **page.quiet)
        self.tab.select(self.on_show, [page.view], [self.shown], **page.quiet)
        self.out.click(
            self.on_out, [self.format, page.view], [self.written], **page.busy
        )
        page.hear(self.ear, self.on_press, [page.view], [self.shown])

    def on_look(
        self, files: object, folder: str, character: str, name: str, view: View
    ) -> Iterator[str]:
        """Say what an import would bring."""
        self.mover.start(_wanted(files, folder, character, name, view), plan=True)
        yield from self._followed(view)

    def on_bring(
        self, files: object, folder: str, character: str, name: str, view: View
    ) -> Iterator[tuple[Any, ...]]:
        """Import, and show how far it is; what was lent leaves its field."""
        wanted = _wanted(files, folder, character, name, view)
        began = self.mover.start(wanted, plan=False)
        for shown in self._followed(view):
            yield shown, self.page.gr.update()
        emptied = self.page.gr.update(value=None) if began else self.page.gr.update()
        yield self.mover.html(_user(view)), emptied

    def on_stop(self, view: View) -> str:
        """Stop the import."""
        self.mover.stop()
        return self.mover.html(_user(view))

    def on_show(self, view: View) -> Iterator[str]:
        """Show what is under way, or what can be taken back."""
        yield from self._followed(view)

    def on_press(self, payload: str, view: View) -> str:
        """Take back what was clicked."""
        click = read_click(payload)
        if click.do == "take-back":
            self.mover.take_back(_user(view), click.memory_id)
        return self.mover.html(_user(view))

    def on_out(self, format: str, view: View) -> str:
        """Export the chosen character."""
        return markup.alone(self.mover.carry_out(view.scope, format).html)

    def _followed(self, view: View) -> Iterator[str]:
        """Show an import until it ends."""
        while not self.mover.wait(LOOK_SECONDS):
            yield self.mover.html(_user(view))
        yield self.mover.html(_user(view))


def _user(view: View) -> str:
    """Whose memory it becomes: that of the chosen character's user."""
    chosen = view.scope.user if view.scope is not None else USER
    return USER if chosen == sample().scope.user else chosen


def _wanted(
    files: object, folder: str, character: str, name: str, view: View
) -> Wanted:
    lent = [str(file) for file in files] if isinstance(files, list) else []
    return Wanted(
        files=[Path(file) for file in lent],
        folder=folder or "",
        wishes=Wishes(
            user=_user(view),
            character=(character or "").strip(),
            your_name=(name or "").strip() or "You",
        ),
    )
