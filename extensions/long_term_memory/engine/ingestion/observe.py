"""The first act of a turn: follow what a host shows.

Owns: turning an alignment into stored messages and a path.
Knows nothing of: hosts, ranking, prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from ...core.records import (
    NewMessage,
    StoredChat,
    StoredPathEntry,
)
from ...core.text.dates import tellable
from ...core.text.lexicon import lexicon_of
from ...core.text.recipes import digest
from ...core.timeline.alignment import align
from ...core.timeline.changes import Aligned, Alignment
from ...core.timeline.matching import same_text
from ...core.types import Message, PathEntry, Window, WindowMessage
from ...storage.protocols import (
    BankStore,
)
from ..state.chats import ChatState

# A user message and its reply.
TURN = 2

Tail = list[StoredPathEntry | tuple[NewMessage, StoredPathEntry]]


Onward = Callable[[StoredChat, int, int, datetime | None], Iterable[Sequence[int]]]
"""Tells for a chat and a message row the rows, so many at most, that followed it in
each chat that shares a past with that one and went on since a time."""


def _nowhere(
    chat: StoredChat, row: int, count: int, since: datetime | None
) -> list[list[int]]:
    """Know of no other chat."""
    del chat, row, count, since
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What an observed window changed.

    Attributes:
        added: Messages that came onto the path.
        removed: Messages that left it; they are kept, and may return.
        path_length: Places on the path now.
    """

    added: int = 0
    removed: int = 0
    path_length: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything did."""
        return bool(self.added or self.removed)


def follow(
    store: BankStore,
    state: ChatState,
    window: Window,
    now: datetime,
    onward: Onward = _nowhere,
) -> tuple[Observation, int]:
    """Bring a chat's path in line with a window, durably.

    Args:
        store: The bank's store.
        state: The chat; its path follows.
        window: What the host shows.
        now: The present.
        onward: How chats that share a past with this one went on after a message.

    Returns:
        What changed, and how many leading places were left untouched.
    """
    alignment = align(state.places, window, same=_known_same(state, window))
    if not alignment.changed:
        state.settled = _settled(window, state)
        return Observation(path_length=len(state.places)), len(state.places)
    before = len(state.places)
    just_said = window.messages[-1] if window.just_said else None
    known = _shared_onward(store, state, alignment, onward)
    tail, messages = _stored_tail(store, state, alignment, known, just_said, now)
    rows = store.chats.write_path(
        state.stored.row,
        keep=alignment.keep,
        tail=tail,
        now=now,
        revision=state.stored.revision,
    )
    state.places[alignment.keep :] = [
        _place(aligned, message)
        for aligned, message in zip(alignment.tail, messages, strict=True)
    ]
    state.rows[alignment.keep :] = rows
    state.settled = _settled(window, state)
    removed = len(alignment.removed)
    added = len(state.places) - before + removed
    return (
        Observation(added=added, removed=removed, path_length=len(state.places)),
        alignment.keep,
    )


def new_message(shown: WindowMessage, now: datetime) -> Message:
    """Mint a message of ours for what a host shows."""
    return Message(
        id=shown.message_id or uuid4().hex,
        role=shown.role,
        content=shown.content,
        name=shown.name,
        said_at=tellable(shown.said_at),
        seen_at=now,
        present=shown.present,
    )


def _known_same(state: ChatState, window: Window) -> int:
    """Count leading messages known to stand at the path's beginning already."""
    settled = state.settled
    for left_out in (0, TURN, 2 * TURN):  # sent, regenerated, or a turn taken back
        count = len(settled) - left_out
        if count > 0 and window.messages[:count] == settled[:count]:
            return count
    return 0


def _settled(window: Window, state: ChatState) -> tuple[WindowMessage, ...]:
    """Return the shown messages that need no second look next turn."""
    if not window.complete or len(window.messages) != len(state.places):
        return ()
    return window.messages[:-1] if window.open_ended else window.messages


def _stored_tail(
    store: BankStore,
    state: ChatState,
    alignment: Alignment,
    known: Mapping[int, tuple[int, Message]],
    just_said: WindowMessage | None,
    now: datetime,
) -> tuple[Tail, list[Message]]:
    """Say what to write for each aligned place; returning messages are reused."""
    rows = {
        place.message.id: row
        for place, row in zip(
            state.places[alignment.keep :], state.rows[alignment.keep :], strict=True
        )
    }
    back = _returning(store, state, alignment.tail)
    tail: Tail = []
    messages: list[Message] = []
    for at, aligned in enumerate(alignment.tail):
        if aligned.place is not None:
            message = aligned.place.message
            tail.append(_stored(aligned, rows[message.id]))
        elif at in known:
            row, message = known[at]
            tail.append(_stored(aligned, row))
        else:
            message, entry = _arrival(aligned, back, just_said, now)
            tail.append(entry)
        messages.append(message)
    return tail, messages


def _shared_onward(
    store: BankStore, state: ChatState, alignment: Alignment, onward: Onward
) -> dict[int, tuple[int, Message]]:
    """Find what arrives at the end as messages of a chat that went on the same way.

    One chat may be known by two names: a file of it was brought in, and a client shows
    it. What it shows after the past that both share is one message in both, or it would
    be remembered twice.

    Returns:
        By place in the tail, the row and the message.
    """
    tail = alignment.tail
    first = len(tail)
    while first and tail[first - 1].place is None:
        first -= 1
    arriving = [one.shown for one in tail[first:] if one.shown is not None]
    is_turn = len(arriving) <= TURN
    since = arriving[0].said_at if arriving and is_turn else None
    if is_turn and since is None:
        return {}  # An ordinary turn.
    places = state.places
    before = tail[first - 1].place if first else None
    if not first and alignment.keep:
        before = places[alignment.keep - 1]
    if before is None:
        return {}
    # It is hardly ever far from the end.
    last = next(
        row
        for place, row in zip(reversed(places), reversed(state.rows), strict=True)
        if place.message.id == before.message.id
    )
    best: list[tuple[int, Message]] = []
    # A chat that did not go on since a turn was said does not hold it: of branches that
    # rest no path is read.
    for rows in onward(state.stored, last, len(arriving), since):
        best = max(best, _alike(store, rows, arriving), key=len)
    on_path = set(state.rows)
    return {
        first + at: found for at, found in enumerate(best) if found[0] not in on_path
    }


def _alike(
    store: BankStore, rows: Sequence[int], arriving: Sequence[WindowMessage]
) -> list[tuple[int, Message]]:
    """Return the leading messages, with their rows, that equal what arrives."""
    messages = store.messages.get(rows)
    found = []
    for row, shown in zip(rows, arriving, strict=False):
        message = messages[row]
        if not (same_text(message, shown) and _same_time(message, shown)):
            break
        found.append((row, message))
    return found


def _arrival(
    aligned: Aligned,
    back: dict[bytes, tuple[int, Message]],
    just_said: WindowMessage | None,
    now: datetime,
) -> tuple[Message, StoredPathEntry | tuple[NewMessage, StoredPathEntry]]:
    """Reuse a message that once stood on this path, else mint one."""
    shown = aligned.shown
    assert shown is not None
    known = back.get(digest(shown.role, shown.content))
    if known is not None and _same_time(known[1], shown):
        del back[digest(shown.role, shown.content)]
        return known[1], _stored(aligned, known[0])
    message = new_message(shown, now)
    if shown is just_said and message.said_at is None:
        message = message._replace(said_at=now)
    lexicon = lexicon_of(message.content, message.role)
    new = NewMessage(message=message, lexicon=lexicon)
    return message, (new, _stored(aligned, 0))


def _returning(
    store: BankStore, state: ChatState, tail: Sequence[Aligned]
) -> dict[bytes, tuple[int, Message]]:
    """Find messages that left this path and now return, such as a swiped-back reply."""
    digests = [
        digest(aligned.shown.role, aligned.shown.content)
        for aligned in tail
        if aligned.shown is not None
    ]
    former = store.chats.former(state.stored.row, digests) if digests else {}
    if not former:
        return {}
    on_path = set(state.rows)
    gone = {key: row for key, row in former.items() if row not in on_path}
    messages = store.messages.get(list(gone.values()))
    return {key: (row, messages[row]) for key, row in gone.items()}


def _same_time(message: Message, shown: WindowMessage) -> bool:
    """Whether two utterances of equal text may be one: no two told times differ."""
    times = {message.told_at, shown.said_at} - {None}
    return len(times) < 2


def _place(aligned: Aligned, message: Message) -> PathEntry:
    return PathEntry(
        message=message,
        hidden=aligned.hidden,
        provisional=aligned.provisional,
        host_id=aligned.host_id,
    )


def _stored(aligned: Aligned, row: int) -> StoredPathEntry:
    return StoredPathEntry(
        message=row,
        hidden=aligned.hidden,
        provisional=aligned.provisional,
        host_id=aligned.host_id,
    )
