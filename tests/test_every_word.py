"""No plain question about what was told is met with silence, whatever the word.

A few hundred common words, without vectors; `benchmarks/every_word.py` asks for all.
"""

from __future__ import annotations

from benchmarks.every_word import Asking, common_words, read, silent


def test_whatever_was_told_is_asked_for_in_vain_nowhere() -> None:
    words = common_words(4_000)[::10]

    assert list(silent(words, None)) == []


def test_small_talk_is_silent_in_the_same_chat() -> None:
    """Else the test above could not fail."""
    asking = Asking("cat")

    for text in ("haha nice", "good morning!!", "brb"):
        assert not asking.judged(read(text), text, None, None).speaks
