"""Which candidates are told; the best of several questions in turns."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from long_term_memory.config import RecallSettings
from long_term_memory.core.retrieval.judging import Unread
from long_term_memory.core.retrieval.picking import in_turns, is_too_short, picked
from long_term_memory.core.retrieval.relevance import Judgement
from long_term_memory.core.types import MemoryItem, MemoryKind, Recalled, ScoreParts


def item(text: str, score: float = 1.0, chance: float | None = None) -> Recalled:
    """Return something that was recalled."""
    memory = MemoryItem(
        id=text,
        kind=MemoryKind.NOTE,
        content=text,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return Recalled(memory, score, ScoreParts(), chance)


def a_judgement(count: int, needed: float = 0.5) -> Judgement:
    return Judgement(needed, np.zeros(count, np.float32))


def test_lists_are_taken_in_turns_and_what_both_hold_once() -> None:
    one = [item("cat"), item("tuna"), item("rain")]
    other = [item("tuna")]

    told = [found.memory.id for found in in_turns([one, other])]

    assert told == ["cat", "tuna", "rain"]


LIKELY = [item(text, 9.0, 0.4) for text in ("cat", "tuna", "milk")]
STOOD = {"cat": 0, "tuna": 1, "milk": 2, "moved": 3, "rain": 4}


def test_a_few_are_told_and_then_what_is_likely_enough() -> None:
    unlikely, likely = item("rain", 9.0, 0.0001), item("moved", 9.0, 0.3)

    stood = STOOD | {"rain": 3, "moved": 4}
    picks = picked([*LIKELY, unlikely, likely], a_judgement(5), stood)

    assert [one.memory.id for one in picks.found] == ["cat", "tuna", "milk", "moved"]
    assert not picks.open


def test_what_replaces_another_is_as_likely_as_that() -> None:
    """Whoever asks where he lives is told where he moved to, though it says "moved"."""
    newer, older = item("moved", -20.0, 0.0001), item("rain", 9.0, 0.4)
    found = [*LIKELY, newer, older]

    by_itself = picked(found, a_judgement(5), STOOD)
    replacing = picked(found, a_judgement(5), STOOD | {"moved": 4, "rain": 3})

    assert newer not in by_itself.found
    assert replacing.found == found


def test_what_was_said_in_the_same_words_before_takes_no_room() -> None:
    long = "It was the longest day of all that I know of. " * 20
    some = [item(f"{long}{at}", 9.0, 0.4) for at in range(3)]
    again = [
        some[0]._replace(memory=some[0].memory._replace(id=f"again {at}"))
        for at in range(9)
    ]
    faint = item("moved", 9.0, 0.02)
    stood = {one.memory.id: at for at, one in enumerate([*some, *again, faint])}

    picks = picked([*some, *again, faint], a_judgement(13), stood)

    assert faint in picks.found


def test_more_is_read_while_what_was_not_read_may_be_told() -> None:
    near, far = Unread(helps=0.9, standing=9.0), Unread(helps=0.0001, standing=-20.0)

    assert picked(LIKELY, a_judgement(9), STOOD, near).open
    assert not picked(LIKELY, a_judgement(9), STOOD, far).open
    assert picked(LIKELY, a_judgement(9), STOOD, near).found == LIKELY


def test_nothing_is_likely_where_nothing_was_judged_or_needed() -> None:
    unjudged = [item(text) for text in ("cat", "tuna", "milk", "rain")]

    picks = picked(unjudged, a_judgement(4, needed=0.0), STOOD)

    assert picks.found == unjudged[:3]


def test_only_what_was_said_can_be_too_short() -> None:
    options = RecallSettings(min_message_length=10)
    said = item("Tuna.").memory._replace(kind=MemoryKind.TURN)

    assert is_too_short(said, options)
    assert not is_too_short(said._replace(content="Tuna and milk."), options)
    assert not is_too_short(said._replace(edited=True), options)
    assert not is_too_short(item("Tuna.").memory, options)
