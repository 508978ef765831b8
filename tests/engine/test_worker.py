"""What is derived in the background gives way to whoever is answered, not for long."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from long_term_memory.engine.faults import Faults, utc_now
from long_term_memory.engine.worker import (
    LAG_SECONDS,
    MOST_PUT_OFF,
    QUIET_SECONDS,
    Worker,
)
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

    def derive(self, embedder: Embedder, count: int) -> int:
        self._worker.give_way()
        self.left -= 1
        if not self.left:
            self.done.set()
        return self.left


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


def test_only_so_many_banks_wait_for_a_quiet_moment(worker: Worker) -> None:
    tasks = [Task(worker) for _ in range(MOST_PUT_OFF + 1)]
    worker.give_way()
    for task in tasks:
        worker.wake(task)

    assert tasks[0].done.wait(SOON)
    assert worker.waiting() >= 1
    assert worker.settle(SOON)
