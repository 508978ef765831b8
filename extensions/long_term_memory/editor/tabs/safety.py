"""Keeping memories safe, on the page: backups, check-up, rebuild, old memories.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: what each part does (`sections`).

Long work runs in a thread of its own: it goes on if the page is closed. While there is
some, the page asks again for the part that shows it (see `page.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from ...core.types import Scope
from ...engine.engine import Engine
from ...engine.faults import guard
from .. import markup, safety_markup
from ..clicks import Click, read_click
from ..jobs import Job
from ..memory_actions import PageState, faulty
from ..sections.backups import BackupSection
from ..sections.health import HealthSection
from ..sections.rebuild import RebuildSection
from ..sections.retention import RetentionSection
from ..templates import joined
from ..texts import say
from ..ui import ClickTarget, Refresh, Ui


class Section(Protocol):
    """One heading of the tab and what stands below it.

    Attributes:
        title, remark: Texts: how it is called, and what it is for.
    """

    name: str
    title: str
    remark: str

    def html(self, scope: Scope | None) -> str:
        """Return how it stands, and what can be done."""

    def going(self, scope: Scope | None) -> bool:
        """Whether something changes by itself, so that it is to be shown again."""

    def press(self, click: Click, scope: Scope | None) -> None:
        """Do what was clicked."""


def parts(engine: Engine, job: Job) -> list[Section]:
    """Return all parts, in the order of the page."""
    return [
        BackupSection("ltm-backups", engine, job),
        HealthSection("ltm-check", engine, job),
        RebuildSection("ltm-renew", engine, job),
        RetentionSection("ltm-age", engine, job),
    ]


def draw(engine: Engine, part: Section, scope: Scope | None) -> str:
    """Return a part as it is now."""
    return guard(
        engine.faults,
        "showing how safe the memories are",
        lambda: safety_markup.part(
            part.name, part.html(scope), going=part.going(scope)
        ),
        lambda: safety_markup.part(part.name, faulty(engine).html, going=False),
    )


class SafetyTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay out the tab in the open row of tabs."""
        self.ui = ui
        self.refresh = refresh
        self.job = Job(ui.engine)
        self.parts = parts(ui.engine, self.job)
        self.made: list[tuple[Section, Any, ClickTarget, Any]] = []
        with ui.add_tab("safety", "safety.title") as self.tab:
            for part in self.parts:
                ui.html(partial(_head, part))
                html = ui.gr.HTML(markup.loading(say("common.looking")))
                poll = ui.hidden_button(f"{part.name}-poll")
                self.made.append((part, html, ui.click_target(part.name), poll))

    def connect(self, blocks: Any, shown: Sequence[Any]) -> None:
        """Have every control call its action; what is open is asked for by itself."""
        del blocks, shown
        ui, chosen = self.ui, self.refresh.chosen
        for part, html, target, poll in self.made:
            show = partial(self.on_show, part)
            ui.on(poll.click, show, [chosen, html], [html], **ui.quiet)
            ui.on_select(self.tab, show, [chosen, html], [html])
            press = partial(self.on_press, part)
            # What was restored is another list of memories.
            ui.show_all_after(ui.on_click(target, press, [chosen], [html]))

    def on_show(self, part: Section, view: PageState, shown: str | None = None) -> Any:
        """Show a part as it is now; if that is shown, what is typed there stays."""
        drawn = draw(self.ui.engine, part, view.scope)
        return self.ui.gr.update() if drawn == shown else drawn

    def on_press(self, part: Section, payload: str, view: PageState) -> str:
        """Do what was clicked in a part."""
        engine = self.ui.engine
        click = read_click(payload)
        guard(
            engine.faults,
            "doing what was clicked",
            lambda: part.press(click, view.scope),
            lambda: None,
        )
        return draw(engine, part, view.scope)


def _head(part: Section) -> str:
    title, remark = say(part.title), say(part.remark)
    return markup.alone(joined(markup.heading(title), markup.remark(remark)))
