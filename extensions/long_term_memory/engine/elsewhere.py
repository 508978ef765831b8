"""Another process of the same program that works on the same banks.

Owns: what an engine must know of it.
Knows nothing of: how the two talk, what the other one does.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from ..core.types import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a process has to do.

    Attributes:
        due: Texts in open banks that wait for a vector.
        banks_due: Banks that wait for something to be derived, open or not.
        open_banks: Banks that are open.
    """

    due: int = 0
    banks_due: int = 0
    open_banks: int = 0

    def beside(self, other: Load) -> Load:
        """Return what both have to do."""
        return Load(
            due=self.due + other.due,
            banks_due=self.banks_due + other.banks_due,
            open_banks=self.open_banks + other.open_banks,
        )


def share_of(most: int, share: float) -> int:
    """Return how many of the banks that may stay open are one process's; at least 1."""
    return max(1, int(most * share))


class OtherProcess(Protocol):
    """What an engine asks of the other process."""

    @property
    def load(self) -> Load:
        """What it has to do, as it told last."""

    def closed(self, scopes: Collection[Scope]) -> AbstractContextManager[None]:
        """Have it keep banks closed meanwhile."""


class NoOtherProcess:
    """There is no other process."""

    load = Load()

    def closed(self, scopes: Collection[Scope]) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()
