"""The chats of a bank in memory: by row, by the names that hosts give them.

Owns: names and paths in memory, and what of a window may be kept at all.
Knows nothing of: ranking, vectors, hosts, how a path comes to be another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from ...core.forgetting.suppression import SuppressionList
from ...core.records import (
    KEY,
    ROUND,
    StoredChat,
)
from ...core.timeline.presence import witnessed
from ...core.types import PathEntry, Window, WindowMessage
from ...storage.protocols import (
    BankStore,
)
from ..records import ChatName

MOST_KIN = 16
"""So many of the newest chats that share a past are looked at for what came next."""


@dataclass(slots=True, kw_only=True)
class ChatState:
    """One chat in memory: its path, and the window that was last seen whole.

    `rows` runs beside `places`. `settled` are the shown messages that are known to
    equal the first places; comparing them again is what makes a turn of a long chat
    cheap.
    """

    stored: StoredChat
    places: list[PathEntry] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    settled: tuple[WindowMessage, ...] = ()


def load_state(store: BankStore, chat: StoredChat) -> ChatState:
    """Read a chat's path with its messages."""
    stored = store.chats.path(chat.row)
    messages = store.messages.get([place.message for place in stored])
    places = [
        PathEntry(
            message=messages[place.message],
            hidden=place.hidden,
            provisional=place.provisional,
            host_id=place.host_id,
        )
        for place in stored
    ]
    return ChatState(
        stored=chat, places=places, rows=[place.message for place in stored]
    )


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
        self._forgotten = SuppressionList()
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
            # Another chat may be called so by now.
            if self._rows_by_name.get(name) == chat.row:
                del self._rows_by_name[name]
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

    def admissible(self, window: Window, character: str) -> Window:
        """Return what may be kept of a window: what was heard and is not forgotten."""
        return self._forgotten.without(witnessed(window, character))

    @property
    def forgotten(self) -> SuppressionList:
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
        self._forgotten = SuppressionList(
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
        return self.row_called(name.host, name.name)

    def row_called(self, host: str, name: str) -> int | None:
        """Return the row of what a host calls so; None if it is not stored."""
        return self._rows_by_name.get((host, name))

    def put(self, state: ChatState) -> None:
        """Know the path of a chat that we made."""
        self._states[state.stored.row] = state

    def state(self, row: int) -> ChatState:
        """Return a chat's path in memory."""
        state = self._states.get(row)
        if state is None:
            state = self._states[row] = load_state(self._store, self._chats[row])
        return state

    def newest(self, row: int | None, ids: Collection[str]) -> dict[str, int]:
        """Return the rows of those messages that stand at a chat's end, by id.

        Others may be missing: of a chat that is not in memory all of them.

        Args:
            row: The chat's; None for one that is not stored.
            ids: Of messages.
        """
        state = None if row is None else self._states.get(row)
        if state is None:
            return {}
        ends = zip(reversed(state.places), reversed(state.rows), strict=True)
        # With room for some that the host hides.
        last = islice(ends, 2 * len(ids))
        return {entry.message.id: at for entry, at in last if entry.message.id in ids}

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

    def first(self, chat: int) -> int:
        """Return the row of a chat's first message; 0 if it has none."""
        if chat not in self._firsts:
            path = self._store.chats.path(chat)
            self._firsts[chat] = path[0].message if path else 0
        return self._firsts[chat]
