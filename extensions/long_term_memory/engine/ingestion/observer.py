"""Follow what hosts show of the chats of one bank, beside other processes.

Owns: that a window is stored whole or not at all, and that memory follows the store.
Knows nothing of: how a path becomes another, hosts, ranking.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from ...core.policy import EVERYONE, Remembering
from ...core.types import Window
from ...errors import Conflict, StoreError
from ..records import ChatName
from ..state.bank_state import BankState
from ..state.chats import ChatState
from ..state.policies import Viewer
from .chat_finder import ChatFinder
from .observe import Observation, follow


class _Followed(NamedTuple):
    """What became of a window: the chat if it changed, from which place on."""

    chat: ChatState | None
    observation: Observation
    keep: int


class Observer:
    """Follows the chats of one bank; takes its lock itself."""

    def __init__(self, state: BankState, finder: ChatFinder) -> None:
        """Work on a bank, whose finder says what an unknown chat is."""
        self._state = state
        self._finder = finder

    def observe(
        self, name: ChatName, window: Window, *, by_hand: bool = False
    ) -> Observation:
        """Follow what a host shows of a chat; see `Chat.observe`.

        Args:
            name: The chat.
            window: What is shown.
            by_hand: Whether a person brings it, as in a file; then it is kept even
                while the character is not to remember.
        """
        with self._state.lock:
            chat, observation, keep = self._write(name, window, by_hand=by_hand)
            if chat is not None:
                self._state.path_changed(chat, keep)
            return observation

    def _write(self, name: ChatName, window: Window, *, by_hand: bool) -> _Followed:
        """Store what a window changes, whatever other processes write meanwhile."""
        state = self._state
        state.refresh()
        try:
            with suppress(Conflict):
                return self._place(name, window, by_hand=by_hand)
            # Another process wrote between our look and our write: look again, alone.
            state.chats.forget(state.chats.row_of(name))
            state.doubt()
            with state.store.exclusive():
                state.refresh()
                return self._place(name, window, by_hand=by_hand)
        except BaseException:
            # What was not written must not be taken for known.
            state.chats.clear()
            state.doubt()
            with suppress(StoreError):  # The next look reads what cannot be read now.
                state.refresh()
            raise

    def _admissible(self, name: ChatName, window: Window, *, by_hand: bool) -> Window:
        """Return what may be kept of a window; nothing where none is to be."""
        state, policies = self._state, self._state.policies
        if state.scope.character == EVERYONE:
            return replace(window, messages=())  # It holds notes alone.
        window = state.admissible(window)
        viewer = Viewer(state.chats.row_of(name), name)
        if viewer.row is None and window.messages and policies.may_inherit(name):
            policies.inherit(name, self._finder.origin(name, window))
        if by_hand or policies.in_force(viewer).remembers is Remembering.YES:
            return policies.without_unheard(window)
        if name.name and not window.kept_here:
            # Else nobody shows it again that was refused it.
            policies.leave_out(window)
        return replace(window, messages=())

    def _place(self, name: ChatName, window: Window, *, by_hand: bool) -> _Followed:
        """Store what a window changes; no chat if it changes nothing."""
        state, chats = self._state, self._state.chats
        window = self._admissible(name, window, by_hand=by_hand)
        if not window.messages or not name.name:
            unchanged = Observation(path_length=len(state.path(name)))
            return _Followed(None, unchanged, 0)
        row = chats.row_of(name)
        now = state.clock()
        state.policies.join_by_hint(Viewer(row, name))
        if row is None:
            chat = self._finder.adopt(name, window, now)
            state.policies.settle(chat.stored.row, name)
        else:
            chat = chats.state(row)
        observation, keep = follow(state.store, chat, window, now, chats.onward)
        if observation.changed or keep < observation.path_length:
            chats.moved(chat, now)
        elif row is not None:
            return _Followed(None, observation, keep)
        return _Followed(chat, observation, 0 if row is None else keep)
