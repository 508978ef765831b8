"""The lines of sockets, as uvicorn holds them: lent to who says and hears much.

Owns: that a frame which nobody holds up goes the short way, in its order.
Knows nothing of: what is said, whose sockets these are.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.events import BytesMessage, Request, TextMessage

from ..web.lines import LINE

_MOST_BYTES_A_LETTER: Final = 4


class LendsLine(WSProtocol):
    """One WebSocket, which may be written to and heard beside ASGI."""

    _came: Callable[[str | None], bool] | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin, with the line in the scope."""
        super().handle_connect(event)
        # The task that serves it begins later.
        cast(MutableMapping[str, Any], self.scope)[LINE] = self

    def listen(self, came: Callable[[str | None], bool]) -> None:
        """Have frames told when they come; see `LentLine`."""
        self._came = came
        self.stop_keepalive()

    @property
    def has_room(self) -> bool:
        """Whether what is written now goes out at once; see `LentLine`."""
        return (
            self.handshake_complete
            and not self.close_sent
            and not self.transport.is_closing()
            and self.writable.is_set()
        )

    def write(self, frame: bytes) -> bool:
        """Send frames at once, if there is room; see `LentLine`."""
        has_room = self.has_room
        if has_room:
            self.transport.write(frame)
        return has_room

    def handle_message(self, event: TextMessage | BytesMessage) -> None:
        """Hand on what came: to who listens, else by ASGI."""
        came = self._came
        if came is None or not event.message_finished:
            super().handle_message(event)
            return
        told = event.data if isinstance(event, TextMessage) else None
        if self.buffer.value is not None or not _is_short(told, self.config):
            told = None
        if not came(told):
            super().handle_message(event)


def _is_short(told: str | None, config: Config) -> bool:
    """Say whether a text has no more bytes than one may have, whatever its letters."""
    most = config.ws_max_size // _MOST_BYTES_A_LETTER
    return told is not None and len(told) <= most
