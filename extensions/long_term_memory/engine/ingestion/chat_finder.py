"""Which chat a window shows: every answer to that question.

Owns: weighing what a host tells of a chat against what its text shows, what was found
before, and storing a chat that nobody knows as new, a branch, or one renamed.
Knows nothing of: requests, prompts, how a path is brought in line with a window.

By a client's id, a chat is found whatever it shows; only a branch that bears its
parent's id is told by the text. Without an id the text alone must suffice: see
`core/timeline/chat_match.py`.

In doubt it is another chat, and both are kept: two clients may begin with the same
words, or with words that differ in a name, and neither may lose what it told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import uuid4

from ...core.records import StoredChat, StoredPathEntry
from ...core.timeline.chat_match import Fit, Match, is_sure, loses, match_of
from ...core.timeline.identity import Kinship, kinship, shared_prefix
from ...core.timeline.matching import same_text
from ...core.types import PathEntry, Scope, Window, WindowMessage
from ...lru import Lru
from ...storage.protocols import BankStore
from ..records import ChatName
from ..state.chats import ChatDirectory, ChatState

# The webui follows its chats itself, by its own logs.
FOLLOWED_BY_FILE: Final = ("webui",)
# Between an id and the number of a branch that a client calls by its parent's id.
BRANCH: Final = "~"
# Chats that are looked at without an id; older ones are gone on with by an id.
MOST_CHATS: Final = 300
# Banks whose last finding is known.
MOST_KNOWN: Final = 4_096


class ChatKey(NamedTuple):
    """How a chat is named; the same in the banks of all who take part."""

    host: str
    name: str
    forked_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatHints:
    """What a host tells of the chat that it shows.

    Attributes:
        host: Which host; a chat that is not known yet bears its name.
        chat: The host's id of the chat; empty if it tells none.
        parent: Its id of the chat that this one branched from, if it tells.
        exact: No other chat bears this id, not even a branch.
    """

    host: str
    chat: str = ""
    parent: str = ""
    exact: bool = False


class Located(NamedTuple):
    """Where a window belongs.

    Attributes:
        key: Its chat; it may be one that is not stored yet.
        past: What a branch has before it.
        contested: Two clients may show this chat, for they began with the same words.
    """

    key: ChatKey
    past: tuple[WindowMessage, ...] = ()
    contested: bool = False

    def whole(self, window: Window) -> Window:
        """Return the window with what a branch has before it."""
        return replace(window, messages=(*self.past, *window.messages))


class ChatCandidate(NamedTuple):
    """A known chat, and how the window fits it; the greatest is the likeliest."""

    match: Match
    newness: int
    name: tuple[str, str]


class FoundChats:
    """What was found before, bank by bank. Safe to use from any thread."""

    def __init__(self) -> None:
        """Know nothing yet; nothing of this is stored."""
        self._newest: Lru[Scope, ChatKey] = Lru(MOST_KNOWN)
        self._contested: Lru[tuple[Scope, ChatKey], None] = Lru(MOST_KNOWN)

    def newest(self, scope: Scope) -> ChatKey | None:
        """Return the chat that was found last, which mostly is the one again."""
        return self._newest.get(scope)

    def contested(self, scope: Scope) -> set[ChatKey]:
        """Return the chats that two clients may show, by their names alone."""
        return {key for (known, key), _ in self._contested.items() if known == scope}

    def note(self, scope: Scope, located: Located) -> None:
        """Remember what was found."""
        self._newest.put(scope, located.key)
        if located.contested:
            key = located.key._replace(forked_from=None)
            self._contested.put((scope, key), None)


class ChatFinder:
    """Finds chats in one bank; the bank's lock guards it."""

    def __init__(self, store: BankStore, chats: ChatDirectory) -> None:
        """Look among a bank's chats."""
        self._store = store
        self._chats = chats

    def adopt(self, name: ChatName, window: Window, now: datetime) -> ChatState:
        """Store a chat of unknown name: as new, a branch, or a known one renamed."""
        names = [(name.host, name.name)]
        kin, other, shared = self._kin(name, window)
        if kin is Kinship.SAME and other is not None:
            kept = [old for old in other.stored.names if old[0] != name.host]
            chat = self._store.chats.rename(
                other.stored.row, names=[*kept, *names], title=name.name
            )
            self._chats.learn(chat)
            other.stored = chat
            return other
        parent = other.stored.row if other is not None else None
        chat = self._store.chats.add(
            uuid4().hex, names=names, title=name.name, forked_from=parent, now=now
        )
        self._chats.learn(chat)
        state = ChatState(stored=chat)
        if other is not None and shared:
            state.places, state.rows = other.places[:shared], other.rows[:shared]
            self._begin_with(state, now)
            self._chats.moved(state, now)
        self._chats.put(state)
        return state

    def origin(self, name: ChatName, window: Window) -> int | None:
        """Return the row of the chat that an unknown one branched from, or was before.

        None if there is none, by what the host says and what the window shows.
        """
        _, other, _ = self._kin(name, window)
        return None if other is None else other.stored.row

    def by_hints(
        self,
        window: Window,
        hints: ChatHints,
        *,
        newest: ChatKey | None = None,
        contested: Container[ChatKey] = (),
    ) -> Located:
        """Name the chat that a window shows; it may be one that is not stored yet.

        Args:
            window: What the host shows.
            hints: What it tells of it.
            newest: The chat that was found last.
            contested: Chats that two clients may show.
        """
        name = hints.chat
        likely = ChatKey(hints.host, name) if name else newest
        places = self._path(likely.host, likely.name) if likely is not None else []
        told = bool(name and hints.exact)
        sure = bool(places) and (told or is_sure(match_of(places, window), window))
        if likely is not None and sure:
            return Located(likely, contested=likely in contested)
        own: list[tuple[str, str]] = []
        if name and not hints.exact:
            own = self._called(hints.host, name, branches=True)
        if own:
            best = max(self._fitting(window, own))
            if best.match.fit is not Fit.BRANCH:
                return Located(ChatKey(*best.name))
            branch = f"{name}{BRANCH}{uuid4().hex[:8]}"
            return self._branch(ChatKey(hints.host, branch), best)
        return self._by_text(window, hints, contested)

    def _by_text(
        self, window: Window, hints: ChatHints, contested: Container[ChatKey]
    ) -> Located:
        """Name the chat by what the window shows, for nothing else tells of it."""
        name, parent = hints.chat, hints.parent
        known = self._called(hints.host, parent, branches=False) if parent else []
        named = known or self._open_chats()
        best = max(self._fitting(window, named), default=None)
        found = best.match if best else Match()
        new_key = ChatKey(hints.host, name or uuid4().hex)
        if best is None or found.fit is Fit.NONE:
            return Located(new_key._replace(forked_from=(known and parent) or None))
        if name or found.fit is Fit.BRANCH:
            proven = bool(known) or found.proven
            return self._branch(new_key, best) if proven else Located(new_key)
        key = ChatKey(*best.name)
        both = key in contested
        if found.risky and loses(self._path(*best.name), window, contested=both):
            if not found.proven:
                return Located(new_key)
            return self._branch(new_key, best)._replace(contested=both)
        # The same beginning is asked for again: by who began, or by another one. Who
        # shows more than all of the path is the one who began: a host may show a reply
        # in the next window alone.
        more = found.fit is Fit.GOES_ON and len(window.messages) > found.matched
        return Located(key, contested=both or (found.turns == 0 and not more))

    def _path(self, host: str, name: str) -> list[PathEntry]:
        row = self._chats.row_called(host, name)
        return [] if row is None else self._chats.state(row).places

    def _branch(self, key: ChatKey, parent: ChatCandidate) -> Located:
        """Name a branch; what its window no longer shows comes from its parent."""
        host, name = parent.name
        past = tuple(
            WindowMessage(
                role=place.message.role,
                content=place.message.content,
                name=place.message.name,
                said_at=place.message.said_at,
                hidden=place.hidden,
            )
            for place in self._path(host, name)[: parent.match.past]
        )
        forked_from = name if host == key.host else None
        return Located(key._replace(forked_from=forked_from), past)

    def _fitting(
        self, window: Window, names: Iterable[tuple[str, str]]
    ) -> Iterator[ChatCandidate]:
        """Yield how chats fit, the one seen last first, up to one that surely is it."""
        for age, name in enumerate(names):
            found = match_of(self._path(*name), window)
            yield ChatCandidate(found, -age, name)
            if is_sure(found, window):
                return

    def _called(self, host: str, name: str, *, branches: bool) -> list[tuple[str, str]]:
        """Return the names of the chats that a host calls so.

        Args:
            host: Which host.
            name: Its id.
            branches: Those that bear their parent's id are called so, too.
        """
        return [
            (known_host, known)
            for chat in self._newest_first()
            for known_host, known in chat.names
            if known_host == host
            and (known == name or (branches and known.startswith(name + BRANCH)))
            and self._path(host, known)
        ]

    def _open_chats(self) -> Iterator[tuple[str, str]]:
        """Yield one name of each chat that any host may show, the newest first."""
        for chat in self._newest_first()[:MOST_CHATS]:
            own = (name for name in chat.names if name[0] not in FOLLOWED_BY_FILE)
            if (name := next(own, None)) is not None:
                yield name

    def _newest_first(self) -> list[StoredChat]:
        return sorted(self._chats, key=lambda chat: chat.seen_at, reverse=True)

    def _kin(
        self, name: ChatName, window: Window
    ) -> tuple[Kinship, ChatState | None, int]:
        """Find the chat that an unknown one branched from or was called before."""
        if name.forked_from is not None:
            row = self._chats.row_called(name.host, name.forked_from)
            if row is not None:
                parent = self._chats.state(row)
                return Kinship.FORK, parent, shared_prefix(parent.places, window)
        return _find_kin(
            window,
            (self._chats.state(row) for row in self._beginning_like(window)),
            gone=lambda state: all(
                host == name.host and name.gone(old) for host, old in state.stored.names
            ),
        )

    def _beginning_like(self, window: Window) -> list[int]:
        """Return chats whose first message is the window's, the newest first."""
        first = window.messages[0]
        rows = {chat.row: self._chats.first(chat.row) for chat in self._chats}
        messages = self._store.messages.get(sorted(set(rows.values()) - {0}))
        return [
            chat
            for chat, row in rows.items()
            if row and same_text(messages[row], first)
        ]

    def _begin_with(self, state: ChatState, now: datetime) -> None:
        """Write the shared past of a branch as the beginning of its path."""
        tail = [
            StoredPathEntry(
                message=row,
                hidden=place.hidden,
                provisional=place.provisional,
                host_id=place.host_id,
            )
            for place, row in zip(state.places, state.rows, strict=True)
        ]
        self._store.chats.write_path(state.stored.row, keep=0, tail=tail, now=now)


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
