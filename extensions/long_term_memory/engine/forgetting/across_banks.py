"""Forget in all banks of a user what was named in one of them.

Owns: who else keeps it, and the order in which it goes.
Knows nothing of: how anything is forgotten, words for people.

In a group each member's bank has the messages that it heard, under ids of its own or
shared ones. So they are known as a host's window is: by id, a telling text by itself,
a short one by what stands beside it (see `core.forgetting.suppression`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...core.types import Scope
from ..engine import Engine
from .plan import BankSnapshot, Plan, Target


class OtherBank(NamedTuple):
    """What another bank has of it."""

    scope: Scope
    target: Target
    plan: Plan


class Everywhere:
    """Forgetting that reaches the user's other characters."""

    def __init__(self, engine: Engine, scope: Scope, target: Target) -> None:
        """Begin at the bank in which something is named."""
        self._engine = engine
        self._scope = scope
        self._target = target

    def others(self) -> list[OtherBank]:
        """Say who else keeps what is named here; changes nothing.

        Raises:
            NotFound: There is no such memory or chat here.
            StoreError: A bank cannot be read.
        """
        with self._engine.peek(self._scope) as here, here.store.reading():
            known = BankSnapshot(here.store, here.forgotten, self._target).known_again
        kept = []
        for scope in self._engine.scopes():
            if scope.user != self._scope.user or scope == self._scope:
                continue
            with self._engine.peek(scope) as there, there.store.reading():
                ids = BankSnapshot(there.store, there.forgotten, Target()).ids_of(known)
                if ids:
                    target = Target(memories=tuple(ids))
                    plan = BankSnapshot(there.store, there.forgotten, target).plan()
                    kept.append(OtherBank(scope, target, plan))
        return kept

    def forget(self, others: Sequence[OtherBank]) -> dict[Scope, Plan]:
        """Forget it in other banks, and then here; return what went where.

        Here last: whoever is stopped in between can name the same again.

        Raises:
            NotFound: There is no such memory or chat here.
            StoreError: As `Forgetting.forget`; what stands before it is done.
        """
        targets = {one.scope: one.target for one in others}
        return {
            scope: self._engine.forgetting(scope).forget(target)
            for scope, target in (targets | {self._scope: self._target}).items()
        }
