"""Chances in words."""

from __future__ import annotations

import pytest

from long_term_memory.editor.chances import judged, likely


@pytest.mark.parametrize(
    ("chance", "words"), [(0.824, "82 %"), (0.0, "1 %"), (1.0, "99 %")]
)
def test_no_chance_is_told_as_none_or_as_certain(chance: float, words: str) -> None:
    assert likely(chance) == f"{words} likely to help"


def test_what_a_message_was_taken_for_is_told() -> None:
    assert "Taken for: small talk; 4 %" in judged("small talk", 0.04)
    assert judged("", 0.0) == ""
