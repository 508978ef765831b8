"""The list of memories: what is shown of it, and notes.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: HTML (`markup`), what actions do (`memory_actions`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import markup, memory_actions, panels
from ..memory_actions import PageState
from ..texts import say
from ..ui import Refresh, Ui


class MemoriesTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        with ui.add("Tab", {"label": "memories.title"}, id="memories"):
            with gr.Row(elem_classes="ltm-choose"):
                self.words = ui.add(
                    "Textbox",
                    {"label": "memories.search", "placeholder": "memories.search_hint"},
                    min_width=240,
                    elem_id="ltm-search",
                )
                self.shelf = ui.add(
                    "Dropdown",
                    {"label": "memories.show", "choices": memory_actions.shelves},
                    value="all",
                    min_width=200,
                    interactive=True,
                )
            with ui.add("Accordion", {"label": "memories.add_note"}, open=False):
                self.note = ui.add(
                    "Textbox",
                    {"label": "memories.note", "placeholder": "memories.note_hint"},
                    lines=2,
                )
                with gr.Row(elem_classes="ltm-choose"):
                    self.note_pinned = ui.add(
                        "Checkbox", {"label": "memories.pin_note"}, min_width=160
                    )
                    self.note_add = ui.add(
                        "Button", {"value": "memories.add"}, size="sm", min_width=100
                    )
            self.list = gr.HTML(markup.loading(say("memories.reading")))
            self.target = ui.click_target("ltm-list")

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, refresh = self.ui, self.refresh
        inputs = [self.words, self.shelf, refresh.chosen]
        listed = [self.list, refresh.chosen]
        drawn = [refresh.status, *listed]
        for event in shown:
            ui.on(event, self.on_show, [refresh.chosen], [self.list], **ui.quiet)
        for event in (self.shelf.input, self.words.submit):
            ui.on(event, self.on_choose, inputs, listed, **ui.quiet)
        ui.on(
            self.words.change,
            self.on_choose,
            inputs,
            listed,
            trigger_mode="always_last",
            **ui.quiet,
        )
        ui.on(
            self.note_add.click,
            self.on_note,
            [self.note, self.note_pinned, refresh.chosen],
            [*drawn, self.note, self.words, self.shelf],
            **ui.busy,
        )
        ui.on_click(self.target, self.on_press, [refresh.chosen], drawn)

    def draw(self, view: PageState) -> str:
        """Return the list of memories."""
        ui = self.ui
        return memory_actions.listing(
            ui.engine, view, self.target.name, ui.host.base_url
        )

    def on_show(self, view: PageState) -> Any:
        """Show what there is now; what is being typed is left alone."""
        return self.ui.gr.update() if view.editing.id else self.draw(view)

    def on_choose(self, words: str, shelf: str, view: PageState) -> tuple[Any, ...]:
        """Show the memories that were chosen."""
        view = PageState(
            scope=view.scope, words=words, shelf=shelf, current=view.current
        )
        return self.draw(view), view

    def on_note(self, text: str, pinned: bool, view: PageState) -> tuple[Any, ...]:
        """Add a note; on success the list starts with it."""
        view, added = memory_actions.add_note(self.ui.engine, view, text, pinned)
        drawn = self._drawn(view)
        if added:
            return *drawn, "", "", "all"
        update = self.ui.gr.update
        return *drawn, update(), update(), update()

    def on_press(self, payload: str, view: PageState) -> tuple[Any, ...]:
        """Do what was clicked in the list."""
        return self._drawn(memory_actions.press(self.ui.engine, view, payload))

    def _drawn(self, view: PageState) -> tuple[Any, ...]:
        ui = self.ui
        return panels.status(ui.engine, ui.host, view.scope), self.draw(view), view
