"""The coefficients that ship, and what is read with them."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest

from long_term_memory.core.retrieval.intent import KINDS, Intent
from long_term_memory.core.retrieval.relevance import Clues, of_each, of_message
from long_term_memory.models import relevance
from tests.core.test_relevance import a_query

EVEN = Intent(dict.fromkeys(KINDS, 1 / len(KINDS)))


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    root = resources.files(relevance.__package__ or "")
    told: dict[str, Any] = json.loads((root / relevance.FILE).read_text("utf-8"))
    return told


def some_clues(count: int) -> Clues:
    chance = np.random.default_rng(3)
    return Clues(*(chance.random(count).astype(np.float32) for _ in Clues._fields))


def test_it_reads_nothing_but_what_is_known(shipped: dict[str, Any]) -> None:
    clues = some_clues(5)
    each = set(of_each(clues, a_query()))
    message = set(of_message(clues, clues.words, a_query(), EVEN))

    assert shipped["embedder"] == "all-MiniLM-L6-v2"
    for name in ("helps", "helps_words"):
        assert set(shipped[name]["names"]) <= each
    for name in ("near", "near_any", "near_words"):
        assert set(shipped[name]["names"]) <= message


def test_only_the_model_it_was_fitted_with_is_read_by_its_cosines(
    shipped: dict[str, Any],
) -> None:
    assert "nearest" in shipped["near"]["names"]
    meaning = {"passage", "dense", "window", "before", "after", "passage_lag"}
    for name in ("helps", "helps_words", "near_any", "near_words"):
        assert "nearest" not in shipped[name]["names"]
    for name in ("helps_words", "near_words"):
        assert not meaning & set(shipped[name]["names"])


@pytest.mark.parametrize("embedder", ["all-MiniLM-L6-v2", "another", None])
@pytest.mark.parametrize("count", [1, 2, 500])
def test_chances_are_between_none_and_all(embedder: str | None, count: int) -> None:
    model = relevance.load_relevance_model()

    judged = model.judge(some_clues(count), a_query(), EVEN, embedder)

    assert 0 < judged.needed < 1
    assert len(judged.chances) == count
    assert (judged.chances >= 0).all()
    assert (judged.chances <= judged.needed).all()
