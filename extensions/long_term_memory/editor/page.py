"""The memory editor's page: where its parts stand and which action each one calls.

Owns: the layout, in components that Gradio 4.37 and the newest both have.
Knows nothing of: what actions do (`memory_actions`, `panels`), hosts' modules.

Lists are our own HTML, for a table of components would be slow and would not fit a
phone. A click in them reaches Python through a hidden button (see `page.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

from ..config import Option
from ..engine.engine import Engine
from . import labels, markup, memory_actions, panels
from .border import shown
from .host import Host
from .memory_actions import PageState
from .sample import sample
from .tabs import settings as controls
from .tabs.safety import KeepingTab
from .tabs.summaries import TierTab
from .tabs.transfer import MovingTab
from .tabs.trial import TrialTab
from .tabs.turn import TurnTab
from .ui import Ui

TITLE = "Long-term memory"


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


class Page(Ui):
    """One page under construction; it lives on in its callbacks."""

    def build(self, blocks: Any, *, titled: bool = False) -> None:
        """Add all parts and connect them; a page by itself has a title."""
        gr = self.gr
        with gr.Column(elem_classes="ltm-page"):
            gr.HTML(f"<style>{asset('style.css')}</style>", elem_classes="ltm-style")
            if titled:
                gr.HTML(f'<h1 class="ltm-title">{TITLE}</h1>')
            self.status = gr.HTML(markup.loading("Reading the memories …"))
            self.refresh = self.hidden_button("ltm-refresh")
            self.poll = self.hidden_button("ltm-poll")
            with gr.Tabs(selected=self.first_tab()) as self.tabs:
                self.memories_tab()
                turned = self.host.last_turn or self.host.last_turns
                self.turn = TurnTab(self) if turned else None
                self.trial = TrialTab(self) if self.host.sample else None
                self.tiers = TierTab(self)
                self.moving = MovingTab(self)
                self.keeping = KeepingTab(self)
                self.settings_tab()
        self.connect(blocks)

    def first_tab(self) -> str:
        """Name the tab to open with: the sample while there is nothing else."""
        told = memory_actions.scope_key(sample().scope)
        own = any(key != told for _, key in memory_actions.banks(self.engine, None))
        return "memories" if own or not self.host.sample else "trial"

    def memories_tab(self) -> None:
        """Lay out the list of memories and what chooses it."""
        gr = self.gr
        with gr.Tab("Memories", id="memories"):
            with gr.Row(elem_classes="ltm-choose"):
                self.bank = gr.Dropdown(
                    [], label="Character", interactive=True, min_width=240
                )
                self.words = gr.Textbox(
                    label="Search",
                    placeholder="Words, or their beginnings",
                    min_width=240,
                )
                self.shelf = gr.Dropdown(
                    list(memory_actions.SHELVES.items()),
                    value="all",
                    label="Show",
                    min_width=200,
                    interactive=True,
                )
            with gr.Accordion("Add a note", open=False):
                self.note = gr.Textbox(
                    label="Note",
                    lines=2,
                    placeholder="Something the character should know",
                )
                with gr.Row(elem_classes="ltm-choose"):
                    self.note_pinned = gr.Checkbox(
                        label="Pin: keep it in every prompt", min_width=160
                    )
                    self.note_add = gr.Button("Add", size="sm", min_width=100)
            self.list = gr.HTML(markup.loading("Reading the memories …"))
            self.list_ear = self.ear("ltm-list")
            self.view = gr.State(PageState())

    def settings_tab(self) -> None:
        """Lay out the main settings."""
        gr = self.gr
        self.options = controls.shown_options(self.host)
        made: dict[str, Any] = {}
        with gr.Tab("Settings", id="settings"):
            for group in dict.fromkeys(one.group for one in self.options):
                gr.HTML(markup.alone(markup.heading(labels.GROUPS[group])))
                for row in controls.rows(self.options, group):
                    self.control_row(row, made)
            with gr.Accordion(labels.WEIGHTS, open=False):
                weights = [one for one in self.options if controls.is_weight(one)]
                self.control_row(weights, made)
            self.apply = gr.Button(
                "Apply", variant="primary", elem_classes="ltm-narrow"
            )
            self.applied = gr.HTML()
        self.controls = [made[one.name] for one in self.options]

    def control_row(self, options: Sequence[Option], made: dict[str, Any]) -> None:
        """Add the controls of some settings side by side, where there is room."""
        with self.gr.Row(elem_classes="ltm-choose"):
            for one in options:
                made[one.name] = self.control(one)

    def control(self, one: Option) -> Any:
        """Return the control of one setting."""
        gr = self.gr
        shared: dict[str, Any] = {
            "label": labels.label(one),
            "info": labels.plain(one.sentence),
            "min_width": 240,
        }
        [value] = shown(controls.current(self.engine, [one]))
        if one.kind is bool:
            return gr.Checkbox(value=value, **shared)
        if one.choices:
            return gr.Dropdown(labels.values(one), value=value, **shared)
        if one.kind is str:
            return gr.Textbox(value=value, lines=2, **shared)
        return gr.Number(
            value=value, precision=0 if one.kind is int else None, **shared
        )

    def connect(self, blocks: Any) -> None:
        """Have every control call its action."""
        everything = [self.status, self.bank, self.list, self.view]
        blocks.load(None, None, None, js=asset("page.js"))
        for event in (blocks.load, self.refresh.click):
            self.on(
                event,
                self.on_refresh,
                [self.bank, self.view],
                everything,
                **self.quiet,
            )
        self.on(self.poll.click, self.on_poll, [self.view], [self.status], **self.quiet)
        self.connect_memories()
        self.tiers.connect()
        self.moving.connect(blocks)
        self.keeping.connect()
        if self.turn is not None:
            self.turn.connect(blocks)
        if self.trial is not None:
            self.trial.connect(blocks)
        self.on(
            self.apply.click, self.on_apply, self.controls, [self.applied], **self.busy
        )
        if self.host.sample:
            self.on(blocks.load, self.on_open, None, [self.tabs], **self.quiet)
        self.on(blocks.load, self.on_settings, None, self.controls, **self.quiet)

    def connect_memories(self) -> None:
        """Connect the list of memories."""
        chosen = [self.bank, self.words, self.shelf, self.view]
        drawn = [self.status, self.list, self.view]
        # Of the dropdowns `input`, not `change`: only what a person does counts.
        for event in (self.bank.input, self.shelf.input, self.words.submit):
            self.on(event, self.on_choose, chosen, drawn, **self.quiet)
        self.on(
            self.words.change,
            self.on_choose,
            chosen,
            drawn,
            trigger_mode="always_last",
            **self.quiet,
        )
        self.on(
            self.note_add.click,
            self.on_note,
            [self.note, self.note_pinned, self.view],
            [*drawn, self.note, self.words, self.shelf],
            **self.busy,
        )
        self.hear(self.list_ear, self.on_press, [self.view], drawn)

    def refreshed(self, done: Any) -> None:
        """Show what there is once something else is done."""
        drawn = [self.status, self.bank, self.list, self.view]
        self.on(done.then, self.on_refresh, [self.bank, self.view], drawn, **self.quiet)

    def draw_status(self, view: PageState) -> str:
        """Return the status strip."""
        return panels.status(self.engine, self.host, view.scope)

    def draw_list(self, view: PageState) -> str:
        """Return the list of memories."""
        return memory_actions.listing(
            self.engine, view, self.list_ear.name, self.host.base_url
        )

    def on_refresh(self, key: object, view: PageState) -> tuple[Any, ...]:
        """Show what there is now; what is being typed is left alone."""
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
        if not view.editing.id and memory_actions.scope_of(key) != view.scope:
            view = replace(view, scope=memory_actions.scope_of(key), page=0)
        bank = self.gr.update(choices=choices, value=key)
        listed = self.gr.update() if view.editing.id else self.draw_list(view)
        return self.draw_status(view), bank, listed, view

    def on_open(self) -> Any:
        """Open the tab that serves best now; the page is built but once."""
        return self.gr.update(selected=self.first_tab())

    def on_poll(self, view: PageState) -> str:
        """Show the status now."""
        return self.draw_status(view)

    def on_choose(
        self, key: object, words: str, shelf: str, view: PageState
    ) -> tuple[Any, ...]:
        """Show the memories that were chosen."""
        scope = memory_actions.scope_of(key)
        view = PageState(
            scope=scope or view.scope, words=words, shelf=shelf, current=view.current
        )
        return self.draw_status(view), self.draw_list(view), view

    def on_note(self, text: str, pinned: bool, view: PageState) -> tuple[Any, ...]:
        """Add a note; on success the list starts with it."""
        view, added = memory_actions.add_note(self.engine, view, text, pinned)
        drawn = (self.draw_status(view), self.draw_list(view), view)
        if added:
            return *drawn, "", "", "all"
        return *drawn, self.gr.update(), self.gr.update(), self.gr.update()

    def on_press(self, payload: str, view: PageState) -> tuple[Any, ...]:
        """Do what was clicked in the list."""
        view = memory_actions.press(self.engine, view, payload)
        return self.draw_status(view), self.draw_list(view), view

    def on_apply(self, *values: object) -> str:
        """Apply the settings."""
        said = controls.apply(self.engine, self.host, self.options, values)
        return markup.alone(said.html)

    def on_settings(self) -> list[Any]:
        """Show the settings that hold now."""
        return list(controls.current(self.engine, self.options))
