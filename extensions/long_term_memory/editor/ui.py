"""What all tabs of the page are made with: components, hidden buttons, events.

Owns: how events are connected, how clicks in our own HTML are heard, that no late
    answer is drawn over what a person chose, and that what is built once says
    everything in the language of each visitor.
Knows nothing of: what is on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, NamedTuple

from ..engine.engine import Engine
from . import texts
from .border import Border
from .host import Host

# A hidden button's script: what was clicked takes the place of its first input.
TAKE = "(first, ...rest) => [window.ltmTake ? window.ltmTake() : '', ...rest]"
FOCUS = "() => { window.ltmFocus && window.ltmFocus(); }"
REFRESH = "ltm-refresh"
SHOW_ALL = f"() => document.getElementById('{REFRESH}').click()"
SHOW_TAB = "() => { window.ltmShow && window.ltmShow(); }"
OPENED = "() => { window.ltmOpened && window.ltmOpened(); }"
SHOW_OTHER_TAB = "() => { window.ltmShow && window.ltmShow(true); }"

Words = Mapping[str, str | Callable[[], Any]]
"""What a component says: properties, and the key of a text or what returns them."""


class ClickTarget(NamedTuple):
    """The hidden button and field through which a click in our HTML is heard."""

    name: str
    button: Any
    field: Any


class Refresh(NamedTuple):
    """What a tab knows of the page around it.

    Attributes:
        button: Pressed when everything is to be shown anew.
        chosen: Keeps whose memories the page shows, as a `PageState`.
        status: The component that shows the status.
    """

    button: Any
    chosen: Any
    status: Any


class Ui:
    """Gradio, the engine and the host, as every tab needs them."""

    def __init__(self, engine: Engine, host: Host) -> None:
        """Take what the callbacks need."""
        import gradio as gr

        self.gr = Border(gr, engine.faults)
        self.engine = engine
        self.host = host
        self._says: list[tuple[Any, Words]] = []
        # The editor is for people; programs have an interface of their own.
        private = "api_visibility" in signature(gr.on).parameters
        self.quiet: dict[str, Any] = (
            {"api_visibility": "private"} if private else {"api_name": False}
        ) | {"show_progress": "hidden"}
        self.busy = self.quiet | {"show_progress": "minimal"}

    def add(self, kind: str, words: Words, **how: Any) -> Any:
        """Add a component that says something.

        Args:
            kind: Its name in Gradio.
            words: What it says.
            how: Its other properties.
        """
        made = getattr(self.gr, kind)(**_said(words), **how)
        self._says.append((made, words))
        return made

    def html(self, html: Callable[[], str]) -> Any:
        """Add HTML of ours that stays as it is."""
        return self.add("HTML", {"value": html})

    def hidden_button(self, name: str) -> Any:
        """Add a button that only our script presses; invisible ones are not drawn."""
        return self.gr.Button(name, elem_id=name, elem_classes="ltm-hidden")

    def show_button(self) -> Any:
        """Add to an open tab what our script presses to have it shown anew."""
        return self.gr.Button("show", elem_classes="ltm-hidden ltm-show")

    def click_target(self, name: str) -> ClickTarget:
        """Add what hears the clicks of our HTML."""
        field = self.gr.Textbox(
            label=name, elem_classes="ltm-hidden", container=False, max_lines=1
        )
        return ClickTarget(name, self.hidden_button(name), field)

    def on(
        self,
        event: Any,
        act: Any,
        inputs: Sequence[Any] | None,
        outputs: Sequence[Any],
        *,
        visited: bool = False,
        **how: Any,
    ) -> Any:
        """Have an event call an action; every event of the page is connected here."""
        carried = self.gr.carry(act, len(outputs), visited=visited)
        return event(carried, inputs, outputs, **how)

    def add_tab(self, name: str, title: str) -> Any:
        """Add a tab, whose values can come before anything in it is chosen."""
        return self.add("Tab", {"label": title}, id=name, elem_id=f"ltm-tab-{name}")

    def on_select(
        self,
        tab: Any,
        act: Any,
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        **how: Any,
    ) -> None:
        """Have a tab shown when it is chosen, and nothing in it chosen before."""
        held = self.until_drawn(tab.elem_id, len(inputs))
        self.release_after(
            self.on(tab.select, act, inputs, outputs, js=held, **(self.quiet | how)),
            tab.elem_id,
        )

    def until_drawn(self, name: str, inputs: int) -> str:
        """Return an event's script that lets nothing in a part be chosen for now.

        The values that come would be drawn over what was chosen.

        Args:
            name: The part's id on the page.
            inputs: How many inputs the event has; Gradio lends the script more.
        """
        return (
            f"(...all) => {{ window.ltmHold && window.ltmHold('{name}'); "
            f"return all.slice(0, {inputs}); }}"
        )

    def release_after(self, done: Any, name: str) -> None:
        """Have a part take choices again once something else is done."""
        script = f"() => {{ window.ltmRelease && window.ltmRelease('{name}'); }}"
        done.then(None, None, None, js=script)

    def in_turn(self, name: str) -> dict[str, Any]:
        """Return how events are connected that are answered in the order they happened.

        They draw the same part: the late answer to an older question would be drawn
        over that to a newer one.
        """
        return {"concurrency_id": f"ltm-{name}", "concurrency_limit": 1}

    def on_click(
        self,
        target: ClickTarget,
        act: Any,
        inputs: list[Any],
        outputs: list[Any],
        **how: Any,
    ) -> Any:
        """Have clicks in our HTML do something, then put the keyboard back."""
        heard = self.on(
            target.button.click,
            act,
            [target.field, *inputs],
            outputs,
            js=TAKE,
            **(self.quiet | how),
        )
        heard.then(None, None, None, js=FOCUS)
        # Gradio 4 lets nothing follow on what only a script does.
        return heard

    def show_all_after(self, done: Any) -> None:
        """Have the whole page shown anew once something else is done."""
        done.then(None, None, None, js=SHOW_ALL)

    def show_tab_after(self, done: Any, *, listed: bool = False) -> None:
        """Have the tab in sight shown anew once something else is done.

        Args:
            done: The event of that.
            listed: Whether it listed the memories, too, so that their tab need not.
        """
        done.then(None, None, None, js=SHOW_OTHER_TAB if listed else SHOW_TAB)

    def keep_tab_after(self, done: Any) -> None:
        """Have a tab that the visitor chose stay after the page opened one."""
        done.then(None, None, None, js=OPENED)

    def translate(self, blocks: Any) -> None:
        """Have all that says something say it as the visitor reads it."""
        parts = [made for made, _ in self._says]
        self.on(blocks.load, self.on_language, None, parts, **self.quiet)

    def on_language(self) -> list[Any]:
        """Return what changes for a visitor who reads another language."""
        if texts.language() == texts.ENGLISH:
            return [self.gr.update() for _ in self._says]
        return [self.gr.update(**_said(words)) for _, words in self._says]


def _said(words: Words) -> dict[str, Any]:
    return {
        name: texts.say(one) if isinstance(one, str) else one()
        for name, one in words.items()
    }
