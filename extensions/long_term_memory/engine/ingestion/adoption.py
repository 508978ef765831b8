"""A chat that nobody knows: a new one, a branch, or a known one renamed.

Owns: which known chat a window began as, and storing what that makes of it.
Knows nothing of: hosts, ranking, how a path goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import uuid4

from ...core.records import StoredPlace
from ...core.timeline.identity import Kinship, kinship, shared_prefix
from ...core.timeline.matching import same_text
from ...core.types import Window
from ...storage.protocols import BankStore
from ..records import ChatName
from ..state.chats import ChatDirectory, ChatState


def adopt(
    store: BankStore,
    chats: ChatDirectory,
    name: ChatName,
    window: Window,
    now: datetime,
) -> ChatState:
    """Store an unknown chat: as new, as a branch, or as a known one renamed."""
    names = [(name.host, name.name)]
    kin, other, shared = _kin(store, chats, name, window)
    if kin is Kinship.SAME and other is not None:
        kept = [old for old in other.stored.names if old[0] != name.host]
        chat = store.chats.rename(
            other.stored.row, names=[*kept, *names], title=name.name
        )
        chats.learn(chat)
        other.stored = chat
        return other
    parent = other.stored.row if other is not None else None
    chat = store.chats.add(
        uuid4().hex, names=names, title=name.name, forked_from=parent, now=now
    )
    chats.learn(chat)
    state = ChatState(stored=chat)
    if other is not None and shared:
        state.places, state.rows = other.places[:shared], other.rows[:shared]
        _begin_with(store, state, now)
        chats.moved(state, now)
    chats.put(state)
    return state


def _kin(
    store: BankStore, chats: ChatDirectory, name: ChatName, window: Window
) -> tuple[Kinship, ChatState | None, int]:
    """Find the chat that an unknown one branched from or was called before."""
    if name.forked_from is not None:
        row = chats.row_called(name.host, name.forked_from)
        if row is not None:
            parent = chats.state(row)
            return Kinship.FORK, parent, shared_prefix(parent.places, window)
    return _find_kin(
        window,
        (chats.state(row) for row in _beginning_like(store, chats, window)),
        gone=lambda state: all(
            host == name.host and name.gone(old) for host, old in state.stored.names
        ),
    )


def _beginning_like(
    store: BankStore, chats: ChatDirectory, window: Window
) -> list[int]:
    """Return chats whose first message is the window's, the newest first."""
    first = window.messages[0]
    rows = {chat.row: chats.first(chat.row) for chat in chats}
    messages = store.messages.get(sorted(set(rows.values()) - {0}))
    return [
        chat for chat, row in rows.items() if row and same_text(messages[row], first)
    ]


def _find_kin(
    window: Window,
    others: Iterable[ChatState],
    *,
    gone: Callable[[ChatState], bool],
) -> tuple[Kinship, ChatState | None, int]:
    """Find the known chat that shares the longest beginning with a window.

    Args:
        window: What the unknown chat shows.
        others: The bank's chats.
        gone: Whether no host knows that chat under its old name any more.

    Returns:
        The kinship, the chat, and how many places are shared.
    """
    best: tuple[Kinship, ChatState | None, int] = (Kinship.NONE, None, 0)
    for other in others:
        shared = shared_prefix(other.places, window)
        if shared <= best[2]:
            continue
        kin = kinship(other.places, window, old_name_gone=gone(other))
        if kin is not Kinship.NONE:
            best = (kin, other, shared)
    return best


def _begin_with(store: BankStore, state: ChatState, now: datetime) -> None:
    """Write the shared past of a branch as the beginning of its path."""
    tail = [
        StoredPlace(
            message=row,
            hidden=place.hidden,
            provisional=place.provisional,
            host_id=place.host_id,
        )
        for place, row in zip(state.places, state.rows, strict=True)
    ]
    store.chats.write_path(state.stored.row, keep=0, tail=tail, now=now)
