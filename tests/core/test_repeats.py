"""What says the same is told once, as it was said last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from long_term_memory.core.retrieval.repeats import distinct
from long_term_memory.core.types import MemoryItem, MemoryKind, Recalled, ScoreParts

MAY = datetime(2026, 5, 8, tzinfo=UTC)


def recalled(*said: tuple[str, int], name: str = "Anon") -> list[Recalled]:
    """Return what was said on some days after May 8th, best first."""
    return [
        Recalled(
            memory=MemoryItem(
                id=f"{rank}",
                kind=MemoryKind.TURN,
                content=text,
                created_at=MAY + timedelta(days=day),
                name=name,
            ),
            score=-float(rank),
            parts=ScoreParts(),
        )
        for rank, (text, day) in enumerate(said)
    ]


def ids(items: list[Recalled]) -> list[str]:
    return [item.memory.id for item in items]


@pytest.mark.parametrize(
    "again",
    [
        "My cat is called Miso.",
        "my cat is called MISO!",
        "Well, my cat is just called Miso lol",
        "So my cat is called Miso, haha",
    ],
)
def test_the_same_is_told_once_and_as_it_was_said_last(again: str) -> None:
    items = recalled(("My cat is called Miso.", 1), ("I like tea.", 0), (again, 5))

    found = distinct(items)

    assert ids(found) == ["2", "1"]
    assert [item.score for item in found] == [0.0, -1.0]


def test_of_the_same_the_one_said_before_goes() -> None:
    items = recalled(("My cat is called Miso.", 5), ("My cat is called Miso!", 1))

    assert ids(distinct(items)) == ["0"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I have 2 cats.", "I have 3 cats."),
        ("I do like tea.", "I do not like tea."),
        ("I love your cat.", "You love my cat."),
        ("I work in Mill Street.", "I work in Hill Street."),
        ("\u6211\u559c\u6b22\u8336", "\u6211\u4e0d\u559c\u6b22\u8336"),
    ],
)
def test_what_differs_by_a_word_that_says_something_is_told_twice(
    one: str, other: str
) -> None:
    assert len(distinct(recalled((one, 1), (other, 2)))) == 2


def test_a_run_of_words_within_a_longer_line_says_nothing_new() -> None:
    items = recalled(
        ("I think my cat is called Miso.", 1), ("My cat is called Miso", 2)
    )

    assert ids(distinct(items)) == ["0"]


def test_two_speakers_may_say_the_same() -> None:
    [mine] = recalled(("I like tea a lot.", 1))
    [yours] = recalled(("I like tea a lot.", 1), name="Miku")

    assert len(distinct([mine, yours])) == 2


def test_what_has_no_words_is_compared_as_it_is() -> None:
    items = recalled(("\U0001f600", 1), ("\U0001f600", 2), ("\U0001f601", 1), ("  ", 1))

    assert ids(distinct(items)) == ["1", "2"]


def test_what_stands_for_others_says_itself_by_what_it_is_replaced() -> None:
    first, other, again = recalled(
        ("I live in Oslo now.", 1), ("I moved to Rome.", 3), ("I live in Oslo now.", 5)
    )
    ranked = [
        other._replace(superseded_by=first.memory.id),
        first._replace(superseded_by=other.memory.id),
        again,
    ]

    found = distinct(ranked)

    assert ids(found) == [other.memory.id, again.memory.id]
    assert [one.superseded_by for one in found] == [again.memory.id, ""]
