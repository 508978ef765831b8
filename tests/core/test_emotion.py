"""Which feelings a text shows, by its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.emotion import LABELS, NEUTRAL, feelings

GO_EMOTIONS = """admiration amusement anger annoyance approval caring confusion
    curiosity desire disappointment disapproval disgust embarrassment excitement fear
    gratitude grief joy love nervousness neutral optimism pride realization relief
    remorse sadness surprise""".split()

SENTENCES = Path(__file__).parent.parent / "data" / "feelings.txt"


def strongest(text: str) -> str:
    return feelings(text)[0][0]


def test_the_labels_are_those_that_users_have_pictures_for() -> None:
    assert list(LABELS) == GO_EMOTIONS


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I am so happy to see you again!", "joy"),
        ("*blushes and stammers*", "embarrassment"),
        ("I am furious. How dare you!", "anger"),
        ("Thank you, I really appreciate it.", "gratitude"),
        ("I\u2019m sorry, it was my fault. Forgive me.", "remorse"),
        ("The door is open.", NEUTRAL),
        ("", NEUTRAL),
        ("What is that?", "curiosity"),
        ("I am scared, something is out there.", "fear"),
        ("She sighs. I had hoped for more.", "disappointment"),
    ],
)
def test_what_is_said_outright_is_read(text: str, label: str) -> None:
    assert strongest(text) == label


def test_a_denied_feeling_is_not_shown_but_its_opposite_may_be() -> None:
    assert strongest("I am not happy about it.") == "sadness"
    assert strongest("I am not afraid of it.") == NEUTRAL


def test_what_is_done_and_what_is_stressed_counts_more() -> None:
    done = dict(feelings("*she smiles* The door is open."))
    said = dict(feelings("She smiles. The door is open."))
    stressed = dict(feelings("I am so happy."))
    plain = dict(feelings("I am happy."))

    assert done["joy"] > said["joy"]
    assert stressed["joy"] > plain["joy"]


def test_the_sentences_that_the_words_were_chosen_with_are_read() -> None:
    """A floor under changes to the words; no measure of how well strangers are read."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    wanted = [line.split("\t") for line in lines]
    wrong = [text for label, text in wanted if strongest(text) != label]

    assert {label for label, _ in wanted} == set(GO_EMOTIONS)
    assert len(wrong) <= len(wanted) // 20, wrong


def test_a_phrase_is_read_as_a_whole() -> None:
    assert dict(feelings("Thank goodness."))["gratitude"] == 0
    assert dict(feelings("I can't wait."))["excitement"] > 0


def test_a_possessive_stands_for_every_other() -> None:
    assert strongest("His nose wrinkles.") == "disgust"
    assert (
        strongest("He rolls his eyes.") == strongest("I roll my eyes.") == "annoyance"
    )


def test_a_denial_ends_with_its_sentence() -> None:
    assert strongest("No, I love you.") == "love"
    assert strongest("I do not. I am happy.") == "joy"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("You did what?!", "surprise"),
        ("D-do you mean it", "embarrassment"),
        ("See you there :)", "joy"),
        ("It is over\U0001f622", "sadness"),
    ],
)
def test_marks_and_faces_show_feelings_too(text: str, label: str) -> None:
    assert strongest(text) == label


@given(st.text(max_size=300))
def test_every_label_has_a_share_and_the_shares_are_one(text: str) -> None:
    found = feelings(text)

    assert sorted(label for label, _ in found) == GO_EMOTIONS
    assert sum(share for _, share in found) == pytest.approx(1)
    assert [share for _, share in found] == sorted(
        (share for _, share in found), reverse=True
    )
    assert all(0 <= share <= 1 for _, share in found)
