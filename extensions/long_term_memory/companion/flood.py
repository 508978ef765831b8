"""How many frames a socket may send.

Owns: the bound, and when it is passed.
Knows nothing of: sockets, what frames say.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

BURST: Final = 60
"""Frames that may come at once."""

PER_SECOND: Final = 20.0
"""Frames in the long run: nobody types, joins and sends so fast."""

WORDS: Final = "Too many frames came at once. Connect again, and send fewer."


class FloodGate:
    """Counts the frames of one socket: a bucket of `BURST` that refills."""

    def __init__(self) -> None:
        """Begin with a full bucket."""
        self._left = float(BURST)
        self._at = monotonic()

    def lets_in(self) -> bool:
        """Count a frame; says whether it is still within the bound."""
        now = monotonic()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
