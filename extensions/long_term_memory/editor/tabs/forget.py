"""Forgetting for good: what is meant, what would go, and the word to type.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: HTML (`forget_markup`), what goes with what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...core.forgetting.target import ForgetTarget
from ...core.types import Scope
from ...engine.engine import Engine
from ...errors import InvalidInput
from .. import forget_markup, markup, memory_actions, memory_search
from ..clicks import read_click
from ..forgetting import Asked, forget, look
from ..memory_actions import SILENCE, ClickResult, PageState, tried
from ..memory_search import Choice, filter_of
from ..templates import joined
from ..texts import say
from ..ui import Refresh, Ui

EVERYTHING, SOME = "everything", "some"
Shown = tuple[ClickResult, Asked | None]


def target_of(
    what: str, chat: str, speaker: str, since: str, until: str
) -> ForgetTarget:
    """Return what is meant, in the engine's words.

    Args:
        what: `EVERYTHING` or `SOME`.
        chat: Our id of a chat; empty for any.
        speaker: As `memory_search.speakers` names one; empty for anybody.
        since: A day, month or year as it was typed.
        until: The same.

    Raises:
        InvalidInput: Nothing is named, or a day is none.
    """
    if what == EVERYTHING:
        return ForgetTarget(everything=True)
    told = filter_of(Choice(chat=chat, speaker=speaker, since=since, until=until))
    if not (told.chats or told.names or told.since or told.until):
        raise InvalidInput(say("forget.name_something"))
    return ForgetTarget(
        chats=tuple(told.chats),
        names=tuple(told.names),
        since=told.since,
        until=told.until,
    )


def look_for(
    engine: Engine, scope: Scope | None, everywhere: bool, *meant: str
) -> Shown:
    """Tell what would go; changes nothing.

    Args:
        engine: Where the memories are.
        scope: Whose; None while there is nobody.
        everywhere: Whether in the memories of the user's other characters, too.
        meant: As for `target_of`.
    """
    if scope is None:
        words = say("memories.choose_first")
        return ClickResult(words=words, failed=True), None
    found: list[Asked] = []

    def looked() -> ClickResult:
        found.append(look(engine, scope, target_of(*meant), everywhere=everywhere))
        return SILENCE

    said = tried(engine, "looking what would be forgotten", looked)
    return said, found[0] if found else None


def answer(engine: Engine, asked: Asked | None, payload: object) -> Shown:
    """Do what was clicked below what would go."""
    click = read_click(payload)
    if asked is None or click.do != "forget-now":
        return SILENCE, None
    kept = {one.id for one in asked.items} & set(click.kept)
    target = replace(asked.target, keep=tuple(sorted(kept)))
    asked = replace(asked, target=target)
    if not asked.is_typed(click.text):
        words = say("forget.not_typed", word=asked.word)
        return ClickResult(words=words, failed=True), asked
    said = tried(engine, "forgetting", lambda: ClickResult(words=forget(engine, asked)))
    return said, None


def drawn(to: str, said: ClickResult, asked: Asked | None) -> str:
    """Return what was said, and what would go."""
    question = "" if asked is None else forget_markup.question(asked)
    return markup.fragment(to, joined(said.html, question))


class ForgetTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        with ui.add_tab("forget", "forget.title") as self.tab:
            ui.html(lambda: markup.alone(markup.remark(say("forget.about"))))
            self.what = ui.add(
                "Radio",
                {"label": "forget.what", "choices": _whats},
                value=SOME,
                interactive=True,
            )
            with gr.Column() as self.some:
                with gr.Row(elem_classes="ltm-choose"):
                    self.chat, self.speaker = (
                        ui.add(
                            "Dropdown",
                            {"label": label},
                            choices=choices(None),
                            value=memory_search.ANY,
                            interactive=True,
                            min_width=200,
                        )
                        for label, choices in (
                            ("forget.chat", memory_search.chats),
                            ("memories.speaker", memory_search.speakers),
                        )
                    )
                with gr.Row(elem_classes="ltm-choose"):
                    self.since, self.until = (
                        ui.add(
                            "Textbox",
                            {
                                "label": f"memories.{name}",
                                "placeholder": "memories.day_hint",
                            },
                            max_lines=1,
                            min_width=200,
                        )
                        for name in ("since", "until")
                    )
            self.everywhere = ui.add(
                "Checkbox", {"label": "forget.everywhere"}, min_width=240
            )
            self.look = ui.add(
                "Button", {"value": "forget.look"}, size="sm", elem_classes="ltm-narrow"
            )
            self.shown = gr.HTML()
            self.target = ui.click_target("ltm-forget")
            self.asked = gr.State(None)

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, chosen = self.ui, self.refresh.chosen
        lists = [self.chat, self.speaker]
        for event in shown:
            ui.on(event, self.on_show, [chosen, *lists], lists, **ui.quiet)
        ui.on_select(self.tab, self.on_show, [chosen, *lists], lists)
        ui.on(self.what.input, self.on_what, [self.what], [self.some], **ui.quiet)
        meant = [self.what, self.chat, self.speaker, self.since, self.until]
        drawn = [self.shown, self.asked]
        ui.on(
            self.look.click,
            self.on_look,
            [chosen, self.everywhere, *meant],
            drawn,
            **ui.busy,
        )
        heard = ui.on_click(self.target, self.on_press, [self.asked], drawn)
        ui.show_all_after(heard)

    def on_show(self, view: PageState, chat: object, speaker: object) -> list[Any]:
        """Show which chats and people there are."""
        known = memory_actions.filters(self.ui.engine, view)
        return [
            self.ui.gr.update(
                choices=labels,
                value=held if held in [value for _, value in labels] else "",
            )
            for labels, held in zip(known, (chat, speaker), strict=True)
        ]

    def on_what(self, what: str) -> Any:
        """Show what can be named, if not everything is meant."""
        return self.ui.gr.update(visible=what != EVERYTHING)

    def on_look(
        self, view: PageState, everywhere: bool, *meant: str | None
    ) -> tuple[Any, ...]:
        """Show what would go."""
        told = (one or "" for one in meant)
        said, asked = look_for(self.ui.engine, view.scope, bool(everywhere), *told)
        return drawn(self.target.name, said, asked), asked

    def on_press(self, payload: str, asked: Asked | None) -> tuple[Any, ...]:
        """Forget, if the word was typed, or leave it."""
        said, left = answer(self.ui.engine, asked, payload)
        return drawn(self.target.name, said, left), left


def _whats() -> list[tuple[str, str]]:
    return [(say("forget.some"), SOME), (say("forget.everything"), EVERYTHING)]
