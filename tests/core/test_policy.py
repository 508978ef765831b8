"""Whose word counts, what one chat may see of another, and reading what was set."""

from __future__ import annotations

import pytest

from long_term_memory.core.policy import (
    Policy,
    PolicyInForce,
    RecallsFrom,
    Remembering,
    Rooms,
    policy_in_force,
    sees,
    story_name,
    within_budget,
)
from long_term_memory.errors import InvalidInput

USUAL = "AFTER_LAST_MESSAGE"
OTHER = "BEFORE_NORMAL_CONTEXT"


def in_force(
    chat: Policy, character: Policy | None = None, **changes: object
) -> PolicyInForce:
    values: dict[str, object] = {"other_chats": True, "position": USUAL}
    return policy_in_force(
        chat,
        character or Policy(),
        **(values | changes),  # type: ignore[arg-type]
    )


def test_a_chat_s_word_counts_before_its_character_s_and_the_settings() -> None:
    character = Policy(
        remembers=Remembering.PAUSED,
        recalls_from=RecallsFrom.ALL,
        budget=100,
        position=OTHER,
    )
    chat = Policy(remembers=Remembering.YES, recalls_from=RecallsFrom.CHAT, budget=0)

    usual = in_force(Policy())
    told = in_force(Policy(), character)
    own = in_force(chat, character)

    assert usual.remembers is Remembering.YES
    assert usual.recalls_from is RecallsFrom.STORY
    assert (usual.budget, usual.position) == (None, USUAL)
    assert told.remembers is Remembering.PAUSED
    assert told.recalls_from is RecallsFrom.ALL
    assert (told.budget, told.position) == (100, OTHER)
    assert own.remembers is Remembering.YES
    assert own.recalls_from is RecallsFrom.CHAT
    assert own.budget == 0


def test_without_other_chats_the_settings_leave_the_chat_alone() -> None:
    assert in_force(Policy(), other_chats=False).recalls_from is RecallsFrom.CHAT


def test_an_incognito_chat_is_alone_unless_somebody_asks() -> None:
    incognito = Policy(remembers=Remembering.INCOGNITO)
    asking = Policy(remembers=Remembering.INCOGNITO, recalls_from=RecallsFrom.STORY)
    character = Policy(recalls_from=RecallsFrom.ALL)

    alone = in_force(incognito, character)
    asked = in_force(asking, character)
    once = in_force(incognito, character, asked=RecallsFrom.ALL)

    assert (alone.alone, alone.recalls_from) == (True, RecallsFrom.CHAT)
    assert (asked.alone, asked.recalls_from) == (False, RecallsFrom.STORY)
    assert (once.alone, once.recalls_from) == (False, RecallsFrom.ALL)


@pytest.mark.parametrize(
    ("where", "other", "same", "seen"),
    [
        (RecallsFrom.ALL, Remembering.YES, False, True),
        (RecallsFrom.ALL, Remembering.PAUSED, False, True),
        (RecallsFrom.ALL, Remembering.INCOGNITO, True, False),
        (RecallsFrom.STORY, Remembering.YES, True, True),
        (RecallsFrom.STORY, Remembering.YES, False, False),
        (RecallsFrom.CHAT, Remembering.YES, True, False),
    ],
)
def test_what_a_chat_sees_of_another(
    where: RecallsFrom, other: Remembering, *, same: bool, seen: bool
) -> None:
    rules = in_force(Policy(recalls_from=where))

    assert sees(rules, other, same_story=same) is seen


def test_rooms_keep_to_a_budget_by_the_same_share() -> None:
    rooms = Rooms(head=400, summary=600, recall=1000)

    assert within_budget(rooms, None) == rooms
    assert within_budget(rooms, 2000) == rooms
    assert within_budget(rooms, 1000) == Rooms(head=200, summary=300, recall=500)
    assert within_budget(rooms, 0) == Rooms(0, 0, 0)


def test_a_policy_is_read_as_it_was_written() -> None:
    policy = Policy(
        remembers=Remembering.INCOGNITO,
        recalls_from=RecallsFrom.ALL,
        budget=7,
        position=OTHER,
    )

    assert Policy.from_json(policy.as_json()) == policy
    assert Policy().as_json() == {}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"remembers": "no"}, "remembers"),
        ({"remembers": 1}, "remembers"),
        ({"recalls_from": "everywhere"}, "recalls_from"),
        ({"budget": -1}, "budget"),
        ({"budget": 1_000_001}, "budget"),
        ({"budget": True}, "budget"),
        ({"budget": "7"}, "budget"),
        ({"position": "nowhere"}, "position"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    told: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Policy.from_json(told)

    assert caught.value.field == field


def test_a_storyline_s_name_is_kept_without_spare_blanks() -> None:
    assert story_name("  The   winter\n") == "The winter"
    assert len(story_name("x" * 200)) == 200
    for wrong in ("", " \t", "x" * 201):
        with pytest.raises(InvalidInput):
            story_name(wrong)
