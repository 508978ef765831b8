"""Why: what stood in the last prompts and why, and what a message would bring.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: HTML (`turn_markup`), how turns are shown (`turns`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...core.policy import EVERYONE
from ...core.types import Scope
from ...engine.compose import LastTurn
from ...engine.faults import guard
from .. import comparing, markup, memory_actions, replies, trying, turn_markup, turns
from ..clicks import read_click
from ..comparing import Side
from ..memory_actions import SILENCE, PageState
from ..sample import sample
from ..texts import say
from ..turns import TurnView
from ..ui import Refresh, Ui


class WhyTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        with ui.add_tab("why", "why.title") as self.tab:
            self.reply = ui.add(
                "Dropdown",
                {"label": "why.reply"},
                choices=replies.choices([]),
                value=replies.NEWEST,
                interactive=True,
            )
            with ui.add("Accordion", {"label": "trial.try"}, open=False) as self.fold:
                self._add_trial()
            with ui.add("Accordion", {"label": "compare.title"}, open=False):
                self._add_comparison()
            self.shown = gr.HTML(markup.loading(say("why.reading")))
            self.target = ui.click_target("ltm-turn")
            self.view = gr.State(TurnView())

    def _add_trial(self) -> None:
        """Lay out what a message is tried with; the sample where it is offered."""
        ui, told = self.ui, sample()
        with ui.gr.Row(elem_classes="ltm-choose"):
            self.text = ui.add(
                "Textbox",
                {"label": "trial.say_next", "placeholder": "trial.example"},
                scale=4,
                min_width=240,
            )
            self.chat = ui.add(
                "Dropdown",
                {"label": "trial.in_chat"},
                choices=trying.chats(ui.engine, None),
                value=trying.NEW_CHAT,
                interactive=True,
                scale=2,
                min_width=200,
            )
            self.ask = ui.add("Button", {"value": "trial.ask"}, scale=1, min_width=140)
        if not ui.host.sample:
            return
        with ui.add("Accordion", {"label": "trial.sample"}, open=True) as self.samples:
            ui.html(lambda: turn_markup.introduction(told.about, told.scope.user))
            self.load = ui.add(
                "Button",
                {"value": "trial.load"},
                size="sm",
                elem_classes="ltm-narrow",
            )
            self.loaded = ui.gr.HTML()
            ui.gr.HTML(turn_markup.suggestions("ltm-ask", told.questions))
            self.ask_target = ui.click_target("ltm-ask")

    def _add_comparison(self) -> None:
        ui = self.ui
        ui.html(lambda: markup.alone(markup.remark(say("compare.about"))))
        made: list[Any] = []
        for letter, first in (("A", comparing.NOW), ("B", "few-tokens")):
            with ui.gr.Row(elem_classes="ltm-choose"):
                made += [
                    ui.add(
                        "Dropdown",
                        {
                            "label": f"compare.side_{letter.lower()}",
                            "choices": comparing.sides,
                        },
                        value=first,
                        interactive=True,
                        min_width=200,
                    ),
                    ui.add(
                        "Dropdown",
                        {"label": "compare.change", "choices": comparing.single},
                        value=comparing.NOTHING,
                        interactive=True,
                        min_width=240,
                    ),
                    ui.add(
                        "Textbox",
                        {"label": "compare.to", "placeholder": "compare.to_hint"},
                        max_lines=1,
                        min_width=140,
                    ),
                ]
        self.sides = made
        self.compare = ui.add(
            "Button",
            {"value": "compare.do"},
            size="sm",
            elem_classes="ltm-narrow",
        )
        self.compared = ui.gr.HTML()

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action; loading changes what can be shown."""
        ui, chosen = self.ui, self.refresh.chosen
        drawn = [self.reply, self.chat, self.fold, self.shown, self.view]
        known = [self.reply, self.chat, self.view, chosen]
        for event in shown:
            ui.on(event, self.on_show, known, drawn, **ui.quiet)
        ui.on_select(self.tab, self.on_select, known, drawn)
        ui.on(
            self.reply.input,
            self.on_choose,
            [self.reply, chosen],
            drawn[3:],
            **ui.quiet,
        )
        asked = [self.text, self.chat, chosen]
        for event in (self.ask.click, self.text.submit):
            ui.on(event, self.on_ask, asked, drawn[3:], **ui.busy)
        ui.on(
            self.compare.click,
            self.on_compare,
            [*asked, self.view, *self.sides],
            [self.compared],
            **ui.busy,
        )
        # What was forgotten here is gone from the other tabs, too.
        ui.show_all_after(
            ui.on_click(self.target, self.on_press, [self.view], drawn[3:])
        )
        if ui.host.sample:
            ui.on(blocks.load, self.on_open, None, [self.samples], **ui.quiet)
            loaded = ui.on(
                self.load.click, self.on_load, None, [self.loaded], **ui.busy
            )
            ui.show_all_after(loaded)
            ui.on_click(
                self.ask_target, self.on_suggestion, [], [self.text, *drawn[3:]]
            )

    def on_show(
        self, key: object, chat: object, view: TurnView, page: PageState
    ) -> tuple[Any, ...]:
        """Show the replies and the chosen one; what is under way is left alone."""
        update = self.ui.gr.update
        scope = page.scope
        tried = view.tried and view.turn is not None and view.turn.scope == scope
        busy = view.editing.id or view.opened or view.said.words or view.said.below
        if busy or tried:
            return update(), update(), update(), update(), view
        found = self.turns(scope)
        known = replies.choices(found)
        key = key if key in [value for _, value in known] else replies.NEWEST
        there = trying.chats(self.ui.engine, scope)
        if not chat or chat not in [value for _, value in there]:
            chat = there[min(1, len(there) - 1)][1]
        html, view = self._shown(found, key)
        return (
            update(choices=known, value=key, visible=bool(found)),
            update(choices=there, value=chat),
            update(open=not found),
            html,
            view,
        )

    def on_select(
        self, key: object, chat: object, view: TurnView, page: PageState
    ) -> tuple[Any, ...]:
        """Show the same to somebody who comes back: what was said is over."""
        return self.on_show(key, chat, replace(view, said=SILENCE, opened=""), page)

    def on_open(self) -> Any:
        """Fold the sample up for those who have characters of their own."""
        known = memory_actions.banks(self.ui.engine, None)
        told = memory_actions.scope_key(sample().scope)
        return self.ui.gr.update(open=all(key == told for _, key in known))

    def turns(self, scope: Scope | None) -> list[LastTurn]:
        """Return the last replies of a character."""
        engine = self.ui.engine
        if scope is None or scope.character == EVERYONE:
            return []
        return guard(
            engine.faults,
            "reading the last turns",
            lambda: replies.replies(engine, self.ui.host, scope),
            lambda: list[LastTurn](),
        )

    def on_choose(self, key: object, page: PageState) -> tuple[Any, ...]:
        """Show one of the replies."""
        return self._shown(self.turns(page.scope), key)

    def on_ask(self, text: str, chat: str | None, page: PageState) -> tuple[Any, ...]:
        """Show what a message would bring to mind."""
        view = trying.ask(self.ui.engine, text or "", page.scope, chat or "")
        return self.drawn(view), view

    def on_suggestion(self, payload: str) -> tuple[Any, ...]:
        """Try a message that we suggest, on the sample."""
        text = read_click(payload).text
        view = trying.ask(self.ui.engine, text, sample().scope)
        return text, self.drawn(view), view

    def on_load(self) -> str:
        """Load the sample chat."""
        return markup.alone(trying.load_sample(self.ui.engine).html)

    def on_compare(
        self,
        text: str,
        chat: str | None,
        page: PageState,
        view: TurnView,
        *sides: str | None,
    ) -> str:
        """Show two settings side by side, for what is typed or else what is shown."""
        a, a_name, a_value, b, b_name, b_value = (one or "" for one in sides)
        scope, wanted, chat = page.scope, text or "", chat or ""
        if not wanted.strip() and view.turn is not None:
            scope, wanted = view.turn.scope, view.turn.query.text
        pair = (Side(a, a_name, a_value), Side(b, b_name, b_value))
        return comparing.compare(self.ui.engine, wanted, scope, chat, pair)

    def on_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked in a line."""
        view = turns.press_turn(self.ui.engine, view, payload)
        return self.drawn(view), view

    def _shown(self, found: Sequence[LastTurn], key: object) -> tuple[Any, ...]:
        view = TurnView(turn=replies.chosen(found, key))
        return self.drawn(view), view

    def drawn(self, view: TurnView) -> str:
        """Return a turn as it is shown."""
        ui = self.ui
        return turns.turn(
            ui.engine, view, self.target.name, say("why.none_yet"), ui.host.base_url
        )
