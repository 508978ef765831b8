"""What the surface of a message shows."""

from __future__ import annotations

import pytest

from long_term_memory.core.retrieval.message_features import (
    HEAD,
    SHOWN,
    TAIL,
    clipped,
    message_features,
)


def units(text: str) -> list[str]:
    """Return the features that are units, in order."""
    return [name for name in message_features(text) if name not in SHOWN]


def test_words_and_marks_are_units_and_so_are_neighbours() -> None:
    assert units("Kids?") == ["kids", "?", "^ kids", "kids ?"]


def test_numbers_are_one_unit() -> None:
    assert "0" in units("in 1987")


def test_characters_of_unspaced_scripts_are_units() -> None:
    assert "什 么" in units("叫什么")


def test_a_mark_of_any_width_is_the_same() -> None:
    wide, narrow = message_features("谁？"), message_features("谁?")  # noqa: RUF001
    assert wide == narrow


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Do I have kids?", "ASKS OF SELF"),
        ("what car do we own", "ASKS OF SELF"),
        ("did you eat", "ASKS OF OTHER"),
        ("who's Sam", "ASKS WHO"),
        ("you told me", "REMEMBERS"),
        ("weißt du noch", "REMEMBERS"),
        ("你还记得", "REMEMBERS"),
        ("как зовут", "ASKS"),
        ("meine Katze", "FIRST PERSON"),
        ("*waves*", "ACTED"),
        ("...", "NO LETTERS"),
        ("good morning", "SMALL TALK"),
        ("kids?", "TELLS"),
        ("my boat?", "ASKS SHORTLY"),
        ("my boat", "TELLS SHORTLY"),
    ],
)
def test_a_message_shows(text: str, name: str) -> None:
    assert message_features(text)[name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nice", "MARK"),
        ("the sea", "FIRST PERSON"),
        ("Rome", "SMALL TALK"),
        ("my boat", "ASKS SHORTLY"),
    ],
)
def test_what_is_not_there_is_left_out(text: str, name: str) -> None:
    assert name not in message_features(text)


def test_the_features_that_are_no_units_have_their_names_in_a_list() -> None:
    shown = {
        name for name in message_features("*waves* My boat?! 2 i'm") if name.isupper()
    }
    assert shown <= set(SHOWN)


def test_of_a_long_text_both_ends_are_read() -> None:
    text = "a" * HEAD + "b" * 9_000 + "c" * TAIL
    assert clipped(text) == "a" * HEAD + " " + "c" * TAIL
    assert clipped("a" * HEAD + "c" * TAIL) == "a" * HEAD + "c" * TAIL
