"""The memory editor's page: a slim header, and a list of tabs.

Owns: which tabs there are, in components that Gradio 4.37 and the newest both have;
    whose memories all of them show.
Knows nothing of: what a tab does (`tabs`), hosts' modules.

Lists are our own HTML, for a table of components would be slow and would not fit a
phone. A click in them reaches Python through a hidden button (see `page.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from inspect import signature
from typing import Any, Protocol, TypeVar

from ..engine.engine import Engine
from . import markup, memory_actions, status
from .host import Host
from .memory_actions import PageState
from .sample import sample
from .switches import SWITCHES, Switches
from .tabs.facts import FactsTab
from .tabs.forget import ForgetTab
from .tabs.memories import MemoriesTab
from .tabs.safety import SafetyTab
from .tabs.settings import SettingsTab
from .tabs.summaries import SummariesTab
from .tabs.transfer import TransferTab
from .tabs.why import WhyTab
from .templates import macros
from .texts import say
from .ui import REFRESH, Refresh, Ui

TITLE = "Long-term memory"


class Tab(Protocol):
    """One tab of the page: laid out when it is made, then connected."""

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action.

        Args:
            blocks: The open Blocks.
            shown: The events after which a tab is to be shown anew, if it is in sight:
                whose memories the page shows may have changed. Out of sight it is not,
                so that a page opens fast; coming into sight shows it, too.
        """


AnyTab = TypeVar("AnyTab", bound=Tab)


def asset(name: str) -> str:
    """Read a file that lies beside this module."""
    root = resources.files(__package__ or __name__.rpartition(".")[0])
    return (root / name).read_text(encoding="utf-8")


def standalone(engine: Engine, host: Host) -> Any:
    """Return the page by itself, as Gradio's Blocks."""
    import gradio as gr

    with gr.Blocks(title=TITLE, analytics_enabled=False) as blocks:
        Page(engine, host).build(blocks, titled=True)
    return blocks


def build(engine: Engine, host: Host, blocks: Any) -> None:
    """Add the page to open Blocks: the server's, or those of a webui.

    Args:
        engine: Whose memories are shown.
        host: What the one who shows the page lends it.
        blocks: The open Blocks; their load event fills the page.
    """
    Page(engine, host).build(blocks)


class Page:
    """One page under construction; it lives on in its callbacks."""

    def __init__(self, engine: Engine, host: Host) -> None:
        """Take what the page shows."""
        self.ui = Ui(engine, host)
        self.engine = engine
        self.host = host
        self.tabs: list[tuple[Tab, Any]] = []

    def build(self, blocks: Any, *, titled: bool = False) -> None:
        """Add all parts and connect them; a page by itself has a title."""
        ui, gr = self.ui, self.ui.gr
        classes = ["ltm-page", "ltm-alone"] if titled else ["ltm-page"]
        with gr.Column(elem_classes=classes):
            gr.HTML(
                macros("common").style(asset("style.css")), elem_classes="ltm-style"
            )
            with gr.Row(elem_classes="ltm-header"):
                if titled:
                    ui.html(lambda: macros("common").title(say("common.title")))
                self.bank = ui.add(
                    "Dropdown",
                    {"label": "common.character"},
                    choices=[],
                    container=False,
                    interactive=True,
                    min_width=160,
                    elem_id="ltm-character",
                )
                shown = gr.HTML(markup.loading(say("memories.reading")))
            self.refresh = Refresh(
                button=ui.hidden_button(REFRESH),
                chosen=gr.State(PageState()),
                status=shown,
            )
            self.switches = Switches(ui, self.refresh)
            self.poll = ui.hidden_button("ltm-poll")
            # Where there is not room for all, the newest Gradio would hide some.
            wraps = "overflow_behavior" in signature(gr.Tabs).parameters
            how = {"overflow_behavior": "wrap"} if wraps else {}
            with gr.Tabs(selected=self.first_tab(), **how) as self.row:
                self.add_tabs()
        self.connect(blocks)

    def add_tabs(self) -> None:
        """Add all tabs."""
        for kind in (
            *(MemoriesTab, FactsTab, WhyTab, SummariesTab, TransferTab, SafetyTab),
            *(ForgetTab, SettingsTab),
        ):
            self.add(kind)

    def add(self, kind: Any) -> None:
        """Lay out a tab in the open row of tabs."""
        made = kind(self.ui, self.refresh)
        with made.tab:
            self.tabs.append((made, self.ui.show_button()))

    def tab(self, kind: type[AnyTab]) -> AnyTab:
        """Return the tab of a kind.

        Raises:
            LookupError: The page has none.
        """
        for one, _ in self.tabs:
            if isinstance(one, kind):
                return one
        raise LookupError(kind.__name__)

    def first_tab(self) -> str:
        """Name the tab to open with: the sample while there is nothing else."""
        told = memory_actions.scope_key(sample().scope)
        own = any(key != told for _, key in memory_actions.banks(self.engine, None))
        return "memories" if own or not self.host.sample else "why"

    def connect(self, blocks: Any) -> None:
        """Have every control call its action."""
        ui, refresh = self.ui, self.refresh
        for script in ("page.js", "picking.js"):
            blocks.load(None, None, None, js=asset(script))
        ui.translate(blocks)
        known = [self.bank, refresh.chosen]
        drawn = [refresh.status, *known]
        memories = self.tab(MemoriesTab)
        # The list comes with the first answer: asking once more would take as long.
        opened = ui.on(
            blocks.load,
            self.on_load,
            known,
            [*drawn, *memories.shown],
            **(ui.quiet | ui.in_turn("memories")),
        )
        done = [ui.on(refresh.button.click, self.on_refresh, known, drawn, **ui.quiet)]
        # Of the dropdown `input`, not `change`: only what a person does counts.
        done.append(
            ui.on(
                self.bank.input,
                self.on_choose,
                known,
                [refresh.status, refresh.chosen],
                js=ui.until_drawn(SWITCHES, len(known)),
                **ui.quiet,
            )
        )
        self.switches.connect([one.then for one in (opened, *done)])
        for tab, show in self.tabs:
            tab.connect(blocks, [show.click])
        ui.on(
            self.poll.click,
            self.on_poll,
            [refresh.chosen],
            [refresh.status],
            **ui.quiet,
        )
        if self.host.sample:
            ui.keep_tab_after(
                ui.on(blocks.load, self.on_open, None, [self.row], **ui.quiet)
            )
        ui.show_tab_after(opened, listed=True)
        for one in done:
            ui.show_tab_after(one)

    def draw_status(self, view: PageState) -> str:
        """Return the status."""
        return status.status(self.engine, self.host, view.scope)

    def on_refresh(self, key: object, view: PageState) -> tuple[Any, ...]:
        """Show what there is now; who types something stays where he is."""
        current = self.host.current()
        choices = memory_actions.banks(self.engine, current)
        keys = [value for _, value in choices]
        # The host's character is shown once he changes; then a choice made here holds.
        if current and current != view.current and not view.editing.id:
            view = replace(view, current=current)
            key = next(
                (one for one in keys if one == memory_actions.scope_key(current)), key
            )
        if key not in keys:
            key = keys[0] if keys else None
        if not view.editing.id:
            view = memory_actions.showing(view, memory_actions.scope_of(key))
        bank = self.ui.gr.update(choices=choices, value=key)
        return self.draw_status(view), bank, view

    def on_load(self, key: object, view: PageState) -> tuple[Any, ...]:
        """Show what there is now, and the memories, which most visitors look at."""
        *drawn, view = self.on_refresh(key, view)
        return *drawn, view, *self.tab(MemoriesTab).on_show(view)

    def on_open(self) -> Any:
        """Open the tab that serves best now; the page is built but once."""
        return self.ui.gr.update(selected=self.first_tab())

    def on_poll(self, view: PageState) -> str:
        """Show the status now."""
        return self.draw_status(view)

    def on_choose(self, key: object, view: PageState) -> tuple[Any, ...]:
        """Show the memories of another character."""
        view = memory_actions.showing(view, memory_actions.scope_of(key) or view.scope)
        return self.draw_status(view), view
