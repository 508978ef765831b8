"""Bound what a stream of a model may take before it is read.

Owns: holding back an event until it is whole, and when a stream counts as endless.
Knows nothing of: what events say, sockets.
"""

from __future__ import annotations

import re
from typing import Final

from ..web.json_bounds import MOST_VALUES, holds_more_than
from .sse import LONGEST_EVENT

# A long reply with the probabilities of all its tokens takes less.
MOST_STREAM_BYTES: Final = 64_000_000
# Below this an event cannot hold so many values that reading it takes long.
_LARGE_BYTES: Final = 250_000
_GAP: Final = re.compile(rb"\n\r?\n|\r\r")
_GAP_BYTES: Final = 3


class EventBuffer:
    """Hands on what came when an event ends in it, so that each is read but once.

    Attributes:
        broken: What is wrong with the stream; empty while all is well.
    """

    def __init__(self) -> None:
        """Start with nothing held."""
        self.broken = ""
        self._held = bytearray()
        self._size = 0

    def take(self, data: bytes) -> bytes:
        """Return what can be read now: empty if the event is not whole."""
        self._size += len(data)
        if self._size > MOST_STREAM_BYTES:
            self.broken = "it has no end"
            return b""
        if not self._held and b"\n\n" in data:
            return self._checked(data)
        seam = bytes(self._held[-_GAP_BYTES:]) + data
        self._held += data
        if _GAP.search(seam):
            return self._checked(self.rest())
        if len(self._held) > LONGEST_EVENT:
            self.broken = "an event of it has no end"
        return b""

    def rest(self) -> bytes:
        """Return what is held, for no more comes."""
        held = bytes(self._held)
        self._held.clear()
        return held

    def _checked(self, data: bytes) -> bytes:
        if len(data) > _LARGE_BYTES and holds_more_than(data, MOST_VALUES):
            self.broken = f"an event of it holds more than {MOST_VALUES} values"
            return b""
        return data


def is_only_remarks(data: bytes) -> bool:
    """Say whether nothing came but comments, which keep a connection open."""
    return data[:1] == b":" and b"\ndata" not in data and b"\rdata" not in data
