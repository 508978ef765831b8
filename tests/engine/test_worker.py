"""What is derived in the background gives way to whoever is answered, not for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event, Timer

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.engine.worker import (
    LAG_SECONDS,
    MOST_PUT_OFF,
    QUIET_SECONDS,
    STEP_SECONDS,
    TOGETHER,
    TOGETHER_SECONDS,
    Worker,
)
from long_term_memory.errors import StoreError
from long_term_memory.models.embedder import Embedder, LazyEmbedder
from long_term_memory.testing import HashEmbedder

SOON = 20.0
A_WHILE = 0.02


class Clock:
    """Stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Task:
    """A bank with so many steps to do."""

    def __init__(self, worker: Worker, steps: int = 1) -> None:
        self._worker = worker
        self.left = steps
        self.done = Event()

    def read(self) -> bool:
        return False

    def ahead(self, embedder: Embedder) -> Sequence[str]:
        return ()

    def derive(self, embedder: Embedder, count: int) -> int:
        self._worker.give_way()
        self.left -= 1
        if not self.left:
            self.done.set()
        return self.left

    def rest(self) -> None:
        """Has no files."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(clock: Clock) -> Iterator[Worker]:
    lazy = LazyEmbedder(HashEmbedder)
    assert lazy.ready(SOON) is not None
    worker = Worker(lazy, Faults(utc_now), clock=clock)
    yield worker
    worker.close()


def test_what_is_due_waits_while_somebody_is_answered(
    worker: Worker, clock: Clock
) -> None:
    task = Task(worker)
    worker.give_way()
    worker.wake(task)
    assert not task.done.wait(A_WHILE)

    clock.now += QUIET_SECONDS

    assert task.done.wait(SOON)


def test_nobody_is_put_off_for_long(worker: Worker, clock: Clock) -> None:
    task = Task(worker)
    worker.give_way()
    worker.wake(task)
    clock.now += LAG_SECONDS
    worker.give_way()

    assert task.done.wait(SOON)


def test_what_is_begun_is_ended_whoever_is_answered(worker: Worker) -> None:
    task = Task(worker, steps=3)
    worker.wake(task)

    assert task.done.wait(SOON)


def test_who_waits_for_what_is_derived_does_not_wait_for_others(
    worker: Worker,
) -> None:
    task = Task(worker)
    worker.give_way()
    worker.wake(task)

    assert worker.settle(SOON)
    assert task.done.is_set()


def test_a_step_lets_an_answer_under_way_pass() -> None:
    lazy = LazyEmbedder(HashEmbedder)
    assert lazy.ready(SOON) is not None
    worker = Worker(lazy, Faults(utc_now), breath_seconds=SOON)
    task = Task(worker)
    with worker.answering():
        worker.wake(task)
        assert not task.done.wait(A_WHILE)

    assert task.done.wait(SOON)
    worker.close()


def test_an_answer_holds_nothing_up_for_long(worker: Worker) -> None:
    task = Task(worker)
    with worker.answering():
        worker.wake(task)
        assert task.done.wait(SOON)


class Slow(Task):
    """A bank whose step takes as long as one likes."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self.begun, self.may_end = Event(), Event()

    def derive(self, embedder: Embedder, count: int) -> int:
        self.begun.set()
        assert self.may_end.wait(SOON)
        return super().derive(embedder, count)


@pytest.mark.parametrize("ends", [True, False])
def test_an_answer_waits_for_a_step_under_way_and_not_for_long(
    worker: Worker, ends: bool
) -> None:
    task = Slow(worker)
    worker.wake(task)
    assert task.begun.wait(SOON)
    timer = Timer(STEP_SECONDS / 4, task.may_end.set)
    if ends:
        timer.start()
    with worker.answering():
        # Else the step goes on beside it.
        assert task.may_end.is_set() is ends
        assert task.done.is_set() is ends
    task.may_end.set()


def test_only_so_many_banks_wait_for_a_quiet_moment(worker: Worker) -> None:
    tasks = [Task(worker) for _ in range(MOST_PUT_OFF + 1)]
    worker.give_way()
    for task in tasks:
        worker.wake(task)

    assert tasks[0].done.wait(SOON)
    assert worker.waiting() >= 1
    assert worker.settle(SOON)


class Calls(HashEmbedder):
    """Notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given.append(list(texts))
        return super().embed(texts)


class Says:
    """A bank with one text to embed."""

    def __init__(self, name: str, order: list[str], *, fails: bool = False) -> None:
        self.name = name
        self._order = order
        self._fails = fails

    def read(self) -> bool:
        return False

    def ahead(self, embedder: Embedder) -> Sequence[str]:
        if self._fails:
            raise StoreError("It cannot be read.")
        return [self.name]

    def derive(self, embedder: Embedder, count: int) -> int:
        embedder.embed([self.name])
        self._order.append(self.name)
        return 0

    def rest(self) -> None:
        self._order.append(f"{self.name} rests")


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def giving(calls: Calls, clock: Clock) -> Iterator[Worker]:
    lazy = LazyEmbedder(lambda: calls)
    assert lazy.ready(SOON) is not None
    worker = Worker(lazy, Faults(utc_now), clock=clock)
    yield worker
    worker.close()


def test_texts_of_several_banks_go_through_the_model_at_once(
    giving: Worker, calls: Calls
) -> None:
    order: list[str] = []
    with giving.resting():
        banks = [Says(name, order) for name in "abc"]
        for bank in banks:
            giving.wake(bank)

    assert giving.settle(SOON)
    assert (order, calls.given) == (["a", "b", "c"], [["a", "b", "c"]])


def test_only_so_many_banks_are_worked_on_together(
    giving: Worker, calls: Calls, clock: Clock
) -> None:
    order: list[str] = []
    with giving.resting():
        banks = [Says(f"{number}", order) for number in range(TOGETHER + 1)]
        for bank in banks:
            giving.wake(bank)
        clock.now += 2 * TOGETHER_SECONDS
        late = Says("late", order)
        giving.wake(late)

    assert giving.settle(SOON)
    assert [len(texts) for texts in calls.given] == [TOGETHER, 1, 1]


def test_banks_that_rest_come_last_until_they_are_woken(giving: Worker) -> None:
    order: list[str] = []
    with giving.resting():
        banks = {name: Says(name, order) for name in "abc"}
        for bank in banks.values():
            giving.wake(bank)
        giving.rests(banks["a"])
        giving.rests(banks["b"])
        giving.wake(banks["b"])
        assert giving.waiting() == len(banks)

    assert giving.settle(SOON)
    assert order == ["c", "b", "a", "a rests"]


def test_a_bank_that_cannot_be_read_holds_up_none_beside_it(giving: Worker) -> None:
    order: list[str] = []
    with giving.resting():
        banks = [Says("a", order, fails=True), Says("b", order), Says("c", order)]
        for bank in banks:
            giving.wake(bank)

    assert not giving.settle(1)
    assert (order, giving.waiting()) == (["b", "c"], 1)
