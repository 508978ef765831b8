"""Loading late, waiting for a while only, and remembering vectors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.errors import EmbeddingError
from long_term_memory.models.embedder import CachedEmbedder, LazyEmbedder
from long_term_memory.testing import HashEmbedder

PATIENT = 30.0


class CountingEmbedder(HashEmbedder):
    """Tells which texts it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return super().embed(texts)


class Gate:
    """A load that waits until it is opened, and counts how often it was called."""

    def __init__(self, error: EmbeddingError | None = None) -> None:
        self.open = threading.Event()
        self.calls = 0
        self.error = error

    def __call__(self) -> HashEmbedder:
        self.calls += 1
        self.open.wait(PATIENT)
        if self.error:
            raise self.error
        return HashEmbedder()


def test_nothing_is_loaded_before_it_is_wanted() -> None:
    gate = Gate()
    lazy = LazyEmbedder(gate)

    assert gate.calls == 0
    assert lazy.state == "not loaded yet"


def test_it_is_none_until_loaded_and_then_the_embedder() -> None:
    gate = Gate()
    lazy = LazyEmbedder(gate)

    assert lazy.ready(0) is None
    assert lazy.state == "loading"
    gate.open.set()
    embedder = lazy.ready(PATIENT)

    assert embedder is not None
    assert embedder.name == "hash"
    assert lazy.state == "ready"
    assert lazy.error is None
    assert embedder is lazy.ready(0)


def test_it_is_loaded_once_whoever_asks() -> None:
    gate = Gate()
    lazy = LazyEmbedder(gate)
    lazy.start()
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lazy.ready, PATIENT) for _ in range(8)]
        gate.open.set()

    assert gate.calls == 1
    assert len({id(answer.result()) for answer in answers}) == 1


def test_a_failure_is_told_to_everyone_who_asks() -> None:
    gate = Gate(EmbeddingError("pip install something"))
    gate.open.set()
    lazy = LazyEmbedder(gate)

    for _ in range(2):
        with pytest.raises(EmbeddingError, match="pip install something"):
            lazy.ready(PATIENT)

    assert gate.error is lazy.error
    assert lazy.state == "failed"
    assert gate.calls == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_another_kind_leaves_nobody_waiting() -> None:
    """The fault itself goes to the thread's hook, as a bug should."""
    loading: list[threading.Thread] = []

    def load() -> HashEmbedder:
        loading.append(threading.current_thread())
        raise IndexError

    with pytest.raises(EmbeddingError, match="stopped unexpectedly"):
        LazyEmbedder(load).ready(PATIENT)
    # The hook has run before the next test begins.
    loading[0].join(PATIENT)


def test_a_text_asked_again_is_not_computed_again() -> None:
    counting = CountingEmbedder()
    cached = CachedEmbedder(counting)

    first = cached.embed(["one", "two", "one"])
    again = cached.embed(["two", "three", "one"])

    assert counting.asked == [["one", "two"], ["three"]]
    assert np.array_equal(first[1], again[0])
    assert np.allclose(HashEmbedder().embed(["two", "three", "one"]), again)


def test_bulk_work_passes_by_the_cache() -> None:
    counting = CountingEmbedder()
    cached = CachedEmbedder(counting)
    cached.embed(["query"])
    cached.embed([f"message {n}" for n in range(1_000)])
    cached.embed(["query"])

    assert len(counting.asked) == 2


def test_the_texts_asked_longest_ago_are_dropped() -> None:
    counting = CountingEmbedder()
    cached = CachedEmbedder(counting, capacity=16)
    for n in range(16):
        cached.embed([f"text {n}"])
    cached.embed(["text 0"])
    cached.embed(["one more"])
    counting.asked.clear()

    cached.embed(["text 0", "text 1", "one more"])

    assert counting.asked == [["text 1"]]


def test_a_failure_is_tried_again_after_a_while_if_told_so() -> None:
    now = [0.0]
    gate = Gate(EmbeddingError("not there yet"))
    gate.open.set()
    lazy = LazyEmbedder(gate, again_after_seconds=15, clock=lambda: now[0])
    with pytest.raises(EmbeddingError, match="not there yet"):
        lazy.ready(PATIENT)

    gate.error = None
    with pytest.raises(EmbeddingError, match="not there yet"):
        lazy.ready(PATIENT)
    now[0] = 15.0

    assert lazy.ready(PATIENT) is not None
    assert gate.calls == 2


def test_bulk_work_takes_what_is_known_and_pushes_nothing_out() -> None:
    """What a turn looked for is stored soon after, with others or alone."""
    counting = CountingEmbedder()
    cached = CachedEmbedder(counting, capacity=16)
    asked = cached.embed(["asked"])
    many = ["asked", *map(str, range(CachedEmbedder.LARGEST_CALL))]

    assert np.array_equal(cached.embed(many)[0], asked[0])
    cached.embed(["asked", "0"])

    assert counting.asked == [["asked"], many[1:], ["0"]]
