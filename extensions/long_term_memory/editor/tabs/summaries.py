"""The summaries of a character's chats: what they tell, and changing them.

Owns: the layout of their tab, what is listed in it, and its callbacks.
Knows nothing of: HTML (`markup`), how summaries are made, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ...core.prompt.budget import ELLIPSIS
from ...core.prompt.story import LEFT_OUT, entries_of
from ...core.summaries.tiers import Tier
from ...core.text.sanitise import one_line, sanitise
from ...core.types import Scope
from ...engine.bank import Bank
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.summarization.tales import SummaryInfo
from ...errors import NotFound
from ...models.tokens import estimate_tokens
from .. import markup, summaries_markup
from ..clicks import Click, read_click
from ..markup import NO_DRAFT, OpenEdit
from ..memory_actions import (
    SILENCE,
    ClickResult,
    PageState,
    change,
    faulty,
    scope_label,
    tried,
)
from ..templates import joined
from ..texts import say
from ..ui import Refresh, Ui

TITLES = {Tier.STORY: "story", Tier.CHAPTER: "chapter", Tier.CHUNK: "chunk"}
TARGET = "ltm-tiers"
MOST_UNTOLD = 20
"""Chats without summaries that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """What a person looks at in the tab.

    Attributes:
        scope: Whose summaries; None while there are none.
        editing: The summary whose text he is changing.
        said: What became of his last click.
    """

    scope: Scope | None = None
    editing: OpenEdit = NO_DRAFT
    said: ClickResult = SILENCE


def press(engine: Engine, view: TierView, payload: object) -> TierView:
    """Do what was clicked beside a summary."""
    scope = view.scope
    if scope is None:
        return view
    click = read_click(payload)
    act = ACTS.get(click.do)
    if act is None:
        said, editing = change(engine, scope, click)
        return _with_room(engine, replace(view, said=said, editing=editing), click)
    opened: list[OpenEdit] = []

    def done() -> ClickResult:
        said, draft = act(engine.bank(scope), click.memory_id)
        opened.append(draft)
        return said

    said = tried(engine, f"changing summaries ({click.do})", done)
    return replace(view, said=said, editing=opened[0] if opened else NO_DRAFT)


def _with_room(engine: Engine, view: TierView, click: Click) -> TierView:
    """Tell beside a text that is being edited, and after it, how long it may be."""
    if view.scope is None or click.do not in ("edit", "save"):
        return view
    told = _found(engine.bank(view.scope), click.memory_id)
    if told is None:
        return view
    if view.editing.id and not view.editing.below:
        return replace(view, editing=view.editing._replace(room=told.room))
    tokens = estimate_tokens(told.memory.content)
    if view.said.failed or tokens <= told.room:
        return view
    words = say(
        "summaries.and_long",
        said=view.said.words,
        length=markup.too_long(tokens, told.room),
    )
    return replace(view, said=replace(view.said, words=words))


def _found(bank: Bank, memory_id: str) -> SummaryInfo | None:
    listed = bank.summaries.listed()
    return next((one for one in listed if one.memory.id == memory_id), None)


def _compared(bank: Bank, memory_id: str) -> tuple[ClickResult, OpenEdit]:
    """Show what a summary would read if it were made anew."""
    told = _found(bank, memory_id)
    if told is None:
        raise NotFound(say("summaries.gone"))
    changes = bank.summaries.changes(told.chat, key=memory_id)
    new = changes[0].text if changes else told.memory.content
    offer = summaries_markup.offer(
        memory_id, told.memory.content, new, by_hand=told.memory.edited
    )
    return SILENCE, OpenEdit(memory_id, below=offer)


def _taken(bank: Bank, memory_id: str) -> tuple[ClickResult, OpenEdit]:
    """Make a summary anew."""
    told = _found(bank, memory_id)
    bank.memories.regenerate(memory_id)
    if told is not None:
        bank.summaries.make_now(told.chat)
    return ClickResult(words=say("summaries.was_made_anew")), NO_DRAFT


def _made_now(bank: Bank, chat: str) -> tuple[ClickResult, OpenEdit]:
    """Make what is due at once."""
    made = bank.summaries.make_now(chat)
    words = say("summaries.made", count=made) if made else say("summaries.none_due")
    return ClickResult(words=words), NO_DRAFT


def _all_compared(bank: Bank, chat: str) -> tuple[ClickResult, OpenEdit]:
    """Show what all summaries of a chat would read if they were made anew."""
    changes = bank.summaries.changes(chat)
    compared = [
        (
            _title(one.told),
            summaries_markup.comparison(one.told.memory.content, one.text),
        )
        for one in changes
    ]
    return SILENCE, OpenEdit(chat, below=summaries_markup.offer_all(chat, compared))


def _all_taken(bank: Bank, chat: str) -> tuple[ClickResult, OpenEdit]:
    """Make all summaries of a chat anew."""
    made = bank.summaries.make_anew(chat)
    return ClickResult(words=say("summaries.all_made_anew", count=made)), NO_DRAFT


Act = Callable[[Bank, str], tuple[ClickResult, OpenEdit]]
ACTS: dict[str, Act] = {
    "regenerate": _compared,
    "take": _taken,
    "make-now": _made_now,
    "anew-all": _all_compared,
    "anew-all-now": _all_taken,
}


def listing(engine: Engine, view: TierView, to: str = TARGET) -> str:
    """Show a character's summaries, those in the prompt first.

    Args:
        engine: Where they are.
        view: Whose, and what is being done with them.
        to: The id of the hidden button that hears clicks.
    """
    scope = view.scope
    if scope is None:
        return markup.fragment(to, markup.empty(say("summaries.none_yet")))
    return guard(
        engine.faults,
        "listing the summaries",
        lambda: markup.fragment(to, view.said.html, _listed(engine, scope, view)),
        lambda: markup.fragment(to, faulty(engine).html),
    )


def _listed(engine: Engine, scope: Scope, view: TierView) -> str:
    if not engine.settings.summaries.rolling_summaries:
        return markup.empty(say("summaries.switched_off"))
    bank = engine.bank(scope)
    told = bank.summaries.listed()
    every = engine.settings.summaries.summary_every
    chats = bank.chats()
    titles = {chat.id: chat.title for chat in chats}
    parts = [] if told else [markup.empty(say("summaries.none_yet"))]
    for chat, group in groupby(told, key=lambda one: one.chat):
        name = titles.get(chat) or say("summaries.untitled")
        parts.append(markup.heading(name, scope_label(scope)))
        parts.append(summaries_markup.chat_bar(chat, name))
        if view.editing.id == chat:
            parts.append(view.editing.below)
        head = bank.summaries.last_head(chat)
        if head is not None and head.text:
            parts.append(summaries_markup.in_last_prompt(head))
        parts.append(_chat(list(group), name, view.editing))
    listed = {one.chat for one in told}
    for one in chats[:MOST_UNTOLD]:
        # A chat that fits is told in short as well, if somebody wants to see it.
        if one.id not in listed and one.messages >= 2 * every:
            name = one.title or say("summaries.untitled")
            parts.append(markup.heading(name, scope_label(scope)))
            parts.append(summaries_markup.make_bar(one.id, name))
    return joined(*parts)


def _chat(told: Sequence[SummaryInfo], name: str, editing: OpenEdit) -> str:
    """Return one chat's summaries: what its prompts hold, then the rest."""
    ordered = sorted(told, key=lambda one: (not one.in_prompt, one.first, one.last))
    items = [(_title(one), _remark(one), one.memory) for one in ordered]
    return markup.tier_list(
        items, editing=editing, label=say("summaries.of", name=name)
    )


def _title(told: SummaryInfo) -> str:
    tier = say(f"summaries.{TITLES[told.tier]}")
    return say("summaries.span", tier=tier, first=told.first, last=told.last)


def _remark(told: SummaryInfo) -> str:
    by = say("summaries.by", model=told.model) if told.model else ""
    if told.memory.edited:
        by = say("memories.by_hand")
    left_out = say("summaries.left_out", why=told.remark) if told.remark else ""
    tokens = estimate_tokens(told.memory.content)
    long = told.memory.edited and tokens > told.room
    parts = (
        _standing(told),
        by,
        left_out,
        say("summaries.older") if told.older else "",
        markup.too_long(tokens, told.room) if long else "",
    )
    return " · ".join(part for part in parts if part)


def _standing(told: SummaryInfo) -> str:
    """Say what of a summary stood in the last prompt."""
    if not told.in_prompt:
        return ""
    shown, lines = entries_of(told.shown), entries_of(told.memory.content)
    said = [
        part
        for entry in shown
        for part in entry.text.removesuffix(ELLIPSIS).split(f" {LEFT_OUT} ")
    ]
    content = told.memory.content.splitlines()
    safe = "\n".join(one_line(sanitise(line, ())) for line in content)
    if not all(part in safe for part in said):
        return say("summaries.as_before")
    if any(entry.text.endswith(ELLIPSIS) for entry in shown):
        return say("summaries.cut")
    if len(shown) < len(lines) or len(said) > len(shown):
        return say("summaries.in_part", count=len(shown), lines=len(lines))
    return say("summaries.in_prompt")


class SummariesTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        with ui.add_tab("summaries", "summaries.title") as self.tab:
            self.again = ui.add(
                "Button",
                {"value": "common.refresh"},
                size="sm",
                elem_classes="ltm-narrow",
            )
            self.list = gr.HTML(markup.loading(say("summaries.reading")))
            self.target = ui.click_target(TARGET)
            self.view = gr.State(TierView())

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, drawn = self.ui, [self.list, self.view]
        known = [self.refresh.chosen, self.view]
        for event in (*shown, self.again.click):
            ui.on(event, self.on_show, known, drawn, **ui.quiet)
        ui.on_select(self.tab, self.on_show, known, drawn)
        ui.on_click(self.target, self.on_press, [self.view], drawn)

    def on_show(self, chosen: PageState, view: TierView) -> tuple[Any, ...]:
        """Show the chosen character's summaries; what is being typed is left alone."""
        if view.editing.id and view.scope == chosen.scope:
            return self.ui.gr.update(), view
        view = TierView(scope=chosen.scope)
        return listing(self.ui.engine, view), view

    def on_press(self, payload: str, view: TierView) -> tuple[Any, ...]:
        """Do what was clicked."""
        view = press(self.ui.engine, view, payload)
        return listing(self.ui.engine, view), view
