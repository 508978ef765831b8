"""Trying what a message brings to mind, with the sample or a character of one's own.

Owns: the layout of the tab, whom one can try, its callbacks.
Knows nothing of: HTML (`turn_markup`), how turns are shown (`panels`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.types import Scope
from .. import markup, memory_actions, panels, turn_markup
from ..clicks import read_click
from ..panels import TurnView
from ..sample import sample
from ..texts import say
from ..ui import Refresh, Ui


class TrialTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        del refresh  # whom one tries is chosen here
        self.ui = ui
        gr, told = ui.gr, sample()
        with ui.add("Tab", {"label": "trial.title"}, id="trial") as self.tab:
            with ui.add("Accordion", {"label": "trial.sample"}, open=True) as self.fold:
                ui.html(lambda: turn_markup.introduction(told.about, told.scope.user))
                self.load = ui.add(
                    "Button",
                    {"value": "trial.load"},
                    variant="primary",
                    elem_classes="ltm-narrow",
                )
                self.said = gr.HTML()
                gr.HTML(turn_markup.suggestions("ltm-ask", told.questions))
            with gr.Row(elem_classes="ltm-choose"):
                self.bank = ui.add(
                    "Dropdown",
                    {"label": "common.character"},
                    choices=self.choices()[-1:],  # the others once the page is opened
                    value=memory_actions.scope_key(told.scope),
                    interactive=True,
                    scale=2,
                    min_width=200,
                )
                self.text = ui.add(
                    "Textbox",
                    {"label": "trial.say_next"},
                    placeholder=told.questions[0],
                    scale=4,
                    min_width=200,
                )
                self.ask = ui.add(
                    "Button", {"value": "trial.ask"}, scale=1, min_width=140
                )
            self.ask_target = ui.click_target("ltm-ask")
            self.shown = ui.html(lambda: markup.alone(markup.empty(say("trial.none"))))
            self.target = ui.click_target("ltm-trial")
            self.view = gr.State(TurnView())
            self.chosen = gr.State(False)

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action; loading changes what can be shown."""
        ui, drawn = self.ui, [self.shown, self.view]
        loaded = ui.on(self.load.click, self.on_load, None, [self.said], **ui.busy)
        ui.show_all_after(loaded)
        asked = [self.text, self.bank]
        for event in (self.ask.click, self.text.submit):
            ui.on(event, self.on_ask, asked, drawn, **ui.busy)
        for event in (*shown, self.tab.select):
            known = [self.bank, self.chosen]
            ui.on(event, self.on_show, known, [self.bank], **ui.quiet)
        ui.on(self.bank.input, lambda: True, None, [self.chosen], **ui.quiet)
        ui.on(blocks.load, self.on_open, None, [self.fold], **ui.quiet)
        heard = [self.text, self.bank, self.chosen, *drawn]
        ui.on_click(self.ask_target, self.on_suggestion, [], heard)
        ui.on_click(self.target, self.on_press, [self.view], drawn)

    def choices(self) -> list[tuple[str, str]]:
        """Return whom one can try: the newest character first, the sample last."""
        told = sample()
        key_of_it = memory_actions.scope_key(told.scope)
        own = [
            (label, key)
            for label, key in memory_actions.banks(self.ui.engine, None)
            if key != key_of_it
        ]
        return [*own, (say("trial.the_sample", name=told.character), key_of_it)]

    def on_open(self) -> Any:
        """Fold the sample up for those who have characters of their own."""
        return self.ui.gr.update(open=len(self.choices()) == 1)

    def on_show(self, key: object, chosen: bool) -> Any:
        """Show whom one can try by now; who has chosen nobody tries the newest."""
        known = self.choices()
        stays = chosen and key in [value for _, value in known]
        key = key if stays else known[0][1]
        return self.ui.gr.update(choices=known, value=key)

    def on_load(self) -> str:
        """Load the sample chat."""
        return markup.alone(panels.load_sample(self.ui.engine).html)

    def on_ask(self, text: str, key: object) -> tuple[Any, ...]:
        """Show what a message brings to mind."""
        return self._asked(text, memory_actions.scope_of(key) or sample().scope)

    def on_suggestion(self, payload: str) -> tuple[Any, ...]:
        """Try a message that we suggest, on the sample."""
        text, scope = read_click(payload).text, sample().scope
        return text, memory_actions.scope_key(scope), True, *self._asked(text, scope)

    def on_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked beside a memory."""
        view = panels.press_turn(self.ui.engine, view, payload)
        return self._drawn(view), view

    def _asked(self, text: str, scope: Scope) -> tuple[Any, ...]:
        view = panels.ask(self.ui.engine, text, scope)
        return self._drawn(view), view

    def _drawn(self, view: TurnView) -> str:
        return panels.turn(self.ui.engine, view, self.target.name, say("trial.none"))
