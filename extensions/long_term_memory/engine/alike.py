"""Memories that say nearly the same, or of which a newer one replaces an older one.

Owns: which memories are compared, and which pairs are worth a look.
Knows nothing of: how texts are compared (`likeness`), embedding models, what becomes
of a pair, hosts.

What a person wrote, changed or pinned is compared with each other and with what was
said last: it is what he tends, and what stands in prompts.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..core.retrieval.supersession import USER, Statement, among
from ..core.text.likeness import Likeness, Vectors, as_vectors
from ..core.types import MemoryItem, MemoryKind
from ..models.neighbours import neighbours
from .bank import Bank

MOST_BY_HAND: Final = 2_000
MOST_SAID: Final = 2_000
LEAST_ALIKE: Final = 0.55
LEAST_SURE: Final = 0.35
"""From here on one may replace the other; a person decides, so it is low."""

LEAST_MEANT: Final = 0.65
MOST_LETTERS: Final = 0.2
"""So near by meaning and so far by letters are texts that say the same in other words.
Of 14 such pairs 12 are, and of 12 that only resemble each other none (MiniLM)."""

LEAST_COMPARED: Final = 0.12
"""Less alike texts are not asked whether one replaces the other."""

_MOST_ASKED: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPair:
    """Two memories that may be one.

    Attributes:
        share: How alike they are by letters, 0 … 1.
        meaning: How near they are by meaning, if they say it in other words; else 0.
        replaces: How sure it is that the newer one replaces the older one, 0 … 1.
    """

    older: MemoryItem
    newer: MemoryItem
    share: float
    meaning: float
    replaces: float

    @property
    def surety(self) -> float:
        """How sure it is that they may be one, whyever."""
        return max(self.share, self.meaning, self.replaces)

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
    shares = {(one.one, one.other): one.share for one in near}
    meanings = {
        (one.one, one.other): one.share
        for one in _near_by_meaning(bank, memories, len(tended))
        if float(vectors[one.one] @ vectors[one.other]) < MOST_LETTERS
    }
    pairs = (
        _pair(
            memories[places[0]],
            memories[places[1]],
            shares.get(places, 0.0),
            meanings.get(places, 0.0),
        )
        for places in shares | meanings
    )
    found = [
        pair
        for pair in pairs
        if pair.key not in passed
        and (pair.share >= LEAST_ALIKE or pair.meaning or pair.replaces >= LEAST_SURE)
    ]
    return sorted(found, key=lambda pair: -pair.surety)


def _near_by_meaning(
    bank: Bank, memories: Sequence[MemoryItem], some: int
) -> list[Likeness]:
    """Return which of the first so many are near any other, by the vectors known."""
    state = bank.state
    with state.lock:
        by_text = {
            one.content: one.vector
            for one in state.annotations.notes()
            if one.vector is not None
        }
        rows = state.store.messages.rows_of([one.id for one in memories])
        by_row: dict[int, Vectors] = {}
        if rows and state.vectors.serving is not None:
            search = state.vectors.serving.search
            known = np.array(sorted(rows.values()), np.int64)
            by_row = search.wholes(known[search.held(known)])
    # The vector of a message is that of what was said, not of what it says now.
    found = [
        by_text.get(one.content)
        if one.edited or one.id not in rows
        else by_row.get(rows[one.id])
        for one in memories
    ]
    sizes = {len(one) for one in found if one is not None}
    if not sizes:
        return []
    nothing = np.zeros(min(sizes), np.float32)
    vectors = np.stack([nothing if one is None else one for one in found])
    return neighbours(vectors, some, least=LEAST_MEANT)[:_MOST_ASKED]


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


def _pair(
    one: MemoryItem, other: MemoryItem, share: float, meaning: float
) -> MemoryPair:
    older, newer = sorted((one, other), key=lambda memory: (_at(memory), memory.id))
    statements = [_statement(older, 0), _statement(newer, 1)]
    told: Sequence[float] = [
        pair.confidence
        for pair in among("", statements, least=LEAST_SURE)
        if (pair.older, pair.newer) == (0, 1)
    ]
    replaces = max(told, default=0.0)
    return MemoryPair(
        older=older, newer=newer, share=share, meaning=meaning, replaces=replaces
    )


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
