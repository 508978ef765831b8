"""Who was not there heard nothing."""

from __future__ import annotations

from long_term_memory.core.timeline.presence import witnessed
from long_term_memory.core.types import Window, WindowMessage


def said(text: str, *present: str) -> WindowMessage:
    return WindowMessage(role="user", content=text, present=present)


def test_a_chat_of_two_is_heard_whole() -> None:
    window = Window(
        messages=(said("Hello."), said("Bye.")), complete=True, just_said=True
    )

    assert witnessed(window, "Miku") is window


def test_only_what_a_character_was_there_for_is_heard() -> None:
    window = Window(
        messages=(said("All."), said("Us.", "Miku", "Rin"), said("Her.", "Rin")),
        complete=True,
        just_said=True,
    )

    heard = witnessed(window, "Miku")

    assert [one.content for one in heard.messages] == ["All.", "Us."]
    assert not heard.just_said  # That was not for her.
    assert witnessed(window, "Rin").just_said
