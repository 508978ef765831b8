"""How much of a context memory takes beside a chat that passes by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import Settings
from long_term_memory.server.openai.chat_reader import read_script
from long_term_memory.server.openai.client_hints import ClientHints, RequestOptions
from long_term_memory.server.openai.prompt_room import NO_ROOM, RequestRoom, room_for


def words(text: str) -> int:
    return len(text.split())


def settings_of(context: int, how: str) -> Settings:
    made = Settings()
    return replace(
        made,
        upstream=replace(made.upstream, llm_context_tokens=context),
        proxy=replace(made.proxy, trim_history=how),
    )


def body_of(persona: int, lengths: list[int]) -> dict[str, Any]:
    """Make a request: a persona, then lines of the two in turn, the user's last."""
    roles = ["user" if n % 2 == 0 else "assistant" for n in range(len(lengths))]
    lines = [
        {"role": role, "content": "word " * length}
        for role, length in zip(reversed(roles), lengths, strict=True)
    ]
    return {"messages": [{"role": "system", "content": "word " * persona}, *lines]}


def room(
    body: dict[str, Any],
    context: int,
    how: str = "overflow",
    previous: RequestRoom = NO_ROOM,
) -> RequestRoom:
    script = read_script(body["messages"], ClientHints())
    settings = settings_of(context, how)
    return room_for(
        body, script, settings, RequestOptions(), count=words, previous=previous
    )


CONTEXTS = st.integers(2048, 32_768)
PERSONAS = st.integers(200, 1500)
LENGTHS = st.lists(st.integers(1, 400), min_size=1, max_size=30)


@given(CONTEXTS, PERSONAS, LENGTHS, LENGTHS, st.sampled_from(["on", "overflow"]))
def test_the_room_of_the_story_does_not_hang_on_the_newest_message(
    context: int, persona: int, before: list[int], newest: list[int], how: str
) -> None:
    """Else the head block would change in every turn."""
    rooms = {
        (one.head, one.summary)
        for length in newest
        for one in [room(body_of(persona, [*before, length]), context, how)]
    }

    assert len(rooms) == 1


@given(CONTEXTS, PERSONAS, st.lists(st.integers(1, 200), min_size=2, max_size=8))
def test_nor_does_it_where_the_whole_chat_is_sent(
    context: int, persona: int, newest: list[int]
) -> None:
    fits = [length for length in newest if length + 4 <= context // 8]
    rooms = {
        room(body_of(persona, [30] * 9 + [length]), context, "off").summary
        for length in fits
    }

    assert len(rooms) <= 1


@settings(deadline=None, max_examples=30)
@given(CONTEXTS, PERSONAS, LENGTHS, st.sampled_from(["on", "overflow"]))
def test_while_a_chat_goes_on_its_beginning_leaves_and_does_not_come_back(
    context: int, persona: int, lengths: list[int], how: str
) -> None:
    lengths = (lengths * 20)[:90]
    found, previous = [], NO_ROOM
    for count in range(1, len(lengths), 2):
        previous = room(body_of(persona, lengths[:count]), context, how, previous)
        found.append(previous)

    assert [one.first for one in found] == sorted(one.first for one in found)
    assert len({(one.head, one.summary) for one in found}) == 1


def test_entries_of_a_lorebook_that_come_and_go_leave_the_story_its_room() -> None:
    personas = [1000, 1010, 1002, 1030, 1000, 1045]
    found, previous = [], NO_ROOM
    for persona in personas:
        previous = room(body_of(persona, [20] * 9), 2048, previous=previous)
        found.append(previous.summary)

    assert len(set(found)) <= 2
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("persona", [200, 1500, 1700, 3000])
def test_beside_a_long_persona_the_story_takes_no_room_that_is_not_there(
    persona: int,
) -> None:
    found = room(body_of(persona, [30] * 20), 2048)
    left = 2048 - 409 - persona - 4

    assert found.summary <= max(0, left - found.head - found.recall) // 3
    assert found.summary > 0 or persona > 1000


def test_a_newest_message_that_is_written_anew_does_not_move_the_chat() -> None:
    """A long draft took the chat's beginning away, a short one brought it back."""
    found, previous = [], NO_ROOM
    for length in (600, 3, 600, 3):
        previous = room(body_of(300, [40] * 30 + [length]), 2048, previous=previous)
        found.append(previous.first)

    assert found[0] > 0
    assert len(set(found)) == 1


def test_what_is_deleted_makes_room_for_what_stood_before() -> None:
    full = room(body_of(300, [40] * 61), 2048)
    cut = room(body_of(300, [40] * 41), 2048, previous=full)
    wider = room(body_of(300, [40] * 61), 8192, previous=full)

    assert 0 < cut.first < full.first
    assert wider.first == 0
