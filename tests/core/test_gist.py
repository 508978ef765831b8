"""Small talk goes, whole sentences stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.gist import without_small_talk


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Wow! I adopted a puppy named Rex.", "I adopted a puppy named Rex."),
        (
            "I adopted a puppy from the shelter downtown. How about you?",
            "I adopted a puppy from the shelter downtown.",
        ),
        (
            "I adopted a brown puppy from the shelter downtown. You always inspire.",
            "I adopted a brown puppy from the shelter downtown.",
        ),
        ("Yeah! That's great.",) * 2,
        ("I paint. Do you paint mountains or the wide sea?",) * 2,
        ("Great! We saw 5 whales!", "We saw 5 whales!"),
        ("We saw whales. You counted 5!",) * 2,
        ("I painted it. See you tomorrow!",) * 2,
        ("I ran 3.5 miles.",) * 2,
        ("Thanks!",) * 2,
        ("",) * 2,
    ],
)
def test_what_tells_nothing_goes(text: str, rest: str) -> None:
    assert without_small_talk(text, ()) == rest


def test_a_sentence_with_a_word_of_the_query_stays() -> None:
    text = "I adopted a brown puppy from the shelter downtown. You inspire puppies."
    assert without_small_talk(text, {"puppy", "inspir"}) == text


def test_an_endless_message_is_left_alone() -> None:
    text = "Wow! " * 5_000
    assert without_small_talk(text, ()) == text


@given(st.text(alphabet="aI you.!? wow\n3*", max_size=60))
def test_only_whole_sentences_go_and_never_all(text: str) -> None:
    rest = without_small_talk(text, ())
    assert rest == text or rest
    assert words_of(rest) <= words_of(text)


def words_of(text: str) -> set[str]:
    """Return what stands between spaces, without the marks that are mended."""
    bare = text.translate(dict.fromkeys(map(ord, '"*\u201c\u201d\u201e\u300c\u300d')))
    return set(bare.split())


def test_quotes_and_stars_stay_whole_where_a_sentence_between_them_goes() -> None:
    told = (
        '*He laughs. He has lost his left hand in the mill at Varn.* "Oh! I swear by '
        'the oak that I paid forty silver for it. How are you?" *He leaves for Oslo.*'
    )

    assert without_small_talk(told, ()) == (
        '*He has lost his left hand in the mill at Varn.* "I swear by the oak that I '
        'paid forty silver for it." *He leaves for Oslo.*'
    )


def test_other_quotes_are_closed_by_their_own() -> None:
    told = "\u201cOh! I swear by the oak that I paid forty silver for it.\u201d"

    assert without_small_talk(told, ()) == told.replace("Oh! ", "")


def test_marks_that_are_odd_in_the_whole_are_left_as_they_are() -> None:
    told = "Oh! I paid 4 * 3 silver for the oak and the mill at Varn."

    assert without_small_talk(told, ()) == told.replace("Oh! ", "")
