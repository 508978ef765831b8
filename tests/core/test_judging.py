"""The order of candidates, and what of them need not be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from long_term_memory.core.retrieval.breadth import Subject
from long_term_memory.core.retrieval.intent import KINDS, Intent, IntentModel
from long_term_memory.core.retrieval.judging import (
    ANYTHING_HELPS,
    Judged,
    Looked,
    QueryEmbedding,
    SubQuery,
)
from long_term_memory.core.retrieval.note_ranking import RankedNotes
from long_term_memory.core.retrieval.query import ParsedQuery
from long_term_memory.core.retrieval.ranking import Ranked
from long_term_memory.core.retrieval.relevance import (
    Clues,
    Judgement,
    RelevanceModel,
)
from long_term_memory.core.retrieval.similarity import Moments
from long_term_memory.core.retrieval.supersession import MOST

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


# -- by which models it is judged ------------------------------------------------------

ROW = [0] * len(KINDS)
ALONE = {"unit": 1.0, "intercept": ROW, "features": {}, "vector": []}
BY_VECTOR = ALONE | {"vector": [[9, *ROW[1:]], [0, 9, *ROW[2:]]]}
INTENTS = IntentModel.read(
    {
        "kinds": list(KINDS),
        "embedder": "known",
        "with_vector": BY_VECTOR,
        "surface_only": ALONE,
    }
)
EVEN = {"mean": [0.0], "scale": [1.0], "intercept": 0.0}
RELEVANCE = RelevanceModel.read(
    {
        "embedder": "known",
        "helps": EVEN | {"names": ["passage"], "weights": [1.0]},
        "helps_words": EVEN | {"names": ["words"], "weights": [4.0]},
        "near": EVEN | {"names": ["nearest"], "weights": [-10.0]},
        "near_any": EVEN | {"names": ["stands_out"], "weights": [-10.0]},
        "near_words": EVEN | {"names": ["words"], "weights": [-10.0]},
    }
)
FIRST_KIND = np.array([1, 0], np.float32)


def looked(
    count: int, *, embedder: str | None = "known", broad: bool = False
) -> Looked:
    """Return candidates of a question that means the first kind."""
    one = judged([0.0] * count, [1.0] * count, []).looked
    reading = replace(
        one.reading,
        asked=replace(one.reading.asked, all_of=Subject.SPEAKER if broad else None),
        meant=QueryEmbedding(vector=FIRST_KIND),
    )
    clues = one.clues._replace(cosine=np.full(count, 0.5, np.float32))
    return replace(one, reading=reading, clues=clues, embedder=embedder)


def test_a_vector_of_the_model_that_was_fitted_tells_the_intent() -> None:
    by_vector = looked(3).judged(INTENTS, RELEVANCE)
    by_another = looked(3, embedder="other").judged(INTENTS, RELEVANCE)

    assert by_vector.intent.probabilities[KINDS[0]] > 0.99
    assert len(set(by_another.intent.probabilities.values())) == 1


def test_who_asks_for_all_that_is_known_is_told_what_there_is() -> None:
    """What is embedded for such a message is what would answer, so it tells nothing."""
    some = looked(3, broad=True).judged(INTENTS, RELEVANCE)
    none = looked(0, broad=True).judged(INTENTS, RELEVANCE)

    assert len(set(some.intent.probabilities.values())) == 1
    assert some.judgement.needed == ANYTHING_HELPS
    assert looked(3).judged(INTENTS, RELEVANCE).judgement.needed < 0.1
    assert none.judgement.needed < ANYTHING_HELPS


def test_none_that_could_be_told_is_left_out_but_where_that_is_wanted() -> None:
    """What replaces a likely one may be unlikely, so as many as are compared stay."""
    many = [0.9] * 3 + [0.0] * (MOST + 5)
    one = judged(many, [9.0] * 3 + [0.0] * (MOST + 5), [])
    late = judged([*many, 0.9], [*[9.0] * 3, *[0.0] * (MOST + 5), -90.0], [])

    assert len(one.likely(())) == MOST
    assert len(one.likely((), cut=False)) == len(many)
    assert len(late.likely(())) == len(many) + 1
