"""When Python looks for circles of objects that nobody can reach any more.

Owns: that it looks through young objects seldom, and through all of them when nobody is
    answered.
Knows nothing of: what these objects are.

It stops all threads to look through all that it holds: with a thousand memories kept
for as many people a third of a second, and it takes the time for it whenever a quarter
more is held than before, which is while most people talk.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from time import monotonic, process_time
from typing import Final

# Seven times what Python takes by itself.
NEW_OBJECTS: Final = 5_000
NEVER: Final = 2**31 - 1

LOOK_SECONDS: Final = 1.0
QUIET_SHARE: Final = 0.05
"""Of a processor; where less was computed since the last look nobody is answered."""

QUIET_SECONDS: Final = 60.0
"""So long nothing is looked through again where it is quiet."""

BUSY_SECONDS: Final = 300.0
"""Where it never is, all is looked through so often nevertheless."""


class Collector:
    """Looks through all objects when it is a good time."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = monotonic,
        computed: Callable[[], float] = process_time,
        passed: Callable[[], int] = lambda: gc.get_count()[2],
        collect: Callable[[], object] = gc.collect,
    ) -> None:
        """Take it that all was looked through just now.

        Args:
            clock: Seconds that only grow.
            computed: Seconds that this process has computed.
            passed: How often younger objects were looked through since all were.
            collect: Looks through all.
        """
        self._clock = clock
        self._computed = computed
        self._passed = passed
        self._collect = collect
        self._collected_at = self._looked_at = clock()
        self._computed_by = computed()

    def look(self) -> bool:
        """Look through all objects if it is time; says whether it was."""
        now, computed = self._clock(), self._computed()
        share = (computed - self._computed_by) / max(now - self._looked_at, 1e-9)
        self._looked_at, self._computed_by = now, computed
        wait = QUIET_SECONDS if share < QUIET_SHARE else BUSY_SECONDS
        if now - self._collected_at < wait or not self._passed():
            return False
        self._collect()
        self._collected_at = self._looked_at = self._clock()
        self._computed_by = self._computed()
        return True


def collect_at_rest() -> None:
    """Have Python look through all objects when it is a good time, from now on.

    What is loaded stays until the end, and is not looked through again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, gc.get_threshold()[1], NEVER)
    threading.Thread(target=_go_on, name="ltm-circles", daemon=True).start()


def _go_on() -> None:
    collector, pause = Collector(), threading.Event()
    while not pause.wait(LOOK_SECONDS):
        collector.look()
