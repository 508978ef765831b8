"""The process beside a server that does what replies need of the memory.

Owns: starting and ending it, what it is told, who waits for its answers.
Knows nothing of: what it does, event loops.

Python computes in one thread at a time. Where a thousand people talk, reading memories
would hold up the sockets, and the sockets the replies, so each has a process and, where
there are two, a processor of its own. All that is acknowledged is on the disk, so
whichever of the two dies, the other one loses nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any, Final

from ..config import Settings
from ..core.types import Scope
from ..engine.elsewhere import Load
from ..engine.faults import Fault, Faults
from ..errors import LtmError
from .events import Event, EventFeed
from .frames import ActDone, Begin, Call, End, Pipe, Reopen, Shut, Told

HERE: Final = Path(__file__).resolve().parents[2]

SHORT_LIFE_SECONDS: Final = 30.0
MOST_SHORT_LIVES: Final = 3
"""After so many in a row that ended at once no other is begun."""

END_SECONDS: Final = 15.0
"""For it to close what is open."""

SHUT_SECONDS: Final = 30.0
WATCHING: Final = "looking after the process that makes replies"
ENDED: Final = "The process that makes replies ended. Send the message again."
GIVEN_UP: Final = (
    "The process that makes replies ended several times at once, so replies are made "
    "in the server itself. The log may say why; `reply_process = never` keeps it so."
)


class ReplyProcessError(LtmError):
    """The process is not there; what was asked of it may be done or not."""

    status_hint = 503


class ReplyProcess:
    """One process after the other; safe to use from any thread.

    Attributes:
        load: What it has to do, as it told last.
    """

    def __init__(
        self,
        command: Sequence[str],
        settings: Callable[[], Settings],
        data_dir: Path,
        faults: Faults,
    ) -> None:
        """Start nothing yet.

        Args:
            command: Starts it, with a pipe for what it is told and one for what it
                tells.
            settings: The settings in force.
            data_dir: Where the memories are.
            faults: Keeps what goes wrong there, too.
        """
        self.load = Load()
        self._command = command
        self._settings = settings
        self._data_dir = data_dir
        self._faults = faults
        self._lock = threading.Lock()
        self._numbers = count()
        self._living: _Living | None = None
        self._short_lives = 0
        self._events: EventFeed | None = None
        self._is_over = False

    @property
    def is_given_up(self) -> bool:
        """Whether it ended so often at once that it is not begun any more."""
        return self._short_lives >= MOST_SHORT_LIVES

    def tell_events(self, events: EventFeed) -> None:
        """Have told here what happens there."""
        self._events = events

    def begin(self) -> None:
        """Start it, if it does not run.

        Raises:
            ReplyProcessError: It cannot be started.
        """
        with self._lock:
            self._alive()

    def ask(self, act: str, *args: Any) -> Future[Any]:
        """Have an act of `ReplyActs` done; the answer raises as the act does.

        Raises:
            ReplyProcessError: It cannot be asked; so does the answer, if it ends before
                it told.
        """
        return self._ask(lambda number: Call(number, act, args))

    @contextmanager
    def closed(self, scopes: Collection[Scope]) -> Iterator[None]:
        """Have banks closed there meanwhile; one that does not run has none open."""
        shut: Future[Any] | None = None
        with self._lock:
            living = self._living
        number = next(self._numbers)
        if living is not None:
            with suppress(ReplyProcessError):
                shut = living.ask(Shut(number, [*scopes]))
                with suppress(TimeoutError):
                    shut.result(SHUT_SECONDS)
        try:
            yield
        finally:
            if living is not None and shut is not None:
                living.tell(Reopen(number))

    def end(self) -> None:
        """Have it do what waits, close what is open, and end."""
        with self._lock:
            self._is_over = True
            living, self._living = self._living, None
        if living is not None:
            living.end()

    # -- inside ------------------------------------------------------------------

    def _ask(self, told: Callable[[int], Call]) -> Future[Any]:
        with self._lock:
            living = self._alive()
            settings = self._settings()
            if living.settings is not settings:
                living.tell(settings)
                living.settings = settings
            return living.ask(told(next(self._numbers)))

    def _alive(self) -> _Living:
        """Return the one that runs, begun if need be; the lock is held."""
        if self._living is not None and not self._living.is_gone:
            return self._living
        if self._is_over:
            raise ReplyProcessError("The server ends. Send the message again.")
        if self._living is not None:
            short = monotonic() - self._living.began < SHORT_LIFE_SECONDS
            self._short_lives = self._short_lives + 1 if short else 0
        if self.is_given_up:
            raise ReplyProcessError(GIVEN_UP)
        settings = self._settings()
        self._living = _Living(self._command, settings, self._data_dir, self._heard)
        return self._living

    def _heard(self, heard: Event | Fault | Load | LtmError) -> None:
        match heard:
            case Event():
                if self._events is not None:
                    self._events.tell(heard)
            case Fault():
                self._faults.adopt(heard)
            case Load():
                self.load = heard
            case LtmError():
                self.load = Load()
                if not self._is_over:
                    self._faults.report(WATCHING, heard)


class _Living:
    """A process that was started.

    Attributes:
        settings: Those that it was told last.
        began: When it was started, by the clock that never jumps.
        is_gone: Whether it ended, or is about to.
    """

    def __init__(
        self,
        command: Sequence[str],
        settings: Settings,
        data_dir: Path,
        heard: Callable[[Any], None],
    ) -> None:
        self.began = monotonic()
        self.settings = settings
        self.is_gone = False
        self._heard = heard
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[Any]] = {}
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(os.environ),
            )
        except OSError as error:
            raise ReplyProcessError(
                f"The process that makes replies cannot be started: {error.strerror}."
            ) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = Pipe(self._process.stdout, self._process.stdin)
        self._telling: SimpleQueue[Told] = SimpleQueue()
        self.tell(Begin(settings, data_dir))
        for act in (self._write, self._read):
            threading.Thread(target=act, name="ltm-beside", daemon=True).start()

    def ask(self, told: Call | Shut) -> Future[Any]:
        answer: Future[Any] = Future()
        # Nobody takes it back: it may be under way there.
        answer.set_running_or_notify_cancel()
        with self._lock:
            self._waiting[told.number] = answer
        self.tell(told)
        if self.is_gone:
            self._leave()
        return answer

    def tell(self, told: Told) -> None:
        """Tell something in its turn; never waits, for an event loop asks, too."""
        self._telling.put(told)

    def end(self) -> None:
        self.tell(End())
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write(self) -> None:
        # If nobody is there, who reads finds out, and tells all that wait.
        with suppress(OSError, ValueError):
            while not isinstance(told := self._telling.get(), End):
                self._pipe.write(told)
            self._pipe.write(told)

    def _read(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                heard = self._pipe.read()
                if isinstance(heard, ActDone):
                    self._answered(heard)
                else:
                    self._heard(heard)
        self.is_gone = True
        # Whoever writes has nobody to write to, and ends.
        self.tell(End())
        self._process.kill()
        code = self._process.wait()
        self._pipe.close()
        self._heard(ReplyProcessError(f"It ended by itself, with the code {code}."))
        self._leave()

    def _answered(self, told: ActDone) -> None:
        with self._lock:
            waiting = self._waiting.pop(told.number, None)
        if waiting is None:
            return
        if told.error is not None:
            waiting.set_exception(told.error)
        else:
            waiting.set_result(told.told)

    def _leave(self) -> None:
        """Tell all that wait that no answer comes."""
        with self._lock:
            left, self._waiting = [*self._waiting.values()], {}
        for one in left:
            one.set_exception(ReplyProcessError(ENDED))


def command_of(module: str) -> list[str]:
    """Return what starts a module of this package, under the name it has here."""
    root = __name__.removesuffix(".companion.reply_process")
    return [sys.executable, "-m", f"{root}.{module}"]


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of one that finds this package."""
    paths = [str(HERE), ours.get("PYTHONPATH", "")]
    return {**ours, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
