"""Another embedding model: the former vectors serve until the new ones are whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from long_term_memory.core.records import ModelInfo
from long_term_memory.core.text.recipes import RECIPE
from long_term_memory.core.types import Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.embedding.batch import embed_due
from long_term_memory.engine.embedding.status import (
    EmbeddingState,
    ModelPhase,
    Throughput,
)
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.state.vector_models import DROPPING

from .builders import a_chat, a_request, recalled, window
from .conftest import MIKU, Clock
from .models import Library, Model, settings_with, start

LINES = [f"{'> ' if n % 2 else ''}Line number {n} about thing{n}." for n in range(100)]


class World:
    """Programs over one data directory, and the models they can load."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.small = Model("small")
        self.large = Model("large", dimension=96)
        self.library = Library(self.small, self.large)
        self.engines: list[Engine] = []

    def start(self, model: str = "small") -> Bank:
        engine = start(self.folder, self.library, model, self.clock)
        self.engines.append(engine)
        return engine.bank(MIKU)

    def restart(self, model: str = "small") -> Bank:
        self.stop()
        return self.start(model)

    def stop(self) -> None:
        while self.engines:
            self.engines.pop().close()

    def change(self, model: str) -> None:
        self.engines[-1].configure(settings_with(model))

    def arrays(self) -> int:
        return len([*self.folder.glob("*/*/embeddings.zarr/*/zarr.json")])


@pytest.fixture
def world(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """A data directory without memories."""
    world = World(tmp_path, clock)
    yield world
    for model in (world.small, world.large):
        model.free.set()
    world.stop()


def by_meaning(bank: Bank) -> bool:
    """Whether meanings are compared now."""
    context = bank.chat("a", host="test").compose(a_request("thing7"))
    return not context.lexical_only


def note(bank: Bank) -> str:
    return bank.chat("a", host="test").compose(a_request("thing7")).note


def served(bank: Bank) -> str:
    model = bank.embedding_state(20).serving
    return "" if model is None else model.name


def test_the_former_vectors_serve_until_the_new_ones_are_whole(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    before = recalled(bank.chat("a", host="test"), "thing7 about", limit=5)

    with world.large.held():
        world.change("large")
        assert by_meaning(bank)
        assert recalled(bank.chat("a", host="test"), "thing7 about", limit=5) == before
        state = bank.embedding_state(20)
        assert (state.phase, state.done, state.total) == (ModelPhase.CHANGING, 0, 100)
        assert state.differences == (
            "model small here, large wanted",
            "dimensions 64 here, 96 wanted",
            f"weights {world.small.fingerprint[:12]} here, "
            f"{world.large.fingerprint[:12]} wanted",
        )

    assert bank.settle(20)
    assert bank.embedding_state().phase is ModelPhase.READY
    assert served(bank) == "large"
    assert by_meaning(bank)
    assert [one.model.name for one in bank.embedding_state().models] == ["large"]
    assert world.arrays() == 1
    assert bank.stats().embedded == 100


def test_a_change_begins_without_a_turn(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)

    world.change("large")

    assert bank.settle(20)
    state = bank.embedding_state()
    assert (state.phase, [one.model.name for one in state.models]) == (
        ModelPhase.READY,
        ["large"],
    )


def test_a_paused_change_waits_across_restarts_and_goes_on_where_it_was(
    world: World,
) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    with world.large.held():
        world.change("large")
        assert by_meaning(bank)
        assert world.large.asked.wait(20)
        bank.pause_indexing()
    assert bank.settle(20)
    done = bank.embedding_state().done
    assert done == 32

    bank = world.restart("large")
    [words] = world.engines[-1].status().mended
    assert "a change of embedding models had not come to its end; it waits" in words
    assert by_meaning(bank)
    assert bank.settle(20)
    state = bank.embedding_state(20)
    assert (state.phase, state.done, state.total) == (ModelPhase.PAUSED, done, 100)
    texts = world.large.texts

    bank.pause_indexing(False)
    assert bank.settle(20)
    assert served(bank) == "large"
    assert 0 < world.large.texts - texts <= 100 - done
    world.restart("large")
    assert world.engines[-1].status().mended == ()


def test_vectors_of_a_former_model_go_though_a_kill_left_them_and_notes_are_due(
    world: World,
) -> None:
    """The note was embedded, nothing was due any more, and they stayed for a turn."""
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.memories.add("A note about elephants.")
    store = bank.state.store
    [small] = [one.model for one in store.vectors.models()]
    store.metadata.put(DROPPING, json.dumps([asdict(replace(small, name="former"))]))

    bank = world.restart()
    assert by_meaning(bank)
    assert bank.settle(20)

    assert bank.state.store.metadata.get(DROPPING) is None


def test_what_is_said_during_a_change_is_found_by_meaning_at_once(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.memories.add("A note about elephants.")
    bank.pause_indexing()
    world.change("large")

    chat = a_chat(bank, "a", *LINES, "> The elephants arrived.", "Where?", "> Here.")

    [found, *_] = chat.recall(Query(text="elephant arrival", limit=1, gated=False))
    assert found.parts.distance is not None
    assert bank.stats().embedded == 103
    assert bank.stats().due == 0

    bank.pause_indexing(False)
    assert bank.settle(20)
    assert bank.stats().embedded == 103
    found_by = chat.recall(Query(text="elephants", limit=2, gated=False))
    assert all(one.parts.distance is not None for one in found_by)


def test_a_former_model_that_cannot_be_loaded_leaves_words_and_says_so(
    world: World,
) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.pause_indexing()
    del world.library.models["small"]

    bank = world.restart("large")

    assert not by_meaning(bank)
    assert "the vectors here are of small" in note(bank)
    assert "There is no model 'small' here" in note(bank)
    assert "There is no model 'small' here" in bank.embedding_state(20).words
    bank.pause_indexing(False)
    assert bank.settle(20)
    assert by_meaning(bank)
    assert note(bank) == ""


def test_other_weights_under_the_same_name_are_another_model(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.pause_indexing()
    changed = Model("small")
    changed.fingerprint = "feed" * 4
    world.library.models["small"] = changed

    bank = world.restart()

    assert not by_meaning(bank)
    weights = f"weights feedfeedfeed here, {world.small.fingerprint[:12]} wanted"
    assert weights in note(bank)
    bank.pause_indexing(False)
    assert bank.settle(20)
    assert by_meaning(bank)
    assert bank.embedding_state().serving == ModelInfo(
        name="small", dimension=64, fingerprint="feed" * 4, recipe=RECIPE
    )


def test_while_the_wanted_model_cannot_be_loaded_the_former_one_serves(
    world: World,
) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)

    bank = world.restart("no such model")

    assert by_meaning(bank)
    assert note(bank) == (
        "Memories are found with small: There is no model 'no such model' here."
    )
    assert bank.embedding_state().phase is ModelPhase.FORMER


def test_without_any_model_words_are_compared(world: World) -> None:
    world.library.models.clear()
    bank = world.start()
    bank.chat("a", host="test").observe(window(*LINES))

    assert not by_meaning(bank)
    assert note(bank) == "Only words are compared: There is no model 'small' here."
    state = bank.embedding_state(20)
    assert state.phase is ModelPhase.WORDS
    assert state.words == (
        "only words are compared. Only words are compared: There is no model 'small' "
        "here."
    )


def test_going_back_to_the_former_model_drops_what_was_half_made(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.pause_indexing()
    world.change("large")
    bank.derive(world.large, 32)

    world.change("small")

    assert bank.settle(20)
    assert by_meaning(bank)
    assert bank.derive(world.small, 32) == 0
    assert [one.model.name for one in bank.embedding_state().models] == ["small"]


def test_two_programs_that_want_different_models_do_not_change_back_and_forth(
    world: World,
) -> None:
    first = world.start("small")
    a_chat(first, "a", *LINES)
    assert by_meaning(first)

    second = world.start("large")
    second.chat("a", host="test").observe(window(*LINES, "> One more."))
    assert second.settle(20)

    assert served(second) == "large"
    # Also if it is the worker that meets it first.
    serving = first.state.vectors.serving
    assert serving is not None
    serving.backlog.add([1])
    assert first.derive(world.small, 32) == 1
    assert by_meaning(first)
    assert first.settle(20)
    state = first.embedding_state(20)
    assert state.serving is not None
    assert (state.serving.name, state.phase) == ("large", ModelPhase.FORMER)
    assert "Name the same embedding_model in both" in state.words
    assert served(second) == "large"


def test_two_programs_that_want_the_same_new_model_end_with_it(world: World) -> None:
    first = world.start("small")
    a_chat(first, "a", *LINES)
    first.pause_indexing()
    second = world.start("large")
    assert by_meaning(second)
    world.change("large")
    world.engines[0].configure(settings_with("large"))
    assert by_meaning(first)

    second.pause_indexing(False)
    assert second.settle(20)

    assert served(second) == "large"
    assert by_meaning(first)
    assert first.settle(20)
    assert first.embedding_state(20).phase is ModelPhase.READY


def test_a_bank_from_before_serves_the_model_with_most_vectors(world: World) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.state.store.metadata.drop("embedding/serving")
    bank.pause_indexing()

    bank = world.restart("large")

    assert by_meaning(bank)
    assert served(bank) == "small"


def test_a_stop_between_the_change_and_the_dropping_leaves_nothing(
    world: World,
) -> None:
    bank = world.start()
    a_chat(bank, "a", *LINES)
    bank.pause_indexing()
    world.change("large")
    assert by_meaning(bank)
    lanes, store = bank.state.vectors, bank.state.store
    while lanes.coming is not None and len(lanes.coming.backlog):
        embed_due(store, bank.state.lock, lanes.coming, [], world.large, 32)
    assert lanes.coming is not None
    lanes.switch(lanes.coming, "large")
    assert len(bank.state.store.vectors.models()) == 2

    bank = world.restart("large")
    assert served(bank) == "large"
    bank.pause_indexing(False)
    assert bank.settle(20)

    assert [one.model.name for one in bank.state.store.vectors.models()] == ["large"]


def test_progress_reads_well() -> None:
    model = ModelInfo(name="small", dimension=8, fingerprint="ab", recipe=1)
    changing = EmbeddingState(
        phase=ModelPhase.CHANGING,
        wanted="large",
        serving=model,
        done=1_200,
        total=5_000,
        rate=38.0,
    )
    assert changing.words == (
        "changing from small to large: 1,200 of 5,000 texts, 38 a second"
    )
    assert changing.seconds_left == 100
    asleep = EmbeddingState(phase=ModelPhase.ASLEEP, wanted="large", serving=model)
    assert asleep.words == "vectors of small; large is not loaded yet"
    assert asleep.seconds_left is None
    ready = EmbeddingState(phase=ModelPhase.READY, wanted="small", serving=model)
    assert ready.words == "vectors of small"


def test_the_rate_counts_the_latest_lots_only() -> None:
    now = [0.0]
    pace = Throughput(lambda: now[0])
    assert pace.rate == 0
    for _ in range(50):
        pace.add(32)
        now[0] += 2
    assert pace.rate == 16
    pace.begin()
    assert pace.rate == 0
