"""One plan of a prompt for all hosts: what memory may take, and what of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import PromptSettings
from long_term_memory.core.prompt.budget import (
    NOT_PLANNED,
    BudgetPolicy,
    PromptPlan,
    PromptRoom,
    Trim,
    plan_prompt,
)

SHARES = PromptSettings()
CONTEXTS = st.integers(2048, 32_768)
PERSONAS = st.integers(200, 1500)
LENGTHS = st.lists(st.integers(1, 400), min_size=1, max_size=30)
CUTTING = st.sampled_from([Trim.ON, Trim.OVERFLOW])
POLICIES = st.builds(BudgetPolicy, trim=st.sampled_from(Trim), steady=st.booleans())


def room(
    lengths: Sequence[int], context: int = 2048, persona: int = 300, **changes: Any
) -> PromptRoom:
    """Count a prompt whose last message is to be answered."""
    values: dict[str, Any] = {
        "context": context,
        "fixed": persona,
        "newest": lengths[-1],
        "history": lambda limit: lengths[:-1],
        "summary": 600,
        "pinned": False,
    }
    return PromptRoom(**(values | changes))


def plan(
    counted: PromptRoom,
    previous: PromptPlan = NOT_PLANNED,
    *,
    trim: Trim = Trim.OVERFLOW,
    steady: bool = True,
) -> PromptPlan:
    return plan_prompt(
        counted, SHARES, BudgetPolicy(trim=trim, steady=steady), previous
    )


def sent(counted: PromptRoom, made: PromptPlan) -> int:
    """Return the tokens of the chat's messages that are sent."""
    return sum([*counted.history(0), counted.newest][made.first :])


@settings(max_examples=300)
@given(
    st.integers(1, 32_768),
    st.integers(0, 4000),
    LENGTHS,
    POLICIES,
    st.booleans(),
    st.none() | st.integers(0, 3000),
    st.integers(0, 600),
)
def test_the_parts_never_exceed_the_prompt(
    context: int,
    persona: int,
    lengths: list[int],
    policy: BudgetPolicy,
    pinned: bool,
    reply: int | None,
    before: int,
) -> None:
    """What is fixed, and the message to be answered, are sent in any case."""
    counted = room(lengths, context, persona, pinned=pinned, reply=reply, before=before)

    made = plan_prompt(counted, SHARES, policy)

    reserved = context * 20 // 100 if reply is None else reply
    free = max(context - reserved - persona, 0)
    told = made.head + made.recall + (made.summary if made.first else 0)
    assert min(made.head, made.recall, made.summary, made.first) >= 0
    assert told + sent(counted, made) <= free or (
        told == 0 if policy.trim is Trim.OFF else made.first == len(lengths) - 1
    )


@given(CONTEXTS, PERSONAS, LENGTHS, LENGTHS, CUTTING, st.booleans())
def test_the_room_of_the_story_does_not_hang_on_the_newest_message(
    context: int,
    persona: int,
    before: list[int],
    newest: list[int],
    trim: Trim,
    pinned: bool,
) -> None:
    """Else the head block would change in every turn."""
    made = [
        plan(room([*before, length], context, persona, pinned=pinned), trim=trim)
        for length in newest
    ]

    # A message that fills the prompt takes all of it.
    assert len({one.summary for one in made} - {0}) <= 1


@given(CONTEXTS, PERSONAS, st.lists(st.integers(1, 200), min_size=2, max_size=8))
def test_nor_does_it_where_the_whole_chat_is_sent(
    context: int, persona: int, newest: list[int]
) -> None:
    fits = [length for length in newest if length <= context // 8]
    made = {
        plan(room([*[30] * 9, length], context, persona), trim=Trim.OFF).summary
        for length in fits
    }

    assert len(made) <= 1


@settings(deadline=None, max_examples=50)
@given(CONTEXTS, PERSONAS, LENGTHS, CUTTING)
def test_while_a_chat_goes_on_its_beginning_leaves_and_does_not_come_back(
    context: int, persona: int, lengths: list[int], trim: Trim
) -> None:
    """A short message after a long one brought the whole chat back, and took it."""
    lengths = (lengths * 20)[:90]
    found, previous = [], NOT_PLANNED
    for count in range(1, len(lengths), 2):
        previous = plan(room(lengths[:count], context, persona), previous, trim=trim)
        found.append(previous)

    assert [one.first for one in found] == sorted(one.first for one in found)
    assert len({one.summary for one in found if one.first} - {0}) <= 1


def test_a_chat_that_fits_is_sent_whole_and_leaves_its_story_no_room() -> None:
    """What summaries may take is the chat's own while nothing of it has left."""
    made = plan(room([30] * 27))

    taken = 27 * 30 + made.recall + 300 + 409  # the persona, the reply
    assert made.first == 0
    assert taken <= 2048 < taken + made.summary


def test_what_is_told_of_other_chats_is_told_while_a_chat_still_fits() -> None:
    counted = room([30] * 27)
    other = room([30] * 27, before=500)

    assert plan(counted).first == 0
    assert plan(other).first > 0


def test_without_pinned_notes_their_room_is_used_by_the_others() -> None:
    without = plan(room([30], 4096))
    pinned = plan(room([30], 4096, pinned=True))

    assert without.head == 0
    assert without.recall > pinned.recall


def test_entries_of_a_lorebook_that_come_and_go_leave_the_story_its_room() -> None:
    found, previous = [], NOT_PLANNED
    for persona in [1000, 1010, 1002, 1030, 1000, 1045]:
        previous = plan(room([20] * 9, persona=persona), previous)
        found.append(previous.summary)

    assert len(set(found)) <= 2
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("persona", [200, 1500, 1700, 3000])
def test_beside_a_long_persona_memory_takes_no_room_that_is_not_there(
    persona: int,
) -> None:
    made = plan(room([30] * 20, persona=persona, pinned=True))
    left = max(2048 - 409 - persona, 0)

    assert made.head + made.recall + made.summary <= left
    assert made.summary > 0 or persona > 1000


def test_a_newest_message_that_is_written_anew_does_not_move_the_chat() -> None:
    """A long draft took the chat's beginning away, a short one brought it back."""
    found, previous = [], NOT_PLANNED
    for length in (600, 3, 600, 3):
        previous = plan(room([*[40] * 30, length]), previous)
        found.append(previous.first)

    assert found[0] > 0
    assert len(set(found)) == 1


def test_what_is_deleted_makes_room_for_what_stood_before() -> None:
    full = plan(room([40] * 61))
    cut = plan(room([40] * 41), full)
    wider = plan(room([40] * 61, 8192), full)

    assert 0 < cut.first < full.first
    assert wider.first == 0


def test_by_the_shares_a_chat_takes_no_more_than_its_own() -> None:
    counted = room([40] * 61)

    made = plan(counted, trim=Trim.ON)

    assert made.first > plan(counted).first
    assert sent(counted, made) <= 2048 * 35 // 100


def test_a_chat_that_is_never_cut_leaves_memory_what_is_left() -> None:
    small, large = (plan(room([40] * n), trim=Trim.OFF) for n in (30, 61))

    assert (small.first, large.first) == (0, 0)
    assert 0 < small.recall <= 2048 - 409 - 300 - 30 * 40
    assert (large.head, large.recall, large.summary) == (0, 0, 0)


def test_old_messages_may_leave_one_by_one() -> None:
    """For who minds every message that could be sent more than the prompt's cache."""
    firsts, previous = [], NOT_PLANNED
    for count in range(40, 60):
        previous = plan(room([40] * count), previous, steady=False)
        firsts.append(previous.first)

    assert {after - before for before, after in pairwise(firsts)} == {1}


def test_what_the_request_leaves_out_is_left_out_in_any_case() -> None:
    wanted = [30] * 5

    assert plan(room(wanted, 0, wanted_from=7)).first == 7
    assert plan(room(wanted, 8192, wanted_from=7)).first == 7
    assert plan(room(wanted, 8192, wanted_from=7), trim=Trim.OFF).first == 7
    assert plan(room([500] * 5, wanted_from=7)).first > 7


def test_a_prompt_of_unknown_length_has_room_for_all() -> None:
    made = plan(room([30] * 500, 0))

    assert (made.first, made.summary) == (0, 600)
    assert made.recall == SHARES.recall_tokens
    assert made.head == SHARES.head_tokens
