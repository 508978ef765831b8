"""What a bank says of something that is forgotten, in all its states.

Owns: earlier states of a message, every text that goes or stays, names of chats.
Knows nothing of: what is to be forgotten and why, files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from ...core.forgetting.suppression import is_telling, plain
from ...core.records import Hand, StoredChat, StoredSummary
from ...core.types import Message
from ...storage.protocols import BankStore

_PREFIX: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a look at a bank went through, and what of it goes.

    Attributes:
        gone_rows: Rows of messages.
        gone_hands: What is by hand.
        gone_summaries: Keys.
        gone_chats: Chats that go as a whole.
    """

    store: BankStore
    chats: Sequence[StoredChat]
    messages: Mapping[int, Message]
    hands: Sequence[Hand]
    summaries: Sequence[StoredSummary]
    gone_rows: Set[int]
    gone_hands: Sequence[Hand]
    gone_summaries: Collection[bytes]
    gone_chats: Sequence[StoredChat]

    def going(self) -> Iterator[str]:
        """Yield every text that goes, former versions too."""
        for row in self.gone_rows:
            yield self.messages[row].content
        for hand in self.gone_hands:
            yield hand.content or ""
            for former in self.store.annotations.history(hand.kind, hand.key):
                yield former.content or ""
        for one in self.summaries:
            if one.key in self.gone_summaries:
                yield one.text

    def staying(self) -> Iterator[str]:
        """Yield every message that stays."""
        for row in self.messages.keys() - self.gone_rows:
            yield self.messages[row].content

    def names_of(self, ids: Iterable[str]) -> frozenset[str]:
        """Return how chats are called, by our ids of them."""
        asked = set(ids)
        return names_of(chat for chat in self.chats if chat.id in asked)


def names_of(chats: Iterable[StoredChat]) -> frozenset[str]:
    """Return all names of chats, a host's and people's."""
    called = [(chat.title, *(name for _, name in chat.names)) for chat in chats]
    return frozenset(name for names in called for name in names if name)


def continued(
    messages: Mapping[int, Message], named: Set[int], others: Iterable[int]
) -> set[int]:
    """Return which of other messages a named one continues, or the reverse."""
    begun: dict[str, list[str]] = {}
    for row in named:
        text = messages[row].content
        if is_telling(text):
            begun.setdefault(plain(text)[:_PREFIX], []).append(plain(text))
    found = set()
    for row in others:
        text = plain(messages[row].content)
        for other in begun.get(text[:_PREFIX], ()) if is_telling(text) else ():
            if text.startswith(other) or other.startswith(text):
                found.add(row)
    return found
