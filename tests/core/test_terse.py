"""What somebody said, in fewer words."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.terse import is_chatter, terse


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("honestly i think im allergic to walnuts lol", "allergic to walnuts"),
        ("I've got a trial shift on Saturday!!", "Got a trial shift on Saturday!"),
        ("I am really scared of heights, you know.", "Scared of heights."),
        ("i'll ring her on sunday \U0001f4aa", "will ring her on sunday"),
        ("The thing is, she lives in Dartmouth.", "She lives in Dartmouth."),
        ("guess what... we got a dog :)", "we got a dog"),
        ("Ich habe irgendwie den Job gek\u00fcndigt", "Habe den Job gek\u00fcndigt"),
        ("we just moved, somehow", "we moved"),
    ],
)
def test_what_tells_nothing_is_left_out(text: str, short: str) -> None:
    assert terse(text, own=True) == short


@pytest.mark.parametrize(
    "text",
    [
        "I promise to ring her.",  # read as a promise
        "i owe jess 600",
        "im Garten steht ein Baum",  # a German preposition
        "I know he was a cat",  # opens what is said to somebody
        "she was just a friend",  # not the same without it
        "I Kit take you",
    ],
)
def test_what_means_something_stays(text: str) -> None:
    assert terse(text, own=True) == text


def test_where_nobody_is_named_before_it_an_i_stays() -> None:
    assert terse("I really moved to Oslo.", own=False) == "I moved to Oslo."


def test_nothing_is_left_of_nothing_but_moods() -> None:
    assert terse("\U0001f600 :)", own=True) == "\U0001f600 :)"


@pytest.mark.parametrize(
    ("text", "chatter"),
    [
        ("so weird lol", True),
        ("Better.", True),
        ("na klar, super", True),
        ("Parkinsons.", False),
        ("weird 5 times", False),
        ("leah", False),
        ("better than the worst one of all the others", False),
    ],
)
def test_a_short_sentence_may_be_nothing_but_a_mood(text: str, chatter: bool) -> None:
    assert is_chatter(text) is chatter
