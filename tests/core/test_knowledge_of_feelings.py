"""Emotions of texts, their form, moods and importance: pure folds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.knowledge.emotion import (
    AROUSAL,
    GROUP_OF,
    GROUPS,
    MOST_LABELS,
    PACKED_BYTES,
    Emotion,
    emotion_of,
    grouped,
    labels_named,
    packed,
    unpacked,
)
from long_term_memory.core.knowledge.importance import (
    ImportanceParts,
    importance_of,
    out_of_ten,
)
from long_term_memory.core.knowledge.mood import (
    HALF_LIFE,
    NO_MOOD,
    REACH,
    mood_of,
    moods_of,
)
from long_term_memory.core.prompt.mood_line import mood_line, with_line
from long_term_memory.core.text.emotion import LABELS, NEUTRAL
from long_term_memory.core.types import Block
from long_term_memory.models.emotion import load_emotion_model


def an_emotion(label: str, share: float = 1.0, intensity: float = 0.5) -> Emotion:
    """A feeling, and neutral for the rest."""
    shares = dict.fromkeys(LABELS, 0.0)
    shares[NEUTRAL] = 1 - share
    shares[label] += share
    return Emotion(shares=tuple(shares.values()), labels=(label,), intensity=intensity)


def read(text: str) -> Emotion:
    return emotion_of(text, load_emotion_model())


def test_every_label_is_in_one_group_and_stirs() -> None:
    assert sorted(label for some in GROUPS.values() for label in some) == sorted(LABELS)
    assert set(GROUP_OF.values()) == set(GROUPS)
    assert len(GROUPS) == 7
    assert set(AROUSAL) == set(LABELS)
    assert {label for label, one in AROUSAL.items() if not one} == {NEUTRAL}


def test_a_feeling_has_a_label_a_group_and_an_intensity() -> None:
    found = read("I am so furious with you, how dare you!")

    assert (found.label, found.group) == ("anger", "anger")
    assert 0 < found.intensity <= 1
    assert read("The door is open.").label == NEUTRAL


def test_what_is_loud_is_more_intense_and_what_is_played_down_is_less() -> None:
    plain = read("I am furious about that.").intensity

    for louder in ("I am FURIOUS about that.", "I am furious about that!!!"):
        assert read(louder).intensity > plain
    assert read("I am a bit furious about that.").intensity < plain


def test_a_panel_of_the_chats_state_says_nothing_of_feelings() -> None:
    said = "The door is open."

    assert read(f"{said}\n```\nMood: furious, angry\nHealth: 10\n```") == read(said)


def test_the_strongest_label_stands_first_and_three_are_the_most() -> None:
    raw = bytearray(PACKED_BYTES)
    raw[1:5] = (0b1111110).to_bytes(4, "little")
    raw[5:12] = bytes([200, 10, 40, 30, 20, 50, 5])

    assert unpacked(bytes(raw)).labels == (LABELS[0], LABELS[5], LABELS[2])
    assert len(unpacked(bytes(raw)).labels) == MOST_LABELS


def test_what_is_no_emotion_is_refused() -> None:
    with pytest.raises(ValueError, match="33 bytes"):
        unpacked(b"short")


@given(st.text(max_size=200))
def test_an_emotion_is_kept_as_it_was_read(text: str) -> None:
    model = load_emotion_model()
    found = emotion_of(text, model)

    assert unpacked(packed(text, model)) == found
    assert 0 <= found.intensity <= 1
    assert 1 <= len(found.labels) <= MOST_LABELS
    assert found.shares[LABELS.index(found.label)] == max(found.shares)


def test_a_vector_changes_what_is_read() -> None:
    model = load_emotion_model()
    grief = model.vector[:, LABELS.index("grief")]
    vector = (grief / np.linalg.norm(grief)).astype(np.float32)

    at = LABELS.index("grief")
    read_both = emotion_of("She opens the letter.", model, vector)
    assert read_both.shares[at] > read("She opens the letter.").shares[at]


def test_shares_of_groups_are_the_sums_of_their_labels() -> None:
    found = grouped(an_emotion("grief", 0.75).shares)

    assert found["sadness"] == 0.75
    assert found[NEUTRAL] == 0.25
    assert sum(found.values()) == 1


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("grief", ("grief",)),
        (" Sadness ", GROUPS["sadness"]),
        ("joy", GROUPS["joy"]),
        ("hunger", ()),
    ],
)
def test_a_name_means_a_group_or_a_label(name: str, labels: tuple[str, ...]) -> None:
    assert labels_named(name) == labels


# -- moods -----------------------------------------------------------------------------


def test_a_chat_in_which_nothing_was_said_has_no_mood() -> None:
    assert mood_of([]) == NO_MOOD
    assert NO_MOOD.group == NEUTRAL
    assert moods_of([]) == {}


def test_a_feeling_counts_half_after_its_half_life() -> None:
    calm = an_emotion(NEUTRAL, intensity=0.0)
    at = LABELS.index("joy")
    after = [an_emotion("joy"), *[calm] * HALF_LIFE]

    weights = [0.5 ** (age / HALF_LIFE) for age in range(HALF_LIFE + 1)]
    mood = mood_of(after)

    assert mood.shares[at] == pytest.approx(0.5 / sum(weights))
    assert mood.intensity == pytest.approx(0.25 / sum(weights))
    assert mood.messages == HALF_LIFE + 1


def test_a_mood_fades_and_the_newest_feeling_prevails() -> None:
    calm = an_emotion(NEUTRAL)

    assert mood_of([an_emotion("joy")]).label == "joy"
    assert mood_of([an_emotion("joy")] * 3 + [an_emotion("anger")] * 6).group == "anger"
    assert mood_of([an_emotion("joy"), *[calm] * 40]).label == NEUTRAL


def test_what_is_out_of_reach_is_not_looked_at() -> None:
    near = [an_emotion("joy")] * REACH

    assert mood_of([an_emotion("anger")] * 9 + near) == mood_of(near)


def test_each_speaker_has_a_mood_and_the_last_one_stands_first() -> None:
    said = [("Ann", an_emotion("joy")), ("Bo", an_emotion("fear"))] * (REACH + 3)

    found = moods_of(said)

    assert [(who, mood.label) for who, mood in found.items()] == [
        ("Bo", "fear"),
        ("Ann", "joy"),
    ]
    assert {mood.messages for mood in found.values()} == {REACH}


def test_a_line_tells_whose_mood_is_not_neutral_and_how_strong_it_is() -> None:
    moods = {
        "Ann": mood_of([an_emotion("joy", intensity=0.8)]),
        "Bo": mood_of([an_emotion("fear", intensity=0.1)]),
        "Cy": mood_of([an_emotion("anger", intensity=0.4)]),
        "Di": NO_MOOD,
        "": mood_of([an_emotion("joy")]),
    }

    line = "[Mood of late: Ann: strong joy, Bo: slight fear, Cy: anger.]"
    assert mood_line(moods) == line
    assert mood_line({"Di": NO_MOOD}) == ""


def test_a_line_stands_behind_a_block_or_alone_and_is_counted() -> None:
    def count(text: str) -> int:
        return len(text.split())

    block = Block(text="What was.", tokens=2)

    assert with_line(block, "", count) is block
    assert with_line(block, "A line.", count) == Block(
        text="What was.\nA line.", tokens=4
    )
    assert with_line(Block(), "A line.", count) == Block(text="A line.", tokens=2)


# -- importance ------------------------------------------------------------------------


def test_importance_is_the_documented_sum() -> None:
    assert importance_of(ImportanceParts()) == 0
    assert importance_of(ImportanceParts(pinned=True)) == 1
    assert importance_of(ImportanceParts(intensity=1)) == pytest.approx(0.35)
    assert importance_of(ImportanceParts(words=80)) == pytest.approx(0.2)
    assert importance_of(ImportanceParts(words=8000)) == pytest.approx(0.2)
    assert importance_of(ImportanceParts(asks=True)) == pytest.approx(0.06)
    assert importance_of(ImportanceParts(answers=True)) == pytest.approx(0.06)
    assert importance_of(ImportanceParts(asked_back=True)) == pytest.approx(0.08)
    assert importance_of(ImportanceParts(facts=1)) == pytest.approx(0.125)
    assert importance_of(ImportanceParts(facts=2)) == pytest.approx(0.1875)


@given(
    st.floats(0, 1),
    st.integers(0, 10**6),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 100),
)
def test_importance_stays_within_its_bounds(
    intensity: float, words: int, asks: bool, answers: bool, back: bool, facts: int
) -> None:
    found = importance_of(
        ImportanceParts(
            intensity=intensity,
            words=words,
            asks=asks,
            answers=answers,
            asked_back=back,
            facts=facts,
        )
    )

    assert 0 <= found <= 1
    assert 1 <= out_of_ten(found) <= 10


def test_ten_steps_reach_from_one_to_ten() -> None:
    assert (out_of_ten(0.0), out_of_ten(0.5), out_of_ten(1.0)) == (1, 5, 10)
