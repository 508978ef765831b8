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

from ...core.types import Scope
from ..snapshot import Peek
from .forget import Forgetting
from .plan import BankSnapshot, Plan, Target


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
    target: Target
    plan: Plan


class Everywhere:
    """Forgetting that reaches the user's other characters."""

    def __init__(self, banks: Banks, scope: Scope, target: Target) -> None:
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
        with self._banks.peek(self._scope) as here, here.store.reading():
            known = BankSnapshot(here.store, here.forgotten, self._target).known_again
        kept = []
        for scope in self._banks.scopes():
            if scope.user != self._scope.user or scope == self._scope:
                continue
            with self._banks.peek(scope) as there, there.store.reading():
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
            scope: self._banks.forgetting(scope).forget(target)
            for scope, target in (targets | {self._scope: self._target}).items()
        }
