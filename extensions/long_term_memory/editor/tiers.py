"""The summaries of a character's chats: what they tell, and changing them.

Owns: the layout of their tab, what is listed in it, and its callbacks.
Knows nothing of: HTML tags (`markup` has them), how summaries are made, hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..core.summaries import Tier
from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.guard import guard
from ..engine.tales import Told
from . import markup
from .actions import SILENCE, Said, View, change, faulty, scope_label
from .clicks import read_click
from .markup import NO_DRAFT, Draft

if TYPE_CHECKING:
    from .page import Page

TITLES = {
    Tier.STORY: "The story so far",
    Tier.CHAPTER: "Chapter",
    Tier.CHUNK: "Summary",
}
NONE_YET = (
    "No summaries yet. When a chat no longer fits the model's window, what has left it "
    "is told in short here and in every prompt."
)
SWITCHED_OFF = (
    "Summaries are switched off. On the command line this switches them on: ltm "
    "config rolling_summaries true"
)
EAR = "ltm-tiers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """What a person looks at in the tab.

    Attributes:
        scope: Whose summaries; None while there are none.
        editing: The summary whose text he is changing.
        said: What became of his last click.
    """

    scope: Scope | None = None
    editing: Draft = NO_DRAFT
    said: Said = SILENCE


def press(engine: Engine, view: TierView, payload: object) -> TierView:
    """Do what was clicked beside a summary."""
    if view.scope is None:
        return view
    said, editing = change(engine, view.scope, read_click(payload))
    return replace(view, said=said, editing=editing)


def listing(engine: Engine, view: TierView, to: str = EAR) -> str:
    """Show a character's summaries, those in the prompt first.

    Args:
        engine: Where they are.
        view: Whose, and what is being done with them.
        to: The id of the hidden button that hears clicks.
    """
    scope = view.scope
    if scope is None:
        return markup.fragment(to, markup.empty(NONE_YET))
    return guard(
        engine.faults,
        "listing the summaries",
        lambda: markup.fragment(to, view.said.html, _listed(engine, scope, view)),
        lambda: markup.fragment(to, faulty(engine).html),
    )


def _listed(engine: Engine, scope: Scope, view: TierView) -> str:
    if not engine.settings.summaries.rolling_summaries:
        return markup.empty(SWITCHED_OFF)
    bank = engine.bank(scope)
    told = bank.summaries.listed()
    if not told:
        return markup.empty(NONE_YET)
    titles = {chat.id: chat.title for chat in bank.chats()}
    parts = []
    for chat, group in groupby(told, key=lambda one: one.chat):
        name = titles.get(chat) or "Untitled chat"
        parts.append(markup.heading(name, scope_label(scope)))
        parts.append(_chat(list(group), name, view.editing))
    return "".join(parts)


def _chat(told: Sequence[Told], name: str, editing: Draft) -> str:
    """Return one chat's summaries: what its prompts hold, then the rest."""
    ordered = sorted(told, key=lambda one: (not one.in_prompt, one.first, one.last))
    items = [(_title(one), _remark(one), one.memory) for one in ordered]
    return markup.tier_list(items, editing=editing, label=f"Summaries of {name}")


def _title(told: Told) -> str:
    return f"{TITLES[told.tier]}, messages {told.first:,} to {told.last:,}"


def _remark(told: Told) -> str:
    by = "by hand" if told.memory.edited else f"by {told.model}" if told.model else ""
    left_out = f"notes left out ({told.remark})" if told.remark else ""
    place = "in the prompt" if told.in_prompt else ""
    return " · ".join(part for part in (place, by, left_out) if part)


class TierTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        gr = page.gr
        with gr.Tab("Summaries", id="summaries") as self.tab:
            self.refresh = gr.Button("Refresh", size="sm", elem_classes="ltm-narrow")
            self.list = gr.HTML(markup.loading("Reading the summaries …"))
            self.ear = page.ear(EAR)
            self.view = gr.State(TierView())

    def connect(self) -> None:
        """Have every control call its action."""
        page, drawn = self.page, [self.list, self.view]
        for event in (self.tab.select, self.refresh.click, page.refresh.click):
            page.on(event, self.on_show, [page.view, self.view], drawn, **page.quiet)
        page.hear(self.ear, self.on_press, [self.view], drawn)

    def on_show(self, chosen: View, view: TierView) -> tuple[Any, ...]:
        """Show the chosen character's summaries; what is being typed is left alone."""
        if view.editing.id and view.scope == chosen.scope:
            return self.page.gr.update(), view
        view = TierView(scope=chosen.scope)
        return listing(self.page.engine, view), view

    def on_press(self, payload: str, view: TierView) -> tuple[Any, ...]:
        """Do what was clicked."""
        view = press(self.page.engine, view, payload)
        return listing(self.page.engine, view), view
