"""Where a turn begins, and when it is over."""

from __future__ import annotations

import pytest

from long_term_memory.core.timeline.turns import settled_turns
from long_term_memory.core.types import Message, PathEntry, Role
from tests.core.test_dates import NOW

ROLES: dict[str, Role] = {"u": "user", "a": "assistant", "s": "system"}


def path(said: str, *, provisional: bool = False) -> list[PathEntry]:
    """Places from letters: u, a and s for who speaks."""
    return [
        PathEntry(
            message=Message(
                id=str(number),
                role=ROLES[letter],
                content=letter,
                name="",
                said_at=None,
                seen_at=NOW,
            ),
            provisional=provisional and number == len(said) - 1,
        )
        for number, letter in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("said", "turns"),
    [
        ("", []),
        ("a", ["a"]),
        ("u", []),
        ("ua", ["ua"]),
        ("aua", ["a", "ua"]),
        ("uaau", ["uaa"]),
        ("uuasaua", ["uuasa", "ua"]),
    ],
)
def test_a_turn_lasts_until_the_user_speaks_again(said: str, turns: list[str]) -> None:
    found = settled_turns(path(said))

    assert ["".join(one.content for one in turn) for turn in found] == turns


def test_a_reply_that_may_be_swiped_is_not_over() -> None:
    assert len(settled_turns(path("uaua", provisional=True))) == 1
