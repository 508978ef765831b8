"""What all tabs of the page are made with: components, hidden buttons, events.

Owns: how events are connected, and how clicks in our own HTML are heard.
Knows nothing of: what is on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import signature
from typing import Any, NamedTuple

from ..engine.engine import Engine
from .border import Border
from .host import Host

# A hidden button's script: what was clicked takes the place of its first input.
TAKE = "(first, ...rest) => [window.ltmTake ? window.ltmTake() : '', ...rest]"
FOCUS = "() => { window.ltmFocus && window.ltmFocus(); }"


class Ear(NamedTuple):
    """The hidden button and field through which a click in our HTML is heard."""

    name: str
    button: Any
    field: Any


class Ui:
    """Gradio, the engine and the host, as every tab needs them."""

    def __init__(self, engine: Engine, host: Host) -> None:
        """Take what the callbacks need."""
        import gradio as gr

        self.gr = Border(gr, engine.faults)
        self.engine = engine
        self.host = host
        # The editor is for people; programs have an interface of their own.
        private = "api_visibility" in signature(gr.on).parameters
        self.quiet: dict[str, Any] = (
            {"api_visibility": "private"} if private else {"api_name": False}
        ) | {"show_progress": "hidden"}
        self.busy = self.quiet | {"show_progress": "minimal"}

    def hidden_button(self, name: str) -> Any:
        """Add a button that only our script presses; invisible ones are not drawn."""
        return self.gr.Button(name, elem_id=name, elem_classes="ltm-hidden")

    def ear(self, name: str) -> Ear:
        """Add what hears the clicks of our HTML."""
        field = self.gr.Textbox(
            label=name, elem_classes="ltm-hidden", container=False, max_lines=1
        )
        return Ear(name, self.hidden_button(name), field)

    def on(
        self,
        event: Any,
        act: Any,
        inputs: Sequence[Any] | None,
        outputs: Sequence[Any],
        **how: Any,
    ) -> Any:
        """Have an event call an action; every event of the page is connected here."""
        return event(self.gr.carry(act, len(outputs)), inputs, outputs, **how)

    def hear(self, ear: Ear, act: Any, inputs: list[Any], outputs: list[Any]) -> Any:
        """Have clicks in our HTML do something, then put the keyboard back."""
        heard = self.on(
            ear.button.click,
            act,
            [ear.field, *inputs],
            outputs,
            js=TAKE,
            **self.quiet,
        )
        return heard.then(None, None, None, js=FOCUS)
