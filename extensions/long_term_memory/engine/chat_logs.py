"""Keep the readable log of every chat up to date, if that is wanted.

Owns: when it is written; a log that cannot be written costs no turn.
Knows nothing of: files, what a line holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from ..core.timeline.turns import settled_turns
from ..storage.backend import ChatLog, StorageBackend
from .faults import Faults, guard
from .open_banks import unless_gone
from .state.bank_state import BankState
from .state.chats import ChatState


def keep_journal(
    state: BankState, storage: StorageBackend, is_on: Callable[[], bool], faults: Faults
) -> None:
    """Let a bank's changes go into its readable logs.

    Args:
        state: Of the bank.
        storage: Has the logs.
        is_on: Asked at every change.
        faults: Hears if a log cannot be written.
    """

    # Where the disk is full nobody else can look, and nothing would be written.
    def log() -> ChatLog | None:
        return unless_gone(lambda: storage.chat_log(state.scope), None)

    state.chats.watch(Journal(cache(log), is_on, faults).follow)


class Journal:
    """Follows the chats of one bank."""

    def __init__(
        self,
        files: Callable[[], ChatLog | None],
        is_on: Callable[[], bool],
        faults: Faults,
    ) -> None:
        """Follow while `is_on`.

        Args:
            files: Finds the bank's logs, if it has any; asked once it matters.
            is_on: Asked at every change.
            faults: Hears if a log cannot be written.
        """
        self._files = files
        self._is_on = is_on
        self._faults = faults

    def follow(self, state: ChatState) -> None:
        """Write what a chat's log lacks."""
        if self._is_on():
            guard(
                self._faults,
                "writing the readable log",
                partial(self._write, state),
                lambda: None,
            )

    def _write(self, state: ChatState) -> None:
        stored = state.stored
        if (files := self._files()) is None:
            return
        files.follow(stored.id, stored.title, settled_turns(state.places))
