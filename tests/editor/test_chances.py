"""Chances in words."""

from __future__ import annotations

import pytest

from long_term_memory.editor.chances import is_to_be_safe, judged, likely, told_as


@pytest.mark.parametrize(
    ("chance", "words"), [(0.824, "82 %"), (0.0, "under 1 %"), (1.0, "99 %")]
)
def test_no_chance_is_told_as_none_or_as_certain(chance: float, words: str) -> None:
    assert likely(chance) == f"{words} likely to help"


def test_what_helps_hardly_is_told_to_be_safe() -> None:
    """So small a chance alone, beside a memory that is told, reads as a mistake."""
    assert told_as(0.03) == "3 % likely to help, told to be safe"
    assert told_as(0.5) == "50 % likely to help"
    assert not is_to_be_safe(None)  # what is pinned is always there


def test_what_a_message_was_taken_for_is_told() -> None:
    assert "Taken for: small talk; 4 %" in judged("small talk", 0.04)
    assert judged("", 0.0) == ""
