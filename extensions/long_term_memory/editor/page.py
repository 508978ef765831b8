"""The memory editor's page: where its parts stand and which action each one calls.

Owns: the layout, in components that Gradio 4.37 and the newest both have.
Knows nothing of: what actions do (`actions`, `panels`, `settings`), hosts' modules.

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
from . import actions, markup, panels
from . import settings as controls
from .actions import View
from .border import shown
from .clicks import read_click
from .host import Host
from .keeping import KeepingTab
from .moving import MovingTab
from .panels import TurnView
from .sample import sample
from .tiers import TierTab
from .ui import Ui

TITLE = "Long-term memory"
NO_TURN = (
    "No turn yet. After the next message you see here what was put into its prompt."
)
NO_TRIAL = "Type a message, or choose one above: here you see what it brings to mind."


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
                if self.host.last_turn is not None:
                    self.turn_tab()
                if self.host.sample:
                    self.trial_tab()
                self.tiers = TierTab(self)
                self.moving = MovingTab(self)
                self.keeping = KeepingTab(self)
                self.settings_tab()
        self.connect(blocks)

    def first_tab(self) -> str:
        """Name the tab to open with: the sample while there is nothing else."""
        nothing = not actions.banks(self.engine, None)
        return "trial" if self.host.sample and nothing else "memories"

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
                    list(actions.SHELVES.items()),
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
            self.view = gr.State(View())

    def turn_tab(self) -> None:
        """Lay out the last turn."""
        with self.gr.Tab("Last turn", id="turn"):
            self.turn = self.gr.HTML(markup.loading("Reading the last turn …"))
            self.turn_ear = self.ear("ltm-turn")
            self.turn_view = self.gr.State(TurnView())

    def trial_tab(self) -> None:
        """Lay out the sample chat and a message to try on it."""
        gr = self.gr
        told = sample()
        with gr.Tab("Try it", id="trial"):
            gr.HTML(markup.introduction(told.about, told.scope.user))
            self.trial_load = gr.Button(
                "Load the sample chat", variant="primary", elem_classes="ltm-narrow"
            )
            self.trial_said = gr.HTML()
            with gr.Row(elem_classes="ltm-choose"):
                self.trial_text = gr.Textbox(
                    label=f"What {told.user} says to {told.character} next",
                    placeholder=told.questions[0],
                    scale=4,
                    min_width=200,
                )
                self.trial_ask = gr.Button("Show the prompt", scale=1, min_width=140)
            gr.HTML(markup.suggestions("ltm-ask", told.questions))
            self.ask_ear = self.ear("ltm-ask")
            self.trial = gr.HTML(markup.empty(NO_TRIAL))
            self.trial_ear = self.ear("ltm-trial")
            self.trial_view = gr.State(TurnView())

    def settings_tab(self) -> None:
        """Lay out the main settings."""
        gr = self.gr
        self.options = controls.shown_options(self.host)
        made: dict[str, Any] = {}
        with gr.Tab("Settings", id="settings"):
            for group in dict.fromkeys(one.group for one in self.options):
                gr.HTML(markup.alone(markup.heading(group.capitalize())))
                for row in controls.rows(self.options, group):
                    self.control_row(row, made)
            with gr.Accordion("Weights of the signals", open=False):
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
            "label": controls.label(one),
            "info": one.sentence.replace("`", ""),
            "min_width": 240,
        }
        [value] = shown(controls.current(self.engine, [one]))
        if one.kind is bool:
            return gr.Checkbox(value=value, **shared)
        if one.choices:
            return gr.Dropdown(list(one.choices), value=value, **shared)
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
        if self.host.last_turn is not None:
            self.connect_turn(blocks)
        if self.host.sample:
            self.connect_trial()
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

    def connect_turn(self, blocks: Any) -> None:
        """Connect the last turn."""
        drawn = [self.turn, self.turn_view]
        for event in (blocks.load, self.refresh.click):
            self.on(event, self.on_turn, [self.turn_view], drawn, **self.quiet)
        self.hear(self.turn_ear, self.on_turn_press, [self.turn_view], drawn)

    def connect_trial(self) -> None:
        """Connect the sample chat; loading it changes what the list can show."""
        drawn = [self.trial, self.trial_view]
        loaded = self.on(
            self.trial_load.click,
            self.on_load_sample,
            None,
            [self.trial_said],
            **self.busy,
        )
        self.refreshed(loaded)
        for event in (self.trial_ask.click, self.trial_text.submit):
            self.on(event, self.on_ask, [self.trial_text], drawn, **self.busy)
        self.hear(self.ask_ear, self.on_suggestion, [], [self.trial_text, *drawn])
        self.hear(self.trial_ear, self.on_trial_press, [self.trial_view], drawn)

    def refreshed(self, done: Any) -> None:
        """Show what there is once something else is done."""
        drawn = [self.status, self.bank, self.list, self.view]
        self.on(done.then, self.on_refresh, [self.bank, self.view], drawn, **self.quiet)

    def draw_status(self, view: View) -> str:
        """Return the status strip."""
        return panels.status(self.engine, self.host, view.scope)

    def draw_list(self, view: View) -> str:
        """Return the list of memories."""
        return actions.listing(self.engine, view, self.list_ear.name)

    def on_refresh(self, key: object, view: View) -> tuple[Any, ...]:
        """Show what there is now; what is being typed is left alone."""
        current = self.host.current()
        choices = actions.banks(self.engine, current)
        keys = [value for _, value in choices]
        # The host's character is shown once he changes; then a choice made here holds.
        if current and current != view.current and not view.editing.id:
            view = replace(view, current=current)
            key = next((one for one in keys if one == actions.scope_key(current)), key)
        if key not in keys:
            key = keys[0] if keys else None
        if not view.editing.id and actions.scope_of(key) != view.scope:
            view = replace(view, scope=actions.scope_of(key), page=0)
        bank = self.gr.update(choices=choices, value=key)
        listed = self.gr.update() if view.editing.id else self.draw_list(view)
        return self.draw_status(view), bank, listed, view

    def on_open(self) -> Any:
        """Open the tab that serves best now; the page is built but once."""
        return self.gr.update(selected=self.first_tab())

    def on_poll(self, view: View) -> str:
        """Show the status now."""
        return self.draw_status(view)

    def on_choose(
        self, key: object, words: str, shelf: str, view: View
    ) -> tuple[Any, ...]:
        """Show the memories that were chosen."""
        scope = actions.scope_of(key)
        view = View(
            scope=scope or view.scope, words=words, shelf=shelf, current=view.current
        )
        return self.draw_status(view), self.draw_list(view), view

    def on_note(self, text: str, pinned: bool, view: View) -> tuple[Any, ...]:
        """Add a note; on success the list starts with it."""
        view, added = actions.add_note(self.engine, view, text, pinned)
        drawn = (self.draw_status(view), self.draw_list(view), view)
        if added:
            return *drawn, "", "", "all"
        return *drawn, self.gr.update(), self.gr.update(), self.gr.update()

    def on_press(self, payload: str, view: View) -> tuple[Any, ...]:
        """Do what was clicked in the list."""
        view = actions.press(self.engine, view, payload)
        return self.draw_status(view), self.draw_list(view), view

    def on_turn(self, view: TurnView) -> tuple[Any, ...]:
        """Show the host's last turn; what is being typed is left alone."""
        if view.editing.id or self.host.last_turn is None:
            return self.gr.update(), view
        view = TurnView(turn=self.host.last_turn())
        return panels.turn(self.engine, view, self.turn_ear.name, NO_TURN), view

    def on_turn_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked in the last turn."""
        view = panels.press_turn(self.engine, view, payload)
        return panels.turn(self.engine, view, self.turn_ear.name, NO_TURN), view

    def on_load_sample(self) -> str:
        """Load the sample chat."""
        return markup.alone(panels.load_sample(self.engine).html)

    def on_ask(self, text: str) -> tuple[Any, ...]:
        """Show what a message to the sample's character brings to mind."""
        view = panels.ask(self.engine, text)
        return panels.turn(self.engine, view, self.trial_ear.name, NO_TRIAL), view

    def on_suggestion(self, payload: str) -> tuple[Any, ...]:
        """Try a message that we suggest."""
        text = read_click(payload).text
        return text, *self.on_ask(text)

    def on_trial_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked beside a memory of the sample."""
        view = panels.press_turn(self.engine, view, payload)
        return panels.turn(self.engine, view, self.trial_ear.name, NO_TRIAL), view

    def on_apply(self, *values: object) -> str:
        """Apply the settings."""
        said = controls.apply(self.engine, self.host, self.options, values)
        return markup.alone(said.html)

    def on_settings(self) -> list[Any]:
        """Show the settings that hold now."""
        return list(controls.current(self.engine, self.options))
