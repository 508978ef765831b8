"""What was forgotten is known again by its marks, and left out of windows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from long_term_memory.core.forgetting.suppression import (
    SuppressionList,
    is_telling,
    plain,
)
from long_term_memory.core.types import Window, WindowMessage

KEY = b"a bank's own key"
SECRET = "My locker opens with the word heliotrope."


def remembering(*marks: frozenset[bytes]) -> SuppressionList:
    return SuppressionList(key=KEY, marks=frozenset().union(*marks))


def a_mark(
    text: str, before: str | None = None, after: str | None = None
) -> frozenset[bytes]:
    return SuppressionList(key=KEY).marks_of("id", text, before, after)


def a_window(*texts: str, complete: bool = True, open_ended: bool = False) -> Window:
    return Window(
        messages=tuple(
            WindowMessage(role="assistant", content=text, position=number)
            for number, text in enumerate(texts)
        ),
        complete=complete,
        open_ended=open_ended,
    )


def left(marks: SuppressionList, window: Window) -> list[str]:
    return [one.content for one in marks.without(window).messages]


def test_a_text_is_plain_without_what_hosts_change() -> None:
    assert plain("  Hello\n WORLD \uff01") == "hello world !"


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("Yes.", False),
        ("How are you today?", False),
        (SECRET, True),
        ("密码是一二三四五", True),
    ],
)
def test_a_telling_text_is_known_by_itself(text: str, telling: bool) -> None:
    assert is_telling(text) == telling


def test_where_nothing_was_forgotten_a_window_stays_the_very_same() -> None:
    window = a_window("Hi.", SECRET)

    assert not SuppressionList()
    assert SuppressionList().without(window) is window
    assert not SuppressionList().has_text(SECRET)


def test_a_window_without_anything_forgotten_stays_the_very_same() -> None:
    window = a_window("Hi.", "There.")

    assert remembering(a_mark(SECRET)).without(window) is window


def test_a_forgotten_text_is_left_out_whoever_says_it_in_whatever_case() -> None:
    marks = remembering(a_mark(SECRET))
    window = a_window("Hi.", f" {SECRET.upper()}\n", "Good.")

    assert marks
    assert left(marks, window) == ["Hi.", "Good."]


def test_positions_close_up_over_what_was_left_out() -> None:
    window = a_window("Hi.", SECRET, "Good.")

    shown = remembering(a_mark(SECRET)).without(window).messages

    assert [one.position for one in shown] == [0, 1]


def test_messages_without_a_position_have_none_afterwards() -> None:
    texts = [WindowMessage(role="user", content=text) for text in (SECRET, "Good.")]
    window = Window(messages=tuple(texts), complete=True)

    shown = remembering(a_mark(SECRET)).without(window).messages

    assert [one.position for one in shown] == [None]


def test_a_last_reply_that_was_forgotten_leaves_no_open_end() -> None:
    marks = remembering(a_mark(SECRET))

    assert not marks.without(a_window("Hi.", SECRET, open_ended=True)).open_ended
    assert marks.without(a_window(SECRET, "Hi.", open_ended=True)).open_ended


def test_a_last_line_that_was_forgotten_lets_no_other_be_said_just_now() -> None:
    marks = remembering(a_mark(SECRET))

    def just_said(*texts: str) -> bool:
        window = replace(a_window(*texts), just_said=True)
        return marks.without(window).just_said

    assert not just_said("Hi.", SECRET)
    assert just_said(SECRET, "Hi.")


def test_a_short_text_is_left_out_only_beside_its_neighbours() -> None:
    marks = remembering(a_mark("Yes.", "Do you?", "Good."))

    assert left(marks, a_window("Do you?", "Yes.", "Oh.")) == ["Do you?", "Oh."]
    assert left(marks, a_window("So?", "Yes.", "Good.")) == ["So?", "Good."]
    assert left(marks, a_window("So?", "Yes.", "Oh.")) == ["So?", "Yes.", "Oh."]


def test_a_short_text_at_the_beginning_is_known_only_there() -> None:
    marks = remembering(a_mark("Hey!", ""))

    assert left(marks, a_window("Hey!", "Oh.")) == ["Oh."]
    assert left(marks, a_window("Oh.", "Hey!")) == ["Oh.", "Hey!"]
    slid = Window(
        messages=(WindowMessage(role="user", content="Hey!"),), complete=False
    )
    assert left(marks, slid) == ["Hey!"]


def test_short_texts_that_were_forgotten_together_are_known_by_each_other() -> None:
    marks = remembering(
        a_mark(SECRET, "A.", "Ok."),
        a_mark("Ok.", SECRET, "Yes."),
        a_mark("Yes.", "Ok."),
    )

    assert left(marks, a_window("A.", SECRET, "Ok.", "Yes.", "D.")) == ["A.", "D."]


def test_a_short_text_is_known_if_its_neighbours_had_gone_before() -> None:
    """Its path lacked them already when it was forgotten itself."""
    marks = remembering(a_mark(SECRET), a_mark("Ok.", "A.", "D."))

    assert left(marks, a_window("A.", SECRET, "Ok.", "B.")) == ["A.", "B."]
    assert left(marks, a_window("B.", "Ok.", SECRET, "D.")) == ["B.", "D."]


def test_a_short_text_that_stood_nowhere_is_known_by_its_id_alone() -> None:
    marks = remembering(a_mark("Ok."))

    assert marks.has_id("id")
    assert not marks.has_id("other")
    assert left(marks, a_window("Ok.")) == ["Ok."]


def test_a_message_that_brings_its_id_is_known_by_it() -> None:
    marks = remembering(a_mark("Ok."))
    known = WindowMessage(role="user", content="Ok.", message_id="id")

    assert left(marks, Window(messages=(known,), complete=True)) == []


def test_where_a_chat_is_kept_here_alone_only_an_id_tells() -> None:
    marks = remembering(a_mark(SECRET), a_mark("Ok.", ""))
    window = replace(a_window("Ok.", SECRET), kept_here=True)

    assert marks.without(window) is window
    last = window.messages[-1]._replace(message_id="id")
    assert left(marks, replace(window, messages=(*window.messages, last))) == [
        "Ok.",
        SECRET,
    ]


def test_another_key_knows_nothing() -> None:
    marks = SuppressionList(key=b"another", marks=a_mark(SECRET))

    assert left(marks, a_window(SECRET)) == [SECRET]


def test_half_a_character_can_be_forgotten() -> None:
    text = "Half \ud83d a pair, and then some more."

    assert left(remembering(a_mark(text)), a_window(text)) == []


def test_texts_are_remembered_only_up_to_a_number() -> None:
    marks = SuppressionList(key=KEY, marks=a_mark(SECRET), room=1)

    assert left(marks, a_window("One.", "Two.", SECRET)) == ["One.", "Two."]
