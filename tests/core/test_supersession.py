"""Which statement replaces which."""

from __future__ import annotations

from collections.abc import Sequence
from sys import getrefcount

import numpy as np
import pytest

from long_term_memory.core.retrieval.change_words import (
    asks_for_past,
    asks_for_present,
)
from long_term_memory.core.retrieval.supersession import (
    ASKED_SIGNALS,
    FIRST,
    FIRST_OF_EVENTS,
    MOST,
    MOST_LIFTED,
    PAIR_SIGNALS,
    READ_CHARACTERS,
    Statement,
    Supersession,
    among,
    forget_reads,
    newer_first,
    read_signals,
)
from long_term_memory.testing import HashEmbedder

FILLER = (
    "what a rainy day it was",
    "my soup needed more salt",
    "the neighbours are loud again",
    "I watched a film about whales",
)
"""What else was said, so that words are rare among many."""


def told(*texts: str, speaker: str = "user") -> list[Statement]:
    """Say some texts, each in a chat of its own, the oldest first."""
    vectors = HashEmbedder(dimension=256).embed(texts)
    return [
        Statement(speaker=speaker, text=text, order=at, chat=str(at), vector=vector)
        for at, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]


def replaced(pairs: Sequence[Supersession]) -> set[tuple[int, int]]:
    """Return older and newer of each pair."""
    return {(pair.older, pair.newer) for pair in pairs}


def signal(name: str, *statements: Statement, question: str = "Well?") -> float:
    """Return a signal of the first two statements."""
    return float(read_signals(statements, question)[name][0, 1])


# -- signals ---------------------------------------------------------------------------


def test_every_signal_has_a_matrix_of_older_and_newer() -> None:
    some = told("a bank", "a bakery", "a boat")

    asked = read_signals(some, "Where?")
    assert tuple(asked) == (*PAIR_SIGNALS, *ASKED_SIGNALS)
    assert {matrix.shape for matrix in asked.values()} == {(3, 3)}


def test_a_text_is_held_until_something_is_forgotten() -> None:
    text = " ".join(["my sister", "keeps bees"])
    alone = getrefcount(text)

    read_signals([Statement("user", text, 0)], "Well?")
    assert getrefcount(text) > alone
    forget_reads()
    assert getrefcount(text) == alone


def test_of_a_long_text_the_beginning_alone_is_held() -> None:
    text = "my sister keeps bees " * READ_CHARACTERS
    alone = getrefcount(text)

    read_signals([Statement("user", text, 0)], text)

    assert getrefcount(text) == alone


def test_likeness_stands_out_from_what_is_usual() -> None:
    near, far = np.eye(3, dtype=np.float32)[:2]
    some = [
        Statement("user", text, at, vector=vector)
        for at, (text, vector) in enumerate(
            (("one", near), ("two", near), ("three", far), ("four", None))
        )
    ]

    alike = read_signals(some, "Well?")["alike"]

    assert alike[0, 1] > 2
    assert alike[0, 2] < 0
    assert not alike[0, 3], "without a vector nothing is known"


def test_without_vectors_likeness_says_nothing() -> None:
    some = [one._replace(vector=None) for one in told("one", "one")]

    assert not read_signals(some, "Well?")["alike"].any()


def test_a_word_that_few_share_is_rarer_than_one_that_many_share() -> None:
    few = signal("rare_word", *told("Biscuit the pony", "poor Biscuit", *FILLER))
    lines = [f"Biscuit ate number {at}" for at in range(30)]

    assert few > 2 * signal("rare_word", *told(*lines)) > 0
    assert signal("rare_word", *told("a pony", "some tea")) == 0


def test_what_is_told_of_the_same_thing_shares_a_slot() -> None:
    assert signal("slot", *told("I work at a bank", "got fired", *FILLER)) > 0
    assert signal("slot", *told("I work at a bank", "my cat is old", *FILLER)) == 0
    assert signal("slot", *told("ich heiße Malte", "er heißt Klabauter")) > 0
    assert signal("slot", *told("我在北京工作", "我辞职了")) > 0


@pytest.mark.parametrize(
    "newer",
    [
        "I moved to Oslo",
        "we broke up",
        "I don't live there any more",
        "ich wohne nicht mehr dort",
        "wir haben uns getrennt",
        "我们分手了",
        "我现在住在上海",
    ],
)
def test_a_word_of_change_is_heard(newer: str) -> None:
    assert signal("change", *told("as it was", newer)) == 1


def test_without_a_word_of_change_none_is_heard() -> None:
    assert signal("change", *told("I moved to Oslo", "I live in Oslo")) == 0


def test_who_spoke_and_where_is_compared() -> None:
    user = Statement("user", "one", 0, chat="a")
    same = Statement("user", "two", 1, chat="a")
    other = Statement("assistant", "three", 2, chat="b")

    assert signal("same_speaker", user, same) == 1
    assert signal("told_by_user", user, same) == 1
    assert signal("other_chat", user, same) == 0
    assert signal("same_speaker", user, other) == 0
    assert signal("told_by_user", user, other) == 0
    assert signal("other_chat", user, other) == 1


def test_others_are_told_apart() -> None:
    assert signal("other_people", *told("my sister's cat", "my cat")) == 1
    assert signal("other_people", *told("my sister's cat", "my sister's dog")) == 0
    assert signal("other_people", *told("a cat", "a dog")) == 0


def test_a_question_tells_nothing_that_could_be_replaced() -> None:
    assert signal("was_question", *told("do I work?", "I work")) == 1
    assert signal("was_question", *told("I work", "do I work?")) == 0


def test_a_question_says_what_it_wants_of_the_newer() -> None:
    some = told("I work at a bank", "my bakery job is fun", *FILLER)

    def asked(name: str, question: str) -> float:
        return signal(name, *some, question=question)

    assert asked("current", "Where do I work now?") == 1
    assert asked("current", "Where do I work?") == 0
    assert asked("asked_words", "the bakery job") == 1
    assert 0 < asked("asked_words", "the bakery and the zeppelin") < 1
    assert asked("asked_words", "...") == 0
    assert asked("rank", "Where?") == pytest.approx(np.log(2))


# -- whatever is asked -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("I work at the Harbour bank", "I quit the Harbour bank, new job at a bakery"),
        ("Marguerite is my girlfriend", "Marguerite, my girlfriend, broke up with me"),
        ("we named the cat Pudge", "Pudge is dead, our poor cat died"),
        ("the service price is 90 pounds", "the new service price is 105 pounds"),
        ("Paula ist meine Freundin", "mit Paula ist schluss, wir sind getrennt"),
        ("我家乌龟叫铁柱。名字好听", "我家乌龟叫铁柱。现在改名铁梅"),
    ],
)
def test_a_fact_told_anew_replaces_the_old_one(older: str, newer: str) -> None:
    some = told(older, *FILLER, newer)

    surest, *_ = among(older, some)
    assert (surest.older, surest.newer) == (0, 5)


def test_the_older_never_replaces_the_newer_nor_does_what_has_no_order() -> None:
    lines = ("I work at the Harbour bank", "I quit the Harbour bank, I have a new job")
    first, second = told(*lines, *FILLER)[:2]

    assert replaced(among(lines[0], [second, first])) == {(1, 0)}
    assert not among(lines[0], [first, second._replace(order=0)])


@pytest.mark.parametrize("again", ["I live in Bristol now.", "i live in BRISTOL now!"])
def test_what_is_said_twice_replaces_nothing(again: str) -> None:
    line = "I live in Bristol now."

    assert not among("Where do I live now?", told(line, again, *FILLER), least=0.3)
    other = told(line, again, *FILLER)
    other[1] = other[1]._replace(speaker="assistant")
    assert (0, 1) in replaced(among("Where do I live now?", other, least=0.3))


def test_nothing_replaces_nothing() -> None:
    assert among("Where?", []) == []


# -- what a question brings to mind ----------------------------------------------------

WORK = ("I work at the Harbour bank", "new job! I work at a bakery now", *FILLER)


def test_a_question_needs_less_to_put_the_newer_first() -> None:
    lines = ("I live with Ann in a flat", "Ann and I took a house by the lake", *FILLER)
    some = told(*lines)

    assert (0, 1) in replaced(among("Where do I live now?", some))


def test_what_happened_once_is_replaced_by_what_is_surer() -> None:
    lines = ("Ann has a red kite", "Ann has the lake", *FILLER)
    question = "What colour {} the kite?"

    [usual] = among(question.format("is"), told(*lines))

    assert FIRST < usual.confidence < FIRST_OF_EVENTS
    assert not among(question.format("was"), told(*lines))


def test_the_surest_stands_first_and_the_unsure_is_left_out() -> None:
    pairs = among("Where do I work now?", told(*WORK), least=0)
    chances = [pair.confidence for pair in pairs]

    assert chances == sorted(chances, reverse=True)
    assert len(pairs) == 15, "each two of six"
    assert (pairs[0].older, pairs[0].newer) == (0, 1)
    assert among("Where do I work now?", told(*WORK), least=1) == []


def test_only_the_best_are_compared() -> None:
    some = told(*[f"my job is number {at}" for at in range(MOST + 5)])

    pairs = among("my job", some, least=0)

    assert max(pair.newer for pair in pairs) == MOST - 1


# -- the order -------------------------------------------------------------------------


def test_the_newer_goes_right_before_what_it_replaces() -> None:
    assert newer_first(4, [Supersession(1, 3, 0.9)]) == [0, 3, 1, 2]


def test_what_stands_before_already_stays() -> None:
    assert newer_first(3, [Supersession(2, 0, 0.9)]) == [0, 1, 2]


def test_of_several_the_surest_goes_first_and_not_all_go() -> None:
    pairs = [Supersession(0, at, 1 - at / 10) for at in range(1, 8)]

    order = newer_first(9, pairs)

    assert order[: MOST_LIFTED + 1] == [*range(1, MOST_LIFTED + 1), 0]
    assert sorted(order) == list(range(9))


def test_without_pairs_the_order_stays() -> None:
    assert newer_first(3, []) == [0, 1, 2]


# -- present and past ------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Where did I use to work?",
        "what was my old job",
        "Where did I live before?",
        "wo habe ich früher gewohnt",
        "我以前住在哪里",
    ],
)
def test_a_question_for_the_past_is_told(question: str) -> None:
    assert asks_for_past(question)


@pytest.mark.parametrize(
    "question",
    [
        "Where do I work these days?",
        "is Bea still here",
        "wo wohn ich jetzt",
        "我现在住哪里",
    ],
)
def test_a_question_for_the_present_is_told(question: str) -> None:
    assert asks_for_present(question)
    assert not asks_for_past(question)
