"""OpenAI's shapes: lists of models, embeddings.

Owns: what these look like, pure: values in, values out.
Knows nothing of: sockets, the model, memory.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidInput
from ...web.openai_errors import error_body
from ...web.request_body import MOST_TEXTS


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
