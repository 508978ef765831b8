"""The newer is told before the older, and names what it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from long_term_memory.core.retrieval.corpus import Corpus, CorpusView, build_view
from long_term_memory.core.retrieval.renewal import newer_ranked
from long_term_memory.core.retrieval.supersession import MOST
from long_term_memory.core.retrieval.vector_index import VectorIndex
from long_term_memory.core.types import MemoryItem, MemoryKind, Recalled, ScoreParts
from long_term_memory.testing import HashEmbedder

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LEEDS = "I live in Leeds."
BRISTOL = "I moved from Leeds to Bristol, I live there now."
RAIN = "What a rainy day it was again."
PLACES = {LEEDS: 0, BRISTOL: 1, RAIN: 2}


def said(text: str, days: int, *, kind: MemoryKind = MemoryKind.TURN) -> Recalled:
    """Return what was said so many days ago, each in a chat of its own."""
    memory = MemoryItem(
        id=text,
        kind=kind,
        content=text,
        created_at=NOW,
        role="user",
        happened_at=NOW - timedelta(days=days),
        chat=text,
    )
    return Recalled(memory, 1.0, ScoreParts())


FOUND = [said(LEEDS, 90), said(RAIN, 40), said(BRISTOL, 3)]


def view_of(count: int) -> CorpusView:
    columns = Corpus()
    rows = list(range(1, count + 1))
    columns.extend(
        rows,
        authors=[("user", "Ann")] * count,
        said_at=[float("nan")] * count,
        questions=[False] * count,
        lengths=[1] * count,
    )
    return build_view([np.array([row], np.int32) for row in rows], columns)


def vectors_of(*texts: str) -> VectorIndex:
    index = VectorIndex(256)
    links = [(row, row, 0, 0, row) for row in range(1, len(texts) + 1)]
    vectors = HashEmbedder(dimension=256).embed(texts)
    index.extend(vectors, np.array(links, np.int64))
    return index


def ids(ranked: Sequence[Recalled]) -> list[str]:
    return [item.memory.id for item in ranked]


@pytest.mark.parametrize("vectors", [None, vectors_of(LEEDS, BRISTOL, RAIN)])
def test_the_newer_stands_first_and_is_named_by_what_it_replaces(
    vectors: VectorIndex | None,
) -> None:
    ranked = newer_ranked(FOUND, "Where do I live?", PLACES, view_of(3), vectors)

    assert ids(ranked).index(BRISTOL) < ids(ranked).index(LEEDS)
    assert {item.memory.id: item.superseded_by for item in ranked} == {
        LEEDS: BRISTOL,
        BRISTOL: "",
        RAIN: "",
    }


def test_who_asks_for_the_past_is_told_the_older_first() -> None:
    newest_first = [FOUND[2], *FOUND[:2]]

    ranked = newer_ranked(
        newest_first, "Where did I live before?", PLACES, view_of(3), None
    )

    assert ids(ranked).index(LEEDS) < ids(ranked).index(BRISTOL)


def test_one_alone_replaces_nothing_nor_does_what_follows_many() -> None:
    assert newer_ranked(FOUND[:1], "Where?", PLACES, view_of(3), None) == FOUND[:1]
    many = [said(f"It rained on day {day}.", 500 - day) for day in range(MOST)]

    ranked = newer_ranked([*many, *FOUND], "Where do I live?", {}, view_of(3), None)

    assert ranked[MOST:] == FOUND


def test_what_a_person_wrote_has_no_place_and_counts_by_its_time() -> None:
    note = said(BRISTOL, 3, kind=MemoryKind.NOTE)

    ranked = newer_ranked(
        [FOUND[0], note],
        "Where do I live?",
        {LEEDS: 0},
        view_of(1),
        vectors_of(LEEDS),
    )

    assert ids(ranked) == [BRISTOL, LEEDS]
