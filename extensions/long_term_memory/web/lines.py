"""The line of a socket, lent beside ASGI: what is said goes out at once.

Owns: where it is found, and the bytes of what is sent.
Knows nothing of: who holds the line, what is said.

By ASGI each word takes a message, and passes all that stands around the app; most of
what a server says to its sockets is a word long. Where no line is lent, ASGI does.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

LINE: Final = "ltm.line"
"""Of a connection's scope."""

_TEXT: Final = 0x81
# Longer ones name their length in 2 bytes, or in 8 (RFC 6455, 5.2).
_SHORT: Final = 125
_LONG: Final = 0xFFFF


class LentLine(Protocol):
    """One WebSocket."""

    def listen(self, came: Callable[[str | None], bool]) -> None:
        """Have frames told when they come; who listens looks after the line himself.

        Args:
            came: Is told each text, and says whether it takes it; what it does not
                comes by ASGI, in its order. Of what comes by ASGI in any case it is
                told None.
        """

    @property
    def has_room(self) -> bool:
        """Whether what is written now goes out at once."""

    def write(self, frame: bytes) -> bool:
        """Send frames that `text_frame` made; says whether there was room for them."""


def line_of(scope: Mapping[str, Any]) -> LentLine | None:
    """Return the line of a connection; None if there is none."""
    found: LentLine | None = scope.get(LINE)
    return found


def text_frame(text: str) -> bytes:
    """Return a text as it is sent: one frame, as nobody compresses it."""
    told = text.encode("utf-8")
    length = len(told)
    if length <= _SHORT:
        return bytes((_TEXT, length)) + told
    if length <= _LONG:
        return struct.pack("!BBH", _TEXT, 126, length) + told
    return struct.pack("!BBQ", _TEXT, 127, length) + told
