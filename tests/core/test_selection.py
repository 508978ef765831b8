"""How many of the candidates are told."""

from __future__ import annotations

from long_term_memory.core.selection import (
    FIRST,
    FRAME,
    LEAST_HELP,
    LONGEST,
    ROOM,
    SPEAK_FROM,
    chosen,
    cost_of,
    speaks,
)


def test_memory_speaks_from_its_bound_on() -> None:
    assert speaks(SPEAK_FROM)
    assert not speaks(SPEAK_FROM - 0.01)


def test_of_one_that_stands_out_few_are_told_and_of_many_alike_many() -> None:
    costs = [20.0] * 60

    one = chosen([0.8, 0.1, *[0.001] * 58], costs)
    many = chosen([0.3] * 60, costs)

    assert one == [0, 1, 2]
    assert len(many) > 20


def test_the_first_few_are_told_however_unlikely() -> None:
    assert chosen([LEAST_HELP / 10] * 9, [20.0] * 9) == list(range(FIRST))
    assert chosen([], []) == []


def test_what_takes_much_room_holds_the_rest_back() -> None:
    helps = [0.9] * FIRST + [1.5 * LEAST_HELP]

    assert len(chosen(helps, [20.0] * (FIRST + 1))) == FIRST + 1
    assert len(chosen(helps, [ROOM] * FIRST + [20.0])) == FIRST


def test_a_cost_is_about_a_token_a_word_or_a_sign() -> None:
    assert cost_of("") == FRAME
    assert 8 <= cost_of("My cat is called Miso, and loves tuna.") - FRAME <= 10
    assert cost_of("\u732b\u306e\u540d\u524d") == FRAME + 4
    assert cost_of("word " * 100_000) == FRAME + LONGEST
