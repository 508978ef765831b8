"""What a turn costs, in texts and paths read; how long it takes is seen elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.config import Settings
from long_term_memory.core.records import StoredPathEntry
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
from long_term_memory.core.retrieval.supersession import MOST
from long_term_memory.core.types import Message, Query, Recalled
from long_term_memory.engine.backends import Backends
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.faults import Faults
from long_term_memory.engine.retrieval.retriever import LOT
from long_term_memory.engine.state.memories import HELD, HELD_CHARS
from long_term_memory.models.embedder import LazyEmbedder
from long_term_memory.storage.in_memory import (
    InMemoryBank,
    InMemoryChats,
    InMemoryMessages,
)
from long_term_memory.testing import HashEmbedder, InMemoryBackend

from .builders import a_chat, window
from .conftest import MIKU, Clock

ASKED = "What does my cat Miso eat in the garden?"


class Counting(InMemoryMessages):
    """Messages that count how many of their texts are read."""

    read = 0

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        """As the store does."""
        self.read += len(rows)
        return super().get(rows)


class CountingChats(InMemoryChats):
    """Chats that count how many of their paths are read."""

    read = 0

    def path(self, chat: int) -> list[StoredPathEntry]:
        """As the store does."""
        self.read += 1
        return super().path(chat)


class CountingBank(InMemoryBank):
    """A bank whose messages and paths are counted as they are read."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.messages: Counting = Counting(self._contents)
        self.chats: CountingChats = CountingChats(self._contents)


def settings(**recall: object) -> Settings:
    """Recall whatever kind of message it is."""
    options = Settings().recall
    return replace(Settings(), recall=replace(options, gate=False, **recall))  # type: ignore[arg-type]


class Ground:
    """An engine over a counting store, with many messages that are alike."""

    def __init__(self, folder: Path, clock: Clock, settings: Settings) -> None:
        """Tell some hundred messages of a cat."""
        bank = CountingBank()
        storage = InMemoryBackend()
        storage.banks[MIKU] = bank
        self.messages, self.chats = bank.messages, bank.chats
        backends = Backends(make_embedder=lambda _: LazyEmbedder(HashEmbedder))
        faults = Faults(clock)
        self.engine = Engine(settings, folder, storage, backends, clock, faults)
        self.bank = self.engine.bank(MIKU)
        foods = ("tuna", "shrimps", "cheese", "butter", "grass", "chicken", "cream")
        places = ("garden", "kitchen", "attic", "harbour", "orchard", "cellar")
        lines = [
            f"> My cat Miso ate {food} in the {place} on day {day}."
            for day in range(8)
            for food in foods
            for place in places
        ]
        a_chat(self.bank, "told", *lines)
        self.asking = self.bank.chat("new", host="test")

    def recall(self, text: str = ASKED) -> tuple[list[Recalled], int]:
        """Return what a message brings to mind, and how many texts were read."""
        before = self.messages.read
        return self.asking.recall(Query(text=text)), self.messages.read - before


@pytest.fixture
def ground(tmp_path: Path, clock: Clock) -> Iterator[Ground]:
    """A bank in which hundreds of messages may help."""
    made = Ground(tmp_path, clock, settings())
    yield made
    made.engine.close()


def test_of_hundreds_that_may_help_a_few_lots_are_read(ground: Ground) -> None:
    """All of them were read once, for a dozen that were told."""
    found, read = ground.recall()

    assert found
    assert read <= 2 * max(LOT, len(found))


def test_what_is_told_is_the_same_as_if_all_were_read(
    ground: Ground, tmp_path: Path, clock: Clock
) -> None:
    # Whether a text is long enough is only known once it is read.
    whole = Ground(tmp_path / "whole", clock, settings(min_message_length=1))
    found, read = whole.recall()
    whole.engine.close()

    few, few_read = ground.recall()

    assert few_read < read
    assert [(one.memory.content, one.chance, one.score) for one in few] == [
        (one.memory.content, one.chance, one.score) for one in found
    ]


def test_a_likely_one_is_read_however_low_it_stands() -> None:
    """A plain score may put many that are unlikely before it."""
    count = 4 * MOST
    helps = np.full(count, 1e-6, np.float32)
    helps[-1] = 0.5
    score = np.zeros(count, np.float32)
    score[:-1] = 100.0
    judged = _judged(helps, score)

    assert count - 1 in judged.likely(())
    assert len(_judged(helps[::-1], score).likely(())) == MOST
    assert len(_judged(helps[::-1], score).likely((), cut=False)) == count


def _judged(helps: NDArray[np.float32], score: NDArray[np.float32]) -> Judged:
    nothing = np.zeros(len(score), np.float32)
    clues = Clues._make([nothing] * len(Clues._fields))._replace(score=score)
    looked = Looked(
        reading=SubQuery(
            text=ASKED,
            asked=ParsedQuery(text=ASKED, terms=np.zeros(0, np.uint32), words={}),
            meant=QueryEmbedding(),
        ),
        compared=None,
        ranked=Ranked(
            rows=np.arange(len(score), dtype=np.int32),
            names=(),
            parts=np.zeros((0, len(score)), np.float32),
            clues=clues,
            spread=Moments(0.0, 1.0),
        ),
        noted=RankedNotes(keys=[], parts=[], clues=clues),
        clues=clues,
        embedder=None,
    )
    judgement = Judgement(1.0, helps)
    return Judged(looked=looked, intent=Intent({}), judgement=judgement)


def test_what_was_told_a_turn_ago_is_not_read_again(ground: Ground) -> None:
    first, read = ground.recall()

    again, none = ground.recall()

    assert read
    assert not none
    assert again == first


def test_long_texts_are_not_held(ground: Ground) -> None:
    """They would be held by the megabyte."""
    long = "My cat Miso eats in the garden. " * (HELD_CHARS // 30)
    path = a_chat(ground.bank, "long", "> " + long).path()
    rows = ground.messages.rows_of([place.message.id for place in path])

    for _ in range(2):
        before = ground.messages.read
        [memory] = ground.bank.state.memories_of(rows.values())
        assert memory.content == long.strip()
        assert ground.messages.read == before + 1


def test_no_more_texts_are_held_than_are_named(ground: Ground) -> None:
    rows = range(1, 300)
    assert len(ground.bank.state.memories_of(rows)) == len(rows)
    lines = [f"> day {day} was a day like any other" for day in range(HELD)]
    a_chat(ground.bank, "days", *lines)
    last = ground.messages.last_row()
    ground.bank.state.memories_of(range(last - HELD + 1, last + 1))

    before = ground.messages.read
    ground.bank.state.memories_of(range(last - HELD + 1, last + 1))
    assert ground.messages.read == before

    ground.bank.state.memories_of([1])
    assert ground.messages.read == before + 1


def test_a_turn_reads_no_path_of_branches_that_rest(
    ground: Ground, clock: Clock
) -> None:
    past = ("> I live in a lighthouse.", "How high is it?")
    for name in ("trunk", "left", "right"):
        kin = ground.bank.chat(name, host="test", forked_from="trunk")
        kin.observe(window(*past, f"> I go {name}.", "Do."))
    chat = ground.bank.chat("here", host="test", forked_from="trunk")
    chat.observe(window(*past))
    clock.advance(minutes=1)
    before = ground.chats.read

    turn = ("> The lamp is broken.", "Oh no.")
    chat.observe(window(*past, *turn, at=clock()))
    assert ground.chats.read == before

    # Shown later under another name of the chat, it is the same: it went on since.
    twin = ground.bank.chat("twin", host="test", forked_from="trunk")
    twin.observe(window(*past))
    twin.observe(window(*past, *turn, at=clock()))
    assert [one.message.id for one in twin.path()] == [
        one.message.id for one in chat.path()
    ]


def test_what_is_compared_with_each_other_is_among_the_first_lot() -> None:
    assert LOT >= MOST
