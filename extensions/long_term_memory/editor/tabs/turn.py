"""The last turn: what memory put into a prompt, and why, of the chat that is chosen.

Owns: the layout of the tab, which chats can be chosen, its callbacks.
Knows nothing of: HTML tags (`markup` has them), how turns are shown (`panels`), hosts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...engine.compose import LastTurn
from .. import markup, panels
from ..memory_actions import scope_label
from ..panels import TurnView

if TYPE_CHECKING:
    from ..page import Page

NO_TURN = (
    "No turn yet. After the next message you see here what was put into its prompt."
)
NEWEST = "newest"
_LABEL_CHARS = 40


def key_of(turn: LastTurn) -> str:
    """Name a turn's chat for a control's value."""
    return json.dumps([turn.scope.user, turn.scope.character, turn.chat])


def choices(turns: Sequence[LastTurn]) -> list[tuple[str, str]]:
    """Return labels and keys of the chats, the one that was asked last first."""
    return [
        ("The newest of all", NEWEST),
        *((_label(one), key_of(one)) for one in turns),
    ]


def chosen(turns: Sequence[LastTurn], key: object) -> LastTurn | None:
    """Return the turn of a chat, the newest of all if there is no such chat."""
    named = next((one for one in turns if key_of(one) == key), None)
    return named or next(iter(turns), None)


def _label(turn: LastTurn) -> str:
    asked = markup.shortened(" ".join(turn.query.text.split()), _LABEL_CHARS)
    return f"{scope_label(turn.scope)}, {markup.day(turn.at)}: {asked}"


class TurnTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        gr = page.gr
        with gr.Tab("Last turn", id="turn") as self.tab:
            self.chat = gr.Dropdown(
                choices([]),
                value=NEWEST,
                label="Chat",
                interactive=True,
                visible=page.host.last_turns is not None,
            )
            self.turn = gr.HTML(markup.loading("Reading the last turn …"))
            self.ear = page.ear("ltm-turn")
            self.view = gr.State(TurnView())

    def connect(self, blocks: Any) -> None:
        """Have every control call its action."""
        page, drawn = self.page, [self.chat, self.turn, self.view]
        for event in (blocks.load, page.refresh.click, self.tab.select):
            page.on(event, self.on_show, [self.chat, self.view], drawn, **page.quiet)
        page.on(self.chat.input, self.on_choose, [self.chat], drawn[1:], **page.quiet)
        page.hear(self.ear, self.on_press, [self.view], drawn[1:])

    def turns(self) -> Sequence[LastTurn]:
        """Return the host's last turns, the newest first."""
        host = self.page.host
        if host.last_turns is not None:
            return host.last_turns()
        newest = host.last_turn() if host.last_turn is not None else None
        return [] if newest is None else [newest]

    def on_show(self, key: object, view: TurnView) -> tuple[Any, ...]:
        """Show the chats and the chosen turn; what is being typed is left alone."""
        update = self.page.gr.update
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
        view = panels.press_turn(self.page.engine, view, payload)
        return self.drawn(view), view

    def drawn(self, view: TurnView) -> str:
        """Return the turn as it is shown."""
        page = self.page
        return panels.turn(
            page.engine, view, self.ear.name, NO_TURN, page.host.base_url
        )
