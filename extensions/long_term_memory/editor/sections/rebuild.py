"""Vectors and all else that is derived, on the page: how far it is, pause, make anew.

Owns: what these buttons do.
Knows nothing of: Gradio, HTML tags (`safety_markup` has them), how things are derived.
"""

from __future__ import annotations

from functools import partial

from ...core.types import Scope
from ...engine.bank import Bank
from ...engine.embedding.status import EmbeddingState, ModelPhase
from ...engine.engine import Engine
from ...engine.faults import guard
from ...engine.rebuild import RebuildProgress, What
from .. import markup
from ..clicks import Click
from ..jobs import Job, Step
from ..memory_actions import ClickResult, faulty, scope_label
from ..safety_markup import act, bar, buttons

TITLE = "Embeddings and rebuild"
REMARK = (
    "With another embedding model all memories are embedded anew in the background; "
    "the former ones serve until that is done. A rebuild makes words, vectors and "
    "extracted summaries anew from the messages; nothing that you see changes."
)
NOBODY = "There are no memories yet."
NOUNS = {
    What.WORDS: "messages read",
    What.VECTORS: "texts embedded",
    What.SUMMARIES: "summaries made",
}
DOING = {
    What.WORDS: "Reading words",
    What.VECTORS: "Embedding",
    What.SUMMARIES: "Making summaries",
}


class Renewing:
    """The part of the page about what is derived of the messages."""

    title = TITLE
    remark = REMARK

    def __init__(self, name: str, engine: Engine, job: Job) -> None:
        """Take where the memories are and who does long work."""
        self.name = name
        self._engine = engine
        self._job = job

    def html(self, scope: Scope | None) -> str:
        """Return how it stands with the chosen character, and what can be done."""
        if scope is None:
            return markup.empty(NOBODY)
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
            self._job.begin(self.name, "pausing", pause)
        elif scope is not None and click.do == "rebuild":
            rebuild = partial(self._rebuild, scope)
            self._job.begin(self.name, "rebuilding", rebuild)

    def _shown(self, scope: Scope) -> str:
        step = self._job.step(self.name)
        if step is not None:
            return bar(step) + buttons(act("stop", "Stop"))
        bank = self._engine.bank(scope)
        state = bank.embedding_state()
        due = bank.due()
        facts = markup.facts(
            [
                ("Character", scope_label(scope)),
                ("Embeddings", state.words),
                ("Waiting", f"{due:,}" if due and not _is_change(state) else ""),
            ]
        )
        said = self._job.said(self.name).html
        return said + facts + _progress(state) + buttons(_acts(state))

    def _pause(self, scope: Scope, *, paused: bool) -> ClickResult:
        self._engine.bank(scope).pause_indexing(paused)
        if paused:
            return ClickResult(
                words="Paused, also after a restart. The former model serves."
            )
        return ClickResult(words="It goes on.")

    def _rebuild(self, scope: Scope) -> ClickResult:
        def tell(progress: RebuildProgress) -> None:
            self._job.tell(DOING[progress.what], progress.done, progress.total)

        bank = self._engine.bank(scope)
        made = bank.rebuild(tell, self._job.stopping).run()
        bank.begin_indexing()
        words = ", ".join(f"{count:,} {NOUNS[what]}" for what, count in made.items())
        if self._job.stopping():
            return ClickResult(
                words=f"Stopped: {words}. The rest is made in the background."
            )
        return ClickResult(words=f"{scope_label(scope)} was made anew: {words}.")


def _is_change(state: EmbeddingState) -> bool:
    return state.phase in (ModelPhase.CHANGING, ModelPhase.PAUSED)


def _changes(bank: Bank) -> bool:
    return bank.embedding_state().phase is ModelPhase.CHANGING or bool(bank.due())


def _progress(state: EmbeddingState) -> str:
    if not _is_change(state):
        return ""
    left = state.seconds_left
    words = "Paused" if state.phase is ModelPhase.PAUSED else "Embedding anew"
    if left is not None:
        rest = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
        words = f"{words}, about {rest} left"
    return bar(Step(words=words, done=state.done, total=state.total))


def _acts(state: EmbeddingState) -> str:
    change = ""
    if state.phase is ModelPhase.CHANGING:
        change = act("pause", "Pause")
    elif state.phase is ModelPhase.PAUSED:
        change = act("resume", "Resume")
    return change + act("rebuild", "Rebuild")
