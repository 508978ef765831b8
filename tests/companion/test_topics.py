"""What a conversation is about."""

from __future__ import annotations

import pytest

from long_term_memory.companion.topics import RECENT, topics_of

CHATTER = [
    "Good morning! Did you sleep well?",
    "Like a stone, thank you. And you?",
    "So so. It rained all night.",
]
LIGHTHOUSE = [
    "I climbed up to the lighthouse yesterday.",
    "The lighthouse? At this time of the year?",
    "Yes, the lamp of the lighthouse is broken, and the keeper asked me for help.",
    "You should bring warm clothes when you repair it.",
]


def test_the_topic_is_the_noun_that_stands_out() -> None:
    assert topics_of(CHATTER + LIGHTHOUSE).current == "lighthouse"


@pytest.mark.parametrize(
    "texts",
    [[], CHATTER, ["The cat sat there."], ["你的猫病了。", "我的猫怎么了。"]],
    ids=["nothing", "chatter", "one mention", "a language without spaces"],
)
def test_where_nothing_stands_out_there_is_no_topic(texts: list[str]) -> None:
    assert topics_of(texts).current is None


def test_only_the_last_messages_count() -> None:
    later = [
        f"Hm, {word}." for word in "well so then no yes now here there ah oh".split()
    ]

    assert len(later) == RECENT
    assert topics_of(LIGHTHOUSE + later).current is None


def test_what_was_spoken_of_all_along_stands_out_less() -> None:
    before = ["The sea was calm, and the boat was small."] * 12
    recent = [
        "We took the boat.",
        "The boat leaked.",
        "And the violin? The violin was in the boat.",
        "I saved the violin.",
    ]

    assert topics_of(before + recent).current == "violin"


def test_those_who_speak_are_no_topic() -> None:
    texts = ["I asked Maren again.", "And what did Maren say?", "Maren laughed."]

    assert topics_of(texts).current == "Maren"
    assert topics_of(texts, ["Maren"]).current is None


def test_what_comes_again_later_recurs() -> None:
    between = [f"Number {n} is over." for n in range(RECENT)]
    texts = [*LIGHTHOUSE, *between, "Tell me of the lighthouse again."]

    assert topics_of(texts).recurring == ("lighthouse",)
    assert topics_of(LIGHTHOUSE).recurring == ()


def test_a_capital_in_mid_sentence_is_a_noun_in_german() -> None:
    texts = ["Gestern war ich wieder Fischen, am Hafen.", "Wie war es am Hafen?"]

    assert topics_of(texts).current == "Hafen"


def test_a_long_text_is_read_in_part() -> None:
    assert topics_of(["the violin " * 500_000] * 2).current == "violin"


def test_what_is_asked_of_a_noun_is_no_topic() -> None:
    asked = ["What is my cat called?", "What does my brother play?"] * 3
    assert topics_of(asked).current is None
    assert topics_of([*asked, "The cat is asleep.", "A cat!"]).current == "cat"
