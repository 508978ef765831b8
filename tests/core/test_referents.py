"""Names for the pronouns with which somebody goes on."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.referents import with_names
from long_term_memory.core.summaries.telling import Passage

NAMES = {"Sami", "Gladys", "Rui", "Tom", "Leeds"}


def last_of(*texts: str, own: bool = True) -> str:
    said = [Passage(0, "Kit", text, own=own) for text in texts]
    return with_names(said, NAMES)[-1].text


@pytest.mark.parametrize(
    ("before", "text", "named"),
    [
        ("my mum rang", "she wants me home", "mum wants me home"),
        ("Gladys rang.", "She's in the kitchen.", "Gladys's in the kitchen."),
        ("my brother Sami called", "he'd lost his job", "Sami'd lost his job"),
        ("our dog ate it", "hes ill now", "dog's ill now"),
        ("mein Vater hat geschrieben", "er ist trocken", "Vater ist trocken"),
    ],
)
def test_who_goes_on_is_named(before: str, text: str, named: str) -> None:
    assert last_of(before, text) == named
    assert last_of(before, "six years this week", text) == named


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("my mum rang Tom", "she wants me home"),  # one of two
        ("i rang my mum", "she wants me home"),  # it does not tell of her
        ("my mum rang", "he wants me home"),
        ("Paris was great", "she wants me home"),  # no name that is known
        ("my mum's cat died", "he was old"),
        ("went to Leeds", "he was old"),
    ],
)
def test_where_nobody_knows_who_is_meant_the_pronoun_stays(
    before: str, text: str
) -> None:
    assert last_of(before, text) == text


def test_another_who_is_named_in_between_is_heeded() -> None:
    assert last_of("my mum rang", "told Rui so", "she cried") == "she cried"


def test_a_scene_stays_as_it_is() -> None:
    assert last_of("Gladys rang.", "She sings.", own=False) == "She sings."
