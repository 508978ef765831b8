"""How many of the candidates are told."""

from __future__ import annotations

from long_term_memory.core.retrieval.selection import (
    ENGLISH,
    FAR,
    FIRST,
    FOREIGN,
    FRAME,
    LONG,
    LONGEST,
    MANY,
    bounds_of,
    chosen,
    cost_of,
    least_help_of,
)


def test_in_another_language_more_is_told_and_sooner() -> None:
    helps, costs = [0.013] * 60, [20.0] * 60

    assert bounds_of(True) is FOREIGN
    assert bounds_of(False) is ENGLISH
    assert FOREIGN.speak_from < ENGLISH.speak_from
    assert len(chosen(helps, costs, FOREIGN)) > len(chosen(helps, costs))


def test_of_one_that_stands_out_few_are_told_and_of_many_alike_many() -> None:
    costs = [20.0] * 60

    one = chosen([0.8, 0.1, *[0.001] * 58], costs)
    many = chosen([0.3] * 60, costs)

    assert one == [0, 1, 2]
    assert len(many) > 20


def test_the_first_few_are_told_however_unlikely() -> None:
    assert chosen([ENGLISH.least_help / 10] * 9, [20.0] * 9) == list(range(FIRST))
    assert chosen([], []) == []


def test_what_takes_much_room_holds_the_rest_back() -> None:
    helps = [0.9] * FIRST + [1.5 * ENGLISH.least_help]

    assert len(chosen(helps, [20.0] * (FIRST + 1))) == FIRST + 1
    assert len(chosen(helps, [ENGLISH.room] * FIRST + [20.0])) == FIRST


def test_of_a_long_memory_less_is_asked_of_each() -> None:
    helps, costs = [0.013] * 60, [20.0] * 60

    assert least_help_of(ENGLISH, MANY) == ENGLISH.least_help
    assert least_help_of(ENGLISH, 2 * MANY) == ENGLISH.least_help / 2
    assert len(chosen(helps, costs, among=LONG)) > len(chosen(helps, costs))


def test_of_a_long_memory_what_lies_far_behind_the_best_is_not_told() -> None:
    helps, costs = [0.5] * 10, [20.0] * 10
    standing = [20.0] * 8 + [20.0 - FAR - 1, 20.0]

    assert chosen(helps, costs, standing=standing, among=LONG) == [*range(8), 9]
    assert len(chosen(helps, costs, standing=standing, among=LONG // 2)) == 10


def test_the_more_is_told_the_nearer_must_the_next_stand() -> None:
    helps = [0.5] * (FIRST + 1)
    standing = [20.0] * FIRST + [20.0 - FAR + 1]

    def count(cost: float) -> int:
        costs = [cost] * len(helps)
        return len(chosen(helps, costs, standing=standing, among=LONG))

    assert count(10.0) == FIRST + 1
    assert count(60.0) == FIRST


def test_a_cost_is_about_a_token_a_word_or_a_sign() -> None:
    assert cost_of("") == FRAME
    assert 8 <= cost_of("My cat is called Miso, and loves tuna.") - FRAME <= 10
    assert cost_of("\u732b\u306e\u540d\u524d") == FRAME + 4
    assert cost_of("word " * 100_000) == FRAME + LONGEST
