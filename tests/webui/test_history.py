"""Reading the webui's histories."""

from __future__ import annotations

from datetime import datetime

import pytest

from long_term_memory.core.text.reasoning import without_reasoning
from long_term_memory.errors import InvalidInput
from long_term_memory.importers.textgen import GREETING_MARKER
from long_term_memory.webui.history import Names, parse_timestamp, window_of

NAMES = Names(user="Anon", character="Miku")


def test_rows_become_messages_of_user_and_character() -> None:
    window = window_of({"internal": [["Hello.", "Hi there!"]]}, NAMES)

    assert window.complete
    assert [(m.role, m.name, m.content) for m in window.messages] == [
        ("user", "Anon", "Hello."),
        ("assistant", "Miku", "Hi there!"),
    ]


def test_the_greeting_has_no_user_message_before_it() -> None:
    window = window_of({"internal": [[GREETING_MARKER, "Welcome!"]]}, NAMES)

    assert [m.content for m in window.messages] == ["Welcome!"]


def test_the_pending_message_comes_last_with_its_own_time() -> None:
    history = {
        "internal": [["a", "b"]],
        "metadata": {"user_1": {"timestamp": "Nov 21, 2026 00:04"}},
    }

    window = window_of(history, NAMES, pending="  What now?  ")

    assert window.messages[-1].content == "What now?"
    assert window.messages[-1].said_at == datetime(2026, 11, 21, 0, 4).astimezone()


def test_a_reply_that_is_not_there_yet_is_no_message() -> None:
    window = window_of({"internal": [["Hello.", ""]]}, NAMES)

    assert [m.role for m in window.messages] == ["user"]


def test_instructions_in_mid_chat_are_no_utterance() -> None:
    """The webui's API puts system messages of a request into the user's column."""
    rows = [["Be brief.", "", "", {"role": "system"}], ["Hi", "Hey", "", {}]]

    window = window_of({"internal": rows}, NAMES)

    assert [m.content for m in window.messages] == ["Hi", "Hey"]


def test_the_old_shape_of_a_log_is_read() -> None:
    window = window_of({"data": [["Hi", "Hey"]], "data_visible": []}, NAMES)

    assert len(window.messages) == 2


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>He is sad.</think>\n\nThere, there.", "There, there."),
        ("<think>never ends", ""),
        ("He is sad.</think>There, there.", "There, there."),
        ("<seed:think>x</seed:think>y", "y"),
        (
            "<|channel|>analysis<|message|>plan<|end|><|start|>assistant"
            "<|channel|>final<|message|>Hello",
            "Hello",
        ),
        ("<|channel|>analysis<|message|>still planning", ""),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("*hugs* <3", "*hugs* <3"),
    ],
)
def test_reasoning_is_taken_out(text: str, rest: str) -> None:
    assert without_reasoning(text) == rest


@pytest.mark.parametrize(
    "text", ["", None, 7, "yesterday", "Nov 41, 2026 00:04", "Xxx 21, 2026 00:04"]
)
def test_an_unreadable_timestamp_is_no_time(text: object) -> None:
    assert parse_timestamp(text) is None


@pytest.mark.parametrize(
    ("history", "field"),
    [
        (["a"], "history"),
        ({}, "history.internal"),
        ({"internal": "abc"}, "history.internal"),
        ({"internal": [["a", "b"], "c"]}, "history.internal[1]"),
        ({"internal": [["a"]]}, "history.internal[0]"),
        ({"internal": [["a", None]]}, "history.internal[0]"),
    ],
)
def test_a_history_of_another_shape_is_named(history: object, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        window_of(history, NAMES)

    assert caught.value.field == field


def test_metadata_of_another_shape_only_costs_the_times() -> None:
    odd: list[object] = [None, [], {"user_0": "x"}, {"user_0": {"timestamp": 3}}]
    for metadata in odd:
        window = window_of({"internal": [["a", "b"]], "metadata": metadata}, NAMES)

        assert [m.said_at for m in window.messages] == [None, None]


def test_equal_rows_give_the_very_same_messages() -> None:
    """Comparing ten thousand of them each turn then costs next to nothing."""
    rows = [[f"Question {number}?", f"Answer {number}."] for number in range(100)]

    first = window_of({"internal": rows}, NAMES).messages
    again = window_of({"internal": [[*row] for row in rows]}, NAMES).messages

    assert all(a is b for a, b in zip(first, again, strict=True))


def test_a_client_s_list_of_messages_may_lack_the_beginning() -> None:
    assert not window_of({"internal": [["a", "b"]]}, NAMES, complete=False).complete


def test_a_reply_that_is_being_continued_is_open() -> None:
    assert window_of({"internal": [["a", "b"]]}, NAMES, open_ended=True).open_ended
    assert not window_of({"internal": []}, NAMES, open_ended=True).open_ended
