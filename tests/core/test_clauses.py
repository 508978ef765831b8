"""Which clauses a sentence has, and which mean something alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.clauses import clauses, finished, is_led


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The glass breaks.", ["The glass breaks."]),
        (
            "signed up to the half marathon, where my nan was",
            ["signed up to the half marathon,", "where my nan was"],
        ),
        (
            "The Court was on the stair, and I was afraid, and I shut the door.",
            [
                "The Court was on the stair,",
                "and I was afraid,",
                "and I shut the door.",
            ],
        ),
        (
            "He steers the barge, humming an old song; the boy sleeps below.",
            ["He steers the barge,", "humming an old song;", "the boy sleeps below."],
        ),
        (
            "The Ember pours over her fingers like a frightened animal",
            ["The Ember pours over her fingers", "like a frightened animal"],
        ),
        (
            "Your flat looks like a museum to me",
            ["Your flat looks like a museum to me"],
        ),
        ("Well, who knows, right?", ["Well, who knows, right?"]),
        (
            "Der Fu\u00df wird wieder, aber er darf nicht arbeiten.",
            ["Der Fu\u00df wird wieder,", "aber er darf nicht arbeiten."],
        ),
        ("", []),
    ],
)
def test_a_sentence_is_cut_where_a_clause_begins(
    sentence: str, found: list[str]
) -> None:
    assert clauses(sentence) == found


@pytest.mark.parametrize(
    ("clause", "led"),
    [
        ("where my nan was", True),
        ('"and vanishes into the ring."', True),
        ("but he came back", True),
        ("and I shut the door.", False),
        ("Maethe was behind me,", False),
    ],
)
def test_a_clause_without_a_subject_of_its_own_is_led(clause: str, led: bool) -> None:
    assert is_led(clause) is led


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The Court was on the stair,", "The Court was on the stair"),
        ('"and I shut the door,"', '"I shut the door"'),
        ("and so on", "and so on"),
        ('I put it down. "I am Wren.', "I put it down. I am Wren."),
        ("He came back.", "He came back."),
    ],
)
def test_what_is_told_neither_leads_on_nor_goes_on(text: str, told: str) -> None:
    assert finished(text) == told


@given(st.text('ab I, and"; \u2014who he.', max_size=60))
def test_clauses_together_are_the_sentence(text: str) -> None:
    whole = "".join(text.split())

    assert "".join("".join(clauses(text)).split()) == whole
