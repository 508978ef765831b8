"""Embedders: the protocol, choosing and loading one, loading it late, remembering.

Owns: which implementation serves a name, the thread that loads it.
Knows nothing of: what is embedded and why, stores.

The default model runs in NumPy (`minilm`): a short message takes half the time of
sentence-transformers on torch, as in onnxruntime, and the first vector is there in
half a second instead of six. Every other model goes through sentence-transformers.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingError
from ..lru import Lru

DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"
DEFAULT_MODEL_NAMES: Final = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their similarity.

    Vectors of two embedders may be compared only if `name` and `fingerprint` agree.
    Implementations may be called from several threads.
    """

    @property
    def name(self) -> str:
        """The model's name, such as "all-MiniLM-L6-v2"."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """A short hexadecimal hash of the weights."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts of any content and length; "" has a vector too.

        Returns:
            One row of unit length per text, in order: (len(texts), dimension).
        """
        ...


def load_embedder(name: str, *, device: str = "cpu", batch_size: int = 32) -> Embedder:
    """Load the embedder of a model; takes half a second for the default, seconds else.

    Args:
        name: The default model, another model's hub name, or a local folder.
        device: "cpu", a torch device such as "cuda", or "auto": a GPU if there is one.
            The default model stays in NumPy on the CPU unless a device is named.
        batch_size: Most texts in one forward pass.

    Raises:
        EmbeddingError: Something is missing; the message says what to do.
    """
    from . import minilm_weights

    if not name.strip():
        raise EmbeddingError(
            "No embedding model is named; set embedding_model, for instance to "
            f"{DEFAULT_MODEL!r}."
        )
    folder = Path(name).expanduser()
    if name in DEFAULT_MODEL_NAMES:
        folder, published = minilm_weights.packaged_folder(), True
    else:
        published = minilm_weights.is_published(folder)
    if published and device in ("cpu", "auto"):
        return _load_minilm(folder, batch_size)

    from .transformer_embedder import load_transformer

    is_folder = folder.is_dir()
    return load_transformer(
        str(folder) if is_folder else name,
        name=DEFAULT_MODEL if published else folder.name if is_folder else name,
        device=device,
        batch_size=batch_size,
    )


def _load_minilm(folder: Path, batch_size: int) -> Embedder:
    from . import minilm, minilm_weights

    tensors, fingerprint = minilm_weights.read_published(folder)
    tokenizer = minilm.load_tokenizer(folder / minilm_weights.TOKENIZER)
    return minilm.MiniLM(
        tensors, tokenizer, fingerprint=fingerprint, batch_size=batch_size
    )


class CachedEmbedder:
    """Remembers the vectors of the latest texts.

    What is looked for now is stored soon after, and a reply is regenerated.
    """

    LARGEST_CALL: Final = 16
    """Of calls with more texts, which are bulk work, nothing is remembered: it would
    push the queries out."""

    LONGEST: Final = 100_000
    """Characters; a longer text is no query, and would be held with its vector."""

    def __init__(self, embedder: Embedder, *, capacity: int = 1_024) -> None:
        """Wrap an embedder.

        Args:
            embedder: Does the work.
            capacity: Most texts remembered, at least LARGEST_CALL.
        """
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.fingerprint = embedder.fingerprint
        self.inner = embedder
        self._vectors: Lru[str, NDArray[np.float32]] = Lru(
            max(capacity, self.LARGEST_CALL)
        )

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the embedder does; known texts cost nothing."""
        known = ((text, self._vectors.get(text)) for text in dict.fromkeys(texts))
        found = {text: row for text, row in known if row is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            new = dict(zip(missing, self.inner.embed(missing), strict=True))
            for text, row in new.items() if len(texts) <= self.LARGEST_CALL else ():
                if len(text) <= self.LONGEST:
                    # Copied, so that it does not keep its whole batch alive.
                    self._vectors.put(text, row.copy())
            found |= new
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for number, text in enumerate(texts):
            vectors[number] = found[text]
        return vectors


class LazyEmbedder:
    """An embedder that is loaded in the background once it is wanted.

    It loads once; after a failure make a new one, unless it was told to try again.
    """

    def __init__(
        self,
        load: Callable[[], Embedder],
        *,
        again_after_seconds: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember how to load; does not load yet.

        Args:
            load: Returns the embedder or raises EmbeddingError; called in a thread.
            again_after_seconds: How long after a failure it is loaded again, by the
                next who wants it; for what may be there later.
            clock: Seconds that only grow.
        """
        self._load = load
        self._again_after_seconds = again_after_seconds
        self._clock = clock
        self._failed_at = math.inf
        self._embedder: Embedder | None = None
        self._error: EmbeddingError | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done = threading.Event()

    @property
    def error(self) -> EmbeddingError | None:
        """Why loading failed; None while it loads and when it succeeded."""
        return self._error

    @property
    def state(self) -> str:
        """One of "not loaded yet", "loading", "ready" and "failed"."""
        if self._thread is None:
            return "not loaded yet"
        if not self._done.is_set():
            return "loading"
        return "ready" if self._error is None else "failed"

    def start(self) -> None:
        """Begin loading and return at once; later calls do nothing."""
        with self._lock:
            if self._clock() - self._failed_at >= self._again_after_seconds:
                self._thread, self._error = None, None
                self._failed_at = math.inf
                self._done.clear()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="ltm-embedder", daemon=True
                )
                self._thread.start()

    def ready(self, timeout_seconds: float) -> Embedder | None:
        """The embedder with a cache, or None if it is not loaded in time.

        Args:
            timeout_seconds: How long to wait; 0 only asks.

        Raises:
            EmbeddingError: Loading has failed; each call says so again.
        """
        self.start()
        self._done.wait(timeout_seconds)
        if self._error is not None:
            # A new one: each raise would add its frames, and all that they hold.
            raise type(self._error)(*self._error.args) from self._error
        return self._embedder

    def _run(self) -> None:
        error: EmbeddingError | None = EmbeddingError(
            "Loading the embedding model stopped unexpectedly; the log says why."
        )
        try:
            self._embedder = CachedEmbedder(self._load())
            error = None
        except EmbeddingError as known:
            error = known
        finally:
            # Also after a fault of another kind, which goes on to the thread's hook:
            # whoever waits must not wait for ever.
            self._error = error
            if error is not None:
                self._failed_at = self._clock()
            self._done.set()
