"""What a question asks for, by its words."""

from __future__ import annotations

import pytest

from long_term_memory.core.retrieval.change_words import (
    CHANGE,
    CHANGE_PAIRS,
    PEOPLE,
    SLOTS,
    asks_for_event,
    said_words,
    tells_of_change,
    words_of,
)


@pytest.mark.parametrize("question", ["When did we meet?", "Was Ann there?"])
def test_a_question_for_what_happened_once_is_told(question: str) -> None:
    assert asks_for_event(question)


@pytest.mark.parametrize("question", ["Where do I live?", "Has Ann a job now?"])
def test_a_question_for_how_things_are_is_none(question: str) -> None:
    assert not asks_for_event(question)


def test_words_are_folded_and_signs_stand_alone() -> None:
    assert words_of("Groß, 我搬了! £5") == ["gross", "我", "搬", "了", "£", "5"]


def test_two_signs_make_a_word_and_two_words_a_pair() -> None:
    assert said_words("辞职").hold(CHANGE, CHANGE_PAIRS)
    assert said_words("no longer").hold(CHANGE, CHANGE_PAIRS)
    assert not said_words("longer no").hold(CHANGE, CHANGE_PAIRS)


def test_every_list_is_case_folded_as_texts_are() -> None:
    lists = [CHANGE, *SLOTS.values(), *PEOPLE.values()]

    assert all(word == word.casefold() for some in lists for word in some)


def test_what_is_no_more_has_changed_whatever_stands_between() -> None:
    assert tells_of_change(said_words("I'm not a vegetarian any more"))
    assert tells_of_change(said_words("Ich bin keine Vegetarierin mehr"))
    assert tells_of_change(said_words("I moved"))
    assert not tells_of_change(said_words("I'm not a vegetarian"))
    assert not tells_of_change(said_words("Ich möchte mehr Tee"))
