"""The list of memories: what is shown of it, and notes.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: HTML (`markup`), what actions do (`memory_actions`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .. import markup, memory_actions, memory_search, status
from ..memory_actions import PageState
from ..texts import say
from ..ui import Refresh, Ui
from .pairs import PairsPart
from .replacing import ReplacePart


class MemoriesTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        with ui.add_tab("memories", "memories.title") as self.tab:
            with gr.Row(elem_classes="ltm-choose"):
                self.words = ui.add(
                    "Textbox",
                    {"label": "memories.search", "placeholder": "memories.search_hint"},
                    min_width=240,
                    elem_id="ltm-search",
                )
                self.shelf = ui.add(
                    "Dropdown",
                    {"label": "memories.show", "choices": memory_search.shelves},
                    value="all",
                    min_width=200,
                    interactive=True,
                )
            with gr.Row(elem_classes="ltm-folds"):
                with gr.Column(min_width=320):
                    folded = ui.add(
                        "Accordion", {"label": "memories.filters"}, open=False
                    )
                    with folded:
                        self._add_filters()
                with gr.Column(min_width=320):
                    self._add_note()
                with gr.Column(min_width=320):
                    self.replacing = ReplacePart(ui, refresh, self.draw)
                with gr.Column(min_width=320):
                    self.pairs = PairsPart(ui, refresh, self.draw)
            self.list = gr.HTML(markup.loading(say("memories.reading")))
            self.target = ui.click_target("ltm-list")
            self.shown = [self.list, self.chat, self.speaker]

    def _add_note(self) -> None:
        ui = self.ui
        with ui.add("Accordion", {"label": "memories.add_note"}, open=False):
            self.note = ui.add(
                "Textbox",
                {"label": "memories.note", "placeholder": "memories.note_hint"},
                lines=2,
            )
            with ui.gr.Row(elem_classes="ltm-choose"):
                self.note_pinned = ui.add(
                    "Checkbox", {"label": "memories.pin_note"}, min_width=160
                )
                self.note_add = ui.add(
                    "Button", {"value": "memories.add"}, size="sm", min_width=100
                )

    def _add_filters(self) -> None:
        ui = self.ui
        with ui.gr.Row(elem_classes="ltm-choose"):
            self.chat, self.speaker = (
                ui.add(
                    "Dropdown",
                    {"label": f"memories.{name}"},
                    choices=choices(None),
                    value=memory_search.ANY,
                    min_width=200,
                    interactive=True,
                )
                for name, choices in (
                    ("chat", memory_search.chats),
                    ("speaker", memory_search.speakers),
                )
            )
        with ui.gr.Row(elem_classes="ltm-choose"):
            self.order = ui.add(
                "Dropdown",
                {"label": "memories.order", "choices": memory_search.orders},
                value="newest",
                min_width=200,
                interactive=True,
            )
            self.feeling = ui.add(
                "Dropdown",
                {"label": "memories.feeling", "choices": memory_search.feelings},
                value=memory_search.ANY,
                min_width=200,
                interactive=True,
            )
            self.since, self.until = (
                ui.add(
                    "Textbox",
                    {"label": f"memories.{name}", "placeholder": "memories.day_hint"},
                    min_width=200,
                    max_lines=1,
                )
                for name in ("since", "until")
            )

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, refresh = self.ui, self.refresh
        lists = [self.chat, self.speaker]
        chosen = [self.shelf, *lists, self.order, self.feeling]
        controls = [self.words, *chosen, self.since, self.until]
        inputs = [*controls, refresh.chosen]
        listed = [self.list, refresh.chosen]
        drawn = [refresh.status, *listed]
        in_turn = ui.in_turn("memories")
        quiet = ui.quiet | in_turn
        for event in shown:
            ui.on(event, self.on_show, [refresh.chosen], self.shown, **quiet)
        ui.on_select(self.tab, self.on_select, [refresh.chosen], self.shown, **in_turn)
        days = (self.since, self.until)
        for event in (
            self.words.submit,
            *(one.input for one in chosen),
            # Not while one types: a day that is half there is none.
            *(event for day in days for event in (day.submit, day.blur)),
        ):
            ui.on(event, self.on_choose, inputs, listed, **quiet)
        ui.on(
            self.words.change,
            self.on_choose,
            inputs,
            listed,
            trigger_mode="always_last",
            **quiet,
        )
        ui.on(
            self.note_add.click,
            self.on_note,
            [self.note, self.note_pinned, refresh.chosen],
            [*drawn, self.note, *controls],
            **(ui.busy | in_turn),
        )
        ui.on_click(self.target, self.on_press, [refresh.chosen], drawn, **in_turn)
        self.replacing.connect(self.list)
        self.pairs.connect(self.list)

    def draw(self, view: PageState) -> str:
        """Return the list of memories."""
        ui = self.ui
        return memory_actions.listing(
            ui.engine, view, self.target.name, ui.host.base_url
        )

    def on_show(self, view: PageState) -> tuple[Any, ...]:
        """Show what there is now; what is being typed is left alone."""
        engine, update = self.ui.engine, self.ui.gr.update
        if view.editing.id:
            return update(), update(), update()
        chats, speakers = memory_actions.filters(engine, view)
        return (
            self.draw(view),
            update(choices=chats, value=view.chat),
            update(choices=speakers, value=view.speaker),
        )

    def on_select(self, view: PageState) -> tuple[Any, ...]:
        """Show the same to somebody who comes back; loading chooses the tab, too."""
        if view.scope is None:
            update = self.ui.gr.update()
            return update, update, update
        return self.on_show(view)

    def on_choose(self, *chosen: Any) -> tuple[Any, ...]:
        """Show the memories that were chosen."""
        *values, view = chosen
        words, shelf, chat, speaker, order, feeling, since, until = (
            one or "" for one in values
        )
        wanted = PageState(
            scope=view.scope,
            words=words,
            shelf=shelf,
            chat=chat,
            speaker=speaker,
            order=order or "newest",
            feeling=feeling,
            tag=view.tag,
            since=since,
            until=until,
            current=view.current,
        )
        # Who only leaves a field stays on the page that he sees, and in what he edits.
        rest = {"page": view.page, "editing": view.editing, "said": view.said}
        view = view if replace(wanted, **rest) == view else wanted
        return self.draw(view), view

    def on_note(self, text: str, pinned: bool, view: PageState) -> tuple[Any, ...]:
        """Add a note; on success the list starts with it."""
        view, added = memory_actions.add_note(self.ui.engine, view, text, pinned)
        drawn = self._drawn(view)
        if added:
            return *drawn, "", "", "all", "", "", "newest", "", "", ""
        return *drawn, *(self.ui.gr.update() for _ in range(9))

    def on_press(self, payload: str, view: PageState) -> tuple[Any, ...]:
        """Do what was clicked in the list."""
        return self._drawn(memory_actions.press(self.ui.engine, view, payload))

    def _drawn(self, view: PageState) -> tuple[Any, ...]:
        ui = self.ui
        return status.status(ui.engine, ui.host, view.scope), self.draw(view), view
