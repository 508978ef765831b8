"""The process beside a server that does what replies need of the memory.

Owns: reading what it is told, the order in which it is done, and its end.
Knows nothing of: sockets, the language model.

Run by `companion.reply_process` alone. It ends with the server: in good order if that
says so, and at once if that is gone. What was acknowledged is on the disk by then.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from typing import Any, Final, NamedTuple

from ..build import allow_files, build_engine
from ..companion.frames import (
    ActDone,
    Begin,
    Call,
    End,
    Heard,
    Pipe,
    Reopen,
    Shut,
    Told,
)
from ..companion.lazy_platform import LazyPlatform
from ..companion.prompt_template import read_template
from ..companion.prompts import Prompts
from ..companion.replies import ANSWERING
from ..companion.reply_acts import ReplyActs
from ..config import Settings
from ..engine.elsewhere import Load
from ..engine.faults import Faults, guard, utc_now
from ..errors import LtmError
from ..models.tokens import load_token_counter
from ..warming import warm_up
from ..web.request_log import set_up
from .collecting import collect_at_rest
from .preflight import give_memory_back, take_short_turns

ORDER: Final = {"store": 0, "missed": 1, "waits": 2, "question": 3, "expect": 5}
"""Whoever is nearest to being answered goes first; anew ones wait."""

LAST: Final = 4
"""The end comes before what nobody waits for."""

TOLD_SECONDS: Final = 1.0
SHARE: Final = 0.75
"""Of the banks that may stay open; the server itself has the others."""

NICE: Final = 5
"""Of 19: how far this process stands back for others."""

UNEXPECTED: Final = "Something unexpected failed. Send the message again."


class _Errand(NamedTuple):
    """Something to be done, in its order."""

    order: int
    number: int
    told: Call | Settings | None


class ReplyServer:
    """Does what it is told, one thing after the other."""

    def __init__(self, frames: Pipe, begin: Begin) -> None:
        """Build what is needed; nothing is opened."""
        self._frames = frames
        self._waiting: PriorityQueue[_Errand] = PriorityQueue()
        self._numbers = count()
        self._shut: dict[int, threading.Event] = {}
        self._ends = threading.Event()
        settings = begin.settings
        self.engine = build_engine(
            settings,
            begin.data_dir,
            faults=Faults(utc_now, told=self._tell),
            share=SHARE,
        )
        self._lazy = LazyPlatform(self.engine, is_shared=True)
        self._lazy.events.on_event(self._tell)
        tokenizer = settings.upstream.llm_tokenizer
        prompts = Prompts(
            self._lazy,
            read_template(_path(settings.companion.prompt_file)),
            load_token_counter(_path(tokenizer)),
        )
        acts = ReplyActs(self._lazy, prompts)
        self._acts: dict[str, Callable[..., Any]] = {
            "question": lambda user, place, tokens, anew: acts.question(
                user, place, tokens, anew=anew
            ),
            "store": acts.store,
            "waits": acts.waits,
            "missed": acts.missed,
            "expect": acts.expect,
        }

    def run(self) -> None:
        """Do what it is told until it is told to end."""
        threading.Thread(target=self._read, name="ltm-reading", daemon=True).start()
        threading.Thread(target=self._report, name="ltm-load", daemon=True).start()
        self._lazy.begin()
        while (told := self._waiting.get().told) is not None:
            # Nothing is read aside until nobody waits any more.
            with self.engine.answering():
                self._do(told)
                while not self._waiting.empty():
                    if (told := self._waiting.get().told) is None:
                        return
                    self._do(told)

    def close(self) -> None:
        """Close what is open."""
        self._ends.set()
        for one in self._shut.values():
            one.set()
        self._lazy.close()
        self.engine.close()

    # -- inside ------------------------------------------------------------------

    def _read(self) -> None:
        """Take what is told; when nobody is there any more, be gone at once."""
        with suppress(EOFError, OSError):
            while True:
                self._take(self._frames.read())
        os._exit(0)

    def _take(self, told: Told) -> None:
        match told:
            case Call():
                self._put(ORDER[told.act], told)
            case Settings():
                self._put(-1, told)
            case End():
                self._put(LAST, None)
            case Shut():
                opens = self._shut[told.number] = threading.Event()
                closing = partial(self._keep_shut, told, opens)
                threading.Thread(target=closing, daemon=True).start()
            case Reopen() if (shut := self._shut.pop(told.number, None)) is not None:
                shut.set()

    def _put(self, order: int, told: Call | Settings | None) -> None:
        self._waiting.put(_Errand(order, next(self._numbers), told))

    def _do(self, call: Call | Settings) -> None:
        if isinstance(call, Settings):
            self.engine.configure(call)
            return
        act = partial(self._acts[call.act], *call.args)
        failed = ActDone(call.number, None, LtmError(UNEXPECTED))
        self._tell(
            guard(
                self.engine.faults,
                ANSWERING,
                partial(self._answer, call.number, act),
                lambda: failed,
            )
        )

    def _answer(self, number: int, act: Callable[[], Any]) -> ActDone:
        try:
            return ActDone(number, act())
        except LtmError as error:
            return ActDone(number, None, error)

    def _keep_shut(self, told: Shut, opens: threading.Event) -> None:
        """Keep banks closed, in a thread of its own, until they may be opened."""
        with self.engine.closed(told.scopes):
            self._tell(ActDone(told.number, None))
            opens.wait()

    def _report(self) -> None:
        """Tell what there is to do, as often as that changes."""
        known = Load()
        while not self._ends.wait(TOLD_SECONDS):
            load = self.engine.load()
            if load != known:
                self._tell(load)
                known = load

    def _tell(self, heard: Heard) -> None:
        with suppress(OSError):
            self._frames.write(heard)


def _path(name: str) -> Path | None:
    return Path(name).expanduser() if name else None


def _own_pipes() -> Pipe:
    """Return the pipes; what anybody else prints goes where errors go."""
    reading = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    writing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return Pipe(reading, writing)


def _give_way() -> None:
    """Have the server go first where processors are short: it acknowledges messages."""
    if sys.platform != "win32":
        os.nice(NICE)


def main() -> None:
    """Work for the server that started this process."""
    # The server hears them, too, stores what replies said so far, and ends this one.
    for told_to_all in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_all, signal.SIG_IGN)
    frames = _own_pipes()
    try:
        begin: Begin = frames.read()
    except EOFError:
        return
    set_up(begin.settings.server.log_format)
    allow_files()
    give_memory_back()
    take_short_turns()
    _give_way()
    server = ReplyServer(frames, begin)
    warm_up()
    collect_at_rest()
    try:
        server.run()
    finally:
        server.close()


if __name__ == "__main__":
    main()
