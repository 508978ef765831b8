"""Words are learned in the background, and lend a query their near ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import RecallSettings, Settings
from long_term_memory.core.retrieval.query import ParsedQuery
from long_term_memory.core.text.tokenizer import term_ids
from long_term_memory.core.text.tokenizer import words as words_of
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.state.vocabulary import VocabularyIndex
from long_term_memory.storage.in_memory import InMemoryBank

from .builders import a_chat
from .conftest import MIKU

RAIN = ParsedQuery(text="rain?", terms=term_ids("rain"), words=words_of("rain"))
NEAR = Settings(recall=RecallSettings(near_words_weight=5))


class Initials:
    """An embedder to which words mean the same that begin with the same letter."""

    name = "initials"
    dimension = 26
    fingerprint = "1"

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector for each first letter; longer texts are all alike."""
        self.calls.append(list(texts))
        words = [text if text.isalpha() else "a" for text in texts]
        letters = [(ord(word[0].lower()) - 97) % 26 for word in words]
        vectors: NDArray[np.float32] = np.eye(26, dtype=np.float32)[letters]
        return vectors


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    engine = build_engine(NEAR, tmp_path / "data", load=Initials)
    yield engine.bank(MIKU)
    engine.close()


def test_a_near_word_finds_what_was_said(bank: Bank) -> None:
    chat = a_chat(bank, "one", "> Paragliding!", "Rain.", "> Snow.", "Wind.")

    found = chat.recall(Query(text="parachutes?", gated=False))

    assert found[0].memory.content == "Paragliding!"
    assert found[0].parts.of("near_words") > 0


def test_what_is_said_later_is_learned_too(bank: Bank) -> None:
    a_chat(bank, "one", "> Rain.")
    chat = a_chat(bank, "two", "> Paragliding!")

    [first, *_] = chat.recall(Query(text="parachutes?", gated=False))

    assert first.parts.of("near_words") > 0


def test_notes_are_found_by_near_words_as_messages_are(bank: Bank) -> None:
    chat = a_chat(bank, "one", "> Paragliding!")
    note = bank.memories.add("Paragliding scares Anon")
    assert bank.settle(20)

    found = chat.recall(Query(text="parachutes?", gated=False))

    parts = {one.memory.id: one.parts.of("near_words") for one in found}
    assert parts[note.id] > 0


def test_many_words_are_learned_in_lots_and_each_once(bank: Bank) -> None:
    said = [f"word{number}" for number in range(100)]  # word11 has the stem of word1
    a_chat(bank, "one", "> " + " ".join(said), "word1, said again")
    words, embedder = (
        VocabularyIndex(bank.state.store, RLock(), wanted=lambda: True),
        Initials(),
    )
    words.attach(26)
    while words.learn(2, [], embedder):
        pass
    a_chat(bank, "two", "> word1 and word2")
    while words.learn(3, [], embedder):
        pass
    assert [len(call) for call in embedder.calls] == [64, 28]


class Swapping(Initials):
    """Another model takes over while this one embeds."""

    words: VocabularyIndex

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors that come too late."""
        self.words.attach(26)
        return super().embed(texts)


def test_vectors_of_a_model_that_is_gone_are_dropped(bank: Bank) -> None:
    a_chat(bank, "one", "> Paragliding!", "Paragliding and sailing!")
    words, embedder = (
        VocabularyIndex(bank.state.store, RLock(), wanted=lambda: True),
        Swapping(),
    )
    embedder.words = words
    words.attach(26)
    words.learn(2, [], embedder)
    assert embedder.calls == [["paragliding", "sailing"]]
    assert words.due(2)
    words.learn(2, [], Initials())
    assert not words.due(2)


def test_without_a_model_there_are_no_words_to_learn() -> None:
    words, embedder = (
        VocabularyIndex(InMemoryBank(), RLock(), wanted=lambda: True),
        Initials(),
    )
    words.learn(5, [], embedder)
    assert not words.due(5)
    assert words.embed_queries([RAIN], embedder)[0].near == {}


def test_messages_without_new_words_are_read_once() -> None:
    words, embedder = (
        VocabularyIndex(InMemoryBank(), RLock(), wanted=lambda: True),
        Initials(),
    )
    words.attach(26)
    assert words.due(300)
    words.learn(300, [], embedder)
    assert words.due(300)
    words.learn(300, [], embedder)
    assert not words.due(300)
    assert not embedder.calls


def test_unless_near_words_count_none_are_learned() -> None:
    words, embedder = (
        VocabularyIndex(InMemoryBank(), RLock(), wanted=lambda: False),
        Initials(),
    )
    words.attach(26)
    assert not words.due(5)
    assert not words.learn(5, [], embedder)
    assert words.embed_queries([RAIN], embedder)[0].near == {}
    assert embedder.calls == [["rain?"]]
