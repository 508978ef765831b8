"""What messages cost without a memory: a server that appends and fsyncs each of them.

Run by `benchmarks.companion` in a process of its own: `python -m
benchmarks.companion_echo PORT`. It has the same libraries, and tells each message to
all sockets of its user, Socket.IO and plain ones alike.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from typing import Any, BinaryIO

import socketio
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocket


class Echo:
    """Keeps messages in a file, one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        """Append to a file."""
        self._file = file
        self._io = socketio.AsyncServer(async_mode="asgi", async_handlers=False)
        self._io.on("message:send", self._send)
        self._io.on("conversation:join", self._join)

    def app(self) -> Starlette:
        """Return what serves both kinds of sockets."""
        serves = socketio.ASGIApp(self._io)
        routes = [WebSocketRoute("/ws/chat", self._plain), Mount("/", app=serves)]
        return Starlette(routes=routes)

    def _keep(self, told: dict[str, Any]) -> None:
        self._file.write(json.dumps(told).encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    async def _join(self, sid: str, told: dict[str, Any]) -> dict[str, Any]:
        await self._io.enter_room(sid, told["conversationId"])
        return {"ok": True}

    async def _send(self, sid: str, told: dict[str, Any]) -> dict[str, Any]:
        await asyncio.to_thread(self._keep, told)
        message = {"id": told["clientId"], **told}
        place = told["conversationId"]
        await self._io.emit("message:received", message, room=place, skip_sid=sid)
        return {"ok": True, "message": message}

    async def _plain(self, socket: WebSocket) -> None:
        await socket.accept()
        async for told in socket.iter_json():
            await asyncio.to_thread(self._keep, told)
            await socket.send_text(told["message"])
            await socket.send_text("[END]")


def main() -> None:
    """Serve until killed."""
    with tempfile.TemporaryFile() as file:
        uvicorn.run(
            Echo(file).app(), port=int(sys.argv[1]), log_level="error", ws="wsproto"
        )


if __name__ == "__main__":
    main()
