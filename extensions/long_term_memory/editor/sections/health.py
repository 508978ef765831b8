"""The check-up on the page: what is amiss, in plain words, and mending it.

Owns: what these buttons do, and the findings of the last look.
Knows nothing of: Gradio, HTML (`safety_markup`), what is looked at.
"""

from __future__ import annotations

from ...config import EmbeddingSettings
from ...core.maintenance import Finding, Level
from ...core.types import Scope
from ...engine.engine import Engine
from ...engine.maintenance.health import examine, repair
from ...engine.worker import LOADING_SECONDS
from ...errors import EmbeddingError
from ...models.embedder import CachedEmbedder, Embedder
from ..clicks import Click
from ..jobs import Job
from ..memory_actions import ClickResult
from ..safety_markup import act, bar, buttons, finding_list
from ..templates import joined
from ..texts import say


class HealthSection:
    """The part of the page about what is amiss."""

    title = "safety.health"
    remark = "safety.health_remark"

    def __init__(self, name: str, engine: Engine, job: Job) -> None:
        """Take where the memories are and who does long work."""
        self.name = name
        self._engine = engine
        self._job = job
        self._findings: list[Finding] = []

    def html(self, scope: Scope | None) -> str:
        """Return what was found so far."""
        del scope
        found = finding_list(self._findings)
        step = self._job.step(self.name)
        if step is not None:
            stop = buttons(act("stop", say("common.stop")))
            return joined(bar(step), stop, found)
        acts = [act("look", say("safety.look"))]
        if any(one.mendable for one in self._findings):
            acts.append(act("mend", say("safety.mend")))
        return joined(buttons(*acts), self._job.said(self.name).html, found)

    def going(self, scope: Scope | None) -> bool:
        """Whether something changes by itself."""
        del scope
        return self._job.step(self.name) is not None

    def press(self, click: Click, scope: Scope | None) -> None:
        """Do what was clicked."""
        del scope
        if click.do == "look":
            self._job.begin(self.name, "doing.look", self._look)
        elif click.do == "mend":
            self._job.begin(self.name, "doing.mend", self._mend)
        elif click.do == "stop":
            self._job.stop()

    def _look(self) -> ClickResult:
        found: list[Finding] = []
        for one in examine(self._engine, self._embedder):
            found.append(one)
            # The page shows them as they come.
            self._findings = list(found)
            if self._job.stopping():
                return ClickResult(words=say("safety.look_stopped"))
        return _summed_up(found)

    def _mend(self) -> ClickResult:
        with self._engine.closed(self._engine.scopes()):
            done = list(repair(self._engine))
        found = [*done, *examine(self._engine, self._embedder)]
        self._findings = found
        return _summed_up(found)

    def _embedder(self, settings: EmbeddingSettings) -> Embedder:
        """Return the embedder at work; another one would take as much again."""
        del settings
        embedder = self._engine.embedder.ready(LOADING_SECONDS)
        if embedder is None:
            raise EmbeddingError(say("safety.still_loading"))
        return embedder.inner if isinstance(embedder, CachedEmbedder) else embedder


def _summed_up(findings: list[Finding]) -> ClickResult:
    faults = sum(one.level is Level.FAULT for one in findings)
    notes = sum(one.level is Level.NOTE for one in findings)
    if faults:
        return ClickResult(words=say("safety.faults", count=faults), failed=True)
    if notes:
        return ClickResult(words=say("safety.notes", count=notes))
    return ClickResult(words=say("safety.all_well"))
