"""Which summaries go when something is forgotten, and how one stays away by itself.

Owns: what was told of forgotten messages and what was made of that; what is left of a
summary that a person named.
Knows nothing of: messages' texts, marks, files.

A summary that is named goes with its words, also from what was made of it, and nothing
takes its place: its key stays among what was deleted by hand, without a text. Once a
message of its stretch changes the stretch has another key, and is told anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime

from ...core.records import Hand, StoredSummary
from ...core.types import MemoryKind
from ...storage.protocols import BankStore


def named_summaries(
    ids: Iterable[str], summaries: Iterable[StoredSummary], hands: Iterable[Hand]
) -> frozenset[bytes]:
    """Return the keys of the summaries among the ids of memories."""
    known = {one.key.hex() for one in summaries}
    known |= {hand.key for hand in hands if hand.kind is MemoryKind.SUMMARY}
    return frozenset(bytes.fromhex(one) for one in set(ids) & known)


def summaries_of(
    summaries: Sequence[StoredSummary],
    *,
    rows: Set[int],
    named: Collection[bytes],
    everything: bool,
) -> set[bytes]:
    """Return the keys of all that tells any of it, by whatever way.

    Args:
        summaries: All of the bank.
        rows: The messages that go.
        named: Keys of summaries that go by themselves.
        everything: Whether no summary is left.
    """
    gone = set(named) | {
        one.key for one in summaries if everything or not rows.isdisjoint(one.messages)
    }
    while True:
        above = {one.key for one in summaries if not gone.isdisjoint(one.parts)} - gone
        if not above:
            return gone
        gone |= above


def keep_away(store: BankStore, named: Iterable[bytes], now: datetime) -> None:
    """Leave nothing of summaries but that they are not to be written again."""
    for key in named:
        store.annotations.drop(MemoryKind.SUMMARY, key.hex())
        store.annotations.put(
            Hand(
                kind=MemoryKind.SUMMARY,
                key=key.hex(),
                content=None,
                pinned=False,
                created_at=now,
                updated_at=now,
                deleted_at=now,
            )
        )
