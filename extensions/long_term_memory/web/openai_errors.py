"""Errors in OpenAI's shape: told, and read of services that tell them in any.

Owns: what these look like, pure: values in, values out.
Knows nothing of: sockets, who went wrong.
"""

from __future__ import annotations

import json
from typing import Any, Final

SHOWN_CHARS: Final = 300
# What clients of OpenAI tell kinds of fault by.
KINDS: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "invalid_request_error",
    429: "rate_limit_exceeded",
}


def error_body(
    message: str, *, status: int, kind: str = "", param: str = ""
) -> dict[str, Any]:
    """Return an error as OpenAI tells it."""
    kind = kind or KINDS.get(status, "server_error")
    told = {"message": message, "type": kind, "param": param or None, "code": status}
    return {"error": told}


def error_words(body: bytes) -> tuple[str, dict[str, Any] | None]:
    """Read an error that some service sent.

    Returns:
        Its words, empty if there are none; and the whole if it is in OpenAI's shape.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _of_text(body), None
    if isinstance(told, list) and told:
        told = told[0]  # Gemini
    if not isinstance(told, dict):
        return _shown(str(told)), None
    error = told.get("error")
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        return _shown(error["message"]), told
    for words in (error, told.get("detail"), told.get("message")):
        if words:
            return _shown(words if isinstance(words, str) else json.dumps(words)), None
    return _shown(json.dumps(told)), None


def is_page(content_type: str, body: bytes) -> bool:
    """Say whether a web page came in place of an answer."""
    start = body[:100].lstrip().lower()
    return "html" in content_type or start.startswith((b"<!doctype", b"<html"))


def _of_text(body: bytes) -> str:
    """Return what a body that is no JSON says: of a web page its title at most."""
    if not is_page("", body):
        return _shown(body.decode("utf-8", "replace"))
    text = body.decode("utf-8", "replace")
    _, _, rest = text.partition("<title>")
    title = rest.partition("</title>")[0]
    return f"a web page, {_shown(title)!r}" if title else "a web page"


def _shown(text: str) -> str:
    """Return the beginning of a text on one line."""
    return " ".join(text[: 4 * SHOWN_CHARS].split())[:SHOWN_CHARS]
