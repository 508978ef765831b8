"""When a query asks for a feeling, and which messages show it."""

from __future__ import annotations

import pytest

from long_term_memory.core.retrieval.felt import asked_feeling, feeling_weights
from long_term_memory.core.text.emotion import LABELS


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("When was I sad about work?", "sadness"),
        ("Do you remember the time you were furious with me?", "anger"),
        ("What scared you most?", "fear"),
        ("When did I say sorry?", "remorse"),
        ("When did you fall in love with her?", "love"),
        ("How often was I disappointed?", "disappointment"),
        ("Wann war ich traurig?", "sadness"),
        ("Weißt du noch, als ich wütend war?", "anger"),
        ("Worauf war ich stolz?", "pride"),
        ("Wovor hattest du Angst?", "fear"),
        ("我什么时候难过?", "sadness"),
        ("你還記得我生氣那次嗎?", "anger"),
    ],
)
def test_a_feeling_is_asked_for(text: str, label: str) -> None:
    assert asked_feeling(text)[0] == label


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I am so happy today!",
        "I was sad yesterday.",
        "You scared me.",
        "我很高兴见到你",
        "When did we go to the lake?",
        "Ich bin wütend.",
        "Remember the sadler's shop?",
        "When did she go to the pride parade?",
        "When did I buy the console?",
        "Which tendon did I hurt?",
    ],
)
def test_what_tells_a_feeling_or_names_none_asks_for_none(text: str) -> None:
    assert asked_feeling(text) == ()


def test_the_named_feeling_counts_whole_and_those_near_it_half() -> None:
    found = feeling_weights(("sadness", "grief"))

    assert found[LABELS.index("sadness")] == 1
    assert found[LABELS.index("grief")] == 0.5
    assert found.sum() == 1.5
