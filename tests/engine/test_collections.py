"""A client's texts, found by what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.maintenance import Level
from long_term_memory.core.records import CollectionEntry
from long_term_memory.engine.collections import Collections
from long_term_memory.engine.maintenance.health import examine
from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import Embedder, LazyEmbedder
from long_term_memory.storage.sqlite.collections import SqliteCollections
from long_term_memory.testing import HashEmbedder

from .models import Model

TEXTS = ["The silver key lies under the step.", "A cat sleeps.", "The cat hates rain."]


def entries(*texts: str) -> list[CollectionEntry]:
    return [
        CollectionEntry(f"msg-{n}", "user", n, "", text) for n, text in enumerate(texts)
    ]


def kept(folder: Path, embedder: Embedder | None = None) -> Collections:
    lazy = LazyEmbedder(lambda: embedder or HashEmbedder())
    assert lazy.ready(10) is not None
    return Collections(SqliteCollections(folder), lambda: lazy)


def test_the_nearest_comes_first_and_the_same_text_has_no_distance(
    tmp_path: Path,
) -> None:
    here = kept(tmp_path)
    assert here.add("me", "chat", entries(*TEXTS)) == 3

    found = here.query("me", "chat", TEXTS[0], 3)

    assert found[0].entry.content == TEXTS[0]
    assert found[0].distance == pytest.approx(0, abs=1e-5)
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    assert all(0 <= one.distance <= 4 for one in found)
    here.close()


def test_no_more_are_found_than_there_are_or_are_wanted(tmp_path: Path) -> None:
    here = kept(tmp_path)
    here.add("me", "chat", entries(*TEXTS))

    assert len(here.query("me", "chat", "cat", 500)) == 3
    assert len(here.query("me", "chat", "cat", 2)) == 2
    assert here.query("me", "chat", "cat", 0) == []
    assert here.query("me", "unknown", "cat", 3) == []
    assert here.add("me", "chat", []) == 0
    here.close()


def test_several_collections_are_asked_as_one_and_equal_texts_come_once(
    tmp_path: Path,
) -> None:
    here = kept(tmp_path)
    here.add("me", "a", entries(*TEXTS))
    here.add("me", "b", entries(TEXTS[0], "The key is of gold."))

    found = here.query_all("me", ["a", "missing", "b"], TEXTS[0], 3)

    assert [one.entry.content for one in found].count(TEXTS[0]) == 1
    assert found[0].entry.content == TEXTS[0]
    assert len(found) == 3
    here.close()


def test_without_an_embedder_words_are_compared(tmp_path: Path) -> None:
    def fails() -> Embedder:
        raise EmbeddingError("It is not there.")

    lazy = LazyEmbedder(fails)
    here = Collections(SqliteCollections(tmp_path), lambda: lazy)
    here.add("me", "chat", entries(*TEXTS))

    found = here.query("me", "chat", "Where is the silver key?", 3)
    nothing = here.query("me", "chat", "?", 3)

    assert found[0].entry.content == TEXTS[0]
    assert found[0].distance < found[1].distance <= 2
    assert {one.distance for one in nothing} == {2.0}
    here.close()


def test_vectors_are_made_once_and_anew_for_another_model(tmp_path: Path) -> None:
    small = Model("small", 32)
    here = kept(tmp_path, small)
    here.add("me", "chat", entries(*TEXTS))
    here.query("me", "chat", "cat", 1)
    here.close()
    assert small.texts == 4

    large = Model("large", 64)
    again = kept(tmp_path, large)
    assert again.query("me", "chat", TEXTS[1], 1)[0].entry.content == TEXTS[1]
    assert large.texts == 3
    again.close()


def test_what_is_purged_is_found_no_more(tmp_path: Path) -> None:
    here = kept(tmp_path)
    here.add("me", "chat", entries(*TEXTS))

    here.purge("me", "chat")

    assert here.entries("me", "chat") is None
    here.close()


def test_the_doctor_looks_at_them(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path, load=HashEmbedder)

    def told() -> list[tuple[Level, str]]:
        found = examine(engine, lambda _: HashEmbedder())
        return [(one.level, one.words) for one in found if one.what == "collections"]

    assert told() == []
    engine.collections.add("", "chat", entries(*TEXTS))
    assert told() == [(Level.OK, "1 of clients of the Extras API, in clear")]
    engine.collections.close()
    path = tmp_path / "collections.sqlite3"
    path.write_bytes(b"no database" * 500)
    [(level, words)] = told()
    assert level is Level.FAULT
    assert "damaged" in words
    engine.close()


class Away(HashEmbedder):
    """One whose service is away whenever it is asked after loading."""

    away = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.away:
            raise EmbeddingError("The service is away.")
        return super().embed(texts)


def test_texts_are_kept_and_found_by_words_while_the_service_is_away(
    tmp_path: Path,
) -> None:
    service = Away()
    here = kept(tmp_path, service)
    service.away = True

    assert here.add("me", "chat", entries(*TEXTS)) == 3
    assert here.query("me", "chat", "Where is the silver key?", 1)[0].distance < 2

    service.away = False
    assert here.query("me", "chat", TEXTS[1], 1)[0].distance == pytest.approx(
        0, abs=1e-5
    )
    here.close()


def test_what_is_forgotten_while_it_is_stored_is_taken_out_again(
    tmp_path: Path,
) -> None:
    """The look before it came too early; the one after it sees what is known now."""
    looks: list[int] = []

    def admit(
        user: str, name: str, coming: Sequence[CollectionEntry]
    ) -> Sequence[CollectionEntry]:
        looks.append(len(coming))
        return coming if len(looks) == 1 else coming[1:]

    lazy = LazyEmbedder(HashEmbedder)
    here = Collections(SqliteCollections(tmp_path), lambda: lazy, admit=admit)

    assert here.add("me", "chat", entries(*TEXTS)) == 3

    assert [one.content for one in here.entries("me", "chat") or ()] == TEXTS[1:]
    files = [one.read_bytes() for one in tmp_path.iterdir()]
    assert all(TEXTS[0].encode() not in one for one in files)
    here.close()
