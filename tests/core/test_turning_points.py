"""Which passages tell what a story turns on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.summaries.reading import refers_back
from long_term_memory.core.summaries.telling import Passage
from long_term_memory.core.summaries.turning_points import (
    FEATURES,
    WEIGHTS,
    Echoes,
    choose,
    features,
)


def words(text: str) -> int:
    return len(text.split())


def said(*texts: str, one_message: bool = False) -> list[Passage]:
    return [
        Passage(0 if one_message else at, "Kit", text, user=True)
        for at, text in enumerate(texts)
    ]


def told(*texts: str, room: int = 10, one_message: bool = False) -> list[str]:
    passages = said(*texts, one_message=one_message)
    return [texts[at] for at in choose(passages, target_tokens=room, count=words)]


SMALL_TALK = "we had beans on toast for tea"


@pytest.mark.parametrize(
    "telling",
    [
        "my dad had a heart attack",
        "gaz moved out of the flat",
        "i owe my sister 600 quid",
        "priya is my girlfriend now",
        "i promise to ring mum on sunday",
        "cant eat it, allergic to walnuts",
        "ich habe gestern meine Stelle gek\u00fcndigt",
    ],
)
def test_what_a_story_turns_on_goes_before_small_talk(telling: str) -> None:
    assert told(SMALL_TALK, telling, "the weather was a bit grey", room=10) == [telling]


def test_questions_are_told_last() -> None:
    assert told("did the old dog die?", "the old dog died here", room=8) == [
        "the old dog died here"
    ]


def test_what_opens_with_a_pronoun_brings_what_stands_before_it() -> None:
    texts = ("gaz has a brother called pete", "he died in the war")

    assert told(*texts, room=20, one_message=True) == list(texts)
    assert told(SMALL_TALK, texts[1], room=20) == [SMALL_TALK]


def test_an_announcement_is_told_with_what_follows() -> None:
    texts = ("i make a promise", "your letters you will know before the spring")

    assert told(*texts, room=20, one_message=True) == list(texts)
    assert told(*texts, room=7, one_message=True) == []


@pytest.mark.parametrize(
    "noise", ["fine lol", "*nods*", "how are you?", "here is my code:", "word " * 50]
)
def test_what_tells_nothing_is_not_told(noise: str) -> None:
    assert told(noise, room=99) == []
    assert told("i moved to my sister", noise, room=99, one_message=True) == [
        "i moved to my sister"
    ]


def test_in_a_script_without_spaces_one_word_may_be_a_sentence() -> None:
    assert told("\u72ac\u304c\u6b7b\u3093\u3060\u3002") == [
        "\u72ac\u304c\u6b7b\u3093\u3060\u3002"
    ]


def scene(*texts: str) -> list[str]:
    passages = [Passage(0, "", text, own=False) for text in texts]
    return [texts[at] for at in choose(passages, target_tokens=20, count=words)]


def test_what_a_scene_says_of_nobody_named_is_not_told_alone() -> None:
    named, unnamed = "Vey has a tower on the isle.", "He is making for it."

    assert scene(unnamed) == []
    assert scene(named, "He fled to it at dawn.") == [named, "He fled to it at dawn."]


@pytest.mark.parametrize(
    ("text", "refers"),
    [
        ("Sold him for forty silver.", False),
        ("and gave him chicken", True),
        ("Pell put a knife in him.", False),
        ("my sister says she is fine", False),
        ("the door opens", False),
    ],
)
def test_a_pronoun_without_anything_before_it_refers_back(
    text: str, refers: bool
) -> None:
    assert refers_back(text) is refers


def test_what_nobody_known_says_of_themselves_is_told_last() -> None:
    passages = [
        Passage(0, "Tess", '"I sold the lantern to Pell."', own=False),
        Passage(1, "", '"I sold the lantern to Ann."', own=False),
    ]

    assert choose(passages, target_tokens=8, count=words) == [0]


def test_speech_of_oneself_is_not_told_by_narration_that_names_nobody() -> None:
    def chosen(narration: str) -> list[int]:
        texts = narration, '"I sold the lantern to Ann in Corrow."'
        first = [Passage(0, "", text, own=False) for text in texts]
        last = Passage(1, "Tess", '"I sold the lantern to Pell."', own=False)
        return choose([*first, last], target_tokens=15, count=words)

    assert chosen("Two men generally die.") == [0, 2]
    assert chosen("Fennick sold his eel.") == [0, 1]


def test_a_condition_is_not_told_without_what_follows() -> None:
    texts = ("If Vey opens the gate,", "the city drowns.")
    passages = [Passage(0, "", text, own=False) for text in texts]

    assert choose(passages, target_tokens=20, count=words) == [0, 1]
    assert choose(passages, target_tokens=6, count=words) == [1]


def test_an_oath_is_not_told_without_what_is_sworn() -> None:
    assert scene('"I swear on the Ember,"', '"that Pell is dead."') == [
        '"I swear on the Ember,"',
        '"that Pell is dead."',
    ]


def test_of_what_was_told_already_less_is_told() -> None:
    again = "the dog died on monday morning"

    assert told(again, again, "i sold the guitar to pete", room=99) == [
        again,
        "i sold the guitar to pete",
    ]


def test_what_must_be_kept_comes_first_and_the_first_of_it_before_the_next() -> None:
    passages = said("the dog died on monday", "it rained all day", "it snowed all day")

    kept = choose(passages, target_tokens=6, count=words, kept=[2, 1])

    assert kept == [2]
    assert choose(passages, target_tokens=99, count=words, kept=[1]) == [0, 1]


def test_where_nothing_tells_something_is_told() -> None:
    assert told("an old dog", room=9) == ["an old dog"]
    assert told() == []


def test_narration_and_speech_are_told_apart() -> None:
    scene = [
        Passage(0, "", "The glass breaks.", own=False),
        Passage(1, "Pell", '"I sold it."', own=False),
        Passage(2, "Mara", "I sold it."),
    ]
    echoes = Echoes(scene)

    kinds = [set(features(one, echoes)) & set(FEATURES[:4]) for one in scene]
    assert all(len(kind) == 4 for kind in kinds)
    assert [features(one, echoes)["scene_told"] for one in scene] == [1, 0, 0]
    assert [features(one, echoes)["scene_said"] for one in scene] == [0, 1, 0]
    assert [features(one, echoes)["own_character"] for one in scene] == [0, 0, 1]


def test_what_comes_back_and_what_moves_the_other_are_seen() -> None:
    chat = said(
        "gaz fries onions",
        "KIT! That is rotten, onions!",
        *("nothing at all happened",) * 30,
        "gaz left me his onions pan",
    )
    echoes = Echoes(chat)

    seen = features(chat[0], echoes)
    assert seen["returns"] > 0
    assert seen["introduces"] > 0
    assert seen["stirs"] == 1
    assert seen["taken_up"] == 1
    assert seen["recap"] == 0
    assert features(chat[1], echoes)["recap"] > 0
    assert features(chat[-1], echoes)["late"] == 1


def test_a_word_that_a_chat_always_says_is_no_sign() -> None:
    chat = said(*("the captain sails",) * 12)

    assert features(chat[0], Echoes(chat))["returns"] == 0


def test_every_feature_has_a_weight() -> None:
    assert set(WEIGHTS) == set(FEATURES)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.text('ab dog died." ', max_size=30)),
        max_size=12,
    ),
    st.integers(0, 60),
)
def test_what_is_chosen_fits_and_is_in_order(
    chat: list[tuple[int, str]], room: int
) -> None:
    passages = [Passage(place, "Kit", text) for place, text in sorted(chat)]

    chosen = choose(passages, target_tokens=room, count=words)

    assert chosen == sorted(set(chosen))
    assert sum(words(f"Kit: {passages[at].text}") + 1 for at in chosen) <= room
