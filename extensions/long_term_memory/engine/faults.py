"""Keep a fault of ours from breaking a reply, and keep it to be seen.

Owns: `guard`, the one place besides the server's last resort that catches
everything, and `Faults`, what went wrong lately.
Knows nothing of: hosts, or what was being done.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TypeVar

from ..errors import LtmError, in_full, places

T = TypeVar("T")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


logger = logging.getLogger("long_term_memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that went wrong.

    Attributes:
        what: What was being done, as a phrase: "saving the chat".
        words: The error in words that a user can act on; no message text.
        at: When.
        said: What a service said of it, for the owner alone.
    """

    what: str
    words: str
    at: datetime
    said: str = ""

    @property
    def for_the_owner(self) -> str:
        """The error in words, with what a service said."""
        return in_full(self.words, self.said)


class Faults:
    """The last fault, for the status line, and a log line for each new one."""

    def __init__(
        self, clock: Clock, *, told: Callable[[Fault], object] = lambda fault: None
    ) -> None:
        """Start without a fault.

        Args:
            clock: Tells the time, aware UTC.
            told: Hears of each fault, too.
        """
        self._clock = clock
        self._told = told
        self._lock = Lock()
        self._last: Fault | None = None
        self._counts: Counter[str] = Counter()

    @property
    def last(self) -> Fault | None:
        """The newest fault, None if all is well."""
        with self._lock:
            return self._last

    def report(self, what: str, error: BaseException) -> Fault:
        """Keep a fault and log it; a bug of ours is logged with its places."""
        ours = isinstance(error, LtmError)
        words = str(error) if ours else f"{type(error).__name__} (see the log)"
        said = error.said if isinstance(error, LtmError) else ""
        fault = Fault(what=what, words=words, at=self._clock(), said=said)
        repeated = self.adopt(fault)
        if not repeated:
            logger.error(
                "Long-term memory failed while %s: %s%s",
                what,
                words,
                "" if ours else f"\n{places(error)}",
            )
        self._told(fault)
        return fault

    def adopt(self, fault: Fault) -> bool:
        """Keep a fault that is logged elsewhere; says whether the last was the same."""
        with self._lock:
            repeated = self._last is not None and (
                self._last.what,
                self._last.words,
            ) == (fault.what, fault.words)
            self._last = fault
            self._counts[fault.what] += 1
        return repeated

    def count(self, what: str, times: int) -> None:
        """Count what was put right at once, and is nothing to tell a user of."""
        with self._lock:
            self._counts[what] += times

    def count_refused(self, reason: str, times: int) -> None:
        """Count what a model wrote and was not taken, by the reason."""
        self.count(f"checking what a model wrote: {reason}", times)

    def counts(self) -> dict[str, int]:
        """Return how often what failed since the start."""
        with self._lock:
            return dict(self._counts)

    def clear(self) -> None:
        """Forget the last fault, once the user has seen it or it is mended."""
        with self._lock:
            self._last = None


def guard(
    faults: Faults,
    what: str,
    action: Callable[[], T],
    fallback: Callable[[], T],
    *,
    blameless: bool = False,
) -> T:
    """Do `action`; if it fails, report that and do `fallback` instead.

    Args:
        faults: Where the fault is kept and logged.
        what: What is being done, as a phrase: "saving the chat".
        action: Anything of ours.
        fallback: What happens without us; must not need us.
        blameless: `action` calls the host, too. If `fallback` fails as well, the fault
            is the host's: that one goes on, and nothing is reported.
    """
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - the one place that may
        failure = [error]
    # Popped: the error's traceback refers to this frame, which must not refer back.
    if not blameless:
        faults.report(what, failure.pop())
        return fallback()
    result = fallback()
    faults.report(what, failure.pop())
    return result
