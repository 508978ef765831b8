"""One conversation in a bank, as a host names it.

Owns: nothing but the name, and what is told of chats; the bank does the work.
Knows nothing of: stores, ranking, prompts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..core.policy import Policy, PolicyInForce, Storyline
from ..core.recalls import DayUsage
from ..core.records import StoredChat
from ..core.types import Context, Explanation, PathEntry, Query, Recalled, Window
from ..errors import InvalidInput
from .compose import Request
from .embedding.status import EmbeddingState
from .ingestion.observe import Observation
from .records import ChatName

if TYPE_CHECKING:
    from .bank import Bank
    from .retrieval.search import Recall


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStats:
    """How much a bank holds.

    Attributes:
        messages: Messages on any path.
        notes: Notes by hand, deleted ones left out.
        embedded: Messages with a vector.
        due: Texts that wait for one.
        embedding: How it stands with the embedding models.
    """

    messages: int
    chats: int
    notes: int
    embedded: int
    due: int
    embedding: EmbeddingState


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatInfo:
    """A chat, for lists and for hosts.

    Attributes:
        id: Ours.
        title: For people: the newest of its names.
        names: (host, name) pairs.
        messages: Places on its path.
        seen_at: When it was last observed.
    """

    id: str
    title: str
    names: tuple[tuple[str, str], ...]
    messages: int
    created_at: datetime
    seen_at: datetime

    @classmethod
    def of(cls, chat: StoredChat, messages: int) -> ChatInfo:
        """Tell of a chat with so many messages on its path."""
        return cls(
            id=chat.id,
            title=chat.title,
            names=chat.names,
            messages=messages,
            created_at=chat.created_at,
            seen_at=chat.seen_at,
        )


class Chat:
    """One conversation: observe, recall, compose. Safe to use from any thread."""

    def __init__(self, bank: Bank, name: ChatName) -> None:
        """Name a chat; it is created by the first window that shows something."""
        self._bank = bank
        self._name = name

    def observe(self, window: Window) -> Observation:
        """Follow what the host shows; durable when this returns.

        Raises:
            InvalidInput: A message stands before the first place.
            StoreError: It could not be stored; nothing was half written.
        """
        if any(
            one.position is not None and one.position < 0 for one in window.messages
        ):
            raise InvalidInput("Positions of messages begin at 0.", field="position")
        with self._bank.timings.of("observe"):
            return self._bank.observe(self._name, window)

    def path(self) -> list[PathEntry]:
        """Return the chat's path, oldest first."""
        return self._bank.path(self._name)

    def is_told_of_others(self) -> bool:
        """Say whether the head block may tell of the character's other chats."""
        return self._bank.has_past(self._name)

    def newest_ids(self, count: int) -> frozenset[str]:
        """Return the ids of the last `count` messages that are not hidden."""
        if count <= 0:
            return frozenset()
        shown = [place.message.id for place in self.path() if not place.hidden]
        return frozenset(shown[-count:])

    def recall(self, query: Query) -> list[Recalled]:
        """Return what a message brings to mind, best first."""
        return self.look(query).found

    def look(self, query: Query) -> Recall:
        """Return the same, and what was amiss: vectors that are not there yet."""
        return self._bank.recall(self._name, query)

    def explain(self, query: Query, context: Context | None = None) -> Explanation:
        """Say why a message brings to mind what it does, and why not the rest.

        Args:
            query: What is asked.
            context: What was composed for it: then what did not fit is told as well.
        """
        return self._bank.explain(self._name, query, context)

    @property
    def policy(self) -> Policy:
        """What is set for this chat alone."""
        return self._bank.policies.named(self._name)

    def set_policy(self, policy: Policy) -> Policy:
        """Replace what is set for this chat, which need not have begun yet.

        Of one that has not, a keyed hash of its name is kept until it does.

        Raises:
            InvalidInput: It has no name.
        """
        return self._bank.policies.set_named(self._name, policy)

    @property
    def policy_in_force(self) -> PolicyInForce:
        """What holds in this chat."""
        return self._bank.policies.in_force_named(self._name)

    def join(self, story: str) -> Storyline:
        """Put this chat into a storyline by its name, begun if there is none.

        Its branches go along.

        Raises:
            InvalidInput: The chat has no name, or the storyline's is too long.
        """
        return self._bank.storylines.join(self._name, story)

    def note_recall(self, context: Context) -> None:
        """Keep in the record what was put into this chat's prompt.

        Raises:
            StoreError: It could not be stored.
        """
        self._bank.recalls.note(self._name, context)

    def count(self, usage: DayUsage) -> None:
        """Add to the record what a reply of this chat took.

        Raises:
            StoreError: It could not be stored.
        """
        self._bank.recalls.count(self._name, usage)

    def compose(self, request: Request) -> Context:
        """Return the blocks that memory adds to the prompt."""
        with self._bank.timings.of("compose"):
            return self._bank.compose(self._name, request)
