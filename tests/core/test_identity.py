"""When two chats share messages, and when they merely begin alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from long_term_memory.core.timeline.identity import (
    Kinship,
    is_telling,
    kinship,
    shared_prefix,
)
from long_term_memory.core.types import PathEntry, Window, WindowMessage

from .chatting import NOW, SEEN, knows, says, shows, shows_end

GREETING = "a:Welcome, traveller! The lamps of the old harbour inn are burning late."
SISTER = "u:My sister Ada moved to Oslo last spring."
PIANO = "u:I have played the piano since I was seven years old."
TWO_TURNS = (GREETING, SISTER, "a:How far!", PIANO, "a:Play me something.")


def kin(path: list[PathEntry], window: Window, *, gone: bool = False) -> Kinship:
    return kinship(path, window, old_name_gone=gone)


def at(minute: int, line: str) -> WindowMessage:
    return says(line, said_at=NOW + timedelta(minutes=minute))


@pytest.mark.parametrize(
    "text",
    [
        "My sister Ada moved to Oslo last spring.",
        "*drops the lantern* Wolves, at the gate!",
        "Моя кошка любит рыбу",
        "私の妹は去年オスロに引っ越しました。",
    ],
)
def test_what_nobody_says_twice_is_telling(text: str) -> None:
    assert is_telling(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi",
        "Hello, how are you doing today?",
        "Good morning! Nice to meet you, I'm fine.",
        "It\u2019s great. Thanks, don\u2019t worry!",
        "*smiles and nods* okay, go on please :)",
        "Tell me a story",
        "こんにちは",
        "ok " * 40,
    ],
)
def test_small_talk_is_not(text: str) -> None:
    assert not is_telling(text)


def test_hi_twice_is_no_evidence() -> None:
    talk = ("u:Hi", "a:Hello!", "u:How are you?", "a:Fine, thanks.")

    assert kin(knows(*talk, "u:Bye"), shows(*talk, "u:Tell me a joke")) is Kinship.NONE


def test_the_greeting_of_a_card_is_no_evidence() -> None:
    path = knows(at(0, GREETING), at(1, "u:Hi"), at(1, "a:Hey"))
    window = shows(at(0, GREETING), at(5, "u:Hi"))

    assert kin(path, window) is Kinship.NONE
    assert kin(knows(GREETING), shows(GREETING, "u:Hi"), gone=True) is Kinship.NONE


def test_two_telling_turns_are_evidence_of_a_branch() -> None:
    path = knows(*TWO_TURNS, "u:Another day")
    window = shows(*TWO_TURNS, "u:Not now")

    assert shared_prefix(path, window) == 5
    assert kin(path, window) is Kinship.FORK
    assert kin(path, shows(*TWO_TURNS)) is Kinship.FORK


def test_one_telling_turn_is_not() -> None:
    path = knows(*TWO_TURNS)

    assert kin(path, shows(*TWO_TURNS[:4], "a:Oh?")) is Kinship.NONE
    assert kin(path, shows(*TWO_TURNS[:3])) is Kinship.NONE


def test_equal_times_are_evidence_of_a_branch() -> None:
    talk = (at(0, GREETING), at(1, "u:Hi"), at(2, "a:Hey"))

    assert kin(knows(*talk), shows(*talk, at(9, "u:Bye"))) is Kinship.FORK
    assert kin(knows(*talk[:2]), shows(*talk, at(9, "u:Bye"))) is Kinship.NONE


def test_equal_times_of_replies_alone_are_not() -> None:
    talk = ("u:Hi", at(2, "a:Hey"), at(3, "a:Hello?"))

    assert kin(knows(*talk), shows(*talk)) is Kinship.NONE


def test_times_are_equal_to_the_minute() -> None:
    said = [says("u:Hi", said_at=NOW), says("a:Hey", said_at=NOW)]
    shown = [one._replace(said_at=NOW + timedelta(seconds=59)) for one in said]

    assert shared_prefix(knows(*said), shows(*shown)) == 2


def test_what_was_said_at_another_time_is_not_shared() -> None:
    path = knows(at(0, SISTER), "a:How far!", PIANO, "a:Play!")
    window = shows(at(7, SISTER), "a:How far!", PIANO, "a:Play!")

    assert shared_prefix(path, window) == 0
    assert kin(path, window, gone=True) is Kinship.NONE


def test_a_time_of_our_own_clock_is_evidence_only_beside_nearly_the_same() -> None:
    ours = [
        replace(place, message=place.message._replace(said_at=SEEN))
        for place in knows("u:Hi", "a:Hey", "u:Hm", "a:Hm!")
    ]
    talk = ("u:Hi", "a:Hey", "u:Hm", "a:Hm!")
    other = shows(*(says(line, said_at=NOW + timedelta(hours=1)) for line in talk))
    near = shows(*(says(line, said_at=SEEN + timedelta(minutes=2)) for line in talk))

    assert shared_prefix(ours, other) == 4
    assert kin(ours, other) is Kinship.NONE
    assert kin(ours, near) is Kinship.FORK
    assert kin(ours, shows(*talk)) is Kinship.NONE


def test_a_chat_whose_old_name_is_gone_was_renamed() -> None:
    path = knows(GREETING, "u:Hi", "a:Hey")
    window = shows(GREETING, "u:Hi", "a:Hey", "u:Bye")

    assert kin(path, window, gone=True) is Kinship.SAME
    assert kin(path, window) is Kinship.NONE


def test_a_chat_renamed_while_its_last_turn_is_regenerated_is_the_same() -> None:
    path = knows(*TWO_TURNS, "u:Hm", "a:Hm!")

    assert kin(path, shows(*TWO_TURNS), gone=True) is Kinship.SAME
    assert kin(path, shows(*TWO_TURNS, "u:Hm", "a:Oh!"), gone=True) is Kinship.SAME
    assert kin(knows("u:Hi", "a:Hey"), shows("u:Hi"), gone=True) is Kinship.NONE


def test_a_branch_outlives_the_chat_it_came_from() -> None:
    path = knows(*TWO_TURNS, "u:1", "a:2", "u:3")

    assert kin(path, shows(*TWO_TURNS, "u:Not now"), gone=True) is Kinship.FORK


def test_a_window_that_does_not_show_the_beginning_shares_none() -> None:
    path = knows(*TWO_TURNS)
    first, *rest = TWO_TURNS

    assert shared_prefix(path, shows_end(says(first, position=4), *rest)) == 0
    assert shared_prefix(path, shows_end(says(first, position=0), *rest)) == 5
    assert shared_prefix(path, shows_end(*TWO_TURNS)) == 5


def test_an_empty_chat_is_related_to_none() -> None:
    assert shared_prefix([], shows("u:Hi")) == 0
    assert shared_prefix(knows("u:Hi"), shows()) == 0
    assert kin([], shows("u:Hi"), gone=True) is Kinship.NONE
