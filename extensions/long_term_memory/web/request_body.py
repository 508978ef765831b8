"""Read the body of a call: JSON, and no more of it than may be.

Owns: the limits of a body, and what is said of one that is too large or no object.
Knows nothing of: routes, what a body means.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import Request

from .json_bounds import TooMuch, read_json
from .refusal import ProxyError, bad_request

MEGABYTE: Final = 1_000_000
# Reading this much JSON takes some milliseconds, in which no token would move.
LARGE_BODY: Final = 250_000
# So many texts one call may have embedded.
MOST_TEXTS: Final = 2048


async def read_body(request: Request, most_megabytes: int) -> dict[str, Any]:
    """Return a request's body.

    Raises:
        Refusal: It is too large, or no JSON object, or is not called one: a browser
            lets any page send what has another name.
    """
    if not is_json(request.headers.get("content-type", "")):
        raise bad_request("Content-Type must be application/json.", status=415)
    most = most_megabytes * MEGABYTE
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > most:
        raise _too_large(most)
    raw = await _read_bytes(request, most)
    if len(raw) > LARGE_BODY:
        return await asyncio.to_thread(parse, raw)
    return parse(raw)


def is_json(content_type: str) -> bool:
    """Say whether a media type is JSON's, or that of a language within it."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def parse(raw: bytes | bytearray) -> dict[str, Any]:
    """Return the JSON object that bytes hold.

    Raises:
        Refusal: They hold none.
    """
    try:
        body = read_json(raw, unique=True)
    except TooMuch as error:
        raise bad_request(f"The body cannot be taken: {error}.") from error
    except ValueError as error:
        raise bad_request(f"The body is no valid JSON: {error}.") from error
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return body


async def _read_bytes(request: Request, most: int) -> bytearray:
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > most:
            raise _too_large(most)
    return raw


def _too_large(most: int) -> ProxyError:
    return bad_request(
        f"The body is larger than {most // MEGABYTE} MB; see most_body_mb.",
        status=413,
    )
