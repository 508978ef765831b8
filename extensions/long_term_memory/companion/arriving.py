"""Bringing what waits in the inbox into the banks, where no reply does.

Owns: that nothing waits for more than moments, and nothing when the server ends.
Knows nothing of: how a message comes into a bank, clients.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Final

from ..core.text.names import is_same_name
from ..engine.faults import Faults, guard
from ..errors import LtmError, NotFound
from .conversations import Conversations
from .inbox import Inbox

PATIENCE_SECONDS: Final = 2.0
"""A reply brings in what it is to; so long it is waited for."""
LOOK_SECONDS: Final = 2.0
BREATH_SECONDS: Final = 0.02
LATER_SECONDS: Final = 30.0
"""Until it is tried again where it failed."""

BRINGING: Final = "bringing messages into a memory"


class Arriving:
    """Brings messages in, in a thread of its own once there are any."""

    def __init__(
        self,
        conversations: Conversations,
        inbox: Inbox,
        faults: Faults,
        *,
        brings_in: bool = True,
    ) -> None:
        """Begin nothing yet.

        Args:
            conversations: Whose messages they are.
            inbox: Where they wait.
            faults: Keeps what goes wrong.
            brings_in: Whether it begins with the first message that waits, and leaves
                none at the end; else another process does that.
        """
        self._brings_in = brings_in
        self._conversations = conversations
        self._inbox = inbox
        self._faults = faults
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        if brings_in:
            inbox.on_put(self.begin)

    def begin(self) -> None:
        """Bring in what waits, now and later."""
        self._brings_in = True
        self._wanted.set()
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None and not self._ending.is_set():
                self._thread = threading.Thread(
                    target=self._run, name="ltm-inbox", daemon=True
                )
                self._thread.start()

    def let_in(self, user: str) -> None:
        """Bring in all that waits for a user's banks.

        Raises:
            StoreError: A bank cannot take it now.
        """
        self._inbox.look()
        for place, found in [*self._inbox.waiting().items()]:
            if is_same_name(found.user, user):
                self._bring(found.user, place)

    def leave_no_trace(self, user: str) -> None:
        """Bring in the same, and leave nothing of it elsewhere: it may be forgotten.

        Raises:
            StoreError: A bank cannot take it now, or somebody stands in the way.
        """
        self.let_in(user)
        self._inbox.empty_journal(unseen=True)

    def close(self) -> None:
        """Bring in all that waits, as far as banks take it, and end."""
        with self._lock:
            self._ending.set()
            self._wanted.set()
        if self._thread is not None:
            self._thread.join()
        if self._brings_in and self._inbox.is_used:
            self._guarded(partial(self._step, 0.0))

    # -- inside ------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._ending.is_set():
                return
            self._wanted.clear()
            self._guarded(partial(self._step, PATIENCE_SECONDS))
            if self._inbox.is_filled_elsewhere or self._inbox.waiting():
                self._wanted.set()
            self._ending.wait(LOOK_SECONDS)

    def _step(self, patience: float) -> None:
        """Bring in what waited for so long."""
        for place, found in [*self._inbox.waiting().items()]:
            if monotonic() - found.since >= patience:
                self._guarded(partial(self._bring_or_later, found.user, place))
                # Who talks now goes first.
                self._ending.wait(BREATH_SECONDS)
        if not self._inbox.waiting():
            self._inbox.empty_journal()

    def _bring_or_later(self, user: str, place: str) -> None:
        try:
            self._bring(user, place)
        except LtmError:
            self._inbox.put_off(place, monotonic() + LATER_SECONDS)
            raise

    def _bring(self, user: str, place: str) -> None:
        # Of one that was put away nothing waits.
        with suppress(NotFound):
            self._conversations.settle(user, place)

    def _guarded(self, act: Callable[[], None]) -> None:
        guard(self._faults, BRINGING, act, lambda: None)
