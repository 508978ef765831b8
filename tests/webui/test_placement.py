"""Putting blocks where the prompt builder will find them."""

from __future__ import annotations

import copy
from typing import Any

from long_term_memory.core.types import Block, Context
from long_term_memory.webui.placement import (
    Prompted,
    place,
    without_first_rows,
)

AFTER = "AFTER_LAST_MESSAGE"


def prompted(mode: str = "chat", rows: list[list[str]] | None = None) -> Prompted:
    state = {"mode": mode, "context": "Persona.", "custom_system_message": "System."}
    history = {"internal": rows or [], "visible": rows or [], "metadata": {}}
    return Prompted(user_input="Hello?", state=state, history=history)


def context(head: str = "HEAD", recall: str = "RECALL") -> Context:
    return Context(head=Block(text=head), recall=Block(text=recall))


def test_the_head_goes_to_the_system_text_of_the_mode() -> None:
    for mode, key in (("chat", "context"), ("chat-instruct", "context")):
        placed = place(prompted(mode), context(), AFTER, continuing=False)
        assert placed.state[key].endswith("HEAD")
    placed = place(prompted("instruct"), context(), AFTER, continuing=False)
    assert placed.state["custom_system_message"].endswith("HEAD")
    assert placed.state["context"] == "Persona."


def test_what_is_recalled_goes_to_the_end_of_the_newest_message() -> None:
    placed = place(prompted(), context(), AFTER, continuing=False)

    assert placed.user_input == "Hello?\n\nRECALL"


def test_while_continuing_it_goes_to_the_row_that_is_continued() -> None:
    rows = [["a", "b"], ["Tell me.", "Once upon"]]

    placed = place(prompted(rows=rows), context(), AFTER, continuing=True)

    assert placed.history["internal"] == [
        ["a", "b"],
        ["Tell me.\n\nRECALL", "Once upon"],
    ]
    assert placed.user_input == "Hello?"


def test_a_greeting_that_is_continued_has_no_message_to_carry_it() -> None:
    rows = [["<|BEGIN-VISIBLE-CHAT|>", "Welc"]]

    placed = place(prompted(rows=rows), context(), AFTER, continuing=True)

    assert placed.history["internal"] == rows


def test_the_predecessor_s_locations_put_it_into_the_context() -> None:
    before = place(
        prompted(), context(head=""), "BEFORE_NORMAL_CONTEXT", continuing=False
    )
    assert before.state["context"] == "RECALL\nPersona."
    assert before.user_input == "Hello?"


def test_nothing_that_was_lent_is_changed() -> None:
    lent = prompted(rows=[["a", "b"]])
    before = copy.deepcopy((lent.state, lent.history))

    for continuing in (False, True):
        place(lent, context(), AFTER, continuing=continuing)

    assert (lent.state, lent.history) == before


def test_without_memories_everything_is_as_it_was() -> None:
    lent = prompted(rows=[["a", "b"]])

    placed = place(lent, Context(), AFTER, continuing=False)

    assert placed.user_input == lent.user_input
    assert placed.state == lent.state
    assert placed.history is lent.history


def test_attachments_move_along_when_old_rows_are_left_out() -> None:
    history: dict[str, Any] = {
        "internal": [["a", "b"], ["c", "d"]],
        "visible": [["a", "b"], ["c", "d"]],
        "metadata": {
            "user_0": {"attachments": ["old"]},
            "user_1": {"attachments": ["kept"]},
            "user_2": {"attachments": ["pending"]},
        },
    }

    rest = without_first_rows(history, 1)

    assert rest["internal"] == [["c", "d"]]
    assert rest["metadata"] == {
        "user_0": {"attachments": ["kept"]},
        "user_1": {"attachments": ["pending"]},
    }
