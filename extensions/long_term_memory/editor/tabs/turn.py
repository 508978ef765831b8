"""The last turn: what memory put into a prompt, and why, of the chat that is chosen.

Owns: the layout of the tab, which chats can be chosen, its callbacks.
Knows nothing of: HTML (`markup`), how turns are shown (`panels`), hosts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ...engine.compose import LastTurn
from .. import markup, panels
from ..memory_actions import scope_label
from ..panels import TurnView
from ..texts import day, say
from ..ui import Refresh, Ui

NEWEST = "newest"
_LABEL_CHARS = 40


def key_of(turn: LastTurn) -> str:
    """Name a turn's chat for a control's value."""
    return json.dumps([turn.scope.user, turn.scope.character, turn.chat])


def choices(turns: Sequence[LastTurn]) -> list[tuple[str, str]]:
    """Return labels and keys of the chats, the one that was asked last first."""
    return [
        (say("turn.newest"), NEWEST),
        *((_label(one), key_of(one)) for one in turns),
    ]


def chosen(turns: Sequence[LastTurn], key: object) -> LastTurn | None:
    """Return the turn of a chat, the newest of all if there is no such chat."""
    named = next((one for one in turns if key_of(one) == key), None)
    return named or next(iter(turns), None)


def _label(turn: LastTurn) -> str:
    asked = markup.shortened(" ".join(turn.query.text.split()), _LABEL_CHARS)
    whose = scope_label(turn.scope)
    return say("turn.label", whose=whose, when=day(turn.at), asked=asked)


class TurnTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        del refresh  # it shows the turn of whoever was asked last
        self.ui = ui
        gr = ui.gr
        with ui.add("Tab", {"label": "turn.title"}, id="turn") as self.tab:
            self.chat = ui.add(
                "Dropdown",
                {"label": "turn.chat"},
                choices=choices([]),
                value=NEWEST,
                interactive=True,
                visible=ui.host.last_turns is not None,
            )
            self.turn = gr.HTML(markup.loading(say("turn.reading")))
            self.target = ui.click_target("ltm-turn")
            self.view = gr.State(TurnView())

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, drawn = self.ui, [self.chat, self.turn, self.view]
        for event in (*shown, self.tab.select):
            ui.on(event, self.on_show, [self.chat, self.view], drawn, **ui.quiet)
        ui.on(self.chat.input, self.on_choose, [self.chat], drawn[1:], **ui.quiet)
        ui.on_click(self.target, self.on_press, [self.view], drawn[1:])

    def turns(self) -> Sequence[LastTurn]:
        """Return the host's last turns, the newest first."""
        host = self.ui.host
        if host.last_turns is not None:
            return host.last_turns()
        newest = host.last_turn() if host.last_turn is not None else None
        return [] if newest is None else [newest]

    def on_show(self, key: object, view: TurnView) -> tuple[Any, ...]:
        """Show the chats and the chosen turn; what is being typed is left alone."""
        update = self.ui.gr.update
        if view.editing.id:
            return update(), update(), view
        turns = self.turns()
        known = choices(turns)
        key = key if key in [value for _, value in known] else NEWEST
        return update(choices=known, value=key), *self.on_choose(key)

    def on_choose(self, key: object) -> tuple[Any, ...]:
        """Show the turn of a chat."""
        view = TurnView(turn=chosen(self.turns(), key))
        return self.drawn(view), view

    def on_press(self, payload: str, view: TurnView) -> tuple[Any, ...]:
        """Do what was clicked in the turn."""
        view = panels.press_turn(self.ui.engine, view, payload)
        return self.drawn(view), view

    def drawn(self, view: TurnView) -> str:
        """Return the turn as it is shown."""
        ui = self.ui
        return panels.turn(
            ui.engine, view, self.target.name, say("turn.none_yet"), ui.host.base_url
        )
