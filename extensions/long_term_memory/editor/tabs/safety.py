"""Keeping memories safe, on the page: backups, check-up, rebuild, old memories.

Owns: the layout of the tab, and its callbacks.
Knows nothing of: what each part does (`sections`).

Long work runs in a thread of its own: it goes on if the page is closed. While there is
some, the page asks again for the part that shows it (see `page.js`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ...core.types import Scope
from ...engine.engine import Engine
from ...engine.faults import guard
from .. import markup, safety_markup
from ..clicks import Click, read_click
from ..jobs import Job
from ..memory_actions import PageState, faulty
from ..sections.backups import BackupSection
from ..sections.health import Checking
from ..sections.rebuild import Renewing
from ..sections.retention import Ageing

if TYPE_CHECKING:
    from ..page import Page


class Section(Protocol):
    """One heading of the tab and what stands below it."""

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
        Checking("ltm-check", engine, job),
        Renewing("ltm-renew", engine, job),
        Ageing("ltm-age", engine, job),
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


class KeepingTab:
    """The tab under construction; it lives on in its callbacks."""

    def __init__(self, page: Page) -> None:
        """Lay out the tab in the open row of tabs."""
        self.page = page
        self.job = Job(page.engine)
        self.parts = parts(page.engine, self.job)
        self.made: list[tuple[Section, Any, Any, Any]] = []
        gr = page.gr
        with gr.Tab("Safety", id="safety") as self.tab:
            for part in self.parts:
                head = markup.heading(part.title) + markup.remark(part.remark)
                gr.HTML(markup.alone(head))
                html = gr.HTML(markup.loading("Looking …"))
                poll = page.hidden_button(f"{part.name}-poll")
                self.made.append((part, html, page.ear(part.name), poll))

    def connect(self) -> None:
        """Have every control call its action."""
        page = self.page
        for part, html, ear, poll in self.made:
            for event in (self.tab.select, poll.click):
                show = partial(self.on_show, part)
                page.on(event, show, [page.view, html], [html], **page.quiet)
            heard = page.hear(ear, partial(self.on_press, part), [page.view], [html])
            # What was restored is another list of memories.
            page.refreshed(heard)

    def on_show(self, part: Section, view: PageState, shown: str | None = None) -> Any:
        """Show a part as it is now; if that is shown, what is typed there stays."""
        drawn = draw(self.page.engine, part, view.scope)
        return self.page.gr.update() if drawn == shown else drawn

    def on_press(self, part: Section, payload: str, view: PageState) -> str:
        """Do what was clicked in a part."""
        engine = self.page.engine
        click = read_click(payload)
        guard(
            engine.faults,
            "doing what was clicked",
            lambda: part.press(click, view.scope),
            lambda: None,
        )
        return draw(engine, part, view.scope)
