"""Bodies of requests, in bounded memory.

Owns: that a body is read as everywhere in the server, whatever route it is for.
Knows nothing of: what a body holds.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from starlette.types import Receive, Scope

from ..errors import InvalidInput, TooLarge
from .json_bounds import TooMuch
from .late_routes import LateRoute
from .refusal import ProxyError
from .request_body import read_body

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ReadRequest(Request):
    """A request whose body was read."""

    def __init__(self, scope: Scope, receive: Receive, told: dict[str, Any]) -> None:
        """Take the body of a request."""
        super().__init__(scope, receive)
        self._told = told

    async def body(self) -> bytes:
        """Say that there is one."""
        return b"{}"

    async def json(self) -> Any:
        """Return it."""
        return self._told


def bounded_route(most_megabytes: int) -> type[LateRoute]:
    """Return a route that reads bodies of at most so many megabytes."""

    class BoundedRoute(LateRoute):
        """Reads the body before anything else does."""

        def get_route_handler(self) -> Handler:
            """Return what answers a request."""
            handle = super().get_route_handler()
            field = self.body_field
            if field is None:
                return handle
            is_needed = field.field_info.is_required()

            async def bounded(request: Request) -> Response:
                if not (is_needed or _announces_body(request)):
                    return await handle(request)
                told = await _read(request, most_megabytes)
                asked = ReadRequest(request.scope, request.receive, told)
                return await handle(asked)

            return bounded

    return BoundedRoute


def _announces_body(request: Request) -> bool:
    """Say whether a body comes, by what HTTP/1.1 has a client tell of it."""
    length = request.headers.get("content-length", "0")
    return length != "0" or "transfer-encoding" in request.headers


async def _read(request: Request, most_megabytes: int) -> dict[str, Any]:
    try:
        return await read_body(request, most_megabytes)
    except ProxyError as refusal:
        words = str(refusal)
        if refusal.status == 413 or isinstance(refusal.__cause__, TooMuch):
            more = f"{words} Send it in parts."
            raise TooLarge(more, field="body") from refusal
        if refusal.status == 400:
            raise InvalidInput(words, field="body") from refusal
        later = {"retry-after": refusal.retry_after} if refusal.retry_after else None
        raise HTTPException(refusal.status, words, headers=later) from refusal
