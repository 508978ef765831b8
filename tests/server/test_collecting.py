"""All objects are looked through when nobody is answered, and now and then else."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from dataclasses import dataclass, field

from long_term_memory.companion.reply_process import HERE
from long_term_memory.server.collecting import (
    BUSY_SECONDS,
    NEVER,
    QUIET_SECONDS,
    QUIET_SHARE,
    Collector,
)


@dataclass
class Day:
    """A clock, and a process that computes a part of the time."""

    seconds: float = 0.0
    computed: float = 0.0
    passed: int = 1
    collected: list[float] = field(default_factory=list)

    def collector(self) -> Collector:
        return Collector(
            clock=lambda: self.seconds,
            computed=lambda: self.computed,
            passed=lambda: self.passed,
            collect=lambda: self.collected.append(self.seconds),
        )

    def live(self, collector: Collector, seconds: int, share: float) -> None:
        for _ in range(seconds):
            self.seconds += 1
            self.computed += share
            collector.look()


def test_where_it_is_quiet_it_is_done_soon_and_not_at_once_again() -> None:
    day = Day()
    collector = day.collector()
    day.live(collector, 150, QUIET_SHARE / 2)
    assert day.collected == [QUIET_SECONDS, 2 * QUIET_SECONDS]


def test_where_somebody_is_answered_it_waits_but_not_for_ever() -> None:
    day = Day()
    collector = day.collector()
    day.live(collector, 299, 0.8)
    assert day.collected == []
    day.live(collector, 301, 0.8)
    assert day.collected == [BUSY_SECONDS, 2 * BUSY_SECONDS]


def test_the_first_quiet_moment_of_a_busy_day_is_taken() -> None:
    day = Day()
    collector = day.collector()
    day.live(collector, 100, 0.8)
    day.live(collector, 1, 0.0)
    day.live(collector, 20, 0.8)
    assert day.collected == [101]


def test_nothing_is_looked_through_where_nothing_happened() -> None:
    day = Day(passed=0)
    day.live(day.collector(), 1_000, 0.0)
    assert day.collected == []


PROGRAM = """
import gc
from long_term_memory.server import collecting
collecting.LOOK_SECONDS, collecting.QUIET_SECONDS = 0.01, 0.05
collecting.QUIET_SHARE = 1e9
collecting.collect_at_rest()
class One:
    pass
import weakref, time
one = One()
one.me = one
gc.collect(1); gc.collect(1)
gone = weakref.ref(one)
del one
old = gone()
del old
gc.collect(1)
print(gone() is None, gc.get_threshold()[2])
end = time.monotonic() + 30
while gone() is not None and time.monotonic() < end:
    time.sleep(0.01)
    gc.collect(1)
print(gone() is None)
"""


def test_what_grew_old_and_nobody_can_reach_goes_in_the_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split("\n") == [f"False {NEVER}", "True", ""], done.stderr
    assert gc.get_threshold()[2] != NEVER
