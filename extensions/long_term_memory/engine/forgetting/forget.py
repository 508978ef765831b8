"""Forget for good, and finish a forgetting that was stopped.

Owns: that what was planned is gone everywhere: store, memory, readable logs, traces.
Knows nothing of: what goes with what, how a store removes things, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ...core.forgetting.planner import (
    BankSnapshot,
    ForgetDecision,
    ForgetPlan,
)
from ...core.forgetting.target import ForgetTarget
from ...core.records import DUE, Annotation, Erasure
from ...core.timeline.turns import settled_turns
from ...core.types import MemoryKind
from ...errors import StoreError
from ...storage.backend import ChatLog
from ...storage.protocols import BankStore
from ..state.bank_state import BankState
from ..state.chats import load_state
from .deciding import decide, former_texts, read_snapshot


class Elsewhere(Protocol):
    """Where else a bank's words are kept."""

    def count(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Say how many entries would go or be changed.

        Args:
            snapshot: The bank, with what goes.
            decision: What goes.
            former: What was written by hand before, and goes as well.
        """
        ...

    def forget(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Take them out; return how many there were; raises StoreError."""
        ...

    def again(self) -> None:
        """Take out what came while the bank did not know yet; raises StoreError."""
        ...

    def drop_copies(self) -> None:
        """Remove whole copies of the bank that nobody took away; raises StoreError."""
        ...

    def finish(self) -> bool:
        """Remove traces that are left; return whether there were any."""
        ...


class Nowhere:
    """No place."""

    def count(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Say that there is nothing."""
        return 0

    def forget(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Say that there was nothing."""
        return 0

    def again(self) -> None:
        """Do nothing."""

    def drop_copies(self) -> None:
        """Do nothing."""

    def finish(self) -> bool:
        """Say that nothing was left."""
        return False


Told = Callable[[], None]
"""Is called when something was forgotten."""


def no_logs() -> None:
    """Have no readable logs."""


def nobody() -> None:
    """Tell nobody."""


class Forgetting:
    """Forgetting in one bank."""

    def __init__(
        self,
        state: BankState,
        logs: Callable[[], ChatLog | None] = no_logs,
        *,
        elsewhere: Elsewhere | None = None,
        told: Told = nobody,
    ) -> None:
        """Work on a bank.

        Args:
            state: Of the bank that is to forget.
            logs: Finds its readable logs, if it has any; asked where they matter.
            elsewhere: Where else its words are kept, if anywhere.
            told: Has who keeps something of its messages follow, once the bank is
                free; raises StoreError if that cannot be done now.
        """
        self._told = told
        self._state = state
        self._logs = logs
        self._elsewhere = elsewhere or Nowhere()

    def plan(self, target: ForgetTarget) -> ForgetPlan:
        """Say what would go; changes nothing.

        Raises:
            NotFound: There is no such memory or chat.
        """
        state = self._state
        with state.lock:
            state.reload()
            with state.store.reading():
                snapshot = read_snapshot(state.store)
                decision = decide(snapshot, target, state.chats.forgotten)
                former = former_texts(state.store, decision.annotations)
                count = self._elsewhere.count(snapshot, decision, former)
        return replace(decision.plan, client_texts=count)

    def forget(self, target: ForgetTarget) -> ForgetPlan:
        """Take it out for good; when this returns no file has a trace of it.

        Raises:
            NotFound: There is no such memory or chat.
            StoreError: Nothing was forgotten, or, if the message says so, all of it
                was and traces are removed when the bank is opened next.
        """
        state = self._state
        taken: list[ForgetPlan] = []

        def what() -> Erasure:
            state.refresh()
            snapshot = read_snapshot(state.store)
            decision = decide(snapshot, target, state.chats.forgotten)
            former = list(former_texts(state.store, decision.annotations))
            _keep_away(state.store, decision.named_summaries, state.clock())
            # First, so that a process killed in between leaves a plan to repeat.
            count = self._elsewhere.forget(snapshot, decision, former)
            taken.append(replace(decision.plan, client_texts=count))
            return decision.erasure

        with state.lock:
            state.store.erasure.erase(what)
            state.reread()
            with _traces_told():
                self._elsewhere.again()
                self.finish()
        with _traces_told():
            self._told()
        return taken[-1]

    def finish(self) -> bool:
        """Remove traces that are left of a forgetting; return whether there were any.

        Raises:
            StoreError: Another program stands in the way; they are left.
        """
        state = self._state
        with state.lock:
            if state.store.metadata.get(DUE) is None:
                return self._elsewhere.finish()
            if (logs := self._logs()) is not None:
                chats = state.store.chats.all()
                states = [load_state(state.store, chat) for chat in chats]
                logs.renew(
                    (one.stored.id, one.stored.title, settled_turns(one.places))
                    for one in states
                )
            self._elsewhere.drop_copies()
            state.store.erasure.remove_traces()
            self._elsewhere.finish()
            state.store.metadata.drop(DUE)
            return True


@contextmanager
def _traces_told() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise StoreError(
            "It is forgotten and stays away, but some traces are left in the files "
            f"until the memory is opened next: {error}"
        ) from error


def _keep_away(store: BankStore, named: Iterable[bytes], now: datetime) -> None:
    """Leave nothing of summaries but that they are not to be written again."""
    for key in named:
        store.annotations.drop(MemoryKind.SUMMARY, key.hex())
        store.annotations.put(
            Annotation(
                kind=MemoryKind.SUMMARY,
                key=key.hex(),
                content=None,
                pinned=False,
                created_at=now,
                updated_at=now,
                deleted_at=now,
            )
        )
