"""Memories that say nearly the same, or of which a newer one replaces an older one.

Owns: which memories are compared, and which pairs are worth a look.
Knows nothing of: how texts are compared (`likeness`), what becomes of a pair, hosts.

What a person wrote, changed or pinned is compared with each other and with what was
said last: it is what he tends, and what stands in prompts.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from ..core.retrieval.supersession import USER, Statement, among
from ..core.text.likeness import as_vectors
from ..core.types import MemoryItem, MemoryKind
from ..models.neighbours import neighbours
from .bank import Bank

MOST_BY_HAND: Final = 2_000
MOST_SAID: Final = 2_000
LEAST_ALIKE: Final = 0.55
LEAST_SURE: Final = 0.35
"""From here on one may replace the other; a person decides, so it is low."""

LEAST_COMPARED: Final = 0.12
"""Less alike texts are not asked whether one replaces the other."""

_MOST_ASKED: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPair:
    """Two memories that may be one.

    Attributes:
        share: How alike they are, 0 … 1.
        replaces: How sure it is that the newer one replaces the older one, 0 … 1.
    """

    older: MemoryItem
    newer: MemoryItem
    share: float
    replaces: float

    @property
    def key(self) -> str:
        """What names the pair."""
        return f"{self.older.id} {self.newer.id}"


def pairs_of(bank: Bank, *, passed: Container[str] = ()) -> list[MemoryPair]:
    """Return memories that are alike or contradict each other, the surest first.

    Args:
        bank: Whose.
        passed: Keys of pairs that somebody looked at already.
    """
    tended, said = _compared(bank)
    memories = [*tended, *said]
    vectors = as_vectors([one.content for one in memories])
    near = neighbours(vectors, len(tended), least=LEAST_COMPARED)[:_MOST_ASKED]
    pairs = (_pair(memories[one.one], memories[one.other], one.share) for one in near)
    found = [
        pair
        for pair in pairs
        if pair.key not in passed
        and (pair.share >= LEAST_ALIKE or pair.replaces >= LEAST_SURE)
    ]
    return sorted(found, key=lambda pair: -max(pair.share, pair.replaces))


def _compared(bank: Bank) -> tuple[list[MemoryItem], list[MemoryItem]]:
    """Return what a person tends, and what was said last beside it."""
    hands = [
        hand.key
        for hand in reversed(bank.memories.hands())
        if hand.deleted_at is None
        and (
            hand.kind is MemoryKind.NOTE
            or (hand.kind is MemoryKind.TURN and (hand.pinned or hand.content))
        )
    ]
    state = bank.state
    with state.lock:
        known = (bank.memories.find(key) for key in hands[:MOST_BY_HAND])
        tended = [one for one in known if one is not None]
        here = {one.id for one in tended}
        rows = bank.memories.turn_rows(deleted=False, pinned=False)[-MOST_SAID:]
        said = [one for one in state.memories_of(rows[::-1]) if one.id not in here]
    return tended, said


def _pair(one: MemoryItem, other: MemoryItem, share: float) -> MemoryPair:
    older, newer = sorted((one, other), key=lambda memory: (_at(memory), memory.id))
    statements = [_statement(older, 0), _statement(newer, 1)]
    told: Sequence[float] = [
        pair.confidence
        for pair in among("", statements, least=LEAST_SURE)
        if (pair.older, pair.newer) == (0, 1)
    ]
    replaces = max(told, default=0.0)
    return MemoryPair(older=older, newer=newer, share=share, replaces=replaces)


def _statement(memory: MemoryItem, order: int) -> Statement:
    """Return a memory as it is compared; a note is told by the user, each by itself."""
    return Statement(
        speaker=memory.role or USER,
        text=memory.content,
        order=order,
        chat=memory.chat or memory.id,
    )


def _at(memory: MemoryItem) -> float:
    return (memory.happened_at or memory.created_at).timestamp()
