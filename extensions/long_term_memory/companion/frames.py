"""What two processes of this program tell each other over a pipe.

Owns: how one thing ends and the next begins, and what there is to tell.
Knows nothing of: who starts whom, what is done with it.

Only a process and the one that it started itself share such a pipe, so what comes out
of it is trusted like a call.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final, NamedTuple

from ..config import Settings
from ..core.types import Scope
from ..engine.elsewhere import Load
from ..engine.faults import Fault
from .events import Event

_HEAD: Final = struct.Struct("<Q")


class Begin(NamedTuple):
    """The first that is told: where the memories are."""

    settings: Settings
    data_dir: Path


class Call(NamedTuple):
    """An act is to be done; `ActDone` has its number."""

    number: int
    act: str
    args: tuple[Any, ...]


class ActDone(NamedTuple):
    """What came of an act: what it returned, or what it raised."""

    number: int
    told: Any
    error: BaseException | None = None


class Shut(NamedTuple):
    """Banks are to be closed, and stay so until `Reopen`; `ActDone` says that they are.

    Attributes:
        number: The same as that of the answer, and of what ends it.
        scopes: Which.
    """

    number: int
    scopes: Collection[Scope]


class Reopen(NamedTuple):
    """Banks may be opened again."""

    number: int


class End(NamedTuple):
    """Nothing more is to be done; what is open is closed."""


Told = Begin | Settings | Call | Shut | Reopen | End
"""What goes to the process that was started."""

Heard = ActDone | Event | Fault | Load
"""What comes from there."""


class Pipe:
    """One end of a pipe in each direction; safe to write to from any thread."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        """Take both over."""
        self._reading = reading
        self._writing = writing
        self._turn = Lock()

    def write(self, told: Told | Heard) -> None:
        """Tell something; raises OSError if nobody is there any more."""
        data = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        with self._turn:
            self._writing.write(_HEAD.pack(len(data)) + data)
            self._writing.flush()

    def read(self) -> Any:
        """Return what is told next; raises EOFError when nobody is there any more."""
        head = self._reading.read(_HEAD.size)
        if len(head) < _HEAD.size:
            raise EOFError
        [length] = _HEAD.unpack(head)
        data = self._reading.read(length)
        if len(data) < length:
            raise EOFError
        return pickle.loads(data)

    def close(self) -> None:
        """Let go of both ends."""
        # What nobody reads any more cannot be sent off.
        with suppress(OSError), self._turn:
            self._writing.close()
        self._reading.close()
