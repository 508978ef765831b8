"""Forget in all banks of a user what was named in one of them.

Owns: who else keeps it, and the order in which it goes.
Knows nothing of: how anything is forgotten, words for people.

In a group each member's bank has the messages that it heard, under ids of its own or
shared ones. So they are known as a host's window is: by id, a telling text by itself,
a short one by what stands beside it (see `core.forgetting.suppression`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ...core.forgetting.planner import (
    BankSnapshot,
    ForgetPlan,
    meant_elsewhere,
)
from ...core.forgetting.suppression import SuppressionList
from ...core.forgetting.target import ForgetTarget
from ...core.types import Scope
from ..snapshot import Peek
from .deciding import decide, read_snapshot
from .forget import Forgetting


class Banks(Protocol):
    """The banks of all users, as an engine has them."""

    def scopes(self) -> list[Scope]:
        """Name the banks on disk."""

    def peek(self, scope: Scope) -> AbstractContextManager[Peek]:
        """Look into a bank without opening it for chats."""

    def forgetting(self, scope: Scope) -> Forgetting:
        """Return what forgets for good in a bank."""


class OtherBank(NamedTuple):
    """What another bank has of it."""

    scope: Scope
    target: ForgetTarget
    plan: ForgetPlan


class CrossBankForgetting:
    """Forgetting that reaches the user's other characters."""

    def __init__(self, banks: Banks, scope: Scope, target: ForgetTarget) -> None:
        """Begin at the bank in which something is named."""
        self._banks = banks
        self._scope = scope
        self._target = target

    def others(self) -> list[OtherBank]:
        """Say who else keeps what is named here; changes nothing.

        Raises:
            NotFound: There is no such memory or chat here.
            StoreError: A bank cannot be read.
        """
        snapshot, forgotten = self._read(self._scope)
        known = decide(snapshot, self._target, forgotten).known
        kept = []
        for scope in self._banks.scopes():
            if scope.user != self._scope.user or scope == self._scope:
                continue
            snapshot, forgotten = self._read(scope)
            if ids := meant_elsewhere(snapshot, known):
                target = ForgetTarget(memories=tuple(ids))
                plan = decide(snapshot, target, forgotten).plan
                kept.append(OtherBank(scope, target, plan))
        return kept

    def forget(self, others: Sequence[OtherBank]) -> dict[Scope, ForgetPlan]:
        """Forget it in other banks, and then here; return what went where.

        Here last: whoever is stopped in between can name the same again.

        Raises:
            NotFound: There is no such memory or chat here.
            StoreError: As `Forgetting.forget`; what stands before it is done.
        """
        targets = {one.scope: one.target for one in others}
        return {
            scope: self._banks.forgetting(scope).forget(target)
            for scope, target in (targets | {self._scope: self._target}).items()
        }

    def _read(self, scope: Scope) -> tuple[BankSnapshot, SuppressionList]:
        with self._banks.peek(scope) as there, there.store.reading():
            return read_snapshot(there.store), there.forgotten
