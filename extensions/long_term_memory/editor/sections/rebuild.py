"""Vectors and all else that is derived, on the page: how far it is, pause, make anew.

Owns: what these buttons do.
Knows nothing of: Gradio, HTML (`safety_markup`), how things are derived.
"""

from __future__ import annotations

from functools import partial

from ...core.types import Scope
from ...engine.bank import Bank
from ...engine.embedding.status import EmbeddingState, ModelPhase
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.rebuild import RebuildProgress
from .. import markup
from ..clicks import Click
from ..jobs import Job, Step
from ..memory_actions import ClickResult, faulty, scope_label
from ..safety_markup import act, bar, buttons
from ..status import embedded
from ..templates import joined
from ..texts import say, say_time


class RebuildSection:
    """The part of the page about what is derived of the messages."""

    title = "safety.rebuild"
    remark = "safety.rebuild_remark"

    def __init__(self, name: str, engine: Engine, job: Job) -> None:
        """Take where the memories are and who does long work."""
        self.name = name
        self._engine = engine
        self._job = job

    def html(self, scope: Scope | None) -> str:
        """Return how it stands with the chosen character, and what can be done."""
        if scope is None:
            return markup.empty(say("safety.nobody"))
        return guard(
            self._engine.faults,
            "looking at the embeddings",
            lambda: self._shown(scope),
            lambda: faulty(self._engine).html,
        )

    def going(self, scope: Scope | None) -> bool:
        """Whether something changes by itself."""
        if self._job.step(self.name) is not None:
            return True
        return scope is not None and guard(
            self._engine.faults,
            "looking at the embeddings",
            lambda: _changes(self._engine.bank(scope)),
            lambda: False,
        )

    def press(self, click: Click, scope: Scope | None) -> None:
        """Do what was clicked."""
        if click.do == "stop":
            self._job.stop()
        elif scope is not None and click.do in ("pause", "resume"):
            pause = partial(self._pause, scope, paused=click.do == "pause")
            self._job.begin(self.name, "doing.pause", pause)
        elif scope is not None and click.do == "rebuild":
            rebuild = partial(self._rebuild, scope)
            self._job.begin(self.name, "doing.rebuild", rebuild)

    def _shown(self, scope: Scope) -> str:
        step = self._job.step(self.name)
        if step is not None:
            return joined(bar(step), buttons(act("stop", say("common.stop"))))
        bank = self._engine.bank(scope)
        state = bank.embedding_state()
        due = bank.due()
        waiting = f"{due:,}" if due and not _is_change(state) else ""
        facts = markup.facts(
            [
                (say("common.character"), scope_label(scope)),
                (say("safety.vectors"), embedded(state)),
                (say("safety.waiting"), waiting),
            ]
        )
        said = self._job.said(self.name).html
        return joined(said, facts, _progress(state), buttons(*_acts(state)))

    def _pause(self, scope: Scope, *, paused: bool) -> ClickResult:
        self._engine.bank(scope).pause_indexing(paused)
        if paused:
            return ClickResult(words=say("safety.paused"))
        return ClickResult(words=say("safety.goes_on"))

    def _rebuild(self, scope: Scope) -> ClickResult:
        def tell(progress: RebuildProgress) -> None:
            words = say(f"safety.doing_{progress.what.value}")
            step = Step(words=words, done=progress.done, total=progress.total)
            self._job.tell(step)

        bank = self._engine.bank(scope)
        made = bank.rebuild(tell, self._job.stopping).run()
        bank.begin_indexing()
        words = say("common.comma").join(
            say(f"safety.made_{what.value}", count=count)
            for what, count in made.items()
        )
        if self._job.stopping():
            return ClickResult(words=say("safety.rebuild_stopped", made=words))
        whose = scope_label(scope)
        return ClickResult(words=say("safety.rebuilt", whose=whose, made=words))


def _is_change(state: EmbeddingState) -> bool:
    return state.phase in (ModelPhase.CHANGING, ModelPhase.PAUSED)


def _changes(bank: Bank) -> bool:
    return bank.embedding_state().phase is ModelPhase.CHANGING or bool(bank.due())


def _progress(state: EmbeddingState) -> str:
    if not _is_change(state):
        return joined()
    left = state.seconds_left
    is_paused = state.phase is ModelPhase.PAUSED
    step = Step(
        words=say("safety.is_paused" if is_paused else "safety.embedding_anew"),
        done=state.done,
        total=state.total,
        rest="" if left is None else say("common.left", time=say_time(left)),
    )
    return bar(step)


def _acts(state: EmbeddingState) -> list[str]:
    acts = [act("rebuild", say("safety.do_rebuild"))]
    if state.phase is ModelPhase.CHANGING:
        acts.insert(0, act("pause", say("safety.pause")))
    elif state.phase is ModelPhase.PAUSED:
        acts.insert(0, act("resume", say("safety.resume")))
    return acts
