"""Bound what one call of the editor's page may hold.

Owns: how much a call and an upload may take, and which events there are to be called.
Knows nothing of: what the page shows, who calls it.

Gradio reads a call whole, and an upload until the disk is full.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..web.json_bounds import TooMuch, read_json
from ..web.middleware import App, Receive, Scope, Send, send_whole

# The longest text that a person edits is a pasted book.
MOST_CALL_BYTES: Final = 8_000_000
# Years of chats with their pictures.
MOST_UPLOAD_BYTES: Final = 2_000_000_000
# The memories must go on being written.
SPARE_DISK_BYTES: Final = 500_000_000
_LOOK_BYTES: Final = 8_000_000
_UPLOAD: Final = "/upload"
_JOIN: Final = "/queue/join"


class _Refusal(NamedTuple):
    """What a call is refused with."""

    status: int
    words: str


TOO_LARGE: Final = _Refusal(413, "The page takes no call of this size.")
TOO_MANY: Final = _Refusal(
    413, f"An upload takes at most {MOST_UPLOAD_BYTES // 1_000_000} MB. Send less."
)
DISK_FULL: Final = _Refusal(507, "The disk has no room for this upload. Make room.")
NO_EVENT: Final = _Refusal(404, "The page has no such event. Load it anew.")


class PageCalls:
    """Lets calls through to the page that it can bear."""

    def __init__(
        self,
        app: App,
        *,
        events: Collection[int],
        folder: Path,
        free_bytes: Callable[[Path], int] = lambda folder: (
            shutil.disk_usage(folder).free
        ),
    ) -> None:
        """Stand before the page.

        Args:
            app: The page.
            events: The numbers of its events.
            folder: Where uploads go.
            free_bytes: Returns what is free on the disk of a folder.
        """
        self._app = app
        self._events = events
        self._folder = folder
        self._free_bytes = free_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
        elif scope["path"].endswith(_UPLOAD):
            await self._upload(scope, receive, send)
        else:
            await self._call(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > MOST_CALL_BYTES:
                await _refuse(send, TOO_LARGE)
                return
            if not message.get("more_body"):
                break
        refusal = self._fault_of(body, joins=scope["path"].endswith(_JOIN))
        if refusal is not None:
            await _refuse(send, refusal)
            return
        await self._app(scope, _first({**message, "body": bytes(body)}, receive), send)

    def _fault_of(self, body: bytearray, *, joins: bool) -> _Refusal | None:
        """Say what is wrong with a call; None if it may go on."""
        try:
            told = read_json(body)
        except TooMuch:
            return TOO_LARGE
        except ValueError as error:
            return _Refusal(400, f"The call is no valid JSON: {error}.")
        event = told.get("fn_index") if isinstance(told, dict) else None
        known = isinstance(event, int) and event in self._events
        return NO_EVENT if joins and not known else None

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on as it comes, as long as there is room."""
        size, looked = 0, -_LOOK_BYTES
        refusal: _Refusal | None = None
        begun = False

        async def receiving() -> MutableMapping[str, Any]:
            nonlocal size, looked, refusal
            message = await receive()
            size += len(message.get("body", b""))
            if size > MOST_UPLOAD_BYTES:
                refusal = TOO_MANY
            elif size - looked > _LOOK_BYTES:
                looked = size
                if self._free_bytes(self._folder) < SPARE_DISK_BYTES:
                    refusal = DISK_FULL
            return message if refusal is None else {"type": "http.disconnect"}

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if refusal is None or begun:
                begun = True
                await send(message)

        try:
            await self._app(scope, receiving, sending)
        finally:
            if refusal is not None and not begun:
                await _refuse(send, refusal)


def _first(message: MutableMapping[str, Any], receive: Receive) -> Receive:
    """Return what gives a message that was read, and then goes on."""
    left = [message]

    async def receiving() -> MutableMapping[str, Any]:
        return left.pop() if left else await receive()

    return receiving


async def _refuse(send: Send, refusal: _Refusal) -> None:
    error = {"type": "Refused", "message": refusal.words}
    body = json.dumps({"error": error}).encode()
    kind = (b"content-type", b"application/json")
    await send_whole(send, refusal.status, body, [kind])
