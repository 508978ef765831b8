"""Memories that may be one: a part of the tab of memories.

Owns: the layout of the part, and its callbacks.
Knows nothing of: HTML, how pairs are found (`likeness`), hosts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import likeness, markup
from ..clicks import read_click
from ..memory_actions import PageState
from ..texts import say
from ..ui import Refresh, Ui

Draw = Callable[[PageState], str]


class PairsPart:
    """The part under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh, draw: Draw) -> None:
        """Lay out the part in the open tab.

        Args:
            ui: What it is made with.
            refresh: The page around it.
            draw: Draws the list of memories.
        """
        self.ui = ui
        self.refresh = refresh
        self._draw = draw
        with ui.add("Accordion", {"label": "alike.title"}, open=False):
            ui.html(lambda: markup.alone(markup.remark(say("alike.about"))))
            self.look = ui.add(
                "Button", {"value": "alike.look"}, size="sm", elem_classes="ltm-narrow"
            )
            self.shown = ui.gr.HTML()
            self.passed = ui.gr.State(())
            self.target = ui.click_target("ltm-pairs")

    def connect(self, listed: Any) -> None:
        """Have every control call its action.

        Args:
            listed: The component that shows the list of memories.
        """
        ui, chosen = self.ui, self.refresh.chosen
        asked = [self.passed, chosen]
        ui.on(self.look.click, self.on_look, asked, [self.shown], **ui.busy)
        drawn = [self.shown, listed, *asked]
        in_turn = ui.in_turn("memories")
        ui.on_click(self.target, self.on_press, asked, drawn, **in_turn)

    def on_look(self, passed: tuple[str, ...], view: PageState) -> str:
        """Show pairs."""
        told = likeness.look(self.ui.engine, view, passed)
        return markup.fragment(self.target.name, told)

    def on_press(
        self, payload: str, passed: tuple[str, ...], view: PageState
    ) -> tuple[Any, ...]:
        """Do what was clicked to a pair, and show the others."""
        click = read_click(payload)
        if click.do not in likeness.ACTS:
            return self.on_look(passed, view), self._draw(view), passed, view
        if click.do == likeness.PASSED:
            passed = (*passed, click.memory_id)
        else:
            view = replace(view, said=likeness.act(self.ui.engine, view, click))
        return self.on_look(passed, view), self._draw(view), passed, view
