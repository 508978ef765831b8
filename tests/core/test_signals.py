"""Whom a message is about, who said what, and standing out."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.signals import (
    Moments,
    moments,
    said_by,
    spoken_of,
    standing_out,
)
from long_term_memory.core.types import Role


def about(text: str, speaker: Role = "user") -> Role | None:
    return spoken_of(text, speaker=speaker, user_names=["Ann"], character_names=["Bo"])


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("What is my cat called?", "user"),
        ("Where did I go last summer?", "user"),
        ("What is your favourite song?", "assistant"),
        ("Do you remember my birthday?", "user"),
        ("Can you tell me what I said?", "user"),
        ("Tell me about your sister.", "assistant"),
        ("What did Ann paint?", "user"),
        ("What did Bo paint?", "assistant"),
        ("Do you know what I said about Bo?", "assistant"),
        ("How did Ann and Bo meet?", None),
        ("What did you say about my cat?", None),
        ("The weather is nice.", None),
        ("", None),
    ],
)
def test_a_message_is_about_whom_it_names(text: str, role: Role | None) -> None:
    assert about(text) == role


def test_for_the_character_i_and_you_change_places() -> None:
    assert about("What is my cat called?", "assistant") == "assistant"
    assert about("Where did you go?", "assistant") == "user"


def test_the_one_spoken_of_gains_and_the_other_loses() -> None:
    author = np.array([0, 2, 1, 3], np.int16)
    assert said_by(author, "user", [2]).tolist() == [1, -1, 0, 0]
    assert said_by(author, "assistant", [2]).tolist() == [-1, 1, 0, 0]
    assert said_by(author, None, [2]).tolist() == [0, 0, 0, 0]


def test_unknown_cosines_neither_count_nor_stand_out() -> None:
    cosines = np.array([0.1, 0.3, np.nan], np.float32)
    spread = moments(cosines)
    assert spread == pytest.approx((0.2, 0.1), abs=1e-6)
    assert standing_out(cosines, spread).tolist() == pytest.approx([-1, 1, 0], abs=1e-5)


def test_equal_cosines_do_not_stand_out() -> None:
    cosines = np.full(5, 0.25, np.float32)
    assert standing_out(cosines, moments(cosines)).tolist() == pytest.approx([0] * 5)
    assert moments(np.empty(0, np.float32)) == Moments(0.0, 1.0)
