"""The platform, put together when it is needed first.

Owns: that a server whose people only use the proxy loads no database library.
Knows nothing of: what the platform is made of.
"""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.faults import guard
from .database import PlatformDatabase
from .events import EventFeed
from .modes import Modes, read_modes

if TYPE_CHECKING:
    from .platform import Platform

OPENING: Final = "opening the conversations"


class LazyPlatform:
    """Makes one platform; safe to use from any thread.

    Attributes:
        events: Tells what happens, from before the platform is there.
    """

    def __init__(
        self, engine: Engine, *, is_shared: bool = False, brings_in: bool = True
    ) -> None:
        """Make nothing yet.

        Args:
            engine: The memory.
            is_shared: Two processes of one server work on the conversations.
            brings_in: Whether this one brings messages in that nobody else does.
        """
        self._is_shared = is_shared
        self._brings_in = brings_in
        self.events = EventFeed()
        self._engine = engine
        self._lock = threading.Lock()
        self._platform: Platform | None = None
        engine.let_in_by(self._let_in, self._follow)

    @cached_property
    def modes(self) -> Modes:
        """The modes of conversations; raises ConfigError if their file has a fault."""
        file = self._engine.settings.companion.modes_file
        return read_modes(Path(file).expanduser() if file else None)

    @property
    def is_made(self) -> bool:
        """Whether it is there, so that nobody waits for it."""
        return self._platform is not None

    def __call__(self) -> Platform:
        """Return it; the first call takes some tenths of a second."""
        with self._lock:
            if self._platform is None:
                from .platform import Platform

                self._platform = Platform(
                    self._engine,
                    self.events,
                    modes=self.modes,
                    is_shared=self._is_shared,
                    brings_in=self._brings_in,
                )
            return self._platform

    def begin(self) -> None:
        """Make it and open its database, if there is one; slow.

        After a restart all clients come back at once, and would wait for it together.
        What a server that was killed left on its way into the banks is brought in.
        """
        if self._is_there():
            guard(self._engine.faults, OPENING, self._open, lambda: None)

    def _open(self) -> None:
        with self().database.reading():
            pass
        if self._brings_in:
            self().arriving.begin()

    def _let_in(self, scope: Scope) -> None:
        """Bring in what waits for a user's banks, before something is forgotten."""
        if self._is_there():
            self().arriving.leave_no_trace(scope.user)

    def _follow(self, scope: Scope) -> None:
        """Let go of what was known of messages that a bank forgot."""
        if self._is_there():
            self().forgotten.follow(scope)

    def _is_there(self) -> bool:
        url = self._engine.settings.companion.companion_database
        return PlatformDatabase(self._engine.data_dir, url).is_there

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        with self._lock:
            if self._platform is not None:
                self._platform.close()
            self._platform = None
