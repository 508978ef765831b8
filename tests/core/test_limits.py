"""What limits somebody is heard, with the occasions at which it matters."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.knowledge.bearing import (
    LIMIT,
    OF_KIND,
    asked_bearing,
    bearing,
    is_limit,
    is_occasion,
    without_kinds,
)
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.knowledge.limits import SHORT, limits_of

SMALL_TALK = "What a grey day it was, and the tram was late by an hour once more. "


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ("ginger and i don't mix, my lips swell up", "have a slice of my cake!"),
        ("Not whisky, please. Half a glass and I'm ill.", "*pours* Cheers!"),
        ("no oysters for me, seafood makes me sick", "I've ordered the fish platter"),
        ("I'm petrified of ladders", "someone has to get up on the roof"),
        ("my shoulder's been dislocated twice", "help me carry the wardrobe"),
        ("I can't drive after dark", "shall we take a hire car? you drive"),
        (
            "we got stuck in the elevator again, never taking it",
            "12th floor, elevator?",
        ),
        ("haven't been in a boat since the accident", "let's take the ferry"),
        ("my doc says no running till March", "race you up the stairs!"),
        ("Ich habe Angst vor Hunden", "Da kommt ein Hund auf uns zu"),
        ("ich darf keine Nüsse essen", "Ich backe dir einen Kuchen"),
        ("我对花生过敏", "给我做点好吃的吧!我饿了"),
        ("我很怕狗", "邻居的狗跑过来了"),
    ],
)
def test_a_limit_is_heard_and_matters_at_its_occasion(said: str, need: str) -> None:
    assert limits_of(said) & LIMIT
    assert limits_of(said) & ~LIMIT & asked_bearing(need)


@pytest.mark.parametrize(
    "said",
    [
        "Cook me something nice!",
        "I love fish and chips by the sea.",
        "Are you allergic to nuts?",
        "I'm not afraid of dogs any more.",
        "I can't stand Mondays.",
        "haha nice, see you tomorrow",
        "",
    ],
)
def test_what_limits_nobody_or_at_no_occasion_is_none(said: str) -> None:
    assert limits_of(said) == 0


def test_of_a_long_message_what_stands_near_by_counts() -> None:
    far = SMALL_TALK * (SHORT // len(SMALL_TALK) + 1)
    told = f"The dog barked. {far}I can't do it, not tonight. My boat is old."

    assert limits_of(told) & asked_bearing("a boat")
    assert not limits_of(told) & asked_bearing("a dog")


def test_a_limit_goes_with_the_facts_that_it_may_be_of() -> None:
    said = bearing(Category.HEALTH, "allergy:nut", "Ann is allergic to nuts.")
    both = np.array(
        [said | OF_KIND[Category.PLACE]] * 3 + [limits_of("no nuts for me")]
    )
    gone = [0, OF_KIND[Category.HEALTH], OF_KIND[Category.PLACE], 0]

    left = without_kinds(both.astype(np.uint32), np.array(gone, np.uint32))

    assert is_limit(left).tolist() == [True, False, True, True]
    assert is_occasion(left).all()
    assert not is_occasion(np.array([OF_KIND[Category.PLACE] | LIMIT], np.uint32)).any()
