"""What the doors of the server answer in place of a route.

Owns: the shape of a refusal, which differs by who reads it: clients of OpenAI, of the
    Extras API, of conversations, or others.
Knows nothing of: why something is refused.
"""

from __future__ import annotations

import json
from typing import Any, Final

from .middleware import Headers, Scope, Send, send_whole
from .openai_errors import error_body
from .paths import canonical

_OPENAI: Final = "/v1/"
_CONVERSATIONS: Final = "/api/v1/"
# The words and the code that clients know.
_CODES: Final = {401: "invalid_api_key"}
_TYPES: Final = {401: "invalid_request_error"}


async def answer(
    scope: Scope,
    send: Send,
    status: int,
    words: str,
    *,
    asks: bool = False,
    retry_after: int = 0,
) -> None:
    """Refuse a request.

    Args:
        scope: The request.
        send: Sends.
        status: The answer's.
        words: What is wrong, and the way out.
        asks: A browser shall ask its user for a key.
        retry_after: Seconds after which it may be tried again; 0 says nothing.
    """
    headers: Headers = [(b"content-type", b"application/json")]
    if asks:
        headers.append((b"www-authenticate", b'Basic realm="Long-term memory"'))
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    body = json.dumps(_told(scope["path"], status, words)).encode()
    await send_whole(send, status, body, headers)


def _told(path: str, status: int, words: str) -> dict[str, Any]:
    if canonical(path).startswith(_OPENAI):
        told = error_body(words, status=status, kind=_TYPES.get(status, ""))
        told["error"]["code"] = _CODES.get(status, status)
        return told
    if status == 401:
        if not canonical(path).startswith(_CONVERSATIONS):
            return {"error": words}
        return {"error": {"type": "Unauthorized", "message": words}}
    return {"error": {"type": "Refused", "message": words}}
