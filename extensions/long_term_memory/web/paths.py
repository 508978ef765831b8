"""The paths that clients of a model make, whichever way they spell them.

Owns: the spellings of the proxy's paths, and the one path that each of them means.
Knows nothing of: routes, what is asked.

Clients join a base URL and a path in every way: with and without `/v1`, with a slash
too many, with `/v1` twice, or below the whole path of another call.
"""

from __future__ import annotations

import re
from typing import Final

from .middleware import App, Receive, Scope, Send

_CALL: Final = re.compile(
    r"(?:/+v1|/+chat|/+completions)*?"
    r"(?P<call>/+chat/+completions|/+completions|/+embeddings|/+models(?:/.*)?)/*\Z"
)


def canonical(path: str) -> str:
    """Return the one path of a call of the proxy; other paths stay as they are."""
    found = _CALL.match(path)
    if found is None:
        return path
    call = re.sub("/+", "/", found["call"])
    return f"/v1{call.rstrip('/')}"


class PathAliases:
    """Lets every spelling of a proxy's path reach its route."""

    def __init__(self, app: App) -> None:
        """Stand around an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on by its one path."""
        if scope["type"] == "http":
            path = canonical(scope["path"])
            if path != scope["path"]:
                # In place, so that who logs the request learns its route.
                scope["path"], scope["raw_path"] = path, path.encode()
        await self._app(scope, receive, send)
