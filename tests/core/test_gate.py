"""When to be silent."""

from __future__ import annotations

import pytest

from long_term_memory.core.gate import asks_for_something, near_enough


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ok",
            "Haha!",
            "hahahaha",
            "lol",
            "good night",
            "Goodnight!",
            "thanks so much",
        ),
        *("How are you doing today?", "*smiles*", "*hugs you*", "I love you", "ohhh"),
        *("see you tomorrow!", "...", "?", ":)", "\U0001f642", "sweet dreams"),
        *("what do you think?", "I don't know", "let's talk about something else"),
    ],
)
def test_small_talk_asks_for_nothing(text: str) -> None:
    assert not asks_for_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "What is my cat called?",
        "I went to the lake again",
        "good night, and feed Miso",
        "\u732b\u306e\u540d\u524d\u306f\uff1f",
        "\u043a\u0430\u043a \u0437\u043e\u0432\u0443\u0442 \u043a\u043e\u0442\u0430?",
        "Do you like sushi?",
    ],
)
def test_anything_else_may_ask_for_something(text: str) -> None:
    assert asks_for_something(text)


def test_a_long_laugh_with_a_slip_is_read_at_once() -> None:
    """Nested repeats once made such a word take for ever."""
    assert asks_for_something("haa" * 2000 + "x")


def test_nearness_in_meaning_or_in_words_is_enough() -> None:
    assert near_enough(cosine=0.5, lexical=0.0)
    assert near_enough(cosine=-1.0, lexical=0.5)
    assert not near_enough(cosine=0.2, lexical=0.1)
