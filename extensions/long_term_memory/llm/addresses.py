"""Where a model is asked: the address of its service, the path of one model.

Owns: how a base URL is read, and which names of models may stand in a path.
Knows nothing of: sockets, requests, settings.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

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
