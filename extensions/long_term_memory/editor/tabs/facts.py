"""The facts that a character knows, and what is due: plain tables.

Owns: the layout of their tab, what is listed in it, and its callbacks.
Knows nothing of: tags (`templates` has them), how facts are read, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from ...core.forgetting.target import ForgetTarget
from ...core.types import Scope
from ...engine.bank import Bank
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.knowledge.coming import DueItem, DueState
from ...engine.knowledge.facts import FactItem
from .. import markup, steps
from ..clicks import NOTHING, Click, read_click
from ..memory_actions import SILENCE, ClickResult, PageState, faulty, tried
from ..templates import joined, macros
from ..texts import date, say
from ..ui import Refresh, Ui

TARGET = "ltm-known"
PAGE_LENGTH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsView:
    """What a person looks at in the tab.

    Attributes:
        scope: Whose facts; None while there are none.
        editing: Id of the fact whose text he is changing; empty for none.
        asking: Id of the fact that he may forget for good; empty for none.
        page: Which page of them, from 0.
        said: What became of his last click.
    """

    scope: Scope | None = None
    page: int = 0
    editing: str = ""
    asking: str = ""
    said: ClickResult = SILENCE


class TableRow(NamedTuple):
    """A row as the template writes it."""

    id: str
    text: str
    cells: tuple[str, ...]
    buttons: tuple[tuple[str, str], ...]
    before: str = ""
    editing: bool = False


def press(engine: Engine, view: FactsView, payload: object) -> FactsView:
    """Do what was clicked beside a fact or something due."""
    scope, click = view.scope, read_click(payload)
    calm = replace(view, editing="", asking="", said=SILENCE)
    if scope is None or click.do == "cancel":
        return calm
    if click.do == "page":
        page = int(click.text[:6]) if click.text.isdecimal() else 0
        return replace(calm, page=page)
    if click.do == "edit":
        return replace(calm, editing=click.memory_id)
    if click.do == "forget":
        return replace(calm, asking=click.memory_id)
    act = _moved if click.do in steps.MOVES else ACTS.get(click.do)
    if act is None:
        return calm

    def done() -> ClickResult:
        bank = engine.bank(scope)
        before = bank.edit_history.last()
        words = act(engine, scope, click, view)
        over = click.do in (*steps.MOVES, "forget-now")
        undo = NOTHING if over else steps.undo_since(bank, before)
        return ClickResult(words=words, undo=undo)

    return replace(calm, said=tried(engine, f"changing facts ({click.do})", done))


def _moved(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    return steps.move(engine.bank(scope), click)


def _saved(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    known.facts.edit(click.memory_id, click.text, known.viewer_of(""))
    return say("facts.saved")


def _locked(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    locked = click.do == "lock"
    known.facts.lock(click.memory_id, known.viewer_of(""), locked=locked)
    return say("facts.saved")


def _put_away(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    if click.do == "delete":
        known.facts.delete(click.memory_id, known.viewer_of(""))
    else:
        known.facts.restore(click.memory_id, known.viewer_of(""))
    return say("facts.saved")


def _merged(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    viewer = known.viewer_of("")
    into = known.facts.get(view.editing, viewer)
    known.facts.merge(into.id, [click.memory_id], into.text, viewer)
    return say("facts.merged", text=into.text)


def _forgotten(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    viewer = known.viewer_of("")
    item = known.facts.get(click.memory_id, viewer)
    known.facts.drop_by_hand(item, viewer)
    if item.sources:
        engine.forgetting(scope).forget(ForgetTarget(memories=item.sources))
    return say("facts.forgotten", count=len(item.sources))


def _called_off(engine: Engine, scope: Scope, click: Click, view: FactsView) -> str:
    known = engine.bank(scope).knowledge
    viewer = known.viewer_of("")
    known.coming.call_off(click.memory_id, viewer, off=click.do == "off")
    return say("facts.saved")


Act = Callable[[Engine, Scope, Click, FactsView], str]
ACTS: dict[str, Act] = {
    "save": _saved,
    "lock": _locked,
    "unlock": _locked,
    "delete": _put_away,
    "restore": _put_away,
    "merge": _merged,
    "forget-now": _forgotten,
    "off": _called_off,
    "on": _called_off,
}


def listing(engine: Engine, view: FactsView, to: str = TARGET) -> str:
    """Show what a character knows.

    Args:
        engine: Where it is.
        view: Whose, and what is being done with it.
        to: The id of the hidden button that hears clicks.
    """
    scope = view.scope
    if scope is None:
        return markup.fragment(to, markup.empty(say("facts.none_yet")))
    return guard(
        engine.faults,
        "listing facts",
        lambda: markup.fragment(to, view.said.html, _listed(engine.bank(scope), view)),
        lambda: markup.fragment(to, faulty(engine).html),
    )


def _listed(bank: Bank, view: FactsView) -> str:
    known = bank.knowledge
    viewer = known.viewer_of("")
    due = known.coming.all(viewer)
    facts = [
        *known.facts.all(viewer, past=True),
        *known.facts.all(viewer, past=True, deleted=True),
    ]
    if not facts and not due:
        return markup.empty(say("facts.none_yet"))
    pages = -(-(len(due) + len(facts)) // PAGE_LENGTH)
    page = min(view.page, pages - 1)
    first, last = page * PAGE_LENGTH, (page + 1) * PAGE_LENGTH
    parts = [_due_table(due[first:last])]
    parts.append(_fact_table(_after(facts, first - len(due), last - len(due)), view))
    if pages > 1:
        parts.append(macros("facts").pager(page, pages, len(due) + len(facts)))
    return joined(*parts)


def _after(facts: list[FactItem], first: int, last: int) -> list[FactItem]:
    return facts[max(0, first) : max(0, last)]


def _due_table(due: Sequence[DueItem]) -> str:
    if not due:
        return ""
    heads = [say(f"facts.{one}") for one in ("text", "day", "state", "do")]
    html: str = macros("facts").table(say("facts.due"), heads, list(map(_due_row, due)))
    return html


def _fact_table(facts: Sequence[FactItem], view: FactsView) -> str:
    if not facts:
        return ""
    heads = [
        say(f"facts.{one}")
        for one in ("text", "person", "category", "certainty", "state", "do")
    ]
    rows = [_fact_row(one, view) for one in facts]
    html: str = macros("facts").table(say("facts.heading"), heads, rows)
    return html


def _fact_row(one: FactItem, view: FactsView) -> TableRow:
    known = one.known
    history = [old.fact.text for old in known.history] if known is not None else []
    before = say("facts.before", text=" \u2190 ".join(history[::-1])) if history else ""
    states = (
        ("facts.past", known is not None and not known.valid),
        ("facts.in_prompts", one.promoted),
        ("facts.is_locked", one.locked),
        ("facts.is_deleted", one.deleted),
    )
    return TableRow(
        id=one.id,
        text=one.text,
        cells=(
            one.person,
            say(f"facts.{one.category.value}") if one.category else "",
            f"{round(100 * known.fact.confidence)} %" if known is not None else "",
            " \u00b7 ".join(say(key) for key, holds in states if holds),
        ),
        buttons=_buttons(one, view),
        before=before,
        editing=view.editing == one.id,
    )


def _buttons(one: FactItem, view: FactsView) -> tuple[tuple[str, str], ...]:
    if view.asking == one.id:
        sure = say("facts.forget_now", count=len(one.sources))
        return ("forget-now", sure), ("cancel", say("common.cancel"))
    if view.editing and view.editing != one.id:
        return (("merge", say("facts.merge")),)
    if one.deleted:
        return ("restore", say("facts.restore")), ("forget", say("facts.forget"))
    lock = "unlock" if one.locked else "lock"
    return (
        ("edit", say("facts.edit")),
        (lock, say(f"facts.{lock}")),
        ("delete", say("facts.delete")),
        ("forget", say("facts.forget")),
    )


def _due_row(one: DueItem) -> TableRow:
    thread = one.thread
    day = say("facts.next_talk") if thread.first is None else date(thread.first)
    if thread.story:
        day = say("facts.in_story")
    off = one.state is DueState.OFF
    button = ("on", say("facts.on")) if off else ("off", say("facts.off"))
    return TableRow(
        id=thread.id,
        text=thread.text,
        cells=(day, say(f"facts.state_{one.state.value}")),
        buttons=() if one.state is DueState.CLOSED else (button,),
    )


class FactsTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        with ui.add_tab("facts", "facts.title") as self.tab:
            self.again = ui.add(
                "Button",
                {"value": "common.refresh"},
                size="sm",
                elem_classes="ltm-narrow",
            )
            self.list = ui.gr.HTML(markup.loading(say("facts.reading")))
            self.target = ui.click_target(TARGET)
            self.view = ui.gr.State(FactsView())

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action."""
        del blocks
        ui, drawn = self.ui, [self.list, self.view]
        known = [self.refresh.chosen, self.view]
        for event in (*shown, self.again.click):
            ui.on(event, self.on_show, known, drawn, **ui.quiet)
        ui.on_select(self.tab, self.on_show, known, drawn)
        ui.on_click(self.target, self.on_press, [self.view], drawn)

    def on_show(self, chosen: PageState, view: FactsView) -> tuple[Any, ...]:
        """Show what the chosen character knows; what is being typed is left alone."""
        if view.editing and view.scope == chosen.scope:
            return self.ui.gr.update(), view
        page = view.page if view.scope == chosen.scope else 0
        view = FactsView(scope=chosen.scope, page=page)
        return listing(self.ui.engine, view), view

    def on_press(self, payload: str, view: FactsView) -> tuple[Any, ...]:
        """Do what was clicked."""
        view = press(self.ui.engine, view, payload)
        return listing(self.ui.engine, view), view
