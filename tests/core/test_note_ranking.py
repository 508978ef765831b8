"""Texts by hand are scored by the same signals as messages."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.config import RecallSettings
from long_term_memory.core.retrieval.inverted_index import InvertedIndex
from long_term_memory.core.retrieval.note_ranking import (
    LEAST_DEVIATION,
    RankedNotes,
    RecallNote,
    rank_notes,
)
from long_term_memory.core.retrieval.query import parse_query
from long_term_memory.core.retrieval.query_expansion import Neighbours
from long_term_memory.core.retrieval.signals import SIGNALS, weigh
from long_term_memory.core.retrieval.similarity import Moments
from long_term_memory.core.text.tokenizer import term_ids, term_set

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EAST = np.array([1, 0], np.float32)
NORTH = np.array([0, 1], np.float32)
SPREAD = Moments(0.1, 0.2)


def note(text: str, vector: NDArray[np.float32] | None = None) -> RecallNote:
    """Write a note; its key is its text."""
    return RecallNote(key=text, content=text, terms=term_set(text), vector=vector)


def ranked(
    text: str,
    *notes: RecallNote,
    query: NDArray[np.float32] | None = EAST,
    near: dict[int, Neighbours] | None = None,
    spread: Moments = SPREAD,
    max_distance: float = 2.0,
) -> RankedNotes:
    """Rank notes beside nine messages, none of which holds a word of any."""
    asked = parse_query(
        text, speaker="user", user_names=["Ann"], character_names=["Bo"], now=NOW
    )
    return rank_notes(
        notes,
        asked,
        query,
        near=near or {},
        postings=InvertedIndex(),
        messages=9,
        spread=spread,
        signals=weigh(RecallSettings(near_words_weight=5)),
        max_distance=max_distance,
    )


def test_nothing_written_is_nothing_found() -> None:
    found = ranked("Where are my keys?")

    assert found.keys == []
    assert len(found.clues.score) == 0


def test_a_note_counts_by_meaning_and_words() -> None:
    both, words, neither = (
        note("my brass keys", EAST),
        note("brass keys"),
        note("tea", NORTH),
    )

    found = ranked("Where are the brass keys?", both, words, neither)

    assert found.keys == [both.key, words.key, neither.key]
    best, second, last = found.clues.score.tolist()
    assert best > second > 0 > last
    assert found.clues.words.tolist() == [1, 1, 0]
    assert found.parts[1].of("lexical") > 0
    assert found.parts[1].of("dense") == 0
    assert found.parts[1].distance is None
    assert found.parts[0].distance == pytest.approx(0)


def test_the_parts_of_a_note_add_up_and_stand_in_the_order_of_signals() -> None:
    found = ranked("Where are the brass keys?", note("brass keys", EAST))

    [parts], order = found.parts, [one.name for one in SIGNALS]
    assert sum(parts.values.values()) == pytest.approx(found.clues.score[0])
    assert list(parts.values) == [one for one in order if one in parts.values]


def test_near_words_count_as_far_as_they_are_near() -> None:
    [keys, locks] = term_ids("keys locks").tolist()
    near = {keys: Neighbours((locks, keys), (0.5, 1.0))}

    found = ranked("keys", note("locks"), note("keys"), note("tea"), near=near)

    shares = [one.of("near_words") / 5 for one in found.parts]
    assert shares == pytest.approx([0.5, 1, 0])


def test_what_is_too_far_off_is_left_out() -> None:
    found = ranked("keys", note("keys", NORTH), note("tea", EAST), max_distance=0.5)

    assert found.keys == ["tea"]


def test_messages_that_hardly_spread_do_not_lift_a_note_without_bounds() -> None:
    found = ranked("keys", note("keys", EAST), spread=Moments(1.0, 1e-9))
    far = ranked("keys", note("keys", NORTH), spread=Moments(1.0, 1e-9))

    assert found.clues.dense[0] == 0
    assert far.clues.dense[0] == pytest.approx(-1 / LEAST_DEVIATION)


def test_a_query_without_words_finds_by_meaning_alone() -> None:
    found = ranked("?!", note("brass keys", EAST))

    assert found.clues.words[0] == 0
    assert found.clues.score[0] > 0
