"""Whom a message is about, who said what, and standing out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.config import RecallSettings
from long_term_memory.config.option import option
from long_term_memory.core.knowledge.bearing import OF_KIND
from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.knowledge.limits import limits_of
from long_term_memory.core.retrieval.corpus import Corpus, build_view
from long_term_memory.core.retrieval.inverted_index import InvertedIndex
from long_term_memory.core.retrieval.note_ranking import RecallNote, rank_notes
from long_term_memory.core.retrieval.query import parse_query
from long_term_memory.core.retrieval.ranking import rank
from long_term_memory.core.retrieval.signals import (
    LIMITS,
    SIGNALS,
    SignalSpec,
    Stage,
    WeightedSignal,
    explained,
    said_by,
    weigh,
)
from long_term_memory.core.retrieval.similarity import Moments, moments, standing_out
from long_term_memory.core.text.emotion import LABELS
from long_term_memory.core.types import ScoreParts


def test_the_one_spoken_of_gains_and_the_other_loses() -> None:
    author = np.array([0, 2, 1, 3], np.int16)
    assert said_by(author, "user", [2]).tolist() == [1, -1, 0, 0]
    assert said_by(author, "assistant", [2]).tolist() == [-1, 1, 0, 0]
    assert said_by(author, None, [2]).tolist() == [0, 0, 0, 0]


def test_unknown_cosines_neither_count_nor_stand_out() -> None:
    cosines = np.array([0.1, 0.3, np.nan], np.float32)
    spread = moments(cosines)
    assert spread == pytest.approx((0.2, 0.1), abs=1e-6)
    assert standing_out(cosines, spread).tolist() == pytest.approx([-1, 1, 0], abs=1e-5)


def test_equal_cosines_do_not_stand_out() -> None:
    cosines = np.full(5, 0.25, np.float32)
    assert standing_out(cosines, moments(cosines)).tolist() == pytest.approx([0] * 5)
    assert moments(np.empty(0, np.float32)) == Moments(0.0, 1.0)


def test_cosines_that_differ_by_rounding_alone_have_no_spread() -> None:
    equal = np.full(7, 0.3, np.float32)
    equal[3] += np.float32(1e-5)

    assert moments(equal).deviation == 1
    assert abs(standing_out(equal, moments(equal))).max() < 1e-4


def test_each_signal_has_one_weight_and_each_weight_one_signal() -> None:
    weights = {one.name for one in fields(RecallSettings)}
    weights = {name for name in weights if name.endswith("_weight")}

    assert {f"{one.name}_weight" for one in SIGNALS} == weights


def test_the_order_of_signals_is_what_clients_read() -> None:
    names = [one.name for one in SIGNALS]

    assert names == [
        *("passage", "dense", "window", "lexical", "near_words"),
        *("speaker", "date", "question", "emotion", "fact"),
    ]


def test_settings_weigh_signals() -> None:
    weights = dict(weigh(RecallSettings(date_weight=3)))

    assert {one.name: weights[one] for one in SIGNALS if one.name == "date"} == {
        "date": 3.0
    }


# What somebody writes who adds a signal: an entry with its function, and an option.
LONG = SignalSpec(
    name="long",
    label="long",
    help="Long messages tell more",
    weight_label="Length",
    stage=Stage.ALL,
    score=lambda given: given.view.length.astype(np.float32),
    of_note=lambda note: note.held,
    is_cause=True,
)
SHOUTED = SignalSpec(
    name="shouted",
    label="shouted",
    help="Nobody shouts",
    weight_label="Shouting",
    stage=Stage.CANDIDATES,
    score=lambda given: None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreSettings(RecallSettings):
    """The settings of recall, and what two more signals count for."""

    long_weight: float = option(2.0, "Weight of length.", within=(-100, 100))
    shouted_weight: float = option(4.0, "Weight of shouting.", within=(-100, 100))


def test_a_signal_is_added_by_one_entry_its_function_and_one_option() -> None:
    """It is in weights, scores and explanations, of messages and of notes."""
    columns, postings = Corpus(), InvertedIndex()
    columns.extend(
        [1, 2],
        authors=[("user", "Ann")] * 2,
        said_at=[float("nan")] * 2,
        questions=[False] * 2,
        lengths=[3, 50],
    )
    view = build_view([np.array([1, 2], np.int32)], columns)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    asked = parse_query(
        "tea",
        speaker="user",
        user_names=["Ann"],
        character_names=["Bo"],
        now=now,
    )

    signals = weigh(MoreSettings(), (*SIGNALS, LONG, SHOUTED))
    ranked = rank(view, asked, postings, None, near={}, signals=signals, characters=[])
    [best, other] = ranked.hits([0, 1])
    notes = rank_notes(
        [RecallNote(key="n", content="tea", terms=frozenset(asked.terms.tolist()))],
        asked,
        None,
        near={},
        postings=postings,
        messages=2,
        spread=ranked.spread,
        signals=signals,
        max_distance=2.0,
    )

    assert [(one.name, weight) for one, weight in signals[-2:]] == [
        ("long", 2.0),
        ("shouted", 4.0),
    ]
    assert (best.row, best.parts.of("long")) == (2, 100)
    assert best.score - other.score == 94
    assert best.parts.of("shouted") == 0
    told = {one.name: one for one in explained(best.parts, signals)}
    assert told["long"].value == 50
    assert told["long"].share == pytest.approx(1)
    assert notes.parts[0].of("long") == 2
    assert notes.clues.score[0] == pytest.approx(sum(notes.parts[0].values.values()))


def test_a_signal_that_counts_for_nothing_is_not_explained() -> None:
    signals = weigh(RecallSettings(near_words_weight=0, date_weight=0))

    names = [one.name for one in explained(ScoreParts({"lexical": 2.0}), signals)]

    assert "near_words" not in names
    assert "date" not in names
    assert "lexical" in names


DAY = 86_400.0


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("What did we say when we first met?", 1),
        ("What did we say last time?", 2),
        ("What did I tell you on 3 January 1970?", 2),
        ("What did I tell you today?", 3),
    ],
)
def test_a_part_of_the_past_that_is_named_counts_for_what_was_said_then(
    text: str, best: int
) -> None:
    """The third message is shown by the host: the last time was before it."""
    columns = Corpus()
    columns.extend(
        [1, 2, 3],
        authors=[("user", "Ann")] * 3,
        said_at=[0.5 * DAY, 2.5 * DAY, 9.5 * DAY],
        questions=[False] * 3,
        lengths=[5] * 3,
    )
    view = build_view([np.array([1, 2], np.int32), np.array([3], np.int32)], columns)
    asked = parse_query(
        text,
        speaker="user",
        user_names=["Ann"],
        character_names=["Bo"],
        now=datetime.fromtimestamp(9.6 * DAY, UTC),
    )

    ranked = rank(
        view,
        asked,
        InvertedIndex(),
        None,
        near={},
        signals=weigh(RecallSettings()),
        characters=[],
        here=view.slots(np.array([3], np.int32)),
    )

    [first, *others] = ranked.hits([*range(len(ranked.rows))])
    assert first.row == best
    assert all(0 < one.parts.of("date") < first.parts.of("date") for one in others)


def test_a_feeling_counts_where_the_one_asked_about_speaks() -> None:
    corpus = Corpus()
    corpus.extend(
        [1, 2],
        authors=[("user", "Ann"), ("assistant", "Bo")],
        said_at=[0.0, 1.0],
        questions=[False, False],
        lengths=[3, 3],
    )
    view = build_view([np.array([1, 2], np.int32)], corpus)
    shares = np.zeros((2, len(LABELS)), np.uint8)
    shares[:, LABELS.index("sadness")] = 255

    def scored(text: str) -> list[float]:
        found = rank(
            view,
            parse_query(
                text,
                speaker="user",
                user_names=["Ann"],
                character_names=["Bo"],
                now=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            InvertedIndex(),
            None,
            near={},
            signals=[
                WeightedSignal(replace(one, is_cause=True), 1.0)
                for one in SIGNALS
                if one.name == "emotion"
            ],
            characters=[2],
            shares=lambda rows: shares,
        )
        rows = found.rows.tolist()
        parts = dict(zip(rows, found.parts[0].tolist(), strict=True))
        return [parts.get(row, 0.0) for row in (1, 2)]

    assert scored("When was I sad?") == [1, 0]
    assert scored("When were you sad?") == [0, 1]
    assert scored("When was somebody sad, remember?") == [1, 1]
    assert scored("When was it?") == [0, 0]


def test_a_fact_that_holds_counts_the_more_if_it_was_asked_for() -> None:
    corpus = Corpus()
    corpus.extend(
        [1, 2, 3],
        authors=[("user", "Ann")] * 3,
        said_at=[0.0, 1.0, 2.0],
        questions=[False] * 3,
        lengths=[3] * 3,
    )
    view = build_view([np.array([1, 2, 3], np.int32)], corpus)
    told = np.array([0, OF_KIND[Category.PET], OF_KIND[Category.WORK], 0], np.uint32)

    def scored(text: str, told: NDArray[np.uint32] | None) -> list[float]:
        found = rank(
            view,
            parse_query(
                text,
                speaker="user",
                user_names=["Ann"],
                character_names=["Bo"],
                now=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            InvertedIndex(),
            None,
            near={},
            signals=[
                WeightedSignal(replace(one, is_cause=True), 1.0)
                for one in SIGNALS
                if one.name == "fact"
            ],
            characters=[2],
            bearings=None if told is None else lambda rows: told[rows],
        )
        parts = dict(zip(found.rows.tolist(), found.parts[0].tolist(), strict=True))
        return [parts.get(row, 0.0) for row in (1, 2, 3)]

    assert scored("Which pets were there?", told) == [1, 0.5, 0]
    assert scored("Good evening!", told) == [0.5, 0.5, 0]
    assert scored("Welche Haustiere gab es damals bei uns?", told) == [0, 0, 0]
    limits = np.array([0, limits_of("no nuts for me"), 0, 0], np.uint32)
    assert scored("Cook me something nice!", limits) == [LIMITS, 0, 0]
    assert scored("Was essen wir heute denn zum Abend?", limits) == [LIMITS, 0, 0]
    assert scored("Which pets were there?", limits) == [0.5, 0, 0]
    assert scored("Which pets were there?", None) == [0, 0, 0]
