"""Old memories on the page: what a limit of age would mean, before it is set.

Owns: what this button does, and the last preview.
Knows nothing of: Gradio, HTML (`safety_markup`), what becomes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ...config.storage import ARCHIVE, FORGET, SUMMARISE, RetentionSettings
from ...core.types import Scope
from ...engine.engine import Engine
from ...engine.forgetting.retention import too_old
from .. import markup
from ..clicks import Click
from ..jobs import Job
from ..memory_actions import ClickResult, scope_label
from ..safety_markup import age_form, bar, old_list
from ..templates import joined
from ..texts import say

YEAR = 365
MOST_DAYS = 36_500
FATES = {ARCHIVE: "archived", SUMMARISE: "summarised", FORGET: "forgotten"}


class RetentionSection:
    """The part of the page about what is too old."""

    title = "safety.old"
    remark = "safety.old_remark"

    def __init__(self, name: str, engine: Engine, job: Job) -> None:
        """Take where the memories are and who does long work."""
        self.name = name
        self._engine = engine
        self._job = job
        self._days = 0
        self._lines: list[tuple[str, str, Sequence[str]]] = []

    def html(self, scope: Scope | None) -> str:
        """Return what holds now, and what another limit would mean."""
        del scope
        settings = self._engine.settings.retention
        holds = markup.facts([(say("safety.in_force"), _in_force(settings))])
        form = age_form(self._days or settings.retention_days or YEAR)
        step = self._job.step(self.name)
        if step is not None:
            return joined(holds, form, bar(step))
        found = old_list(self._lines) if self._lines else joined()
        return joined(holds, form, self._job.said(self.name).html, found)

    def going(self, scope: Scope | None) -> bool:
        """Whether something changes by itself."""
        del scope
        return self._job.step(self.name) is not None

    def press(self, click: Click, scope: Scope | None) -> None:
        """Do what was clicked."""
        del scope
        if click.do != "preview":
            return
        text = click.text.strip()[:6]
        days = int(text) if text.isascii() and text.isdigit() else 0
        self._lines = []
        if not 1 <= days <= MOST_DAYS:
            self._job.say(self.name, ClickResult(words=_not_days(), failed=True))
            return
        self._days = days
        look = partial(self._look, days)
        self._job.begin(self.name, "doing.look_old", look)

    def _look(self, days: int) -> ClickResult:
        wanted = replace(self._engine.settings.retention, retention_days=days)
        target = too_old(wanted, self._engine.now())
        if target is None:
            return ClickResult(words=_not_days(), failed=True)
        lines: list[tuple[str, str, Sequence[str]]] = []
        total = 0
        for scope in self._engine.scopes():
            plan = self._engine.forgetting(scope).plan(target)
            if plan.messages:
                total += plan.messages
                messages = say("common.messages", count=plan.messages)
                words = say("safety.older", messages=messages, count=days)
                lines.append((scope_label(scope), words, plan.examples))
        self._lines = lines
        return ClickResult(
            words=_sum(total, len(lines)) if lines else say("safety.none_old")
        )


def _not_days() -> str:
    return say("safety.not_days", count=MOST_DAYS)


def _sum(messages: int, characters: int) -> str:
    return say(
        "safety.sum_old",
        count=messages,
        messages=say("common.messages", count=messages),
        characters=say("common.characters", count=characters),
    )


def _in_force(settings: RetentionSettings) -> str:
    if not settings.retention_days:
        return say("safety.all_kept")
    fate = FATES[settings.retention_action]
    return say(f"safety.{fate}", count=settings.retention_days)
