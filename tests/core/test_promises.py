"""What was promised or owed, and what became of it."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.promises import State, ends_of, promises_in
from long_term_memory.core.summaries.telling import Passage


def states(*lines: str) -> list[tuple[int, State]]:
    """Read lines of `Name: what is said`."""
    said = []
    for place, line in enumerate(lines):
        name, _, text = line.partition(": ")
        said.append(Passage(place, name, text))
    return [(one.at, one.state) for one in promises_in(said)]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["Kit: I promise to ring mum."], State.OPEN),
        (["Kit: promise. im gonna ring mum"], State.OPEN),
        (["Kit: I swear I will come back.", "Kit: I kept my word."], State.KEPT),
        (
            ["Kit: I swear I will come back.", "Ann: You never kept your word."],
            State.OPEN,
        ),
        (
            ["Kit: I promise to ring mum.", "Ann: mum says you broke your promise"],
            State.BROKEN,
        ),
        (
            ["Kit: I promise to ring mum.", "Kit: I haven't broken my promise."],
            State.OPEN,
        ),
        (
            ["Kit: I promise to ring mum.", "Kit: I haven\u2019t broken my promise."],
            State.OPEN,
        ),
        (["Kit: I owe Jess 600.", "Kit: jess is fully paid off"], State.PAID),
        (["Kit: I owe Jess 600.", "Kit: i paid the rent"], State.OPEN),
        (["Tess: I owe Tuck forty silver.", "Tuck: Paid in full."], State.PAID),
        (["Kit: I promise Jess to come.", "Kit: I paid Jess."], State.OPEN),
        (["Kit: I owe Jess 600.", "Kit: have you paid Jess?"], State.OPEN),
        (["Kit: I owe Jess 600.", "Kit: wenn Jess bezahlt ist"], State.OPEN),
        (["Kit: Ich verspreche dir das Meer.", "Kit: Wort gehalten!"], State.KEPT),
        (
            ["Kit: Ich verspreche es.", "Kit: Gestrichen, wie versprochen."],
            State.KEPT,
        ),
        # Whoever tells of having done it keeps it.
        (["Kit: I promise to ring mum on sunday.", "Kit: rang mum today"], State.KEPT),
        (["Kit: I swear I'll fix the gate.", "Kit: Fixed the gate."], State.KEPT),
        (["Kit: I promise to try the soup.", "Kit: I tried the soup."], State.KEPT),
        (["Kit: I promise to plan it, Ann.", "Kit: I planned it, Ann."], State.KEPT),
        (["Kit: I promise to ring mum.", "Kit: I rang the plumber."], State.OPEN),
        (
            ["Kit: I promise to ring mum on sunday.", "Kit: I rang Jo on sunday."],
            State.OPEN,
        ),
        (["Kit: I promise to ring mum.", "Kit: i never rang mum"], State.OPEN),
        (["Kit: I promise to ring mum.", "Kit: did i say i rang mum?"], State.OPEN),
        (["Kit: I promise to ring mum.", "Ann: I rang mum."], State.OPEN),
        (["Kit: I promise to be good to mum.", "Kit: I was good to mum"], State.OPEN),
        (["Kit: I promise mum a call.", "Kit: I called mum."], State.OPEN),
    ],
)
def test_a_promise_is_open_until_it_is_ended(lines: list[str], state: State) -> None:
    assert states(*lines) == [(0, state)]


def test_the_newest_promise_is_the_one_that_is_kept() -> None:
    assert states(
        "Kit: I promise to sing.", "Kit: I promise to dance.", "Kit: I kept my promise."
    ) == [(0, State.OPEN), (1, State.KEPT)]


def test_what_ended_stays_ended() -> None:
    assert states(
        "Kit: I promise to sing.", "Kit: I kept my promise.", "Kit: I broke my promise."
    ) == [(0, State.KEPT)]


def test_an_end_without_a_promise_is_nothing() -> None:
    assert states("Kit: I kept my word.", "Kit: it rained") == []


def test_what_became_of_a_promise_is_told_beside_it() -> None:
    lines = ("I promise to ring mum.", "We had beans.", "I rang mum.", "I owe Jess 6.")
    said = [Passage(place, "Kit", text) for place, text in enumerate(lines)]

    assert ends_of(said, {0, 3}) == [0, 2]
    assert ends_of(said, {0, 2}) == ends_of(said, {1, 2}) == []
