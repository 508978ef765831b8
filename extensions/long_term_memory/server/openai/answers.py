"""How an answer reaches a client of the proxy: whole, in pieces, or as an error.

Owns: the messages and headers that are sent, and how errors must look to be shown.
Knows nothing of: where an answer comes from, memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...web.middleware import Send
from ...web.openai_errors import error_body
from ...web.refusal import ProxyError
from .completion import ClientCall

STREAM_HEADERS: Final = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    # Else a proxy such as nginx would hold tokens back.
    "x-accel-buffering": "no",
}
JSON_HEADERS: Final = {"content-type": "application/json"}


async def send_refusal(send: Send, *, refusal: ProxyError, call: ClientCall) -> None:
    """Tell a client what went wrong, so that it shows the words."""
    told = refusal.told or error_body(
        str(refusal), status=refusal.status, kind=refusal.kind
    )
    status = refusal.status
    error = told.get("error")
    quota = isinstance(error, Mapping) and error.get("type") == "insufficient_quota"
    # SillyTavern throws away what stands below an error's status, but for a stream's;
    # of a quota it shows the status itself.
    if call.shown_as_success and not call.streams and not quota:
        status = 200
    headers = dict(JSON_HEADERS)
    if refusal.retry_after:
        headers["retry-after"] = refusal.retry_after
    await send_whole(send, status, json.dumps(told).encode("ascii"), headers)


async def send_whole(
    send: Send, status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    """Send an answer in one piece."""
    await send(start(status, {**headers, "content-length": str(len(body))}))
    await send(piece(body, more=False))


def dump(body: Mapping[str, Any]) -> bytes:
    """Return a request as it is sent.

    Raises:
        Refusal: It holds a number that JSON has not.
    """
    try:
        return b"".join(_written(body))
    except RecursionError:
        words = "it is nested too deeply"
    except ValueError as error:
        words = str(error)
    kind = "invalid_request_error"
    raise ProxyError(f"The request cannot be sent: {words}.", status=400, kind=kind)


def length_of(body: Mapping[str, Any]) -> int:
    """Return about how many letters a request has, counting those of its texts."""
    messages = body.get("messages")
    messages = messages if isinstance(messages, list) else ()
    told = [one.get("content") for one in messages if isinstance(one, Mapping)]
    texts = [body.get("prompt"), *told]
    # Parts of a message may be pictures: each counts as one that is large.
    return sum(
        len(text) if isinstance(text, str) else 100_000 * len(text)
        for text in texts
        if isinstance(text, str | list)
    )


def _written(body: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a request in pieces, a message each: between them others may work."""
    if not isinstance(body.get("messages"), list):
        yield _json(body)
        return
    others = {name: value for name, value in body.items() if name != "messages"}
    yield _json(others)[:-1] + (b', "messages": [' if others else b'"messages": [')
    for place, message in enumerate(body["messages"]):
        yield (b", " if place else b"") + _json(message)
    yield b"]}"


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode("ascii")


def start(status: int, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the message that begins an answer."""
    raw = [(k.encode("ascii"), v.encode("latin-1")) for k, v in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}


def piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    """Return the message that brings a piece of an answer, or its end."""
    return {"type": "http.response.body", "body": body, "more_body": more}
