"""OpenAI's shapes: errors, lists of models, embeddings.

Owns: what these look like, pure: values in, values out.
Knows nothing of: sockets, the model, memory.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ..request_body import MOST_TEXTS

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


def model_list(names: Sequence[str], fault: str = "") -> dict[str, Any]:
    """Return a list of models; a fault stands beside it, where clients look."""
    models = [
        {"id": name, "object": "model", "created": 0, "owned_by": "long-term-memory"}
        for name in names
    ]
    listed: dict[str, Any] = {"object": "list", "data": models}
    if fault:
        listed |= error_body(fault, status=502, kind="upstream_error")
    return listed


def texts_of(body: Mapping[str, Any], dimension: int) -> list[str]:
    """Return the texts that a request wants embedded.

    Args:
        body: The request.
        dimension: Length of the vectors there are.

    Raises:
        InvalidInput: It asks for something that cannot be given.
    """
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise InvalidInput("input must be a text or a list of texts.", field="input")
    if not all(isinstance(text, str) for text in texts):
        raise InvalidInput(
            "input must hold texts: lists of token numbers are of another model's "
            "tokenizer.",
            field="input",
        )
    if len(texts) > MOST_TEXTS:
        raise InvalidInput(f"input holds more than {MOST_TEXTS} texts.", field="input")
    if body.get("encoding_format", "float") not in ("float", "base64"):
        raise InvalidInput(
            "encoding_format must be float or base64.", field="encoding_format"
        )
    if body.get("dimensions") not in (None, dimension):
        raise InvalidInput(
            f"dimensions must be {dimension}, as the model has, or left out.",
            field="dimensions",
        )
    return texts


def embedding_list(
    vectors: NDArray[np.float32], *, model: str, encoding: str, tokens: int
) -> dict[str, Any]:
    """Return vectors as OpenAI tells them."""
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _told(row, encoding)}
            for index, row in enumerate(vectors)
        ],
        "model": model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _told(vector: NDArray[np.float32], encoding: str) -> str | list[float]:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    floats: list[float] = vector.tolist()
    return floats


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
