"""How long the three acts of a turn take, told to whoever counts.

Owns: measuring.
Knows nothing of: who counts, and what the acts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

Noted = Callable[[str, float], None]


class Timings:
    """Measures acts by name: "observe", "recall", and "compose", which recalls, too."""

    def __init__(self) -> None:
        """Tell nobody yet."""
        self._noted: Noted | None = None

    def tell(self, noted: Noted) -> None:
        """Tell each act's name and seconds from now on; from any thread."""
        self._noted = noted

    @contextmanager
    def of(self, act: str) -> Iterator[None]:
        """Measure what is done inside, unless it fails."""
        began = perf_counter()
        yield
        if self._noted is not None:
            self._noted(act, perf_counter() - began)
