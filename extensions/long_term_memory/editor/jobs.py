"""Long work that the page begins: one thing at a time, in a thread of its own.

Owns: what is under way, how far it is, and what came of it.
Knows nothing of: Gradio, HTML, what the work is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread

from ..engine.engine import Engine
from ..engine.faults import guard
from ..errors import LtmError
from .memory_actions import SILENCE, ClickResult, faulty

# What takes less is shown at once; what takes longer, as it goes on.
PATIENCE_SECONDS = 1.0
BUSY = "Something else is under way on this page. Wait for it, or stop it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far some work is; without a total it only goes on."""

    words: str
    done: int = 0
    total: int = 0


class Job:
    """The work under way, and what became of the last one in each part of the page."""

    def __init__(self, engine: Engine) -> None:
        """Start idle."""
        self._engine = engine
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._part = ""
        self._step = Step(words="")
        self._said: dict[str, ClickResult] = {}

    def begin(self, part: str, what: str, work: Callable[[], ClickResult]) -> None:
        """Begin some work, unless there is some under way; soon ended, it is awaited.

        Args:
            part: Which part of the page shows it.
            what: What is being done, as a phrase: "making a backup".
            work: Does it, and says what came of it.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                self._said[part] = ClickResult(words=BUSY, failed=True)
                return
            self._stop.clear()
            self._part, self._step = part, Step(words=what.capitalize())
            self._said.pop(part, None)
            thread = self._thread = Thread(
                target=self._run, args=(part, what, work), name="ltm-page", daemon=True
            )
            thread.start()
        thread.join(PATIENCE_SECONDS)

    def step(self, part: str) -> Step | None:
        """Tell how far the work of a part is; None if none is under way."""
        thread = self._thread
        alive = thread is not None and thread.is_alive()
        return self._step if alive and self._part == part else None

    def tell(self, words: str, done: int = 0, total: int = 0) -> None:
        """Say how far the work is; the work calls this."""
        self._step = Step(words=words, done=done, total=total)

    def stop(self) -> None:
        """Ask the work to end early."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether the work was asked to end; it looks between two steps."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

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
