"""For whom a pronoun stands."""

from __future__ import annotations

from long_term_memory.core.summaries.binding import Spoken
from long_term_memory.core.summaries.hearing import heard


def told(*lines: str) -> list[str]:
    """Return the passages of a chat; the user's lines come first."""
    return [
        one.text
        for one in heard(
            [
                Spoken(
                    name="Kit" if at % 2 == 0 else "Marnie",
                    text=line,
                    user=at % 2 == 0,
                )
                for at, line in enumerate(lines)
            ]
        )
    ]


NAMED = "My sister Priya rang. I told my sister Priya about the flat."


def test_she_is_who_was_asked_about() -> None:
    assert told(NAMED, "Have you seen Priya?", "she held my hand all night")[-1] == (
        "Priya held my hand all night"
    )


def test_he_is_the_father_who_was_named_before() -> None:
    assert told("my dad had a heart attack. he left when i was twelve")[-1] == (
        "my dad left when i was twelve"
    )
    assert told("after dad went i was sad. hes got my hands")[-1] == (
        "dad has got my hands"
    )
    assert told("i saw my mum at the shop. shes in her garden")[-1] == (
        "my mum is in her garden"
    )


def test_whose_father_it_is_stands_in_the_others_words() -> None:
    assert told("i am tired of all this", "How is your dad?", "he came home")[-1] == (
        "my dad came home"
    )
    assert told("my dad came home today", "I'm glad that he came home.")[-1] == (
        "I'm glad that Kit's dad came home."
    )


def test_what_he_owns_is_his() -> None:
    assert told("my dad came home today. i drove his car to Hull")[-1] == (
        "i drove my dad's car to Hull"
    )
    assert told("my nan died in may. i had her old guitar")[-1] == (
        "i had my nan's old guitar"
    )
    assert told("my nan died in may. i told her about the cat")[-1] == (
        "i told my nan about the cat"
    )


def test_who_may_be_either_stays_he() -> None:
    text = "my dad and my brother came today. he left me the keys"
    assert told(text)[-1] == "he left me the keys"


def test_nobody_is_made_up_where_none_was_named() -> None:
    assert told("he left me the keys again")[-1] == "he left me the keys again"
    assert told("in Hull it rained all day. he left me the keys")[-1] == (
        "he left me the keys"
    )
    assert told(NAMED, "And Tom?", "he never said a word to me")[-1] == (
        "he never said a word to me"
    )


def test_what_somebody_may_say_is_not_rewritten() -> None:
    text = "my dad is very ill now. dont say hes in a better place"
    assert told(text)[-1] == "dont say hes in a better place"
    loud = "my dad came home on monday. HE brought me the cat"
    assert told(loud)[-1] == "HE brought me the cat"


def test_titles_tell_who_is_he() -> None:
    said = "I met Mrs Petrie and my neighbour. It rained. her cat ate the fish"
    assert told(said)[-1] == "Mrs Petrie's cat ate the fish"


def test_places_are_nobody() -> None:
    said = "We met in Whitby and in Hull, and Tom saw Priya. he paid for the tea"
    assert told(said)[-1] == "he paid for the tea"


def test_speech_in_scenes_is_left_as_it_is() -> None:
    scene = '*Pell lifts the lantern over the water.* "He was my only son."'
    assert '"He was my only son."' in told("Who was it?", scene)


def test_other_languages_are_left_as_they_are() -> None:
    text = "mon pere est venu me voir hier. il est reparti avec les enfants"
    assert told(text)[-1].startswith("il est reparti")
