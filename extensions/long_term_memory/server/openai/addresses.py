"""Where a request goes: the paths that clients make, the address of the model.

Owns: the spellings of the proxy's paths, which of them name a model, and how a base URL
    is read.
Knows nothing of: sockets, requests, settings.

Clients join a base URL and a path in every way: with and without `/v1`, with a slash
too many, with `/v1` twice, or below the whole path of another call.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from ..middleware import App, Receive, Scope, Send

_CALL: Final = re.compile(
    r"(?:/+v1|/+chat|/+completions)*?"
    r"(?P<call>/+chat/+completions|/+completions|/+embeddings|/+models(?:/.*)?)/*\Z"
)
# A part of a model's name, such as "org", "llama3:8b" or "My Model (Q4).gguf". What
# leads elsewhere in any reading is no part of one: dots alone, and what stands for a
# separator, a parameter or another letter.
_NAME_PART: Final = re.compile(r"(?=[^/]*[A-Za-z0-9])[A-Za-z0-9 ._~:@+=,()\[\]-]+")
LONGEST_NAME: Final = 300
MOST_PARTS: Final = 8
_VERSION: Final = re.compile(r"v\d+\w*")
# What stands behind the host of a service whose name alone was given.
_PATHS: Final = {
    "api.groq.com": "/openai/v1",
    "openrouter.ai": "/api/v1",
    "generativelanguage.googleapis.com": "/v1beta/openai",
}


def canonical(path: str) -> str:
    """Return the one path of a call of the proxy; other paths stay as they are."""
    found = _CALL.match(path)
    if found is None:
        return path
    call = re.sub("/+", "/", found["call"])
    return f"/v1{call.rstrip('/')}"


def model_path(name: str) -> str:
    """Return the path of one model at the service, its name encoded anew.

    Args:
        name: As a client gives it, with its encoding taken off once.

    Raises:
        ValueError: It is no name of a model, and might lead to another path.
    """
    parts = name.split("/")
    if (
        len(name) > LONGEST_NAME
        or len(parts) > MOST_PARTS
        or not all(_NAME_PART.fullmatch(part) for part in parts)
    ):
        raise ValueError(
            "A model's name is up to eight words of letters, digits and -._~:@+=,()[], "
            "with a slash between them. GET /v1/models lists the names."
        )
    return "/models/" + "/".join(quote(part, safe="~:@") for part in parts)


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


def base_of(url: str) -> str:
    """Return the address before `/chat/completions`, with its version.

    Raises:
        ValueError: It is no address of a web service.
    """
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises if it is no number
    except ValueError:
        # In words of our own: the library's hold pieces, which may be of a password.
        raise ValueError(
            "it is none: its port must be a number, and a name and password before the "
            "host be percent-encoded"
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must begin with http:// or https://, and name a host")
    path = re.sub("/+", "/", parts.path).rstrip("/")
    path = re.sub(r"(/chat)?/completions\Z", "", path)
    if not path:
        path = _PATHS.get(parts.hostname, "")
    if not any(_VERSION.fullmatch(part) for part in path.split("/")):
        path += "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"
