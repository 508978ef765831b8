"""What is by hand, written as steps that can be undone.

Owns: that all that is done in a step is kept as one, and which steps there are.
Knows nothing of: what a step does, who undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...core.records import STEP, STEPS
from ...core.steps import (
    HandChange,
    HandStep,
    RuleChange,
    StepList,
    in_short,
    rules_in_short,
)
from ...storage.protocols import BankStore
from ..faults import Clock


class StepLog:
    """The steps of one bank; nothing of them is held in memory but the open one.

    Whoever calls a method is alone with the store (`BankState.exclusive`), unless it
    only reads.
    """

    def __init__(self, store: BankStore, clock: Clock) -> None:
        """Have no step open."""
        self._store = store
        self._clock = clock
        self._open: list[HandChange] | None = None
        self._rules: list[RuleChange] = []

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Keep as one step what is noted inside; a part of the step that is open."""
        if self._open is not None:
            yield
            return
        noted: list[HandChange] = []
        set_: list[RuleChange] = []
        self._open, self._rules = noted, set_
        try:
            yield
        finally:
            self._open = None
        changes, rules = in_short(noted), rules_in_short(set_)
        if changes or rules:
            at = self._clock()
            self.keep(HandStep(what=what, at=at, changes=changes, rules=rules))

    def note(self, change: HandChange) -> None:
        """Note what became of something; outside a step it cannot be undone."""
        if self._open is not None:
            self._open.append(change)

    def note_rule(self, change: RuleChange) -> None:
        """Note what became of what was set; outside a step it cannot be undone."""
        if self._open is not None:
            self._rules.append(change)

    def listed(self) -> StepList:
        """Return which steps there are."""
        return StepList.of(self._store.metadata.get(STEPS))

    def read(self, number: int) -> HandStep:
        """Return a step by its number."""
        text = self._store.metadata.get(_key(number))
        assert text is not None, number
        return HandStep.of(text)

    def put(self, listed: StepList) -> None:
        """Keep which steps there are."""
        self._store.metadata.put(STEPS, listed.as_text())

    def keep(self, step: HandStep) -> int:
        """Keep a step as the newest that is done; return its number."""
        text = step.as_text()
        before = self.listed()
        after = before.with_new(len(text))
        for one in set(before.steps) - set(after.steps):
            self._store.metadata.drop(_key(one.number))
        self._store.metadata.put(_key(after.last), text)
        self.put(after)
        return after.last


def _key(number: int) -> str:
    return f"{STEP}{number:08}"
