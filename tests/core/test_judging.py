"""The order of candidates, and what of them need not be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from long_term_memory.core.retrieval.intent import Intent
from long_term_memory.core.retrieval.judging import (
    Judged,
    Looked,
    QueryEmbedding,
    SubQuery,
)
from long_term_memory.core.retrieval.note_ranking import RankedNotes
from long_term_memory.core.retrieval.query import ParsedQuery
from long_term_memory.core.retrieval.ranking import Ranked
from long_term_memory.core.retrieval.relevance import Clues, Judgement
from long_term_memory.core.retrieval.similarity import Moments

ASKED = "What does my cat eat?"


def judged(helps: list[float], score: list[float], notes: list[str]) -> Judged:
    """Return candidates, messages first, the last of them notes."""
    nothing = np.zeros(len(score), np.float32)
    clues = Clues._make([nothing] * len(Clues._fields))
    clues = clues._replace(score=np.array(score, np.float32))
    messages = len(score) - len(notes)
    looked = Looked(
        reading=SubQuery(
            text=ASKED,
            asked=ParsedQuery(text=ASKED, terms=np.zeros(0, np.uint32), words={}),
            meant=QueryEmbedding(),
        ),
        compared=None,
        ranked=Ranked(
            rows=np.arange(messages, dtype=np.int32),
            names=(),
            parts=np.zeros((0, messages), np.float32),
            clues=clues,
            spread=Moments(0.0, 1.0),
        ),
        noted=RankedNotes(keys=notes, parts=[], clues=clues),
        clues=clues,
        embedder=None,
    )
    judgement = Judgement(0.5, np.array(helps, np.float32))
    return Judged(looked=looked, intent=Intent({}), judgement=judgement)


def test_a_filled_room_goes_by_the_plain_score() -> None:
    one = judged([0.9, 0.001, 0.5], [1.0, 2.0, 1.5], [])

    assert one.order(filled=True).tolist() == [1, 2, 0]
    assert one.order().tolist() == [0, 2, 1]


def test_who_searches_wants_to_be_told_whatever_there_is() -> None:
    one = judged([0.9], [1.0], [])

    assert one.wanted() == replace(one, judgement=one.judgement._replace(needed=1.0))


def test_a_note_that_the_host_shows_is_not_picked() -> None:
    one = judged([0.9, 0.8, 0.7], [3.0, 2.0, 1.0], ["shown", "other"])

    assert one.likely({"shown"}).tolist() == [0, 2]
    assert one.likely({"elsewhere"}).tolist() == [0, 1, 2]
    assert one.likely(()).tolist() == [0, 1, 2]


def test_what_was_not_read_could_be_as_good_as_its_best() -> None:
    one = judged([0.9, 0.2, 0.4], [3.0, 2.0, 1.0], [])

    unread = one.best_of(np.array([1, 2], np.int32))

    assert unread is not None
    assert unread.helps == np.float32(0.4)
    assert one.best_of(np.empty(0, np.int32)) is None
