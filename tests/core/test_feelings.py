"""Which feelings a text shows, by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.feelings import LABELS, NEUTRAL, feelings

GO_EMOTIONS = """admiration amusement anger annoyance approval caring confusion
    curiosity desire disappointment disapproval disgust embarrassment excitement fear
    gratitude grief joy love nervousness neutral optimism pride realization relief
    remorse sadness surprise""".split()


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


@given(st.text(max_size=300))
def test_every_label_has_a_share_and_the_shares_are_one(text: str) -> None:
    found = feelings(text)

    assert sorted(label for label, _ in found) == GO_EMOTIONS
    assert sum(share for _, share in found) == pytest.approx(1)
    assert [share for _, share in found] == sorted(
        (share for _, share in found), reverse=True
    )
    assert all(0 <= share <= 1 for _, share in found)
