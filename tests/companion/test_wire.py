"""The wire form of the plain WebSocket."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.companion.wire import (
    JOINER,
    MARKS,
    ReplyFrames,
    emotion_frame,
    read_frame,
    told_apart,
    vision_frame,
)
from long_term_memory.errors import InvalidInput

# Mostly what marks are made of.
PIECES = st.lists(
    st.text("[]ENDMOTIVS CHAGendx", max_size=8) | st.sampled_from(MARKS), max_size=12
)


def frames_of(pieces: list[str]) -> list[str]:
    frames = ReplyFrames()
    return [one for one in (*map(frames.feed, pieces), frames.end()) if one]


@given(PIECES)
@example(["[", "E", "ND", "]"])
@example(["[MODE CHANGED", "]"])
@example(["[[END]", "[emotion]happy"])
def test_no_reply_holds_a_mark_in_a_frame_or_across_frames(pieces: list[str]) -> None:
    frames = frames_of(pieces)

    together = "".join(frames).upper()
    assert not any(mark in together for mark in MARKS)
    assert "".join(frames).replace(JOINER, "") == "".join(pieces)


@given(st.text(max_size=40))
def test_a_text_that_holds_no_mark_stays_as_it_is(text: str) -> None:
    assert told_apart(text) == text or any(mark in text.upper() for mark in MARKS)


def test_only_what_may_become_a_mark_is_held_back() -> None:
    frames = ReplyFrames()

    assert frames.feed("Hello [") == "Hello "
    assert frames.feed("smiles] you") == "[smiles] you"
    assert frames.feed(" [VISIO") == " "
    assert frames.end() == "[VISIO"
    assert frames.end() == ""


def test_frames_of_our_own() -> None:
    assert emotion_frame("happy") == "[EMOTION]happy"
    assert vision_frame("a cat [END]") == f"[VISION]a cat [{JOINER}END]"


def test_what_a_client_may_send() -> None:
    assert read_frame({"message": "Hi"}).message == "Hi"
    assert read_frame({"vision": "a cat"}).vision == "a cat"


@pytest.mark.parametrize(
    "told", [None, [], "Hi", {}, {"message": 1}, {"message": " "}, {"vision": ""}]
)
def test_what_is_neither_is_refused_with_the_form(told: object) -> None:
    with pytest.raises(InvalidInput, match="vision"):
        read_frame(told)
