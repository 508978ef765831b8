"""Bringing memories in and exporting them, on the page.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: HTML (`transfer_markup`), formats, hosts.

An import runs in a thread of its own: it goes on if the page is closed, and the page
shows it again when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...importers.file_content import ImportOptions
from .. import markup, transfer_markup
from ..clicks import read_click
from ..import_job import PART, ImportRequest, Transfers
from ..memory_actions import PageState
from ..sample import sample
from ..steps import MOVES
from ..texts import say
from ..ui import Refresh, Ui
from ..uploads import Uploads, clear_leftovers

FORMATS = ("jsonl", "md", "csv")
USER = "default"
LENT = "ltm-lent"
LOOK_SECONDS = 0.3


def formats() -> list[tuple[str, str]]:
    """Return labels and names of the formats of an export."""
    return [(say(f"transfer.format_{one}"), one) for one in FORMATS]


class TransferTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        self.transfers = Transfers(ui.engine, _uploads(ui))
        with ui.add_tab("moving", "transfer.title") as self.tab:
            self._import_part()
            self._export_part()

    def _import_part(self) -> None:
        ui, gr = self.ui, self.ui.gr
        ui.html(lambda: markup.alone(markup.heading(say("transfer.import"))))
        ui.html(lambda: markup.alone(markup.remark(say("transfer.introduction"))))
        self.files = ui.add(
            "File",
            {"label": "transfer.files"},
            file_count="multiple",
            type="filepath",
            height=140,
        )
        self.lent = gr.State([])
        self.listed = gr.HTML()
        with gr.Row(elem_classes="ltm-choose"):
            # What is kept here for a visitor cannot be sent in.
            self.folder = (
                ui.add(
                    "Textbox",
                    {"label": "transfer.folder"},
                    placeholder="~/chats",
                    min_width=240,
                )
                if ui.host.folders
                else gr.State("")
            )
            self.character = ui.add(
                "Textbox",
                {"label": "common.character", "placeholder": "transfer.as_files_say"},
                min_width=160,
            )
            self.your_name = ui.add(
                "Textbox",
                {"label": "transfer.your_name", "value": "common.user"},
                min_width=120,
            )
        with gr.Row(elem_classes="ltm-choose"):
            self.look = ui.add(
                "Button", {"value": "transfer.preview"}, size="sm", min_width=140
            )
            self.bring = ui.add(
                "Button",
                {"value": "transfer.import"},
                size="sm",
                variant="primary",
                min_width=100,
            )
            self.stop = ui.add(
                "Button",
                {"value": "common.stop"},
                size="sm",
                min_width=80,
                elem_classes="ltm-stop",
            )
        self.shown = gr.HTML()
        self.target = ui.click_target(PART)
        self.lent_target = ui.click_target(LENT)

    def _export_part(self) -> None:
        ui, gr = self.ui, self.ui.gr
        ui.html(lambda: markup.alone(markup.heading(say("transfer.export"))))
        with gr.Row(elem_classes="ltm-choose"):
            self.format = ui.add(
                "Dropdown",
                {"label": "transfer.format", "choices": formats},
                value="jsonl",
                interactive=True,
                min_width=240,
            )
            self.out = ui.add(
                "Button", {"value": "transfer.export"}, size="sm", min_width=100
            )
        self.written = gr.HTML()

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action; what is lent goes with the page."""
        del shown
        ui, chosen = self.ui, self.refresh.chosen
        wanted = [self.lent, self.folder, self.character, self.your_name, chosen]
        lent = [self.lent, self.listed]
        ui.on(
            self.files.upload,
            self.on_lend,
            [self.files, self.lent],
            [self.files, *lent],
            visited=True,
            **ui.quiet,
        )
        blocks.unload(ui.gr.carry(self.transfers.uploads.leave, 0, visited=True))
        ui.on_click(self.lent_target, self.on_return, [self.lent], lent)
        ui.on(self.look.click, self.on_look, wanted, [self.shown], **ui.quiet)
        brought = ui.on(
            self.bring.click, self.on_bring, wanted, [self.shown, *lent], **ui.quiet
        )
        ui.show_all_after(brought)
        ui.on(self.stop.click, self.on_stop, [chosen], [self.shown], **ui.quiet)
        ui.on_select(self.tab, self.on_show, [chosen], [self.shown])
        ui.on(
            self.out.click,
            self.on_export,
            [self.format, chosen],
            [self.written],
            **ui.busy,
        )
        pressed = ui.on_click(self.target, self.on_press, [chosen], [self.shown])
        ui.show_all_after(pressed)

    def on_lend(
        self, visitor: str, files: list[str] | None, lent: list[str]
    ) -> tuple[Any, ...]:
        """Take what was handed over out of Gradio's hands, and list it."""
        named = [Path(file) for file in files or []]
        taken = self.transfers.uploads.take(visitor, named)
        kept = [*lent, *taken]
        return self.ui.gr.update(value=None), kept, transfer_markup.lent(LENT, kept)

    def on_return(self, payload: str, lent: list[str]) -> tuple[Any, ...]:
        """Remove what was handed over, unasked for."""
        if read_click(payload).do != "return":
            return lent, transfer_markup.lent(LENT, lent)
        self.transfers.uploads.done([Path(file) for file in lent])
        return [], transfer_markup.lent(LENT, [])

    def on_look(
        self, files: object, folder: str, character: str, name: str, view: PageState
    ) -> Iterator[str]:
        """Say what an import would bring."""
        self.transfers.start(_wanted(files, folder, character, name, view), plan=True)
        yield from self._followed(view)

    def on_bring(
        self, files: object, folder: str, character: str, name: str, view: PageState
    ) -> Iterator[tuple[Any, ...]]:
        """Import, and show how far it is; what was lent is gone then."""
        wanted = _wanted(files, folder, character, name, view)
        began = self.transfers.start(wanted, plan=False)
        unchanged = self.ui.gr.update()
        for shown in self._followed(view):
            yield shown, unchanged, unchanged
        if began:
            left = [str(file) for file in wanted.files if file.exists()]
            yield (
                self.transfers.html(_user(view)),
                left,
                transfer_markup.lent(LENT, left),
            )

    def on_stop(self, view: PageState) -> str:
        """Stop the import."""
        self.transfers.job.stop()
        return self.transfers.html(_user(view))

    def on_show(self, view: PageState) -> Iterator[str]:
        """Show what is under way, or what can be taken back."""
        yield from self._followed(view)

    def on_press(self, payload: str, view: PageState) -> str:
        """Take back what was clicked, or bring it again."""
        click = read_click(payload)
        if click.do == "take-back":
            self.transfers.take_back(_user(view), click.memory_id, view.scope)
        elif click.do in MOVES and view.scope is not None:
            self.transfers.move(view.scope, click)
        return self.transfers.html(_user(view))

    def on_export(self, format: str, view: PageState) -> str:
        """Export the chosen character."""
        return markup.alone(self.transfers.export(view.scope, format).html)

    def _followed(self, view: PageState) -> Iterator[str]:
        """Show an import until it ends."""
        while not self.transfers.job.wait(LOOK_SECONDS):
            yield self.transfers.html(_user(view))
        yield self.transfers.html(_user(view))


def _uploads(ui: Ui) -> Uploads:
    """Return where files wait; a host that has no place for them begins anew."""
    if ui.host.uploads is not None:
        return ui.host.uploads
    clear_leftovers(ui.engine.data_dir)
    return Uploads(ui.engine.data_dir)


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
            your_name=(name or "").strip() or say("common.user"),
        ),
    )
