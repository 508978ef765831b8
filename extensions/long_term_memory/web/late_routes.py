"""Routes whose declarations are read when somebody asks for them.

Owns: `LateRoute`.
Knows nothing of: what a route does.

FastAPI makes a validator of each parameter, body and answer, which takes a server of
many routes longer to start than all else; most servers are asked for few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name
from starlette.types import Receive, Scope, Send


class LateRoute(APIRoute):
    """Finds its requests at once, reads its declaration with the first of them."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], **declared: Any
    ) -> None:
        """Keep what is declared; what finds a route's requests is known at once."""
        self.path = path
        self.endpoint = endpoint
        self.name = declared["name"] or get_name(endpoint)
        self.methods = set(declared["methods"])
        self.include_in_schema = declared["include_in_schema"]
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._declared: dict[str, Any] | None = declared

    def read(self) -> None:
        """Read the declaration, if nobody has yet."""
        if self._declared is not None:
            super().__init__(self.path, self.endpoint, **self._declared)
            self._declared = None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        self.read()
        await super().handle(scope, receive, send)
