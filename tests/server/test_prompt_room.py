"""What is counted of a request that passes by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.prompt.budget import PromptRoom
from long_term_memory.server.openai.chat_reader import read_script, read_text
from long_term_memory.server.openai.client_hints import ClientHints, RequestOptions
from long_term_memory.server.openai.prompt_room import HeadContents, room_of

LINES = ["word " * length for length in (1, 2, 3, 4, 5)]
CONTEXT = 4096


def words(text: str) -> int:
    return len(text.split())


def counted(body: dict[str, Any], *, others: bool = False, **wishes: Any) -> PromptRoom:
    made = Settings()
    upstream = replace(made.upstream, llm_context_tokens=CONTEXT)
    if "prompt" in body:
        script = read_text(body["prompt"], None, ClientHints(character="Sera"))
    else:
        script = read_script(body["messages"], ClientHints())
    assert script is not None
    return room_of(
        body,
        script,
        replace(made, upstream=upstream),
        RequestOptions(**wishes),
        words,
        told=HeadContents(facts=False, pinned=False, others=others),
    )


def a_body(**more: Any) -> dict[str, Any]:
    """Ask with a persona, five lines of the two in turn, and a note at the end."""
    roles = ("user", "assistant") * 3
    lines = [
        {"role": role, "content": text}
        for role, text in zip(roles, LINES, strict=False)
    ]
    before, after = (
        {"role": "system", "content": text} for text in ("You are Mara.", "Be brief.")
    )
    return {"messages": [before, *lines, after], **more}


def test_each_message_counts_with_what_stands_around_it() -> None:
    room = counted(a_body())

    assert (room.context, room.newest) == (CONTEXT, 5 + 4)
    assert room.history(0) == [1 + 4, 2 + 4, 3 + 4, 4 + 4]
    assert room.fixed == 3 + 4 + 2 + 4


@pytest.mark.parametrize(
    ("more", "reply"),
    [
        ({"max_tokens": 300}, 300),
        ({"max_completion_tokens": 200, "max_tokens": 300}, 200),
        ({"max_tokens": True}, None),
        ({"max_tokens": -1}, None),
        ({}, None),
    ],
)
def test_a_reply_takes_what_its_client_wants(
    more: dict[str, Any], reply: int | None
) -> None:
    assert counted(a_body(**more)).reply == reply


@pytest.mark.parametrize(("turns", "first"), [(1, 4), (2, 2), (9, 0), (0, 4)])
def test_a_client_may_want_its_newest_turns_alone(turns: int, first: int) -> None:
    room = counted(a_body(), recent_turns=turns)

    assert room.wanted_from == first
    assert len(room.history(0)) == 4 - first


def test_of_a_request_that_is_one_text_nothing_can_be_left_out() -> None:
    text = "Sera is kind.\n\nAnna: Hello there.\nSera: Hello!\nAnna: Well?\nSera:"

    room = counted({"prompt": text}, recent_turns=1)

    assert (room.context, room.wanted_from) == (0, 0)


def test_what_is_told_of_other_chats_has_room_where_there_are_any() -> None:
    assert counted(a_body()).before == 0
    assert counted(a_body(), others=True).before == Settings().summaries.before_tokens
