"""Rerankers: models that read a message and a memory together; an option.

Owns: loading one by name or folder, and not waiting for one that is late.
Knows nothing of: where the texts come from, how scores are mixed, stores.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingError
from .text import valid_unicode

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Scores = NDArray[np.float32]


class Reranker(Protocol):
    """Says how well texts answer a query; may be called from one thread at a time."""

    def score(self, query: str, texts: Sequence[str]) -> Scores:
        """Return a finite score for each text, higher is better; any scale."""
        ...


class CrossReranker:
    """A reranker around a loaded cross-encoder of sentence-transformers."""

    def __init__(self, model: CrossEncoder) -> None:
        """Take over a loaded model."""
        self._model = model

    def score(self, query: str, texts: Sequence[str]) -> Scores:
        """Read each text together with the query."""
        if not texts:
            return np.empty(0, np.float32)
        asked = valid_unicode(query)
        scores = self._model.predict(
            [(asked, valid_unicode(text)) for text in texts],
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        found = np.asarray(scores, dtype=np.float32).reshape(len(texts), -1)
        # A model with several classes has its best answer in the last one.
        return np.nan_to_num(found[:, -1])


def load_reranker(name: str, *, device: str = "cpu") -> Reranker:
    """Load a cross-encoder by its hub name or from a folder; takes seconds.

    Args:
        name: A folder, or a name on the Hugging Face hub.
        device: A torch device, or "auto" for a GPU if there is one.

    Raises:
        EmbeddingError: Something is missing; the message says what to do.
    """
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise EmbeddingError(
            f"The reranker {name!r} needs sentence-transformers: "
            "pip install sentence-transformers"
        ) from error
    folder = Path(name).expanduser()
    source = str(folder) if folder.is_dir() else name
    try:
        model = CrossEncoder(source, device=None if device == "auto" else device)
    # As for embedders: each library below has its own classes, all of these kinds.
    except (OSError, ValueError, KeyError, RuntimeError, AssertionError) as error:
        raise EmbeddingError(
            f"Cannot load the reranker {name!r} on {device}: {error} Download it once "
            "with network access, set rerank_model to a local folder, or empty it."
        ) from error
    return CrossReranker(model)


class PatientReranker:
    """A reranker that works in a thread of its own and is dropped when it is late.

    Loads at the first call. One text at a time: while it is busy with an older
    message, a new one is late at once.
    """

    LATE = "The reranker was late, so memories stand in their usual order."

    def __init__(self, load: Callable[[], Reranker]) -> None:
        """Remember how to load.

        Args:
            load: Returns the reranker or raises EmbeddingError; called in a thread.
        """
        self._load = load
        self._reranker: Reranker | None = None
        self._busy = threading.Lock()
        self._error: EmbeddingError | None = None

    def score(
        self, query: str, texts: Sequence[str], *, timeout_seconds: float
    ) -> tuple[Scores | None, str]:
        """Score texts in time, or say why not.

        Args:
            query: What is asked.
            texts: What may answer it.
            timeout_seconds: How long to wait.

        Returns:
            The scores, None if there are none; and one line for the user if something
            was amiss.
        """
        if self._error is not None:
            return None, str(self._error)
        if not self._busy.acquire(blocking=False):
            return None, self.LATE
        done: list[Scores] = []
        thread = threading.Thread(
            target=self._run, args=(query, list(texts), done), name="ltm-reranker"
        )
        thread.daemon = True
        thread.start()
        thread.join(timeout_seconds)
        if done:
            return done[0], ""
        error = self._error
        return None, self.LATE if error is None else str(error)

    def _run(self, query: str, texts: list[str], done: list[Scores]) -> None:
        try:
            if self._reranker is None:
                self._reranker = self._load()
            done.append(self._reranker.score(query, texts))
        except EmbeddingError as error:
            self._error = error
        finally:
            self._busy.release()
