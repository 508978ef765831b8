"""Small talk goes, whole sentences stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.gist import without_small_talk


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
    assert set(rest.split()) <= set(text.split())
