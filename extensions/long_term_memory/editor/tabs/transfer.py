"""Bringing memories in and carrying them out, on the page.

Owns: the layout of the tab, the import under way, and its callbacks.
Knows nothing of: HTML tags (`transfer_markup` has them), formats, hosts.

An import runs in a thread of its own: it goes on if the page is closed, and the page
shows it again when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...importers.file_content import ImportOptions
from .. import markup, transfer_markup
from ..clicks import read_click
from ..import_job import EAR, ImportRequest, Mover
from ..memory_actions import PageState
from ..sample import sample
from ..uploads import Uploads, clear_leftovers

if TYPE_CHECKING:
    from ..page import Page

FORMATS = {
    "Everything, to come back (JSONL)": "jsonl",
    "For reading (Markdown)": "md",
    "For spreadsheets (CSV)": "csv",
}
USER = "default"
LENT = "ltm-lent"
LOOK_SECONDS = 0.3
INTRODUCTION = (
    "Chats of text-generation-webui, SillyTavern, RisuAI, Agnai, Character.AI (CAI "
    "Tools), KoboldCpp, Open WebUI and ChatGPT, character cards and lorebooks, the "
    "databases of the older long_term_memory, ChromaDB exports, exports of our own, "
    "and archives of these. What a file is, is seen by its content; importing again "
    "brings only what is new."
)


class MovingTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        self.mover = Mover(page.engine, _uploads(page))
        gr = page.gr
        with gr.Tab("Import and export", id="moving") as self.tab:
            gr.HTML(markup.alone(markup.heading("Import")))
            gr.HTML(markup.alone(markup.remark(INTRODUCTION)))
            self.files = gr.File(
                label="Files", file_count="multiple", type="filepath", height=140
            )
            self.lent = gr.State([])
            self.listed = gr.HTML()
            with gr.Row(elem_classes="ltm-choose"):
                # What is kept here for a visitor cannot be sent in.
                self.folder = (
                    gr.Textbox(
                        label="Or a folder here",
                        placeholder="~/chats",
                        min_width=240,
                    )
                    if page.host.folders
                    else gr.State("")
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
            self.lent_ear = page.ear(LENT)
            gr.HTML(markup.alone(markup.heading("Export")))
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

    def connect(self, blocks: Any) -> None:
        """Have every control call its action; what is lent goes with the page."""
        page = self.page
        wanted = [self.lent, self.folder, self.character, self.your_name, page.view]
        lent = [self.lent, self.listed]
        page.on(
            self.files.upload,
            page.gr.visited(self.on_lend),
            [self.files, self.lent],
            [self.files, *lent],
            **page.quiet,
        )
        blocks.unload(page.gr.carry(page.gr.visited(self.mover.uploads.leave), 0))
        page.hear(self.lent_ear, self.on_return, [self.lent], lent)
        page.on(self.look.click, self.on_look, wanted, [self.shown], **page.quiet)
        brought = page.on(
            self.bring.click, self.on_bring, wanted, [self.shown, *lent], **page.quiet
        )
        page.refreshed(brought)
        page.on(self.stop.click, self.on_stop, [page.view], [self.shown], **page.quiet)
        page.on(self.tab.select, self.on_show, [page.view], [self.shown], **page.quiet)
        page.on(
            self.out.click,
            self.on_out,
            [self.format, page.view],
            [self.written],
            **page.busy,
        )
        page.hear(self.ear, self.on_press, [page.view], [self.shown])

    def on_lend(
        self, visitor: str, files: list[str] | None, lent: list[str]
    ) -> tuple[Any, ...]:
        """Take what was handed over out of Gradio's hands, and list it."""
        named = [Path(file) for file in files or []]
        taken = self.mover.uploads.take(visitor, named)
        kept = [*lent, *taken]
        return self.page.gr.update(value=None), kept, transfer_markup.lent(LENT, kept)

    def on_return(self, payload: str, lent: list[str]) -> tuple[Any, ...]:
        """Remove what was handed over, unasked for."""
        if read_click(payload).do != "return":
            return lent, transfer_markup.lent(LENT, lent)
        self.mover.uploads.done([Path(file) for file in lent])
        return [], transfer_markup.lent(LENT, [])

    def on_look(
        self, files: object, folder: str, character: str, name: str, view: PageState
    ) -> Iterator[str]:
        """Say what an import would bring."""
        self.mover.start(_wanted(files, folder, character, name, view), plan=True)
        yield from self._followed(view)

    def on_bring(
        self, files: object, folder: str, character: str, name: str, view: PageState
    ) -> Iterator[tuple[Any, ...]]:
        """Import, and show how far it is; what was lent is gone then."""
        wanted = _wanted(files, folder, character, name, view)
        began = self.mover.start(wanted, plan=False)
        unchanged = self.page.gr.update()
        for shown in self._followed(view):
            yield shown, unchanged, unchanged
        if began:
            left = [str(file) for file in wanted.files if file.exists()]
            yield self.mover.html(_user(view)), left, transfer_markup.lent(LENT, left)

    def on_stop(self, view: PageState) -> str:
        """Stop the import."""
        self.mover.stop()
        return self.mover.html(_user(view))

    def on_show(self, view: PageState) -> Iterator[str]:
        """Show what is under way, or what can be taken back."""
        yield from self._followed(view)

    def on_press(self, payload: str, view: PageState) -> str:
        """Take back what was clicked."""
        click = read_click(payload)
        if click.do == "take-back":
            self.mover.take_back(_user(view), click.memory_id)
        return self.mover.html(_user(view))

    def on_out(self, format: str, view: PageState) -> str:
        """Export the chosen character."""
        return markup.alone(self.mover.carry_out(view.scope, format).html)

    def _followed(self, view: PageState) -> Iterator[str]:
        """Show an import until it ends."""
        while not self.mover.wait(LOOK_SECONDS):
            yield self.mover.html(_user(view))
        yield self.mover.html(_user(view))


def _uploads(page: Page) -> Uploads:
    """Return where files wait; a host that has no place for them begins anew."""
    if page.host.uploads is not None:
        return page.host.uploads
    clear_leftovers(page.engine.data_dir)
    return Uploads(page.engine.data_dir)


def _user(view: PageState) -> str:
    """Whose memory it becomes: that of the chosen character's user."""
    chosen = view.scope.user if view.scope is not None else USER
    return USER if chosen == sample().scope.user else chosen


def _wanted(
    files: object, folder: str, character: str, name: str, view: PageState
) -> ImportRequest:
    lent = [str(file) for file in files] if isinstance(files, list) else []
    return ImportRequest(
        files=[Path(file) for file in lent],
        folder=folder or "",
        wishes=ImportOptions(
            user=_user(view),
            character=(character or "").strip(),
            your_name=(name or "").strip() or "You",
        ),
    )
