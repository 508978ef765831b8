"""What is recalled with the newer before the older.

Owns: what of a memory the comparison of statements sees, and how its outcome shows.
Knows nothing of: which statement replaces which, how candidates were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..types import MemoryItem, Recalled
from .change_words import asks_for_past
from .corpus import CorpusView
from .supersession import (
    MARKED,
    MOST,
    Statement,
    Supersession,
    among,
    newer_first,
)
from .vector_index import VectorIndex


def newer_ranked(
    found: Sequence[Recalled],
    question: str,
    places: Mapping[str, int],
    view: CorpusView,
    vectors: VectorIndex | None,
) -> list[Recalled]:
    """Return what was found with the newer of two that tell of the same first.

    A question for the past has the older first. What is surely replaced names what
    replaces it.

    Args:
        found: Best first.
        question: The message as it is compared.
        places: Slots of messages in the view, by memory id.
        view: What may be recalled.
        vectors: Those of the messages; None while there are none.
    """
    near, rest = list(found[:MOST]), found[MOST:]
    if len(near) < 2:
        return list(found)
    memories = [item.memory for item in near]
    pairs = among(question, _statements(memories, places, view, vectors))
    sure = [pair for pair in pairs if pair.confidence >= MARKED]
    for pair in reversed(sure):  # the surest is named
        newer = memories[pair.newer].id
        near[pair.older] = near[pair.older]._replace(superseded_by=newer)
    if asks_for_past(question):
        pairs = [Supersession(one.newer, one.older, one.confidence) for one in sure]
    return [*(near[place] for place in newer_first(len(near), pairs)), *rest]


def _statements(
    memories: Sequence[MemoryItem],
    places: Mapping[str, int],
    view: CorpusView,
    vectors: VectorIndex | None,
) -> list[Statement]:
    slots = [places.get(memory.id, -1) for memory in memories]
    times = [(one.happened_at or one.created_at).timestamp() for one in memories]
    order = np.lexsort((slots, times)).argsort().tolist()
    known = [slot for slot in slots if slot >= 0]
    told = vectors.alone(view, np.array(known, np.int32)) if vectors is not None else {}
    return [
        Statement(
            speaker=memory.role or "",
            text=memory.content,
            order=place,
            chat=memory.chat,
            vector=told.get(slot),
        )
        for memory, place, slot in zip(memories, order, slots, strict=True)
    ]
