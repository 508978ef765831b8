"""An embedder behind any OpenAI-compatible service.

Owns: the request in batches, tries, and what is checked of the answer.
Knows nothing of: settings, what is embedded and why.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..core.text.addresses import host_of
from ..errors import EmbeddingError
from .llm import Answer, Post, reason, said, send

PATH: Final = "/embeddings"
BATCH_SIZE: Final = 64
# Two more tries for a service that is busy; somebody may be waiting for a reply.
PAUSES_SECONDS: Final = (0.3, 1.0)
BUSY: Final = frozenset({429, 502, 503})
# A service that does not answer is left alone for so long: each message would wait.
REST_SECONDS: Final = 10.0
TIMEOUT_SECONDS: Final = 20.0
# Models read 512 to 8192 tokens; some services cut longer texts and others refuse them.
LENGTHS_CHARS: Final = (8000, 1200)
TOO_LONG: Final = frozenset({400, 413, 422, 500})

Vectors = NDArray[np.float32]


class RemoteEmbedder:
    """Embeds by asking a service; one round trip for each batch."""

    def __init__(
        self,
        endpoint: str,
        *,
        model: str,
        dimension: int = 0,
        api_key: str = "",
        post: Post | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; asks for one vector if its length is not told.

        Args:
            endpoint: The service's address, with or without the path of embeddings;
                a host alone is asked below /v1.
            model: Which of its models.
            dimension: Length of the vectors that are asked for; 0 leaves it to the
                model.
            api_key: Sent as a bearer token; empty sends none.
            post: Sends a request and returns the answer; raises OSError if it cannot.
            sleep: Waits between tries.
            clock: Seconds that only grow.

        Raises:
            EmbeddingError: It cannot be asked for the length.
        """
        base = endpoint.strip().rstrip("/").removesuffix(PATH)
        if not base.startswith(("http://", "https://")):
            raise EmbeddingError(
                "embedding_endpoint must begin with http:// or https://."
            )
        if "/" not in base.partition("://")[2]:
            base += "/v1"
        self.name = model
        self._url = base + PATH
        self._host = host_of(base)
        self._asked = dimension
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._post = post or _post
        self._sleep = sleep
        self._clock = clock
        self._resting_until = 0.0
        self._fault = EmbeddingError()
        self.dimension = dimension or self._batch(["probe"]).shape[1]
        told = f"{base}\0{model}\0{self.dimension}"
        self.fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in their order, of unit length.

        Raises:
            EmbeddingError: The service cannot be reached, refuses, or sends others.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), BATCH_SIZE):
            part = texts[start : start + BATCH_SIZE]
            vectors[start : start + len(part)] = self._batch(part)
        return vectors

    def _batch(self, texts: Sequence[str]) -> Vectors:
        if self._clock() < self._resting_until:
            raise EmbeddingError(str(self._fault), said=self._fault.said)
        try:
            rows = self._rows(self._answer(texts), texts)
        except EmbeddingError as error:
            self._fault = EmbeddingError(str(error), said=error.said)
            self._resting_until = self._clock() + REST_SECONDS
            raise
        return unit(rows)

    def _answer(self, texts: Sequence[str]) -> Answer:
        """Ask, with shorter texts if these are too long for the model."""
        answer = self._tried(texts, LENGTHS_CHARS[0])
        longest = max(map(len, texts))
        if answer.status in TOO_LONG and longest > LENGTHS_CHARS[1]:
            answer = self._tried(texts, LENGTHS_CHARS[1])
        if answer.status != 200:
            raise EmbeddingError(
                f"The embedding service at {self._host} answered {answer.status}. See "
                "embedding_endpoint, embedding_model and the key.",
                said=said(answer.body, texts),
            )
        return answer

    def _tried(self, texts: Sequence[str], most_chars: int) -> Answer:
        """Ask, again if the service is busy or not there."""
        body = self._body(texts, most_chars)
        for pause in (*PAUSES_SECONDS, None):
            try:
                answer = self._post(self._url, body, self._headers)
            except (OSError, HTTPException, ValueError) as error:
                if pause is None:
                    raise EmbeddingError(
                        f"The embedding service at {self._host} cannot be reached: "
                        f"{reason(error, self._url)}. Start it, or correct "
                        "embedding_endpoint."
                    ) from error
            else:
                if pause is None or answer.status not in BUSY:
                    return answer
            self._sleep(pause)
        raise AssertionError  # the last try returns or raises

    def _body(self, texts: Sequence[str], most_chars: int) -> bytes:
        # Services refuse a text of nothing, and letters that are none.
        sent = [
            text[:most_chars].encode("utf-8", "replace").decode("utf-8").strip() or "."
            for text in texts
        ]
        asked: dict[str, Any] = {"model": self.name, "input": sent}
        if self._asked:
            asked["dimensions"] = self._asked
        return json.dumps(asked).encode("ascii")

    def _rows(self, answer: Answer, texts: Sequence[str]) -> Vectors:
        """Read the vectors of an answer, in the texts' order."""
        try:
            data = json.loads(answer.body)["data"]
            ordered = sorted(data, key=lambda one: one["index"])
            rows = np.array([one["embedding"] for one in ordered], np.float32)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise EmbeddingError(
                f"The embedding service at {self._host} sent what makes no sense.",
                said=said(answer.body, texts),
            ) from error
        dimension = getattr(self, "dimension", self._asked) or rows.shape[-1]
        if rows.shape != (len(texts), dimension) or not np.isfinite(rows).all():
            raise EmbeddingError(
                f"The embedding service at {self._host} sent vectors of shape "
                f"{rows.shape} for {len(texts)} texts, not of length {dimension}. "
                "Correct embedding_dims, or start anew if its model was changed."
            )
        return rows


def unit(rows: Vectors) -> Vectors:
    """Return rows of unit length; one of zeros points along the first axis."""
    rows = rows.copy()
    rows[~rows.any(axis=1), 0] = 1
    unit_rows: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit_rows.astype(np.float32)


def _post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    return send(url, body, headers, TIMEOUT_SECONDS)
