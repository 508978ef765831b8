"""An optional model reads the best memories once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import RecallSettings, Settings
from long_term_memory.core.types import Query, Reason
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.testing import HashEmbedder, InMemoryBackend

from .builders import a_chat, a_request
from .conftest import MIKU

ASKED = Query(text="Where did my cat sleep?")
LINES = ("> My cat slept here.", "My cat slept there.", "> The key: under my cat.")


class Reader:
    """Likes texts with a word; says nothing while it is late."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.late = False
        self.read: list[str] = []

    def score(
        self, query: str, texts: list[str], *, timeout_seconds: float
    ) -> tuple[NDArray[np.float32] | None, str]:
        """Score texts."""
        assert query
        assert timeout_seconds == 1.0
        self.read = texts
        if self.late:
            return None, "Late."
        return np.array([9.0 * (self.word in text) for text in texts], np.float32), ""


@pytest.fixture
def reader() -> Reader:
    return Reader("key")


@pytest.fixture
def engine(tmp_path: Path, reader: Reader) -> Iterator[Engine]:
    backends = Backends(
        make_embedder=lambda settings: LazyEmbedder(HashEmbedder),
        make_reranker=lambda settings: reader if settings.recall.rerank_model else None,
    )
    engine = Engine(ON, tmp_path, InMemoryBackend(), backends, utc_now, Faults(utc_now))
    yield engine
    engine.close()


ON = Settings(recall=RecallSettings(rerank_model="any"))


def found(engine: Engine, query: Query = ASKED) -> list[str]:
    chat = a_chat(engine.bank(MIKU), "one", *LINES)
    return [item.memory.content for item in chat.recall(query)]


def test_what_the_model_likes_comes_first(engine: Engine, reader: Reader) -> None:
    assert found(engine)[0] == "The key: under my cat."
    assert "Miku: My cat slept there." in reader.read


def test_more_is_read_than_returned(engine: Engine, reader: Reader) -> None:
    assert found(engine, replace(ASKED, limit=1)) == ["The key: under my cat."]
    assert len(reader.read) == 3


def test_a_late_model_changes_nothing_and_the_note_says_so(
    engine: Engine, reader: Reader
) -> None:
    reader.late = True
    late = found(engine)
    chat = engine.bank(MIKU).chat("one", host="test")
    assert chat.compose(a_request(ASKED.text)).note == "Late."
    engine.configure(Settings())

    assert late == found(engine)
    assert chat.compose(a_request(ASKED.text)).note == ""


def test_a_note_has_no_name_and_is_read_too(engine: Engine, reader: Reader) -> None:
    engine.bank(MIKU).memories.add("My cat did not sleep at all.")
    found(engine)
    assert "My cat did not sleep at all." in reader.read


@pytest.mark.parametrize("query", [replace(ASKED, limit=0), Query(text="haha")])
def test_nothing_is_read_where_there_is_no_choice(
    engine: Engine, reader: Reader, query: Query
) -> None:
    assert found(engine, query) == []
    assert reader.read == []


def test_what_the_model_pushed_out_is_explained(engine: Engine) -> None:
    chat = a_chat(engine.bank(MIKU), "one", *LINES)

    told = chat.explain(replace(ASKED, limit=1)).candidates

    assert told[0].memory.content == "The key: under my cat."
    assert {one.reason for one in told[1:]} == {Reason.LIMIT}


def test_a_model_is_prepared_only_where_one_is_named(tmp_path: Path) -> None:
    """Nothing is loaded before a message is asked."""
    for settings in (Settings(), ON):
        engine = build_engine(settings, tmp_path / "data", load=HashEmbedder)
        assert (engine._reranker is None) == (settings is not ON)
        engine.close()
