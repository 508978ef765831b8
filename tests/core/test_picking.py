"""The best of several questions are told in turns."""

from __future__ import annotations

from datetime import UTC, datetime

from long_term_memory.core.retrieval.picking import in_turns
from long_term_memory.core.types import MemoryItem, MemoryKind, Recalled, ScoreParts


def item(text: str) -> Recalled:
    """Return something that was recalled."""
    memory = MemoryItem(
        id=text,
        kind=MemoryKind.NOTE,
        content=text,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return Recalled(memory, 1.0, ScoreParts())


def test_lists_are_taken_in_turns_and_what_both_hold_once() -> None:
    one = [item("cat"), item("tuna"), item("rain")]
    other = [item("tuna")]

    told = [found.memory.id for found in in_turns([one, other])]

    assert told == ["cat", "tuna", "rain"]
