"""The platform, put together when it is needed first.

Owns: that a server whose people only use the proxy loads no database library.
Knows nothing of: what the platform is made of.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..engine.engine import Engine
from ..engine.faults import guard
from .database import PlatformDatabase
from .events import EventFeed
from .modes import read_modes

if TYPE_CHECKING:
    from .platform import Platform

OPENING: Final = "opening the conversations"


class LazyPlatform:
    """Makes one platform; safe to use from any thread.

    Attributes:
        events: Tells what happens, from before the platform is there.
        modes: The modes of conversations, and the words for feelings.
    """

    def __init__(self, engine: Engine) -> None:
        """Make nothing yet; raises ConfigError if the file of modes has a fault."""
        self.events = EventFeed()
        file = engine.settings.companion.modes_file
        self.modes = read_modes(Path(file).expanduser() if file else None)
        self._engine = engine
        self._lock = threading.Lock()
        self._platform: Platform | None = None

    @property
    def is_made(self) -> bool:
        """Whether it is there, so that nobody waits for it."""
        return self._platform is not None

    def __call__(self) -> Platform:
        """Return it; the first call takes some tenths of a second."""
        with self._lock:
            if self._platform is None:
                from .platform import Platform

                self._platform = Platform(self._engine, self.events, modes=self.modes)
            return self._platform

    def begin(self) -> None:
        """Make it and open its database, if there is one; slow.

        After a restart all clients come back at once, and would wait for it together.
        """
        url = self._engine.settings.companion.companion_database
        if PlatformDatabase(self._engine.data_dir, url).is_there:
            guard(self._engine.faults, OPENING, self._open, lambda: None)

    def _open(self) -> None:
        with self().database.reading():
            pass

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        with self._lock:
            if self._platform is not None:
                self._platform.close()
            self._platform = None
