"""How much of the chat is sent beside memories."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import PromptSettings
from long_term_memory.webui.prompt_size import (
    PromptRoom,
    Starts,
    first_row_that_fits,
    room_of,
    row_tokens,
)


def words(text: str) -> int:
    return len(text.split())


def room(tokens: int) -> PromptRoom:
    return PromptRoom(head=0, recall=0, history=tokens)


def history(*rows: list[Any], **metadata: Any) -> dict[str, Any]:
    return {"internal": list(rows), "metadata": metadata}


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 400))
def test_what_is_sent_fits(lengths: list[int], room: int) -> None:
    first = first_row_that_fits(lengths, room)

    assert sum(lengths[first:]) <= room


def test_a_row_counts_with_what_is_attached_but_not_past_reasoning() -> None:
    told = history(
        ["Read this.", "<think>Long thoughts.</think>Done."],
        user_0={"attachments": [{"content": "page one"}]},
        assistant_0={"tool_sequence": [{"call": 1}]},
    )

    [tokens] = row_tokens(told, 1000, words, 8)

    assert tokens == 2 + 1 + 2 + 2 + 4 * 8


def test_rows_that_cannot_fit_are_not_counted() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 100

    row_tokens(history(*[[f"{number}", ""] for number in range(1000)]), 500, count, 8)

    assert len(counted) < 10


def test_the_sent_history_begins_with_the_user_s_words() -> None:
    """A tool's result without its call is an error in many templates."""
    rows = [["a " * 50, "b", "", {}], *[["", "", "tool", {}]] * 3, ["c", "d", "", {}]]

    first = Starts().first_row("chat", history(*rows), room(40), words, steady=True)

    assert first == 4


def test_some_row_is_sent_whatever_its_length() -> None:
    rows = [["a", "b"], ["c " * 500, "d"]]

    assert Starts().first_row("chat", history(*rows), room(10), words, steady=True) == 1


def test_a_name_before_each_message_counts() -> None:
    state = {
        "mode": "chat",
        "name1": "Anon",
        "name2": "The Keeper Of The Harbour",
        "truncation_length": 4096,
        "max_new_tokens": 512,
    }

    assert room_of(state, "Hi.", PromptSettings(), words, pinned=False).each == 8
    state["name2"] = "Miku"
    assert room_of(state, "Hi.", PromptSettings(), words, pinned=False).each == 4


def test_a_prompt_of_unknown_length_has_room_for_all() -> None:
    found = room_of({}, "Hello.", PromptSettings(), words, pinned=True)

    assert found.history is None
    assert found.recall == PromptSettings().recall_tokens


def test_without_pinned_notes_their_room_is_used_by_the_others() -> None:
    state = {"truncation_length": 4096, "max_new_tokens": 512, "mode": "chat"}

    without = room_of(state, "Hello.", PromptSettings(), words, pinned=False)
    pinned = room_of(state, "Hello.", PromptSettings(), words, pinned=True)

    assert without.head == 0
    assert without.recall > pinned.recall
    used = pinned.recall + (pinned.history or 0) + pinned.head
    assert without.recall + (without.history or 0) == used


@pytest.mark.parametrize("mode", ["chat", "chat-instruct", "instruct", "story", None])
def test_the_parts_never_exceed_the_prompt(mode: str | None) -> None:
    for persona in (0, 100, 5000):
        state = {
            "mode": mode,
            "truncation_length": 2048,
            "max_new_tokens": 512,
            "context": "word " * persona,
            "custom_system_message": "word " * persona,
        }
        found = room_of(state, "Hello.", PromptSettings(), words, pinned=True)

        assert found.history is not None
        assert found.head + found.recall + found.history <= 1536
        assert min(found.head, found.recall, found.history) >= 0


@given(
    st.integers(2048, 32_768),
    st.integers(200, 1500),
    st.lists(st.integers(1, 150), min_size=2, max_size=6),
    st.booleans(),
)
def test_the_room_of_the_story_does_not_hang_on_the_newest_message(
    context: int, persona: int, lengths: list[int], pinned: bool
) -> None:
    """Else the head block would change in every turn."""
    state = {
        "mode": "chat",
        "context": "word " * persona,
        "name1": "Kit",
        "name2": "Marnie",
        "truncation_length": context,
        "max_new_tokens": 512,
    }

    rooms = [
        room_of(
            state,
            "word " * length,
            PromptSettings(),
            words,
            pinned=pinned,
            summary_tokens=600,
        )
        for length in lengths
    ]

    # A message that fills the prompt takes all of it.
    assert len({one.summary for one in rooms} - {0}) <= 1
    for one in rooms:
        assert one.history is not None
        assert one.summary <= one.history


@settings(deadline=None, max_examples=30)
@given(
    st.integers(2048, 32_768),
    st.integers(200, 1500),
    st.lists(st.integers(1, 150), min_size=2, max_size=40),
)
def test_while_a_chat_goes_on_its_beginning_leaves_and_does_not_come_back(
    context: int, persona: int, lengths: list[int]
) -> None:
    """A short message after a long one brought the whole chat back, and took it."""
    state = {
        "mode": "chat",
        "context": "word " * persona,
        "name1": "Kit",
        "name2": "Marnie",
        "truncation_length": context,
        "max_new_tokens": 512,
    }
    starts = Starts()
    firsts, rooms = [], set()
    rows: list[list[Any]] = []
    for length in (lengths * 40)[:60]:
        found = room_of(
            state,
            "word " * length,
            PromptSettings(),
            words,
            pinned=False,
            summary_tokens=600,
        )
        told = history(*rows)
        firsts.append(starts.first_row("chat", told, found, words, steady=True))
        if firsts[-1] and found.summary:
            rooms.add(found.summary)
        rows.append(["word " * length, "word " * lengths[0]])

    assert firsts == sorted(firsts)
    assert len(rooms) <= 1


def test_a_newest_message_that_is_written_anew_does_not_move_the_chat() -> None:
    """A long draft took the chat's beginning away, a short one brought it back."""
    state = {"mode": "chat", "truncation_length": 2048, "max_new_tokens": 512}
    told = history(*[["word " * 20, "word " * 20]] * 15)
    starts = Starts()
    firsts = []
    for length in (400, 3, 400, 3):
        found = room_of(
            state,
            "word " * length,
            PromptSettings(),
            words,
            pinned=False,
            summary_tokens=600,
        )
        firsts.append(starts.first_row("chat", told, found, words, steady=True))

    assert firsts[0] > 0
    assert len(set(firsts)) == 1
