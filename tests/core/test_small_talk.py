"""What tells nothing: greetings, thanks, laughter, gestures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from long_term_memory.core.text.dates import read_dates
from long_term_memory.core.text.small_talk import tells_nothing

from .gate_messages import MUST_RECALL, OTHER_SMALL_TALK, SMALL_TALK

NOW = datetime(2026, 11, 21, tzinfo=UTC)


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
    assert tells_nothing(text)


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
    assert not tells_nothing(text)


def test_a_long_laugh_with_a_slip_is_read_at_once() -> None:
    """Nested repeats once made such a word take for ever."""
    assert not tells_nothing("haa" * 2000 + "x")


@pytest.mark.parametrize("text", SMALL_TALK)
def test_what_people_say_to_be_kind_asks_for_nothing(text: str) -> None:
    assert tells_nothing(text)


@pytest.mark.parametrize("text", MUST_RECALL)
def test_what_must_recall_passes(text: str) -> None:
    assert not tells_nothing(text) or read_dates(text, NOW)


def test_of_small_talk_that_no_rule_was_written_for_little_passes() -> None:
    passed = [text for text in OTHER_SMALL_TALK if not tells_nothing(text)]
    assert len(passed) <= len(OTHER_SMALL_TALK) // 5, passed


def test_a_gesture_that_tells_something_asks_for_it() -> None:
    assert tells_nothing("*tilts her head slowly*")
    assert not tells_nothing("*opens the album from Lisbon*")
