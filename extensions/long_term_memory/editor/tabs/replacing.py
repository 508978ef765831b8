"""Find and replace: a part of the tab of memories.

Owns: the layout of the part, and its callbacks.
Knows nothing of: HTML, what is replaced (`rewriting`), hosts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...engine.replacing import Replacing
from .. import markup, rewriting
from ..clicks import read_click
from ..memory_actions import PageState
from ..templates import joined
from ..ui import Refresh, Ui

Draw = Callable[[PageState], str]


class ReplacePart:
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
        with ui.add("Accordion", {"label": "replace.title"}, open=False):
            with ui.gr.Row(elem_classes="ltm-choose"):
                how: dict[str, Any] = {"max_lines": 1, "min_width": 200}
                said = {"label": "replace.find", "placeholder": "replace.find_hint"}
                self.find = ui.add("Textbox", said, elem_id="ltm-find", **how)
                said = {"label": "replace.put"}
                self.put = ui.add("Textbox", said, elem_id="ltm-put", **how)
            with ui.gr.Row(elem_classes="ltm-choose"):
                self.regex, self.case = (
                    ui.add("Checkbox", {"label": f"replace.{name}"}, min_width=160)
                    for name in ("regex", "match_case")
                )
                self.look = ui.add(
                    "Button", {"value": "replace.preview"}, size="sm", min_width=160
                )
            self.shown = ui.gr.HTML()
            self.target = ui.click_target("ltm-replace")

    def connect(self, listed: Any) -> None:
        """Have every control call its action.

        Args:
            listed: The component that shows the list of memories.
        """
        ui = self.ui
        asked = [self.find, self.put, self.regex, self.case, self.refresh.chosen]
        for event in (self.look.click, self.find.submit, self.put.submit):
            ui.on(event, self.on_look, asked, [self.shown], **ui.busy)
        drawn = [self.shown, listed, self.refresh.chosen]
        in_turn = ui.in_turn("memories")
        ui.on_click(self.target, self.on_press, asked, drawn, **in_turn)

    def on_look(self, *asked: Any) -> str:
        """Show what would be changed."""
        *words, view = asked
        told = rewriting.look(self.ui.engine, view, _asked(*words))
        return markup.fragment(self.target.name, told)

    def on_press(self, payload: str, *asked: Any) -> tuple[Any, ...]:
        """Replace, or leave it."""
        *words, view = asked
        click = read_click(payload)
        update = self.ui.gr.update
        if click.do != "replace":
            return joined(), update(), view
        said = rewriting.replace(self.ui.engine, view, _asked(*words), click)
        if said.failed:
            return markup.fragment(self.target.name, said.html), update(), view
        view = replace(view, said=said, page=0)
        return joined(), self._draw(view), view


def _asked(find: str | None, put: str | None, regex: bool, case: bool) -> Replacing:
    return Replacing(
        find=find or "", put=put or "", regex=bool(regex), match_case=bool(case)
    )
