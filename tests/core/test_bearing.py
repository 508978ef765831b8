"""What a fact bears on, and what a message names: kinds and occasions."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.knowledge.bearing import (
    OF_KIND,
    asked_bearing,
    bearing_of,
    without_kinds,
)
from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import Category


def told(line: str) -> int:
    """Return what the facts of a user's line bear on."""
    return bearing_of(
        extract(Remark(content=line, role="user", speaker="Ann", other="Bo"))
    )


@pytest.mark.parametrize(
    ("fact", "need"),
    [
        ("I'm allergic to peanuts.", "I'm starving. Cook me something nice!"),
        ("I'm allergic to peanuts.", "Was essen wir zum Abendessen?"),
        ("I'm a vegetarian.", "We're at the burger place, choose one for me!"),
        ("I'm afraid of dogs.", "The neighbours ask whether I could mind their puppy."),
        ("I'm scared of heights.", "Shall I walk over the new glass bridge?"),
        ("I have asthma.", "*coughing* it's so dusty up here"),
        ("I love peonies.", "What present would make me happy?"),
        ("My sister is called Ana.", "What is my sister called?"),
        ("I work as a baker.", "What do I do for a living?"),
        ("I live in Oslo.", "Where do I live?"),
        ("I have a cat called Pip.", "What pets do I have?"),
    ],
)
def test_a_fact_bears_on_what_needs_it(fact: str, need: str) -> None:
    assert told(fact) & asked_bearing(need)


@pytest.mark.parametrize(
    ("fact", "need"),
    [
        ("I live in Oslo.", "Cook me something nice!"),
        ("I'm allergic to peanuts.", "Where do I live?"),
        ("I'm allergic to peanuts.", "Good morning!"),
    ],
)
def test_it_bears_on_nothing_else(fact: str, need: str) -> None:
    assert told(fact)
    assert not told(fact) & asked_bearing(need)


def test_where_nothing_is_stated_nothing_bears() -> None:
    assert told("Good morning!") == 0


def test_occasions_go_with_the_last_kind_of_fact() -> None:
    nuts = told("I'm allergic to peanuts.")
    both = nuts | told("I live in Oslo.")
    health = np.array([OF_KIND[Category.HEALTH]] * 2, np.uint32)

    left = without_kinds(np.array([nuts, both], np.uint32), health)

    assert left[0] == 0
    assert left[1] & OF_KIND[Category.PLACE]
    assert not left[1] & OF_KIND[Category.HEALTH]
