"""Which chat a window shows, where the host's word alone does not tell.

Owns: weighing what a host tells of a chat against what its text shows, and what was
found before.
Knows nothing of: requests, prompts, how a path is brought in line with a window.

By a client's id, a chat is found whatever it shows; only a branch that bears its
parent's id is told by the text. Without an id the text alone must suffice: see
`core/timeline/chat_match.py`.

In doubt it is another chat, and both are kept: two clients may begin with the same
words, or with words that differ in a name, and neither may lose what it told.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol
from uuid import uuid4

from ...core.records import StoredChat
from ...core.timeline.chat_match import Fit, Match, is_sure, loses, match_of
from ...core.types import PathEntry, Scope, Window, WindowMessage
from ...lru import Lru

# The webui follows its chats itself, by its own logs.
FOLLOWED_BY_FILE: Final = ("webui",)
# Between an id and the number of a branch that a client calls by its parent's id.
BRANCH: Final = "~"
# Chats that are looked at without an id; older ones are gone on with by an id.
MOST_CHATS: Final = 300
# Banks whose last finding is known.
MOST_KNOWN: Final = 4_096


class _Path(Protocol):
    """A chat's path in memory."""

    places: list[PathEntry]


class _Chats(Protocol):
    """The chats of a bank, as far as finding one needs them."""

    def __iter__(self) -> Iterator[StoredChat]: ...

    def state(self, row: int) -> _Path:
        """Return a chat's path."""
        ...

    def row_called(self, host: str, name: str) -> int | None:
        """Return the row of what a host calls so; None if it is not stored."""
        ...


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

    def __init__(self, chats: _Chats) -> None:
        """Look among a bank's chats."""
        self._chats = chats

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
        # The same beginning is asked for again: by who began, or by another one.
        return Located(key, contested=both or found.turns == 0)

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
