"""Look once a day for what is kept no longer, as long as a program runs.

Owns: the thread that looks, at open banks and at closed ones, and what it told.
Knows nothing of: what is too old, how anything is forgotten, hosts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event, Lock, Thread
from typing import Protocol

from ...config import Settings
from ...core.types import Scope
from ..faults import Faults, guard
from ..state.bank_state import BankState
from .across_banks import Banks
from .client_texts import ClientTexts
from .forget import Forgetting
from .retention import Notice, consider, forgets, retain
from .retention_texts import retain_texts

# Whether a day has passed each bank notes for itself: a laptop sleeps in between.
FIRST_SECONDS = 60.0
AGAIN_SECONDS = 3600.0

logger = logging.getLogger("long_term_memory")


class HasState(Protocol):
    """An open bank."""

    @property
    def state(self) -> BankState:
        """What it holds."""


class AgingBanks(Banks, Protocol):
    """What an engine has."""

    faults: Faults
    now: Callable[[], datetime]
    client_texts: ClientTexts

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    def bank(self, scope: Scope) -> HasState:
        """Open a bank, which looks by itself for what is too old."""

    def opened(self, scope: Scope) -> HasState | None:
        """Return a bank if it is open."""

    def forgetting_there(self, scope: Scope) -> Forgetting:
        """Return what forgets what is in a bank by now."""


class Daily:
    """Looks at all banks; the thread begins when anything is to be forgotten."""

    def __init__(
        self,
        banks: AgingBanks,
        *,
        first: float = FIRST_SECONDS,
        again: float = AGAIN_SECONDS,
    ) -> None:
        """Wait to be begun.

        Args:
            banks: What is looked at.
            first: Seconds until the first look.
            again: Seconds from one look to the next.
        """
        self._banks = banks
        self._first = first
        self._again = again
        self._lock = Lock()
        self._closing = Event()
        self._thread: Thread | None = None
        self._notices: dict[Scope | None, str] = {}

    def begin(self) -> None:
        """Look from now on, if the settings want anything forgotten."""
        with self._lock:
            wanted = forgets(self._banks.settings.retention)
            if wanted and self._thread is None and not self._closing.is_set():
                self._thread = Thread(target=self._run, name="ltm-daily", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop, after the look under way."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def notices(self) -> tuple[str, ...]:
        """Return what was forgotten or is going to be, the last word on each bank."""
        with self._lock:
            return tuple(self._notices.values())

    def look(self) -> None:
        """Look at every bank on disk; one that cannot be read does not stop it."""
        for scope in self._banks.scopes():
            if not self._closing.is_set():
                self.look_at(scope)
        guard(
            self._banks.faults,
            "forgetting what is too old of what clients keep",
            self._retain_texts,
            lambda: None,
        )

    def look_at(self, scope: Scope) -> None:
        """Forget what is too old in one bank, or say that it is going to be."""
        guard(
            self._banks.faults,
            "forgetting what is too old",
            partial(self._retain, scope),
            lambda: None,
        )

    # -- inside ------------------------------------------------------------------

    def _run(self) -> None:
        seconds = self._first
        while not self._closing.wait(seconds):
            guard(
                self._banks.faults,
                "looking for what is too old",
                self.look,
                lambda: None,
            )
            seconds = self._again

    def _retain(self, scope: Scope) -> None:
        banks = self._banks
        bank = banks.opened(scope)
        settings = banks.settings.retention
        if bank is not None:
            self._tell(
                scope, retain(bank.state, banks.forgetting_there(scope), settings)
            )
            return
        with banks.peek(scope) as there:
            notice = consider(there.store, there.forgotten, settings, banks.now())
        if notice is not None and notice.due:
            banks.bank(scope)
        else:
            self._tell(scope, notice)

    def _retain_texts(self) -> None:
        banks = self._banks
        told = retain_texts(banks.client_texts, banks.settings.retention, banks.now())
        if told is not None:
            self._say(None, f"{told}.")

    def _tell(self, scope: Scope, notice: Notice | None) -> None:
        if notice is not None:
            self._say(scope, f"The memory of {scope.character}: {notice.words}.")

    def _say(self, scope: Scope | None, words: str) -> None:
        logger.warning("%s", words)
        with self._lock:
            self._notices[scope] = words
