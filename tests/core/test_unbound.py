"""Which sentences mean something to who reads them alone."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.unbound import (
    clarity,
    is_judged,
    is_unbound,
    terse,
    trimmed,
    without_asides,
)


@pytest.mark.parametrize(
    "text",
    [
        "my sister jess had a baby",
        "Pell drowned, and his son was never found.",
        "i owe jess 600 quid",
        "quitting the vape from monday",
        "It was Vey that had Hob killed.",
        "dad said he was sorry",
        "a woman called Sue gave me the job, she owns it",
        "When I was ten, my mother left for Lisbon.",
        "it's time that Jess learned to swim",
        "Jess \u2013 older sister",
        "my nan knitted a hat and then sold it",
        "Ich habe die Stelle in Fulda bekommen.",
        "Der Hund von Lea ist gestorben.",
        "Mutter sagt, sie kommt im Mai.",
        "The river floods the lower town.",
        '"You are a soft woman, Tess."',
        '"I will not lie to you again."',
        "Tess and Ilvara reached Corrow",
        "Tess's ring holds the Ember",
    ],
)
def test_a_sentence_that_brings_its_names_stands_alone(text: str) -> None:
    assert not is_unbound(text)


@pytest.mark.parametrize(
    "text",
    [
        "she held my hand",
        "They had her in the tower.",
        "Somebody put a knife in him.",
        "Tess grabs him by the collar.",
        "it went well",
        "that's what i said",
        "because the bus was late",
        "me. a boy called Rafi",
        "The old man smiled.",
        "A man who knows his yolks.",
        "every sunday, mum, goole",
        "tell me about the knight",
        "must of been the onions",
        "i would trust that vet with my life",
        "i want the other one",
        '"You gave your son away."',
        "Corvane said.",
        "he",
        "Er hat mir geschrieben.",
        "and we were told by them",
        "Sie kommen am Montag.",
        "Creel? Hm.",
    ],
)
def test_a_sentence_that_needs_another_does_not(text: str) -> None:
    assert is_unbound(text)


def test_words_of_nobody_say_little() -> None:
    assert clarity('"I was left there as a child."', speaker=False) < clarity(
        '"I was left in Corrow as a child."'
    )
    assert is_unbound('"Two hundred crowns"', speaker=False)
    assert is_unbound('"Went over the side at Widow\'s Bend."', speaker=False)
    assert not is_unbound('"The Lady Maethe holds the gate."', speaker=False)


def test_an_answer_goes_and_what_follows_it_stays() -> None:
    assert trimmed("Better. I've met someone.") == "I've met someone."
    assert trimmed('"Alphabetical. I start Monday."') == '"I start Monday."'
    assert trimmed("me. dunno. i've met jess") == "i've met jess"


@pytest.mark.parametrize(
    "text",
    [
        "the bakery. full time. started yesterday.",
        "nan Pat. taught me guitar.",
        "i've met someone. she is kind.",
        '"No." says Jess. "I won\'t."',
        "nah. it's fine.",
        "one word",
    ],
)
def test_whatever_else_begins_a_text_stays(text: str) -> None:
    assert trimmed(text) == text


def test_padding_goes_and_nothing_else() -> None:
    assert terse("jess is just really tired lol") == "jess is tired"
    assert terse("no vape for 3 weeks \U0001f618") == "no vape for 3 weeks"
    assert terse("\U0001f618") == "\U0001f618"


def test_other_languages_are_not_judged() -> None:
    assert is_judged(["my dog died on monday"])
    assert is_judged(["ich habe den hund nicht gesehen"])
    assert not is_judged(["je ne sais pas pourquoi elle est partie avec le chien"])


def test_a_name_before_a_comma_is_somebody() -> None:
    assert not is_unbound("Pell, old and tired, said that he would steer.")


def test_they_may_be_people_who_were_named() -> None:
    assert not is_unbound("the hospice rang and they moved the race")
    assert is_unbound("i'll tell them on monday")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("i run. dont laugh. i signed up.", "i run. i signed up."),
        ("i rang mum. thats one sunday", "i rang mum."),
        ("bad news. the flat is sold", "the flat is sold"),
        ("i rang mum. on sunday, before.", "i rang mum."),
        ("Ich bin raus. Stell dir vor!", "Ich bin raus."),
        ("i moved. look, Priya drove!", "i moved. look, Priya drove!"),
        ("i moved. thats 3 now", "i moved. thats 3 now"),
        ("i moved. please I beg", "i moved. please I beg"),
        ("dont laugh.", "dont laugh."),
    ],
)
def test_what_is_said_beside_what_is_told_is_left_out(said: str, told: str) -> None:
    assert without_asides(said) == told


def test_what_is_broken_off_and_begun_again_is_hardly_clear() -> None:
    assert clarity("In the name of, of, whatever I am!") < clarity(
        "In the name of Tess!"
    )
    assert is_unbound("nan must of got it from Hull, no she was from Goole")
    assert trimmed("mum prob. i should ring mum more") == "i should ring mum more"
