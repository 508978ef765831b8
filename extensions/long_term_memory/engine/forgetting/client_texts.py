"""Forgetting reaches what clients keep here beside the memories.

Owns: whose collections may hold a character's words, what of a bank's decision tells
what goes there, and that what was forgotten is not taken in again.
Knows nothing of: the protocol, files, how a bank forgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ...core.forgetting.planner import BankSnapshot, ForgetDecision, chat_names
from ...core.forgetting.suppression import SuppressionList, plain
from ...core.records import CollectionEntry
from ...core.types import Scope
from ...errors import LtmError
from ...storage.protocols import CollectionStore
from ..pieces import character_of, index_of, members_of, story_of, words_of
from ..snapshot import Peek
from .conversation_copies import drop_conversation_copies
from .page_exports import drop_exports
from .texts import Leaving, TextPieces, owner_known, without

SHARED_USER = "default"
"""Whose collections are of all who come without a key of their own."""


class BanksWithTexts(Protocol):
    """What an engine has."""

    @property
    def data_dir(self) -> Path:
        """Where the banks lie."""

    def scopes(self) -> list[Scope]:
        """Name the banks on disk."""

    def peek(self, scope: Scope) -> AbstractContextManager[Peek]:
        """Look into a bank without opening it for chats."""


class ClientTexts:
    """All that clients keep here; safe to use from any thread."""

    def __init__(self, store: CollectionStore, banks: BanksWithTexts) -> None:
        """Work on a store.

        Args:
            store: Keeps it.
            banks: Know what was forgotten.
        """
        self._store = store
        self._banks = banks

    def count(self, leaving: Leaving) -> int:
        """Say how many entries would go or be changed."""
        return sum(len(leaving.changes(held)) for held in self._store.held())

    def forget(self, leaving: Leaving) -> int:
        """Take out what a forgetting means; return how many went or were changed."""
        return self._store.change(leaving.changes)

    def finish(self) -> bool:
        """Remove traces that are left; return whether there were any.

        Raises:
            StoreError: Another program stands in the way; they are left.
        """
        return self._store.remove_traces()

    def of(self, scope: Scope) -> OfBank:
        """Return what a bank's forgetting reaches here."""
        return OfBank(self, scope, self._banks.data_dir)

    def leaving(
        self,
        scope: Scope,
        snapshot: BankSnapshot,
        decision: ForgetDecision,
        former: Iterable[str],
    ) -> Leaving | None:
        """Say what a bank's forgetting means here; None if nothing is kept here."""
        if not self._store.exist():
            return None
        target = decision.target
        asked = [chat for chat in snapshot.chats if chat.id in target.chats]
        return Leaving(
            users=whose(scope.user),
            character=scope.character,
            known=decision.known,
            words=TextPieces(
                texts=frozenset(decision.texts_going(snapshot)) | frozenset(former)
            ),
            staying=frozenset(map(plain, decision.texts_staying(snapshot))),
            chats=chat_names(decision.chats),
            own=chat_names(snapshot.chats),
            within=chat_names(asked) if target.chats else None,
            since=target.since,
            until=target.until,
            everything=target.everything,
        )

    def drop(
        self,
        users: Iterable[str],
        *,
        name: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """Take out what is in no memory: a user's all, or of one collection.

        Args:
            users: Whose.
            name: Of which collection; None for all.
            since: Only what was said then or later.
            until: Only what was said before.

        Returns:
            How many entries went.

        Raises:
            StoreError: They went, but traces are left until the file is opened next.
        """
        count = self._store.change(_dropping(frozenset(users), name, since, until))
        self._store.remove_traces()
        return count

    def exist(self) -> bool:
        """Whether clients ever kept anything here."""
        return self._store.exist()

    def users(self) -> list[str]:
        """Name all whose collections there are."""
        return sorted({held.user for held in self._store.held()})

    def get_note(self, key: str) -> str | None:
        """Return a note about all collections; None if there is none."""
        return self._store.get_meta(key)

    def put_note(self, key: str, value: str) -> None:
        """Keep a note about all collections."""
        self._store.put_meta(key, value)

    def drop_note(self, key: str) -> None:
        """Drop a note about all collections."""
        self._store.drop_meta(key)

    def count_named(
        self,
        users: Iterable[str],
        name: str | None,
        since: datetime | None,
        until: datetime | None,
    ) -> int:
        """Say how many entries `drop` would take."""
        changes = _dropping(frozenset(users), name, since, until)
        return sum(len(changes(held)) for held in self._store.held())

    def kept(
        self, user: str, name: str, entries: Sequence[CollectionEntry]
    ) -> list[CollectionEntry]:
        """Return what may be kept of entries that come: nothing that was forgotten."""
        known = self._forgotten(user, name, entries)
        if not known:
            return list(entries)
        story = story_of(entries)
        texts = [one.content for one in story]
        starts = bool(story) and story[0].position == 0
        gone = {
            story[at].position
            for one in known
            for at, is_gone in enumerate(one.which(texts, from_start=starts))
            if is_gone
        }

        def is_gone(text: str) -> bool:
            return any(one.has_text(text) for one in known)

        return [
            one._replace(meta=without(one.meta, is_gone))
            for one in entries
            if index_of(one) not in gone
            and not is_gone(one.content)
            and not is_gone(words_of(one))
        ]

    def unowned(self, users: Iterable[str]) -> list[str]:
        """Name a user's collections of which it is not known whose chats they are."""
        return sorted(
            held.name
            for held in self._store.held()
            if held.user in users and not owner_known(held)
        )

    def names(self, user: str) -> list[str]:
        """Name a user's collections."""
        return sorted(held.name for held in self._store.held() if held.user == user)

    # -- inside ------------------------------------------------------------------

    def _forgotten(
        self, user: str, name: str, entries: Sequence[CollectionEntry]
    ) -> list[SuppressionList]:
        """Return what the banks must not hear again whose chat it may be."""
        found: list[SuppressionList] = []
        speakers = members_of(entries)
        speakers |= set(filter(None, [character_of(name, story_of(entries))]))
        for scope in self._banks.scopes():
            meant = scope.character in (speakers or {scope.character})
            if meant and user in whose(scope.user):
                # A bank that cannot be read tells its own fault where it is used.
                with suppress(LtmError), self._banks.peek(scope) as there:
                    if there.forgotten:
                        found.append(there.forgotten)
        return found


class OfBank:
    """What is kept of one bank's words beside it: by clients, and in exports."""

    def __init__(self, texts: ClientTexts, scope: Scope, data_dir: Path) -> None:
        """Look for a bank's words."""
        self._data_dir = data_dir
        self._leaving: Leaving | None = None
        self._texts = texts
        self._scope = scope

    def count(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Say how many entries would go or be changed."""
        leaving = self._texts.leaving(self._scope, snapshot, decision, former)
        return 0 if leaving is None else self._texts.count(leaving)

    def forget(
        self, snapshot: BankSnapshot, decision: ForgetDecision, former: Iterable[str]
    ) -> int:
        """Take them out; return how many there were; raises StoreError."""
        self._leaving = self._texts.leaving(self._scope, snapshot, decision, former)
        return 0 if self._leaving is None else self._texts.forget(self._leaving)

    def again(self) -> None:
        """Take out what came while the bank did not know yet; raises StoreError."""
        if self._leaving is not None:
            self._texts.forget(self._leaving)

    def drop_copies(self) -> None:
        """Remove what the page exported, and copies of the conversations' database."""
        drop_exports(self._data_dir, self._scope)
        drop_conversation_copies(self._data_dir)

    def finish(self) -> bool:
        """Remove traces that are left; return whether there were any."""
        return self._texts.finish()


def whose(user: str) -> frozenset[str]:
    """Return whose collections may hold what a user said.

    Who has a key may name several people, and without keys nobody is told apart.
    """
    parts = user.split(" ")
    keys = (" ".join(parts[:count]) for count in range(1, len(parts)))
    return frozenset({user, SHARED_USER, *keys})


def _dropping(
    users: frozenset[str],
    name: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Callable[..., dict[str, CollectionEntry | None]]:
    if since is None and until is None and name is None:
        return lambda held: (
            dict.fromkeys(one.id for one in held.entries) if held.user in users else {}
        )
    spans = since is not None or until is not None
    return lambda held: (
        Leaving(
            users=users,
            chats=frozenset() if spans else frozenset({held.name}),
            within=frozenset({held.name}),
            since=since,
            until=until,
        ).changes(held)
        if name in (None, held.name)
        else {}
    )
