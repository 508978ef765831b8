"""Whether what is kept in memory of a bank is older than its last forgetting.

Owns: reading how often a bank forgot, by this process or another.
Knows nothing of: what is kept, and for whom.

Whoever holds texts or names of chats outside of a bank notes the round beside them, and
tells them only as long as it is the bank's round still.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final, Protocol

from ...core.records import ROUND
from ...core.types import Scope
from ...errors import LtmError
from ...storage.backend import StorageBackend
from ..snapshot import Peek
from .daily import HasState

GONE: Final = "gone"
"""Of a bank that is not there, or cannot be read."""


class BanksWithRounds(Protocol):
    """What an engine has."""

    storage: StorageBackend

    def opened(self, scope: Scope) -> HasState | None:
        """Return a bank if it is open."""

    def peek(self, scope: Scope) -> AbstractContextManager[Peek]:
        """Look into a bank without opening it for chats."""


class Rounds:
    """Tells rounds; safe to use from any thread."""

    def __init__(self, banks: BanksWithRounds) -> None:
        """Look at an engine's banks."""
        self._banks = banks

    def now(self, scope: Scope) -> str:
        """Return a bank's round, "" if it never forgot, `GONE` if it is not there."""
        bank = self._banks.opened(scope)
        try:
            if bank is not None and bank.state.store.in_place():
                return bank.state.store.metadata.get(ROUND) or ""
            if not self._banks.storage.holds(scope):
                return GONE
            with self._banks.peek(scope) as there:
                return there.store.metadata.get(ROUND) or ""
        except LtmError:
            return GONE

    def since(self, before: str, scope: Scope) -> str:
        """Return the round that holds for what was begun in another one.

        A bank may have been made meanwhile.
        """
        return self.now(scope) if before == GONE else before
