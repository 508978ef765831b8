"""How much of the chat is sent beside memories."""

from __future__ import annotations

from typing import Any

import pytest

from long_term_memory.config import SummarySettings
from long_term_memory.core.prompt.budget import PromptRoom
from long_term_memory.webui.prompt_size import (
    FRAME_TOKENS,
    a_users_row,
    room_of,
    row_tokens,
)

CHAT = {"mode": "chat", "truncation_length": 4096, "max_new_tokens": 512}


def words(text: str) -> int:
    return len(text.split())


def history(*rows: list[Any], **metadata: Any) -> dict[str, Any]:
    return {"internal": list(rows), "metadata": metadata}


def counted(state: dict[str, Any], rows: dict[str, Any] | None) -> PromptRoom:
    return room_of(state, rows, "Hi.", SummarySettings(), words, pinned=False)


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

    assert a_users_row(rows, 1) == 4


@pytest.mark.parametrize(("first", "row"), [(0, 0), (1, 1), (2, 1), (9, 1)])
def test_some_row_is_sent_whatever_its_length(first: int, row: int) -> None:
    assert a_users_row([["a", "b"], ["c", "d"]], first) == row


def test_a_name_before_each_message_counts() -> None:
    rows = history(["Hi.", "Oh."])
    state = {**CHAT, "name1": "Anon", "name2": "The Keeper Of The Harbour"}

    assert counted(state, rows).history(99) == [2 + 2 * 8]
    state["name2"] = "Miku"
    assert counted(state, rows).history(99) == [2 + 2 * 4]


def test_a_prompt_of_unknown_length_is_not_counted() -> None:
    """Each count may be a request to another process."""

    def count(text: str) -> int:
        raise AssertionError(text)

    room = room_of({}, None, "Hello.", SummarySettings(), count, pinned=True)

    assert room.context == 0


@pytest.mark.parametrize(
    ("mode", "tokens"),
    [("chat", 3), ("chat-instruct", 8), ("instruct", 5), ("story", 5), (None, 5)],
)
def test_what_stands_in_every_prompt_hangs_on_the_mode(
    mode: str | None, tokens: int
) -> None:
    state = {
        **CHAT,
        "mode": mode,
        "context": "word " * 3,
        "custom_system_message": "word " * 5,
    }

    assert counted(state, None).fixed == FRAME_TOKENS + tokens


def test_what_summaries_may_take_is_as_it_is_set() -> None:
    off = SummarySettings(rolling_summaries=False, summary_tokens=700)
    on = SummarySettings(summary_tokens=700, before_tokens=80)

    assert room_of(CHAT, None, "", off, words, pinned=True).summary == 0
    room = room_of(CHAT, None, "", on, words, pinned=True, told_of_others=True)
    assert (room.summary, room.before, room.reply) == (700, 80, 512)
