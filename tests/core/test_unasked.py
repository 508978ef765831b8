"""Who needs something without asking is helped by what was told at some length."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.retrieval.intent import KINDS, Intent
from long_term_memory.core.retrieval.relevance import Clues
from long_term_memory.core.retrieval.signals import LIMITS
from long_term_memory.core.retrieval.unasked import FEW, borne_in_mind, needed_for


def intent(implicit: float) -> Intent:
    rest = (1 - implicit) / (len(KINDS) - 1)
    return Intent(dict.fromkeys(KINDS, rest) | {"implicit": implicit})


def clues(count: int) -> Clues:
    """Return candidates of 6 words; the first has 24, and the user said it."""
    none = np.zeros(count, np.float32)
    length, user = np.full(count, 6, np.float32), np.zeros(count, np.float32)
    length[:1], user[:1] = 24, 1
    known = dict.fromkeys(Clues._fields, none) | {"length": length, "user": user}
    return Clues(**known)


def helps(count: int) -> np.ndarray:
    return np.full(count, 0.02, np.float32)


def test_what_was_told_at_length_comes_first_for_an_unasked_need() -> None:
    found = borne_in_mind(helps(300), clues(300), intent(0.9))

    assert found.argmax() == 0
    assert found[0] > 0.2
    assert found.dtype == np.float32


def test_no_more_is_likely_to_help_than_before() -> None:
    found = borne_in_mind(helps(300), clues(300), intent(0.9))

    assert found.sum() == pytest.approx(helps(300).sum(), rel=0.01)


def test_a_question_is_hardly_touched() -> None:
    found = borne_in_mind(helps(300), clues(300), intent(0.01))

    assert np.abs(found - helps(300)).max() < 0.002


@pytest.mark.parametrize("count", [0, 1, FEW])
def test_among_few_nothing_changes(count: int) -> None:
    before = helps(count)

    assert borne_in_mind(before, clues(count), intent(0.9)) is before


def test_what_tells_a_fact_that_is_needed_comes_first_among_few_as_well() -> None:
    told = np.zeros(40, np.float32)
    told[7], told[3] = 1, 0.5

    found = borne_in_mind(helps(40), clues(40)._replace(fact=told), intent(0.01))

    assert found.argsort()[::-1][:2].tolist() == [7, 3]
    assert found.sum() == pytest.approx(helps(40).sum(), rel=0.01)


def test_a_limit_comes_before_a_fact_where_nothing_is_asked_for() -> None:
    told = np.zeros(40, np.float32)
    told[7], told[3] = 1, LIMITS

    found = [
        borne_in_mind(helps(40), clues(40)._replace(fact=told), intent(chance))
        for chance in (0.9, 0.01)
    ]

    assert found[0][3] > 3 * found[0][7]
    assert found[1][3] == pytest.approx(found[1][7], rel=0.05)


def test_more_candidates_need_it_more() -> None:
    few, many = (
        borne_in_mind(helps(count), clues(count), intent(0.9))[0]
        for count in (120, 380)
    )

    assert many > few


def test_chances_of_nothing_and_of_certainty_stay_numbers() -> None:
    sure = np.tile(np.array([0.0, 1.0], np.float32), 100)

    found = borne_in_mind(sure, clues(200), intent(0.9))

    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_a_limit_is_reason_to_speak_where_nothing_is_asked_for() -> None:
    told = np.zeros(5, np.float32)
    fact, limit = told.copy(), told.copy()
    fact[2], limit[2] = 1, LIMITS
    some = clues(5)._replace(fact=limit)

    assert needed_for(0.1, some, intent(0.9)) > 0.45
    assert needed_for(0.1, some, intent(0.3)) == 0.1
    assert needed_for(0.1, clues(5)._replace(fact=fact), intent(0.9)) == 0.1
