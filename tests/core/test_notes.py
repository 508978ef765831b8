"""How speech becomes a note."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.notes import noted


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("I owe forty silver to Madam Tuck.", "Tess owes forty silver to Madam Tuck."),
        ("I'm struck from the rolls.", "Tess is struck from the rolls."),
        ("I've got no boat, and I can't swim.", "Tess has got no boat and can't swim."),
        ("I'll ring the bell.", "Tess will ring the bell."),
        ("I'd given it up.", "Tess had given it up."),
        ("I'd give a hundred.", "Tess would give a hundred."),
        ("Hob gave it to me when I came.", "Hob gave it to Tess when Tess came."),
        ("I really hate onions.", "Tess really hates onions."),
        ("I never carry salt.", "Tess never carries salt."),
        ("I watch the door.", "Tess watches the door."),
        ("I play chess.", "Tess plays chess."),
        ("I don't swim.", "Tess doesn't swim."),
    ],
)
def test_what_is_said_of_oneself_is_told_with_the_name(said: str, note: str) -> None:
    assert noted("Tess", f'"{said}"') == note


@pytest.mark.parametrize(
    "said",
    [
        "I will bring you there.",
        "I came, I saw, I won, I went.",
        "I carried my own death warrant.",
        "I zorp the door.",
        "Have I told lies?",
        "It was Vey.",
        "I said i came.",
        "Nor am I a knight.",
        "In the name of whatever I am!",
    ],
)
def test_what_no_rule_turns_for_certain_stays_as_it_was_said(said: str) -> None:
    assert noted("Tess", f'"{said}"') == said


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (
            '"On the Ember I swear it: I will bring you to Corrow." (kept)',
            "Ilvara swore on the Ember: I will bring you to Corrow. (kept)",
        ),
        (
            '"I will plant it myself, I swear on the oar."',
            "Ilvara swore on the oar: I will plant it myself",
        ),
        ("promise. im gonna ring mum", "Ilvara promised: im gonna ring mum"),
        ("i promise to sing", "Ilvara promised to sing"),
        ("Ich verspreche dir, dass ich komme.", "Ilvara versprach: dass ich komme."),
        ('"I swear this town hates rain."', "I swear this town hates rain."),
    ],
)
def test_a_promise_says_who_made_it(said: str, note: str) -> None:
    assert noted("Ilvara", said) == note


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("", '"I owe it."'),
        ("Tess", "i owe jess 600"),
        ("Tess", '"I owe it." says Tess of the salt road.'),
    ],
)
def test_what_nobody_or_nobody_in_a_scene_says_is_left_alone(
    name: str, line: str
) -> None:
    assert noted(name, line) == line
