"""The coefficients that ship are what the fitting program writes, from its lines."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from benchmarks.intent_lines import PROBES, Line, feature_names, lines, with_copies
from long_term_memory.core.retrieval.intent import KINDS
from long_term_memory.core.retrieval.message_features import SHOWN, message_features
from long_term_memory.models import intent

SETS = ("with_vector", "surface_only")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    root = resources.files(intent.__package__ or "")
    told: dict[str, Any] = json.loads((root / intent.FILE).read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def names() -> list[str]:
    own = [line for line in lines() if line.weight == 1]
    return feature_names(own, [message_features(line.text) for line in own])


def test_it_has_both_sets_for_the_kinds_and_the_default_embedder(
    shipped: dict[str, Any],
) -> None:
    assert list(shipped) == ["kinds", "embedder", *SETS]
    assert shipped["kinds"] == list(KINDS)
    assert shipped["embedder"] == "all-MiniLM-L6-v2"
    assert [len(shipped[one]["vector"]) for one in SETS] == [384, 0]


@pytest.mark.parametrize("one", SETS)
def test_every_row_is_whole_numbers_of_the_unit(
    shipped: dict[str, Any], one: str
) -> None:
    told = shipped[one]
    assert list(told) == ["unit", "intercept", "features", "vector"]
    rows = [told["intercept"], *told["features"].values(), *told["vector"]]
    assert all(len(row) == len(KINDS) for row in rows)
    assert all(type(number) is int for row in rows for number in row)


@pytest.mark.parametrize("one", SETS)
def test_its_features_are_those_of_the_labelled_lines(
    shipped: dict[str, Any], names: list[str], one: str
) -> None:
    """A feature whose coefficients are all zero is not written."""
    written = shipped[one]["features"]
    assert set(written) <= set(names)
    assert len(written) > 0.95 * len(names)
    assert set(SHOWN) <= set(written)


def test_the_half_that_reports_is_not_learned_from() -> None:
    probes = {line.group for line in lines() if line.source == "probes"}
    halves = {
        bank["id"]: bank["half"]
        for file in PROBES.glob("*.json")
        for bank in json.loads(file.read_text("utf-8"))["banks"]
    }
    assert probes == {bank for bank, half in halves.items() if half == "build"}
    assert len(probes) < len(halves)


def test_lines_have_known_kinds_and_filled_frames() -> None:
    told = lines()
    assert {line.kind for line in told} <= set(KINDS)
    assert not [line for line in told if line.source == "frames" and "{}" in line.text]


def test_a_line_is_also_learned_in_haste_and_with_unknown_words() -> None:
    line = Line("Who is Sam?", "question", "x", "messages", "en")
    own, strange, hasty = with_copies([line])
    assert own == line
    assert (strange.text, strange.strange) == (line.text, True)
    assert (hasty.text, hasty.strange) == ("who is sam", False)
    assert max(strange.weight, hasty.weight) < own.weight
