"""Long work that the page begins: one thing at a time, in a thread of its own.

Owns: what is under way, how far it is, and what came of it.
Knows nothing of: Gradio, HTML, what the work is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, Lock, Thread

from ..engine.engine import Engine
from ..engine.faults import guard
from ..errors import LtmError
from .memory_actions import SILENCE, ClickResult, faulty
from .texts import english, say

# What takes less is shown at once; what takes longer, as it goes on.
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far some work is; without a total it only goes on.

    Attributes:
        rest: How long it will take, in words; "" if nobody knows.
    """

    words: str
    done: int = 0
    total: int = 0
    rest: str = ""


class Job:
    """The work under way, and what became of the last one in each part of the page."""

    def __init__(
        self,
        engine: Engine,
        *,
        busy: str = "jobs.busy",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Start idle.

        Args:
            engine: Keeps what fails.
            busy: The text that says that there is work under way.
            patience_seconds: How long `begin` waits for what may soon be done.
        """
        self._engine = engine
        self._busy = busy
        self._patience_seconds = patience_seconds
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._part = ""
        self._step = Step(words="")
        self._said: dict[str, ClickResult] = {}

    def begin(self, part: str, what: str, work: Callable[[], ClickResult]) -> bool:
        """Begin some work, unless there is some under way; return whether it began.

        Args:
            part: Which part of the page shows it.
            what: The text that says what is being done: "making a backup".
            work: Does it, and says what came of it.
        """
        with self._lock:
            if self.running:
                self._said[part] = ClickResult(words=say(self._busy), failed=True)
                return False
            self._stop.clear()
            self._part, self._step = part, Step(words=say(what).capitalize())
            self._said.pop(part, None)
            # What it says is in the language of who began it.
            thread = self._thread = Thread(
                target=copy_context().run,
                args=(self._run, part, english(what), work),
                name="ltm-page",
                daemon=True,
            )
            thread.start()
        thread.join(self._patience_seconds)
        return True

    @property
    def running(self) -> bool:
        """Whether there is work under way."""
        return self._thread is not None and self._thread.is_alive()

    def step(self, part: str) -> Step | None:
        """Tell how far the work of a part is; None if none is under way."""
        return self._step if self.running and self._part == part else None

    def tell(self, step: Step) -> None:
        """Say how far the work is; the work calls this."""
        self._step = step

    def stop(self) -> None:
        """Ask the work to end early."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether the work was asked to end; it looks between two steps."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def say(self, part: str, said: ClickResult) -> None:
        """Say something in a part of the page."""
        self._said[part] = said

    def said(self, part: str) -> ClickResult:
        """Return what was said last in a part of the page."""
        return self._said.get(part, SILENCE)

    def _run(self, part: str, what: str, work: Callable[[], ClickResult]) -> None:
        def act() -> ClickResult:
            try:
                return work()
            except LtmError as error:
                return ClickResult(words=str(error), failed=True)

        said = guard(self._engine.faults, what, act, lambda: faulty(self._engine))
        self._said[part] = said
