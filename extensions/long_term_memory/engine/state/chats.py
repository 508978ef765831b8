"""The chats of a bank in memory: by row, by the names that hosts give them.

Owns: names and paths in memory, what of a window may be kept at all, and what
an unknown chat is: new, a branch, or a known one under another name.
Knows nothing of: ranking, vectors, hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from ...core.forgetting.suppression import Forgotten
from ...core.records import (
    KEY,
    ROUND,
    StoredChat,
)
from ...core.timeline.identity import Kinship, shared_prefix
from ...core.timeline.matching import same_text
from ...core.types import Window
from ...storage.protocols import (
    BankStore,
)
from ..ingestion.observe import ChatState, begin_with, find_kin, load_state, witnessed
from ..records import ChatName

MOST_KIN = 16
"""So many of the newest chats that share a past are looked at for what came next."""


class ChatDirectory:
    """The chats of one bank; the bank's lock guards it."""

    def __init__(self, store: BankStore) -> None:
        """Start without chats."""
        self._store = store
        self._chats: dict[int, StoredChat] = {}
        self._states: dict[int, ChatState] = {}
        self._rows_by_name: dict[tuple[str, str], int] = {}
        self._firsts: dict[int, int] = {}
        self._watchers: list[Callable[[ChatState], None]] = []
        self._forgotten = Forgotten()
        self._round: str | None = None

    def __iter__(self) -> Iterator[StoredChat]:
        """Go through the chats, the newest first."""
        return iter([self._chats[row] for row in sorted(self._chats, reverse=True)])

    def __len__(self) -> int:
        """Count the chats."""
        return len(self._chats)

    def __getitem__(self, row: int) -> StoredChat:
        """Return a chat by its row."""
        return self._chats[row]

    def is_current(self, chat: StoredChat) -> bool:
        """Whether a chat's path is as we know it."""
        known = self._chats.get(chat.row)
        return known is not None and known.revision == chat.revision

    def learn(self, chat: StoredChat) -> None:
        """Know a chat by its names of today."""
        known = self._chats.get(chat.row)
        if known is not None and known.revision != chat.revision:
            self._states.pop(chat.row, None)
            self._firsts.pop(chat.row, None)
        for name in known.names if known is not None else ():
            self._rows_by_name.pop(name, None)
        self._chats[chat.row] = chat
        self._rows_by_name.update(dict.fromkeys(chat.names, chat.row))

    def moved(self, state: ChatState, now: datetime) -> None:
        """Take note that we changed a chat's path ourselves."""
        state.stored = replace(
            state.stored, revision=state.stored.revision + 1, seen_at=now
        )
        self._chats[state.stored.row] = state.stored
        self._firsts.pop(state.stored.row, None)
        for watcher in self._watchers:
            watcher(state)

    def watch(self, watcher: Callable[[ChatState], None]) -> None:
        """Let something know of every chat whose path we change."""
        self._watchers.append(watcher)

    def forget(self, row: int | None) -> None:
        """Read a chat again at the next look, whatever we know of it."""
        if row is not None:
            self._states.pop(row, None)
            self._chats[row] = replace(self._chats[row], revision=-1)

    def clear(self) -> None:
        """Know nothing any more; the next look reads all chats again."""
        self._chats.clear()
        self._states.clear()
        self._rows_by_name.clear()
        self._firsts.clear()

    def heard(self, window: Window, character: str) -> Window:
        """Return what may be kept of a window: what was heard and is not forgotten."""
        return self._forgotten.without(witnessed(window, character))

    @property
    def forgotten(self) -> Forgotten:
        """What must not come back."""
        return self._forgotten

    def forgot_more(self) -> bool:
        """Learn what was forgotten since the last look; return whether anything was.

        Then no chat is known any more, for what was read before is not to be kept.
        """
        round_ = self._store.metadata.get(ROUND)
        if round_ == self._round:
            return False
        self._round = round_
        key = self._store.metadata.get(KEY)
        self._forgotten = Forgotten(
            key=bytes.fromhex(key or ""), marks=self._store.erasure.suppressed()
        )
        self.clear()
        return True

    def release(self, row: int | None) -> None:
        """Hold a chat's messages in memory no longer; the next look reads them."""
        if row is not None:
            self._states.pop(row, None)

    def row_of(self, name: ChatName) -> int | None:
        """Return the row of a chat by its name; None if it is not stored."""
        return self._rows_by_name.get((name.host, name.name))

    def state(self, row: int) -> ChatState:
        """Return a chat's path in memory."""
        state = self._states.get(row)
        if state is None:
            state = self._states[row] = load_state(self._store, self._chats[row])
        return state

    def onward(
        self, chat: StoredChat, row: int, count: int, since: datetime | None = None
    ) -> Iterator[list[int]]:
        """Yield how chats that share a past with one went on after a message.

        Args:
            chat: The one.
            row: Of the message.
            count: How many messages after it at most.
            since: Leave out chats that did not change from then on.
        """
        kin = [
            one
            for one in self
            if one.family == chat.family
            and one.row != chat.row
            and (since is None or one.seen_at >= since)
        ]
        for one in kin[:MOST_KIN]:
            rows = [place.message for place in self._store.chats.path(one.row)]
            if row in rows:
                at = rows.index(row) + 1
                yield rows[at : at + count]

    def adopt(self, name: ChatName, window: Window, now: datetime) -> ChatState:
        """Store an unknown chat: as new, as a branch, or as a known one renamed."""
        names = [(name.host, name.name)]
        kin, other, shared = self._kin(name, window)
        if kin is Kinship.SAME and other is not None:
            kept = [old for old in other.stored.names if old[0] != name.host]
            chat = self._store.chats.rename(
                other.stored.row, names=[*kept, *names], title=name.name
            )
            self.learn(chat)
            other.stored = chat
            return other
        parent = other.stored.row if other is not None else None
        chat = self._store.chats.add(
            uuid4().hex, names=names, title=name.name, forked_from=parent, now=now
        )
        self.learn(chat)
        state = ChatState(stored=chat)
        if other is not None and shared:
            state.places, state.rows = other.places[:shared], other.rows[:shared]
            begin_with(self._store, state, now)
            self.moved(state, now)
        self._states[chat.row] = state
        return state

    def _kin(
        self, name: ChatName, window: Window
    ) -> tuple[Kinship, ChatState | None, int]:
        """Find the chat that an unknown one branched from or was called before."""
        if name.forked_from is not None:
            row = self._rows_by_name.get((name.host, name.forked_from))
            if row is not None:
                parent = self.state(row)
                return Kinship.FORK, parent, shared_prefix(parent.places, window)
        return find_kin(
            window,
            (self.state(row) for row in self._beginning_like(window)),
            gone=lambda state: all(
                host == name.host and name.gone(old) for host, old in state.stored.names
            ),
        )

    def _beginning_like(self, window: Window) -> list[int]:
        """Return chats whose first message is the window's, the newest first."""
        first = window.messages[0]
        rows = {chat.row: self._first(chat.row) for chat in self}
        messages = self._store.messages.get(sorted(set(rows.values()) - {0}))
        return [
            chat
            for chat, row in rows.items()
            if row and same_text(messages[row], first)
        ]

    def _first(self, chat: int) -> int:
        """Return the row of a chat's first message; 0 if it has none."""
        if chat not in self._firsts:
            path = self._store.chats.path(chat)
            self._firsts[chat] = path[0].message if path else 0
        return self._firsts[chat]
