"""Trying what a message brings to mind, with the sample or a character of one's own.

Owns: the layout of the tab, whom one can try, its callbacks.
Knows nothing of: HTML tags (`markup` has them), how turns are shown (`panels`), hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.types import Scope
from .. import markup, memory_actions, panels
from ..clicks import read_click
from ..panels import TurnView
from ..sample import sample

if TYPE_CHECKING:
    from ..page import Page

NO_TRIAL = "Type a message, or choose one above: here you see what it brings to mind."
SAMPLE = "A sample chat, to see it work"


class TrialTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        gr, told = page.gr, sample()
        with gr.Tab("Try it", id="trial") as self.tab:
            with gr.Accordion(SAMPLE, open=True) as self.sample:
                gr.HTML(markup.introduction(told.about, told.scope.user))
                self.load = gr.Button(
                    "Load the sample chat", variant="primary", elem_classes="ltm-narrow"
                )
                self.said = gr.HTML()
                gr.HTML(markup.suggestions("ltm-ask", told.questions))
            with gr.Row(elem_classes="ltm-choose"):
                self.bank = gr.Dropdown(
                    self.choices()[-1:],  # the others as soon as the page is opened
                    value=memory_actions.scope_key(told.scope),
                    label="Character",
                    interactive=True,
                    scale=2,
                    min_width=200,
                )
                self.text = gr.Textbox(
                    label="What you say next",
                    placeholder=told.questions[0],
                    scale=4,
                    min_width=200,
                )
                self.ask = gr.Button("Show the prompt", scale=1, min_width=140)
            self.ask_ear = page.ear("ltm-ask")
            self.shown = gr.HTML(markup.empty(NO_TRIAL))
            self.ear = page.ear("ltm-trial")
            self.view = gr.State(TurnView())
            self.chosen = gr.State(False)

    def connect(self, blocks: Any) -> None:
        """Have every control call its action; loading changes what can be shown."""
        page, drawn = self.page, [self.shown, self.view]
        loaded = page.on(self.load.click, self.on_load, None, [self.said], **page.busy)
        page.refreshed(loaded)
        asked = [self.text, self.bank]
        for event in (self.ask.click, self.text.submit):
            page.on(event, self.on_ask, asked, drawn, **page.busy)
        for event in (blocks.load, self.tab.select, page.refresh.click):
            known = [self.bank, self.chosen]
            page.on(event, self.on_show, known, [self.bank], **page.quiet)
        page.on(self.bank.input, lambda: True, None, [self.chosen], **page.quiet)
        page.on(blocks.load, self.on_open, None, [self.sample], **page.quiet)
        heard = [self.text, self.bank, self.chosen, *drawn]
        page.hear(self.ask_ear, self.on_suggestion, [], heard)
        page.hear(self.ear, self.on_press, [self.view], drawn)

    def choices(self) -> list[tuple[str, str]]:
        """Return whom one can try: the newest character first, the sample last."""
        told = sample()
        key_of_it = memory_actions.scope_key(told.scope)
        own = [
            (label, key)
            for label, key in memory_actions.banks(self.page.engine, None)
            if key != key_of_it
        ]
        return [*own, (f"{told.character}, the sample", key_of_it)]

    def on_open(self) -> Any:
        """Fold the sample up for those who have characters of their own."""
        return self.page.gr.update(open=len(self.choices()) == 1)

    def on_show(self, key: object, chosen: bool) -> Any:
        """Show whom one can try by now; who has chosen nobody tries the newest."""
        known = self.choices()
        stays = chosen and key in [value for _, value in known]
        key = key if stays else known[0][1]
        return self.page.gr.update(choices=known, value=key)

    def on_load(self) -> str:
        """Load the sample chat."""
        return markup.alone(panels.load_sample(self.page.engine).html)

    def on_ask(self, text: str, key: object) -> tuple[Any, ...]:
        """Show what a message brings to mind."""
        return self._asked(text, memory_actions.scope_of(key) or sample().scope)

    def on_suggestion(self, payload: str) -> tuple[Any, ...]:
        """Try a message that we suggest, on the sample."""
        text, scope = read_click(payload).text, sample().scope
        return text, memory_actions.scope_key(scope), True, *self._asked(text, scope)

    def on_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked beside a memory."""
        view = panels.press_turn(self.page.engine, view, payload)
        return self._drawn(view), view

    def _asked(self, text: str, scope: Scope) -> tuple[Any, ...]:
        view = panels.ask(self.page.engine, text, scope)
        return self._drawn(view), view

    def _drawn(self, view: TurnView) -> str:
        return panels.turn(self.page.engine, view, self.ear.name, NO_TRIAL)
