"""The chance that a memory helps: what is read, and how it is put together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from long_term_memory.core.retrieval.intent import KINDS, Intent
from long_term_memory.core.retrieval.query import ParsedQuery, parse_query
from long_term_memory.core.retrieval.relevance import (
    Clues,
    Judgement,
    Regression,
    RelevanceModel,
    logit,
    of_each,
    of_message,
)
from long_term_memory.core.retrieval.selection import ENGLISH, FOREIGN

EVEN = Intent(dict.fromkeys(KINDS, 1 / len(KINDS)))


def a_query(text: str = "What is my cat called?") -> ParsedQuery:
    return parse_query(
        text,
        speaker="user",
        user_names=["Ann"],
        character_names=["Bo"],
        now=datetime(2026, 3, 4, tzinfo=UTC),
    )


def some_clues(count: int, **given: list[float]) -> Clues:
    """Return clues that are nothing but what is given."""
    columns = {name: np.zeros(count, np.float32) for name in Clues._fields}
    columns |= {name: np.array(one, np.float32) for name, one in given.items()}
    return Clues(**columns)


def told(names: list[str], weights: list[float], **more: Any) -> dict[str, Any]:
    size = len(names)
    return {
        "names": names,
        "mean": [0.0] * size,
        "scale": [1.0] * size,
        "intercept": 0.0,
        "weights": weights,
        **more,
    }


def a_model() -> dict[str, Any]:
    """Return a model that reads one thing for each question."""
    return {
        "embedder": "known",
        "helps": told(["passage"], [1.0]),
        "helps_words": told(["words"], [4.0]),
        "near": told(["nearest"], [10.0]),
        "near_any": told(["stands_out"], [0.5]),
        "near_words": told(["words"], [2.0]),
    }


def test_a_regression_weighs_columns_and_their_products() -> None:
    one = Regression.read(told(["dense", "words"], [1.0, 0.0]))
    both = Regression.read(
        told(["dense", "words"], [1.0, 0.0], products=[0.0, 2.0, 0.0])
    )
    columns = {"dense": np.array([0.0, 1.0]), "words": np.array([3.0, 3.0])}

    assert one.chances(columns) == pytest.approx([0.5, 0.731], abs=1e-3)
    assert both.chances(columns) == pytest.approx([0.5, 0.999], abs=1e-3)


def test_a_regression_with_a_number_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="each of"):
        Regression.read(told(["dense", "words"], [1.0]))


def test_what_is_compared_decides_which_coefficients_judge() -> None:
    model = RelevanceModel.read(a_model())
    clues = some_clues(2, cosine=[0.3, 0.1], passage=[2.0, 0.0], words=[0.0, 0.5])

    known = model.judge(clues, a_query(), EVEN, "known")
    other = model.judge(clues, a_query(), EVEN, "other")
    words = model.judge(clues, a_query(), EVEN, None)

    assert known.helps.argmax() == other.helps.argmax() == 0
    assert words.helps.argmax() == 1
    assert known.needed == pytest.approx(0.953, abs=1e-3)
    assert other.needed == words.needed == pytest.approx(0.731, abs=1e-3)
    assert known.chances == pytest.approx(known.helps * known.needed)


def test_what_has_no_vector_yet_is_judged_by_its_words() -> None:
    model = RelevanceModel.read(a_model())
    clues = some_clues(2, cosine=[0.0, np.nan], passage=[0.0, 0.0], words=[0.0, 0.5])

    judged = model.judge(clues, a_query(), EVEN, "known")
    alone = model.judge(
        some_clues(1, cosine=[np.nan], words=[0.5]), a_query(), EVEN, "known"
    )

    assert judged.helps.argmax() == 1
    assert judged.needed == alone.needed == pytest.approx(0.731, abs=1e-3)


def test_where_nothing_was_told_nothing_helps() -> None:
    nothing = RelevanceModel.read(a_model()).judge(
        some_clues(0), a_query(), EVEN, "known"
    )

    assert nothing.needed == 0
    assert len(nothing.chances) == 0


def test_candidates_are_read_against_the_best() -> None:
    clues = some_clues(3, passage=[1, 3, 2], words=[0.25, 0, 1], score=[4, 9, 6])

    read = of_each(clues, a_query())

    assert read["passage_lag"].tolist() == [-2, 0, -1]
    assert read["root_words"].tolist() == [0.5, 0, 1]
    assert np.expm1(read["rank"]) == pytest.approx([2, 0, 1])
    assert not read["foreign"].any()


@pytest.mark.parametrize(
    "text", ["Wo ist denn meine Katze?", "\u6211\u7684\u732b\u53eb\u4ec0\u4e48\uff1f"]
)
def test_another_language_is_known(text: str) -> None:
    """The default model reads English best: elsewhere words count for more."""
    assert of_each(some_clues(2), a_query(text))["foreign"].all()


def test_the_plain_score_ranks_beside_the_chance() -> None:
    alike = Judgement(0.5, np.array([0.2, 0.21, 0.0], np.float32))

    assert alike.order(np.array([0, 0, 0], np.float32)).tolist() == [1, 0, 2]
    assert alike.order(np.array([5, 1, 0], np.float32)).tolist() == [0, 1, 2]


def test_memory_speaks_from_its_bound_on() -> None:
    helps = np.array([0.5], np.float32)

    assert Judgement(ENGLISH.speak_from, helps).speaks
    assert not Judgement(ENGLISH.speak_from - 0.01, helps).speaks
    assert Judgement(FOREIGN.speak_from, helps, foreign=True).speaks
    assert not Judgement(FOREIGN.speak_from - 0.01, helps, foreign=True).speaks


def test_a_message_is_read_by_its_kind_its_times_and_what_lies_near() -> None:
    clues = some_clues(2, cosine=[0.4, np.nan], dense=[1.5, 0])
    helps = np.array([0.5, 0.2], np.float32)

    plain = of_message(clues, helps, a_query(), EVEN)
    dated = of_message(clues, helps, a_query("we met last Tuesday"), EVEN)

    assert plain["nearest"] == pytest.approx(0.4)
    assert plain["best"] == pytest.approx(0)
    assert plain["of_user"] == 1
    assert plain["dated"] == 0
    assert dated["dated"] == 1


def test_no_chance_is_taken_for_certain() -> None:
    assert logit(1.0) == pytest.approx(-logit(0.0))
    assert 6 < logit(1.0) < 8


def test_two_lists_of_candidates_become_one() -> None:
    both = Clues.joined(some_clues(1, dense=[1]), some_clues(2, dense=[2, 3]))

    assert both.dense.tolist() == [1, 2, 3]
    assert len(both.score) == 3
